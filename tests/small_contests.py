# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contests whose options are single letters, and ballots that are written in a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count
from ballots.counting.draw import Draw
from ballots.counting.profile import Approvals, Batch, Ranking, Rankings, Scores
from ballots.counting.settle import Order
from kiosk.i18n import LANGUAGES, voice


def contest(options: Sequence[str], *withdrawn: str) -> Contest:
    return Contest(
        title="Plaça",
        options=tuple(Option(id=id, withdrawn=id in withdrawn) for id in options),
    )


def marked(
    about: Contest, ballots: Mapping[str, int], *, present: int = 0, census: int = 0
) -> Batch:
    """`{"ac": 3}` is three ballots that mark a and c; longer ids are joined by `+`."""
    counts: Counter[tuple[int, ...]] = Counter()
    for ballot, n in ballots.items():
        ids = ballot.split("+") if "+" in ballot or ballot in about.position else ballot
        counts[tuple(sorted(map(about.place, ids)))] += n
    return Batch(contest=about, profile=Approvals(counts), present=present, census=census)


def ranked(about: Contest, ballots: Mapping[str, int]) -> Batch:
    """`{"ab": 3}` is three ballots that prefer a to b."""
    counts: dict[Ranking, int] = {
        tuple((about.place(id),) for id in ballot): n for ballot, n in ballots.items()
    }
    return Batch(contest=about, profile=Rankings(counts))


def scored(about: Contest, *ballots: Mapping[str, int] | tuple[int, Mapping[str, int]]) -> Batch:
    """`{"a": 5, "b": 2}` is one ballot, `(3, {…})` are three."""
    counts: Counter[tuple[tuple[int, int], ...]] = Counter()
    for each in ballots:
        n, ballot = each if isinstance(each, tuple) else (1, each)
        counts[tuple(sorted((about.place(id), points) for id, points in ballot.items()))] += n
    return Batch(contest=about, profile=Scores(counts))


def fate(about: Contest) -> Draw:
    """A draw for whom the order of the file is that of luck."""
    return Draw(order=range(len(about.options)))


def lucky(about: Contest, ids: str) -> Order:
    """Dice that gave this order."""
    return Order(options=tuple(map(about.place, ids)))


def steps(count: Count, option: str) -> list[tuple[str, dict[str, object]]]:
    """Code and facts, but the option's own id, of the reason for one option."""
    (reason,) = (each for each in count.reasons if each.option == option)
    return [
        (str(step.code), {k: v for k, v in step.facts.items() if k != "option"})
        for step in reason.steps
    ]


def told(count: Count) -> dict[str, dict[str, object]]:
    """Code → facts of what is told of the whole count."""
    return {str(step.code): dict(step.facts) for step in count.told}


def is_said(count: Count) -> bool:
    """Whether every step is a sentence in every language, with all of its facts."""
    every = [
        *count.told,
        *(step for stage in count.stages for step in stage.told),
        *(step for reason in count.reasons for step in reason.steps),
    ]
    return all(
        voice(language).say(step.code, **facts).endswith(".")
        for language in LANGUAGES
        for step in every
        for facts in [{k: v if isinstance(v, int) else str(v) for k, v in step.facts.items()}]
    )
