# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table where trustees sit down: cards from files, scanners and fingers, PINs unseen.

A PIN is typed at the terminal, which does not show it, or stands in a file; it is never an
argument, which every user of a machine can read. A scanner that types like a keyboard will do.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from getpass import GetPassWarning, getpass
from pathlib import Path
from select import select

from ballots.election.errors import ElectionRefused
from ballots.election.trustees.card import Card
from ballots.election.trustees.pin import Pin
from hardware.attach import attach_scanner
from hardware.devices import CodeScanner
from hardware.errors import DeviceError
from kiosk.code_reader import TURN, UNREADABLE
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.trustee_cards import Sitting

STDIN = "-"
_CODE = "URNA:"  # how every code of ours begins that is scanned
_TYPED = 128  # symbols that the shortest card has: a longer argument is hardly a file


def add_cards(parser: argparse.ArgumentParser) -> None:
    """Describe where cards and PINs come from."""
    parser.add_argument(
        "--card",
        action="append",
        default=[],
        metavar="CARD",
        help="of one trustee, once for each of them: a file with its text, the text itself, or -"
        " for a line of the input; without any, they are scanned or typed one by one",
    )
    parser.add_argument(
        "--scanner",
        metavar="ADDRESS",
        help="a kiosk's own scanner, written as in kiosk.toml, for cards that are asked for; one"
        " that types like a keyboard needs no address",
    )
    parser.add_argument(
        "--pins",
        metavar="FILE",
        help="one PIN a line, in the order of the cards (- for the input); else asked for",
    )


def seat(sitting: Sitting, chosen: argparse.Namespace, said: Voice, *, everyone: bool) -> None:
    """Trustees unlock their cards one after the other, in any order.

    Unless `everyone` is wanted, no more than are needed: a share that is not used stays locked.
    """
    cards = _given(sitting, chosen.card) if chosen.card else _asked(sitting, chosen.scanner, said)
    pins = _read_pins(chosen.pins, len(chosen.card)) if chosen.pins else None
    for place, card in enumerate(cards):
        if card.owner in sitting.came:
            _tell(said.say("assembly.card.twice", owner=card.owner))
        elif pins is not None:
            sitting.unlock(card, pins[place])
        else:
            _ask_for_pin(sitting, card, said)
        if sitting.complete and not (everyone and sitting.missing):
            break


def choose_pins(trustees: int, said: Voice) -> list[Pin]:
    """Each trustee types a PIN of their own twice, before the next one does."""
    return [_choose_pin(owner, said) for owner in range(1, trustees + 1)]


def _choose_pin(owner: int, said: Voice) -> Pin:
    while True:
        try:
            pin = Pin.read(typed_unseen(said.say("assembly.pin.choose", owner=owner)))
            if Pin.read(typed_unseen(said.say("assembly.pin.again"))) == pin:
                return pin
        except ElectionRefused as refusal:
            _tell(said.refusal(refusal))
        else:
            _tell(said.say("assembly.pin.differ"))


def _ask_for_pin(sitting: Sitting, card: Card, said: Voice) -> None:
    """Until the card opens, or its trustee types nothing."""
    owner = card.owner
    while typed := typed_unseen(said.say("assembly.pin.ask", owner=owner)):
        try:
            sitting.unlock(card, Pin.read(typed))
        except ElectionRefused as refusal:
            _tell(said.refusal(refusal))
            if wrong := sitting.tries(owner):
                _tell(said.say("assembly.pin.tries", n=wrong))
        else:
            came = len(sitting.came)
            _tell(said.say("assembly.card.opened", owner=owner, n=came, of=sitting.needed))
            return
    _tell(said.say("assembly.card.left-out", owner=owner))


def typed_unseen(prompt: str) -> str:
    """What somebody types unseen; refused where it would be seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{prompt} ").strip()
        except (EOFError, GetPassWarning):
            raise KioskRefused(KioskProblem.NO_TERMINAL) from None


def _given(sitting: Sitting, named: Sequence[str]) -> list[Card]:
    """All cards, looked at before anybody is asked for a PIN."""
    return [sitting.look_at(_text_of(each)) for each in named]


def _text_of(named: str) -> str:
    if named == STDIN:
        return sys.stdin.readline()
    if named.upper().startswith(_CODE) or (len(named) >= _TYPED and "/" not in named):
        return named
    return _read(named)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise KioskRefused(KioskProblem.NOT_TEXT, path=path) from error
    except OSError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=path) from error


def _asked(sitting: Sitting, address: str | None, said: Voice) -> Iterator[Card]:
    """Cards as they are scanned or typed, until somebody enters nothing."""
    if not sys.stdin.isatty():
        raise KioskRefused(KioskProblem.NO_TERMINAL)
    if address is None:
        yield from _until_nothing(sitting, _entered, said)
        return
    with closing(attach_scanner(address)) as scanner:
        scanner.forget()
        yield from _until_nothing(sitting, partial(_scanned_or_entered, scanner), said)


def _until_nothing(sitting: Sitting, next_text: Callable[[], str], said: Voice) -> Iterator[Card]:
    while True:
        _tell(said.say("assembly.card.ask"))
        try:
            if not (text := next_text()):
                return
            card = sitting.look_at(text)
        except ElectionRefused as refusal:
            _tell(said.refusal(refusal))
        except DeviceError as error:
            _tell(said.refusal(error))
            if error.code not in UNREADABLE:  # it is gone: fingers go on, nobody starts again
                next_text = _entered
        else:
            yield card


def _scanned_or_entered(scanner: CodeScanner) -> str:
    """The next code; or what is typed instead, as soon as a line is."""
    while not select([sys.stdin], [], [], 0)[0]:
        if code := scanner.read(TURN):
            return code
    return _entered()


def _entered() -> str:
    """One scanned line, or typed rows up to an empty line."""
    rows: list[str] = []
    while row := sys.stdin.readline().strip():
        rows.append(row)
        if row.upper().startswith(_CODE):
            break
    return "\n".join(rows)


def _read_pins(path: str, cards: int) -> list[Pin]:
    text = sys.stdin.read() if path == STDIN else _read(path)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != cards:
        raise KioskRefused(KioskProblem.PINS_FILE, path=path, n=len(lines), cards=cards)
    return [Pin.read(line) for line in lines]


def _tell(sentence: str) -> None:
    """To whoever sits at the terminal; the output is for what came of it."""
    print(sentence, file=sys.stderr)
