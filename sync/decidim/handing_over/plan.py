# SPDX-License-Identifier: AGPL-3.0-or-later
"""What would be handed over to Decidim, and why: `urna-decidim-plan/v1`, canonical JSON.

A plan is the difference between what the rooms decided and what the ledger says was handed over,
checked against what the last pull found. Nothing is in it that was handed over before.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import msgspec

from ballots import canonical
from sync.decidim.handing_over.ledger import Handed, Ledger, Target
from sync.decidim.handing_over.together import Contradiction


class Why(StrEnum):
    """Why a row is in a plan; said as `decidim.why.<value>`."""

    NEW = "new"
    CORRECTED = "corrected"


class StopCode(StrEnum):
    """Why nothing of a plan may be handed over; said as `decidim.stop.<value>`."""

    UNKNOWN = "unknown"  # id: Decidim does not have it
    THERE = "there"  # id: in Decidim already, and not by this ledger
    OLDER = "older"  # assembly: a newer bundle of it was handed over before
    UNSEEN = "unseen"  # id: whether Decidim has it was not seen, so it might come twice
    LACKING = "lacking"  # id, assembly: its text is made of assemblies that are not given
    BY_HAND = "by-hand"  # id: handed over before, and no file may change or undo it
    CHANGED = "changed"  # id, before, now: states, between two pulls
    STRANGER = "stranger"  # assembly: nobody said that it belongs here
    MEETING = "meeting"  # id: it is closed already, with other words


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one assembly gives to one thing, and the bundle that says so."""

    assembly: str
    bundle: str
    entries: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one thing of Decidim should have in the end; `content` is the digest of its text.

    Nobody gives anything to what is not to be touched.
    """

    target: Target
    id: str
    name: str
    given: tuple[Given, ...] = ()
    content: str = ""


def read_plan(data: bytes) -> Plan:
    """The plan of a file.

    Raises:
        RecordRefused: `form`, for anything that `encode` does not write.
    """
    return canonical.decode(data, Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What the last pull found: whether a meeting is closed, the state of each proposal, projects.

    `external` are ids of results, None where the source does not tell them.
    """

    meetings: Mapping[str, bool] = field(default_factory=dict)
    proposals: Mapping[str, str] = field(default_factory=dict)
    projects: frozenset[str] = frozenset()
    external: frozenset[str] | None = frozenset()


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that changes: `before` was handed over, `after` will have been."""

    target: Target
    id: str
    name: str
    before: int
    after: int
    there: str
    why: Why
    given: tuple[Given, ...]
    handed: tuple[Handed, ...]


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reason not to go on."""

    code: str
    facts: dict[str, str]


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan; `ledger` is the digest of the ledger that it goes on from.

    `pull` is the SHA-256 in hex of `pull.json` of the pull that it was compared with.
    """

    format: Literal["urna-decidim-plan/v1"] = "urna-decidim-plan/v1"
    ledger: str
    pull: str = ""
    bundles: tuple[str, ...]
    changes: tuple[Change, ...]
    unchanged: int
    stops: tuple[Stop, ...]

    def encode(self) -> bytes:
        """The bytes of the file."""
        return canonical.encode(self)

    def left(self, ledger: Ledger) -> tuple[Change, ...] | None:
        """What is not handed over yet; None for a ledger that does not go on from this plan's.

        A ledger goes on from it when nothing but rows of this plan was added.
        """
        own = {row: change for change in self.changes for row in change.handed}
        done: set[str] = set()
        rows = list(ledger.rows)
        while Ledger(rows=tuple(rows)).digest != self.ledger:
            if not rows or rows[-1] not in own:
                return None
            change = own[rows.pop()]
            done.add(f"{change.target} {change.id}")
        return tuple(each for each in self.changes if f"{each.target} {each.id}" not in done)

    def carried_out(self, ledger: Ledger) -> Ledger:
        """The ledger after all of it was handed over; as it is where the plan may not go on."""
        changes = () if self.stops else self.left(ledger) or ()
        return ledger.with_rows(row for change in changes for row in change.handed)


def plan(
    wanted: Iterable[Wanted],
    ledger: Ledger,
    there: There,
    contradictions: Iterable[Contradiction] = (),
    others: Iterable[Stop] = (),
) -> Plan:
    """The plan that leads from a ledger to what is wanted, which has each thing once.

    The order of `wanted` changes nothing. A contradiction stops the plan under its own name.
    `others` are stops that were found elsewhere.
    """
    every = sorted(wanted, key=lambda each: (each.target, len(each.id), each.id))
    stops = [stop for each in every for stop in _stops(each, ledger, there)]
    stops += [Stop(code=wrong.code, facts=dict(wrong.facts)) for wrong in contradictions]
    stops += others
    changes = [change for each in every if (change := _change(each, ledger, there))]
    return Plan(
        ledger=ledger.digest,
        bundles=tuple(sorted({given.bundle for each in every for given in each.given})),
        changes=tuple(changes),
        unchanged=len(every) - len(changes),
        stops=tuple(
            sorted(set_of(stops), key=lambda stop: (stop.code, sorted(stop.facts.items())))
        ),
    )


def set_of(stops: Iterable[Stop]) -> list[Stop]:
    """Each stop once."""
    return list({canonical.encode(stop): stop for stop in stops}.values())


def _stops(wanted: Wanted, ledger: Ledger, there: There) -> Iterator[Stop]:
    rows = ledger.of(wanted.target, wanted.id)
    if wanted.target is Target.ANSWERS and not wanted.given:
        if rows:
            yield Stop(code=StopCode.BY_HAND, facts={"id": wanted.id})
        return
    known: Mapping[Target, Container[str]] = {
        Target.CLOSURE: there.meetings,
        Target.ANSWERS: there.proposals,
        Target.PAPER_BALLOTS: there.projects,
    }
    if wanted.id not in known.get(wanted.target, (wanted.id,)):
        yield Stop(code=StopCode.UNKNOWN, facts={"id": wanted.id})
    yield from _older(wanted, rows)
    if wanted.target is not Target.PAPER_BALLOTS:
        yield from _lacking(wanted, rows)
    if wanted.target is Target.RESULTS:
        yield from _once(wanted, rows, there)
    if wanted.target is Target.CLOSURE and there.meetings.get(wanted.id):
        yield from _not_as_closed(wanted, rows)


def _older(wanted: Wanted, rows: tuple[Handed, ...]) -> Iterator[Stop]:
    for given in wanted.given:
        own = [row for row in rows if row.assembly == given.assembly]
        if own and own[-1].entries > given.entries:
            yield Stop(code=StopCode.OLDER, facts={"assembly": given.assembly})


def _lacking(wanted: Wanted, rows: tuple[Handed, ...]) -> Iterator[Stop]:
    """A text tells the sum of all sites, so all of them have to be given."""
    lacking = {row.assembly for row in rows} - {given.assembly for given in wanted.given}
    for assembly in sorted(lacking):
        yield Stop(code=StopCode.LACKING, facts={"id": wanted.id, "assembly": assembly})


def _once(wanted: Wanted, rows: tuple[Handed, ...], there: There) -> Iterator[Stop]:
    """Results are created and never changed."""
    if not rows:
        yield from _not_there(wanted.id, there.external)
    elif rows[-1].content != wanted.content:
        yield Stop(code=StopCode.BY_HAND, facts={"id": wanted.id})


def _not_as_closed(wanted: Wanted, rows: tuple[Handed, ...]) -> Iterator[Stop]:
    if not rows or rows[-1].content != wanted.content:
        yield Stop(code=StopCode.MEETING, facts={"id": wanted.id})


def _not_there(id_: str, external: frozenset[str] | None) -> Iterator[Stop]:
    if external is None:
        yield Stop(code=StopCode.UNSEEN, facts={"id": id_})
    elif id_ in external:
        yield Stop(code=StopCode.THERE, facts={"id": id_})


def _change(wanted: Wanted, ledger: Ledger, there: There) -> Change | None:
    rows = ledger.of(wanted.target, wanted.id)
    handed = tuple(_differences(wanted, rows))
    if not handed:
        return None
    before = sum(row.number for row in rows)
    return Change(
        target=wanted.target,
        id=wanted.id,
        name=wanted.name,
        before=before,
        after=before + sum(row.number for row in handed),
        there=there.proposals.get(wanted.id, "") if wanted.target is Target.ANSWERS else "",
        why=Why.CORRECTED if rows else Why.NEW,
        given=wanted.given,
        handed=handed,
    )


def _differences(wanted: Wanted, rows: tuple[Handed, ...]) -> Iterator[Handed]:
    """What each assembly has to add; a text that changed is handed over whole."""
    rewritten = bool(wanted.content) and (not rows or rows[-1].content != wanted.content)
    for given in sorted(wanted.given, key=lambda each: each.assembly):
        before = sum(row.number for row in rows if row.assembly == given.assembly)
        if rewritten or given.number != before:
            yield Handed(
                target=wanted.target,
                id=wanted.id,
                assembly=given.assembly,
                bundle=given.bundle,
                entries=given.entries,
                number=given.number - before,
                content=wanted.content,
            )
