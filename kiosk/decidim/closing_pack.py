# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an administrator needs to close a meeting: reports, a sheet to paste from, the minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.decidim.paste_sheet import paste_sheet
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import LANGUAGES, voice
from sync.decidim.handing_over.evenings import Evening
from sync.decidim.reading.rows import MeetingRow
from sync.decidim.reading.snapshot import Snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.uploads.closure import Closure
from sync.durable import keep

CLOSING: Final = "closing"


def meeting_of(snapshot: Snapshot, wished: str, evening: Evening | None) -> MeetingRow | None:
    """The meeting that is wished for; else the one of that day, if there is no other.

    Raises:
        DecidimRefused: `meeting-unknown`, for a wish that nobody can fulfil.
    """
    held = [each for each in snapshot.meetings if not each.withdrawn]
    if wished:
        found = next((each for each in held if each.id == wished), None)
        if found is None or evening is None:
            raise DecidimRefused(DecidimProblem.MEETING_UNKNOWN, id=wished)
        return found
    same = [each for each in held if evening and each.start[:10] == evening.day]
    return same[0] if len(same) == 1 else None


def closing_pack(folder: Path, closure: Closure, minutes: Path | None) -> None:
    """Write the pack into a folder of its own.

    Raises:
        KioskRefused: `not-a-pdf`, `file-unreadable`.
        OSError: it cannot be written.
    """
    files = {f"report.{locale}.html": text.encode() for locale, text in closure.reports.items()}
    for tag in LANGUAGES:
        files[f"sheet.{tag}.html"] = paste_sheet(closure, voice(tag)).encode()
    if minutes is not None:
        files["minutes.pdf"] = _pdf(minutes)
    (folder / CLOSING).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        keep(folder / CLOSING / name, content)


def _pdf(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        detail = error.strerror or str(error)
        raise KioskRefused(KioskProblem.FILE_UNREADABLE, path=str(path), detail=detail) from error
    if not content.startswith(b"%PDF-"):
        raise KioskRefused(KioskProblem.NOT_A_PDF, path=str(path))
    return content
