# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a plan is in Decidim by now, thing by thing, as a later pull finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.plan import Change, Plan
from sync.decidim.handing_over.texts import Texts
from sync.decidim.plain import plain_lines
from sync.decidim.reading.rows import Kind
from sync.decidim.reading.snapshot import Snapshot


class Came(StrEnum):
    """What became of one change; said as `decidim.came.<value>`."""

    ARRIVED = "arrived"
    MISSING = "missing"  # Decidim does not say it
    DIFFERS = "differs"  # it says something else
    UNSEEN = "unseen"  # nobody who reads without an account can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One change of a plan; `there` is what stands in its place.

    The state of a proposal, the number of a result, how many people came to a meeting.
    """

    change: Change
    came: Came
    there: str = ""


def arrivals(plan: Plan, texts: Texts, before: Snapshot, now: Snapshot) -> Iterator[Arrival]:
    """What came of each change, in the order of the plan; `before` is its own pull.

    Texts are compared as people read them, in the languages that were handed over. Votes on paper
    are in no answer of any version; files of a later export may tell them.
    """
    for change in plan.changes:
        if change.target is Target.CLOSURE:
            yield _closure(change, texts, now)
        elif change.target is Target.ANSWERS:
            yield _answer(change, texts, now)
        elif change.target is Target.RESULTS:
            yield _result(change, texts, now)
        else:
            yield _paper(change, before, now)


def _closure(change: Change, texts: Texts, now: Snapshot) -> Arrival:
    """The API takes one language of a report, the form all of them."""
    wanted = texts.closure(change.id)
    row = next((each for each in now.meetings if each.id == change.id), None)
    if row is None or not row.closed:
        return Arrival(change=change, came=Came.MISSING)
    said = any(_says(row.closing_report, {tag: text}) for tag, text in wanted.reports.items())
    same = said and row.attendees == wanted.attendees
    there = "–" if row.attendees is None else str(row.attendees)
    return Arrival(change=change, came=Came.ARRIVED if same else Came.DIFFERS, there=there)


def _answer(change: Change, texts: Texts, now: Snapshot) -> Arrival:
    wanted = texts.answer(change.id)
    row = next((each for each in now.proposals if each.id == change.id), None)
    if row is None or not row.state:
        return Arrival(change=change, came=Came.MISSING)
    same = row.state == wanted.state and _says(row.answer, wanted.texts)
    return Arrival(change=change, came=Came.ARRIVED if same else Came.DIFFERS, there=row.state)


def _paper(change: Change, before: Snapshot, now: Snapshot) -> Arrival:
    """What the plan's own pull did not tell is what was handed over before."""
    told = _on_paper(now, change.id)
    if told is None:
        return Arrival(change=change, came=Came.UNSEEN)
    base = _on_paper(before, change.id)
    base = change.before if base is None else base
    wanted = base + change.after - change.before
    other = Came.MISSING if told == base else Came.DIFFERS
    return Arrival(change=change, came=Came.ARRIVED if told == wanted else other, there=str(told))


def _on_paper(snapshot: Snapshot, id_: str) -> int | None:
    return next((each.paper for each in snapshot.projects if each.id == id_), None)


def _result(change: Change, texts: Texts, now: Snapshot) -> Arrival:
    if not now.pull.saw(Kind.RESULTS, "external_id"):  # exported files leave them out
        return Arrival(change=change, came=Came.UNSEEN)
    wanted = texts.result(change.id)
    row = next((each for each in now.results if each.external_id == change.id), None)
    if row is None:
        return Arrival(change=change, came=Came.MISSING)
    same = _says(row.title, wanted.titles) and _says(row.description, wanted.descriptions)
    return Arrival(change=change, came=Came.ARRIVED if same else Came.DIFFERS, there=row.id)


def _says(there: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(
        plain_lines(there.get(locale, "")) == plain_lines(text) for locale, text in wanted.items()
    )
