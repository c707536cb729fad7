# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why each option won or lost, and how many votes more would have changed it.

A number of votes is of whole ballots, at the stage where it went wrong, with all others as they
were there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ballots.counting.count import Reason
from ballots.counting.rounds.sheet import Row, Sheet
from ballots.counting.rounds.told import RoundTold
from ballots.counting.trace import Fact, Step, step


def reasons(sheet: Sheet) -> Iterator[Reason]:
    """Every option once, in the order of the contest."""
    won = {option for row in sheet.rows for option in row.elected}
    for option, contestant in enumerate(sheet.contest.options):
        steps = tuple(_why(sheet, option))
        yield Reason(option=contestant.id, won=option in won, steps=steps)


def _why(sheet: Sheet, option: int) -> Iterator[Step]:
    id = sheet.contest.id(option)
    if sheet.contest.options[option].withdrawn:
        yield step(RoundTold.WITHDRAWN, option=id)
    elif not any(sheet.rows[0].votes):
        yield step(RoundTold.UNCOUNTED, option=id)
    else:
        for stage, row in enumerate(sheet.rows, start=1):
            if option in row.elected:
                yield _won(sheet, row, option, stage)
            elif option in row.excluded:
                yield from _excluded(sheet, row, option, stage)
            elif row is sheet.rows[-1] and option in row.standing:
                yield _left(sheet, row, option, stage)


def _won(sheet: Sheet, row: Row, option: int, stage: int) -> Step:
    code = RoundTold.WON if row.votes[option] >= row.needed else RoundTold.WON_REMAINING
    return step(code, **_where(sheet, option, stage), n=sheet.fact(row.votes[option]))


def _excluded(sheet: Sheet, row: Row, option: int, stage: int) -> Iterator[Step]:
    id = sheet.contest.id
    other = min(
        (each for each in row.standing if each not in row.excluded),
        key=lambda each: (row.votes[each], each),
    )
    where, votes = _where(sheet, option, stage), sheet.fact(row.votes[option])
    if len(row.excluded) > 1:
        together = sum(row.votes[each] for each in row.excluded)
        facts = {**where, "votes": votes, "together": together, "other": id(other)}
        yield step(RoundTold.LOST_TOGETHER, **facts, n=row.votes[other] - together)
        return
    yield step(RoundTold.LOST, **where, n=votes)
    more = max(1, (row.votes[other] - row.votes[option]) // sheet.unit + 1)
    code = RoundTold.LAST_SEAT if _last_out(sheet, row) else RoundTold.KEPT_IN
    yield step(code, other=id(other), n=more)


def _last_out(sheet: Sheet, row: Row) -> bool:
    """Whether everybody else who stood at this stage is elected."""
    won = {option for each in sheet.rows for option in each.elected}
    return won >= set(row.standing) - set(row.excluded)


def _left(sheet: Sheet, row: Row, option: int, stage: int) -> Step:
    """Still standing when all seats were filled."""
    id, votes = sheet.contest.id, row.votes
    here = {**_where(sheet, option, stage), "votes": sheet.fact(votes[option])}
    if sheet.quota is None:
        (winner,) = row.elected
        more = votes[winner] - votes[option] + 1
        return step(RoundTold.OUTVOTED, **here, other=id(winner), n=more)
    short = -((votes[option] - row.needed) // sheet.unit)
    return step(RoundTold.BELOW_QUOTA, **here, quota=sheet.fact(row.needed), n=short)


def _where(sheet: Sheet, option: int, stage: int) -> dict[str, Fact]:
    return {"option": sheet.contest.id(option), "stage": stage}
