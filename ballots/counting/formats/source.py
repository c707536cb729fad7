# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of a file as lines, and what is wrong with them, each with its place.

Limits, so that no file takes more memory than it should: see the constants.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import BytesIO
from itertools import takewhile
from typing import Final

from ballots.counting.formats.errors import BallotFileProblem, BallotFileRefused
from ballots.errors import Problem

MOST_BYTES: Final = 1 << 26
MOST_LINE: Final = 1 << 20  # bytes
MOST_OPTIONS: Final = 10_000
MOST_DIFFERENT: Final = 500_000  # ballots, equal ones being one; and voters
MOST_DIGITS: Final = 15
MOST_PROBLEMS: Final = 1_000  # listed; of further ones only the number is told

_CHUNK: Final = 1 << 20
_SHOWN: Final = 40  # characters of a word that is told
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Source:
    """A file being read. Line ends are line feeds in `data`, whatever they were in the file."""

    def __init__(self, data: bytes) -> None:
        """Take up the bytes; raises `BallotFileRefused` where there are none, or too many."""
        if len(data) > MOST_BYTES:
            facts = {"most": MOST_BYTES}
            raise BallotFileRefused([Problem(BallotFileProblem.SIZE, 1, 1, facts)])
        data = data.removeprefix(b"\xef\xbb\xbf")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self.data = data if data.endswith(b"\n") else data + b"\n"
        if self.data.isspace():
            raise BallotFileRefused([Problem(BallotFileProblem.EMPTY, 1, 1)])
        self._problems: list[Problem] = []
        self._more = 0
        self._place = (1, 0)  # the line of the last problem, and its place in the bytes

    def wrong(self, code: BallotFileProblem, at: int, **facts: str | int) -> None:
        """Note a problem at a byte."""
        if self.is_full:
            self._more += 1
            return
        line, before = self._place
        at = min(at, len(self.data) - 1)
        if at < before:
            line, before = 1, 0
        line += self.data.count(b"\n", before, at)
        self._place = (line, at)
        start = self.data.rfind(b"\n", 0, at) + 1
        column = len(self.data[start:at].decode(errors="replace")) + 1
        self._problems.append(Problem(code, line, column, facts))

    @property
    def is_full(self) -> bool:
        """Whether further problems are but counted."""
        return len(self._problems) == MOST_PROBLEMS

    def further(self, n: int) -> None:
        """Count problems that are not looked for, since no more are listed."""
        self._more += n

    def check(self) -> None:
        """Raise `BallotFileRefused` with the problems so far, if there are any."""
        if self._problems:
            raise self._refused()

    def refusal(self, code: BallotFileProblem, at: int, **facts: str | int) -> BallotFileRefused:
        """The refusal of a file that cannot be read on after one more problem."""
        self.wrong(code, at, **facts)
        return self._refused()

    def _refused(self) -> BallotFileRefused:
        if not self._more:
            return BallotFileRefused(self._problems)
        last = self.data.count(b"\n")
        more = Problem(BallotFileProblem.MORE, last, 1, {"n": self._more})
        return BallotFileRefused([*self._problems, more])

    def not_utf8(self, start: int = 0) -> int | None:
        """Where the first byte stands that is no UTF-8 text, from `start` on; or None."""
        decoder = getincrementaldecoder("utf-8")()
        for at in range(start, len(self.data), _CHUNK):
            kept = len(decoder.getstate()[0])
            try:
                decoder.decode(self.data[at : at + _CHUNK], final=at + _CHUNK >= len(self.data))
            except UnicodeDecodeError as error:
                return at - kept + error.start
        return None

    def must_be_utf8(self) -> None:
        """Refuse a file that is not UTF-8 text."""
        at = self.not_utf8()
        if at is not None:
            raise self.refusal(BallotFileProblem.ENCODING, at)

    def chunks(self, start: int, end: int) -> Iterator[list[bytes]]:
        """Lines with their line feeds, about a megabyte of them at a time."""
        stream = BytesIO(self.data[start:end])
        while lines := stream.readlines(_CHUNK):
            if max(map(len, lines)) > MOST_LINE:
                raise self._too_long(start)
            yield lines

    def lines(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Each line with its line feed, and its place in the bytes."""
        for lines in self.chunks(start, end):
            for line in lines:
                yield start, line
                start += len(line)

    def id(self, text: str, at: int) -> str:
        """The id of an option, at a byte; notes one with a character that cannot be shown."""
        wrong = control(text)
        if wrong:
            self.wrong(BallotFileProblem.CONTROL, at, character=ord(wrong))
        return text

    def _too_long(self, start: int) -> BallotFileRefused:
        short = takewhile(lambda line: len(line) <= MOST_LINE, BytesIO(self.data[start:]))
        at = start + sum(map(len, short))
        return self.refusal(BallotFileProblem.LONG, at, most=MOST_LINE)


def control(text: str) -> str:
    """The first character of a text that cannot be shown; empty where all can."""
    found = _CONTROL.search(text)
    return found[0] if found else ""


def shown(text: str) -> str:
    """A text that people will read; what cannot be shown is replaced for all to see."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def word(written: bytes) -> str:
    """A word of a file, for a sentence about it."""
    return shown(written.decode(errors="replace")[:_SHOWN])


def is_number(written: bytes) -> bool:
    """Whether it is a whole number of not too many digits."""
    return written.isdigit() and len(written) <= MOST_DIGITS
