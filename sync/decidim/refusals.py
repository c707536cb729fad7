# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a platform, or what was read from it, is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class DecidimProblem(StrEnum):
    """Why something was refused; the facts of each stand beside it."""

    # A folder with a snapshot (fact: `path`).
    SNAPSHOT_MISSING = "snapshot-missing"
    SNAPSHOT_UNFINISHED = "snapshot-unfinished"
    SNAPSHOT_DAMAGED = "snapshot-damaged"  # file


class DecidimRefused(Refusal):
    """A platform, a file of it or a snapshot that is not as it must be."""

    family: ClassVar[str] = "decidim"
    code: DecidimProblem

    def __init__(self, code: DecidimProblem, /, **facts: str | int) -> None:
        super().__init__(code, **facts)
