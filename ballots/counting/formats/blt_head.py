# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of a BLT file: how many candidates and seats, who withdrew, options in brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ballots.counting.formats.ballot_file import Noted
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_OPTIONS, Source, is_number, word
from ballots.counting.trace import Step, step

_WORD: Final = re.compile(rb"(?:\s++|#[^\n]*+)*+(\[[^\]\n]*+\]?|[^\s#]++)?")
_WITHDRAWN: Final = re.compile(rb"-[0-9]{1,15}")
_MOST_BRACKETS: Final = 100


@dataclass(slots=True)
class Head:
    """`end` is where the ballots begin. Positions count from 0.

    `known` maps what a ballot may call an option, its number or its nickname, to its position.
    """

    options: int
    seats: int
    end: int = 0
    known: dict[bytes, int] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    tie_order: tuple[int, ...] = ()
    notes: list[Step] = field(default_factory=list)


def read_head(source: Source) -> Head:
    """The head of a file; raises `BallotFileRefused` where it has problems."""
    options, end = _number(source, 0, BallotFileProblem.OPTIONS)
    seats, end = _number(source, end, BallotFileProblem.SEATS)
    head = Head(options=options, seats=seats)
    head.known = {b"%d" % (place + 1): place for place in range(head.options)}
    brackets: list[tuple[int, bytes]] = []
    while True:
        at, found, after = _next(source, end)
        if found.startswith(b"[") and len(brackets) < _MOST_BRACKETS:
            brackets.append((at, found))
        elif _WITHDRAWN.fullmatch(found):
            head.withdrawn.update(_places(source, head, at, [found[1:]]))
        else:
            break
        end = after
    head.end = at
    for at, found in sorted(brackets, key=lambda each: not each[1].startswith(b"[nick")):
        _bracket(source, head, at, found)
    source.check()
    return head


def _number(source: Source, start: int, code: BallotFileProblem) -> tuple[int, int]:
    """A number of options or seats, and where it ends."""
    at, found, end = _next(source, start)
    if not is_number(found):
        raise source.refusal(BallotFileProblem.NUMBER, at, word=word(found))
    if not 1 <= int(found) <= MOST_OPTIONS:
        raise source.refusal(code, at, most=MOST_OPTIONS)
    return int(found), end


def _next(source: Source, start: int) -> tuple[int, bytes, int]:
    """Where the next word begins, the word (empty at the end), and where it ends."""
    found = _WORD.match(source.data, start)
    assert found
    return (found.start(1), found[1], found.end()) if found[1] else (found.end(), b"", found.end())


def _places(source: Source, head: Head, at: int, words: list[bytes]) -> list[int]:
    for each in words:
        if each not in head.known:
            source.wrong(BallotFileProblem.OPTION, at, word=word(each))
    return [head.known[each] for each in words if each in head.known]


def _bracket(source: Source, head: Head, at: int, written: bytes) -> None:
    if not written.endswith(b"]"):
        source.wrong(BallotFileProblem.UNCLOSED, at)
        return
    name, *words = written[1:-1].split() or [b""]
    if name in _BRACKETS:
        _BRACKETS[name](source, head, at, words)
    else:
        head.notes.append(step(Noted.DIRECTIVE, name=word(name)))


def _nick(source: Source, head: Head, at: int, words: list[bytes]) -> None:
    if len(words) != head.options or len(set(words)) != head.options:
        source.wrong(BallotFileProblem.EACH_ONCE, at, name="nick")
    for place, nick in enumerate(words[: head.options]):
        if not nick.isdigit():
            head.known[nick] = place


def _tie(source: Source, head: Head, at: int, words: list[bytes]) -> None:
    head.tie_order = tuple(_places(source, head, at, words))
    if sorted(head.tie_order) != list(range(head.options)):
        source.wrong(BallotFileProblem.EACH_ONCE, at, name="tie")


def _withdrawn(source: Source, head: Head, at: int, words: list[bytes]) -> None:
    head.withdrawn.update(_places(source, head, at, words))


_BRACKETS: Final[Mapping[bytes, Callable[[Source, Head, int, list[bytes]], None]]] = {
    b"nick": _nick,
    b"tie": _tie,
    b"withdrawn": _withdrawn,
}
