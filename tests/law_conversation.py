# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever happens to lines and messages, replicas that can talk again become equal."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from sync import turns
from sync.heads import Tip
from sync.reservation import RESERVE_SECONDS, Standing
from sync.wire import Fetch, Heads, Hello, Message, Page, Rivals
from tests.kept_records import ASSEMBLY, chain, forked, ids, key, opened, parted
from tests.party_line import Net, Node
from tests.told_evenings import UUID, ballot_body

MOST = 90_000
FOREIGN = tuple(entry.encode() for entry in chain("one", 2, root=key("another root")))
CHAINS = [chain(name, 7) for name in ("one", "two", "three")]
BRANCHES = forked("liar", 3, [3, 4, 2])
PARTED = parted("liar", 2, 5, 8)
_BOX = opened("box")
BOX = [_BOX.first, *(_BOX.write(Kind.BALLOT, ballot_body(slip), UUID) for slip in "abcdefg")]
chances = st.randoms(use_true_random=False)


def uncontested(node: Node) -> list[str]:
    """What all must agree on: everything before forks, and the evidence of them."""
    frozen = node.replica.frozen()
    return ids(
        entry
        for entry in node.replica.everything()
        if entry.header.number < frozen.get(entry.header.segment, 1 << 40)
    ) + ids(node.replica.rivals())


def some_evening(net: Net, chance: Random, held: list[list[Entry]]) -> None:
    """Each node writes its own entries bit by bit while lines misbehave."""
    ahead = [list(entries) for entries in held]
    for _ in range(40):
        net.misbehave(chance)
        at = chance.randrange(len(ahead))
        if ahead[at] and chance.random() < 0.4:
            net.nodes[at].write([ahead[at].pop(0)])
    for node, rest in zip(net.nodes, ahead, strict=True):
        node.write(rest)


@given(chances, st.sampled_from(["ab", "abc"]))
def test_all_end_with_the_same_entries(chance: Random, names: str) -> None:
    net = Net(names)
    some_evening(net, chance, CHAINS[: len(names)])
    net.settle()
    everything = {entry for entries in CHAINS[: len(names)] for entry in ids(entries)}
    for node in net.nodes:
        assert set(ids(node.replica.everything())) == everything
        for entry in node.replica.everything():
            others = node.talk.holders(entry.header.segment, entry.header.number)
            assert others == len(names) - 1


