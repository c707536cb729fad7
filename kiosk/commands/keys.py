# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna keys`: a key behind a passphrase, which is said once an evening."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.commands.folders import KEY, held
from kiosk.commands.parsers import Commands
from kiosk.commands.trustee_table import typed_unseen
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.keys import chance, load_key, replace_key
from kiosk.locked_keys import LockedKey, Memory, lock, read_locked, unlock


def add(commands: Commands) -> None:
    """Describe the commands."""
    parser = commands.add_parser(
        "keys",
        help="put a key behind a passphrase, and unlock it for an evening",
        description="FOLDER is a device's; FILE may be `root.key`. An unlocked key lies in memory"
        " until the machine is switched off. Lock a key before the card leaves your hands: what a"
        " card once held in clear may be found on it.",
    )
    acts = parser.add_subparsers(required=True, metavar="ACT")
    for name, what, do in (
        ("lock", "keep it behind a passphrase from now on; also forgets it", _lock),
        ("unlock", "keep it in memory until the machine is switched off", _unlock),
        ("forget", "forget that it was unlocked", _forget),
    ):
        act = acts.add_parser(name, help=what)
        act.add_argument("path", type=Path, metavar="FOLDER|FILE")
        if do is not _forget:
            act.add_argument(
                "--passphrase", metavar="FILE", help="read it there; - for the input; else typed"
            )
        act.set_defaults(do=do)


def _lock(chosen: argparse.Namespace, said: Voice) -> int:
    path = _key_file(chosen.path)
    with held(path.parent, path.name):
        key = load_key(path)
        passphrase = _passphrase(chosen.passphrase, said)
        if chosen.passphrase is None and _passphrase(None, said, again=True) != passphrase:
            raise KioskRefused(KioskProblem.PASSPHRASE_DIFFERS)
        replace_key(path, lock(key, passphrase, chance))
    Memory().forget(key.public.hex())
    print(said.say("keys.locked", path=str(path)))
    return 0


def _unlock(chosen: argparse.Namespace, said: Voice) -> int:
    path = _key_file(chosen.path)
    locked = _locked(path)
    Memory().put(unlock(locked, _passphrase(chosen.passphrase, said)))
    print(said.say("keys.unlocked", path=str(path)))
    return 0


def _forget(chosen: argparse.Namespace, said: Voice) -> int:
    path = _key_file(chosen.path)
    Memory().forget(_locked(path).public)
    print(said.say("keys.forgotten", path=str(path)))
    return 0


def _key_file(path: Path) -> Path:
    return path / KEY if path.is_dir() else path


def _locked(path: Path) -> LockedKey:
    try:
        locked = read_locked(path.read_bytes())
    except OSError as error:
        raise KioskRefused(KioskProblem.KEY_FILE, path=str(path)) from error
    if locked is None:
        raise KioskRefused(KioskProblem.KEY_NOT_LOCKED, path=str(path))
    return locked


def _passphrase(file: str | None, said: Voice, *, again: bool = False) -> str:
    """From a file, or typed unseen."""
    if file == "-":
        return sys.stdin.readline().rstrip("\n")
    if file is None:
        return typed_unseen(said.say("keys.again" if again else "keys.ask"))
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=file) from error
