# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of `sync/CONVERSATION.md`, line by line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from sync.asking import MAX_ASKS, STALL_SECONDS
from sync.conversation import PROTOCOL, REPEAT_SECONDS, Conversation
from sync.errors import SyncProblem
from sync.heads import MAX_SEGMENTS, Tip
from sync.peer import ANSWER_SECONDS, GREETING_SECONDS, SILENCE_SECONDS
from sync.reservation import RESERVE_SECONDS, Standing
from sync.speaker import verify_at_once
from sync.turns import (
    Action,
    Closed,
    Disconnect,
    Garbled,
    Heard,
    InHand,
    Opened,
    Oppose,
    Send,
    Serve,
    Show,
    Sign,
    Store,
    Stored,
    Ticked,
    Verified,
    Verify,
    Wanted,
)
from sync.wire import (
    MAX_PAGE,
    Fetch,
    Heads,
    Hello,
    Message,
    Page,
    Reserve,
    Reserved,
    Rivals,
    Vouch,
    Vouched,
)
from sync.wishes import WISH_SECONDS
from tests.kept_records import ASSEMBLY, chain, forked, key, opened, uncertified
from tests.told_evenings import UUID, ballot_body

ONE = chain("one", 6)
TWO = chain("two", 3)
SEGMENT = ONE[0].header.segment
SLIP, OTHER_SLIP = bytes(range(32)), bytes(32)
NOBODY = ""


def tip(entry: Entry) -> Tip:
    return Tip(entry.header.number, entry.id)


def heads(*entries: Entry) -> Heads:
    return Heads({entry.header.segment: tip(entry) for entry in entries})


def page(entries: Sequence[Entry], after: int | None = None) -> Page:
    first = entries[0].header
    at = first.number - 1 if after is None else after
    return Page(first.segment, at, tuple(entry.encode() for entry in entries))


class Talk:
    """A conversation and how far its clock has gone."""

    def __init__(
        self,
        *held: Entry,
        frozen: dict[str, int] | None = None,
        authors: dict[str, str] | None = None,
    ) -> None:
        tips = {entry.header.segment: tip(entry) for entry in held}
        self.core = Conversation(ASSEMBLY, "me", tips, frozen or {}, authors or {})
        self.now = 0.0

    def greet(self, link: int, name: str = "") -> tuple[Action, ...]:
        self.core.step(Opened(link), self.now)
        return self.hear(link, Hello(PROTOCOL, ASSEMBLY, name or f"peer {link}"))

    def hear(self, link: int, message: Message) -> tuple[Action, ...]:
        return self.core.step(Heard(link, message), self.now)

    def answer(self, link: int, page: Page) -> tuple[Action, ...]:
        """Hear a page, and verify it if that is what is done about it."""
        actions = self.hear(link, page)
        return self.verify(link, page) if actions == (Verify(link, page),) else actions

    def verify(self, link: int, page: Page) -> tuple[Action, ...]:
        told: list[tuple[Entry, ...]] = []
        verify_at_once(page.entries, told.append)
        return self.core.step(Verified(link, page.segment, *told), self.now)

    def store(self, *entries: Entry, forked: dict[str, int] | None = None) -> tuple[Action, ...]:
        moved = {entry.header.segment: tip(entry) for entry in entries}
        return self.core.step(Stored(moved, forked or {}), self.now)

    def take(self, slip: bytes) -> tuple[Action, ...]:
        return self.core.step(InHand(slip), self.now)

    def wait(self, seconds: float) -> tuple[Action, ...]:
        self.now += seconds
        return self.core.step(Ticked(), self.now)


def fetched(actions: Sequence[Action]) -> list[tuple[int, Message]]:
    return [
        (action.link, action.message)
        for action in actions
        if isinstance(action, Send) and isinstance(action.message, Fetch)
    ]


def test_a_connection_begins_with_a_greeting() -> None:
    talk = Talk()
    assert talk.core.step(Opened(1), 0.0) == (Send(1, Hello(PROTOCOL, ASSEMBLY, "me")),)
    assert talk.core.peers() == ()


def test_a_greeting_is_answered_with_all_heads() -> None:
    talk = Talk(ONE[3], TWO[1])
    assert talk.greet(1) == (Send(1, heads(ONE[3], TWO[1])),)
    assert talk.core.peers() == ("peer 1",)


def test_who_knows_of_forks_shows_them_before_its_heads() -> None:
    talk = Talk(ONE[3], frozen={SEGMENT: 4})
    assert talk.greet(1) == (Show(1, frozenset({SEGMENT})), Send(1, heads(ONE[3])))


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        (Hello("urna-sync/v1", ASSEMBLY, "peer"), SyncProblem.PEER_PROTOCOL),
        (Hello(PROTOCOL, "00" * 16, "peer"), SyncProblem.PEER_ASSEMBLY),
        (Hello(PROTOCOL, ASSEMBLY, "me"), SyncProblem.PEER_ITSELF),
    ],
)
def test_a_greeting_of_others_ends_the_connection(hello: Hello, code: SyncProblem) -> None:
    talk = Talk()
    talk.core.step(Opened(1), 0.0)
    assert talk.hear(1, hello) == (Disconnect(1, code),)
    assert talk.hear(1, hello) == ()


