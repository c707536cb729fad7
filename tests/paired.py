# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballots and counts by pairs, short to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.pairs.ranked_pairs import ranked_pairs, ranked_pairs_of
from ballots.counting.pairs.schulze import schulze, schulze_of
from ballots.counting.pairs.scored import (
    borda,
    borda_of,
    copeland,
    copeland_of,
    minimax,
    minimax_of,
)
from ballots.counting.pairs.tally import Tally
from ballots.counting.profile import Batch, Cast, Ranking, Rankings
from ballots.counting.rule import Borda, Copeland, Minimax, RankedPairs, Rule, Schulze
from ballots.counting.settings import By, Unranked
from ballots.counting.settle import Order, settle

COUNTS: Mapping[type[Rule], Callable[[Any, Batch, Draw], Count]] = {
    Schulze: schulze,
    Copeland: copeland,
    Minimax: minimax,
    RankedPairs: ranked_pairs,
    Borda: borda,
}
COUNTS_OF: Mapping[type[Rule], Callable[[Any, Tally, Draw], Count]] = {
    Schulze: schulze_of,
    Copeland: copeland_of,
    Minimax: minimax_of,
    RankedPairs: ranked_pairs_of,
    Borda: borda_of,
}
BY_DUELS: tuple[Schulze | Copeland | Minimax | RankedPairs, ...] = (
    Schulze(by=By.WINNING),
    Schulze(by=By.MARGINS),
    Copeland(),
    Minimax(by=By.WINNING),
    Minimax(by=By.MARGINS),
    RankedPairs(by=By.WINNING),
    RankedPairs(by=By.MARGINS),
)
EVERY_RULE = (*BY_DUELS, Borda(unranked=Unranked.SHARED), Borda(unranked=Unranked.ZERO))


def contest(ids: Sequence[str], *, withdrawn: Sequence[str] = ()) -> Contest:
    return Contest(options=tuple(Option(id=id, withdrawn=id in withdrawn) for id in ids))


def ballots(about: Contest, counts: Mapping[str, int]) -> Batch:
    """`{"A>B=C": 3}`: three ballots that rank A first, then B and C as equals."""
    read: Counter[Ranking] = Counter()
    for written, n in counts.items():
        ranks = [rank.split("=") for rank in written.split(">") if rank]
        read[tuple(tuple(sorted(map(about.place, rank))) for rank in ranks)] += n
    return Batch(contest=about, profile=Rankings(read))


def tally(ids: Sequence[str], rows: Sequence[Sequence[int]], cast: int) -> Tally:
    return Tally(
        contest=contest(ids),
        cast=Cast(ballots=cast, blank=0),
        matrix=tuple(map(tuple, rows)),
    )


def run(rule: Rule, what: Batch | Tally) -> Callable[[Draw], Count]:
    """The count of ballots, or of a matrix alone, by its draw."""
    if isinstance(what, Batch):
        return partial(COUNTS[type(rule)], rule, what)
    return partial(COUNTS_OF[type(rule)], rule, what)


def count(rule: Rule, what: Batch | Tally, order: Sequence[int] | None = None) -> Count:
    """One run; without an order the first in the contest is the luckiest."""
    return run(rule, what)(Draw(order=order or range(len(what.contest.options))))


def settled(rule: Rule, what: Batch | Tally, order: Order | None = None) -> Count:
    """The count with its ties told, or refused."""
    return settle(run(rule, what), len(what.contest.options), order)


def matrix_by_definition(rankings: Rankings, n: int) -> tuple[tuple[int, ...], ...]:
    """Ballot by ballot and pair by pair."""
    rows = [[0] * n for _ in range(n)]
    for ranking, times in rankings.counts.items():
        rank = {option: place for place, rank in enumerate(ranking) for option in rank}
        for a in range(n):
            for b in range(n):
                rows[a][b] += times * (rank.get(a, n) < rank.get(b, n))
    return tuple(map(tuple, rows))
