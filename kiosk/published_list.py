# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published list of receipts, read back by a program (`ballots/RECEIPTS.md`).

A line that begins with two spaces is data, one with four says what a challenged ballot marked,
every other is for people and may say anything in any language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ballots.receipts.code import TRACKER
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.listing import root_of

MAX_LIST = 1 << 26  # bytes

_ROOT = re.compile(r"  urna:l1:([1-9A-HJ-NP-Za-km-z]{14,40}):(0|[1-9][0-9]{0,6}):([0-9a-f]{64})")
_DATA, _MARKS, _WORDS = (re.compile(form) for form in (r"  [^ ]", r"    [^ ]", r"[^ ]"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPoll:
    """One poll of a list: what it says its root is, and what its lines come to."""

    title: str
    election: str
    root: str  # hex, as stated
    trackers: tuple[str, ...]  # counted, sorted
    challenged: tuple[str, ...]  # sorted

    @property
    def computed(self) -> str:
        """The root of the lines."""
        return root_of(self.trackers).hex()


def root_line(election: str, number: int, root: str) -> str:
    """The line that binds a poll's list."""
    return f"  urna:l1:{election}:{number}:{root}"


def read_list(data: bytes) -> tuple[ListedPoll, ...]:
    """The polls of a list, at least one, none twice. Their roots are not compared.

    A byte order mark and line ends of other systems are taken: mail programs make them.

    Raises:
        ReceiptRefused: `list`, with the line from where on it is none.
    """
    if len(data) > MAX_LIST:
        raise ReceiptRefused(ReceiptProblem.LIST, line=1)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReceiptRefused(ReceiptProblem.LIST, line=line) from None
    lines = _Lines(text.removesuffix("\n").split("\n"))
    polls: list[ListedPoll] = []
    while not polls or lines.left:
        begin = lines.at
        polls.append(_poll(lines))
        if len({poll.election for poll in polls}) < len(polls):
            raise ReceiptRefused(ReceiptProblem.LIST, line=begin + 1)
    return tuple(polls)


class _Lines:
    """A list that is read line by line; what does not fit is refused with its number."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.at = 0

    @property
    def left(self) -> bool:
        return self.at < len(self._lines)

    @property
    def next(self) -> str:
        return self._line(self.at)

    @property
    def holds_data(self) -> bool:
        return _DATA.match(self.next) is not None

    @property
    def holds_data_below(self) -> bool:
        """Whether the line after the next one does."""
        return _DATA.match(self._line(self.at + 1)) is not None

    @property
    def holds_marks(self) -> bool:
        return _MARKS.match(self.next) is not None

    def require(self, *, fits: bool) -> None:
        if not fits:
            raise ReceiptRefused(ReceiptProblem.LIST, line=self.at + 1)

    def take(self, *, fits: bool) -> str:
        """The next line, which must be there and fit."""
        self.require(fits=fits and self.left)
        self.at += 1
        return self._lines[self.at - 1]

    def words(self) -> str:
        return self.take(fits=_WORDS.match(self.next) is not None)

    def part(self) -> None:
        """Leave a block: an empty line, or the end."""
        if self.left:
            self.take(fits=not self.next)

    def tracker(self, before: list[str]) -> str:
        """A tracker that comes after those that were read before."""
        tracker = self.next[2:]
        rises = not before or before[-1] < tracker
        self.take(fits=rises and TRACKER.fullmatch(tracker) is not None)
        return tracker

    def _line(self, at: int) -> str:
        return self._lines[at] if at < len(self._lines) else ""


def _poll(lines: _Lines) -> ListedPoll:
    """A poll in two or three blocks, each parted from the next by an empty line."""
    title = lines.words()
    lines.words()
    stated = _ROOT.fullmatch(lines.next)
    lines.take(fits=stated is not None)
    assert stated is not None
    lines.part()
    lines.words()
    counted: list[str] = []
    while lines.holds_data:
        counted.append(lines.tracker(counted))
    lines.require(fits=len(counted) == int(stated[2]))
    lines.part()
    return ListedPoll(
        title=title,
        election=stated[1],
        root=stated[3],
        trackers=tuple(counted),
        challenged=tuple(_challenged(lines)) if lines.holds_data_below else (),
    )


def _challenged(lines: _Lines) -> list[str]:
    """What was opened to check a booth: each tracker with its marks."""
    lines.words()
    challenged: list[str] = []
    while lines.holds_data:
        challenged.append(lines.tracker(challenged))
        lines.take(fits=lines.holds_marks)
        while lines.holds_marks:
            lines.take(fits=True)
    lines.part()
    return challenged
