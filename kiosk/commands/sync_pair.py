# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna sync pair`: a new kiosk becomes a device of the assembly, by one of three doors."""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

import segno

from ballots.record.kinds import Role
from kiosk.commands import sync_pair_screen
from kiosk.commands.folders import held
from kiosk.commands.parsers import Commands
from kiosk.enrolling import GUEST_CODE, HOST_CODE, ask, asked_by, grant, guest_code, move_in
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.keys import chance
from sync.durable import keep
from sync.errors import SyncError, SyncProblem
from sync.pairing.finding import announced, come, guests, reached
from sync.pairing.meeting import (
    Guesses,
    be_guest,
    be_host_by_code,
    be_host_by_words,
)
from sync.pairing.words import draw_words, fingerprint, read_words

WAITS = 600.0  # seconds that a new kiosk waits
INTERFACES: tuple[str, ...] = ()  # all there are
_CODE = re.compile(rf"{GUEST_CODE}([0-9A-F]{{64}}):([0-9.]+):([0-9]{{1,5}})")
_SECOND_CHANCES = frozenset({SyncProblem.PAIRING_WORDS, SyncProblem.PAIRING_LINE})


def add(acts: Commands) -> None:
    """Describe the commands."""
    parser = acts.add_parser(
        "pair",
        help="make a new kiosk a device of the assembly",
        description="By words or codes on the network, or by two files on a stick. At the end both"
        " sides show four words: if they differ, somebody is in between.",
    )
    doors = parser.add_subparsers(required=True, metavar="DOOR")
    wait = _door(doors, "wait", "at the new kiosk: show words and a code, and wait")
    _add_wish(wait)
    wait.set_defaults(do=_wait)
    words = _door(doors, "words", "at a facilitator's: type the three words")
    words.add_argument("words", nargs="+", metavar="WORD")
    words.set_defaults(do=_by_words)
    code = _door(doors, "code", "at a facilitator's: the code that was scanned")
    code.add_argument("code", metavar="CODE")
    code.set_defaults(do=_by_code)
    request = _door(doors, "ask", "at the new kiosk: write a request on a stick")
    _add_wish(request)
    request.add_argument("file", type=Path, metavar="FILE")
    request.set_defaults(do=_ask)
    answer = _door(doors, "answer", "at a facilitator's: answer a request on a stick")
    answer.add_argument("request", type=Path, metavar="REQUEST")
    answer.add_argument("file", type=Path, metavar="FILE")
    answer.set_defaults(do=_answer)
    take = _door(doors, "take", "at the new kiosk: take the answer on a stick")
    take.add_argument("file", type=Path, metavar="ANSWER")
    take.set_defaults(do=_take)
    sync_pair_screen.add(_door(doors, "screen", "at the new kiosk: all of it on its touch screen"))


def _door(doors: Commands, name: str, what: str) -> argparse.ArgumentParser:
    parser = doors.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    parser.add_argument("--folder", type=Path, required=True, metavar="FOLDER")
    return parser


def _add_wish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help='what people call it: "Booth 3"')
    roles = (Role.BOOTH, Role.DESK, Role.HUB)
    parser.add_argument("--role", type=Role, choices=roles, default=Role.BOOTH)
    parser.epilog = "FOLDER is new or empty."


# On a stick.


def _ask(chosen: argparse.Namespace, said: Voice) -> int:
    asked = ask(chosen.folder, chosen.name, chosen.role, chance)
    _write(chosen.file, asked)
    print(said.say("sync.pair.asked", file=str(chosen.file)))
    return 0


def _answer(chosen: argparse.Namespace, said: Voice) -> int:
    asked = _read(chosen.request)
    with held(chosen.folder):
        answered = grant(chosen.folder, asked)
    _write(chosen.file, answered)
    print(said.say("sync.pair.answered", file=str(chosen.file)))
    _show_words(asked, answered, said)
    return 0


def _take(chosen: argparse.Namespace, said: Voice) -> int:
    asked, answered = asked_by(chosen.folder), _read(chosen.file)
    move_in(chosen.folder, answered)
    _show_words(asked, answered, said)
    return 0


# On the network.


def _wait(chosen: argparse.Namespace, said: Voice) -> int:
    """Until a facilitator comes; each wrong guess is told."""
    asked = ask(chosen.folder, chosen.name, chosen.role, chance)
    words, guesses = draw_words(chance), Guesses(time.monotonic)
    until = time.monotonic() + WAITS
    with announced(chance, INTERFACES) as (door, address):
        code = guest_code(asked, address)
        print(said.say("sync.pair.words", words=words, code=code), flush=True)
        if sys.stdout.isatty():
            segno.make_qr(code).terminal(compact=True)
        for line in come(door, lambda: time.monotonic() < until):
            try:
                answered = be_guest(
                    line, asked, words, guesses, lambda shown: _is_shown(shown, said)
                )
                move_in(chosen.folder, answered)
            except SyncError as error:
                print(said.refusal(error), flush=True)
                continue
            _show_words(asked, answered, said)
            return 0
    raise KioskRefused(KioskProblem.PAIRING_STOPPED)


def _is_shown(shown: str, said: Voice) -> bool:
    """Whether the code that the facilitator shows is the one of the answer that has come."""
    print(said.say("sync.pair.scan"), flush=True)
    typed = sys.stdin.readline().strip().upper()
    return typed == f"{HOST_CODE}{shown.upper()}"


def _by_words(chosen: argparse.Namespace, said: Voice) -> int:
    words = read_words(" ".join(chosen.words))
    refused = SyncError(SyncProblem.PAIRING_NOBODY)
    with held(chosen.folder):
        for line in guests(INTERFACES):
            try:
                asked, answered = be_host_by_words(
                    line, words, lambda asked: grant(chosen.folder, asked)
                )
            except SyncError as error:
                if error.code not in _SECOND_CHANCES:
                    raise
                refused = error
                continue
            _show_words(asked, answered, said)
            return 0
    raise refused


def _by_code(chosen: argparse.Namespace, said: Voice) -> int:
    code, address = _read_code(chosen.code)
    with held(chosen.folder), reached(address) as line:
        asked, answered = be_host_by_code(
            line, code, lambda asked: grant(chosen.folder, asked), lambda own: _show(own, said)
        )
    _show_words(asked, answered, said)
    return 0


def _show(own: str, said: Voice) -> None:
    code = f"{HOST_CODE}{own.upper()}"
    print(said.say("sync.pair.code", code=code), flush=True)
    if sys.stdout.isatty():
        segno.make_qr(code).terminal(compact=True)


def _read_code(code: str) -> tuple[str, tuple[str, int]]:
    """The hash of a request, and where whoever makes it waits."""
    found = _CODE.fullmatch(code.strip())
    if found is None:
        raise SyncError(SyncProblem.PAIRING_FORM)
    shown, host, port = found.groups()
    return shown.lower(), (host, int(port))


def _show_words(asked: bytes, answered: bytes, said: Voice) -> None:
    print(said.say("sync.pair.done", words=fingerprint(asked, answered)))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error


def _write(path: Path, content: bytes) -> None:
    try:
        keep(path, content)
    except OSError as error:
        detail = error.strerror or str(error)
        raise KioskRefused(
            KioskProblem.FOLDER_NOT_WRITABLE, path=str(path), detail=detail
        ) from error
