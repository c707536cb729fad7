# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new kiosk becomes a device: its request, the facilitator's answer, and what it then has."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree

from ballots.errors import Refusal
from ballots.randomness import Randomness
from ballots.record.kinds import Role
from ballots.record.roster import certify, read_certificate
from kiosk.device import load_identity
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.keys import load_key, new_key, save_key
from kiosk.laying_down import lay_down_config, make_empty
from kiosk.passport import NETWORK, twins_of
from kiosk.prepared import load_prepared, read_parts
from sync.durable import keep
from sync.errors import SyncError, SyncProblem
from sync.network.certificates import pem, twin
from sync.pairing.meeting import code_of
from sync.pairing.papers import answer, read_answer, read_request, request
from sync.replica import Replica

KEY, REQUEST = "device.key", "request.enrol"
GUEST_CODE, HOST_CODE = "URNA:P1:", "URNA:P2:"


def guest_code(asked: bytes, address: tuple[str, int]) -> str:
    """What a new kiosk shows: which request it makes, and where it waits."""
    host, port = address
    return f"{GUEST_CODE}{code_of(asked).upper()}:{host}:{port}"


def ask(folder: Path, name: str, role: Role, random: Randomness) -> bytes:
    """Make a key in a folder that is new or empty, and the request for it."""
    key = new_key(random)
    asked = request(key, name, role)
    make_empty(folder)
    save_key(key, folder / KEY)
    keep(folder / REQUEST, asked)
    return asked


def give_up(folder: Path) -> None:
    """Drop a request with its key; the folder is empty again."""
    (folder / KEY).unlink(missing_ok=True)  # first: without it no answer is of any use
    (folder / REQUEST).unlink(missing_ok=True)


def asked_by(folder: Path) -> bytes:
    """The request of a folder that still waits for its answer."""
    try:
        asked = (folder / REQUEST).read_bytes()
    except OSError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(folder / REQUEST)) from error
    read_request(asked)
    return asked


def grant(folder: Path, asked: bytes) -> bytes:
    """The answer of the facilitator whose device's folder it is.

    Raises:
        KioskRefused: `may-not-enrol`.
        SyncError: `pairing-form`.
    """
    key, certificates = load_identity(folder)
    own = read_certificate(certificates[-1])
    if not own.may_enrol:
        raise KioskRefused(KioskProblem.MAY_NOT_ENROL, name=own.name)
    wish = read_request(asked)
    device = bytes.fromhex(wish.device)
    certificate = certify(
        key, assembly=own.assembly, device=device, role=wish.role, name=wish.name
    )
    return answer(
        key,
        asked,
        certificates=(*certificates, certificate),
        twins=(*twins_of(folder), twin(key, device)),
        parts=load_prepared(folder / "assembly").parts(),
    )


def move_in(folder: Path, answered: bytes) -> None:
    """Lay down what a device has; nothing is written unless all of it is right.

    Raises:
        SyncError: `pairing-form`, `pairing-other`.
    """
    asked = asked_by(folder)
    taken = read_answer(answered, asked)
    load_key(folder / KEY)
    try:
        prepared = read_parts(taken.parts)
        shown, about = pem(taken.twins), prepared.assembly
    except (KeyError, ValueError, Refusal) as error:
        raise SyncError(SyncProblem.PAIRING_FORM) from error
    if prepared.root != taken.root:
        raise SyncError(SyncProblem.PAIRING_FORM)
    rmtree(folder / "assembly", ignore_errors=True)  # of a try that was cut off: the request stays
    prepared.save(folder / "assembly")
    chain = [certificate.decode() for certificate in taken.certificates]
    keep(folder / "certificates.json", json.dumps(chain).encode())
    keep(folder / NETWORK, shown.encode("ascii"))
    if taken.certificate.role is Role.BOOTH:
        lay_down_config(folder, taken.certificate.name, about)
    Replica.open(folder / "record.db", create=True).close()
    (folder / REQUEST).unlink()
