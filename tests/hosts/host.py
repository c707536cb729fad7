# SPDX-License-Identifier: AGPL-3.0-or-later
"""One kiosk of a hall: the product's device and node, played through a pipe.

python -m tests.hosts.host FOLDER
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any

from ballots.documents import assembly_document
from ballots.merge import merge
from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.session import PollStage, lacking
from kiosk.demo.hands import Answer, Deeds, serve
from kiosk.device import Device
from kiosk.facilitator import Facilitator
from kiosk.hub import to_sign_for
from kiosk.node import Node
from sync.merging import Merged
from tests.told_evenings import UUID, assembly, ballot_body, key, poll_open

LONG = 60.0  # seconds: never waited for unless something is broken


class Kiosk:
    """What a play may ask of a host."""

    def __init__(self, folder: Path) -> None:
        self.device = Device(folder, urandom)
        self.held = len(self.device.replica)
        self.device.replica.watch(self._count)
        self.node = Node(self.device)
        self.facilitator = Facilitator(self.device, lambda: "19:30")

    def deeds(self) -> Deeds:
        """By name; each takes its facts by name."""
        acts = (
            *(self.join, self.meet, self.alone, self.look, self.open, self.cast, self.note),
            *(
                self.reach,
                self.close,
                self.seal,
                self.revoke,
                self.poll,
                self.spent,
                self.stop,
                self.sign,
                self.take,
                self.who,
                self.kept,
                self.doubled,
            ),
        )
        return {act.__name__: _by_name(act) for act in acts}

    def join(self) -> Answer:
        """Be on the network; at which port."""
        return {"port": self.node.join()}

    def meet(self, n: int) -> Answer:
        """Wait until so many others are there; after how long."""
        return self._after(lambda: len(self.node.peers()) >= n)

    def alone(self) -> Answer:
        """Wait until nobody else is there."""
        return self._after(lambda: not self.node.peers())

    def look(self) -> Answer:
        """What is held."""
        replica = self.device.replica
        tips = repr(sorted(replica.tips().items()))
        return {
            "entries": len(replica),
            "tips": sha256(tips.encode()).hexdigest(),
            "peers": len(self.node.peers()),
            "forks": len(replica.frozen()),
        }

    def open(self) -> Answer:
        """Open the poll."""
        self.device.write(Kind.ASSEMBLY, assembly_document(assembly()))
        self.device.write(Kind.POLL_OPEN, poll_open(), UUID)
        return {}

    def cast(self, slip: str, choice: str = "", n: int = 0) -> Answer:
        """Take a ballot; seconds until so many others hold it."""
        body = ballot_body(slip, choice)
        return self._held(lambda: self.device.write(Kind.BALLOT, body, UUID), n)

    def take(self, slip: str) -> Answer:
        """Have a slip in hand, or none; who has it already, and after how long that is known."""
        begun = time.monotonic()
        if not slip:
            self.node.put_back()
            return {}
        by = self.node.reserve(sha256(slip.encode()).digest())
        return {"by": by, "seconds": time.monotonic() - begun}

    def who(self) -> Answer:
        """Which device this is."""
        return {"device": self.device.key.public.hex()}

    def doubled(self) -> Answer:
        """Wait until some device is there twice; which."""
        return {
            **self._after(lambda: bool(self.node.doubled())),
            "devices": sorted(self.node.doubled()),
        }

    def kept(self) -> Answer:
        """Wait until hubs have signed for all that was there when this was asked."""
        heads = to_sign_for(self.device)

        def signed() -> bool:
            session = self.device.session()
            return any(not lacking(each, session, heads) for each in session.kept)

        return self._after(signed)

    def sign(self, slip: str) -> Answer:
        """Take a ballot as for a receipt: who else holds it, and whose signatures came."""
        begun = time.monotonic()
        entry = self.device.write(Kind.BALLOT, ballot_body(slip), UUID)
        others = self.node.others(entry.header.segment, entry.header.number)
        holding = Holding.of(entry)
        return {
            "seconds": time.monotonic() - begun,
            "holders": others.number,
            "signed": sum(
                holding is not None and holding.is_signed_by(device, signature)
                for device, signature in others.signatures.items()
            ),
        }

    def note(self, count: int, size: int = 200, n: int = 0) -> Answer:
        """Write so much at once, of no meaning; seconds until so many others hold the last."""

        def write() -> Entry:
            with self.device.alone():
                segment = self.device.segment
                is_booth = segment.certificate.role is Role.BOOTH
                kind, poll = (Kind.BALLOT, UUID) if is_booth else (Kind.NOTE, "")
                notes = [segment.write(kind, urandom(size), poll) for _ in range(count)]
                self.device.replica.add(notes)
            return notes[-1]

        return self._held(write, n)

    def reach(self, entries: int) -> Answer:
        """Wait until so many entries are held; after how long."""

        return self._after(lambda: self.held >= entries)

    def close(self) -> Answer:
        """Close the poll."""
        self.facilitator.close_poll(UUID)
        return {}

    def seal(self) -> Answer:
        """Seal it as soon as everybody has finished."""

        def stage() -> PollStage:
            return self.device.session().polls[UUID].stage

        self.node.wait_for(lambda: stage() is PollStage.FINISHED, LONG)
        self.facilitator.seal_poll(UUID)
        return self._after(lambda: stage() is PollStage.SEALED)

    def revoke(self, name: str) -> Answer:
        """Take a device out; whether that is in force."""
        return {"done": self.facilitator.revoke(key(name).public.hex())}

    def poll(self) -> Answer:
        """What has become of it."""
        session = self.device.session()
        state = session.polls[UUID]
        counted = merge(state, lambda _: True).counted
        return {
            "stage": state.stage,
            "seal": state.seal.checkpoint.text if state.seal else "",
            "counted": sorted(ballot.credential for ballot in counted),
            "trackers": sorted(ballot.tracker for ballot in counted),
            "late": len(state.late),
            "oddities": sorted({oddity.code for oddity in session.oddities}),
        }

    def spent(self) -> Answer:
        """Seconds of processor, and megabytes at most."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {"cpu": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss // 1024}

    def stop(self) -> Answer:
        """Leave."""
        self.node.stop()
        self.device.close()
        return {}

    def _count(self, merged: Merged) -> None:
        """Counted here, since to ask the record at each event would cost what is measured."""
        self.held += merged.new

    def _held(self, write: Callable[[], Entry], n: int) -> Answer:
        begun = time.monotonic()
        entry = write()
        self.node.wait_held(entry, n, LONG)
        return {
            "seconds": time.monotonic() - begun,
            "holders": self.node.others_holding(entry),
        }

    def _after(self, state: Callable[[], bool]) -> Answer:
        begun = time.monotonic()
        holds = self.node.wait_for(state, LONG)
        return {"seconds": time.monotonic() - begun, "holds": holds}


def _by_name(act: Callable[..., Answer]) -> Callable[[Mapping[str, Any]], Answer]:
    return lambda request: act(**{name: fact for name, fact in request.items() if name != "do"})


if __name__ == "__main__":
    serve(Kiosk(Path(sys.argv[1])).deeds(), sys.stdin, sys.stdout)
