# SPDX-License-Identifier: AGPL-3.0-or-later
"""One simulated kiosk in a process of its own: the product's parts, played through a pipe.

python -m kiosk.demo.kiosk_process FOLDER desk
python -m kiosk.demo.kiosk_process FOLDER booth PRINTER-URL SCANNER-URL [--screen]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from hardware.attach import attach_printer, attach_scanner
from hardware.devices import ReceiptPrinter
from kiosk.arithmetic import best_power
from kiosk.booth import Booth
from kiosk.confidential import Note
from kiosk.demo.hands import Answer, Deeds, serve
from kiosk.demo.plain_booth import PlainBooth
from kiosk.desk import Desk
from kiosk.device import Device
from kiosk.keys import chance
from kiosk.node import FOUND_HERE, Node


def main(arguments: list[str]) -> None:
    """Run one kiosk until its pipe ends or it is told to stop."""
    folder, role, *rest = arguments
    device = Device(Path(folder), chance)
    node = Node(device)
    deeds = _network(device, node)
    try:
        if role == "desk":
            serve({**deeds, **_desk(Desk(device))}, sys.stdin, sys.stdout)
        else:
            printer, scanner, *options = rest
            _serve_booth(device, node, deeds, attach_printer(printer), scanner, options)
    finally:
        node.stop()
        device.close()


def _serve_booth(
    device: Device,
    node: Node,
    deeds: Deeds,
    printer: ReceiptPrinter,
    scanner: str,
    options: list[str],
) -> None:
    booth = Booth(device, printer, node, random=chance, power=best_power())
    eyes = attach_scanner(scanner)
    if options:
        serve_screen = import_module("kiosk.demo.screen_booth").serve_screen  # opens a window
        serve_screen(booth, eyes, device, deeds, Path(options[1]))
    else:
        plain = PlainBooth(booth, eyes, device.prepared.assembly.languages)
        serve({**deeds, **_hands(plain)}, sys.stdin, sys.stdout)


def _network(device: Device, node: Node) -> Deeds:
    """Cables, and what can be seen of the record from outside."""

    def connect(request: Mapping[str, Any]) -> None:
        node.connect(request["port"])

    def heads(_: Mapping[str, Any]) -> Answer:
        return {"heads": device.replica.heads()}

    return {
        "listen": lambda _: {"port": node.listen()},
        "connect": connect,
        "find": lambda _: {"port": node.join(FOUND_HERE)},
        "cut": lambda _: node.cut(),
        "heal": lambda _: node.heal(),
        "heads": heads,
        "stop": lambda _: None,
    }


def _desk(desk: Desk) -> Deeds:
    return {
        "check-in": lambda request: desk.check_in(request["name"]),
        "issue-slip": lambda _: desk.issue_slip(),
        "take-slip-back": lambda _: desk.take_slip_back(),
        "leftover": lambda request: desk.count_leftover(left=request["left"], void=0),
        "note": lambda request: desk.take_note(
            Note(item=request["item"], text=request["text"], speaker=request["speaker"])
        ),
    }


def _hands(booth: PlainBooth) -> Deeds:
    return {
        "scan": lambda _: booth.scan(),
        "choose": lambda request: booth.choose(request["language"]),
        "press": lambda request: booth.press(request["target"]),
        "look": lambda _: booth.look(),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
