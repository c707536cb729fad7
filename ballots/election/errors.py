# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why an election, a slip, a ballot or an archive is refused; the codes of ELECTION.md §12."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class ElectionProblem(StrEnum):
    """One code for each reason; the facts that come with it stand beside it."""

    FORM = "form"  # what: the document whose JSON is not in its exact form
    NUMBER = "number"  # a number is not canonical or not below the order of the group
    ELEMENT = "element"  # a value is not an element of the group, or is the identity
    GROUP = "group"  # group
    ELECTION = "election"  # what: the field whose value makes no sense
    UNSUPPORTED_QUESTION = "unsupported-question"
    TOO_MANY_ANSWERS = "too-many-answers"  # question, group, most: that one element can hold
    BOUND = "bound"  # what: a document whose hash the election document states otherwise
    TRUSTEE = "trustee"  # owner, what: the proof, certificate or signature that is wrong
    PUBLIC_KEY = "public-key"  # the election's key is not that of its trustees
    ROLL = "roll"  # line: from 1
    SHARE = "share"  # owner: the share does not belong to a trustee of this election
    SHARES_MISSING = "shares-missing"  # needed, given
    CARD_FORM = "card-form"  # the text is no trustee's card, or of a version that is not known
    CARD_ROW = "card-row"  # row: of the typed code, from 1
    CARD_DAMAGED = "card-damaged"  # a card, but not as it was printed
    CARD_EFFORT = "card-effort"  # locked too weakly, or asking for too much memory
    CARD_ASSEMBLY = "card-assembly"  # owner: of another assembly's trustees
    CARD_PIN = "card-pin"  # owner
    CARD_MEMORY = "card-memory"  # mebibytes: that this machine could not give
    PIN_FORM = "pin-form"  # least, most: how many digits
    PIN_TRIVIAL = "pin-trivial"
    CEREMONY = "ceremony"  # owner: the member whose message cannot be accepted
    SLIP_LENGTH = "slip-length"  # n: how many symbols were read
    SLIP_SYMBOL = "slip-symbol"  # position: from 1
    SLIP_CHECK = "slip-check"
    MARKS = "marks"  # question: from 1; never the marks
    BALLOT_ELECTION = "ballot-election"
    BALLOT_CREDENTIAL = "ballot-credential"
    BALLOT_SIGNATURE = "ballot-signature"
    BALLOT_PROOF = "ballot-proof"  # question: from 1
    BALLOT_TWICE = "ballot-twice"
    REVOTE = "revote"  # two ballots of one credential where one is allowed
    OPENING = "opening"  # what was revealed does not open this ballot
    ARCHIVE_RECORD = "archive-record"  # byte: offset of the first byte that is wrong
    TOO_LARGE = "too-large"  # size, most: bytes of a document that is larger than any honest one
    ARCHIVE_LINK = "archive-link"  # event: whose hash, parent or height is wrong
    ARCHIVE_ORDER = "archive-order"  # event, type: the first that may not stand there
    ARCHIVE_UNFINISHED = "archive-unfinished"  # event: the first that is missing
    SHUFFLE = "shuffle"  # owner: whose shuffle is not proven, or of no such trustee
    SHUFFLES_MISSING = "shuffles-missing"  # needed, given: mixers
    SHUFFLE_UNASKED = "shuffle-unasked"  # no question of the election is shuffled
    TALLY = "tally"  # the sum in the archive is not that of the ballots
    TALLY_SIZE = "tally-size"  # ballots, weight: what they should be
    DECRYPTION = "decryption"  # owner
    RESULT = "result"  # question: from 1


class ElectionRefused(Refusal):
    """The only error that this package raises for what it is given.

    The fact `place`, where there is one, is `byte:N` (offset), `event:N` (from 0), `trustee:N`,
    `question:N`, `credential:N` (from 1) or `ballot:TRACKER`.
    """

    family: ClassVar[str] = "election"


class SlipRefused(ElectionRefused):
    """A text that is no voting slip: mistyped, misread or something else altogether."""


@contextmanager
def at(place: str) -> Iterator[None]:
    """What is refused inside is refused with this place, unless it names one already."""
    try:
        yield
    except ElectionRefused as refusal:
        if "place" in refusal.facts:
            raise
        raise type(refusal)(refusal.code, **refusal.facts, place=place) from None
