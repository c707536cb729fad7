# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna sync hub` keeps what devices bring, and signs for it; `urna sync send` brings it there."""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ballots.errors import Refusal
from ballots.record.kinds import Role
from ballots.session import lacking
from kiosk.commands.company import speaking, until_stopped
from kiosk.commands.folders import held, started, switched_on
from kiosk.commands.parsers import Commands, whole
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.hub import Lull, acknowledge, to_sign_for
from kiosk.i18n import Voice
from sync.errors import SyncProblem
from sync.network.addresses import Address
from sync.network.node import Place

PORT: Final = 7410
LOOKS: Final = 0.5  # seconds between two looks
MEETS: Final = 10.0  # seconds until a hub has to be at the address
NOT_KEPT: Final = frozenset({SyncProblem.DISK_FULL, SyncProblem.RECORD_UNWRITABLE})
STALLS: Final = 60.0  # seconds without a new receipt after which sending is given up


def add(acts: Commands) -> None:
    """Describe both acts."""
    hub = acts.add_parser(
        "hub",
        help="keep what devices bring, on the network or by stick, and sign for it",
        description="FOLDER is a hub's (`urna assembly new --hubs 1`). It takes no part in any"
        " vote, and nothing waits for it. Devices of its own network find it; from elsewhere"
        " `urna sync send` reaches it.",
    )
    hub.add_argument("--host", default="", metavar="H", help="own address to listen at; else all")
    hub.add_argument("--port", type=whole(0, 65535), default=PORT, metavar="P", help="else 7410")
    hub.add_argument("--hidden", action="store_true", help="do not announce it in its network")
    hub.add_argument("--seconds", type=float, metavar="S", help="stop after so long")
    hub.set_defaults(do=keep)
    send = acts.add_parser(
        "send",
        help="bring this device's record to a hub, and wait for its receipt",
        description="Cut off anywhere, it is given again and goes on where it was.",
    )
    send.add_argument("at", type=_address, metavar="HOST[:PORT]")
    send.set_defaults(do=bring)
    for act in (hub, send):
        act.add_argument("--folder", type=Path, required=True, metavar="FOLDER")


def keep(chosen: argparse.Namespace, said: Voice) -> int:
    """Be there until told to stop, and sign whenever all is quiet."""
    anywhere = Place()
    place = Place(
        host=chosen.host or anywhere.host, port=chosen.port, is_announced=not chosen.hidden
    )
    with (
        switched_on(chosen.folder, Role.HUB) as device,
        speaking(device, lambda _: None, partial(_complain, said)) as node,
        until_stopped() as stopped,
    ):
        port = node.join(place)
        name = device.segment.certificate.name
        print(said.say("sync.hub.ready", name=name, port=port), flush=True)
        lull, left = Lull(), chosen.seconds
        while not stopped.wait(LOOKS) and (left is None or left > 0):
            left = None if left is None else left - LOOKS
            heads = to_sign_for(device)
            if lull.is_due(heads, time.monotonic()):
                receipt = acknowledge(device)
                lull.has_signed(heads)
                if receipt is not None:
                    print(said.say("sync.hub.signed", n=receipt.size), flush=True)
    return 0


def _complain(said: Voice, trouble: Refusal) -> None:
    """What came could not be kept; whoever brought it keeps it, and brings it again."""
    if trouble.code in NOT_KEPT:
        print(f"urna: {said.refusal(trouble)}", file=sys.stderr, flush=True)


def bring(chosen: argparse.Namespace, said: Voice) -> int:
    """Wait for the hub's receipt over all that is here, as long as something moves."""
    address = "{}:{}".format(*chosen.at)
    with held(chosen.folder), started(chosen.folder) as device, speaking(device) as node:
        node.call(chosen.at)
        if not node.wait_for(lambda: bool(_hub_among(device, node.peers())), MEETS):
            problem = KioskProblem.NO_HUB if node.peers() else KioskProblem.HUB_UNREACHABLE
            raise KioskRefused(problem, address=address)
        hub = _hub_among(device, node.peers())
        left = _unsigned(device, hub)
        while left and node.wait_for(partial(_has_moved, device, hub, left), STALLS):
            left = _unsigned(device, hub)
        of = sum(number + 1 for number in to_sign_for(device).values())
        if left:
            raise KioskRefused(KioskProblem.HUB_UNFINISHED, n=of - left, of=of)
        name = device.session().devices[hub].name
        print(said.say("sync.send.done", name=name, n=of))
    return 0


def _hub_among(device: Device, peers: tuple[str, ...]) -> str:
    """The key (hex) of the hub that is connected; empty without one, or while nobody knows."""
    devices = device.session().devices
    hubs = (peer for peer in peers if peer in devices and devices[peer].role is Role.HUB)
    return next(hubs, "")


def _unsigned(device: Device, hub: str) -> int:
    """How many of the entries here the hub has not signed for."""
    heads, session = to_sign_for(device), device.session()
    kept = next((each for each in session.kept if each.device == hub), None)
    return lacking(kept, session, heads)


def _has_moved(device: Device, hub: str, before: int) -> bool:
    return _unsigned(device, hub) != before


def _address(text: str) -> Address:
    """Reads `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`; anything else is wrong usage."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or text.count("/") or "@" in text:
        raise argparse.ArgumentTypeError("HOST[:PORT]")
    return host, port or PORT
