# SPDX-License-Identifier: AGPL-3.0-or-later
"""How blocks are spread over pages, from their heights alone."""

from __future__ import annotations

from collections.abc import Sequence

Run = tuple[int, ...]


def pack(heights: Sequence[int], gap: int, room: int) -> tuple[Run, ...]:
    """Indices of the blocks of each page: as few pages as `room` allows, filled most evenly.

    Order is kept. A block taller than the room has a page of its own. Nothing has no page.
    """
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # pages, squares of their heights, last start
    for end in range(1, len(heights) + 1):
        ways = []
        used = -gap
        for start in range(end - 1, -1, -1):
            used += gap + heights[start]
            if used > room and start < end - 1:
                break
            pages, squares, _ = best[start]
            ways.append((pages + 1, squares + used * used, start))
        best.append(min(ways))
    runs: list[Run] = []
    end = len(heights)
    while end:
        start = best[end][2]
        runs.append(tuple(range(start, end)))
        end = start
    return tuple(reversed(runs))


def stretch(heights: Sequence[int], growing: Sequence[bool], spare: int) -> tuple[int, ...]:
    """Heights after the blocks that may grow share the spare room, each by half at most."""
    count = sum(growing)
    if not count or spare <= 0:
        return tuple(heights)
    share = spare // count
    return tuple(
        height + min(share, height // 2) if grows else height
        for height, grows in zip(heights, growing, strict=True)
    )
