# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna run --role booth`: the booth of this kiosk, on its screen, until it is told to stop."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from pathlib import Path

from ballots.record.kinds import Role
from hardware.attach import attach_printer, attach_scanner
from hardware.devices import CodeScanner, ReceiptPrinter
from kiosk.appearance import Panel, Theme, colour
from kiosk.arithmetic import best_power
from kiosk.booth import Booth
from kiosk.booth_app import BoothApp, Face
from kiosk.code_reader import CodeReader
from kiosk.commands.folders import KEY, switched_on
from kiosk.commands.parsers import Commands
from kiosk.commands.windows import one_voice, stopped_by_signals, where_there_is_a_screen
from kiosk.company_watch import CompanyWatch
from kiosk.config import Config, load_config
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.joining import unlocking_state
from kiosk.joining.views import Over
from kiosk.joining_app import JoiningApp
from kiosk.keys import chance
from kiosk.laying_down import CONFIG
from kiosk.node import Node
from kiosk.prepared import load_prepared
from kiosk.speech import Speaker, installed_speaker
from kiosk.unlocking import Unlocker, locked_key


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
        where_there_is_a_screen()
        face = _face(config, chosen.folder, windowed=chosen.windowed)
        if not _unlocked(chosen.folder, face, speaker):
            return 0
        device = stack.enter_context(switched_on(chosen.folder, Role.BOOTH))
        node = Node(device, config.holders_wait)
        stack.callback(node.stop)
        node.join()
        booth = Booth(device, printer, node, random=chance, power=best_power())
        with one_voice():
            app = BoothApp(booth, face, speaker=speaker)
        reader = CodeReader(scanner, app.receive)
        reader.start()
        stack.callback(reader.stop)
        watch = CompanyWatch(node, app.receive)
        watch.start()
        stack.callback(watch.stop)
        with stopped_by_signals():
            name = device.segment.certificate.name
            print(said.say("run.ready", name=name), flush=True)
            app.run()
    return 0


def _unlocked(folder: Path, face: Face, speaker: Speaker | None) -> bool:
    """Whether the key can be used: it is not locked, or somebody says its passphrase."""
    locked = locked_key(folder / KEY)
    if locked is None:
        return True
    with one_voice():
        first = unlocking_state(face.languages)
        app = JoiningApp(Unlocker(locked), face, first, speaker=speaker)
    with stopped_by_signals(), closing(app):
        return app.run_until(lambda state: isinstance(state.view, Over))


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


def _face(config: Config, folder: Path, *, windowed: bool) -> Face:
    screen = config.screen
    return Face(
        panel=Panel(width=screen.width, height=screen.height, dpi=screen.dpi),
        theme=Theme(
            primary=colour(screen.primary),
            secondary=colour(screen.secondary),
            accent=colour(screen.accent),
        ),
        languages=config.languages,
        title=load_prepared(folder / "assembly").assembly.title,
        mouse=windowed,
        fullscreen=not windowed,
    )
