# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether ties mattered: the same count with other picks, compared by who wins.

With an order (dice, or a file whose city decided) each tie is told with who would have won
otherwise. Without one a count stands only if every way to break its ties has the same winners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ballots.counting.count import Count, Tie
from ballots.counting.draw import Draw, Taken, TieBy
from ballots.counting.errors import CountingProblem, CountingRefused

Run = Callable[[Draw], Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All options, the luckiest first, and what fixed it; `chance` is a lot or the file."""

    options: tuple[int, ...]
    chance: TieBy = TieBy.LOT


def settle(
    run: Run, options: int, order: Order | None = None, *, digest: str = "", most: int = 240
) -> Count:
    """The count with its ties told.

    Args:
        run: the count, which asks the draw that it is handed; equal picks give equal counts.
        options: how many options there are.
        order: who is luckier; None where nobody rolled dice.
        digest: that of the ballots, which whoever rolls dice writes down first.
        most: runs at most. Ties beyond them are told as ties, and without an order refused.

    Raises:
        CountingRefused: `lot`, where winners hang on a tie and there is no order.
    """
    lucky = order.options if order else tuple(range(options))
    chance = order.chance if order else TieBy.LOT
    draw = Draw(order=lucky, chance=chance)
    count = run(draw)
    if order is None:
        _needs_no_lot(run, draw, count, most, digest)
    return replace(count, ties=tuple(_told(run, draw, count, most, decided=order is not None)))


def _needs_no_lot(run: Run, first: Draw, count: Count, most: int, digest: str) -> None:
    """Try every other pick of every tie that only a lot decides, and of those behind it."""
    runs = 1
    waiting = [(0, first)]
    while waiting:
        start, draw = waiting.pop()
        picks = [each.picked for each in draw.taken]
        for number in range(start, len(draw.taken)):
            tie = draw.taken[number]
            if tie.by is not TieBy.LOT:
                continue
            for other in tie.tied:
                if other == tie.picked:
                    continue
                runs += 1
                if runs > most:
                    raise _lot(count, tie, digest)
                again = Draw(order=first.order, forced=dict(enumerate([*picks[:number], other])))
                if set(run(again).through) != set(count.through):
                    raise _lot(count, tie, digest)
                waiting.append((number + 1, again))


def _lot(count: Count, tie: Taken, digest: str) -> CountingRefused:
    options = ", ".join(count.contest.ids(tie.tied))
    return CountingRefused(CountingProblem.LOT, what=str(tie.what), options=options, digest=digest)


def _told(run: Run, draw: Draw, count: Count, most: int, *, decided: bool) -> Iterator[Tie]:
    """Each tie with who would have won otherwise."""
    contest, runs = count.contest, 0
    picks = [each.picked for each in draw.taken]
    for number, tie in enumerate(draw.taken):
        otherwise: dict[str, tuple[str, ...]] = {}
        for other in tie.tied if decided or tie.by is not TieBy.LOT else ():
            if other == tie.picked or runs >= most:
                continue
            runs += 1
            forced = dict(enumerate([*picks[:number], other]))
            again = run(Draw(order=draw.order, chance=draw.chance, forced=forced))
            if set(again.through) != set(count.through):
                otherwise[contest.id(other)] = again.through
        yield Tie(
            stage=tie.stage,
            what=tie.what,
            by=tie.by,
            options=contest.ids(tie.tied),
            picked=contest.id(tie.picked),
            otherwise=otherwise,
        )
