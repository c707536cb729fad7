# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a file that an admin uploads: the world after it, and what she sees.

All or nothing, and with the faults that the real importers have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tests.decidim_double.files import (
    CSV,
    Record,
    Refused,
    Seen,
    Verdict,
    records_of,
    rows_of_csv,
)
from tests.decidim_double.world import (
    NOT_ANSWERED,
    Budget,
    Component,
    Project,
    Proposal,
    ProposalState,
    Result,
    Status,
    Texts,
    World,
)

Imported = tuple[World, Seen]
Take = Callable[[World, Component, list[Record]], World]


def _imported(
    world: World, component: int, file: tuple[bytes, str], required: list[str], take: Take
) -> Imported:
    place = world.get(Component, component)
    assert place
    try:
        records = records_of(*file, world.separator, required)
        return take(world, place, records), Seen(Verdict.TAKEN)
    except Refused as refused:
        return world, refused.seen


def _texts(world: World, record: Record, field: str) -> Texts:
    """In the locales that are enabled; other columns are passed over."""
    return {locale: text for locale in world.locales if (text := record.get(f"{field}/{locale}"))}


def _number(text: str | None) -> int:
    """As Ruby's `to_i` has it: the digits that it begins with, or 0."""
    found = re.match(r"\s*([+-]?\d+)", text or "")
    return int(found[1]) if found else 0


# --- proposals and their answers ----------------------------------------------------------------


def import_proposals(world: World, component: int, data: bytes, mime: str = CSV) -> Imported:
    """Each row becomes a new, published proposal; `id` is not looked at."""
    required = [f"{field}/{world.default_locale}" for field in ("title", "body")]
    return _imported(world, component, (data, mime), required, _take_proposals)


def _take_proposals(world: World, place: Component, records: list[Record]) -> World:
    bad = [
        str(number)
        for number, record in enumerate(records, start=1)
        if not record[f"title/{world.default_locale}"]
    ]
    if bad:
        raise Refused(Verdict.ROWS, *bad)
    first = world.next_id(Proposal)
    made = [
        Proposal(
            id=number,
            component=place.id,
            title=_texts(world, record, "title"),
            body=_texts(world, record, "body"),
            taxonomies=tuple(
                map(_number, filter(None, (record.get("taxonomies/ids") or "").split(",")))
            ),
        )
        for number, record in enumerate(records, start=first)
    ]
    return world.having(*made).mailed(*(f"proposal {row.id} published" for row in made))


def import_answers(world: World, component: int, data: bytes, mime: str = CSV) -> Imported:
    """Sets state and answer; published at once where the component says so. Mails followers."""
    required = ["id", "state", f"answer/{world.default_locale}"]
    return _imported(world, component, (data, mime), required, _take_answers)


def _take_answers(world: World, place: Component, records: list[Record]) -> World:
    states = world.all(ProposalState, lambda state: state.component == place.id)
    tokens = {NOT_ANSWERED, *(state.token for state in states)}
    bad: list[str] = []
    answered: list[Proposal] = []
    for number, record in enumerate(records, start=1):
        proposal, state = world.get(Proposal, record["id"]), record["state"]
        ours = proposal and proposal.component == place.id and proposal.amendment_of is None
        answer = _texts(world, record, "answer")
        missing = state == "rejected" and world.default_locale not in answer
        if proposal is None or not ours or state not in tokens or missing:
            bad.append(str(number))
            continue
        assert state
        told = replace(
            proposal,
            state=state,
            answer=answer,
            answered_at=world.now,
            state_published="publish_answers_immediately" in place.settings,
        )
        answered.append(told)
    if bad:
        raise Refused(Verdict.ROWS, *bad)
    return world.having(*answered).mailed(*(f"proposal {row.id} answered" for row in answered))


# --- paper ballots ------------------------------------------------------------------------------


def import_paper_ballots(world: World, component: int, data: bytes, mime: str = CSV) -> Imported:
    """Adds, and adds again what was added before; a negative number takes away."""
    if "paper_ballots" not in world.modules:
        return world, Seen(Verdict.CRASHED, ("no such page",))
    required = ["id", "paper_ballots_to_import"]
    return _imported(world, component, (data, mime), required, _take_paper_ballots)


def _take_paper_ballots(world: World, place: Component, records: list[Record]) -> World:
    bad: list[str] = []
    found: dict[int, Project] = {}
    for number, record in enumerate(records, start=1):
        project = world.get(Project, record["id"])
        budget = project and world.get(Budget, project.budget)
        votes = record["paper_ballots_to_import"] or ""
        whole = re.fullmatch(r"[+-]?\d+", votes)
        if not project or not budget or budget.component != place.id or not whole:
            bad.append(str(number))
            continue
        project = found.get(project.id, project)
        rows = (*project.paper_ballots, int(votes))
        found[project.id] = replace(project, paper_ballots=rows)
    if bad:
        raise Refused(Verdict.ROWS, *bad)
    return world.having(*found.values())


def total_votes(world: World, project: Project) -> int:
    """Of the web and of paper, as the project's page shows it."""
    return world.online_votes[project.id] + sum(project.paper_ballots)


# --- results ------------------------------------------------------------------------------------


def import_results(world: World, component: int, data: bytes) -> Imported:
    """In the background: what the admin sees comes by mail. CSV only."""
    required = [f"title/{world.default_locale}"]
    return _imported(world, component, (data, CSV), required, _take_results)