@given(chances)
def test_nobody_counts_as_holder_before_it_holds(chance: Random) -> None:
    net = Net("abc")
    author, *others = net.nodes
    for step in range(48):
        if step % 6 == 0:
            author.write(CHAINS[0][step // 6 : step // 6 + 1])
        net.misbehave(chance)
        for entry in CHAINS[0]:
            holding = sum(entry.id in node.replica for node in others)
            assert author.talk.holders(entry.header.segment, entry.header.number) <= holding


@given(chances)
def test_nobody_signs_for_a_ballot_before_it_holds_it_and_all_do_in_the_end(
    chance: Random,
) -> None:
    net = Net("abc")
    author, *others = net.nodes
    for step in range(48):
        if step % 6 == 0:
            author.write(BOX[step // 6 : step // 6 + 1])
            author.want(BOX[step // 6])
        net.misbehave(chance)
        for entry in BOX[1:]:
            signed = author.talk.signatures(entry.header.segment, entry.header.number)
            holding = {node.device for node in others if entry.id in node.replica}
            assert set(signed) <= holding
            said = Holding.of(entry)
            assert said is not None
            assert all(said.is_signed_by(*pair) for pair in signed.items())
    net.settle()
    author.want(BOX[-1])
    net.deliver_all()
    last = BOX[-1].header
    assert set(author.talk.signatures(last.segment, last.number)) == {n.device for n in others}


@given(chances)
def test_a_fork_leaves_all_with_the_same_evidence(chance: Random) -> None:
    net = Net("abc")
    some_evening(net, chance, BRANCHES)
    net.settle()
    first = uncontested(net.nodes[0])
    assert len(set(first) & {ids(branch)[4] for branch in BRANCHES}) >= 2
    for node in net.nodes:
        assert node.replica.frozen() == {BRANCHES[0][0].header.segment: 4}
        assert uncontested(node) == first


@given(chances)
def test_branches_that_part_at_several_places_are_found_out_too(chance: Random) -> None:
    early, late, later = PARTED
    net = Net("abc")
    some_evening(net, chance, [early, late, later])
    net.settle()
    first = uncontested(net.nodes[0])
    for node in net.nodes:
        assert node.replica.frozen() == {early[0].header.segment: 3}
        assert uncontested(node) == first


class Liar(Node):
    """Greets and claims as it should, and answers each question with a lie."""

    def __init__(self, net: Net, chance: Random) -> None:
        super().__init__(net, "liar")
        self.chance = chance
        self.lies = 0

    def _act(self, action: turns.Action) -> None:
        if isinstance(action, turns.Serve):
            self.lies += 1
            self._send(action.link, self._lie(action.fetch))
        else:
            super()._act(action)

    def _lie(self, fetch: Fetch) -> Message:
        page = self.replica.encoded(fetch.segment, fetch.after, fetch.limit, 1 << 20)
        truth = page or FOREIGN  # what it claims beyond, it does not have
        broken = bytearray(truth[-1])
        broken[self.chance.randrange(len(broken))] ^= 1 << self.chance.randrange(8)
        other = CHAINS[2][1].encode()
        lies: list[Message] = [
            Page(fetch.segment, fetch.after, ()),
            Page(fetch.segment, fetch.after, (*truth[:-1], bytes(broken))),
            Page(fetch.segment, fetch.after, (*truth, truth[-1])),
            Page(fetch.segment, fetch.after, (*truth, other)),
            Page(fetch.segment, fetch.after, FOREIGN),
            Page(fetch.segment, fetch.after + 1, truth),
            Page(CHAINS[2][0].header.segment, fetch.after, truth),
            Heads({fetch.segment: Tip(MOST, bytes(32)), "00" * 32: Tip(0, bytes(32))}),
            Hello("urna-sync/v2", ASSEMBLY, "somebody else"),
            Rivals(truth[0], truth[0]),
            Rivals(truth[0], other),
            Rivals(FOREIGN[0], FOREIGN[0]),
        ]
        return self.chance.choice(lies)


@given(chances)
def test_a_liar_is_sent_away_and_nothing_of_its_lies_is_kept(chance: Random) -> None:
    net = Net("ab")
    liar = Liar(net, chance)
    net.nodes.append(liar)
    some_evening(net, chance, [[], [], [*CHAINS[0], *CHAINS[1]]])
    a, b, _ = net.nodes
    a.write(CHAINS[0][:4])
    b.write(CHAINS[1])
    net.settle()
    true = {*ids(CHAINS[0]), *ids(CHAINS[1])}
    for node in (a, b):
        assert (
            {*ids(CHAINS[0][:4]), *ids(CHAINS[1])} <= set(ids(node.replica.everything())) <= true
        )
        assert not node.replica.rivals()
    assert liar.lies
    assert len(a.ended) + len(b.ended) >= 1


SLIPS = [bytes([n]) * 32 for n in range(2)]


def joined(names: str) -> Net:
    """Nodes that all know each other, and lines that behave."""
    net = Net(names)
    net.settle()
    return net


def having(net: Net, slip: bytes) -> list[Node]:
    return [node for node in net.nodes if node.hand == slip and node.has_it]


@given(chances, st.sampled_from(["ab", "abc", "abcd"]))
def test_no_slip_is_in_two_hands_among_those_who_are_connected(chance: Random, names: str) -> None:
    net = joined(names)
    for _ in range(60):
        busy = [line for line in net.lines() if line.inbox]
        if busy and chance.random() < 0.7:
            net.deliver(chance.choice(busy))
        else:
            chance.choice(net.nodes).take(chance.choice([b"", *SLIPS]))
        assert all(len(having(net, slip)) <= 1 for slip in SLIPS)


@given(chances, st.sampled_from(["ab", "abc", "abcd"]))
def test_one_of_those_who_show_the_same_slip_has_it(chance: Random, names: str) -> None:
    net = joined(names)
    shown = chance.sample(net.nodes, chance.randint(1, len(names)))
    for node in shown:
        node.take(SLIPS[0])
        if chance.random() < 0.5:
            net.deliver_all()
    net.deliver_all()
    (one,) = having(net, SLIPS[0])
    for node in shown:
        standing, by = node.talk.reservation()
        assert node is one or standing is Standing.TAKEN
        assert node is one or by in {each.device for each in shown} - {node.device}


@given(chances)
def test_whatever_befalls_the_lines_nobody_waits_long_for_a_slip(chance: Random) -> None:
    net = Net("abc")
    for _ in range(40):
        net.misbehave(chance)
        if chance.random() < 0.2:
            chance.choice(net.nodes).take(chance.choice([b"", *SLIPS]))
    net.tick(RESERVE_SECONDS)
    for node in net.nodes:
        standing, _ = node.talk.reservation()
        assert standing is not Standing.ASKING
