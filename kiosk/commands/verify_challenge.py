# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify-challenge`: what a booth had sealed in a ballot that was challenged."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ballots.election.sealed.opening import ChallengedBallot
from kiosk.arithmetic import best_power
from kiosk.challenging import check, marked
from kiosk.commands.parsers import Commands
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from printouts.identifiers import groups

TEXTS = ("{", "urna:")  # how what a symbol says begins


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "verify-challenge",
        help="check what a booth had sealed in a ballot that was challenged",
        description="Makes the ballot again from the election and from what the paper of the"
        " challenge says, and compares its code. No secret and no network is needed.",
    )
    parser.add_argument(
        "opening",
        nargs="*",
        metavar="OPENING",
        help="what the paper's square says: the text, a file that holds it, or - (else the input);"
        " several where there are several squares",
    )
    parser.add_argument(
        "--election",
        type=Path,
        required=True,
        metavar="PATH",
        help="the election: JSON from `urna assembly show --election`, an archive or a bundle",
    )
    parser.add_argument(
        "--commitment",
        default="",
        metavar="TRACKER",
        help="the code that was printed before the choice, to compare",
    )
    parser.add_argument("--json", action="store_true", help="print what it held as data")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Check, and tell in words."""
    texts = [_text(given) for given in chosen.opening or ["-"]]
    ballot = check(texts, chosen.election, chosen.commitment, best_power())
    if chosen.json:
        print(json.dumps(_facts(ballot, said, chosen.commitment), ensure_ascii=False, indent=1))
        return 0
    print(said.say("verify-challenge.opens"))
    print()
    for question, marks in zip(ballot.paper.questions, ballot.marks, strict=True):
        answers = marked(question, marks, said.say("verify-challenge.blank"))
        print(f"  {question.question}")
        for answer in answers or (said.say("verify-challenge.nothing"),):
            print(f"    · {answer}")
    print()
    print(f"  {' '.join(groups(ballot.tracker, 4))}")
    print(
        said.say("verify-challenge.compared" if chosen.commitment else "verify-challenge.compare")
    )
    return 0


def _text(given: str) -> str:
    """A text, the input, or what a file says."""
    if given == "-":
        return sys.stdin.read()
    if given.startswith(TEXTS):
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=given) from error


def _facts(ballot: ChallengedBallot, said: Voice, commitment: str) -> dict[str, object]:
    return {
        "election": ballot.paper.uuid,
        "fingerprint": ballot.paper.fingerprint,
        "tracker": ballot.tracker,
        "compared": bool(commitment),
        "questions": [
            {
                "question": question.question,
                "marks": list(marks),
                "marked": list(marked(question, marks, said.say("verify-challenge.blank"))),
            }
            for question, marks in zip(ballot.paper.questions, ballot.marks, strict=True)
        ],
    }
