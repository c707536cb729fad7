# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the bytes of a scanner to codes: a code ends with CR, LF, both, or a pause.

Pure: the time is handed in with the bytes. Codes are secret, so nothing here shows them.
"""

from __future__ import annotations

import re
from collections import deque

from hardware.errors import DeviceCode

ENDS = b"\r\n"
GAP = 0.1  # seconds of silence that end a code of a scanner set to send no terminator
LIMIT = 640  # characters; the longest of our own codes, a trustee's card, has up to 495

_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")  # the symbology, e.g. ]Q1 (ISO/IEC 15424)
_PRINTABLE = re.compile(rb"[ -~]+")

Frame = str | DeviceCode  # a code, or why what came is none


class CodeFraming:
    """Collects bytes, gives frames. Times are in seconds and never go backwards."""

    def __init__(self, *, gap: float = GAP, limit: int = LIMIT) -> None:
        self._gap = gap
        self._limit = limit
        self._open = bytearray()
        self._too_long = False
        self._last = 0.0
        self._frames: deque[Frame] = deque()

    def __repr__(self) -> str:
        return "<CodeFraming>"

    @property
    def due(self) -> float | None:
        """When the code that has begun ends if nothing more comes; `None` if none has begun."""
        return self._last + self._gap if self._open else None

    def take(self, data: bytes, now: float) -> None:
        """Add what arrived at `now`."""
        self._end_after_pause(now)
        for byte in data:
            if byte in ENDS:
                self._end()
            elif len(self._open) < self._limit + len("]Q1"):
                self._open.append(byte)
            else:
                self._too_long = True
        self._last = now

    def next(self, now: float) -> Frame | None:
        """Give the oldest frame that has ended by `now`."""
        self._end_after_pause(now)
        return self._frames.popleft() if self._frames else None

    def forget(self) -> None:
        """Drop everything."""
        self._open.clear()
        self._too_long = False
        self._frames.clear()

    def _end_after_pause(self, now: float) -> None:
        if self.due is not None and now >= self.due:
            self._end()

    def _end(self) -> None:
        if not self._open:
            return  # the LF of CRLF, or an empty line
        prefix = _AIM.match(self._open)
        text = bytes(self._open[prefix.end() if prefix else 0 :])
        if self._too_long or len(text) > self._limit:
            self._frames.append(DeviceCode.TOO_LONG)
        elif _PRINTABLE.fullmatch(text):
            self._frames.append(text.decode("ascii"))
        else:
            self._frames.append(DeviceCode.UNREADABLE)
        self._open.clear()
        self._too_long = False
