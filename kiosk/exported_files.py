# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that were exported from Decidim, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ballots.errors import Problem
from kiosk.errors import KioskProblem, KioskRefused
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.decidim.exported.findings import Exported

MOST: Final = 256 * 1024 * 1024  # bytes: a large city's open data, packed


def exported_files(paths: Iterable[Path]) -> Iterator[Exported]:
    """Name and bytes of each.

    Raises:
        KioskRefused: a file that cannot be read.
        ImportRefused: `too-large`.
    """
    for path in paths:
        try:
            with path.open("rb") as file:
                data = file.read(MOST + 1)
        except OSError as error:
            raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error
        if len(data) > MOST:
            facts = {"most": MOST // 1024**2}
            raise ImportRefused([Problem(ImportProblem.TOO_LARGE, 1, 1, facts, path.name)])
        yield Exported(path.name, data)
