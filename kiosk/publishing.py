# SPDX-License-Identifier: AGPL-3.0-or-later
"""The end of the evening: weigh, bundle, print the minutes. Nothing is published in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ballots.balance import Balance
from ballots.election.sealed.spoilt import SUFFIX
from ballots.merge import Merged, weigh
from ballots.receipts.listing import CountedReceipts, Sidecar
from ballots.record import bodies
from ballots.record.kinds import Kind
from ballots.session import Session
from kiosk import reporting
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import voice
from kiosk.keys import write_secret
from kiosk.tallying import Counted
from kiosk.tracker_list import tracker_list
from printouts import minutes
from printouts.proceedings import HeldIn, Minutes
from sync.bundle import write_bundle
from sync.durable import keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What lies in the folder; `bundle` is the SHA-256 of `bundle.urna` in hex."""

    bundle: str
    minutes: Minutes


def require_balance(session: Session, merged: Sequence[Merged], language: str) -> Balance:
    """The balance of the evening; refused, with the first sum that does not agree."""
    weighed = weigh(session, merged)
    if not weighed.holds:
        first = weighed.breaches[0]
        line = voice(language).say(first.code, **first.facts)
        raise KioskRefused(KioskProblem.BALANCE, line=line.rstrip("."))
    return weighed


def publish(
    device: Device, counted: Sequence[Counted], folder: Path, *, held_in: HeldIn, language: str
) -> Published:
    """Write archives, bundle and both minutes; refused, with nothing written, on a breach.

    `elections/<uuid>.bel` and `.spoilt.json` (`ballots.election.sealed.spoilt`), `bundle.urna`,
    `trackers.txt` (for residents with a receipt), `minutes.pdf` (with names, for the book of
    minutes) and `minutes-public.pdf`, whose hashes go on record.
    """
    weighed = require_balance(device.session(), [each.merged for each in counted], language)
    archives = {each.state.uuid: each.archive for each in counted}
    (folder / "elections").mkdir(parents=True, exist_ok=True)
    for uuid, archive in archives.items():
        keep(folder / "elections" / f"{uuid}.bel", archive)
    for each in counted:
        keep(folder / "elections" / f"{each.state.uuid}{SUFFIX}", each.spoilt)
    bundle = write_bundle(
        folder / "bundle.urna",
        entries=device.replica.everything(),
        elections=archives,
        signer=device.key,
        sidecar=_sidecar(counted).encode(),
        withhold=True,
        certificates=device.certificates,
    )
    facts = reporting.minutes(
        device, counted, weighed, bundle=bundle, language=language, held_in=held_in
    )
    say = voice(language).say
    full = minutes.pdf(facts, say, public=False)
    public = minutes.pdf(facts, say, public=True)
    keep(folder / "trackers.txt", tracker_list(counted, language).encode())
    write_secret(folder / "minutes.pdf", full)
    keep(folder / "minutes-public.pdf", public)
    hashes = bodies.Minutes(full=sha256(full).hexdigest(), public=sha256(public).hexdigest())
    device.write(Kind.MINUTES, hashes.encode())
    return Published(bundle=bundle, minutes=facts)


def _sidecar(counted: Sequence[Counted]) -> Sidecar:
    """The roots of the receipts, for the bundle."""
    return Sidecar(
        elections={
            each.state.uuid: CountedReceipts.of(
                sha256(each.archive).hexdigest(),
                [ballot.tracker for ballot in each.merged.counted],
            )
            for each in counted
        }
    )