@pytest.mark.parametrize(
    "message",
    [
        Heads({}),
        Fetch(SEGMENT, -1, 1),
        page(ONE[:1]),
        Rivals(b"x", b"y"),
        Vouch(SEGMENT, 1, bytes(32)),
        Vouched(SEGMENT, 1, b""),
        Reserve(SLIP),
        Reserved(SLIP, True),
    ],
)
def test_nothing_is_heard_before_the_greeting(message: Message) -> None:
    talk = Talk()
    talk.core.step(Opened(1), 0.0)
    assert talk.hear(1, message) == (Disconnect(1, SyncProblem.PEER_TURN),)


def test_nobody_greets_twice() -> None:
    talk = Talk()
    talk.greet(1)
    again = talk.hear(1, Hello(PROTOCOL, ASSEMBLY, "peer 1"))
    assert again == (Disconnect(1, SyncProblem.PEER_TURN),)


def test_what_is_lacking_is_asked_for() -> None:
    talk = Talk(ONE[1])
    talk.greet(1)
    assert talk.hear(1, heads(ONE[4])) == (Send(1, Fetch(SEGMENT, 1, 3)),)


def test_what_is_held_is_not_asked_for() -> None:
    talk = Talk(ONE[4])
    talk.greet(1)
    assert talk.hear(1, heads(ONE[4])) == ()
    assert talk.hear(1, heads(ONE[3])) == ()


def test_no_more_than_a_page_is_asked_for_at_once() -> None:
    talk = Talk()
    talk.greet(1)
    asked = talk.hear(1, Heads({SEGMENT: Tip(90_000, bytes(32))}))
    assert asked == (Send(1, Fetch(SEGMENT, -1, MAX_PAGE)),)


def test_a_page_is_stored_told_to_all_and_followed_by_the_next() -> None:
    talk = Talk()
    talk.greet(1)
    talk.greet(2)
    talk.hear(1, heads(ONE[4]))
    assert talk.answer(1, page(ONE[:2])) == (Store(1, tuple(ONE[:2])),)
    assert talk.store(ONE[1]) == (
        Send(1, heads(ONE[1])),
        Send(2, heads(ONE[1])),
        Send(1, Fetch(SEGMENT, 1, 3)),
    )


def test_who_writes_a_segment_is_asked_for_it_first() -> None:
    talk = Talk(ONE[1], authors={SEGMENT: "the author"})
    for link, name in ((1, ""), (2, "the author")):
        talk.greet(link, name)
    both = [*talk.hear(2, heads(TWO[2])), *talk.hear(1, heads(ONE[2]))]
    assert fetched(both) == [
        (2, Fetch(TWO[0].header.segment, -1, 3)),
        (1, Fetch(SEGMENT, 1, 1)),
    ]
    assert fetched(talk.hear(2, heads(ONE[4]))) == []
    assert fetched(talk.hear(1, heads(ONE[4]))) == []
    talk.answer(1, page(ONE[2:3]))
    assert fetched(talk.store(ONE[2])) == [(2, Fetch(SEGMENT, 2, 2))]


def test_who_writes_a_segment_is_known_by_its_opening() -> None:
    talk = Talk()
    talk.greet(1)
    assert fetched(talk.hear(1, heads(ONE[4]))) == [(1, Fetch(SEGMENT, -1, 5))]
    talk.greet(2, key("one").public.hex())
    talk.hear(2, heads(ONE[4]))
    talk.answer(1, page(ONE[:2]))
    assert fetched(talk.store(ONE[1])) == [(2, Fetch(SEGMENT, 1, 3))]


def test_an_author_that_stalls_is_not_waited_for() -> None:
    talk = Talk(ONE[1], authors={SEGMENT: "the author"})
    for link, name in ((1, ""), (2, "the author")):
        talk.greet(link, name)
    assert fetched(talk.hear(2, heads(ONE[4]))) == [(2, Fetch(SEGMENT, 1, 3))]
    talk.hear(1, heads(ONE[4]))
    assert fetched(talk.wait(STALL_SECONDS)) == [(1, Fetch(SEGMENT, 1, 3))]


