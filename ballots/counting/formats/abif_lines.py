# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of an ABIF file: what is declared, what is said of the file, and ballots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

import msgspec

from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_OPTIONS, control, shown, word
from ballots.counting.formats.tally import Flaw, flaw
from ballots.counting.profile import Ranking, Scored, Spoilt

_OPTION: Final = (
    r'(?:\[(?P<in_brackets>[^\[\]]++)\]|"(?P<in_quotes>[^"]++)"'
    r'|(?P<bare>[^\s\[\]",=>/:#*{}][^\[\]",=>/:#*{}]*+))'
)
_DECLARED: Final = re.compile(
    rf"=\s*+{_OPTION}\s*+:\s*+(?:\[(?P<name>[^\[\]]*+)\]\s*+(?:#.*+)?|(?P<plain>.*+))"
)
_WEIGHT: Final = re.compile(r"\s*+([0-9]{1,15})\s*+[:*]")
_BODY: Final = re.compile(r'(?:[^\[\]"#:{\n]++|\[[^\[\]\n]*+\]|"[^"\n]*+")*+')
_REMARK: Final = re.compile(r"(?:#.*+|:\s*+\{.*+)?\n?")
_PART: Final = re.compile(r'(?:[^\[\]">=,]++|\[[^\[\]]*+\]|"[^"]*+")++|[>=,]')
_ITEM: Final = re.compile(rf"\s*+{_OPTION}\s*+(?:/\s*+(?P<score>-?[0-9]{{1,15}})\s*+)?")
_SAID: Final = frozenset({"title", "description", "ballot_type"})

Item = tuple[int, Scored]
"""An option, and its score if it has one."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a line says: options rank by rank, and the scores that they are given, if any."""

    ranks: Ranking
    scores: Scored
    listed: bool  # commas stand between the options, so that their order says nothing

    @property
    def scored(self) -> bool:
        """Whether it has scores: one for each option, or in a list at least one."""
        named = sum(map(len, self.ranks))
        return len(self.scores) == named or (self.listed and bool(self.scores))


@dataclass(slots=True)
class Lines:
    """Reads lines, and keeps what they declare. A flaw's place counts bytes.

    `places` maps tokens to positions, `names` declared ones to names; `said` are values by key.
    """

    places: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    # What many ballots share is read and kept once.
    _items: dict[str, Item] = field(default_factory=dict)
    _ranks: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)

    def declaration(self, line: bytes, n: int) -> Flaw | None:
        """Take up a line that is no ballot and stands in the file `n` times."""
        text = line.decode().strip()
        if text.startswith(("#", "ABIF")) or not text:
            return None
        if text.startswith("{") and text.endswith("}") and ":" in text:
            self._say(text)
            return None
        declared = _DECLARED.fullmatch(text)
        if not declared:
            return flaw(BallotFileProblem.SYNTAX, word=_word(text))
        token = _token(declared)
        if n > 1 or token in self.names:
            return flaw(BallotFileProblem.DUPLICATE, name=_word(token))
        self.names[token] = shown((declared["name"] or declared["plain"] or "").strip())
        place = self._place(token)
        return place if isinstance(place, Flaw) else None

    def ballot(self, line: bytes) -> tuple[int, Ballot | Spoilt] | Flaw:
        """How many, and a ballot or why it is spoilt; for a line that begins with a number."""
        text = line.decode()
        weight = _WEIGHT.match(text)
        if weight is None or not int(weight[1]):
            code = BallotFileProblem.NUMBER if weight else BallotFileProblem.SYNTAX
            return flaw(code, word=_word(text.strip()))
        body = _BODY.match(text, weight.end())
        assert body
        if not _REMARK.fullmatch(text, body.end()):
            return _unread(text, body.end())
        parts = _PART.findall(body[0]) if body[0].strip() else []
        items: list[Item] = []
        for number, part in enumerate(parts[::2]):
            item = self._items.get(part) or self._item(part)
            if isinstance(item, Flaw):
                at = body.start() + len("".join(parts[: 2 * number]))
                return replace(item, at=_bytes(text, at))
            items.append(item)
        if parts and len(parts) % 2 == 0:
            return _unread(text, body.end())
        if len({place for place, _ in items}) < len(items):
            return int(weight[1]), Spoilt.REPEATED
        return int(weight[1]), self._ballot(items, parts[1::2])

    def _ballot(self, items: Sequence[Item], marks: Sequence[str]) -> Ballot:
        ranks: list[list[int]] = []
        for (place, _), mark in zip(items, [">", *marks], strict=False):
            if mark == ">":
                ranks.append([])
            ranks[-1].append(place)
        kept = [self._ranks.setdefault(rank, rank) for rank in map(_in_order, ranks)]
        scores = sorted(chain.from_iterable(scored for _, scored in items))
        return Ballot(tuple(kept), tuple(scores), listed=set(marks) == {","})

    def _item(self, part: str) -> Item | Flaw:
        """An option, with its score, as it stands between two marks."""
        found = _ITEM.fullmatch(part)
        if not found:
            return flaw(BallotFileProblem.SYNTAX, word=_word(part))
        place = self._place(_token(found))
        if isinstance(place, Flaw):
            return place
        score = found["score"]
        self._items[part] = (place, ((place, int(score)),) if score else ())
        return self._items[part]

    def _say(self, text: str) -> None:
        said: Mapping[str, object]
        try:
            said = msgspec.json.decode(text, type=dict[str, object])
        except (msgspec.MsgspecError, RecursionError):
            key, _, value = text[1:-1].partition(":")
            said = {key.strip(" \"'"): value.strip(" \"'")}
        for key, each in said.items():
            if key in _SAID and isinstance(each, str):
                self.said[key] = shown(each)

    def _place(self, token: str) -> int | Flaw:
        if token not in self.places:
            wrong = control(token)
            if not token:
                return flaw(BallotFileProblem.UNNAMED)
            if wrong:
                return flaw(BallotFileProblem.CONTROL, character=ord(wrong))
            if len(self.places) == MOST_OPTIONS:
                return flaw(BallotFileProblem.OPTIONS, most=MOST_OPTIONS)
            self.places[token] = len(self.places)
        return self.places[token]


def _token(found: re.Match[str]) -> str:
    return (found["in_brackets"] or found["in_quotes"] or found["bare"]).strip()


def _in_order(options: list[int]) -> tuple[int, ...]:
    return tuple(sorted(options))


def _unread(text: str, at: int) -> Flaw:
    """The flaw of a line that cannot be read on from a place."""
    return flaw(BallotFileProblem.SYNTAX, _bytes(text, at), word=_word(text[at:].strip()))


def _bytes(text: str, characters: int) -> int:
    return len(text[:characters].encode())


def _word(text: str) -> str:
    return word(text.encode())
