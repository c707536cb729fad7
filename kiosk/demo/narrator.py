# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells on the terminal what is happening: one line that changes, or one line a stage."""

from __future__ import annotations

from typing import TextIO

from kiosk.i18n import Voice

CLEAR_LINE = "\r\x1b[K"


class Narrator:
    """Speaks to `stream`; on a terminal each sentence replaces the last."""

    def __init__(self, voice: Voice, stream: TextIO) -> None:
        """A narrator who speaks with `voice`."""
        self._voice = voice
        self._stream = stream
        self._terminal = stream.isatty()
        self._last = ""

    def tell(self, code: str, /, **facts: str | int) -> None:
        """Say what is happening now; away from a terminal, only when the stage changes."""
        if self._terminal:
            sentence = CLEAR_LINE + self._voice.say(code, **facts)
        elif code != self._last:
            sentence = self._voice.say(code, **facts) + "\n"
        else:
            return
        self._last = code
        self._stream.write(sentence)
        self._stream.flush()

    def end(self) -> None:
        """Leave the line clean for what is printed next."""
        if self._terminal:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()
