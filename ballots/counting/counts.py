# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which function counts by which rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ballots.counting import rule as rules
from ballots.counting.budgets.greedy import greedy
from ballots.counting.budgets.mes import mes
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.grades.majority_judgment import majority_judgment
from ballots.counting.grades.temperature import temperature
from ballots.counting.pairs.ranked_pairs import ranked_pairs
from ballots.counting.pairs.schulze import schulze
from ballots.counting.pairs.scored import borda, copeland, minimax
from ballots.counting.profile import Batch
from ballots.counting.rounds.irv import irv
from ballots.counting.rounds.meek import stv_meek
from ballots.counting.rounds.scottish import stv_scottish
from ballots.counting.rule import Rule
from ballots.counting.settle import Order, settle
from ballots.counting.sums.approval import approval
from ballots.counting.sums.consent import consent
from ballots.counting.sums.cumulative import cumulative
from ballots.counting.sums.plurality import plurality
from ballots.counting.sums.score import score
from ballots.counting.sums.yes_no import yes_no

Counter = Callable[[Any, Batch, Draw], Count]

COUNTERS: Final[Mapping[type[Rule], Counter]] = {
    rules.YesNo: yes_no,
    rules.Plurality: plurality,
    rules.Approval: approval,
    rules.Score: score,
    rules.Cumulative: cumulative,
    rules.MajorityJudgment: majority_judgment,
    rules.Consent: consent,
    rules.Temperature: temperature,
    rules.Irv: irv,
    rules.StvScottish: stv_scottish,
    rules.StvMeek: stv_meek,
    rules.Schulze: schulze,
    rules.Copeland: copeland,
    rules.Minimax: minimax,
    rules.RankedPairs: ranked_pairs,
    rules.Borda: borda,
    rules.Greedy: greedy,
    rules.GreedyThreshold: greedy,
    rules.GreedyNoSkip: greedy,
    rules.GreedyExclusive: greedy,
    rules.Poznan: greedy,
    rules.Knapsack: greedy,
    rules.Mes: mes,
}

# Runs to find out whether ties mattered; a run of equal shares with completion takes seconds.
_MOST_RUNS: Final = 240
_MOST_SLOW_RUNS: Final = 12


def count_batch(
    rule: Rule, batch: Batch, order: Order | None = None, *, digest: str = ""
) -> Count:
    """What a batch comes to by a rule; see `settle` for `order` and `digest`.

    Raises:
        CountingRefused: a tie that needs a lot and has none; ballots or a contest that the rule
            cannot count; a setting that names no option.
    """
    counter = COUNTERS[type(rule)]
    most = _MOST_SLOW_RUNS if isinstance(rule, rules.Mes) else _MOST_RUNS
    options = len(batch.contest.options)
    return settle(
        lambda draw: counter(rule, batch, draw), options, order, digest=digest, most=most
    )
