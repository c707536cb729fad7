# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evenings that tests tell entry by entry, on devices whose keys are the same at every run."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256

from ballots import seal
from ballots.assembly import (
    AgendaItem,
    Assembly,
    Call,
    Majority,
    MajorityBase,
    Option,
    Poll,
    Question,
    Rule,
    Wording,
)
from ballots.assembly import (
    Kind as QuestionKind,
)
from ballots.documents import assembly_document, poll_document
from ballots.record.bodies import Challenge, Close, Final, Last, PollOpen, Slips
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.record.roster import assembly_id, certify
from ballots.record.segment import Segment
from ballots.session import CastBallot, PollState, Session, final_of, fold, receipt_of
from ballots.session.oddities import Oddity, OddityCode
from ballots.signing import SecretKey

UUID = "Examp1eExamp1e"
OTHER_UUID = "Secondexamp1es"


def key(name: str) -> SecretKey:
    return SecretKey.from_seed(sha256(name.encode()).digest())


ROOT = key("root")
ASSEMBLY = assembly_id(ROOT.public)


def poll(id_: str = "barri") -> Poll:
    options = (
        Option(id="yes", text=Wording({"ca": "Sí"})),
        Option(id="no", text=Wording({"ca": "No"})),
    )
    rule = Rule(majority=Majority(share=Fraction(1, 2), base=MajorityBase.VALID))
    question = Question(
        id=f"{id_}-1",
        kind=QuestionKind.YES_NO,
        text=Wording({"ca": "Fem la festa?"}),
        options=options,
        rule=rule,
    )
    return Poll(id=id_, title=Wording({"ca": "Votació d'exemple"}), questions=(question,))


def assembly(place: str = "Plaça d'exemple") -> Assembly:
    return Assembly(
        title=Wording({"ca": "Assemblea d'exemple"}),
        body=Wording({"ca": "Veïnat d'exemple"}),
        place=place,
        call=Call(
            convened_by="Junta d'exemple", convened_on="2026-11-01", first="2026-11-20T19:00"
        ),
        languages=("ca",),
        agenda=(AgendaItem(id="1", title=Wording({"ca": "Festa"})),),
        polls=(poll(),),
        chair="Veïna Exemple",
        secretary="Veí Exemple",
    )


def certificates(
    name: str, role: Role, root: SecretKey = ROOT, label: str | None = None
) -> list[bytes]:
    return [
        certify(
            root,
            assembly=assembly_id(root.public),
            device=key(name).public,
            role=role,
            name=label or name,
        )
    ]


def opened(
    name: str,
    role: Role,
    *,
    boot: int = 0,
    label: str | None = None,
    heads: Mapping[str, int] | None = None,
) -> Segment:
    """The segment of one start of the device `name`, which held so much then."""
    return Segment.open(
        key(name),
        certificates(name, role, label=label),
        ASSEMBLY,
        sha256(f"{name} {boot}".encode()).digest()[:16],
        dict(heads or {}),
        key(f"{name} segment {boot}"),
    )


def ballot_body(slip: str, choice: str = "", uuid: str = UUID) -> bytes:
    """Something in the outward form of a ballot."""
    body = {"election_uuid": uuid, "credential": f"slip-{slip}", "answers": [choice]}
    return json.dumps(body, separators=(",", ":")).encode()


def poll_open(uuid: str = UUID, *, name: str = "Elecció", at: str = "19:30") -> bytes:
    election = json.dumps({"name": name, "uuid": uuid})
    return PollOpen(
        at=at, election=election, poll=poll_document(poll()).decode(), uuid=uuid
    ).encode()


@dataclass
class Evening:
    """A facilitator, a desk and two booths, each with its running segment, and all entries."""

    entries: list[Entry] = field(default_factory=list)
    segments: dict[str, Segment] = field(default_factory=dict)

    def switch_on(self, name: str, role: Role, boot: int = 0) -> Segment:
        heads: dict[str, int] = {}
        for entry in self.entries if boot else ():
            header = entry.header
            heads[header.segment] = max(header.number, heads.get(header.segment, 0))
        segment = self.segments[name] = opened(name, role, boot=boot, heads=heads)
        self.entries.append(segment.first)
        return segment

    def write(self, name: str, kind: Kind, body: bytes, uuid: str = "") -> Entry:
        entry = self.segments[name].write(kind, body, uuid)
        self.entries.append(entry)
        return entry

    def cast(self, booth: str, slip: str, choice: str = "", uuid: str = UUID) -> Entry:
        return self.write(booth, Kind.BALLOT, ballot_body(slip, choice, uuid), uuid)

    def challenge(self, booth: str, ballot: Entry) -> Entry:
        spoiled = Challenge(ballot=(ballot.body or b"").decode(), opening="{}")
        return self.write(booth, Kind.CHALLENGE, spoiled.encode(), UUID)

    def close(self, at: str = "20:15") -> Entry:
        return self.write("Mesa", Kind.CLOSE, Close(at=at).encode(), UUID)

    def finish(self, *names: str) -> None:
        for name in names:
            device = key(name).public.hex()
            self.write(name, Kind.FINAL, final_of(self.entries, device, UUID).encode(), UUID)

    def acknowledge(self, hub: str) -> Entry:
        """A hub signs for all that there is."""
        receipt = receipt_of(self.entries)
        assert receipt
        return self.write(hub, Kind.HUB_RECEIPT, receipt.encode())

    def sign(self, name: str, kind: Kind = Kind.COSIGN) -> Entry:
        """Seal, or cosign what is sealed or could be."""
        state = self.session.polls[UUID]
        checkpoint = state.seal.checkpoint if state.seal else state.checkpoint
        assert checkpoint
        return self.write(name, kind, seal.sign(checkpoint.text, key(name)), UUID)

    @property
    def session(self) -> Session:
        return fold(self.entries)

    @property
    def codes(self) -> list[OddityCode]:
        return [oddity.code for oddity in self.session.oddities]


BOOTHS = ("Cabina 1", "Cabina 2")


def evening(*, printed: int = 20) -> Evening:
    """Everyone is switched on, the assembly is on record and a poll is open."""
    told = Evening()
    told.switch_on("Mesa", Role.FACILITATOR)
    told.switch_on("Taula", Role.DESK)
    for booth in BOOTHS:
        told.switch_on(booth, Role.BOOTH)
    told.write("Mesa", Kind.ASSEMBLY, assembly_document(assembly()))
    told.write("Mesa", Kind.SLIPS_PRINTED, Slips(count=printed).encode())
    told.write("Mesa", Kind.POLL_OPEN, poll_open(), UUID)
    return told


def final(lines: Mapping[str, tuple[int, int]]) -> bytes:
    """The body of a final that says of each segment its last number and its ballots."""
    segments = tuple(
        Last(segment=segment, number=number, count=count)
        for segment, (number, count) in sorted(lines.items())
    )
    return Final(segments=segments).encode()


def slips_of(ballots: Iterable[CastBallot]) -> list[str]:
    return sorted(ballot.credential for ballot in ballots)


def tracker_of(ballot: Entry) -> str:
    return b64encode(bytes.fromhex(ballot.header.body_hash)).decode().rstrip("=")


def odd(code: OddityCode, **facts: str | int) -> Oddity:
    return Oddity(code=code, facts=facts)


def without(told: Evening, body: bytes) -> Entry:
    """Takes the entry with this body out of the record."""
    missing = next(entry for entry in told.entries if entry.body == body)
    told.entries.remove(missing)
    return missing


def poll_of(told: Evening) -> PollState:
    return told.session.polls[UUID]