def test_a_segment_is_asked_of_one_peer_until_it_stalls() -> None:
    talk = Talk()
    for link in (1, 2):
        talk.greet(link)
    assert fetched(talk.hear(1, heads(ONE[4]))) == [(1, Fetch(SEGMENT, -1, 5))]
    assert talk.hear(2, heads(ONE[4])) == ()
    assert fetched(talk.wait(STALL_SECONDS / 2)) == []
    assert fetched(talk.wait(STALL_SECONDS / 2)) == [(2, Fetch(SEGMENT, -1, 5))]
    assert fetched(talk.wait(STALL_SECONDS)) == []
    assert talk.answer(1, page(ONE[:5])) == (Store(1, tuple(ONE[:5])),)


def test_the_peer_with_fewer_questions_is_asked() -> None:
    talk = Talk()
    for link in (1, 2, 3):
        talk.greet(link)
    talk.hear(3, heads(TWO[3]))
    talk.hear(1, heads(ONE[4], TWO[3]))
    talk.hear(2, heads(TWO[3]))
    segment = TWO[0].header.segment
    assert talk.core.step(Closed(3), 0.0) == (Send(2, Fetch(segment, -1, 4)),)


def test_a_peer_gets_few_questions_at_once() -> None:
    talk = Talk()
    talk.greet(1)
    many = {f"{n:064x}": Tip(0, bytes(32)) for n in range(MAX_ASKS + 3)}
    assert len(fetched(talk.hear(1, Heads(many)))) == MAX_ASKS


def test_when_a_peer_goes_another_is_asked() -> None:
    talk = Talk()
    talk.greet(1)
    talk.greet(2)
    talk.hear(1, heads(ONE[4]))
    talk.hear(2, heads(ONE[2]))
    assert talk.core.step(Closed(1), 0.0) == (Send(2, Fetch(SEGMENT, -1, 3)),)


def test_a_question_is_passed_on_to_the_disk() -> None:
    talk = Talk(ONE[4])
    talk.greet(1)
    fetch = Fetch(SEGMENT, 2, 2)
    assert talk.hear(1, fetch) == (Serve(1, fetch),)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Page(SEGMENT, 0, ()), SyncProblem.PEER_WITHHOLDS),
        (page(ONE[2:4], after=0), SyncProblem.PEER_CHAIN),
        (page([ONE[1], ONE[3]], after=0), SyncProblem.PEER_CHAIN),
        (page(ONE[1:4], after=1), SyncProblem.PEER_TURN),
        (page(TWO[1:], after=0), SyncProblem.PEER_TURN),
        (Page(SEGMENT, 0, tuple(e.encode() for e in TWO[1:])), SyncProblem.PEER_CHAIN),
        (Page(SEGMENT, 0, (ONE[1].encode(), b"garbage")), SyncProblem.PEER_ENTRY),
        (
            Page(SEGMENT, 0, (chain("one", 2, root=key("other"))[1].encode(),)),
            SyncProblem.PEER_ENTRY,
        ),
    ],
)
def test_a_wrong_answer_ends_the_connection(answer: Page, code: SyncProblem) -> None:
    talk = Talk(ONE[0])
    talk.greet(1)
    talk.hear(1, heads(ONE[4]))
    assert talk.answer(1, answer) == (Disconnect(1, code),)


def test_another_is_asked_what_a_liar_did_not_answer() -> None:
    talk = Talk(ONE[0])
    for link in (1, 2):
        talk.greet(link)
        talk.hear(link, heads(ONE[4]))
    assert talk.hear(1, Page(SEGMENT, 0, ())) == (
        Disconnect(1, SyncProblem.PEER_WITHHOLDS),
        Send(2, Fetch(SEGMENT, 0, 4)),
    )


@pytest.mark.parametrize(
    "false",
    [opened("one", root=key("other")).first, uncertified("one")],
    ids=["of another assembly", "of none"],
)
def test_an_opening_by_a_device_without_certificate_ends_the_connection(false: Entry) -> None:
    talk = Talk()
    talk.greet(1)
    talk.hear(1, heads(false))
    assert talk.answer(1, page([false])) == (Disconnect(1, SyncProblem.PEER_ENTRY),)


def test_a_claimed_head_that_is_not_delivered_ends_the_connection() -> None:
    talk = Talk(ONE[0])
    talk.greet(1)
    talk.hear(1, Heads({SEGMENT: Tip(2, bytes(32))}))
    assert talk.answer(1, page(ONE[1:3])) == (Disconnect(1, SyncProblem.PEER_CHAIN),)


def test_who_changes_a_head_ends_the_connection() -> None:
    talk = Talk(ONE[4])
    talk.greet(1)
    talk.hear(1, heads(ONE[3]))
    changed = Heads({SEGMENT: Tip(3, bytes(32))})
    assert talk.hear(1, changed) == (Disconnect(1, SyncProblem.PEER_CHAIN),)


def test_too_many_segments_end_the_connection() -> None:
    talk = Talk()
    talk.greet(1)
    most = {f"{n:064x}": Tip(0, bytes(32)) for n in range(MAX_SEGMENTS)}
    talk.hear(1, Heads(most))
    assert talk.hear(1, heads(ONE[0])) == (Disconnect(1, SyncProblem.PEER_FLOOD),)


