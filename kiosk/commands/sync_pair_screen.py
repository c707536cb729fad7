# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna sync pair screen`: a new kiosk without a keyboard becomes a device, by touch."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from ballots.record.kinds import Role
from hardware.attach import attach_scanner
from kiosk.appearance import Panel
from kiosk.code_reader import CodeReader
from kiosk.commands.windows import one_voice, stopped_by_signals, where_there_is_a_screen
from kiosk.config import Screen
from kiosk.enrolling import REQUEST, asked_by
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.events import Event
from kiosk.guest import Guest
from kiosk.i18n import LANGUAGES, Voice
from kiosk.joining import joining_state
from kiosk.joining.views import Door, Over
from kiosk.joining_app import JoiningApp
from kiosk.keys import chance
from kiosk.screens.face import Face
from kiosk.sticks import Sticks
from sync.pairing.papers import read_request


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    usual = Screen()
    parser.add_argument("--name", default="", help="asked for on the screen, unless said")
    roles = (Role.BOOTH, Role.DESK, Role.HUB)
    parser.add_argument("--role", type=Role, choices=roles, default=Role.BOOTH)
    parser.add_argument("--scanner", metavar="URL", help="its address, for the door of two codes")
    parser.add_argument(
        "--stick",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="where sticks are; else below /media and /run/media",
    )
    for name in ("width", "height", "dpi"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), metavar="N")
    parser.add_argument("--windowed", action="store_true", help="in a window, with the mouse")
    parser.epilog = "FOLDER is new or empty, or holds a request that has no answer yet."
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, _said: Voice) -> int:
    """Show the doors until the kiosk is a device, or the window is closed."""
    name = _name(chosen)
    try:
        screen = Screen(width=chosen.width, height=chosen.height, dpi=chosen.dpi)
    except ValueError as error:
        raise KioskRefused(
            KioskProblem.CONFIG_VALUE, path="--width --height --dpi", detail=str(error)
        ) from error
    doors = tuple(door for door in Door if chosen.scanner or door is not Door.CODES)
    face = Face(
        panel=Panel(width=screen.width, height=screen.height, dpi=screen.dpi),
        mouse=chosen.windowed,
        fullscreen=not chosen.windowed,
    )
    apps: list[JoiningApp] = []

    def receive(event: Event) -> None:
        apps[0].receive(event)

    guest = Guest(chosen.folder, chosen.role, Sticks(tuple(chosen.stick)), receive, chance)
    where_there_is_a_screen()
    with ExitStack() as stack:
        scanner = attach_scanner(chosen.scanner) if chosen.scanner else None
        with one_voice():
            apps.append(JoiningApp(guest, face, joining_state(LANGUAGES, name, doors)))
        stack.callback(apps[0].close)
        stack.callback(guest.stop)
        if scanner is not None:
            reader = CodeReader(scanner, receive)
            reader.start()
            stack.callback(reader.stop)
        with stopped_by_signals():
            joined = apps[0].run_until(lambda state: isinstance(state.view, Over))
    if not joined:
        raise KioskRefused(KioskProblem.PAIRING_STOPPED)
    return 0


def _name(chosen: argparse.Namespace) -> str:
    """Of the request that was made already, or as it is said; empty where it is asked for."""
    folder: Path = chosen.folder
    if (folder / REQUEST).exists():
        return read_request(asked_by(folder)).name
    if folder.is_dir() and any(folder.iterdir()):
        raise KioskRefused(KioskProblem.FOLDER_NOT_EMPTY, path=str(folder))
    return str(chosen.name)
