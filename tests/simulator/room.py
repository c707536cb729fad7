# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folders of the devices of an invented assembly, laid down and introduced to each other."""

from __future__ import annotations

import atexit
import json
from contextlib import closing
from functools import cache
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

from ballots.documents import assembly_document
from ballots.record.entry import Entry
from ballots.record.kinds import Role
from kiosk.device import Device
from kiosk.keys import save_key
from kiosk.prepared import Prepared
from sync.replica import Replica
from tests.simulator.kiosk import RECORD, Card
from tests.simulator.laws import Word
from tests.told_evenings import ROOT, UUID, assembly, certificates, key

LEADER, DESK, LATE = "Mesa", "Taula", "Tardana"
BOOTHS = ("Cabina 1", "Cabina 2", "Cabina 3", "Cabina 4")
ROLES = {LEADER: Role.FACILITATOR, DESK: Role.DESK, LATE: Role.BOOTH} | dict.fromkeys(
    BOOTHS, Role.BOOTH
)
MEMORY = Path("/dev/shm")
TEMPORARY = MEMORY if MEMORY.is_dir() else None


@cache
def _identity(name: str) -> Path:
    """A folder with a device's key, its certificates and the preparation."""
    folder = _home() / name
    folder.mkdir()
    save_key(key(name), folder / "device.key")
    chain = [certificate.decode() for certificate in certificates(name, ROLES[name])]
    (folder / "certificates.json").write_text(json.dumps(chain))
    prepared = Prepared(
        root=ROOT.public,
        group="Ed25519",
        document=assembly_document(assembly()),
        trustees=b"{}",
        rolls={UUID: b"[]"},
    )
    prepared.save(folder / "assembly")
    return folder


@cache
def _home() -> Path:
    folder = Path(mkdtemp(prefix="urna-room-", dir=TEMPORARY))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def take_place(name: str, folder: Path) -> Path:
    """The folder of one kiosk with the identity of a device."""
    folder.mkdir()
    for path in _identity(name).iterdir():  # without the record of before
        (folder / path.name).symlink_to(path)
    return folder


@cache
def _first_words(name: str) -> tuple[Entry, ...]:
    """What a device had to say before the evening."""
    record = _identity(name) / RECORD
    Replica.open(record, create=True).close()
    with closing(Device(record.parent, Random(f"before {name}").randbytes)) as device:
        return tuple(device.replica.everything())


@cache
def card(*names: str) -> Card:
    """The card of a device that has met these: its record begins with the opening of each."""
    path = _home() / f"{'-'.join(names)}.db"
    with Replica.open(path, create=True) as replica:
        for name in names:
            replica.add(_first_words(name))
        word = Word(replica.tips(), {})
    return Card({RECORD: path.read_bytes()}, word)
