# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the demo is about: the shipped example, or files of the organiser's own."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ballots.assembly import Assembly, Poll
from kiosk.i18n import LANGUAGES
from kiosk.organiser_files import read_assembly, read_question

EXAMPLES = Path(str(files("kiosk") / "examples"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """An assembly, and the question that somebody will have in the room."""

    assembly: Assembly
    room_question: Poll


def read_inputs(assembly: Path | None, proposals: Path | None) -> Inputs:
    """Read both files, or the shipped ones; raises as `organiser_files.read_assembly`.

    The question is worded in those languages of the assembly that the product speaks.
    """
    described = read_assembly(
        assembly or EXAMPLES / "assembly.toml", proposals or EXAMPLES / "proposals.csv"
    )
    spoken = [tag for tag in described.languages if tag in LANGUAGES] or [LANGUAGES[0]]
    question = EXAMPLES / "room-question.toml"
    return Inputs(
        assembly=described,
        room_question=read_question(question, spoken, census=described.census),
    )
