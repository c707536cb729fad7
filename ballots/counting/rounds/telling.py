# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is told of the whole count, and of each stage: who is elected, who goes, what moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ballots.counting.draw import TieBy
from ballots.counting.rounds.sheet import NOBODY, Row, Sheet, by_votes
from ballots.counting.rounds.told import RoundTold
from ballots.counting.rule import Irv, Rule, StvMeek, StvScottish
from ballots.counting.trace import Step, Told, step

MOST_NAMED: Final = 5  # of those who gain votes at a stage; tables have all

_OPENING: Final[dict[type[Rule], RoundTold]] = {
    StvScottish: RoundTold.SCOTTISH,
    StvMeek: RoundTold.MEEK,
}
_BY: Final[dict[TieBy | None, RoundTold]] = {
    TieBy.LOT: RoundTold.BY_LOT,
    TieBy.FILE_ORDER: RoundTold.BY_FILE_ORDER,
    None: RoundTold.EITHER,
}


def whole_told(sheet: Sheet) -> Iterator[Step]:
    """The rule, the ballots, the quota; then how it ended."""
    cast, seats = sheet.cast, sheet.seats
    if isinstance(sheet.rule, Irv):
        yield step(RoundTold.IRV_BATCH if sheet.rule.batch else RoundTold.IRV)
    else:
        yield step(_OPENING[type(sheet.rule)], n=seats)
    yield step(Told.BALLOTS, n=cast.ballots, valid=cast.valid, blank=cast.blank)
    first, last = sheet.rows[0], sheet.rows[-1]
    if not any(first.votes):
        yield step(RoundTold.NO_VOTES)
        return
    if sheet.quota is not None:
        quota, votes = sheet.fact(first.needed), sheet.fact(sum(first.votes))
        yield step(RoundTold.QUOTA, quota=quota, votes=votes, n=seats)
    if last.needed != first.needed and sheet.quota is not None:
        yield step(RoundTold.QUOTA_AT_LAST, quota=sheet.fact(last.needed))
    won = sum(len(row.elected) for row in sheet.rows)
    if len(sheet.contest.standing) <= seats:
        yield step(RoundTold.ENOUGH_SEATS, n=won)
    yield step(RoundTold.FILLED, n=won, stage=len(sheet.rows))
    if won < seats:
        yield step(RoundTold.VACANT, n=seats - won)


def stage_told(sheet: Sheet, row: Row) -> Iterator[Step]:
    """What was decided on the votes of a stage, and what that moved."""
    for option, kept in row.keeps.items():
        yield step(RoundTold.KEEPS, option=sheet.contest.id(option), value=sheet.fact(kept))
    yield from _elected_told(sheet, row)
    yield from _tie_told(sheet, row)
    yield from _out_told(sheet, row)
    yield from _remaining_told(sheet, row)
    yield from _moved_told(sheet, row)


def _elected_told(sheet: Sheet, row: Row) -> Iterator[Step]:
    id, fact, votes = sheet.contest.id, sheet.fact, row.votes
    of_all = {"needed": row.needed, "of": sum(votes)}
    if sheet.quota is None and row.needed and not row.elected:
        yield step(RoundTold.NO_MAJORITY, **of_all)
    for each in row.elected:
        if sheet.quota is None:
            yield step(RoundTold.MAJORITY, option=id(each), votes=votes[each], **of_all)
        elif votes[each] >= row.needed:
            quota = fact(row.needed)
            yield step(RoundTold.REACHED, option=id(each), votes=fact(votes[each]), quota=quota)


def _tie_told(sheet: Sheet, row: Row) -> Iterator[Step]:
    picked = row.picked
    if picked is None or not picked.tied:
        return
    contest, votes = sheet.contest, {row.votes[each] for each in picked.tied}
    options, option = contest.ids(picked.tied), contest.id(picked.option)
    if len(votes) == 1:
        yield step(RoundTold.LEVEL, options=options, n=sheet.fact(votes.pop()))
    else:
        yield step(RoundTold.WITHIN, options=options)
    if picked.by is TieBy.EARLIER_STAGE:
        yield step(RoundTold.BY_EARLIER_STAGE, option=option, stage=picked.earlier)
        return
    if picked.earlier:
        left = contest.ids(picked.left)
        yield step(RoundTold.STILL_LEVEL, options=left, stage=picked.earlier)
    yield step(_BY[picked.by], option=option)


def _out_told(sheet: Sheet, row: Row) -> Iterator[Step]:
    """Whose votes move: those of excluded options, or a surplus."""
    id, fact, votes = sheet.contest.id, sheet.fact, row.votes
    if len(row.excluded) > 1:
        other = min(set(row.standing) - set(row.excluded), key=lambda each: (votes[each], each))
        yield step(
            RoundTold.EXCLUDED_TOGETHER,
            options=sheet.contest.ids(row.excluded),
            votes=fact(sum(votes[each] for each in row.excluded)),
            other=id(other),
            more=fact(votes[other]),
        )
    elif row.excluded:
        (out,) = row.excluded
        yield step(RoundTold.EXCLUDED, option=id(out), n=fact(votes[out]))
    if row.value is not None:
        (out,) = row.surplus
        surplus, value = fact(votes[out] - row.needed), fact(row.value)
        yield step(RoundTold.SURPLUS, option=id(out), n=surplus, value=value)


def _remaining_told(sheet: Sheet, row: Row) -> Iterator[Step]:
    """Who is elected because there is a seat for everybody who is left."""
    for each in row.elected:
        if row.votes[each] < row.needed:
            yield step(
                RoundTold.REMAINING,
                option=sheet.contest.id(each),
                n=sheet.fact(row.votes[each]),
            )


def _moved_told(sheet: Sheet, row: Row) -> Iterator[Step]:
    gains: Counter[int] = Counter()
    for (source, target), votes in row.moved.items():
        gains[target] += votes
        gains[source] -= votes
    nobody = gains.pop(NOBODY, 0)
    gaining = by_votes((option for option in gains if gains[option] > 0), gains)
    named = gaining[:MOST_NAMED] if len(gaining) > MOST_NAMED + 1 else gaining
    for option in named:
        id = sheet.contest.id(option)
        yield step(RoundTold.GAINS, option=id, n=sheet.fact(gains[option]))
    if others := gaining[len(named) :]:
        together = sum(gains[option] for option in others)
        yield step(RoundTold.OTHERS_GAIN, n=sheet.fact(together))
    if nobody > 0:
        yield step(RoundTold.TO_NOBODY, n=sheet.fact(nobody))
