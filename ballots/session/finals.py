# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who has finished with a poll, and where its ballots end in each segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ballots.record.bodies import Final, Last
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.seal import Checkpoint, merkle_root
from ballots.session.acts import Act
from ballots.session.chains import Chain, distinct
from ballots.session.chains import chains as chains_of
from ballots.session.oddities import Oddity, OddityCode
from ballots.session.revoking import Revocation, reach, under

Chains = Mapping[str, Chain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The finals in force: all that they name is here and is as they say.

    `revocations` are those in force; what of revoked devices counts is under a seal without their
    own finals. `is_whole` tells whether all of that is here.
    """

    finals: tuple[Act, ...]
    revocations: tuple[Revocation, ...]
    is_whole: bool
    oddities: tuple[Oddity, ...]

    @property
    def revoked(self) -> frozenset[str]:
        """Who was taken out."""
        return frozenset(each.document.device for each in self.revocations)

    @property
    def devices(self) -> frozenset[str]:
        """Who has finished, and is still there to sign."""
        return frozenset(act.author.device for act in self.finals) - self.revoked

    @property
    def cut(self) -> dict[str, int]:
        """Segment → last entry under a seal: all that a final names, and the final itself.

        Also what of revoked devices counts, and the revocations.
        """
        places = [(last.segment, last.number) for _, last in _lines(self.finals)]
        acts = (*self.finals, *(act for each in self.revocations for act in each.acts))
        places += [(act.segment, act.number) for act in acts]
        places += [place for own in reach(self.revocations).values() for place in own.items()]
        cut: dict[str, int] = {}
        for segment, number in places:
            cut[segment] = max(number, cut.get(segment, 0))
        return cut

    @property
    def seed(self) -> bytes:
        """Root over the finals, by (segment, number): unknown to everyone who cast a ballot."""
        return merkle_root([act.entry.id for act in self.finals])

    def includes(self, device: str, segment: str, number: int) -> bool:
        """Whether no final of the device leaves this entry of its segment out."""
        return all(
            any(last.segment == segment and number <= last.number for last in _last(act))
            for act in self.finals
            if act.author.device == device
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the record says of the end of one poll. `finals` are all, by (segment, number)."""

    finals: Sequence[Act]
    revocations: Sequence[Revocation]
    chains: Chains

    def finish(self) -> Finish:
        """What is in force now."""
        return finish(self.finals, self.revocations, self.chains)

    def finish_under(self, cut: Mapping[str, int]) -> Finish:
        """What of it is in force under a seal with this cut."""
        finals = [act for act in self.finals if act.number <= cut.get(act.segment, -1)]
        return finish(finals, under(self.revocations, cut), self.chains)


def final_of(entries: Iterable[Entry], device: str, poll: str) -> Final:
    """What a device declares when it has finished with a poll; nothing in it is a choice.

    `entries` are the record as the device holds it, with everything that it has written itself.
    The entry must be the next that it writes.
    """
    own = [
        chain
        for chain in chains_of(distinct(entries))
        if chain.author and chain.author.device == device and chain.followed
    ]
    lasts = (
        Last(
            segment=chain.segment,
            number=len(chain.followed) - 1,
            count=_cast(chain.followed, poll),
        )
        for chain in own
    )
    return Final(segments=tuple(lasts))


def finish(finals: Iterable[Act], revocations: Iterable[Revocation], chains: Chains) -> Finish:
    """The finals of one poll that are borne out, by (segment, number)."""
    in_force: list[Act] = []
    oddities: list[Oddity] = []
    for act in finals:
        if _contradicted(act, chains):
            oddities.append(act.odd(OddityCode.FINAL))
        elif all(_reached(last, chains) for last in _last(act)):
            in_force.append(act)
    revocations = tuple(revocations)
    return Finish(
        finals=tuple(in_force),
        revocations=revocations,
        is_whole=all(covered(own, chains) for own in reach(revocations).values()),
        oddities=tuple(oddities),
    )


def checkpoint(assembly: str, poll: str, cut: Mapping[str, int], chains: Chains) -> Checkpoint:
    """The checkpoint over a cut that `covered` the record."""
    ids = leaves(cut, chains)
    return Checkpoint(assembly=assembly, poll=poll, size=len(ids), root=merkle_root(ids), cut=cut)


def leaves(cut: Mapping[str, int], chains: Chains) -> list[bytes]:
    """The ids of all entries of a cut that `covered` the record, by (segment, number)."""
    return [
        entry.id
        for segment, number in sorted(cut.items())
        for entry in chains[segment].followed[: number + 1]
    ]


def covered(cut: Mapping[str, int], chains: Chains) -> bool:
    """Whether every entry of the cut is here."""
    return all(
        segment in chains and number < len(chains[segment].followed)
        for segment, number in cut.items()
    )


def _last(act: Act) -> Sequence[Last]:
    return act.document.segments if isinstance(act.document, Final) else ()


def _lines(finals: Iterable[Act]) -> Iterable[tuple[Act, Last]]:
    return ((act, last) for act in finals for last in _last(act))


def _reached(last: Last, chains: Chains) -> bool:
    return covered({last.segment: last.number}, chains)


def _contradicted(act: Act, chains: Chains) -> bool:
    """Whether the record shows otherwise than a final says; what is not here yet does not."""
    own = [last.number for last in _last(act) if last.segment == act.segment]
    return own != [act.number - 1] or any(
        last.segment in chains and _false(act, last, chains[last.segment]) for last in _last(act)
    )


def _false(act: Act, last: Last, chain: Chain) -> bool:
    if chain.author is None:
        return False
    entries = chain.followed[: last.number + 1]
    whole = len(entries) == last.number + 1
    return chain.author.device != act.author.device or (
        whole and _cast(entries, act.poll) != last.count
    )


def _cast(entries: Iterable[Entry], poll: str) -> int:
    return sum(entry.header.kind is Kind.BALLOT and entry.header.poll == poll for entry in entries)
