# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballots as a BLT file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ballots.counting.marks import as_rankings
from ballots.counting.profile import Batch, Ranking


def write_blt(batch: Batch, tie_order: Sequence[int] = ()) -> bytes:
    """A BLT file, UTF-8, equal ballots together and in the order of what they say.

    Options are numbered from 1. Marked options are equal and first, points rank from the
    highest. A quotation mark in a name becomes an apostrophe, since a file has no other way.
    `tie_order` are the positions of all options, the luckiest first.
    """
    return "".join(f"{line}\n" for line in _lines(batch, tie_order)).encode()


def _lines(batch: Batch, tie_order: Sequence[int]) -> Iterator[str]:
    contest = batch.contest
    profile, _ = as_rankings(batch)
    yield f"{len(contest.options)} {contest.seats}"
    withdrawn = [place for place, option in enumerate(contest.options, 1) if option.withdrawn]
    if withdrawn:
        yield " ".join(f"-{place}" for place in withdrawn)
    if tie_order:
        yield f"[tie {' '.join(str(option + 1) for option in tie_order)}]"
    for ranking, n in sorted(profile.counts.items()):
        yield f"{n} {''.join(_ranks(ranking))}0"
    yield "0"
    for text in (*(option.name for option in contest.options), contest.title):
        yield '"{}"'.format(text.replace('"', "'"))


def _ranks(ranking: Ranking) -> Iterator[str]:
    for rank in ranking:
        yield "=".join(str(option + 1) for option in rank) + " "
