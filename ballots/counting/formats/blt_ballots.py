# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ballots of a BLT file: `(id) weight p1 p2=p3 - 0`, one a line or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import is_number, word
from ballots.counting.formats.tally import Found, flaw
from ballots.counting.profile import Ranking, Spoilt

_WORD: Final = re.compile(rb'\([^)\n]*+\)?|[^\s#"(]++|#[^\n]*+|"')


def words_of(line: bytes) -> list[bytes]:
    """The words of a line without its comment; an id in parentheses is one word."""
    if b"#" in line or b"(" in line:
        return [each for each in _WORD.findall(line) if not each.startswith(b"#")]
    return line.split()


def place_of(data: bytes, start: int, number: int) -> int:
    """Where the word `number`, from 0, begins after `start`; the last one if there are fewer."""
    place = start
    for found in _WORD.finditer(data, start):
        if not found[0].startswith(b"#"):
            place = found.start()
            if number == 0:
                break
            number -= 1
    return place


def by_zero(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where each ballot begins, and where it ends with its 0.

    The last one is but the 0 that ends all ballots, or is empty where a quotation mark or the
    end of the file stands instead; one before these may lack its 0.
    """
    begins: int | None = None
    end = start
    for found in _WORD.finditer(data, start):
        if found[0].startswith(b"#"):
            continue
        if found[0] == b'"':
            break
        end = found.end()
        if found[0] != b"0":
            begins = found.start() if begins is None else begins
        elif begins is None:
            yield found.start(), end
            return
        else:
            yield begins, end
            begins = None
    if begins is not None:
        yield begins, end
    yield end, end


class Ballots:
    """Reads ballots, each as its words without the 0. `at` of a flaw is the number of a word."""

    def __init__(self, known: Mapping[bytes, int]) -> None:
        """`known` maps what may stand for an option to its position."""
        self._known = known
        self._ranks: dict[bytes, tuple[int, ...]] = {
            name: (place,) for name, place in known.items()
        }
        self._ids: set[bytes] = set()

    def read(self, words: Sequence[bytes], n: int = 1) -> Found:
        """A ballot that stands in the file `n` times."""
        first = 0
        if words[0].startswith(b"("):
            first = 1
            if n > 1 or words[0] in self._ids:
                return flaw(BallotFileProblem.DUPLICATE, 0, name=word(words[0]))
            self._ids.add(words[0])
            if words[1:2] != [b"1"]:
                return flaw(BallotFileProblem.ID_WEIGHT, 1)
        weight, *named = words[first:]
        if not is_number(weight) or not int(weight):
            return flaw(BallotFileProblem.NUMBER, first, word=word(weight))
        try:
            ranking = tuple(map(self._ranks.__getitem__, named))
        except KeyError:
            return self._uncommon(int(weight), named, first + 1)
        once = len(set(ranking)) == len(ranking)
        return int(weight), ranking if once else Spoilt.REPEATED

    def _uncommon(self, weight: int, named: Sequence[bytes], first: int) -> Found:
        """With equal ranks, skipped preferences or options that there are none of."""
        ranks: list[tuple[int, ...]] = []
        unknown = False
        for number, each in enumerate(named, first):
            if each == b"-":
                continue
            parts = [self._stripped(part) for part in each.split(b"=")]
            if any(part not in self._known and not part.isdigit() for part in parts):
                return flaw(BallotFileProblem.OPTION, number, word=word(each))
            unknown = unknown or any(part not in self._known for part in parts)
            rank = sorted(self._known[part] for part in parts if part in self._known)
            ranks.append(tuple(rank))
        if unknown:
            return weight, Spoilt.UNKNOWN_OPTION
        options = [option for rank in ranks for option in rank]
        if len(set(options)) < len(options):
            return weight, Spoilt.REPEATED
        return weight, self._kept(ranks)

    def _stripped(self, name: bytes) -> bytes:
        return name if name in self._known else name.lstrip(b"0") or name

    def _kept(self, ranks: list[tuple[int, ...]]) -> Ranking:
        """The same with ranks that are kept once only, since many ballots share them."""
        return tuple(self._ranks.setdefault(b"=%s" % repr(rank).encode(), rank) for rank in ranks)