def test_bytes_that_are_no_message_end_the_connection() -> None:
    talk = Talk()
    talk.greet(1)
    garbled = Garbled(1, SyncProblem.WIRE_MALFORMED)
    assert talk.core.step(garbled, 0.0) == (Disconnect(1, SyncProblem.WIRE_MALFORMED),)
    assert talk.core.step(garbled, 0.0) == ()


def test_who_does_not_greet_is_not_waited_for() -> None:
    talk = Talk()
    talk.core.step(Opened(1), 0.0)
    assert talk.wait(GREETING_SECONDS / 2) == ()
    assert talk.wait(GREETING_SECONDS / 2) == (Disconnect(1, SyncProblem.PEER_SILENT),)


def test_who_does_not_answer_is_not_waited_for() -> None:
    talk = Talk()
    talk.greet(1)
    talk.hear(1, heads(ONE[4]))
    talk.wait(ANSWER_SECONDS - 1)
    talk.hear(1, Heads({}))
    assert Disconnect(1, SyncProblem.PEER_SILENT) in talk.wait(1.0)


def test_an_answer_is_verified_before_it_is_stored() -> None:
    talk = Talk()
    talk.greet(1)
    talk.hear(1, heads(ONE[4]))
    answer = page(ONE[:2])
    assert talk.hear(1, answer) == (Verify(1, answer),)
    assert talk.hear(1, heads(ONE[5])) == ()
    assert talk.verify(1, answer) == (Store(1, tuple(ONE[:2])),)


def test_nobody_is_to_blame_for_the_time_that_verifying_takes() -> None:
    talk = Talk()
    for link in (1, 2):
        talk.greet(link)
        talk.hear(link, heads(ONE[4]))
    answer = page(ONE[:5])
    assert talk.hear(1, answer) == (Verify(1, answer),)
    for _ in range(2):
        assert fetched(talk.wait(ANSWER_SECONDS)) == []
        assert talk.hear(1, heads(ONE[4])) == talk.hear(2, heads(ONE[4])) == ()
    assert talk.core.peers() == ("peer 1", "peer 2")
    assert talk.verify(1, answer) == (Store(1, tuple(ONE[:5])),)


def test_an_answer_that_comes_twice_ends_the_connection_verified_or_not() -> None:
    for is_verified in (True, False):
        talk = Talk()
        talk.greet(1)
        talk.hear(1, heads(ONE[4]))
        answer = page(ONE[:2])
        talk.hear(1, answer)
        if is_verified:
            talk.verify(1, answer)
        assert talk.hear(1, answer) == (Disconnect(1, SyncProblem.PEER_TURN),)


def test_a_question_is_open_until_its_answer_is_verified() -> None:
    talk = Talk()
    talk.greet(1)
    many = {f"{n:064x}": Tip(0, bytes(32)) for n in range(MAX_ASKS)}
    talk.hear(1, Heads({SEGMENT: tip(ONE[0])}))
    assert len(fetched(talk.hear(1, Heads(many)))) == MAX_ASKS - 1
    assert talk.hear(1, page(ONE[:1])) == (Verify(1, page(ONE[:1])),)
    assert talk.hear(1, Heads({})) == ()
    assert talk.verify(1, page(ONE[:1])) == (Store(1, (ONE[0],)),)
    assert len(fetched(talk.store(ONE[0]))) == 1


def test_what_is_verified_after_its_line_is_gone_was_asked_of_another() -> None:
    talk = Talk()
    for link in (1, 2):
        talk.greet(link)
        talk.hear(link, heads(ONE[4]))
    answer = page(ONE[:5])
    talk.hear(1, answer)
    assert fetched(talk.core.step(Closed(1), 0.0)) == [(2, Fetch(SEGMENT, -1, 5))]
    assert talk.verify(1, answer) == ()


def test_a_fork_that_is_found_while_a_page_is_verified_makes_no_liar() -> None:
    branch, _ = forked("liar", 2, [3, 3])
    segment = branch[0].header.segment
    talk = Talk()
    talk.greet(1)
    talk.hear(1, heads(branch[5]))
    talk.hear(1, page(branch))
    talk.store(forked={segment: 3})
    assert talk.verify(1, page(branch)) == (Store(1, tuple(branch)),)


def test_who_says_nothing_is_not_waited_for() -> None:
    talk = Talk()
    talk.greet(1)
    assert Disconnect(1, SyncProblem.PEER_SILENT) not in talk.wait(SILENCE_SECONDS - 1)
    assert talk.wait(1.0) == (Disconnect(1, SyncProblem.PEER_SILENT),)


def test_heads_are_repeated_for_whatever_was_lost() -> None:
    talk = Talk(ONE[2])
    talk.greet(1)
    assert talk.wait(REPEAT_SECONDS - 1) == ()
    assert talk.wait(1.0) == (Send(1, heads(ONE[2])),)
    assert talk.wait(1.0) == ()


