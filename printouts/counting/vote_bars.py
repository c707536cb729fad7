# SPDX-License-Identifier: AGPL-3.0-or-later
"""Votes that are only added up: a bar for each option, the most voted first."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from printouts.counting.cells import LOST, Gauge, cell, firm, grid, head
from printouts.counting.teller import Teller
from printouts.fonts import Weight
from printouts.paper import QUIET
from printouts.scribe import MEASURE

_BAR, _VOTES, _FATE = 124.0, 62.0, 86.0


def vote_bars(teller: Teller) -> Iterator[Flowable]:
    """One row for each option, a line across the bars where a majority was needed."""
    say, stage = teller.say, teller.count.stages[0]
    needed = stage.needed or 0
    full = float(max(1, needed, *stage.votes.values()))
    rows: list[list[object]] = [
        [
            head(say("countpaper.option")),
            "",
            head(say("countpaper.votes"), right=True),
            head(say("countpaper.outcome")),
        ]
    ]
    for option, votes in sorted(stage.votes.items(), key=lambda each: -each[1]):
        won = option in teller.count.through
        weight = Weight.SEMIBOLD if won else Weight.REGULAR
        rows.append(
            [
                cell(teller.name(option), weight=weight),
                Gauge(
                    float(votes),
                    _BAR - 6,
                    teller.scribe.accent if won else LOST,
                    full=full,
                    mark=float(needed),
                ),
                cell(teller.votes(votes), weight=weight, right=True),
                _fate(teller, option),
            ]
        )
    yield teller.scribe.chapter(say("countpaper.votes"))
    yield grid(rows, [MEASURE - _BAR - _VOTES - _FATE, _BAR, _VOTES, _FATE])
    if needed:
        yield teller.scribe.small(say("countpaper.votes-needed", votes=teller.votes(needed)))


def _fate(teller: Teller, option: str) -> Flowable | str:
    if option in teller.count.winners:
        return firm(f"✓ {teller.say('countpaper.won')}")
    if option in teller.count.second_round:
        return firm(f"→ {teller.say('countpaper.goes-on')}")
    withdrawn = option in teller.withdrawn
    return cell(teller.say("countpaper.withdrawn"), colour=QUIET) if withdrawn else ""
