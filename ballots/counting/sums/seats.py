# SPDX-License-Identifier: AGPL-3.0-or-later
"""Options with most votes fill the seats; a tie at the last seat is named, never broken.

Nothing depends on the order of options: equal votes are listed by id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ballots.counting.sums.outcome import Decision, Fate, Standing, Verdict
from ballots.counting.trace import Step, Told, step


def fill_seats(votes: Mapping[str, int], *, seats: int, needed: int) -> Decision:
    """Give `seats` (at least 1) to the options that have `needed` votes (at least 1) and most.

    `votes` maps two or more option ids to votes, in paper order.
    """
    able = sorted(
        (option for option in votes if votes[option] >= needed),
        key=lambda option: (-votes[option], option),
    )
    cut = votes[able[seats - 1]] if len(able) >= seats else 0  # 0: a seat stays free
    if len(able) > seats and votes[able[seats]] == cut:
        chosen = tuple(option for option in able if votes[option] > cut)
        tied = tuple(option for option in able if votes[option] == cut)
    else:
        chosen, tied = tuple(able[:seats]), ()
    fates = dict.fromkeys(able, Fate.OUTVOTED)
    fates |= dict.fromkeys(chosen, Fate.CHOSEN) | dict.fromkeys(tied, Fate.TIED)
    standings = tuple(
        _standing(option, votes[option], fates.get(option, Fate.BELOW), max(needed, cut + 1))
        for option in votes
    )
    verdict = Verdict.CHOSEN if chosen else Verdict.NOTHING_CHOSEN
    return Decision(
        verdict=Verdict.UNDECIDED if tied else verdict,
        standings=standings,
        chosen=chosen,
        tied=tied,
        open_seats=seats - len(chosen),
        margin=0 if tied else _margin(standings, needed, cut),
        trace=tuple(_told(standings, seats - len(chosen), len(tied))),
    )


def _standing(option: str, votes: int, fate: Fate, enough: int) -> Standing:
    short = 0 if fate is Fate.CHOSEN else enough - votes
    return Standing(option=option, votes=votes, fate=fate, short=short)


def _margin(standings: tuple[Standing, ...], needed: int, cut: int) -> int:
    """Ballots that must be marked otherwise before a seat changes hands, is tied or falls free.

    One ballot can take a vote from one option and give it to another, so that a lead of `d`
    is gone with half of `d`. With approvals the number may be higher than this: a ballot that
    holds both options already can only take.
    """
    ways: list[int] = []
    for each in standings:
        if each.fate is Fate.CHOSEN:
            ways.append(each.votes - needed + 1)
        else:
            half_the_lead = (cut - each.votes + 1) // 2
            ways.append(max(needed - each.votes, half_the_lead))
    return min(ways)


def _told(standings: tuple[Standing, ...], open_seats: int, tied: int) -> Iterator[Step]:
    if tied:
        yield step(Told.TIE, n=open_seats, options=tied)
    for each in sorted(standings, key=lambda each: (-each.votes, each.option)):
        match each.fate:
            case Fate.CHOSEN:
                yield step(Told.CHOSEN, option=each.option, n=each.votes)
            case Fate.TIED:
                yield step(Told.TIED, option=each.option, n=each.votes)
            case fate:
                code = Told.OUTVOTED if fate is Fate.OUTVOTED else Told.BELOW
                yield step(code, option=each.option, votes=each.votes, n=each.short)
    if open_seats and not tied:
        yield step(Told.VACANT, n=open_seats)
