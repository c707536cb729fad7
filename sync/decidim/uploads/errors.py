# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a file for Decidim is not written."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class ExportProblem(StrEnum):
    """What Decidim would misread, or what must not be handed to it."""

    EMPTY = "empty"  # a file with a header and no row, which Decidim calls invalid
    CELL = "cell"  # place: the column; a line break or control character
    SEPARATOR = "separator"  # not one of `;`, `,` and the tab
    LOCALES = "locales"  # place: the record that says another set of languages than the first
    ID = "id"  # id: not a number of Decidim
    TWICE = "twice"  # id: two records for one thing, of which the last would hold
    STATE = "state"  # state: not a token
    COLUMN = "column"  # name: a column that a census lacks
    TIMES = "times"  # a meeting that ends before it begins, or without an offset
    TOO_LARGE = "too-large"  # id: a number beyond what the platform's column holds


class ExportRefused(Refusal):
    """A file for Decidim that is not written."""

    family: ClassVar[str] = "export"
