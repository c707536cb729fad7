# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts at home: what a bundle, a published list or a proof file says of one.

Only a bundle proves all by itself. Of a list and of a proof the roots, and the assembly's id,
are to be compared with the minutes, which are on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ballots.checks import Check
from ballots.receipts.audit import Answer, answered, counted_check, sealed_check, trace
from ballots.receipts.code import Code
from ballots.receipts.errors import ReceiptRefused
from ballots.receipts.held import Voucher
from ballots.receipts.listing import CountedReceipts, audit_sidecar
from ballots.receipts.proof import Proof, read_proof
from ballots.record.entry import Entry
from ballots.session import Session
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.published_list import ListedPoll, read_list
from sync.durable import keep

LIST, PROOF = ".txt", ".urna-proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to look for besides: a receipt, and roots as they stand on the minutes (hex).

    `held` is what the receipt's second symbol says; only a bundle answers to it.
    """

    receipt: Code | None = None
    held: tuple[Voucher, ...] = ()
    roots: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.receipt is not None or bool(self.roots)


@dataclass(slots=True, kw_only=True)
class OnPaper:
    """What the minutes print of this too: the assembly's id, and by election each root (hex)."""

    assembly: str = ""
    roots: dict[str, str] = field(default_factory=dict)
    proof: Proof | None = None  # of the receipt that was asked for


def audit_bundle(  # noqa: PLR0913 - each is one part of the bundle
    session: Session,
    entries: Sequence[Entry],
    sidecar: bytes | None,
    archives: Mapping[str, str],
    trackers: Mapping[str, Sequence[str]],
    *,
    asked: Asked,
    paper: OnPaper,
) -> Iterator[Check]:
    """What a bundle whose record was audited says of receipts.

    `archives` and `trackers` are by uuid: SHA-256 in hex, and what each archive holds.
    """
    computed = {
        uuid: CountedReceipts.of(archives[uuid], trackers[uuid]) for uuid in sorted(trackers)
    }
    paper.assembly = session.assembly_id
    paper.roots = {uuid: each.root for uuid, each in computed.items()}
    yield from audit_sidecar(sidecar, computed)
    if asked.receipt is None:
        yield from printed(asked, paper.roots)
        return
    traced = trace(asked.receipt, session, entries, trackers, asked.held)
    yield from traced.checks
    paper.proof = traced.proof
    if traced.proof is not None:
        yield from printed(asked, paper.roots, traced.proof.election)


def audit_list(path: Path, asked: Asked, paper: OnPaper) -> Iterator[Check]:
    """What a published list says; it is the one that was counted if its roots are printed."""
    try:
        polls = read_list(path.read_bytes())
    except ReceiptRefused as refusal:
        yield _refused("list.form", refusal, f"line:{refusal.facts['line']}")
        return
    yield Check(name="list.form", passed=True, facts={"polls": len(polls)})
    for poll in polls:
        facts: dict[str, str | int] = {"election": poll.election, "receipts": len(poll.trackers)}
        if poll.computed != poll.root:
            yield answered("list.root", Answer.LIST_CHANGED, **facts)
            return
        yield Check(name="list.root", passed=True, facts={**facts, "root": poll.root})
    paper.roots = {poll.election: poll.root for poll in polls}
    if asked.receipt is None:
        yield from printed(asked, paper.roots)
    else:
        yield from _listed(polls, asked.receipt, asked)


def audit_proof(path: Path, asked: Asked, paper: OnPaper) -> Iterator[Check]:
    """What a proof file says; it is of this assembly if its id and its root are printed."""
    try:
        proof = read_proof(path.read_bytes())
    except ReceiptRefused as refusal:
        yield _refused("proof.form", refusal, str(refusal.facts["what"]))
        return
    facts = {"receipt": proof.tracker, "election": proof.election}
    yield Check(name="proof.form", passed=True, facts=facts)
    wanted = asked.receipt or Code(tracker=proof.tracker)
    if wanted.tracker != proof.tracker or wanted.election not in ("", proof.election):
        yield answered("receipt.known", Answer.OTHER_RECEIPT)
        return
    paper.assembly = proof.sealed.header.assembly
    paper.roots = {proof.election: proof.listed.root.hex()}
    paper.proof = proof
    yield Check(name="receipt.known", passed=True, facts={"election": proof.election})
    yield sealed_check(proof.sealed)
    yield counted_check(proof.listed)
    yield from printed(asked, paper.roots, proof.election)


def printed(asked: Asked, roots: Mapping[str, str], election: str = "") -> Iterator[Check]:
    """Whether the roots that were read from the minutes are here; one is that of `election`."""
    if not asked.roots:
        return
    here = set(asked.roots) <= set(roots.values())
    if here and (not election or roots[election] in asked.roots):
        facts: dict[str, str | int] = {"roots": len(set(asked.roots))}
        yield Check(name="receipts.printed", passed=True, facts=facts)
    else:
        yield answered("receipts.printed", Answer.OTHER_ROOT)


def write_proof(path: Path, proof: Proof) -> None:
    """Put a proof in a file; refused where it cannot be written."""
    try:
        keep(path, proof.encode())
    except OSError as error:
        raise KioskRefused(
            KioskProblem.FOLDER_NOT_WRITABLE, path=str(path), detail=error.strerror or ""
        ) from error


def _listed(polls: Sequence[ListedPoll], code: Code, asked: Asked) -> Iterator[Check]:
    chosen = [poll for poll in polls if code.election in ("", poll.election)]
    if not chosen:
        yield answered("receipt.known", Answer.OTHER_POLL)
        return
    poll = next(
        (each for each in chosen if code.tracker in (*each.trackers, *each.challenged)), None
    )
    if poll is None:
        yield answered("receipt.known", Answer.NOT_LISTED)
        return
    yield Check(name="receipt.known", passed=True, facts={"election": poll.election})
    if code.tracker not in poll.trackers:
        yield answered("receipt.counted", Answer.CHALLENGED)
        return
    place, of = poll.trackers.index(code.tracker) + 1, len(poll.trackers)
    facts: dict[str, str | int] = {"place": place, "of": of, "root": poll.root}
    yield Check(name="receipt.counted", passed=True, facts=facts)
    yield from printed(asked, {each.election: each.root for each in polls}, poll.election)


def _refused(name: str, refusal: ReceiptRefused, place: str) -> Check:
    return Check(
        name=name, passed=False, place=place, facts={"code": refusal.key, **refusal.facts}
    )
