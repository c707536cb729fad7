# SPDX-License-Identifier: AGPL-3.0-or-later
"""Starts of a device that do not know of each other: its card was put back, or copied.

A device names in each opening how far it holds each segment (`RECORD.md` §4), so of two honest
starts the later one knows all that the earlier one wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from ballots.record.bodies import OpenSegment, read
from ballots.record.shapes import MAX_HEADS
from ballots.session.chains import Chain
from ballots.session.oddities import Oddity, OddityCode, odd

_Start = tuple[Chain, Mapping[str, int]]


def restored(found: Iterable[Chain]) -> Iterator[Oddity]:
    """One for each device with two starts of which neither knows all of the other, by device."""
    starts: dict[str, list[_Start]] = defaultdict(list)
    for chain in found:
        if chain.author and chain.followed:
            body = chain.followed[0].body or b""
            starts[chain.author.device].append((chain, read(body, OpenSegment).opening.heads))
    for _, own in sorted(starts.items()):
        if any(not (_knows(a, b) or _knows(b, a)) for a, b in combinations(own, 2)):
            yield odd(OddityCode.RESTORED, device=own[0][0].name)


def _knows(later: _Start, earlier: _Start) -> bool:
    """Whether one start held all that the other wrote; an opening that is full cannot say."""
    _, heads = later
    chain, _ = earlier
    return len(heads) >= MAX_HEADS or heads.get(chain.segment, -1) >= len(chain.followed) - 1
