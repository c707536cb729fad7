# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna sync`: a device's record on the network, out to a stick, and in from one."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ballots.record.evidence import evidence
from ballots.record.kinds import Role
from ballots.session import fold, lacking
from kiosk.commands import company, sync_hub, sync_pair
from kiosk.commands.assembly_polls import closing_news
from kiosk.commands.folders import RECORD, held, role_of, started
from kiosk.commands.parsers import Commands
from kiosk.device import Device, load_identity
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import settle
from kiosk.finishing import finish
from kiosk.i18n import Voice
from kiosk.laying_down import make_empty
from kiosk.verifying import EVIDENCE
from sync.bundle import import_into, write_bundle
from sync.durable import keep
from sync.replica import Replica

BUNDLE = ".urna"


def add(commands: Commands) -> None:
    """Describe the commands."""
    parser = commands.add_parser(
        "sync",
        help="share a record, on the network or on a stick, and see what it holds",
        description="FOLDER is a device's: its key, its certificate and its record.",
    )
    acts = parser.add_subparsers(required=True, metavar="ACT")
    sync_pair.add(acts)
    sync_hub.add(acts)
    status = acts.add_parser("status", help="what the record holds, device by device")
    status.add_argument("--json", action="store_true")
    status.set_defaults(do=_status)
    export = acts.add_parser("export", help="write the record as a bundle (.urna)")
    export.add_argument("bundle", type=Path, metavar="BUNDLE")
    export.set_defaults(do=_export)
    bring = acts.add_parser("import", help="add what a bundle holds; again adds nothing twice")
    bring.add_argument("bundle", type=Path, metavar="BUNDLE")
    bring.set_defaults(do=_import)
    proofs = acts.add_parser(
        "evidence", help="write what proves that a device lied, for `urna verify` anywhere"
    )
    proofs.add_argument("out", type=Path, metavar="DIR", help="new or empty")
    proofs.set_defaults(do=_evidence)
    join = acts.add_parser(
        "join",
        help="be on the network until stopped: found, and kept equal to the others",
        description="For desk and facilitator between their acts; a booth does so while it runs."
        " A facilitator's device also seals each poll that all have finished with.",
    )
    join.add_argument("--seconds", type=float, metavar="S", help="stop after so long")
    join.set_defaults(do=company.join)
    for act in (status, export, bring, proofs, join):
        act.add_argument("--folder", type=Path, required=True, metavar="FOLDER")


def _status(chosen: argparse.Namespace, said: Voice) -> int:
    with Replica.open(chosen.folder / RECORD, read_only=True) as replica:
        entries, heads = list(replica.everything()), replica.heads()
    session = fold(entries)
    written = Counter(entry.header.segment for entry in entries)
    devices = {
        device.name: sum(written[segment] for segment in device.segments)
        for device in session.devices.values()
    }
    hubs = {
        session.devices[kept.device].name: (kept.size, lacking(kept, session, heads))
        for kept in session.kept
    }
    if chosen.json:
        facts: dict[str, object] = {
            "assembly": session.assembly_id,
            "entries": len(entries),
            "devices": devices,
            "hubs": {name: {"signed": n, "since": since} for name, (n, since) in hubs.items()},
        }
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return 0
    assembly = session.assembly_id or "-"
    print(said.say("sync.status", assembly=assembly, n=len(entries), segments=len(written)))
    for name, count in devices.items():
        print(said.say("sync.device", name=name, n=count))
    for name, (n, since) in hubs.items():
        print(said.say("sync.status.hub", name=name, n=n, since=since))
    for oddity in session.oddities:
        print(f"  · {said.say(oddity.key, **oddity.facts)}")
    return 0


def _require_free(path: Path) -> None:
    """Only a bundle may be written over, and only by another one."""
    if path.suffix != BUNDLE or (path.exists() and not path.is_file()):
        raise KioskRefused(KioskProblem.NOT_A_BUNDLE, path=str(path), suffix=BUNDLE)


def _export(chosen: argparse.Namespace, said: Voice) -> int:
    _require_free(chosen.bundle)
    key, certificates = load_identity(chosen.folder)
    with Replica.open(chosen.folder / RECORD, read_only=True) as replica:
        digest = write_bundle(
            chosen.bundle,
            entries=replica.everything(),
            elections={},
            signer=key,
            certificates=certificates,
        )
    print(said.say("sync.exported", path=str(chosen.bundle), digest=digest))
    return 0


def _evidence(chosen: argparse.Namespace, said: Voice) -> int:
    """One file for each fork; it holds nothing of anybody's vote."""
    with Replica.open(chosen.folder / RECORD, read_only=True) as replica:
        entries = list(replica.everything())
        openings = {e.header.segment: e for e in entries if e.header.number == 0}
        session = fold(entries)
    make_empty(chosen.out)
    for number, fork in enumerate(session.forks, 1):
        path = chosen.out / f"fork-{number}{EVIDENCE}"
        keep(path, evidence(fork.proof, openings[fork.segment]))
        print(f"urna verify {path}")
    print(said.say("sync.evidence", n=len(session.forks), path=str(chosen.out)))
    return 0


def _receipts(device: Device, said: Voice) -> Iterator[str]:
    """What this device has signed for, if it is a hub."""
    me = device.key.public.hex()
    for kept in device.session().kept:
        if kept.device == me:
            yield said.say("sync.hub.signed", n=kept.size)


def _import(chosen: argparse.Namespace, said: Voice) -> int:
    """Add, then start the device: it writes what is due, which the others wait for."""
    with held(chosen.folder):
        with Replica.open(chosen.folder / RECORD) as replica:
            came = import_into(replica, chosen.bundle)
        with started(chosen.folder) as device:
            if role_of(chosen.folder) is Role.FACILITATOR:
                settle(device)
            finish(device)
            news = [*closing_news(device.session(), said), *_receipts(device, said)]
    print(said.say("sync.imported", path=str(chosen.bundle), new=came.new, known=came.known))
    for line in news:
        print(line)
    return 0
