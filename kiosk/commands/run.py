# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna run --role booth`: the booth of this kiosk, on its screen, until it is told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from signal import SIG_DFL, SIGINT, SIGTERM, signal

from ballots.record.kinds import Role
from hardware.attach import attach_printer, attach_scanner
from hardware.devices import CodeScanner, ReceiptPrinter
from kiosk.appearance import Panel, Theme, colour
from kiosk.arithmetic import best_power
from kiosk.booth import Booth
from kiosk.booth_app import BoothApp, Face
from kiosk.code_reader import CodeReader
from kiosk.commands.folders import switched_on
from kiosk.commands.parsers import Commands
from kiosk.company_watch import CompanyWatch
from kiosk.config import Alone, Config, load_config
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.keys import chance
from kiosk.laying_down import CONFIG
from kiosk.node import Node
from kiosk.speech import Speaker, installed_speaker

# Where none of these has a screen, SDL draws for nobody rather than fail, unless it is named.
SCREENS = "x11,wayland,kmsdrm"


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "run",
        help="the booth of this kiosk, on its screen",
        description="Runs until its window is closed or it is told to stop (SIGTERM, Ctrl-C)."
        " Desk, facilitator and display have no screen yet: `urna assembly` does their acts.",
    )
    parser.add_argument("--role", choices=(str(Role.BOOTH),), required=True)
    parser.add_argument("--folder", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="kiosk.toml of the folder, unless said"
    )
    parser.add_argument("--windowed", action="store_true", help="in a window, with the mouse")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Attach the devices, open the screen, and serve."""
    path = chosen.config or chosen.folder / CONFIG
    config = load_config(path)
    with ExitStack() as stack:
        printer, scanner = _attached(config, path, stack)
        speaker = _speaker(config, path)
        device = stack.enter_context(switched_on(chosen.folder, Role.BOOTH))
        node = Node(device, config.holders_wait)
        stack.callback(node.stop)
        node.join()
        booth = Booth(
            device,
            printer,
            holders=node.holders,
            random=chance,
            power=best_power(),
            at_home_only=lambda: config.alone is Alone.HOME and not node.peers(),
        )
        face = _face(config, device, windowed=chosen.windowed)
        if sys.platform == "linux":
            os.environ.setdefault("SDL_VIDEODRIVER", SCREENS)
        with _one_voice():
            app = BoothApp(booth, face, speaker=speaker)
        reader = CodeReader(scanner, app.receive)
        reader.start()
        stack.callback(reader.stop)
        watch = CompanyWatch(node, app.receive)
        watch.start()
        stack.callback(watch.stop)
        with _stopped_by_signals():
            name = device.segment.certificate.name
            print(said.say("run.ready", name=name), flush=True)
            app.run()
    return 0


def _attached(config: Config, path: Path, stack: ExitStack) -> tuple[ReceiptPrinter, CodeScanner]:
    """Printer and scanner; a booth needs both. They may still be switched off."""
    addresses = config.devices
    if not (addresses.printer and addresses.scanner):
        raise KioskRefused(KioskProblem.NO_DEVICES, path=str(path))
    printer = attach_printer(addresses.printer)
    stack.callback(printer.close)
    scanner = attach_scanner(addresses.scanner)
    stack.callback(scanner.close)
    return printer, scanner


def _speaker(config: Config, path: Path) -> Speaker | None:
    speaker = installed_speaker() if config.speech else None
    if config.speech and speaker is None:
        raise KioskRefused(KioskProblem.NO_SPEECH, path=str(path))
    return speaker


def _face(config: Config, device: Device, *, windowed: bool) -> Face:
    screen = config.screen
    return Face(
        panel=Panel(width=screen.width, height=screen.height, dpi=screen.dpi),
        theme=Theme(
            primary=colour(screen.primary),
            secondary=colour(screen.secondary),
            accent=colour(screen.accent),
        ),
        languages=config.languages,
        title=device.prepared.assembly.title,
        mouse=windowed,
        fullscreen=not windowed,
    )


@contextmanager
def _one_voice() -> Iterator[None]:
    """Where there can be no window, only our refusal says so, and not Kivy's pages beside it."""
    kivy, silence = logging.getLogger("kivy"), logging.NullHandler()
    kivy.addHandler(silence)
    try:
        yield
    finally:
        kivy.removeHandler(silence)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Whoever stops the program stops it between two frames; what is being cast is finished.

    Only now, because opening the window puts handlers of SDL in place.
    """
    loop = import_module("kivy.base").EventLoop  # late: Kivy is imported by the open window

    def stop(_signal: int, _frame: object) -> None:
        loop.quit = True

    before = {number: signal(number, stop) for number in (SIGTERM, SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal(number, handler or SIG_DFL)  # None: SDL's own, gone with its window