def test_all_are_even_once_each_says_that_it_holds_what_is_on_disk_here() -> None:
    talk = Talk(ONE[4])
    four, five = heads(ONE[4]).heads, heads(ONE[5]).heads
    assert talk.core.is_even(four)  # nobody is there
    talk.greet(1, "a")
    assert not talk.core.is_even(four)
    talk.hear(1, heads(ONE[2]))
    assert not talk.core.is_even(four)
    talk.hear(1, heads(ONE[4]))
    assert talk.core.is_even(four)
    assert not talk.core.is_even(five)  # on disk, and told to nobody yet
    talk.hear(1, heads(ONE[5]))
    assert not talk.core.is_even(four)


def test_holders_are_the_devices_that_said_so() -> None:
    talk = Talk(ONE[4])
    for link, name in ((1, "a"), (2, "b"), (3, "b")):
        talk.greet(link, name)
    assert talk.core.holders(SEGMENT, 0) == 0
    talk.hear(1, heads(ONE[2]))
    talk.hear(2, heads(ONE[4]))
    talk.hear(3, heads(ONE[3]))
    assert [talk.core.holders(SEGMENT, n) for n in range(6)] == [2, 2, 2, 1, 1, 0]
    assert talk.core.peers() == ("a", "b")


def test_who_goes_still_holds_until_it_says_otherwise() -> None:
    talk = Talk(ONE[4])
    talk.greet(1, "a")
    talk.hear(1, heads(ONE[4]))
    talk.core.step(Closed(1), 0.0)
    assert talk.core.holders(SEGMENT, 4) == 1
    talk.greet(2, "a")
    assert talk.core.holders(SEGMENT, 4) == 0
    talk.hear(2, heads(ONE[1]))
    assert [talk.core.holders(SEGMENT, n) for n in (1, 2)] == [1, 0]


def test_who_lied_does_not_count_as_holder() -> None:
    talk = Talk(ONE[4])
    talk.greet(1)
    talk.hear(1, heads(ONE[4]))
    talk.answer(1, page(ONE[:1]))
    assert talk.core.holders(SEGMENT, 0) == 0


def test_a_late_word_of_an_older_entry_changes_nothing() -> None:
    talk = Talk(ONE[2])
    talk.greet(1)
    assert talk.store(ONE[1]) == (Send(1, heads(ONE[2])),)


def test_two_last_entries_of_one_number_are_read_from_the_beginning() -> None:
    mine, theirs = forked("liar", 2, [2, 2])
    segment = mine[0].header.segment
    talk = Talk(mine[4])
    talk.greet(1)
    assert talk.hear(1, heads(theirs[4])) == (Send(1, Fetch(segment, -1, 5)),)
    assert talk.answer(1, page(theirs[:2])) == (Store(1, tuple(theirs[:2])),)
    assert talk.store() == (Send(1, Fetch(segment, 1, 3)),)
    assert talk.answer(1, page(theirs[2:])) == (Store(1, tuple(theirs[2:])),)
    assert talk.store(mine[2], forked={segment: 3}) == (
        Show(1, frozenset({segment})),
        Send(1, heads(mine[2])),
    )
    assert [talk.core.holders(segment, n) for n in (2, 3)] == [1, 0]
    assert talk.hear(1, heads(theirs[4])) == ()


def test_an_entry_that_follows_another_sends_back_to_the_beginning_once() -> None:
    mine, theirs = forked("liar", 2, [1, 2])
    segment = mine[0].header.segment
    talk = Talk(mine[3])
    talk.greet(1)
    talk.hear(1, heads(theirs[4]))
    assert talk.answer(1, page(theirs[4:])) == (Send(1, Fetch(segment, -1, 5)),)
    talk.answer(1, page(theirs[:3]))
    talk.store()
    assert talk.answer(1, page(mine[3:])) == (Store(1, (mine[3],)),)
    talk.store()
    assert talk.answer(1, page(theirs[4:])) == (Disconnect(1, SyncProblem.PEER_CHAIN),)


def test_nothing_is_asked_for_after_a_fork() -> None:
    branch, _ = forked("liar", 2, [3, 3])
    segment = branch[0].header.segment
    talk = Talk(branch[2])
    talk.greet(1)
    talk.store(branch[2], forked={segment: 3})
    assert talk.hear(1, heads(branch[5])) == ()
    assert talk.core.holders(segment, 2) == 0
    assert talk.hear(1, heads(branch[2])) == ()
    assert talk.core.holders(segment, 2) == 1


def test_a_fork_in_the_first_entry_leaves_no_head_to_tell() -> None:
    talk = Talk(ONE[3])
    talk.greet(1)
    assert talk.store(forked={SEGMENT: 0}) == (Show(1, frozenset({SEGMENT})),)
    assert talk.store(ONE[3]) == ()
    assert Send(1, Heads({})) in talk.wait(REPEAT_SECONDS)


