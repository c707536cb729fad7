# SPDX-License-Identifier: AGPL-3.0-or-later
"""`make bench`: every benchmark, one after the other. Prints median and spread, judges nothing.

Those of the election room are quoted in its README, which this writes anew.
"""

from __future__ import annotations

from benchmarks import archive, booth, counting, decidim, election, figures, hosts, replica


def main() -> None:
    """Run them all."""
    measured = [*election.main(), *archive.main()]
    figures.quote(figures.table(measured))
    figures.quote(counting.main(), figures.COUNTING)
    for benchmark in (replica, hosts, decidim, booth):
        print()
        benchmark.main()


if __name__ == "__main__":
    main()
