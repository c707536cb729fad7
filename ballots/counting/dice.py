# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public dice: from what was rolled in the room to one order of the options.

First the digest of the closed ballots is printed and signed, then dice are rolled for all to see
(20 ten-sided ones are 66 bits, 25 six-sided ones 64). The order is that of
SHA-256("v1|contest|digest|dice|option"), ascending; anyone can compute it with `sha256sum`.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import assert_never

from ballots.counting.contest import Contest
from ballots.counting.profile import Approvals, Batch, Rankings, Scores
from ballots.counting.settle import Order


def dice_order(contest: Contest, digest: str, dice: str) -> Order:
    """The order that dice give. White space in `dice` is left out: people write in groups."""
    rolled = "".join(dice.split())

    def luck(position: int) -> bytes:
        text = f"v1|{contest.title}|{digest}|{rolled}|{contest.id(position)}"
        return sha256(text.encode()).digest()

    return Order(options=tuple(sorted(range(len(contest.options)), key=luck)))


def digest(batch: Batch) -> str:
    """SHA-256 in hex of the ballots that are counted, whatever order or file they came in.

    The text that is hashed, UTF-8, each line ended by a line feed: `urna-ballots/v1`; `rankings`,
    `approvals` or `scores`; the id of each option, in order; an empty line; then each different
    ballot, the lines in byte order: how many, a space, and the ballot with options as numbers
    from 1, written `1>2=3`, `1 3` or `1:5 3:2`.
    """
    lines = sorted(_lines(batch))
    head = ["urna-ballots/v1", type(batch.profile).__name__.lower()]
    ids = [option.id for option in batch.contest.options]
    return sha256("\n".join([*head, *ids, "", *lines, ""]).encode()).hexdigest()


def _lines(batch: Batch) -> Iterator[str]:
    numbers = [str(place + 1) for place in range(len(batch.contest.options))]
    match batch.profile:
        case Rankings(counts=rankings):
            ranks: dict[tuple[int, ...], str] = {}
            for ranking, n in rankings.items():
                for rank in ranking:
                    if rank not in ranks:
                        ranks[rank] = "=".join([numbers[option] for option in rank])
                yield f"{n} {'>'.join([ranks[rank] for rank in ranking])}"
        case Approvals(counts=approvals):
            for approved, n in approvals.items():
                yield f"{n} {' '.join([numbers[option] for option in approved])}"
        case Scores(counts=scores):
            for scored, n in scores.items():
                pairs = [f"{numbers[option]}:{points}" for option, points in scored]
                yield f"{n} {' '.join(pairs)}"
        case _:
            assert_never(batch.profile)