def test_a_fork_found_while_a_page_is_on_its_way_makes_no_liar() -> None:
    branch, _ = forked("liar", 2, [3, 3])
    segment = branch[0].header.segment
    talk = Talk()
    talk.greet(1)
    talk.hear(1, heads(branch[5]))
    talk.store(forked={segment: 3})
    assert talk.answer(1, page(branch)) == (Store(1, tuple(branch)),)


def test_evidence_is_checked_and_kept() -> None:
    mine, theirs = forked("liar", 2, [1, 1])
    talk = Talk(mine[3])
    talk.greet(1)
    rivals = Rivals(mine[3].encode(), theirs[3].encode())
    assert talk.hear(1, rivals) == (Oppose(1, mine[3], theirs[3]),)


@pytest.mark.parametrize(
    ("rivals", "code"),
    [
        (Rivals(ONE[1].encode(), ONE[1].encode()), SyncProblem.PEER_CHAIN),
        (Rivals(ONE[1].encode(), ONE[2].encode()), SyncProblem.PEER_CHAIN),
        (Rivals(ONE[1].encode(), TWO[1].encode()), SyncProblem.PEER_CHAIN),
        (Rivals(ONE[1].encode(), b"garbage"), SyncProblem.PEER_ENTRY),
    ],
)
def test_evidence_that_proves_nothing_ends_the_connection(
    rivals: Rivals, code: SyncProblem
) -> None:
    talk = Talk(ONE[3])
    talk.greet(1)
    assert talk.hear(1, rivals) == (Disconnect(1, code),)


# --- signatures of holders -----------------------------------------------------------------------

_BOX = opened("box")
BOX = [_BOX.first, *(_BOX.write(Kind.BALLOT, ballot_body(slip), UUID) for slip in "abc")]
A, B = (key(name).public.hex() for name in "ab")


def holding(entry: Entry) -> Holding:
    held = Holding.of(entry)
    assert held is not None
    return held


def vouch(entry: Entry) -> Vouch:
    return Vouch(entry.header.segment, entry.header.number, entry.id)


def vouched(entry: Entry, name: str, of: Entry | None = None) -> Vouched:
    signature = holding(of or entry).sign(key(name))
    return Vouched(entry.header.segment, entry.header.number, signature)


def want(talk: Talk, entry: Entry) -> tuple[Action, ...]:
    wanted = Wanted(vouch=vouch(entry), holding=holding(entry))
    return talk.core.step(wanted, talk.now)


def signed(talk: Talk, entry: Entry) -> dict[str, bytes]:
    return talk.core.signatures(entry.header.segment, entry.header.number)


def test_whoever_holds_a_ballot_is_asked_to_sign_it_as_soon_as_it_says_so() -> None:
    talk = Talk(BOX[3])
    talk.greet(1, A)
    talk.greet(2, B)
    talk.hear(1, heads(BOX[3]))
    talk.hear(2, heads(BOX[1]))
    assert want(talk, BOX[2]) == (Send(1, vouch(BOX[2])),)
    assert talk.wait(0.5) == ()
    assert talk.hear(2, heads(BOX[2])) == (Send(2, vouch(BOX[2])),)
    assert signed(talk, BOX[2]) == {}
    assert talk.hear(1, vouched(BOX[2], "a")) == ()
    assert talk.hear(2, vouched(BOX[2], "b")) == ()
    assert signed(talk, BOX[2]) == {
        A: vouched(BOX[2], "a").signature,
        B: vouched(BOX[2], "b").signature,
    }
    assert signed(talk, BOX[1]) == {}


def test_who_cannot_sign_says_so_and_is_not_asked_again() -> None:
    talk = Talk(BOX[2])
    talk.greet(1, A)
    talk.hear(1, heads(BOX[2]))
    want(talk, BOX[2])
    assert talk.hear(1, Vouched(BOX[2].header.segment, 2, b"")) == ()
    assert signed(talk, BOX[2]) == {}
    assert want(talk, BOX[2]) == ()
    assert talk.wait(0.5) == ()


@pytest.mark.parametrize(
    "answer",
    [
        vouched(BOX[2], "b"),
        vouched(BOX[2], "a", of=BOX[1]),
        Vouched(BOX[2].header.segment, 2, bytes(64)),
        Vouched(BOX[2].header.segment, 2, bytes(9)),
    ],
    ids=["of another", "of another ballot", "of nobody", "none"],
)
def test_a_signature_that_does_not_hold_ends_the_connection(answer: Vouched) -> None:
    talk = Talk(BOX[2])
    talk.greet(1, A)
    talk.hear(1, heads(BOX[2]))
    want(talk, BOX[2])
    assert talk.hear(1, answer) == (Disconnect(1, SyncProblem.PEER_SIGNATURE),)
    assert signed(talk, BOX[2]) == {}


