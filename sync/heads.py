# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a copy of the record goes: the last entry of each segment."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec

MAX_SEGMENTS = 1024  # of one assembly: a segment is one start of one device


class Tip(NamedTuple):
    """The last entry of a segment that somebody holds together with all before it.

    `number` counts from 0; `id` is that entry's id. Segments are named by their public key in
    64 lower-case hex digits.
    """

    number: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
    id: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
