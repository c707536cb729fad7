# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an exported file is refused for: every problem of it, each with its place."""

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
    ID = "id"  # not a number that Decidim gives
    DUPLICATE_ID = "duplicate-id"  # id, line of the first
    TWICE = "twice"  # id; file and line of the first, in another file
    NO_TITLE = "no-title"  # id; no title in any language that says something
    VALUE = "value"  # name: of a column that holds numbers or true and false
    ADDRESS = "address"  # not of a page of Decidim
    NOT_AN_EXPORT = "not-an-export"  # its columns are not those of anything that is read
    JSON = "json"  # broken or cut short here
    NOT_A_LIST = "not-a-list"  # JSON, and no list of objects
    TOO_LARGE = "too-large"  # most: megabytes
    TOO_MANY = "too-many"  # most: problems that are told of one file

    # An archive; its place is its beginning.
    ZIP = "zip"  # damaged or cut short
    ZIP_FILES = "zip-files"  # most: files in it
    ZIP_NAME = "zip-name"  # name: leads out of the archive, or is there twice
    ZIP_LOCKED = (
        "zip-locked"  # name: behind a password, or packed in a way that Decidim does not use
    )
    ZIP_NOTHING = "zip-nothing"  # nothing in it is read


class ImportRefused(FileRefusal):
    """A file of Decidim that is not taken."""

    family: ClassVar[str] = "import"
