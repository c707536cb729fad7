# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of the ballot of one receipt: is it known, is it sealed, was it counted.

For a record that was audited (`ballots.audit`); what is said of a list or of a proof alone is
said with the same checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ballots.checks import Check
from ballots.receipts.code import Code
from ballots.receipts.held import Holding, Voucher
from ballots.receipts.inclusion import Inclusion, audit_path
from ballots.receipts.listing import Listed
from ballots.receipts.proof import Proof
from ballots.record import bodies
from ballots.record.entry import Entry
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Kind
from ballots.seal import gathered, read_note, read_seal
from ballots.session import CastBallot, PollState, Session
from ballots.session.state import Seal


class Answer(StrEnum):
    """Why a receipt is not that of a counted ballot; `verify.receipt.<value>` says it."""

    UNKNOWN = "unknown"  # nothing here has this code
    MISSING = "missing"  # likewise, but devices of the assembly signed that they held it
    NOT_SIGNED = "not-signed"  # none of the signatures is on this ballot by a device from here
    OTHER_POLL = "other-poll"  # its QR symbol names a poll that is not here
    LATE = "late"
    CONTESTED = "contested"
    CHALLENGED = "challenged"
    SET_ASIDE = "set-aside"  # the same slip was used for another ballot, which counts
    REFUSED = "refused"  # the election does not take it
    OTHER_RECEIPT = "other-receipt"  # a proof, but of another receipt
    OTHER_ROOT = "other-root"  # not the root that was printed
    NOT_LISTED = "not-listed"  # a list that has no such code
    LIST_CHANGED = "list-changed"  # a list that does not come to its own root


