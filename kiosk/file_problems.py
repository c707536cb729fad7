# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be wrong with a file that a person writes about an assembly."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import FileRefusal


class FileProblem(StrEnum):
    """What is wrong with one place of a file that a person wrote."""

    SYNTAX = "syntax"  # detail
    UNKNOWN_KEY = "unknown-key"  # key
    MISSING_KEY = "missing-key"  # key
    NOT_TEXT = "not-text"  # key
    NOT_NUMBER = "not-number"  # key
    NOT_FLAG = "not-flag"  # key
    NOT_LIST = "not-list"  # key
    NOT_TABLE = "not-table"  # key
    NOT_DATE = "not-date"  # key
    NOT_TIME = "not-time"  # key
    NOT_SHARE = "not-share"  # key
    NOT_NAME = "not-name"  # key
    EMPTY = "empty"  # key
    RANGE = "range"  # key, low, high
    LENGTH = "length"  # key, low, high: how many there may be
    CHOICE = "choice"  # key, choices
    DUPLICATE = "duplicate"  # key, id
    LANGUAGE = "language"  # tag: not that of a language
    MISSING_LANGUAGE = "missing-language"  # key, language
    UNKNOWN_ITEM = "unknown-item"  # id
    UNKNOWN_PROPOSAL = "unknown-proposal"  # id
    WITHDRAWN = "withdrawn"  # id
    UNTRANSLATED = "untranslated"  # id, language
    YES_NO = "yes-no"  # a yes/no question with other options
    NO_CENSUS = "no-census"  # a share of a census that the file does not give
    UNREACHABLE = "unreachable"  # a majority of more than everything


class FileRefused(FileRefusal):
    """A file about an assembly that is not taken, with every problem of it."""

    family: ClassVar[str] = "assembly-file"
