# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every kiosk carries into the room: the public half of the preparation.

Nothing here is secret: the assembly's document, the trustees' public keys, and for each
election (the planned ones first, then the spare ones) the roll of public credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from ballots.assembly import Assembly, Poll
from ballots.ballot_paper import asks, questions_of
from ballots.documents import read_assembly, rule_hash
from ballots.election.errors import ElectionRefused
from ballots.election.groups.modp import ModularPower
from ballots.election.groups.named import group_named
from ballots.election.sealed.size import largest_ballot
from ballots.election.setup import Setup
from ballots.record.roster import assembly_id
from ballots.record.shapes import MAX_BODY
from ballots.session import PollState
from kiosk.errors import KioskProblem, KioskRefused
from sync.durable import keep


@dataclass(frozen=True)
class Prepared:
    """`rolls` maps an election's uuid to the exact bytes of its list of public credentials.

    `devices` are the keys (hex, sorted) of the devices that were prepared; others may be enrolled
    later, and the record tells which.
    """

    root: bytes
    group: str
    document: bytes
    trustees: bytes
    rolls: Mapping[str, bytes]
    devices: tuple[str, ...] = ()

    @cached_property
    def assembly_id(self) -> str:
        """The assembly's id: it names the root key (RECORD.md)."""
        return assembly_id(self.root)

    @cached_property
    def assembly(self) -> Assembly:
        """What the assembly is about."""
        return read_assembly(self.document)

    @cached_property
    def planned(self) -> Mapping[str, str]:
        """Id of each planned poll → uuid of the election set up for it."""
        return dict(zip((poll.id for poll in self.assembly.polls), self.rolls, strict=False))

    @cached_property
    def spare(self) -> tuple[str, ...]:
        """Uuids of the elections for questions that are born in the room."""
        return tuple(self.rolls)[len(self.assembly.polls) :]

    def bound_to(self, uuid: str, rule: str) -> dict[str, str]:
        """What an election's fingerprint binds besides its questions: our part of its JSON."""
        return {
            "assembly": self.assembly_id,
            "document": sha256(self.document).hexdigest(),
            "rule": rule,
            "roll": sha256(self.rolls[uuid]).hexdigest(),
            "devices": " ".join(self.devices),
        }

    def setup(self, state: PollState, power: ModularPower = pow) -> Setup:
        """What an opened poll's election stands on, as this device was prepared for it.

        Raises:
            KioskRefused: `unfit-election`, when it asks something else than the poll, has another
                key or roll, or is bound to another assembly: no booth may seal a vote for it.
        """
        try:
            setup = Setup.read(state.election, self.trustees, self.rolls[state.uuid], power)
        except (ElectionRefused, KeyError) as error:
            raise KioskRefused(KioskProblem.UNFIT_ELECTION, poll=state.poll.id) from error
        fits = asks(setup.questions, state.poll, self.assembly.languages[0])
        bound = self.bound_to(state.uuid, rule_hash(state.poll))
        if not fits or setup.election.x_assembly != bound:
            raise KioskRefused(KioskProblem.UNFIT_ELECTION, poll=state.poll.id)
        return setup

    def parts(self) -> dict[str, bytes]:
        """What is copied to every kiosk, by its place in a folder."""
        rolls = {
            f"rolls/{number:02}-{uuid}.json": roll
            for number, (uuid, roll) in enumerate(self.rolls.items())
        }
        return {
            "root.pub": f"{self.root.hex()}\n".encode("ascii"),
            "group": f"{self.group}\n".encode("ascii"),
            "assembly.json": self.document,
            "trustees.json": self.trustees,
            "devices": "".join(f"{device}\n" for device in self.devices).encode("ascii"),
            **rolls,
        }

    def save(self, folder: Path) -> None:
        """Write the folder that is copied to every kiosk; it must not exist yet."""
        (folder / "rolls").mkdir(parents=True)
        for name, content in self.parts().items():
            keep(folder / name, content)


def require_room(poll: Poll, group: str, language: str) -> None:
    """Refuses a poll whose ballots could be too large for an entry of the record."""
    size = largest_ballot(group_named(group), questions_of(poll, language))
    if size > MAX_BODY:
        raise KioskRefused(KioskProblem.PAPER_TOO_LARGE, poll=poll.id, size=size, most=MAX_BODY)


def load_prepared(folder: Path) -> Prepared:
    """Read what `Prepared.save` wrote; refuses a folder that is not whole."""
    try:
        files = (path for path in folder.rglob("*") if path.is_file())
        return read_parts({str(path.relative_to(folder)): path.read_bytes() for path in files})
    except (OSError, ValueError, KeyError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(folder)) from error


def read_parts(parts: Mapping[str, bytes]) -> Prepared:
    """What `Prepared.parts` gave (KeyError or ValueError for what is not whole)."""
    rolls = sorted(name for name in parts if name.startswith("rolls/"))
    if not rolls:
        raise KeyError("rolls")
    return Prepared(
        root=bytes.fromhex(parts["root.pub"].decode("ascii")),
        group=parts["group"].decode("ascii").strip(),
        document=parts["assembly.json"],
        trustees=parts["trustees.json"],
        rolls={Path(name).stem.partition("-")[2]: parts[name] for name in rolls},
        devices=tuple(parts["devices"].decode("ascii").split()),
    )
