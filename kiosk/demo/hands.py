# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pipe by which the demo plays a kiosk of its own process: a JSON request a line, one answer.

What goes over it is what people do with their hands and see with their eyes, and the cables:
`press`, `look`, `check-in`, `cut`, `heal`, … A refusal comes back as its key and facts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, TextIO

from ballots.errors import Refusal
from kiosk.errors import KioskProblem, KioskRefused

PATIENCE = 30.0  # seconds until a silent process counts as gone

Answer = dict[str, Any]
Deeds = Mapping[str, Callable[[Mapping[str, Any]], Answer | None]]


class KioskProcess:
    """One kiosk running as a process of its own, seen from outside."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        """Start a command that serves deeds; its stderr goes to `log`."""
        self.name = name
        self._log = str(log)
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self._rest = b""

    def begin(self, do: str, **facts: str | float) -> None:
        """Send a request without waiting for its answer."""
        assert self._process.stdin is not None
        line = json.dumps({"do": do, **facts}) + "\n"
        try:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except (OSError, ValueError) as error:  # broken, or closed already
            raise KioskRefused(
                KioskProblem.PROCESS_ENDED, name=self.name, log=self._log
            ) from error

    def ask(self, do: str, **facts: str | float) -> Answer:
        """Send a request and wait for its answer; refuses when the process ended or is silent."""
        self.begin(do, **facts)
        answer = json.loads(self.answer_line())
        if "refused" in answer:
            raise KioskRefused(
                KioskProblem.PROCESS_REFUSED, name=self.name, refusal=answer["refused"]
            )
        return dict(answer)

    def answer_line(self) -> bytes:
        """The next line that the process writes."""
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            with DefaultSelector() as selector:
                selector.register(self._process.stdout, EVENT_READ)
                if not selector.select(PATIENCE):
                    raise KioskRefused(KioskProblem.PROCESS_SILENT, name=self.name, log=self._log)
            read = os.read(self._process.stdout.fileno(), 1 << 16)
            if not read:
                raise KioskRefused(KioskProblem.PROCESS_ENDED, name=self.name, log=self._log)
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def kill(self) -> None:
        """SIGKILL: the process gets no chance to finish anything."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._close()

    def stop(self) -> None:
        """Ask the process to end, and see that it does."""
        if self._process.poll() is None:
            try:
                self.ask("stop")
                self._process.wait(PATIENCE)
            except (KioskRefused, subprocess.TimeoutExpired):
                self._process.kill()
                self._process.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be said, nobody hears
                    pipe.close()


def serve(deeds: Deeds, requests: TextIO, answers: TextIO) -> None:
    """Inside the process: carry out each request in order until `stop` or the pipe's end."""
    for line in requests:
        if not serve_one(deeds, line, answers):
            return


def serve_one(deeds: Deeds, line: str, answers: TextIO) -> bool:
    """Carry out one request; whether another may follow."""
    request = json.loads(line)
    try:
        answer = deeds[request["do"]](request) or {}
    except Refusal as refusal:
        answer = {"refused": str(refusal)}
    print(json.dumps(answer), file=answers, flush=True)
    return bool(request["do"] != "stop")
