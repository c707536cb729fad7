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

from ballots.assembly import Assembly
from ballots.documents import read_assembly
from ballots.record.roster import assembly_id
from kiosk.errors import KioskProblem, KioskRefused


@dataclass(frozen=True)
class Prepared:
    """`rolls` maps an election's uuid to the exact bytes of its list of public credentials."""

    root: bytes
    group: str
    document: bytes
    trustees: bytes
    rolls: Mapping[str, bytes]

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
        }

    def save(self, folder: Path) -> None:
        """Write the folder that is copied to every kiosk; it must not exist yet."""
        (folder / "rolls").mkdir(parents=True)
        (folder / "root.pub").write_text(self.root.hex() + "\n", encoding="ascii")
        (folder / "group").write_text(self.group + "\n", encoding="ascii")
        (folder / "assembly.json").write_bytes(self.document)
        (folder / "trustees.json").write_bytes(self.trustees)
        for number, (uuid, roll) in enumerate(self.rolls.items()):
            (folder / "rolls" / f"{number:02}-{uuid}.json").write_bytes(roll)


def load_prepared(folder: Path) -> Prepared:
    """Read what `Prepared.save` wrote; refuses a folder that is not whole."""
    try:
        rolls = sorted((folder / "rolls").iterdir())
        return Prepared(
            root=bytes.fromhex((folder / "root.pub").read_text(encoding="ascii")),
            group=(folder / "group").read_text(encoding="ascii").strip(),
            document=(folder / "assembly.json").read_bytes(),
            trustees=(folder / "trustees.json").read_bytes(),
            rolls={path.stem.partition("-")[2]: path.read_bytes() for path in rolls},
        )
    except (OSError, ValueError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(folder)) from error
