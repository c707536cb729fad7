# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searches, guided by coverage, for bytes that are not judged as it is promised.

`make fuzz SECONDS=60` starts a search of so many seconds for each of `WHAT`: archives of
elections, and whatever comes by wire or on a stick. What reaches new code is kept in
`.fuzz/corpus` for next time. Something at which a reader raises what it should not, takes longer
than `LONGEST`, or that is accepted and should not be, is left in `.fuzz/`, and the status is not
0. Then the corpus is read several times over in a process of its own, whose memory must not grow.
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".fuzz"
WHAT = {
    "election": ["ballots"],
    "received": ["ballots.record", "ballots.receipts", "ballots.canonical", "sync"],
}
LONGEST = 10  # seconds for one input
MOST = 2048  # MiB for the search, which keeps its corpus in memory


def main() -> int:
    """The searches, each with the scales after it."""
    options = ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--what", choices=WHAT, action="append")
    options.add_argument("--step", choices=["search", "weigh"])
    said = options.parse_args()
    if find_spec("atheris") is None:
        print("atheris is not installed: it is published for Linux on x86_64 alone.")
        return 1
    for what in said.what or WHAT:
        if said.step == "search":
            search(what, said.seconds)
        elif said.step == "weigh":
            weigh(what)
        else:
            again = [sys.executable, "-m", "tests.fuzz", "--what", what, "--seconds"]
            again += [str(said.seconds), "--step"]
            for step in ("search", "weigh"):
                if failed := subprocess.run([*again, step], check=False).returncode:
                    return failed
    return 0


def search(what: str, seconds: int) -> None:
    """Ends the process."""
    import atheris  # noqa: PLC0415 - before anything that it is to watch

    with atheris.instrument_imports(include=WHAT[what]):
        room = import_module(f"tests.fuzz_{what}")
    corpus = corpus_of(what)
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in room.seeds().items():
        (corpus / name).write_bytes(data)
    limits = {"max_total_time": seconds, "timeout": LONGEST, "rss_limit_mb": MOST}
    limits |= {"max_len": room.LARGEST, "print_final_stats": 1}
    flags = [f"-{name}={value}" for name, value in limits.items()]
    run = room.Search(lambda data, largest: bytes(atheris.Mutate(data, largest)))
    arguments = [sys.argv[0], *flags, f"-artifact_prefix={FOLDER}/", str(corpus)]
    atheris.Setup(arguments, run.judge, custom_mutator=run.change)
    atheris.Fuzz()


def weigh(what: str) -> None:
    """What reading the corpus costs."""
    room = import_module(f"tests.fuzz_{what}")
    scales = import_module("tests.fuzz_scales")
    judge = room.Search(lambda data, _: data).judge
    print("\n".join(scales.weigh(judge, room.seeds().values(), corpus_of(what).iterdir())))


def corpus_of(what: str) -> Path:
    """Where what was found is kept."""
    return FOLDER / "corpus" / what


if __name__ == "__main__":
    sys.exit(main())
