# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna count FILE`: count a file of ballots by a named rule, and explain it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Final

from ballots.counting.formats.results import results
from ballots.counting.rule_document import NAMED, digest
from kiosk.commands.parsers import Commands, setting, whole
from kiosk.counting.account import account, summary
from kiosk.counting.counted import Asked, Counted, count_file
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import LANGUAGES, Voice, voice
from sync.durable import keep

MOST_SEATS: Final = 1000

EPILOG = """\
Reads BLT (.blt), Pabulib (.pb), PrefLib (.soc .soi .toc .toi .cat), ABIF (.abif) and CSV: a header
of option names, one ballot a row. Each may be compressed with gzip. Without --rule a .pb file is
counted by the rule that it names, a .blt file by stv-scottish.

A tie that decides who wins and that no rule breaks stops the count. Write down the digest of the
ballots, roll dice for all to see, and count again with --dice and what was rolled.
"""


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "count",
        help="count a file of ballots by a named rule, and explain the result",
        description="Counts exactly, and tells each step.",
    )
    parser.epilog, parser.formatter_class = EPILOG, argparse.RawDescriptionHelpFormatter
    parser.add_argument("path", type=Path, metavar="FILE")
    parser.add_argument(
        "--rule", choices=tuple(NAMED), metavar="RULE", default="", help="`urna rules` lists all"
    )
    parser.add_argument("--seats", type=whole(1, MOST_SEATS), metavar="N", help="places to fill")
    parser.add_argument(
        "--option",
        type=setting,
        action="append",
        default=[],
        metavar="K=V",
        help="a setting of the rule; may be repeated",
    )
    parser.add_argument("--dice", default="", metavar="D", help="what was rolled, for ties")
    told = parser.add_mutually_exclusive_group()
    told.add_argument("--json", action="store_true", help="print the result as data")
    told.add_argument("--explain", choices=LANGUAGES, help="tell each step in this language")
    parser.add_argument("--pdf", type=Path, metavar="OUT", help="write pages to print")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Count, and tell."""
    options = dict(chosen.option)
    asked = Asked(rule=chosen.rule, seats=chosen.seats, options=options, dice=chosen.dice)
    counted = count_file(chosen.path, asked)
    telling = voice(chosen.explain) if chosen.explain else said
    if chosen.pdf is not None:
        _write(chosen.pdf, _pages(counted, chosen.dice, telling))
    if chosen.json:
        facts = results(counted.count, counted.digest)
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(summary(counted, telling)))
    if chosen.explain:
        print("\n".join(account(counted, counted.variants(), telling)))
    if chosen.pdf is not None:
        print("\n" + telling.say("counted.pdf-written", path=str(chosen.pdf)))
    return 0


def _pages(counted: Counted, dice: str, said: Voice) -> bytes:
    # Drawing takes twenty megabytes and half a second, also for who wants no paper.
    from printouts.counting.count_paper import pdf  # noqa: PLC0415
    from printouts.counting.teller import Basis  # noqa: PLC0415

    basis = Basis(ballots=counted.digest, rule=digest(counted.count.rule), dice=dice)
    return pdf(counted.count, basis, said.say, said.language, others=counted.variants())


def _write(path: Path, pages: bytes) -> None:
    """Whole or not at all; only a PDF is overwritten by one."""
    try:
        if path.exists() and not path.read_bytes().startswith(b"%PDF"):
            raise KioskRefused(KioskProblem.NOT_A_PDF, path=str(path))
        keep(path, pages)
    except OSError as error:
        raise KioskRefused(
            KioskProblem.FOLDER_NOT_WRITABLE, path=str(path), detail=error.strerror or ""
        ) from error
