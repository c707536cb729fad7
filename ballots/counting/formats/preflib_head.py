# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a PrefLib file says before its ballots, as written since 2022 or before.

Since 2022 lines `# KEY: value`. Before, the number of alternatives, a line `number,name` for
each, and a line with the number of voters, their sum and the number of different orders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from ballots.counting.contest import Contest, Option
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_OPTIONS, Source, is_number, shown, word

ALTERNATIVES: Final = "NUMBER ALTERNATIVES"
CATEGORIES: Final = "NUMBER CATEGORIES"
VOTERS: Final = "NUMBER VOTERS"

_NAME: Final = re.compile(rb"(ALTERNATIVE|CATEGORY) NAME ([0-9]{1,15})")
_COUNTS: Final = (ALTERNATIVES, CATEGORIES, VOTERS)


@dataclass(slots=True)
class Head:
    """`stated` has numbers and their places in the file; `names` are by number.

    `start` is where the ballots begin; `mark` stands there between how many and the ballot.
    """

    title: str = ""
    stated: dict[str, tuple[int, int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    categories: int = 0
    start: int = 0
    mark: bytes = b":"

    def contest(self) -> Contest:
        """The alternatives; they have been checked."""
        n = self.stated[ALTERNATIVES][0]
        options = [Option(id=str(i), name=self.names.get(i, "")) for i in range(1, n + 1)]
        return Contest(title=self.title, options=tuple(options))


def read_head(source: Source) -> Head:
    """The head, with how many alternatives there are; refuses one without."""
    head = Head()
    lines = source.lines(0, len(source.data))
    at, line = next((at, line) for at, line in lines if not line.isspace())
    if line.strip().isdigit():
        _old(source, head, at)
    else:
        _new(source, head)
    if ALTERNATIVES not in head.stated:
        if not head.names:
            raise source.refusal(BallotFileProblem.MISSING, 0, name=ALTERNATIVES)
        head.stated[ALTERNATIVES] = (max(head.names), 0)
    n, at = head.stated[ALTERNATIVES]
    if not 1 <= n <= MOST_OPTIONS:
        raise source.refusal(BallotFileProblem.OPTIONS, at, most=MOST_OPTIONS)
    if head.names and not 1 <= min(head.names) <= max(head.names) <= n:
        source.wrong(BallotFileProblem.STATED, at, name=ALTERNATIVES, stated=n, n=max(head.names))
    return head


def _new(source: Source, head: Head) -> None:
    for at, line in source.lines(0, len(source.data)):
        if line.strip() and not line.startswith(b"#"):
            head.start = at
            return
        key, _, value = line.partition(b":")
        begins = at + len(line) - len(value.lstrip())
        _take(source, head, key[1:].strip(), value.strip(), begins)
    head.start = len(source.data)


def _take(source: Source, head: Head, key: bytes, value: bytes, at: int) -> None:
    name = _NAME.fullmatch(key)
    if key == b"TITLE":
        head.title = shown(value.decode())
    elif key.decode() in _COUNTS:
        _state(source, head, key.decode(), value, at)
    elif name and name[1] == b"ALTERNATIVE":
        _name(source, head, int(name[2]), value, at)
    elif name:
        head.categories += 1


def _old(source: Source, head: Head, start: int) -> None:
    head.mark = b","
    rows = source.lines(start, len(source.data))
    at, line = next(rows)
    _state(source, head, ALTERNATIVES, line.strip(), at)
    for at, line in rows:
        first, _, rest = line.strip().partition(b",")
        if len(head.names) < head.stated.get(ALTERNATIVES, (0, 0))[0]:
            if not is_number(first):
                raise source.refusal(BallotFileProblem.NUMBER, at, word=word(first))
            _name(source, head, int(first), rest.strip(), at)
        else:
            _state(source, head, VOTERS, first.strip(), at)
            head.start = at + len(line)
            return
    raise source.refusal(BallotFileProblem.MISSING, len(source.data) - 1, name=VOTERS)


def _name(source: Source, head: Head, number: int, name: bytes, at: int) -> None:
    if number in head.names:
        source.wrong(BallotFileProblem.DUPLICATE, at, name=str(number))
    if len(head.names) == MOST_OPTIONS:
        raise source.refusal(BallotFileProblem.OPTIONS, at, most=MOST_OPTIONS)
    head.names[number] = shown(name.decode())


def _state(source: Source, head: Head, key: str, value: bytes, at: int) -> None:
    if is_number(value):
        head.stated[key] = (int(value), at)
    else:
        source.wrong(BallotFileProblem.NUMBER, at, word=word(value))
