# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device among others for as long as a command runs, and `urna sync join` for an evening."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from signal import SIGINT, SIGTERM, signal
from threading import Event

from ballots.errors import Refusal
from ballots.record.kinds import Role
from ballots.session import PollStage
from kiosk.commands.folders import held, role_of, started
from kiosk.device import Device
from kiosk.ending import names_of
from kiosk.facilitator import settle
from kiosk.finishing import finish
from kiosk.i18n import Voice
from kiosk.node import Node

MEETS = 4.0  # seconds until the first other device has to be found
SIGNS = 10.0  # seconds until a poll that ends can be signed here
EVENS = 10.0  # seconds until all that are there hold the same
LOOKS = 0.5  # seconds between two looks at who is there


def add_network(parser: argparse.ArgumentParser) -> None:
    """The option of commands that act among others."""
    parser.add_argument(
        "--network",
        action="store_true",
        help="find the other devices first, and end when they hold what was done",
    )


@dataclass(slots=True)
class Company:
    """Who is there while a command runs; `node` speaks with them, if the command is on a network.

    `is_met` says during the act whether somebody was found, and afterwards whether somebody holds
    what was done. Of a line that is just being replaced `Node.peers` knows nothing.
    """

    node: Node | None = None
    is_met: bool = False


@contextmanager
def in_company(
    device: Device,
    chosen: argparse.Namespace,
    said: Voice,
    duties: Callable[[Device], None] = finish,
) -> Iterator[Company]:
    """With `--network`: hear what others know before the act, and let them hear of it after.

    Others need not be there; what became of it is printed. `duties` are done whenever something
    new was heard.
    """
    if not chosen.network:
        yield Company()
        return
    with _among_others(device, duties) as node:
        company = Company(node, node.wait_for(lambda: bool(node.peers()), MEETS))
        node.wait_for(node.is_even, EVENS)
        yield company
        if company.is_met:  # a line that is being replaced is there again soon
            node.wait_for(lambda: bool(node.peers()), LOOKS)
        met = set(node.peers())
        duties(device)
        if met:  # who has finished with a poll is under its seal, and is waited for
            node.wait_for(lambda: _has_signed(device), SIGNS)
        hold = node.wait_for(lambda: met <= set(node.peers()) and node.is_even(), EVENS)
        others, doubled = len(met if hold and met else node.peers()), node.doubled()
        company.is_met = bool(others)
    _warn(device, doubled, said)
    code = "sync.company.held" if others else "sync.company.alone"
    print(said.say(code, n=others, folder=str(chosen.folder)))


def join(chosen: argparse.Namespace, said: Voice) -> int:
    """Be there until told to stop, and say who else is whenever that changes."""
    duties = settle if role_of(chosen.folder) is Role.FACILITATOR else finish
    with (
        held(chosen.folder),
        started(chosen.folder) as device,
        _among_others(device, duties) as node,
        until_stopped() as stopped,
    ):
        shown, warned = "", frozenset[str]()
        left = chosen.seconds
        while not stopped.wait(LOOKS) and (left is None or left > 0):
            left = None if left is None else left - LOOKS
            line = _who_is_there(device, node, said)
            if line != shown:
                print(line, flush=True)
                shown = line
            _warn(device, node.doubled() - warned, said)
            warned = node.doubled()
    return 0


def _warn(device: Device, doubled: Iterable[str], said: Voice) -> None:
    """Of devices that were there twice at once."""
    known = device.session().devices
    for name in sorted(known[key].name for key in doubled if key in known):
        print(f"urna: {said.say('sync.company.doubled', name=name)}", file=sys.stderr, flush=True)


def _has_signed(device: Device) -> bool:
    """Whether nobody waits for this device's word on a poll that has ended."""
    me = device.key.public.hex()
    return all(
        state.stage in (PollStage.OPEN, PollStage.SEALED)
        or (state.seal is not None and me not in state.seal.awaited)
        for state in device.session().polls.values()
    )


@contextmanager
def speaking(
    device: Device,
    duties: Callable[[Device], None] = finish,
    on_trouble: Callable[[Refusal], None] = lambda _: None,
) -> Iterator[Node]:
    """The device may speak with others; none is looked for yet."""
    node = Node(device, duties=duties, on_trouble=on_trouble)
    try:
        yield node
    finally:
        node.stop()


@contextmanager
def _among_others(device: Device, duties: Callable[[Device], None] = finish) -> Iterator[Node]:
    with speaking(device, duties) as node:
        node.join()
        yield node


def _who_is_there(device: Device, node: Node, said: Voice) -> str:
    peers, entries = node.peers(), len(device.replica)
    if not peers:
        return said.say("sync.join.alone", n=entries)
    names = names_of(device.session(), peers)
    code = "sync.join.even" if node.is_even() else "sync.join.uneven"
    return said.say(code, n=len(peers), names=names, entries=entries)


@contextmanager
def until_stopped() -> Iterator[Event]:
    """Set when somebody wants the command to end."""
    stopped = Event()
    before = {
        number: signal(number, lambda _number, _frame: stopped.set())
        for number in (SIGTERM, SIGINT)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal(number, handler)
