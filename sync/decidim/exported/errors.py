# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an imported file is refused for: every problem of it, each with its place."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import FileRefusal


class ImportProblem(StrEnum):
    """What is wrong with a file, or with one place of it."""

    ENCODING = "encoding"  # a byte that is not UTF-8
    SEPARATOR = "separator"  # the first line does not name columns separated by `;`
    QUOTE = "quote"  # a quotation mark in the middle of a cell
    UNCLOSED = "unclosed"  # a quoted cell that never ends
    MISSING_COLUMN = "missing-column"  # name
    DUPLICATE_COLUMN = "duplicate-column"  # name
    CELLS = "cells"  # n cells in the row, as many as there are columns expected
    ID = "id"  # not the number of a proposal
    DUPLICATE_ID = "duplicate-id"  # id, line of the first
    NO_TITLE = "no-title"  # id; no title in any language that says something


class ImportRefused(FileRefusal):
    """A file of Decidim that is not taken."""

    family: ClassVar[str] = "import"