NOWHERE = frozenset(f"verify.receipt.{each}" for each in (Answer.UNKNOWN, Answer.OTHER_POLL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """The checks in order, the last one being the first that failed; else the proof."""

    checks: tuple[Check, ...]
    proof: Proof | None = None


def answered(name: str, answer: Answer, **facts: str | int) -> Check:
    """A check that failed, with its reason."""
    return Check(name=name, passed=False, facts={"code": f"verify.receipt.{answer}", **facts})


def trace(
    code: Code,
    session: Session,
    entries: Sequence[Entry],
    counted: Mapping[str, Sequence[str]],
    vouchers: Sequence[Voucher] = (),
) -> Traced:
    """Follow a receipt through a record.

    Args:
        code: of the receipt.
        session: the state that `entries` come to.
        entries: the record.
        counted: by election the trackers in its archive.
        vouchers: of the receipt's second symbol; if there are any, they are looked at first.
    """
    if not vouchers:
        return _traced(code, session, entries, counted)
    held = held_check(code, session, vouchers)
    if not held.passed:
        return Traced(checks=(held,))
    traced = _traced(code, session, entries, counted)
    if traced.checks[-1].facts.get("code") in NOWHERE:
        missing = answered("receipt.known", Answer.MISSING, devices=held.facts["devices"])
        return Traced(checks=(held, missing))
    return Traced(checks=(held, *traced.checks), proof=traced.proof)


def held_check(code: Code, session: Session, vouchers: Sequence[Voucher]) -> Check:
    """That devices of the record, of those not revoked, signed that they held the ballot."""
    devices = sorted(session.devices.keys() - session.revoked)
    for election in [code.election] if code.election else sorted(session.polls):
        holding = Holding(assembly=session.assembly_id, election=election, tracker=code.tracker)
        if signers := holding.signers(vouchers, devices):
            names = ", ".join(sorted(session.devices[device].name for device in signers))
            facts: dict[str, str | int] = {"signers": len(signers), "of": len(vouchers)}
            return Check(name="receipt.held", passed=True, facts={**facts, "devices": names})
    return answered("receipt.held", Answer.NOT_SIGNED)


def _traced(
    code: Code,
    session: Session,
    entries: Sequence[Entry],
    counted: Mapping[str, Sequence[str]],
) -> Traced:
    if code.election and code.election not in session.polls:
        return Traced(checks=(answered("receipt.known", Answer.OTHER_POLL),))
    chosen = [code.election] if code.election else session.polls
    found = [session.polls[uuid] for uuid in chosen if code.tracker in _known(session.polls[uuid])]
    if not found:
        return Traced(checks=(answered("receipt.known", Answer.UNKNOWN),))
    state = found[0]
    known = Check(name="receipt.known", passed=True, facts={"election": state.uuid})
    ballot = next((each for each in state.ballots if each.tracker == code.tracker), None)
    if ballot is None:
        return Traced(checks=(known, _outside(state, code.tracker)))
    inclusion = include(session, entries, state, ballot)
    listed = sorted(counted.get(state.uuid, ()))
    if code.tracker not in listed:
        answer = answered("receipt.counted", _left_out(state, ballot, listed))
        return Traced(checks=(known, sealed_check(inclusion), answer))
    proof = Proof(sealed=inclusion, listed=Listed.among(listed, code.tracker))
    return Traced(
        checks=(known, sealed_check(inclusion), counted_check(proof.listed)), proof=proof
    )


def sealed_check(inclusion: Inclusion) -> Check:
    """That the ballot is under the seal, and whose."""
    return Check(
        name="receipt.sealed",
        passed=True,
        facts={
            "path": len(inclusion.path),
            "size": inclusion.size,
            "signers": len(inclusion.cosigners),
            "devices": ", ".join(sorted(each.name for each in inclusion.cosigners)),
        },
    )


def counted_check(listed: Listed) -> Check:
    """That the ballot is among those that were counted, and where in the list."""
    return Check(
        name="receipt.counted",
        passed=True,
        facts={"place": listed.index + 1, "of": listed.size, "root": listed.root.hex()},
    )


def include(
    session: Session, entries: Iterable[Entry], state: PollState, ballot: CastBallot
) -> Inclusion:
    """The path from a ballot of `state.ballots` to the seal of the poll, with all signatures.

    Raises:
        ReceiptRefused: `proof`, for a record that does not bear its seal out.
    """
    seal = state.seal
    assert seal is not None, "asked of a poll that was audited"
    cut, everything = seal.checkpoint.cut, list(entries)
    under = sorted(
        (each for each in everything if each.header.number <= cut.get(each.header.segment, -1)),
        key=lambda each: (each.header.segment, each.header.number),
    )
    leaves = [entry.id for entry in under]
    index = leaves.index(bytes.fromhex(ballot.entry))
    note = gathered(_notes(session, everything, state, seal))
    signers = {device[:16]: device for device in seal.cosigned}
    chains = _chains(everything)
    return Inclusion(
        header_bytes=under[index].header_bytes,
        signature=under[index].signature,
        path=audit_path(leaves, index),
        note=note,
        certificates=tuple(
            chains[signers[line.name.rpartition("/")[2]]] for line in read_note(note).signatures
        ),
    )


def _notes(
    session: Session, entries: Iterable[Entry], state: PollState, seal: Seal
) -> Iterator[bytes]:
    """The seal and its cosignatures, each as its device wrote it."""
    writers = {s: id_ for id_ in seal.cosigned for s in session.devices[id_].segments}
    for entry in entries:
        header, body = entry.header, entry.body or b""
        if (
            header.kind in (Kind.SEAL, Kind.COSIGN)
            and header.poll == state.uuid
            and header.segment in writers
            and _is_of(body, writers[header.segment], seal)
        ):
            yield body


def _is_of(body: bytes, device: str, seal: Seal) -> bool:
    try:
        return read_seal(body, bytes.fromhex(device)) == seal.checkpoint
    except RecordRefused:
        return False


def _chains(entries: Iterable[Entry]) -> dict[str, tuple[bytes, ...]]:
    """The certificates of each device, as it showed them first."""
    chains: dict[str, tuple[bytes, ...]] = {}
    for entry in entries:
        if entry.header.kind is Kind.OPEN_SEGMENT:
            opening = bodies.read(entry.body, bodies.OpenSegment).opening
            chain = tuple(link.encode() for link in opening.certificates)
            chains.setdefault(opening.device, chain)
    return chains


def _known(state: PollState) -> set[str]:
    ballots = (*state.ballots, *state.late, *state.contested)
    return {ballot.tracker for ballot in ballots} | state.challenged


def _outside(state: PollState, tracker: str) -> Check:
    """What to say of a tracker that is known, but is none of the sealed ballots."""
    if tracker in state.challenged:
        return answered("receipt.counted", Answer.CHALLENGED)
    late = tracker in {ballot.tracker for ballot in state.late}
    return answered("receipt.sealed", Answer.LATE if late else Answer.CONTESTED)


def _left_out(state: PollState, ballot: CastBallot, listed: Sequence[str]) -> Answer:
    """Why a sealed ballot was not counted."""
    if ballot.tracker in state.challenged:
        return Answer.CHALLENGED
    counted = set(listed)
    used = {each.credential for each in state.ballots if each.tracker in counted}
    return Answer.SET_ASIDE if ballot.credential in used else Answer.REFUSED
