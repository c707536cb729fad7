# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shapes of words and numbers in the record's documents, and its limits."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

MAX_NUMBER = 99_999  # of an entry in its segment
MAX_BODY = 131_072  # bytes
MAX_HEADER = 1_024  # bytes
MAX_HEADS = 800  # segments that an opening names: more would not fit its body
MAX_COUNT = 1_000_000  # slips or votes in one entry

Hex32 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Hex64 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Hex128 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{128}\Z")]

# A Belenios uuid: at least 14 characters of base58.
PollId = Annotated[str, Meta(pattern=r"\A[1-9A-HJ-NP-Za-km-z]{14,40}\Z")]
PollIdOrNone = Annotated[str, Meta(pattern=r"\A([1-9A-HJ-NP-Za-km-z]{14,40})?\Z")]

# Hour and minute on the clock of the room, for the minutes only; empty when nobody knows.
LocalTime = Annotated[str, Meta(pattern=r"\A(([01][0-9]|2[0-3]):[0-5][0-9])?\Z")]

# What a device is called ("Booth 1"), and which software it runs: one printed line, no controls.
Label = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,64}\Z")]

Number = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]
BodySize = Annotated[int, Meta(ge=1, le=MAX_BODY)]
Amount = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Some = Annotated[int, Meta(ge=1, le=MAX_COUNT)]
