# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures as a table, printed and written into the README that quotes them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

README = Path(__file__).parent.parent / "ballots" / "election" / "README.md"
COUNTING = Path(__file__).parent.parent / "ballots" / "counting" / "README.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """CPU times of one thing that was done several times."""

    who: str
    what: str
    made: Sequence[float] = ()
    checked: Sequence[float] = ()


def told(times: Sequence[float]) -> str:
    """Median, least and most."""
    if not times:
        return "–"
    places = 1 if median(times) >= 1 else 3
    return f"{median(times):.{places}f} ({min(times):.{places}f}–{max(times):.{places}f})"


def show(figure: Figure) -> None:
    """On the terminal, as soon as it is known."""
    made, checked = told(figure.made), told(figure.checked)
    print(f"{figure.who:36}{figure.what:28} made {made:<22} checked {checked}", flush=True)


def machine() -> str:
    """What it was measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0))
    model = models[0] if models else platform.machine()
    return f"{model}, {cores} cores shared with others, CPython {platform.python_version()}"


def table(figures: Iterable[Figure]) -> str:
    """Markdown."""
    lines = [
        f"CPU milliseconds on {machine()}: median (least–most).",
        "",
        "| | | created | verified |",
        "|---|---|---:|---:|",
        *(f"| {it.who} | {it.what} | {told(it.made)} | {told(it.checked)} |" for it in figures),
    ]
    return "\n".join(lines)


def quote(text: str, readme: Path = README) -> None:
    """Put the table where the README has room for it."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
