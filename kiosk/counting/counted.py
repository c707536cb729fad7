# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a file of ballots to a count: read, choose the rule, fix the order of ties, count."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ballots.counting.count import Count
from ballots.counting.counts import count_batch
from ballots.counting.dice import dice_order, digest
from ballots.counting.draw import TieBy
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.formats.ballot_file import BallotFile
from ballots.counting.formats.reading import kind_of, read
from ballots.counting.formats.source import MOST_BYTES
from ballots.counting.profile import Batch
from ballots.counting.rule import Rule
from ballots.counting.rule_document import NAMED, typed
from ballots.counting.settings import Ties
from ballots.counting.settle import Order
from ballots.counting.variants import Variant, variants
from ballots.errors import FileRefusal
from kiosk.errors import KioskProblem, KioskRefused

_GZIP: Final = b"\x1f\x8b"
PEOPLE: Final = frozenset({"present", "census"})
MOST_PEOPLE: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a file is to be counted. `rule` "" is the file's own; `options` are as typed."""

    rule: str = ""
    seats: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    dice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A count, and what it was made from. `digest` is that of the ballots."""

    file: BallotFile
    batch: Batch
    order: Order | None
    digest: str
    count: Count

    def variants(self) -> tuple[Variant, ...]:
        """The same by other variants of the rule."""
        return variants(self.count, self.batch, self.order)


def count_file(path: Path, asked: Asked) -> Counted:
    """Count a file of ballots.

    Raises:
        KioskRefused: a file that cannot be read or unpacked.
        BallotFileRefused: every problem of the file.
        CountingRefused: a rule, a setting or a tie.
    """
    file = read_ballots(path)
    rule = rule_for(file, asked)
    batch = _attended(file.batch, asked.options)
    ballots = digest(batch)
    order = _order(file, rule, ballots, asked.dice)
    count = count_batch(rule, batch, order, digest=ballots)
    return Counted(file=file, batch=batch, order=order, digest=ballots, count=count)


def read_ballots(path: Path) -> BallotFile:
    """What a file holds, gzip-compressed or not; the ending of its name tells the format."""
    data = _unpacked(path)
    name = path.name.removesuffix(".gz")
    try:
        return read(data, kind_of(name, data))
    except FileRefusal as refusal:
        refusal.file = str(path)
        raise


def rule_for(file: BallotFile, asked: Asked) -> Rule:
    """The rule that was asked for, else the file's own, with what the file states."""
    name = asked.rule or (file.rule.name if file.rule else "")
    if not name:
        raise CountingRefused(CountingProblem.NO_RULE, rules=", ".join(NAMED))
    given = {key: text for key, text in asked.options.items() if key not in PEOPLE}
    if asked.seats is not None:
        given["seats"] = str(asked.seats)
    return typed(name, given, file.rule)


def _order(file: BallotFile, rule: Rule, ballots: str, dice: str) -> Order | None:
    if rule.ties is Ties.FILE_ORDER:
        places = file.tie_order or tuple(range(len(file.batch.contest.options)))
        return Order(options=places, chance=TieBy.FILE_ORDER)
    return dice_order(file.batch.contest, ballots, dice) if dice else None


def _attended(batch: Batch, options: Mapping[str, str]) -> Batch:
    """People present and entitled, which are no settings of a rule."""
    for key in PEOPLE & options.keys():
        text = options[key]
        if not (text.isascii() and text.isdecimal() and int(text) <= MOST_PEOPLE):
            raise CountingRefused(CountingProblem.SETTING, setting=key, value=text)
    present, census = (int(options.get(key, "0")) for key in ("present", "census"))
    return replace(batch, present=present or batch.present, census=census or batch.census)


def _unpacked(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if data.startswith(_GZIP):
            with gzip.open(path) as file:
                data = file.read(MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise KioskRefused(KioskProblem.NOT_UNPACKED, path=str(path)) from error
    except OSError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error
    if len(data) > MOST_BYTES:
        raise KioskRefused(KioskProblem.TOO_LARGE, path=str(path), megabytes=MOST_BYTES >> 20)
    return data