def _take_results(world: World, place: Component, records: list[Record]) -> World:
    after = world
    last: int | None = None
    for number, record in enumerate(records, start=1):
        old = after.get(Result, record.get("id"))
        if old and old.component != place.id:
            old = None
        result = _result(after, place, record, old, number)
        if not old:
            # A new row is hung below the one made before it, whatever parent it names.
            if record.get("parent/id") and last:
                result = replace(result, parent=last)
            last = result.id
        after = after.having(result)
    # Everywhere, not in this component alone.
    lost = after.all(
        Result, lambda row: row.parent is not None and after.get(Result, row.parent) is None
    )
    return after.without(*lost)


def _result(
    world: World, place: Component, record: Record, old: Result | None, number: int
) -> Result:
    title, description = (_filled(world, record, field) for field in ("title", "description"))
    progress = record.get("progress")
    status = world.get(Status, record.get("status/id"))
    external = record.get("external_id")
    taken = external and any(row is not old for row in _named(world, place.id, external))
    if taken and "unique_external_id" in world.modules:
        raise Refused(Verdict.CRASHED, "ActiveRecord::RecordNotUnique")
    try:
        start, end = (_day(record.get(name)) for name in ("start_date", "end_date"))
        done = float(progress) if progress else None
    except ValueError as error:
        raise Refused(Verdict.ROWS, str(number)) from error
    if not title or not 0 <= (done or 0) <= 100 or (record.get("status/id") and not status):
        raise Refused(Verdict.ROWS, str(number))
    return Result(
        id=old.id if old else world.next_id(Result),
        component=place.id,
        title=title,
        description=description,
        parent=_number(record.get("parent/id")) or None,
        status=status.id if status else None,
        progress=done,
        start_date=start,
        end_date=end,
        external_id=external,
        weight=_number(record.get("weight")) or 1,
        proposals=_linked(record.get("proposal_urls")),
    )


def _named(world: World, component: int, external: str) -> tuple[Result, ...]:
    return world.all(
        Result, lambda row: row.component == component and row.external_id == external
    )


def _filled(world: World, record: Record, field: str) -> Texts:
    """Every locale; where one is missing, it says what the default locale says."""
    texts = _texts(world, record, field)
    default = texts.get(world.default_locale)
    return {locale: texts.get(locale, default) for locale in world.locales} if default else {}


def _linked(urls: str | None) -> tuple[int, ...]:
    """The last digit of each address, and no more of it."""
    return tuple(
        int(url.strip()[-1]) for url in (urls or "").split(";") if url.strip()[-1:].isdigit()
    )


def _day(text: str | None) -> str | None:
    return date.fromisoformat(text).isoformat() if text else None


# --- census -------------------------------------------------------------------------------------

EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
FORBIDDEN_IN_NAMES = frozenset('<>?%&^*#@()[]=+:;"{}\\|')
Census = tuple[tuple[Record, ...], Seen]


def read_private_participants(world: World, data: bytes) -> Census:
    """`email;name` without a header: a header would be somebody's name."""
    return _census(data, world.separator, ("email", "name"), _is_participant)


def _is_participant(record: Record) -> bool:
    name = record["name"] or ""
    return bool(
        EMAIL.fullmatch(record["email"] or "") and name and not set(name) & FORBIDDEN_IN_NAMES
    )


def read_csv_census(data: bytes) -> Census:
    """The first column, separated by commas whatever the installation's separator is."""
    return _census(data, ",", ("email",), lambda row: bool(EMAIL.fullmatch(row["email"] or "")))


def _census(
    data: bytes, separator: str, columns: tuple[str, ...], good: Callable[[Record], bool]
) -> Census:
    try:
        rows = rows_of_csv(data, separator)
    except Refused as refused:
        return (), refused.seen
    records = [dict(zip(columns, [*row, None, None], strict=False)) for row in rows]
    bad = [str(number) for number, row in enumerate(records, start=1) if not good(row)]
    if bad:
        return (), Seen(Verdict.ROWS, tuple(bad))
    return tuple(records), Seen(Verdict.TAKEN)


def read_election_census(data: bytes) -> Census:
    """`email;token` with a header and `;`. Of one e-mail the first counts, without a word."""
    try:
        records = records_of(data, CSV, ";", ["email", "token"])
    except Refused as refused:
        return (), refused.seen
    voters: dict[str, Record] = {}
    bad: list[str] = []
    for number, row in enumerate(records, start=1):
        email = row["email"] or ""
        if EMAIL.fullmatch(email) and row["token"]:
            voters.setdefault(email, row)
        else:
            bad.append(str(number))
    return tuple(voters.values()), Seen(Verdict.ROWS if bad else Verdict.TAKEN, tuple(bad))


def read_custom_census(world: World, columns: tuple[str, ...], data: bytes) -> Census:
    """Exactly the columns that were set up, in small letters or capitals."""
    try:
        records = records_of(data, CSV, world.separator, [])
    except Refused as refused:
        return (), refused.seen
    lowered = [{name.lower(): value for name, value in row.items()} for row in records]
    wrong = set(lowered[0]) ^ {name.lower() for name in columns}
    if wrong:
        return (), Seen(Verdict.HEADERS, tuple(sorted(wrong)))
    return tuple(lowered), Seen(Verdict.TAKEN)
