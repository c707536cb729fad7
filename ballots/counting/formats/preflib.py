# SPDX-License-Identifier: AGPL-3.0-or-later
"""PrefLib files: orders (soc, soi, toc, toi) and categories (cat); an option's id is its number.

Lines `how many: 1,{2,3},4`. Of two categories the first is approval; of more the last is worth
0 points and each one before it a point more, an option in none of them being without points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import chain, islice
from typing import Any, Final

from ballots.counting.formats.ballot_file import BallotFile, FileKind
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.preflib_head import (
    ALTERNATIVES,
    CATEGORIES,
    VOTERS,
    Head,
    read_head,
)
from ballots.counting.formats.source import Source, is_number, word
from ballots.counting.formats.tally import Found, Section, flaw
from ballots.counting.profile import Approvals, Batch, Profile, Rankings, Scores, Spoilt

_GROUP: Final = re.compile(rb"(?:\{((?:[0-9]+(?:,[0-9]+)*+)?+)\}|([0-9]++))(?:,(?!\Z)|\Z)")
_SPACES: Final = b" \t\n"

Groups = list[list[int]]
"""Positions; those in braces stand together."""

Kind = Callable[[Mapping[Any, int]], Profile]


def read_orders(source: Source) -> BallotFile:
    """A file of orders; raises `BallotFileRefused` with all of its problems."""
    source.must_be_utf8()
    head = read_head(source)
    kept: dict[tuple[int, ...], tuple[int, ...]] = {}

    def ranking(groups: Groups) -> Any:  # noqa: ANN401 - a ballot or a flaw
        ranks = [tuple(sorted(group)) for group in groups if group]
        return tuple([kept.setdefault(rank, rank) for rank in ranks])

    return _read(source, head, FileKind.PREFLIB, Rankings, ranking)


def read_categories(source: Source) -> BallotFile:
    """A file of categories; raises `BallotFileRefused` with all of its problems."""
    source.must_be_utf8()
    head = read_head(source)
    n = head.stated.get(CATEGORIES, (head.categories, 0))[0]
    if not n:
        raise source.refusal(BallotFileProblem.MISSING, 0, name=CATEGORIES)
    kept: dict[tuple[int, int], tuple[int, int]] = {}

    def given(groups: Groups) -> Any:  # noqa: ANN401
        if len(groups) > n:
            return flaw(BallotFileProblem.CATEGORIES, n=len(groups), expected=n)
        if n <= 2:
            return tuple(sorted(chain.from_iterable(groups[:1])))
        points = enumerate(groups, 1)
        pairs = sorted((option, n - place) for place, group in points for option in group)
        return tuple([kept.setdefault(pair, pair) for pair in pairs])

    kind: Kind = Approvals if n <= 2 else Scores
    return _read(source, head, FileKind.CATEGORIES, kind, given)


def _read(
    source: Source, head: Head, kind: FileKind, profile: Kind, shaped: Callable[[Groups], Any]
) -> BallotFile:
    section = Section(source=source, start=head.start, end=len(source.data))
    tally = section.tally(_reader(head, shaped))
    source.check()
    voters = head.stated.get(VOTERS)
    n = tally.counts.total() + tally.spoilt.total()
    if voters and voters[0] != n:
        raise source.refusal(
            BallotFileProblem.STATED, voters[1], name=VOTERS, stated=voters[0], n=n
        )
    batch = Batch(contest=head.contest(), profile=profile(tally.counts), spoilt=dict(tally.spoilt))
    return BallotFile(kind=kind, batch=batch)


def _reader(head: Head, shaped: Callable[[Groups], Any]) -> Callable[[bytes], Found]:
    n = head.stated[ALTERNATIVES][0]
    known = {b"%d" % (place + 1): place for place in range(n)}

    def read(line: bytes) -> Found:
        text = line.translate(None, _SPACES)
        if not text or text.startswith(b"#"):
            return None
        weight, mark, order = text.partition(head.mark)
        if not is_number(weight) or not int(weight):
            return flaw(BallotFileProblem.NUMBER, _place(line, 0), word=word(weight))
        try:
            groups = [[known[each]] for each in order.split(b",")]
        except KeyError:
            numbers = _groups(order)
            if isinstance(numbers, int):
                at = _place(line, len(weight + mark) + numbers)
                return flaw(BallotFileProblem.SYNTAX, at, word=word(order[numbers:]))
            if any(each not in known for group in numbers for each in group):
                return int(weight), Spoilt.UNKNOWN_OPTION
            groups = [[known[each] for each in group] for group in numbers]
        options = list(chain.from_iterable(groups))
        if len(set(options)) < len(options):
            return int(weight), Spoilt.REPEATED
        ballot = shaped(groups)
        return (int(weight), ballot) if isinstance(ballot, tuple) else ballot

    return read


def _groups(order: bytes) -> list[list[bytes]] | int:
    """Numbers, those in braces together; or where they cannot be read."""
    groups: list[list[bytes]] = []
    at = 0
    while at < len(order):
        found = _GROUP.match(order, at)
        if found is None:
            return at
        groups.append(found[1].split(b",") if found[1] else [found[2]] if found[2] else [])
        at = found.end()
    return groups


def _place(line: bytes, number: int) -> int:
    """Where in a line its character `number`, from 0 and without spaces, stands."""
    written = (at for at, byte in enumerate(line) if byte not in _SPACES)
    return next(islice(written, number, None), len(line) - 1)
