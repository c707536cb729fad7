# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must hold, whatever happened: of one disk, of all records, of what they mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ballots.merge import merge
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.seal import gathered
from ballots.session import OddityCode, PollState, Session, fold
from sync.heads import Tip
from sync.replica import Replica

Replicas = Mapping[str, Replica]  # name → record of an honest kiosk


class Broken(AssertionError):
    """A law does not hold. The first argument is the law."""


def require(holds: bool, law: str, *facts: object) -> None:
    """Raises `Broken` unless it holds."""
    if not holds:
        raise Broken(law, *facts)


@dataclass
class Word:
    """What a kiosk has given its word on, to its own people or to a peer.

    `tips` is segment → last entry that it said is on disk; `frozen` is segment → number from
    which it said that the segment is forked.
    """

    tips: dict[str, Tip] = field(default_factory=dict)
    frozen: dict[str, int] = field(default_factory=dict)

    def give(self, tips: Mapping[str, Tip], frozen: Mapping[str, int]) -> None:
        """More has been said."""
        for segment, tip in tips.items():
            self.tips[segment] = max(self.tips.get(segment, tip), tip)
        for segment, number in frozen.items():
            self.frozen[segment] = min(self.frozen.get(segment, number), number)

    def covers(self, entry: Entry) -> bool:
        """Whether it was said that the entry is on disk."""
        tip = self.tips.get(entry.header.segment)
        return tip is not None and tip.number >= entry.header.number

    def copy(self) -> Word:
        return Word(dict(self.tips), dict(self.frozen))


# Of one disk.


def word_is_kept(name: str, replica: Replica, word: Word) -> None:
    """What was acknowledged is on disk, and the evidence that was shown."""
    for segment, tip in word.tips.items():
        held = replica.entries(segment, tip.number - 1, 1)
        require(
            bool(held) and held[0].id == tip.id,
            "an acknowledged entry is lost",
            name,
            segment[:8],
            tip.number,
        )
    frozen = replica.frozen()
    for segment, number in word.frozen.items():
        require(
            frozen.get(segment, number + 1) <= number,
            "evidence that was shown is lost",
            name,
            segment[:8],
            number,
        )


# Of all records, once all can reach each other.


def agreed(replica: Replica) -> list[Entry]:
    """What replicas must agree on: everything before forks, and the evidence of them."""
    frozen = replica.frozen()
    everything = replica.everything()
    before = [e for e in everything if e.header.number < frozen.get(e.header.segment, 1 << 40)]
    return [*before, *replica.rivals()]


def difference(replicas: Replicas) -> str:
    """Where records differ; empty when they don't."""
    held = {name: {entry.id for entry in agreed(replica)} for name, replica in replicas.items()}
    union = set().union(*held.values())
    return ", ".join(
        f"{name} lacks {len(union - ids)}" for name, ids in held.items() if union - ids
    )


def nothing_is_lost(replicas: Replicas, words: Iterable[Word]) -> None:
    """Whatever is acknowledged on a disk that was not exchanged since is in every record."""
    for word in words:
        for name, replica in replicas.items():
            frozen = replica.frozen()
            for segment, tip in word.tips.items():
                last = min(tip.number, frozen.get(segment, tip.number + 1) - 1)
                held = {entry.header.number for entry in replica.entries(segment, -1, last + 1)}
                require(len(held) > last, "an acknowledged entry is lost", name, segment[:8], last)


def forks_are_those_of(replicas: Replicas, forged: Mapping[str, int]) -> None:
    """Each fork that honest kiosks were shown is known to all, and no other is.

    `forged` is segment → lowest number at which they hold entries that differ.
    """
    for name, replica in replicas.items():
        require(replica.frozen() == forged, "forks are not those that were forged", name)


def contradictions(replicas: Iterable[Replica]) -> dict[str, int]:
    """Segment → lowest number that two entries bear somewhere among all that is held."""
    ids: dict[tuple[str, int], set[bytes]] = {}
    for replica in replicas:
        for entry in replica.everything():
            ids.setdefault((entry.header.segment, entry.header.number), set()).add(entry.id)
    found: dict[str, int] = {}
    for (segment, number), rivals in ids.items():
        if len(rivals) > 1:
            found[segment] = min(number, found.get(segment, number))
    return found


# Of what records mean.


def one_state(replicas: Replicas) -> Session:
    """The state that all come to, from what they agree on and from all that they hold."""
    sessions = {name: fold(agreed(replica)) for name, replica in replicas.items()}
    first = next(iter(sessions.values()))
    for name, session in sessions.items():
        require(session == first, "states differ", name)
        require(
            fold(reversed(agreed(replicas[name]))) == first, "the order of entries matters", name
        )
        require(
            _decided(fold(replicas[name].everything())) == _decided(first),
            "what comes after a fork decides something",
            name,
        )
    return first


def only_exchanged_cards_are_told_of(session: Session, disturbed: Collection[str]) -> None:
    """No card that stayed where it was is called restored, whatever befell its kiosk."""
    restored = {
        str(oddity.facts["device"])
        for oddity in session.oddities
        if oddity.code is OddityCode.RESTORED
    }
    require(restored <= set(disturbed), "a card was called restored", restored)


def _decided(session: Session) -> object:
    """Everything but what is contested, in which kiosks may differ."""
    return (
        session.assembly,
        {
            uuid: (
                state.stage,
                state.ballots,
                state.late,
                state.booths,
                state.seal,
                state.seed,
                state.result,
            )
            for uuid, state in session.polls.items()
        },
        session.present,
        session.forks,
    )


@dataclass(frozen=True)
class Box:
    """What is under a seal."""

    text: str
    ballots: tuple[str, ...]
    seed: bytes
    booths: tuple[str, ...]
    counted: tuple[str, ...]


def box_of(state: PollState) -> Box | None:
    """What a kiosk takes for sealed, if it sees a seal that all under it have signed."""
    if state.seal is None or state.seal.awaited:
        return None
    return Box(
        state.seal.checkpoint.text,
        tuple(ballot.entry for ballot in state.ballots),
        state.seed,
        state.booths,
        tuple(ballot.entry for ballot in counted(state)),
    )


def counted(state: PollState) -> tuple:  # type: ignore[type-arg]
    """The ballots that count, if the election takes them all."""
    return merge(state, lambda _: True).counted


def each_slip_counts_once(state: PollState, used: Collection[str]) -> None:
    """`used` are slips whose ballot was acknowledged by a booth that kept its disk."""
    credentials = [ballot.credential for ballot in counted(state)]
    require(len(credentials) == len(set(credentials)), "a slip counts twice")
    have = {ballot.credential for ballot in state.ballots}
    require(set(credentials) == have, "a used slip does not count", have - set(credentials))
    require(set(used) <= have, "an acknowledged ballot is not counted", set(used) - have)


def note_of(replica: Replica, poll: str, text: str) -> bytes:
    """The gathered note of a seal."""
    return gathered(
        entry.body or b""
        for entry in replica.everything()
        if entry.header.kind in (Kind.SEAL, Kind.COSIGN)
        and entry.header.poll == poll
        and (entry.body or b"").startswith(text.encode() + b"\n")
    )
