# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searches, guided by coverage, for an archive that our verifier does not judge as it promises.

`make fuzz SECONDS=60` starts it. What reaches new code is kept in `.fuzz/corpus` for next time.
An archive at which the verifier raises, fails without a named check, takes longer than `LONGEST`
or accepts what nobody voted is left in `.fuzz/`, and the status is not 0. Then the corpus is
verified several times over in a process of its own, whose memory must not grow.
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".fuzz"
CORPUS = FOLDER / "corpus"
LONGEST = 10  # seconds for one archive
MOST = 2048  # MiB for the search, which keeps its corpus in memory


def main() -> int:
    """The search, then the scales."""
    options = ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--step", choices=["search", "weigh"])
    said = options.parse_args()
    if find_spec("atheris") is None:
        print("atheris is not installed: it is published for Linux on x86_64 alone.")
        return 1
    if said.step == "search":
        search(said.seconds)
    elif said.step == "weigh":
        print("\n".join(import_module("tests.fuzz_election").weigh(CORPUS.iterdir())))
    else:
        again = [sys.executable, "-m", "tests.fuzz", "--seconds", str(said.seconds), "--step"]
        searched = subprocess.run([*again, "search"], check=False).returncode
        return searched or subprocess.run([*again, "weigh"], check=False).returncode
    return 0


def search(seconds: int) -> None:
    """Ends the process."""
    import atheris  # noqa: PLC0415 - before anything that it is to watch

    with atheris.instrument_imports(include=["ballots"]):
        fuzz_election = import_module("tests.fuzz_election")
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in fuzz_election.seeds().items():
        (CORPUS / name).write_bytes(data)
    limits = {"max_total_time": seconds, "timeout": LONGEST, "rss_limit_mb": MOST}
    limits |= {"max_len": fuzz_election.LARGEST, "print_final_stats": 1}
    flags = [f"-{name}={value}" for name, value in limits.items()]
    run = fuzz_election.Search(lambda data, largest: bytes(atheris.Mutate(data, largest)))
    arguments = [sys.argv[0], *flags, f"-artifact_prefix={FOLDER}/", str(CORPUS)]
    atheris.Setup(arguments, run.judge, custom_mutator=run.change)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
