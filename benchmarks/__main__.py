# SPDX-License-Identifier: AGPL-3.0-or-later
"""`make bench`: every benchmark, one after the other. Prints median and spread, judges nothing."""

from __future__ import annotations

from benchmarks import booth, election, replica


def main() -> None:
    """Run them all."""
    for benchmark in (election, replica, booth):
        benchmark.main()
        print()


if __name__ == "__main__":
    main()
