# SPDX-License-Identifier: AGPL-3.0-or-later
"""Large files of ballots from one seed: nearly all ballots differ, which is the hardest case."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

BALLOTS = 100_000
LARGE = 332_969  # as many as a whole city cast in one election for its auditor


def weights(options: int) -> list[float]:
    """How popular options are: each a little less than the one before."""
    return [0.93**place for place in range(options)]


def drawn(random: Random, popular: list[float], length: int) -> list[int]:
    """Different options, from 1, popular ones more often."""
    sums = list(accumulate(popular))
    found: dict[int, None] = {}
    for option in random.choices(range(1, len(popular) + 1), cum_weights=sums, k=2 * length):
        found[option] = None
    return list(found)[:length]


def blt(path: Path, *, ballots: int, options: int, seats: int, longest: int) -> Path:
    """Rankings of one to `longest` options, a line each."""
    random, popular = Random(ballots), weights(options)

    def lines() -> Iterator[str]:
        yield f"{options} {seats}"
        for _ in range(ballots):
            ranked = drawn(random, popular, random.randint(1, longest))
            yield f"1 {' '.join(map(str, ranked))} 0"
        yield "0"
        yield from (f'"Option {number}"' for number in range(1, options + 1))
        yield '"Benchmark"'

    path.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    return path


def pabulib(path: Path, *, ballots: int, projects: int, longest: int, budget: int) -> Path:
    """Approvals of one to `longest` projects."""
    random, popular = Random(ballots), weights(projects)
    costs = [1000 * random.randint(5, 200) for _ in range(projects)]

    def lines() -> Iterator[str]:
        yield "META\nkey;value"
        yield f"description;Benchmark\nnum_projects;{projects}\nnum_votes;{ballots}"
        yield f"budget;{budget}\nvote_type;approval\nrule;greedy"
        yield "PROJECTS\nproject_id;cost;name"
        yield from (f"{place};{cost};Project {place}" for place, cost in enumerate(costs, 1))
        yield "VOTES\nvoter_id;age;vote"
        for voter in range(ballots):
            marked = drawn(random, popular, random.randint(1, longest))
            yield f"{voter};{random.randint(16, 90)};{','.join(map(str, marked))}"

    path.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    return path


def table(path: Path, *, ballots: int, options: int, highest: int) -> Path:
    """A grade or points for each option, as CSV."""
    random = Random(ballots)
    header = ",".join(f"Option {number}" for number in range(1, options + 1))

    def lines() -> Iterator[str]:
        yield f",{header}"
        for number in range(ballots):
            yield f"{number}," + ",".join(str(random.randint(0, highest)) for _ in range(options))

    path.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    return path
