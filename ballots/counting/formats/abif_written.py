# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ballots as an ABIF file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from ballots.counting.formats.abif import MARKED
from ballots.counting.formats.errors import BallotFileProblem, BallotFileRefused
from ballots.counting.profile import Approvals, Batch, Profile, Rankings
from ballots.errors import Problem

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def write_abif(batch: Batch) -> bytes:
    """An ABIF file, equal ballots together and in the order of what they say.

    Rankings are written `A>B=C`, points `A/5,B/4`, marks as points of 1. Square brackets in the
    names of options become round ones, since a file has no other way.

    Raises:
        BallotFileRefused: `id`, for ids that have both quotation marks and square brackets.
    """
    return "".join(f"{line}\n" for line in _lines(batch)).encode()


def _lines(batch: Batch) -> Iterator[str]:
    profile, tokens = batch.profile, [_token(option.id) for option in batch.contest.options]
    said: dict[str, object] = {"title": batch.contest.title}
    if isinstance(profile, Approvals):
        said |= {"ballot_type": MARKED, "max_rating": 1}
    for key, value in said.items():
        yield msgspec.json.encode({key: value}).decode()
    for token, option in zip(tokens, batch.contest.options, strict=True):
        yield f"={token}:[{option.name.replace('[', '(').replace(']', ')')}]"
    written = _written(profile)
    for ballot, n in sorted(profile.counts.items()):
        yield f"{n}:{written(ballot, tokens)}"


def _token(id: str) -> str:
    if _BARE.fullmatch(id):
        return id
    if '"' not in id:
        return f'"{id}"'
    if "[" in id or "]" in id:
        raise BallotFileRefused([Problem(BallotFileProblem.ID, 1, 1, {"option": id})])
    return f"[{id}]"


def _written(profile: Profile) -> Callable[[Any, Sequence[str]], str]:
    match profile:
        case Rankings():
            return _ranks
        case Approvals():
            return _marks
        case _:
            return _points


def _ranks(ranking: tuple[tuple[int, ...], ...], tokens: Sequence[str]) -> str:
    return ">".join("=".join(tokens[option] for option in rank) for rank in ranking)


def _marks(approved: tuple[int, ...], tokens: Sequence[str]) -> str:
    return ",".join(f"{tokens[option]}/1" for option in approved)


def _points(scored: tuple[tuple[int, int], ...], tokens: Sequence[str]) -> str:
    return ",".join(f"{tokens[option]}/{points}" for option, points in scored)
