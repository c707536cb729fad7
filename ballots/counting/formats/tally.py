# SPDX-License-Identifier: AGPL-3.0-or-later
"""Equal lines counted together and read once; their places are looked for only if needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final

from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_DIFFERENT, Source
from ballots.counting.profile import Spoilt

_AT_ONCE: Final = 50_000

Facts = tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a line, `at` bytes from where what was read of it begins."""

    code: BallotFileProblem
    at: int = 0
    facts: Facts = ()


def flaw(code: BallotFileProblem, at: int = 0, **facts: str | int) -> Flaw:
    """A flaw with its facts."""
    return Flaw(code, at, tuple(facts.items()))


Found = tuple[int, Any] | Flaw | None
"""How many, and the ballot or why it is spoilt; what is wrong; or nothing, as on an empty line."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Ballots → how many; reasons → how many; what was read → what is wrong with it."""

    counts: Counter[Any] = field(default_factory=Counter)
    spoilt: Counter[Spoilt] = field(default_factory=Counter)
    flaws: dict[Hashable, Flaw] = field(default_factory=dict)

    def add(self, key: Hashable, found: Found, n: int) -> None:
        """Take up what was read `n` times."""
        if found is None:
            return
        if isinstance(found, Flaw):
            self.flaws[key] = found
            return
        many, ballot = found
        if type(ballot) is Spoilt:
            self.spoilt[ballot] += many * n
        else:
            self.counts[ballot] += many * n


def counted(source: Source, start: int, keys: Iterable[Hashable]) -> Counter[Any]:
    """How many there are of each, in the order of the file; refuses too many different ones."""
    counts: Counter[Any] = Counter()
    rest = iter(keys)
    while part := list(islice(rest, _AT_ONCE)):
        counts.update(part)
        if len(counts) > MOST_DIFFERENT:
            raise source.refusal(BallotFileProblem.DIFFERENT, start, most=MOST_DIFFERENT)
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some lines of a file, and what of them is read.

    `keys` gives for lines what of each is read; a flaw stands for a line that cannot be cut.
    `begins` is where in a line that begins.
    """

    source: Source
    start: int
    end: int
    keys: Callable[[list[bytes]], Iterable[Hashable]] = list
    begins: Callable[[bytes], int] = field(default=lambda _: 0)

    def counted(self) -> Counter[Any]:
        """What is read → how many times; in the order of the file."""
        chunks = self.source.chunks(self.start, self.end)
        return counted(self.source, self.start, chain.from_iterable(map(self.keys, chunks)))

    def tally(self, read: Callable[[Any], Found], counts: Counter[Any] | None = None) -> Tally:
        """Every line read; what is wrong is noted with its place. `counts` are from `counted`."""
        tally, counts = Tally(), counts or self.counted()
        for key, n in counts.items():
            tally.add(key, key if type(key) is Flaw else read(key), n)
        self._note(tally.flaws, sum(counts[key] for key in tally.flaws))
        return tally

    def _note(self, flaws: Mapping[Hashable, Flaw], n: int) -> None:
        """Note the flaws at the lines that have them, of which there are `n`."""
        lines = self.source.lines(self.start, self.end)
        while n and not self.source.is_full:
            start, line = next(lines)
            (key,) = self.keys([line])
            wrong = flaws.get(key)
            if wrong:
                begins = 0 if isinstance(key, Flaw) else self.begins(line)
                self.source.wrong(wrong.code, start + begins + wrong.at, **dict(wrong.facts))
                n -= 1
        self.source.further(n)
