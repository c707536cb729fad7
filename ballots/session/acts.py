# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done: entries that their author may write, that make sense, and that still stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ballots.record.bodies import DOCUMENTS, Body, Correction, read
from ballots.record.entry import Entry
from ballots.record.errors import RecordRefused
from ballots.record.kinds import CORRECTABLE, MAY_WRITE, Kind
from ballots.record.roster import Certificate
from ballots.session.chains import Chain
from ballots.session.oddities import Oddity, OddityCode, odd


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry with its author; `document` is None where the body is another room's bytes."""

    entry: Entry
    author: Certificate
    document: Body | None

    @property
    def kind(self) -> Kind:
        """What it says."""
        return self.entry.header.kind

    @property
    def poll(self) -> str:
        """Uuid of the poll that it belongs to, or empty."""
        return self.entry.header.poll

    @property
    def segment(self) -> str:
        """Where it stands."""
        return self.entry.header.segment

    @property
    def number(self) -> int:
        """Where in its segment it stands."""
        return self.entry.header.number

    @property
    def body(self) -> bytes:
        """The body; empty once erased."""
        return self.entry.body or b""

    def odd(self, code: OddityCode) -> Oddity:
        """That this entry is strange."""
        return odd(code, device=self.author.name, number=self.number, kind=self.kind)


def acts(chains: Iterable[Chain]) -> tuple[list[Act], list[Oddity]]:
    """The acts that stand, by (segment, number), and what was strange about the rest."""
    done: list[Act] = []
    oddities: list[Oddity] = []
    for chain in chains:
        for entry in chain.followed:
            assert chain.author, "only a chain with an author is followed"
            act = Act(entry=entry, author=chain.author, document=None)
            if act.kind not in MAY_WRITE[chain.author.role]:
                oddities.append(act.odd(OddityCode.ROLE))
                continue
            try:
                done.append(replace(act, document=_document(entry)))
            except RecordRefused:
                oddities.append(act.odd(OddityCode.BODY))
    standing, in_vain = _standing(done)
    return standing, oddities + in_vain


def _document(entry: Entry) -> Body | None:
    kind = entry.header.kind
    return read(entry.body or b"", DOCUMENTS[kind]) if kind in DOCUMENTS else None


def _standing(done: Sequence[Act]) -> tuple[list[Act], list[Oddity]]:
    """Without what corrections void; a correction may void what its author might have written."""
    by_id = {act.entry.id.hex(): act for act in done}
    void: set[str] = set()
    oddities: list[Oddity] = []
    for act in done:
        if isinstance(act.document, Correction):
            named = by_id.get(act.document.entry)
            if named and named.kind in CORRECTABLE & MAY_WRITE[act.author.role]:
                void.add(act.document.entry)
            else:
                oddities.append(act.odd(OddityCode.CORRECTION))
    return [act for id_, act in by_id.items() if id_ not in void], oddities