def test_a_signature_that_was_not_asked_for_ends_the_connection() -> None:
    talk = Talk(BOX[2])
    for link, name in ((1, A), (2, B)):
        talk.greet(link, name)
        talk.hear(link, heads(BOX[2]))
    assert talk.hear(1, vouched(BOX[2], "a")) == (Disconnect(1, SyncProblem.PEER_TURN),)
    want(talk, BOX[2])
    talk.hear(2, vouched(BOX[2], "b"))
    assert talk.hear(2, vouched(BOX[2], "b")) == (Disconnect(2, SyncProblem.PEER_TURN),)


def test_nothing_is_kept_of_what_a_liar_signed() -> None:
    talk = Talk(BOX[2])
    talk.greet(1, A)
    talk.hear(1, heads(BOX[2]))
    want(talk, BOX[2])
    talk.hear(1, vouched(BOX[2], "a"))
    talk.answer(1, page(ONE[:1]))
    assert signed(talk, BOX[2]) == {}


def test_who_went_away_has_signed_all_the_same_and_is_asked_again_only_if_it_has_not() -> None:
    talk = Talk(BOX[3])
    for link, name in ((1, A), (2, B)):
        talk.greet(link, name)
        talk.hear(link, heads(BOX[3]))
    want(talk, BOX[3])
    talk.hear(1, vouched(BOX[3], "a"))
    asked: tuple[Action, ...] = (Send(4, vouch(BOX[3])),)
    for link, name, again in ((1, A, ()), (2, B, asked)):
        talk.core.step(Closed(link), talk.now)
        talk.greet(link + 2, name)
        assert talk.hear(link + 2, heads(BOX[3])) == again
    assert set(signed(talk, BOX[3])) == {A}


def test_a_wish_is_forgotten_and_a_late_answer_is_no_fault() -> None:
    talk = Talk(BOX[2])
    talk.greet(1, A)
    want(talk, BOX[2])
    talk.wait(WISH_SECONDS - 4)
    assert talk.hear(1, heads(BOX[2])) == (Send(1, vouch(BOX[2])),)
    talk.wait(4)
    assert talk.hear(1, vouched(BOX[2], "a")) == ()
    assert signed(talk, BOX[2]) == {}
    assert talk.greet(2, B) == (Send(2, heads(BOX[2])),)
    assert talk.hear(2, heads(BOX[2])) == ()


def test_what_is_wanted_again_lives_longer_and_keeps_its_signatures() -> None:
    talk = Talk(BOX[2])
    talk.greet(1, A)
    talk.hear(1, heads(BOX[2]))
    want(talk, BOX[2])
    talk.hear(1, vouched(BOX[2], "a"))
    talk.wait(WISH_SECONDS - 1)
    assert want(talk, BOX[2]) == ()
    talk.hear(1, heads(BOX[2]))
    talk.wait(WISH_SECONDS - 1)
    assert set(signed(talk, BOX[2])) == {A}


def test_who_is_asked_to_sign_and_says_nothing_is_not_waited_for() -> None:
    talk = Talk(BOX[2])
    talk.greet(1, A)
    talk.hear(1, heads(BOX[2]))
    want(talk, BOX[2])
    talk.wait(ANSWER_SECONDS / 2)
    talk.hear(1, heads(BOX[2]))
    assert Disconnect(1, SyncProblem.PEER_SILENT) in talk.wait(ANSWER_SECONDS / 2)


def test_nobody_has_signed_for_what_is_forked() -> None:
    talk = Talk(BOX[3])
    talk.greet(1, A)
    talk.hear(1, heads(BOX[3]))
    want(talk, BOX[3])
    talk.hear(1, vouched(BOX[3], "a"))
    talk.store(BOX[1], forked={BOX[0].header.segment: 2})
    assert signed(talk, BOX[3]) == {}


def test_who_is_asked_to_sign_looks_at_the_disk() -> None:
    talk = Talk()
    talk.greet(1, A)
    assert talk.hear(1, vouch(BOX[1])) == (Sign(1, vouch(BOX[1])),)


# --- a slip in hand ---------------------------------------------------------------------------


def test_a_slip_is_in_hand_at_once_where_nobody_else_is() -> None:
    talk = Talk()
    assert talk.core.reservation() == (Standing.NONE, NOBODY)
    assert talk.take(SLIP) == ()
    assert talk.core.reservation() == (Standing.HELD, NOBODY)
    assert talk.take(b"") == ()
    assert talk.core.reservation() == (Standing.NONE, NOBODY)


