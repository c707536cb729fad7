# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts of large files: the command (wall time, memory), the count alone, others beside.

The command is a process of its own from start to end; the count alone is CPU time after the file
was read. votelib, pyrankvote and pabutools are asked in the same run, where they are installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ballots.counting.counts import COUNTERS
from ballots.counting.draw import Draw
from ballots.counting.profile import Rankings
from ballots.counting.rule_document import typed
from benchmarks import ballot_files
from benchmarks.figures import machine, told
from kiosk.counting.counted import read_ballots

ROUNDS = 5
RANKINGS = "100,000 rankings of 10"
TOWN = "11,000 marked of 81"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file by one rule."""

    what: str
    path: Path
    rule: str
    options: tuple[str, ...] = ()
    rounds: int = ROUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Seconds of the command, its memory in MB, milliseconds of the count alone."""

    case: Case
    command: Sequence[float]
    memory: float
    count: Sequence[float]


# A process starts with the peak of whoever starts it, so this small one does.
_LAUNCH = """
import os, sys, time
start = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(process, 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024, status)
"""


def ran(*command: str) -> tuple[float, float]:
    """Seconds and peak MB of a process."""
    launched = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCH, *command], capture_output=True, check=True, text=True
    )
    seconds, memory, status = map(float, launched.stdout.split())
    if status:
        raise ChildProcessError(command)
    return seconds, memory


def measured(case: Case) -> Taken:
    """The command, then the count alone."""
    urna = shutil.which("urna", path=str(Path(sys.executable).parent)) or "urna"
    given = [part for option in case.options for part in ("--option", option)]
    command = (urna, "count", str(case.path), "--rule", case.rule, "--json", *given)
    runs = [ran(*command) for _ in range(case.rounds)]
    return Taken(
        case=case,
        command=[seconds for seconds, _ in runs],
        memory=max(memory for _, memory in runs),
        count=alone(case),
    )


def alone(case: Case) -> list[float]:
    """CPU milliseconds of counting what was read."""
    file = read_ballots(case.path)
    rule = typed(case.rule, dict(option.split("=", 1) for option in case.options), file.rule)
    natural = range(len(file.batch.contest.options))
    return timed(lambda: COUNTERS[type(rule)](rule, file.batch, Draw(order=natural)), case.rounds)


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """CPU milliseconds, once for each round."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return times


def cases(folder: Path) -> Iterator[Case]:
    """Every rule on as large a file as it may meet."""
    n = ballot_files.BALLOTS
    ranked = ballot_files.blt(folder / "r.blt", ballots=n, options=10, seats=4, longest=10)
    city = ballot_files.blt(
        folder / "c.blt", ballots=ballot_files.LARGE, options=22, seats=1, longest=6
    )
    projects = ballot_files.pabulib(
        folder / "p.pb", ballots=n, projects=160, longest=15, budget=5_000_000
    )
    few = ballot_files.pabulib(
        folder / "f.pb", ballots=n, projects=160, longest=5, budget=5_000_000
    )
    town = ballot_files.pabulib(
        folder / "t.pb", ballots=11_000, projects=81, longest=10, budget=1_000_000
    )
    grades = ballot_files.table(folder / "g.csv", ballots=n, options=12, highest=6)
    for rule in ("irv", "stv-scottish", "schulze", "ranked-pairs", "borda", "plurality"):
        yield Case(what=RANKINGS, path=ranked, rule=rule)
    yield Case(what=RANKINGS, path=ranked, rule="stv-meek", rounds=3)
    for rule in ("irv", "stv-scottish", "schulze"):
        yield Case(what="332,969 rankings of 22", path=city, rule=rule)
    for rule in ("majority-judgment", "score"):
        yield Case(what="100,000 tables of 12", path=grades, rule=rule)
    for rule in ("approval", "greedy"):
        yield Case(what="100,000 marked of 160, up to 15", path=projects, rule=rule)
    for path, most in ((few, 5), (projects, 15)):
        what = f"100,000 marked of 160, up to {most}"
        yield Case(what=what, path=path, rule="mes", rounds=3)
    yield Case(what=TOWN, path=town, rule="mes", rounds=3)
    completed = ("completion=add1",)
    yield Case(what=f"{TOWN}, add1", path=town, rule="mes", options=completed, rounds=3)


def peers(folder: Path) -> Iterator[tuple[str, str, list[float]]]:
    """What, by whom, and CPU milliseconds of others on the same files once they are read."""
    if find_spec("votelib"):
        yield RANKINGS, "schulze by votelib", timed(_votelib_schulze(_ballots(folder)), 3)
    if find_spec("pyrankvote"):
        yield RANKINGS, "irv by pyrankvote", timed(_pyrankvote_irv(_ballots(folder)), 3)
    if find_spec("pabutools"):
        yield TOWN, "mes by pabutools", timed(_pabutools_mes(folder / "t.pb"), 3)


def _ballots(folder: Path) -> list[tuple[tuple[int, ...], int]]:
    profile = read_ballots(folder / "r.blt").batch.profile
    assert isinstance(profile, Rankings)
    return [(tuple(rank[0] for rank in each), n) for each, n in profile.counts.items() if each]


def _pabutools_mes(path: Path) -> Callable[[], object]:
    from pabutools.election import Cost_Sat, parse_pabulib  # noqa: PLC0415 - it may not be there
    from pabutools.rules import method_of_equal_shares  # noqa: PLC0415

    instance, profile = parse_pabulib(str(path))
    alike = profile.as_multiprofile()
    return lambda: method_of_equal_shares(instance, alike, sat_class=Cost_Sat)


def _votelib_schulze(ballots: list[tuple[tuple[int, ...], int]]) -> Callable[[], object]:
    from votelib.convert import RankedToCondorcetVotes  # noqa: PLC0415 - it may not be there
    from votelib.evaluate.condorcet import Schulze  # noqa: PLC0415

    votes = dict(ballots)
    return lambda: Schulze().evaluate(RankedToCondorcetVotes().convert(votes), 1)


def _pyrankvote_irv(ballots: list[tuple[tuple[int, ...], int]]) -> Callable[[], object]:
    import pyrankvote  # noqa: PLC0415 - it may not be there

    candidates: Any = [pyrankvote.Candidate(str(number)) for number in range(10)]
    cast = [
        pyrankvote.Ballot([candidates[option] for option in ranked])
        for ranked, n in ballots
        for _ in range(n)
    ]
    return lambda: pyrankvote.instant_runoff_voting(candidates, cast)


def table(taken: Sequence[Taken], others: Sequence[tuple[str, str, list[float]]]) -> str:
    """Markdown."""
    lines = [
        f"On {machine()}: median (least–most).",
        "",
        "| file | rule | command, s | peak MB | count alone, CPU ms |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {each.case.what} | {each.case.rule} | {told(each.command)} "
            f"| {each.memory:.0f} | {told(each.count)} |"
            for each in taken
        ),
        *(f"| {what} | {who} | | | {told(times)} |" for what, who, times in others),
    ]
    return "\n".join(lines)


def main() -> str:
    """Measure, print, and give the table."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        taken = []
        for case in cases(folder):
            taken.append(measured(case))
            one = taken[-1]
            print(
                f"{case.what:34}{case.rule:20} command {told(one.command):22} s "
                f"{one.memory:5.0f} MB  count {told(one.count)} ms",
                flush=True,
            )
        others = list(peers(folder))
    text = table(taken, others)
    print(text)
    return text


if __name__ == "__main__":
    main()
