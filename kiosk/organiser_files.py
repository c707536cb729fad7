# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files that an organiser wrote; what is wrong with one is told with its name and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ballots.assembly import Assembly, Poll
from ballots.errors import FileRefusal
from kiosk.assembly_file import read_assembly_file, read_room_question
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.from_decidim import Chosen, assembly_text
from sync.decidim.exported.proposals import Proposal, read_proposals
from sync.decidim.reading.candidates import projects_of, proposals_of
from sync.decidim.reading.snapshot import Snapshot


def read_assembly(path: Path, proposals: Path | None) -> Assembly:
    """The assembly that a TOML file describes; `proposals` is a CSV file as Decidim exports it.

    Raises:
        KioskRefused: a file that cannot be read.
        ImportRefused: with every problem of the first file that has any.
    """
    text = _text(path)
    known: Sequence[Proposal] = ()
    if proposals is not None:
        with _named(proposals):
            known = read_proposals(_bytes(proposals))
    with _named(path):
        return read_assembly_file(text, known)


def read_assembly_of(
    path: Path | None, snapshot: Snapshot, questions: Sequence[Chosen], *, meeting: str | None
) -> tuple[Assembly, str]:
    """The assembly of a pull, and its text: a file that names what was pulled, or a new one.

    Raises:
        KioskRefused: a file that cannot be read; see `from_decidim`.
        FileRefused: with every problem of the text.
    """
    known = proposals_of(snapshot), projects_of(snapshot)
    if path is None:
        today = date.today().isoformat()  # noqa: DTZ011 - the day on the organiser's calendar
        text = assembly_text(snapshot, questions, meeting=meeting, today=today)
    else:
        text = _text(path)
    with _named(path or Path("assembly.toml")):
        return read_assembly_file(text, *known), text


def read_question(path: Path, languages: Sequence[str], *, census: int) -> Poll:
    """The question born in the room that a TOML file describes; raises as `read_assembly`."""
    with _named(path):
        return read_room_question(_text(path), languages, census=census)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except FileRefusal as refusal:
        refusal.file = str(path)
        raise


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise KioskRefused(KioskProblem.NOT_TEXT, path=str(path)) from error
