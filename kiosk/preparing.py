# SPDX-License-Identifier: AGPL-3.0-or-later
"""Before the evening: root key, certificates, trustees, voting slips, rolls of every election."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ballots.assembly import Assembly
from ballots.documents import assembly_document
from ballots.election.election import BASE58, MIN_UUID
from ballots.election.groups.named import group_named
from ballots.election.roll import roll_document
from ballots.election.slip import Slip
from ballots.election.trustees.pedersen import ceremony
from ballots.election.trustees.share import TrusteeShare, make_single
from ballots.randomness import Randomness, uniform
from ballots.record.kinds import Role
from ballots.record.roster import assembly_id, certify
from ballots.signing import SecretKey
from kiosk.keys import new_key, save_key
from kiosk.passport import NETWORK
from kiosk.prepared import Prepared, require_room
from sync.durable import keep
from sync.network.certificates import pem, twin
from sync.replica import Replica


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Enrolled:
    """A device with its key and the certificate that the root key gave it."""

    name: str
    role: Role
    key: SecretKey
    certificates: tuple[bytes, ...]
    twins: tuple[bytes, ...]  # of the certificates, for the network

    def install(self, prepared: Prepared, folder: Path) -> None:
        """Lay down what this device needs: key, certificate, preparation, an empty record."""
        folder.mkdir(parents=True)
        save_key(self.key, folder / "device.key")
        chain = [certificate.decode() for certificate in self.certificates]
        keep(folder / "certificates.json", json.dumps(chain).encode())
        keep(folder / NETWORK, pem(self.twins).encode("ascii"))
        prepared.save(folder / "assembly")
        Replica.open(folder / "record.db", create=True).close()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Preparation:
    """All that is made before the evening; the secret parts go to paper and are then dropped."""

    prepared: Prepared
    root: SecretKey
    devices: tuple[Enrolled, ...]
    shares: tuple[TrusteeShare, ...]
    slips: tuple[Slip, ...]


def prepare(
    assembly: Assembly,
    *,
    group: str,
    slips: int,
    devices: Sequence[tuple[str, Role]],
    random: Randomness,
) -> Preparation:
    """Make everything that an assembly needs.

    `slips` is how many voting slips are printed; each serves every planned and spare election.
    Refuses a poll whose ballots would be too large for the record.
    """
    for poll in assembly.polls:
        require_room(poll, group, assembly.languages[0])
    root = new_key(random)
    assembly_name = assembly_id(root.public)
    arithmetic = group_named(group)
    if assembly.trustees == 1:
        trustees, share = make_single(arithmetic, random)
        shares: tuple[TrusteeShare, ...] = (share,)
    else:
        trustees, shares = ceremony(arithmetic, assembly.trustees, assembly.threshold, random)
    drawn = tuple(Slip.draw(random) for _ in range(slips))
    uuids = [draw_uuid(random) for _ in range(len(assembly.polls) + assembly.spare_elections)]
    rolls = {
        uuid: roll_document(slip.credential(uuid, arithmetic).public for slip in drawn)
        for uuid in uuids
    }
    enrolled = tuple(_enrol(root, assembly_name, name, role, random) for name, role in devices)
    prepared = Prepared(
        root=root.public,
        group=group,
        document=assembly_document(assembly),
        trustees=trustees,
        rolls=rolls,
        devices=tuple(sorted(each.key.public.hex() for each in enrolled)),
    )
    return Preparation(prepared=prepared, root=root, devices=enrolled, shares=shares, slips=drawn)


def _enrol(root: SecretKey, assembly: str, name: str, role: Role, random: Randomness) -> Enrolled:
    key = new_key(random)
    leads = role is Role.FACILITATOR
    certificate = certify(
        root, assembly=assembly, device=key.public, role=role, name=name, may_enrol=leads
    )
    twins = (twin(root, key.public, may_enrol=leads),)
    return Enrolled(name=name, role=role, key=key, certificates=(certificate,), twins=twins)


def draw_uuid(random: Randomness) -> str:
    """The name of a new election: some 82 random bits, so that it is that of no other."""
    return "".join(BASE58[uniform(random, len(BASE58))] for _ in range(MIN_UUID))