def test_all_who_are_there_are_asked_for_a_slip() -> None:
    talk = Talk()
    for link in (1, 2):
        talk.greet(link)
    assert talk.take(SLIP) == (Send(1, Reserve(SLIP)), Send(2, Reserve(SLIP)))
    assert talk.hear(1, Reserved(SLIP, True)) == ()
    assert talk.core.reservation() == (Standing.ASKING, NOBODY)
    talk.hear(2, Reserved(SLIP, True))
    assert talk.core.reservation() == (Standing.HELD, NOBODY)


def test_who_comes_meanwhile_is_asked_too_and_later_nobody_is() -> None:
    talk = Talk()
    talk.greet(1)
    talk.take(SLIP)
    assert Send(2, Reserve(SLIP)) in talk.greet(2)
    for link in (1, 2):
        talk.hear(link, Reserved(SLIP, True))
    assert Send(3, Reserve(SLIP)) not in talk.greet(3)


def test_a_slip_that_another_has_is_taken_whatever_others_say() -> None:
    talk = Talk()
    for link in (1, 2):
        talk.greet(link)
    talk.take(SLIP)
    talk.hear(1, Reserved(SLIP, False))
    assert talk.core.reservation() == (Standing.TAKEN, "peer 1")
    talk.hear(2, Reserved(SLIP, True))
    assert talk.core.reservation() == (Standing.TAKEN, "peer 1")
    assert talk.hear(2, Reserve(SLIP)) == (Send(2, Reserved(SLIP, True)),)


def test_a_slip_in_hand_is_not_given_away_and_another_is_no_matter() -> None:
    talk = Talk()
    talk.take(SLIP)
    talk.greet(1, "before me")
    assert talk.hear(1, Reserve(SLIP)) == (Send(1, Reserved(SLIP, False)),)
    assert talk.hear(1, Reserve(OTHER_SLIP)) == (Send(1, Reserved(OTHER_SLIP, True)),)
    assert talk.core.reservation() == (Standing.HELD, NOBODY)


@pytest.mark.parametrize(
    ("name", "standing", "by"),
    [("a lower name", Standing.TAKEN, "a lower name"), ("of a higher name", Standing.ASKING, "")],
)
def test_of_two_who_ask_each_other_the_lower_name_has_the_slip(
    name: str, standing: Standing, by: str
) -> None:
    talk = Talk()
    talk.greet(1, name)
    talk.take(SLIP)
    answer = Send(1, Reserved(SLIP, standing is Standing.TAKEN))
    assert talk.hear(1, Reserve(SLIP)) == (answer,)
    assert talk.core.reservation() == (standing, by)


def test_who_does_not_answer_holds_up_nobody_for_long() -> None:
    talk = Talk()
    talk.greet(1)
    talk.take(SLIP)
    talk.wait(RESERVE_SECONDS / 2)
    assert talk.core.reservation() == (Standing.ASKING, NOBODY)
    talk.wait(RESERVE_SECONDS / 2)
    assert talk.core.reservation() == (Standing.HELD, NOBODY)
    talk.hear(1, Reserved(SLIP, False))  # too late
    assert talk.core.reservation() == (Standing.HELD, NOBODY)


def test_who_goes_away_is_not_waited_for() -> None:
    talk = Talk()
    talk.greet(1)
    talk.take(SLIP)
    talk.core.step(Closed(1), talk.now)
    assert talk.core.reservation() == (Standing.HELD, NOBODY)


def test_who_never_answers_is_silent() -> None:
    talk = Talk()
    talk.greet(1)
    talk.take(SLIP)
    talk.hear(1, Heads({}))
    talk.now += ANSWER_SECONDS - 1
    talk.hear(1, Heads({}))
    assert Disconnect(1, SyncProblem.PEER_SILENT) in talk.wait(1)


@pytest.mark.parametrize("before", [False, True])
def test_a_slip_that_is_shown_again_is_asked_for_again_and_the_last_answer_matters(
    before: bool,
) -> None:
    talk = Talk()
    talk.greet(1)
    talk.take(SLIP)
    talk.take(b"")
    assert talk.take(SLIP) == (Send(1, Reserve(SLIP)),)
    talk.hear(1, Reserved(SLIP, before))
    assert talk.core.reservation() == (Standing.ASKING, NOBODY)
    talk.hear(1, Reserved(SLIP, True))
    assert talk.core.reservation() == (Standing.HELD, NOBODY)


def test_answers_come_in_the_order_of_the_questions() -> None:
    talk = Talk()
    talk.greet(1)
    talk.take(SLIP)
    talk.take(OTHER_SLIP)
    out_of_turn = Disconnect(1, SyncProblem.PEER_TURN)
    assert talk.hear(1, Reserved(OTHER_SLIP, True)) == (out_of_turn,)


def test_an_answer_that_was_not_asked_for_ends_the_connection() -> None:
    talk = Talk()
    talk.greet(1)
    assert talk.hear(1, Reserved(SLIP, True)) == (Disconnect(1, SyncProblem.PEER_TURN),)
