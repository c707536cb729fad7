# SPDX-License-Identifier: AGPL-3.0-or-later
"""Segments as far as they can be followed: who wrote them, and what of them counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ballots.record.entry import Entry
from ballots.record.errors import RecordRefused
from ballots.record.forks import ForkProof, check_fork_proof, prove_fork
from ballots.record.opening import check_opening
from ballots.record.roster import Certificate
from ballots.session.oddities import Oddity, OddityCode, odd

Numbered = dict[int, list[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One segment. `followed` are entries 0 to n without a gap; the rest does not count.

    `author` is None where entry 0 is missing or says nothing valid; `followed` is then empty.
    `contested` are the entries from a fork on; `void` those of a revoked device after what counts.
    """

    segment: str
    author: Certificate | None
    followed: tuple[Entry, ...]
    contested: tuple[Entry, ...]
    fork: ForkProof | None
    oddities: tuple[Oddity, ...]
    void: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        """What to call its author before people."""
        return self.author.name if self.author else self.segment[:8]


def distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each entry once, with its body where any copy has it, by (segment, number, id)."""
    found: dict[bytes, Entry] = {}
    for entry in entries:
        if entry.id not in found or entry.body is not None:
            found[entry.id] = entry
    return sorted(found.values(), key=_place)


def chains(entries: Iterable[Entry]) -> tuple[Chain, ...]:
    """The segments of distinct entries of one assembly, by segment."""
    segments: dict[str, Numbered] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        segments[entry.header.segment][entry.header.number].append(entry)
    return tuple(_chain(segment, numbered) for segment, numbered in sorted(segments.items()))


def _chain(segment: str, numbered: Numbered) -> Chain:
    author, reason = _author(numbered.get(0, []))
    fork = _fork(numbered)
    limit = fork.number if fork else max(numbered) + 1
    followed = tuple(_followed(numbered, limit)) if author else ()
    return Chain(
        segment=segment,
        author=author,
        followed=followed,
        contested=tuple(_from(numbered, limit)),
        fork=fork,
        oddities=tuple(
            _strange(author.name if author else segment[:8], numbered, len(followed), limit)
            if not reason
            else [
                odd(
                    OddityCode.OPENING,
                    segment=segment[:8],
                    reason=reason,
                    n=sum(map(len, numbered.values())),
                )
            ]
        ),
    )


def _author(openings: list[Entry]) -> tuple[Certificate | None, str]:
    """Who writes a segment; else why that is not known (empty where entry 0 is just missing).

    Of two openings by one device, either tells; a fork at 0 leaves nothing to follow anyway.
    """
    if not openings:
        return None, ""
    try:
        return check_opening(openings[0])[1], ""
    except RecordRefused as refusal:
        return None, str(refusal.code)


def _fork(numbered: Numbered) -> ForkProof | None:
    shared = [number for number, rivals in numbered.items() if len(rivals) > 1]
    if not shared:
        return None
    one, other, *_ = numbered[min(shared)]
    return check_fork_proof(prove_fork(one, other))


def _followed(numbered: Numbered, limit: int) -> Iterator[Entry]:
    before: Entry | None = None
    for number in range(limit):
        if number not in numbered:
            return
        entry = numbered[number][0]
        if before and entry.header.previous != before.id.hex():
            return
        yield entry
        before = entry


def _strange(name: str, numbered: Numbered, reached: int, limit: int) -> Iterator[Oddity]:
    """A fork, and what stopped the walk before it."""
    if limit in numbered:
        n = len(list(_from(numbered, limit)))
        yield odd(OddityCode.FORK, device=name, number=limit, n=n)
    stranded = sum(len(rivals) for number, rivals in numbered.items() if reached <= number < limit)
    if stranded:
        code = OddityCode.BROKEN if reached in numbered else OddityCode.WAITING
        yield odd(code, device=name, number=reached, n=stranded)


def _from(numbered: Numbered, limit: int) -> Iterator[Entry]:
    for number in sorted(numbered):
        if number >= limit:
            yield from numbered[number]


def _place(entry: Entry) -> tuple[str, int, bytes]:
    return entry.header.segment, entry.header.number, entry.id
