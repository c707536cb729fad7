# SPDX-License-Identifier: AGPL-3.0-or-later
"""The names of candidates and the title at the end of a BLT file.

One a line, with or without quotation marks, a second text in them being the party; or all of
them one after the other. What follows the title is a remark and not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ballots.counting.formats.ballot_file import Noted
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import Source, shown
from ballots.counting.trace import Step, step

_TEXTS: Final = re.compile(r'"([^"]*+)"')
_LINE_OF_TEXTS: Final = re.compile(r'(?:"[^"]*+"\s*+)++(?:#.*+)?')
_BALLOT: Final = re.compile(r"(?:\([^)]*+\)\s*+)?[0-9]++(?:\s++[0-9=-]++)*\s++0")

Row = tuple[int, str]


def read_names(
    source: Source, start: int, options: int
) -> tuple[tuple[str, ...], str, tuple[Step, ...]]:
    """The names, none at all if the file has none, the title, and what there is to tell."""
    utf8 = source.not_utf8(start) is None
    rows: list[Row] = []
    for at, line in _rows(source, start, "utf-8" if utf8 else "cp1252"):
        if len(rows) > options:
            break
        if _BALLOT.fullmatch(line):
            source.wrong(BallotFileProblem.ENDED, at)
        rows.append((at, line))
    texts = [text for _, line in rows for text in _TEXTS.findall(line)]
    if len(rows) < options or len(rows) == 1 < len(texts):
        found = texts[: options + 1]
    else:
        found = [_name(source, at, line) for at, line in rows]
    if found and len(found) < options:
        source.wrong(BallotFileProblem.NAMES, start, n=len(found), expected=options)
    names = [shown(text.strip()) for text in found]
    notes = () if utf8 else (step(Noted.CP1252),)
    return tuple(names[:options]), "".join(names[options:]), notes


def _rows(source: Source, start: int, encoding: str) -> Iterator[Row]:
    """Lines with something on them, but no comments."""
    for at, line in source.lines(start, len(source.data)):
        if line.strip() and not line.lstrip().startswith(b"#"):
            try:
                yield at, line.decode(encoding).strip()
            except UnicodeDecodeError as error:
                wrong = at + error.start
                raise source.refusal(BallotFileProblem.ENCODING, wrong) from error


def _name(source: Source, at: int, line: str) -> str:
    """The name on a line of its own."""
    if not line.startswith('"'):
        return line
    if _LINE_OF_TEXTS.fullmatch(line):
        name, *more = _TEXTS.findall(line)
        party = more[0].strip() if more else ""
        return f"{name.strip()} ({party})" if party else name
    if len(line) == 1 or not line.endswith('"'):
        source.wrong(BallotFileProblem.UNCLOSED, at)
    return line[1:-1]
