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

Chains = Mapping[str, Chain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The finals in force: all that they name is here and is as they say."""

    finals: tuple[Act, ...]
    oddities: tuple[Oddity, ...]

    @property
    def devices(self) -> frozenset[str]:
        """Who has finished."""
        return frozenset(act.author.device for act in self.finals)

    @property
    def cut(self) -> dict[str, int]:
        """Segment → last entry under a seal: all that a final names, and the final itself."""
        cut: dict[str, int] = {}
        for act, last in _lines(self.finals):
            cut[last.segment] = max(last.number, cut.get(last.segment, 0))
            cut[act.segment] = max(act.number, cut.get(act.segment, 0))
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


def finish(finals: Iterable[Act], chains: Chains) -> Finish:
    """The finals of one poll that are borne out, by (segment, number)."""
    in_force: list[Act] = []
    oddities: list[Oddity] = []
    for act in finals:
        if _contradicted(act, chains):
            oddities.append(act.odd(OddityCode.FINAL))
        elif all(_reached(last, chains) for last in _last(act)):
            in_force.append(act)
    return Finish(finals=tuple(in_force), oddities=tuple(oddities))


def under(finals: Iterable[Act], cut: Mapping[str, int]) -> list[Act]:
    """Those finals that a seal with this cut covers."""
    return [act for act in finals if act.number <= cut.get(act.segment, -1)]


def checkpoint(assembly: str, poll: str, cut: Mapping[str, int], chains: Chains) -> Checkpoint:
    """The checkpoint over a cut that `covered` the record."""
    ids = [
        entry.id
        for segment, number in sorted(cut.items())
        for entry in chains[segment].followed[: number + 1]
    ]
    return Checkpoint(assembly=assembly, poll=poll, size=len(ids), root=merkle_root(ids), cut=cut)


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
