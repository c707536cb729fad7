# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a screen says aloud, and a speaker for it.

A typed code and a tracking code are never read out: others may hear.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from shutil import which
from typing import Protocol, assert_never

from kiosk.screens.sheet import Block, Card, Keypad, Prose, QrCode, Screen, Tracker


class Speaker(Protocol):
    """Reads text aloud, without making anybody wait."""

    def speak(self, text: str, language: str) -> None:
        """Begin to read; what was being read stops."""
        ...

    def hush(self) -> None:
        """Stop reading."""
        ...


def spoken(screen: Screen) -> str:
    """Everything that the screen shows, in its order, as sentences."""
    sheet = screen.sheet
    choices = [block for block in sheet.blocks if isinstance(block, Card)]
    parts = [sheet.title, sheet.heading, sheet.hint, sheet.note]
    for block in sheet.blocks:
        parts += _said(screen, block, choices)
    back = (sheet.back,) if sheet.back else ()
    names = ", ".join(action.label for action in (*sheet.actions, *back))
    if names:
        parts.append(screen.voice.say("booth.speech.buttons", names=names))
    return " ".join(_sentence(part) for part in parts if part)


def _said(screen: Screen, block: Block, choices: list[Card]) -> Iterator[str]:
    say = screen.voice.say
    match block:
        case Prose() | QrCode():
            yield block.text
        case Card():
            yield say(
                "booth.speech.option",
                number=choices.index(block) + 1,
                count=len(choices),
                text=" ".join(line.text for line in block.lines),
            )
            if block.chosen:
                yield say("booth.speech.chosen")
        case Tracker():
            yield say("booth.speech.tracker")
        case Keypad():
            yield say("booth.speech.typed", n=len(block.typed.replace("-", "")))
        case _:
            assert_never(block)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


class Espeak:
    """espeak-ng in a process of its own. Text goes to its input: no list of processes shows it."""

    def __init__(self, program: str) -> None:
        """`program`: the path of espeak-ng."""
        self._program = program
        self._reading: subprocess.Popen[bytes] | None = None

    def speak(self, text: str, language: str) -> None:
        """Begin to read. A program that does not listen is let be: the screen says it all."""
        self.hush()
        self._reading = subprocess.Popen(
            [self._program, "-v", language, "--stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._reading.stdin is not None
        with suppress(BrokenPipeError), self._reading.stdin as entrance:
            entrance.write(text.encode())

    def hush(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.terminate()
            self.finish()

    def finish(self) -> None:
        """Wait until what is being read has been read."""
        if self._reading is not None:
            self._reading.wait()
            self._reading = None


def installed_speaker() -> Espeak | None:
    """The speaker of this machine, if it has one."""
    program = which("espeak-ng")
    return Espeak(program) if program else None
