# SPDX-License-Identifier: AGPL-3.0-or-later
"""The room of a simulated evening: processes for desk and booths, devices on ptys, cables.

The facilitator's device runs in this process; desk and booths are processes of their own, with
nothing in common but the machine's own network and the serial lines of their devices.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from threading import Event
from typing import Any

from hardware.simulated.printer import PrinterSimulator
from hardware.simulated.scanner import ScannerSimulator
from kiosk.demo.hands import KioskProcess
from kiosk.demo.resident import Sight
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.keys import chance
from kiosk.node import FOUND_HERE, Node
from kiosk.preparing import Enrolled, Preparation

SETTLE = 30.0  # seconds for everyone to hold the same entries
PROGRAM = (sys.executable, "-m", "kiosk.demo.kiosk_process")


class Kiosk:
    """One device of the room that runs as a process, and can be switched off and on."""

    def __init__(self, enrolled: Enrolled, folder: Path, arguments: Sequence[str]) -> None:
        """Switch it on for the first time; it takes connections, and makes none yet."""
        self.name = enrolled.name
        self.folder = folder
        self._command = [*PROGRAM, str(folder), *arguments]
        self.switch_on()

    def switch_on(self) -> None:
        """Start the process anew, on the same folder."""
        self.process = KioskProcess(self.name, self._command, self.folder / "trouble.log")
        self.port = int(self.process.ask("listen")["port"])

    def heads(self) -> dict[str, int]:
        """What it holds."""
        return dict(self.process.ask("heads")["heads"])

    def connect(self, port: int) -> None:
        """Plug its cable into the peer that listens on `port`."""
        self.process.ask("connect", port=port)

    def find(self) -> None:
        """Find the others, and be found; no address is named."""
        self.process.ask("find")


class BoothOfRoom(Kiosk):
    """A booth with the printer and the reader that stand beside it."""

    def __init__(self, enrolled: Enrolled, folder: Path, *options: str) -> None:
        """Switch the devices on, then the booth."""
        self.receiving = Event()  # set by the first byte that the printer gets
        self.printer = PrinterSimulator(on_bytes=lambda _: self.receiving.set())
        self.scanner = ScannerSimulator()
        urls = [self.printer.url, self.scanner.url]
        super().__init__(enrolled, folder, ["booth", *urls, *options])

    def scan(self, code: str) -> Sight:
        """Hold a slip before the reader."""
        self.scanner.scan(code)
        return _sight(self.process.ask("scan"))

    def press(self, target: str) -> Sight:
        """Touch something on the screen."""
        return _sight(self.process.ask("press", target=target))

    def choose(self, language: str) -> None:
        """Pick a language, as someone who has just come would."""
        self.process.ask("choose", language=language)

    def look(self) -> Sight:
        """What is on the screen now."""
        return _sight(self.process.ask("look"))

    def close(self) -> None:
        """Switch its devices off."""
        self.printer.close()
        self.scanner.close()


class Room:
    """Everything switched on and connected. Use `close` at the end."""

    def __init__(
        self, preparation: Preparation, folder: Path, screens: Path, *, is_found: bool = False
    ) -> None:
        """Lay the devices' folders down below `folder`, and switch everything on.

        Devices find each other if `is_found`; else each is told where the others are.
        """
        self._is_found = is_found
        self._folder = folder
        self._closed = False
        leader, desk, *booths = preparation.devices
        self.device = Device(_lay_down(leader, preparation, folder / "facilitator"), chance)
        self.node = Node(self.device)
        self._port = self.node.join(FOUND_HERE) if is_found else self.node.listen()
        self.kiosks: list[Kiosk] = []  # desk and booths, as far as they are switched on
        self.booths: list[BoothOfRoom] = []
        try:
            self.desk = Kiosk(desk, _lay_down(desk, preparation, folder / "desk"), ["desk"])
            self.kiosks.append(self.desk)
            for number, enrolled in enumerate(booths, 1):
                screen = ["--screen", str(screens)] if number == 1 else []
                place = _lay_down(enrolled, preparation, folder / f"booth-{number}")
                booth = BoothOfRoom(enrolled, place, *screen)
                self.booths.append(booth)
                self.kiosks.append(booth)
            for number, kiosk in enumerate(self.kiosks):
                self._connect(kiosk, self.kiosks[:number])
        except BaseException:
            self.close()
            raise

    def switch_on_again(self, booth: BoothOfRoom) -> None:
        """Start a booth whose process has died, and connect it."""
        booth.switch_on()
        self._connect(booth, [kiosk for kiosk in self.kiosks if kiosk is not booth])

    def _connect(self, kiosk: Kiosk, others: Sequence[Kiosk]) -> None:
        if self._is_found:
            kiosk.find()
            return
        kiosk.connect(self._port)
        for other in others:
            kiosk.connect(other.port)

    def settle(self) -> None:
        """Wait until every device holds the same entries."""
        behind = list(self.kiosks)

        def even() -> bool:
            own = self.device.replica.heads()
            behind[:] = [kiosk for kiosk in self.kiosks if kiosk.heads() != own]
            return not behind

        if not self.node.wait_for(even, SETTLE):
            raise KioskRefused(
                KioskProblem.NOT_FINISHED, names=", ".join(kiosk.name for kiosk in behind)
            )

    def keep(self, out: Path) -> None:
        """Switch off, and keep what is of use: records without keys, receipts as pictures."""
        self.close()
        for number, booth in enumerate(self.booths, 1):
            for path in booth.printer.save(out / "receipts" / f"booth-{number}"):
                path.rename(out / "receipts" / f"booth-{number}-{path.name}")
            (out / "receipts" / f"booth-{number}").rmdir()
        for folder in [path for path in self._folder.iterdir() if path.is_dir()]:
            (folder / "record.db").rename(self._folder / f"{folder.name}.db")
            rmtree(folder)

    def close(self) -> None:
        """Switch everything off; again changes nothing."""
        for kiosk in self.kiosks:
            kiosk.process.stop()
        for booth in self.booths:
            booth.close()
        for key in self._folder.glob("*/device.key"):
            key.unlink()  # however the evening ended, nobody is to add to its record
        if not self._closed:
            self._closed = True
            self.node.stop()
            self.device.close()


def _sight(answer: dict[str, Any]) -> Sight:
    return Sight(view=answer["view"], targets=frozenset(answer["targets"]), facts=answer["facts"])


def _lay_down(enrolled: Enrolled, preparation: Preparation, folder: Path) -> Path:
    enrolled.install(preparation.prepared, folder)
    return folder
