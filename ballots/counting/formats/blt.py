# SPDX-License-Identifier: AGPL-3.0-or-later
"""BLT files (Hill, Wichmann and Woodall 1987), with what OpenSTV, Droop and councils added.

`N SEATS`, options in brackets and withdrawn candidates; ballots; `0`; names and a title.
An option's id is its number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from ballots.counting.contest import Contest, Option
from ballots.counting.formats.ballot_file import BallotFile, FileKind, Noted
from ballots.counting.formats.blt_ballots import Ballots, by_zero, place_of, words_of
from ballots.counting.formats.blt_head import Head, read_head
from ballots.counting.formats.blt_names import read_names
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_LINE, Source
from ballots.counting.formats.tally import Flaw, Found, Section, Tally, counted, flaw
from ballots.counting.profile import Batch, Rankings, Spoilt
from ballots.counting.rule import StvScottish
from ballots.counting.trace import Step, step

_END: Final = re.compile(rb"\n[ \t]*+0[ \t]*+(?:#[^\n]*+)?\n")
_NO_BALLOT: Final = re.compile(rb"\n[ \t]*+[^\s0-9(#\[-]")
_NUMBERS: Final = re.compile(rb"\s*+[0-9][0-9= -]*+\n")


class _Layout(Enum):
    """How ballots are told apart."""

    LINES = auto()  # one a line, each with a 0 at its end
    BARE_LINES = auto()  # one a line, none with a 0
    ZEROS = auto()  # each ends with a 0, wherever that stands


def read_blt(source: Source) -> BallotFile:
    """A BLT file; raises `BallotFileRefused` with all of its problems."""
    head = read_head(source)
    ended, end, after = _end(source.data, head.end)
    section = Section(source=source, start=head.end, end=end)
    lines = section.counted()
    layout = _layout(lines, source.data[after : after + MOST_LINE])
    notes: tuple[Step, ...] = () if ended else (step(Noted.NO_END),)
    if layout is _Layout.ZEROS:
        tally, after, notes = _zeros(source, head)
    else:
        read = _reader(head, lines, bare=layout is _Layout.BARE_LINES)
        tally = section.tally(read, lines)
    names, title, told = read_names(source, after, head.options)
    source.check()
    contest = _contest(head, names or ("",) * head.options, title)
    return BallotFile(
        kind=FileKind.BLT,
        batch=Batch(contest=contest, profile=Rankings(tally.counts), spoilt=dict(tally.spoilt)),
        rule=StvScottish(seats=head.seats),
        tie_order=head.tie_order,
        notes=(*head.notes, *notes, *told),
    )


def _contest(head: Head, names: tuple[str, ...], title: str) -> Contest:
    options = tuple(
        Option(id=str(place + 1), name=name, withdrawn=place in head.withdrawn)
        for place, name in enumerate(names)
    )
    return Contest(title=title, seats=head.seats, options=options)


def _end(data: bytes, start: int) -> tuple[bool, int, int]:
    """Whether a 0 alone on a line ends the ballots; where they end; where what follows begins."""
    found = _END.search(data, start - 1)
    if found:
        return True, max(start, found.start() + 1), found.end()
    found = _NO_BALLOT.search(data, start - 1)
    end = found.start() + 1 if found else len(data)
    return False, end, end


def _layout(lines: Counter[bytes], rest: bytes) -> _Layout:
    """The layout of most lines is that of the file; one that is not so has a problem."""
    whole = bare = several = 0
    for line, n in lines.items():
        if line.endswith(b" 0\n") and line.count(b" 0") == 1 and b"#" not in line:
            whole += n
            continue
        words = words_of(line)
        zeros = words.count(b"0")
        if zeros == 0:
            bare += n * bool(words)
        elif zeros == 1 and words[-1] == b"0":
            whole += n
        else:
            several += n
    if whole >= bare + several:
        return _Layout.LINES
    if whole or several or _NUMBERS.match(rest):
        return _Layout.ZEROS
    return _Layout.BARE_LINES


def _reader(head: Head, counts: Counter[bytes], *, bare: bool = False) -> Callable[[bytes], Found]:
    """Reads a text with one ballot; the last word is its 0 unless they are bare."""
    ballots = Ballots(head.known)

    def read(text: bytes) -> Found:
        words = words_of(text)
        if not words or words == [b"0"]:
            return None
        if not bare and words.pop() != b"0":
            return flaw(BallotFileProblem.UNENDED)
        if b"0" in words:
            return flaw(BallotFileProblem.INNER_ZERO, place_of(text, 0, words.index(b"0")))
        found = ballots.read(words, counts[text])
        if type(found) is Flaw:
            return replace(found, at=place_of(text, 0, found.at))
        return found

    return read


def _zeros(source: Source, head: Head) -> tuple[Tally, int, tuple[Step, ...]]:
    """The ballots, where they end, and what there is to tell."""
    data, after = source.data, head.end
    texts = (data[begins:end] for begins, end in by_zero(data, head.end))
    counts = counted(source, head.end, texts)
    read = _reader(head, counts)
    found = {text: read(text) for text in counts}
    tally = Tally()
    for text, n in counts.items():
        tally.add(text, found[text], n)
    begins = joined = 0
    for begins, after in by_zero(data, head.end):
        text = data[begins:after]
        joined += b"\n" in text
        match found[text]:
            case Flaw(code, at, facts):
                source.wrong(code, begins + at, **dict(facts))
            case (_, Spoilt()) if b"\n" in text:
                source.wrong(BallotFileProblem.UNENDED, begins)
    notes = (step(Noted.JOINED, n=joined),) if joined else ()
    ended = begins < after  # else the last text is empty
    return tally, after, notes if ended else (*notes, step(Noted.NO_END))
