# SPDX-License-Identifier: AGPL-3.0-or-later
"""A count on paper: the outcome, how it came about, and sheets to check it by hand.

Nothing is counted here: what is drawn is what the count says. The same facts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from ballots.counting.count import Count
from ballots.counting.rule import Irv, StvScottish
from ballots.counting.variants import Variant
from printouts.counting import flow_chart, pair_table, recount_sheet, stage_table
from printouts.counting.account import reasons, stage_by_stage, variants
from printouts.counting.budget_sheet import budget_sheet
from printouts.counting.front import front
from printouts.counting.grade_bars import grade_bars
from printouts.counting.payment_sheet import payment_sheet
from printouts.counting.sheets import TALL, WIDE, Part, bound
from printouts.counting.teller import Basis, Teller
from printouts.counting.vote_bars import vote_bars
from printouts.paper import accent
from printouts.scribe import Scribe
from printouts.voice import Say

_BY_HAND: Final = (Irv, StvScottish)  # Meek's votes are parted anew at each step, by machine


def pdf(
    count: Count,
    basis: Basis,
    say: Say,
    language: str,
    colour: str = "#34508A",
    others: Sequence[Variant] = (),
) -> bytes:
    """A count on A4, said by `say` in `language`; `colour` is one dark colour, `#RRGGBB`.

    `others` are what other variants of the rule come to, as information.

    Raises:
        PaperRefused: `colour` or `no-font`.
    """
    scribe = Scribe(
        say=say, language=language, accent=accent(colour), public=True, withheld=frozenset()
    )
    teller = Teller(count=count, scribe=scribe, basis=basis)
    return bound(list(_parts(teller, others)), teller)


def _parts(teller: Teller, others: Sequence[Variant]) -> Iterator[Part]:
    """What the count has, in the order in which it is asked about; sheets for a team last."""
    count = teller.count
    yield Part(story=partial(front, teller))
    yield from _picture(teller)
    yield Part(story=partial(reasons, teller))
    yield Part(story=partial(variants, teller, others))
    if count.budget is not None:
        yield Part(story=partial(payment_sheet, teller, count.budget), fresh=True)
    elif in_rounds(count) and isinstance(count.rule, _BY_HAND):
        page = recount_sheet.page_of(teller)
        yield Part(story=partial(recount_sheet.recount_sheet, teller, page), page=page, fresh=True)


def _picture(teller: Teller) -> Iterator[Part]:
    """The tables and charts that belong to the rule."""
    count = teller.count
    if in_rounds(count):
        page = stage_table.page_of(teller)
        yield Part(story=partial(stage_table.stage_table, teller, page), page=page)
        page = flow_chart.page_of(teller)
        yield Part(story=partial(flow_chart.flow_chart, teller, page), page=page)
    elif count.stages and count.duels is None and count.budget is None:
        yield Part(story=partial(vote_bars, teller))
    if count.duels is not None:
        yield Part(story=partial(pair_table.order, teller, count.duels))
        page = WIDE if pair_table.is_wide(teller, count.duels) else TALL
        yield Part(story=partial(pair_table.pair_table, teller, count.duels, page), page=page)
    if count.grades is not None:
        yield Part(story=partial(grade_bars, teller, count.grades))
    if count.budget is not None:
        yield Part(story=partial(budget_sheet, teller, count.budget))
    yield Part(story=partial(stage_by_stage, teller))


def in_rounds(count: Count) -> bool:
    """Whether its stages are votes that move, and not projects that are funded."""
    return len(count.stages) > 1 and count.budget is None
