# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of names in columns of equal height, parted at the foot of a page."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, Paragraph

_FEWEST = 3  # lines worth beginning a column for at the foot of a page


class Columns(Flowable):
    """Paragraphs read down one column, then the next; `gap` points between columns.

    ReportLab's own `BalancedColumns` shrinks a column that came out too tall.
    """

    def __init__(self, entries: Sequence[Paragraph], count: int, gap: float) -> None:
        super().__init__()
        self.entries, self.count, self.gap = list(entries), count, gap
        self.column = self.width = self.height = 0.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """The smallest height at which the entries fill no more than `count` columns."""
        self.width = available_width
        self.column = (available_width - self.gap * (self.count - 1)) / self.count
        tall = [entry.wrap(self.column, available_height)[1] for entry in self.entries]
        self.height = max(sum(tall) / self.count, *tall)
        while len(_filled(tall, self.height)) > self.count:
            self.height += min(tall) / 4
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """What fits on this page, column by column, and the rest; for what does not fit whole."""
        self.wrap(available_width, available_height)
        tall = [entry.wrap(self.column, available_height)[1] for entry in self.entries]
        if available_height < _FEWEST * max(tall):
            return []
        fitting = sum(_filled(tall, available_height)[: self.count])
        fitting = min(fitting, len(tall) - self.count)  # nobody stands alone on the next page
        return [
            Columns(self.entries[:fitting], self.count, self.gap),
            Columns(self.entries[fitting:], self.count, self.gap),
        ]

    def draw(self) -> None:
        """Called by ReportLab with the origin at the bottom left."""
        entries = iter(self.entries)
        tall = [entry.height for entry in self.entries]
        for place, length in enumerate(_filled(tall, self.height)):
            top = self.height
            for _ in range(length):
                entry = next(entries)
                top -= entry.height
                entry.drawOn(self.canv, place * (self.column + self.gap), top)


def _filled(tall: Sequence[float], height: float) -> list[int]:
    """How many entries each column takes when filled to `height`, as many columns as it needs."""
    columns, room = [0], height
    for each in tall:
        if each > room + 1e-6 and columns[-1]:
            columns.append(0)
            room = height
        columns[-1] += 1
        room -= each
    return columns
