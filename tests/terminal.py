# SPDX-License-Identifier: AGPL-3.0-or-later
"""A terminal: a command is typed, and what it printed is read."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import pytest

from kiosk.cli import main, terminal_language
from kiosk.i18n import voice

SAID = voice(terminal_language(os.environ))  # what it speaks


@dataclass(frozen=True)
class Ran:
    """What one command came to."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401 - whatever JSON it printed
        return json.loads(self.out)

    @property
    def answer(self) -> str:
        """The code of the check that failed."""
        return str(self.data["checks"][-1]["facts"]["code"])


class Terminal:
    """Types a command, and reads what is printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def type(self, *arguments: object) -> Ran:
        self._capture.readouterr()  # what was printed before is nobody's answer
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = int(str(error.code))
        out, err = self._capture.readouterr()
        return Ran(code, out, err)

    def verify(self, *arguments: object) -> Ran:
        return self.type("verify", *arguments)
