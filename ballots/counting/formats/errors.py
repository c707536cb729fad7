# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file of ballots is refused for: every problem of it, each with its place."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import FileRefusal


class BallotFileProblem(StrEnum):
    """What is wrong with a file of ballots, or with one place of it."""

    KIND = "kind"  # neither the name nor the content tells which kind of file it is; known
    EMPTY = "empty"  # nothing is in it
    SIZE = "size"  # more than `most` bytes
    LONG = "long"  # a line of more than `most` bytes
    DIFFERENT = "different"  # more than `most` different ballots, or voters
    MORE = "more"  # n further problems, which are not listed
    ENCODING = "encoding"  # a byte that is no text
    CONTROL = "control"  # a character that cannot be shown, `character` being its number
    SYNTAX = "syntax"  # word: what stands here has no meaning in such a file
    NUMBER = "number"  # word: no whole number, or one of too many digits
    AMOUNT = "amount"  # word: no amount of money
    OPTIONS = "options"  # no options, or more than `most`
    SEATS = "seats"  # no seats, or more than `most`
    OPTION = "option"  # word: no number or name of an option
    DUPLICATE = "duplicate"  # name: it stands here a second time
    VOTER = "voter"  # the same number of a voter a second time
    EACH_ONCE = "each-once"  # name: a list that has to name each option once
    NAMES = "names"  # n names for `expected` options
    UNENDED = "unended"  # a ballot without a 0 at its end
    INNER_ZERO = "inner-zero"  # a 0 within a ballot where each has a line of its own
    ENDED = "ended"  # a ballot after the 0 that ends all ballots
    ID_WEIGHT = "id-weight"  # after the id of a ballot has to stand 1
    UNCLOSED = "unclosed"  # quotation marks that are never closed
    CELLS = "cells"  # n cells in the row, as many as there are columns `expected`
    UNNAMED = "unnamed"  # a column or an option without a name
    SECTION = "section"  # name: a part of the file that is missing
    MISSING = "missing"  # name: a key or a column that is missing
    VOTE_TYPE = "vote-type"  # word: no known one; known
    STATED = "stated"  # name: what is stated, `stated` of them, and there are n
    POINTS = "points"  # n points for `expected` options
    CATEGORIES = "categories"  # n groups in `expected` categories
    MIXED = "mixed"  # a ballot without scores where others have nothing else
    ID = "id"  # option: an id that such a file cannot hold
    EQUAL = "equal"  # equal ranks, which such a file cannot hold
    VOTES = "votes"  # more than `most` ballots, to be written one a line


class BallotFileRefused(FileRefusal):
    """A file of ballots that is not taken, or cannot be written; then line and column are 1."""

    family: ClassVar[str] = "ballot-file"
