# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folders of the devices of an invented assembly, as they are laid down before the evening."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from os import urandom
from pathlib import Path

from ballots.documents import assembly_document
from ballots.record.entry import Entry
from ballots.record.kinds import Role
from kiosk.device import Device
from kiosk.prepared import Prepared
from kiosk.preparing import Enrolled
from sync.network.certificates import twin
from sync.replica import Replica
from tests.passports import dated
from tests.told_evenings import ROOT, UUID, assembly, certificates, key

LEADER, DESK = "Mesa", "Taula"
BOOTHS = tuple(f"Cabina {number}" for number in range(1, 7))
ALL = (LEADER, DESK, *BOOTHS)
LATE = "Tardana"  # a booth that nobody has met
STRANGER = "Forastera"  # a booth of another assembly
LAPSED = "Antiga"  # a booth whose certificate ended long ago, or was made by a clock far behind
SECOND = "Suplent"  # another facilitator
OFFICE = "Oficina"  # a hub
ROLES = {LEADER: Role.FACILITATOR, SECOND: Role.FACILITATOR, DESK: Role.DESK, OFFICE: Role.HUB}
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def lay_down(folder: Path, *names: str) -> None:
    """A folder for each device; those who are laid down together have met."""
    first_words: list[Entry] = []
    for name in names:
        first_words += _install(name, folder / name)
    _introduce(folder, names, first_words)


def _install(name: str, folder: Path) -> list[Entry]:
    role = ROLES.get(name, Role.BOOTH)
    root = key("another root") if name == STRANGER else ROOT
    twin_of = twin(root, key(name).public)
    enrolled = Enrolled(
        name=name,
        role=role,
        key=key(name),
        certificates=tuple(certificates(name, role, root=root)),
        twins=(dated(twin_of, root, LONG_AGO) if name == LAPSED else twin_of,),
    )
    prepared = Prepared(
        root=root.public,
        group="Ed25519",
        document=assembly_document(assembly()),
        trustees=b"{}",
        rolls={UUID: b"[]"},
    )
    enrolled.install(prepared, folder)
    with closing(Device(folder, urandom)) as device:
        return list(device.replica.everything())


def _introduce(folder: Path, names: Sequence[str], entries: Sequence[Entry]) -> None:
    for name in names:
        with Replica.open(folder / name / "record.db") as replica:
            replica.add(entries)
