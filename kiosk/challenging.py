# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking what a challenged booth had sealed, from what its paper says and the election alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest
from pathlib import Path

from ballots.checks import Check
from ballots.election.archive.chain import survey
from ballots.election.archive.contents import MOST_BALLOT, in_order
from ballots.election.election import (
    HomomorphicQuestion,
    NonHomomorphicQuestion,
    Question,
    read_election,
)
from ballots.election.groups.modp import ModularPower
from ballots.election.sealed.opening import ChallengedBallot, Opening, check_challenge
from ballots.election.sealed.spoilt import SUFFIX, judge
from ballots.election.setup import Setup
from ballots.receipts.code import read_code
from ballots.session import fold
from kiosk.errors import KioskProblem, KioskRefused
from sync.file_part import file_part
from sync.opened_bundle import read_bundle

_PART = re.compile(r"urna:o1:([1-9][0-9]?)/([1-9][0-9]?):(.+)")


def check(
    said: Iterable[str], election: Path, commitment: str, power: ModularPower
) -> ChallengedBallot:
    """What the ballot truly held, once it is the one that was committed to (empty: any).

    `said` is what the paper's QR symbols say, `commitment` the code that was printed before.

    Raises:
        KioskRefused: `opening-parts`, `no-election`, `other-ballot`, `no-file`.
        ElectionRefused: the opening opens nothing.
        ReceiptRefused: the commitment is no code.
    """
    revealed = joined(said)
    uuid = Opening.read(revealed).election
    document = election_document(election, uuid)
    if read_election(document).uuid != uuid:
        raise KioskRefused(KioskProblem.NO_ELECTION, path=str(election), election=uuid)
    ballot = check_challenge(document, revealed, power)
    if commitment and read_code(commitment).tracker != ballot.tracker:
        raise KioskRefused(KioskProblem.OTHER_BALLOT, tracker=ballot.tracker)
    return ballot


def joined(said: Iterable[str]) -> bytes:
    """The opening, from one symbol or from the numbered parts of several, in any order."""
    lines = [line.strip() for text in said for line in text.splitlines() if line.strip()]
    parts = [part for part in map(_PART.fullmatch, lines) if part]
    if len(parts) < len(lines) or not parts:
        return "".join(lines).encode()
    pieces = {int(part[1]): part[3] for part in parts}
    count = max(int(part[2]) for part in parts)
    missing = sorted(set(range(1, count + 1)) - set(pieces))
    if missing:
        numbers = ", ".join(map(str, missing))
        raise KioskRefused(KioskProblem.OPENING_PARTS, missing=numbers, count=count)
    return "".join(pieces[number] for number in sorted(pieces)).encode()


def election_document(path: Path, uuid: str) -> bytes:
    """An election's exact bytes: those of the file, of the archive, or of the record in a bundle.

    Raises:
        KioskRefused: `no-file`; `no-election` where the record in a bundle has no such election.
    """
    try:
        match path.suffix:
            case ".urna":
                bundle = read_bundle(path)
                polls = fold(bundle.entries(), bundle.manifest.assembly).polls
                if uuid not in polls:
                    raise KioskRefused(KioskProblem.NO_ELECTION, path=str(path), election=uuid)
                return polls[uuid].election
            case ".bel":
                with file_part(path) as source:
                    return in_order(survey(source)).setup().election
            case _:
                return path.read_bytes().strip()
    except OSError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error


def audit_spoilt(archive: Path, setup: Setup) -> Iterator[Check]:
    """The list of spoilt ballots beside a verified archive, if there is one.

    Raises:
        KioskRefused: `file-unreadable`.
    """
    beside = archive.with_suffix(SUFFIX)
    if not beside.is_file():
        return
    try:
        with archive.open("rb") as file, file_part(archive) as source:
            contents = in_order(survey(source))
            ballots = (contents.archive.load(place, MOST_BALLOT) for place in contents.ballots)
            digest = file_digest(file, "sha256").hexdigest()
            yield from judge(setup, digest, ballots, beside.read_bytes())
    except OSError as error:
        raise KioskRefused(
            KioskProblem.FILE_UNREADABLE, path=str(archive), detail=error.strerror or str(error)
        ) from error


def marked(question: Question, marks: Sequence[int], blank: str) -> tuple[str, ...]:
    """What these marks say, in the words of the election; `blank` is the word for a blank vote."""
    match question:
        case HomomorphicQuestion():
            slots = (blank, *question.answers) if question.blank else question.answers
            said = tuple(slot for slot, mark in zip(slots, marks, strict=True) if mark)
            return said or ((blank,) if question.maximum == 1 else ())
        case NonHomomorphicQuestion():
            graded = zip(question.answers, marks, strict=True)
            return tuple(f"{answer}: {mark}" for answer, mark in graded)
        case _:  # a kind that no booth seals
            return tuple(map(str, marks))
