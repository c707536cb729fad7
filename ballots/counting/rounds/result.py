# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the result sheet to a count: options by their ids, exact votes, and all of it told."""

from __future__ import annotations

from ballots.counting.count import Count, Stage, Transfer
from ballots.counting.rounds.reasons import reasons
from ballots.counting.rounds.sheet import NOBODY, Row, Sheet
from ballots.counting.rounds.telling import stage_told, whole_told
from ballots.counting.sums.outcome import Verdict


def counted(sheet: Sheet) -> Count:
    """The count that a sheet comes to. Ties are told in its stages; `settle` weighs them."""
    winners = tuple(option for row in sheet.rows for option in row.elected)
    return Count(
        rule=sheet.rule,
        contest=sheet.contest,
        cast=sheet.cast,
        winners=sheet.contest.ids(winners),
        stages=tuple(_stage(sheet, number) for number in range(1, len(sheet.rows) + 1)),
        verdict=Verdict.CHOSEN if winners else Verdict.NOTHING_CHOSEN,
        quota=sheet.quota,
        decimals=sheet.decimals,
        told=tuple(whole_told(sheet)),
        reasons=tuple(reasons(sheet)),
    )


def _stage(sheet: Sheet, number: int) -> Stage:
    row, contest = sheet.rows[number - 1], sheet.contest
    return Stage(
        votes={
            option.id: sheet.amount(votes)
            for option, votes in zip(contest.options, row.votes, strict=True)
        },
        elected=contest.ids(row.elected),
        excluded=contest.ids(row.excluded),
        exhausted=sheet.amount(sheet.total - sum(row.votes)),
        needed=sheet.amount(row.needed) if row.needed else None,
        moved=_transfers(sheet, row),
        source=contest.ids(row.source),
        value=None if row.value is None else sheet.amount(row.value),
        told=tuple(stage_told(sheet, row)),
    )


def _transfers(sheet: Sheet, row: Row) -> tuple[Transfer, ...]:
    """By source, then by target in the order of the contest, nobody last."""
    ids, end = sheet.contest.id, len(sheet.contest.options)
    return tuple(
        Transfer(
            source=ids(source),
            target="" if target == NOBODY else ids(target),
            votes=sheet.amount(row.moved[source, target]),
        )
        for source, target in sorted(row.moved, key=lambda way: (way[0], way[1] % (end + 1)))
    )
