# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a count by pairs came out as it did: of the whole, then of each option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ballots.counting.count import Reason
from ballots.counting.pairs.above import circles
from ballots.counting.pairs.duels import beaten, beats, champion, turned, unbeaten
from ballots.counting.pairs.judged import Judged
from ballots.counting.pairs.tally import Options, Tally
from ballots.counting.pairs.told import PairTold
from ballots.counting.trace import Step, step

_BY_RULE: Final[Mapping[str, PairTold]] = {
    "schulze": PairTold.BY_SCHULZE,
    "copeland": PairTold.BY_COPELAND,
    "minimax": PairTold.BY_MINIMAX,
    "ranked-pairs": PairTold.BY_RANKED_PAIRS,
    "borda": PairTold.BY_BORDA,
}


def told(
    tally: Tally, judged: Judged, winners: Options, seats: int, others: Mapping[str, Options]
) -> Iterator[Step]:
    """What concerns the whole count."""
    contest = tally.contest
    yield step(PairTold.BALLOTS, n=tally.cast.valid)
    yield from judged.opening
    for steps in judged.dropped.values():
        yield from steps
    yield from _standing_out(tally, judged)
    differing = {rule: named for rule, named in others.items() if set(named) != set(winners)}
    for rule, named in differing.items():
        yield step(_BY_RULE[rule], winners=contest.ids(named))
    if not differing:
        yield step(PairTold.OTHERS_AGREE, n=len(others))
    if len(winners) < seats:
        yield step(PairTold.VACANT, n=seats - len(winners))


def _standing_out(tally: Tally, judged: Judged) -> Iterator[Step]:
    """Who beats all others, or why nobody does; nothing of one option alone."""
    matrix, ids = tally.matrix, tally.contest.ids
    first_of_all = champion(matrix, tally.contest.standing)
    if first_of_all is not None and first_of_all in judged.dropped:
        yield step(PairTold.DROPPED_BEATS_ALL, option=tally.contest.id(first_of_all))
    if len(judged.options) == 1:
        return
    best = champion(matrix, judged.options)
    if best is not None:
        yield step(PairTold.BEATS_ALL, option=tally.contest.id(best))
    else:
        yield step(PairTold.NONE_BEATS_ALL)
        if drawing := unbeaten(matrix, judged.options):
            yield step(PairTold.UNBEATEN, options=ids(drawing), n=len(drawing))
    for circle in circles(beaten(matrix, judged.options), judged.options):
        yield step(PairTold.CIRCLE, options=ids(circle))


def reasons(tally: Tally, judged: Judged, winners: Options) -> Iterator[Reason]:
    """Why each option of the contest won or lost."""
    for option, each in enumerate(tally.contest.options):
        if each.withdrawn:
            steps: Iterator[Step] = iter((step(PairTold.WITHDRAWN, option=each.id),))
        elif option in judged.dropped:
            steps = iter(judged.dropped[option])
        elif option in winners:
            steps = _won(tally, judged, option, winners)
        else:
            steps = _lost(tally, judged, option, winners)
        yield Reason(option=each.id, won=option in winners, steps=tuple(steps))


def _won(tally: Tally, judged: Judged, option: int, winners: Options) -> Iterator[Step]:
    id, matrix = tally.contest.id(option), tally.matrix
    losers = tuple(other for other in judged.options if other not in winners)
    equal = _equal(judged, option)
    if set(equal) & set(losers):
        yield step(PairTold.WON_TIE, option=id, options=tally.contest.ids(equal))
    if not losers:
        yield step(PairTold.WON_ROOM, option=id)
    elif not judged.by_duels:
        yield judged.won(option, losers)
    elif option == champion(matrix, judged.options):
        yield step(PairTold.WON_ALL, option=id)
    elif option == champion(matrix, (option, *losers)):
        yield step(PairTold.WON_REST, option=id)
    else:
        yield judged.won(option, losers)
    defeated = [other for other in losers if beats(matrix, option, other)]
    if judged.by_duels and defeated:
        other = min(defeated, key=lambda other: turned(matrix, (option, other)))
        yield _duel(PairTold.CLOSEST, tally, option, other)


def _lost(tally: Tally, judged: Judged, option: int, winners: Options) -> Iterator[Step]:
    matrix, contest = tally.matrix, tally.contest
    above = [winner for winner in winners if beats(matrix, winner, option)]
    if judged.by_duels and above:
        yield _duel(PairTold.LOST_DUEL, tally, option, above[0])
        if winners == (champion(matrix, judged.options),):
            return
    equal = _equal(judged, option)
    if set(equal) & set(winners):
        yield step(PairTold.LOST_TIE, option=contest.id(option), options=contest.ids(equal))
    else:
        yield judged.lost(option, winners[-1])


def _equal(judged: Judged, option: int) -> Options:
    """The group of an option, itself among it."""
    return next(group for group in judged.order if option in group)


def _duel(code: PairTold, tally: Tally, option: int, other: int) -> Step:
    """The votes of a duel that is no draw, as `option` sees it, and what would have turned it."""
    votes, against = tally.matrix[option][other], tally.matrix[other][option]
    duel = (option, other) if votes > against else (other, option)
    return step(
        code,
        option=tally.contest.id(option),
        other=tally.contest.id(other),
        votes=votes,
        against=against,
        n=turned(tally.matrix, duel),
    )
