# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of a receipt: each end has its own answer, and none shows another's code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballots import seal
from ballots.checks import Check
from ballots.receipts.audit import held_check, include, trace
from ballots.receipts.code import Code
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.held import Holding, Voucher
from ballots.receipts.inclusion import Inclusion
from ballots.receipts.listing import Listed, root_of
from ballots.receipts.proof import Proof, read_proof
from ballots.record.kinds import Kind, Role
from ballots.seal import merkle_root
from tests.counted_evenings import ONE
from tests.sealed_receipts import receipts
from tests.told_evenings import (
    ASSEMBLY,
    OTHER_UUID,
    UUID,
    certificates,
    evening,
    key,
    opened,
    tracker_of,
)

NOBODY = "A" * 43


def ends(name: str) -> list[tuple[str, bool, object]]:
    return [(c.name, c.passed, c.facts.get("code")) for c in receipts().trace(name).checks]


def test_a_counted_ballot_is_known_sealed_and_counted_with_its_place() -> None:
    known, sealed, counted = receipts().trace("counted").checks
    assert known == Check(name="receipt.known", passed=True, facts={"election": UUID})
    told = receipts().told
    checkpoint = told.session.polls[UUID].seal
    assert checkpoint is not None
    assert sealed.facts == {
        "path": 4,
        "size": checkpoint.checkpoint.size,
        "signers": 3,
        "devices": "Cabina 1, Cabina 2, Mesa",
    }
    listed = sorted(receipts().counted[UUID])
    assert counted.facts == {
        "place": listed.index(receipts().trackers["counted"]) + 1,
        "of": len(listed),
        "root": root_of(listed).hex(),
    }


def test_a_slip_used_twice_counts_once_and_the_other_ballot_was_set_aside() -> None:
    pair = {name: ends(name)[-1] for name in ("one-copy", "other-copy")}
    assert sorted(pair.values(), key=str) == [
        ("receipt.counted", False, "verify.receipt.set-aside"),
        ("receipt.counted", True, None),
    ]
    for name in pair:
        assert ends(name)[1][:2] == ("receipt.sealed", True)


@pytest.mark.parametrize(
    ("name", "checks", "answer"),
    [
        ("challenged", ["receipt.known", "receipt.counted"], "challenged"),
        ("copied", ["receipt.known", "receipt.sealed", "receipt.counted"], "challenged"),
        ("refused", ["receipt.known", "receipt.sealed", "receipt.counted"], "refused"),
        ("late", ["receipt.known", "receipt.sealed"], "late"),
    ],
)
def test_what_does_not_count_says_why(name: str, checks: list[str], answer: str) -> None:
    told = ends(name)
    assert [each[0] for each in told] == checks
    assert all(passed for _, passed, _ in told[:-1])
    assert told[-1][1:] == (False, f"verify.receipt.{answer}")
    assert receipts().trace(name).proof is None


def test_a_ballot_of_a_device_that_was_tampered_with_says_so() -> None:
    told = evening()
    kept = told.cast(ONE, "a")
    told.entries.append(opened(ONE, Role.BOOTH).write(Kind.BALLOT, b"rival", UUID))
    traced = trace(Code(tracker=tracker_of(kept)), told.session, told.entries, {})
    assert traced.checks[-1].facts == {"code": "verify.receipt.contested"}


def test_a_code_that_nobody_knows_is_unknown() -> None:
    (check,) = receipts().trace(tracker=NOBODY).checks
    assert (check.name, check.facts["code"]) == ("receipt.known", "verify.receipt.unknown")


def test_a_symbol_names_its_poll() -> None:
    assert receipts().trace("counted", election=UUID).checks[-1].passed
    (check,) = receipts().trace("counted", election=OTHER_UUID).checks
    assert (check.name, check.facts["code"]) == ("receipt.known", "verify.receipt.other-poll")


def test_no_answer_shows_the_code_of_another_receipt() -> None:
    for name, own in receipts().trackers.items():
        said = str(receipts().trace(name).checks)
        others = {*receipts().trackers.values()} - {own}
        assert not any(other in said for other in others)


# --- the proof ---------------------------------------------------------------------------------


def changed(proof: Proof, **facts: object) -> Inclusion:
    return replace(proof.sealed, **facts)  # type: ignore[arg-type]  # the tests mix fields


def refused(**facts: object) -> object:
    with pytest.raises(ReceiptRefused) as caught:
        changed(receipts().proof(), **facts)
    assert caught.value.code is ReceiptProblem.PROOF
    return caught.value.facts["what"]


def test_a_proof_is_a_few_kilobytes_and_reads_as_it_was_written() -> None:
    proof = receipts().proof()
    assert len(proof.encode()) < 5_000
    assert read_proof(proof.encode()) == proof
    assert (proof.election, proof.tracker) == (UUID, receipts().trackers["counted"])


def test_every_sealed_ballot_has_its_path_and_its_place_follows_from_the_seal() -> None:
    told, session = receipts().told, receipts().told.session
    state = session.polls[UUID]
    cut = state.checkpoint.cut if state.checkpoint else {}
    ordered = sorted(
        (e for e in told.entries if e.header.number <= cut.get(e.header.segment, -1)),
        key=lambda e: (e.header.segment, e.header.number),
    )
    assert len(state.ballots) == 6
    for ballot in state.ballots:
        shown = include(session, told.entries, state, ballot)
        assert ordered[shown.index].id.hex() == ballot.entry
        assert shown.tracker == ballot.tracker
        assert shown.size == len(ordered)


def test_a_record_that_lacks_what_was_sealed_proves_nothing() -> None:
    told, session = receipts().told, receipts().told.session
    state = session.polls[UUID]
    ballot, other = state.ballots[:2]
    fewer = [each for each in told.entries if each.id.hex() != other.entry]
    with pytest.raises(ReceiptRefused):
        include(session, fewer, state, ballot)


def test_a_signature_that_a_device_did_not_make_is_not_gathered() -> None:
    told, session = receipts().told, receipts().told.session
    state = session.polls[UUID]
    assert state.seal is not None
    text = state.seal.checkpoint.text
    lie = told.segments[ONE].write(Kind.COSIGN, seal.sign(text, key("Mesa")), UUID)
    shown = include(session, [*told.entries, lie], state, state.ballots[0])
    assert shown == include(session, told.entries, state, state.ballots[0])


def test_another_path_entry_note_or_certificate_is_refused() -> None:
    proof = receipts().proof()
    path, chains = proof.sealed.path, proof.sealed.certificates
    assert refused(path=path[:-1]) == "path"
    assert refused(path=(*path[:-1], bytes(32))) == "path"
    assert refused(signature=bytes(64)) == "entry"
    assert refused(header_bytes=b"{}") == "header"
    assert refused(note=b"") == "note"
    assert refused(certificates=()) == "note"
    assert refused(certificates=chains[::-1]) == "note"
    assert refused(certificates=((), *chains[1:])) == "certificate"
    assert refused(certificates=(chains[0], chains[0], chains[2])) == "note"
    stranger = tuple(certificates("Mesa", Role.FACILITATOR, key("another root")))
    assert refused(certificates=(stranger, *chains[1:])) == "assembly"


def test_a_signature_that_comes_twice_does_not_make_two_devices() -> None:
    proof = receipts().proof()
    note = proof.sealed.note.decode()
    text, _, lines = note.rpartition("\n\n")
    first = lines.split("\n")[0]
    twice = f"{text}\n\n{first}\n{first}\n".encode()
    assert refused(note=twice, certificates=proof.sealed.certificates[:1] * 2) == "note"


def test_an_entry_that_is_no_ballot_or_of_another_poll_is_refused() -> None:
    told = receipts().told
    opening = told.segments["Mesa"].first
    assert refused(header_bytes=opening.header_bytes, signature=opening.signature) == "entry"
    alien = told.segments[ONE].write(Kind.BALLOT, b"x", OTHER_UUID)
    assert refused(header_bytes=alien.header_bytes, signature=alien.signature) == "checkpoint"


def test_a_ballot_outside_the_cut_is_under_no_seal() -> None:
    told = receipts().told
    late = next(e for e in told.entries if tracker_of(e) == receipts().trackers["late"])
    assert refused(header_bytes=late.header_bytes, signature=late.signature) == "path"
    unheard = opened(ONE, Role.BOOTH, boot=9).write(Kind.BALLOT, b"x", UUID)
    assert refused(header_bytes=unheard.header_bytes, signature=unheard.signature) == "path"


def test_a_seal_with_another_root_is_another_seal() -> None:
    proof = receipts().proof()
    other = replace(proof.sealed.checkpoint, root=merkle_root([b"x" * 32]))
    assert other.assembly == ASSEMBLY
    assert refused(note=seal.sign(other.text, key("Mesa"))) == "path"


def test_a_place_in_the_list_of_another_receipt_is_no_proof_of_this_one() -> None:
    proof = receipts().proof()
    other = Listed.among(receipts().counted[UUID], receipts().trackers["second"])
    with pytest.raises(ReceiptRefused):
        replace(proof, listed=other)


# --- who signed for it ---------------------------------------------------------------------------


def vouchers(tracker: str, *names: str, election: str = UUID) -> tuple[Voucher, ...]:
    holding = Holding(assembly=ASSEMBLY, election=election, tracker=tracker)
    return tuple(Voucher.by(key(n).public.hex(), holding.sign(key(n))) for n in names)


def asked(code: Code, given: tuple[Voucher, ...]) -> list[tuple[str, bool, object]]:
    told = receipts().told
    traced = trace(code, told.session, told.entries, receipts().counted, given)
    assert (traced.proof is None) == any(not check.passed for check in traced.checks)
    return [(check.name, check.passed, check.facts.get("code")) for check in traced.checks]


def test_holders_are_named_before_anything_else_is_said_of_the_ballot() -> None:
    tracker = receipts().trackers["counted"]
    given = vouchers(tracker, ONE, "Mesa", "a stranger")
    told = receipts().told
    for code in (Code(tracker=tracker), Code(tracker=tracker, election=UUID)):
        held, *rest = trace(code, told.session, told.entries, receipts().counted, given).checks
        assert held.facts == {"signers": 2, "of": 3, "devices": "Cabina 1, Mesa"}
        assert rest == list(receipts().trace("counted").checks)


def test_a_ballot_that_is_not_there_although_devices_signed_for_it_is_missing() -> None:
    missing = ("receipt.known", False, "verify.receipt.missing")
    held = ("receipt.held", True, None)
    given = vouchers(NOBODY, ONE)
    assert asked(Code(tracker=NOBODY), given) == [held, missing]
    assert asked(Code(tracker=NOBODY, election=UUID), given) == [held, missing]
    elsewhere = vouchers(NOBODY, ONE, election=OTHER_UUID)
    assert asked(Code(tracker=NOBODY, election=OTHER_UUID), elsewhere) == [held, missing]


def test_what_is_known_is_not_missing_even_if_it_does_not_count() -> None:
    tracker = receipts().trackers["late"]
    told = asked(Code(tracker=tracker), vouchers(tracker, ONE))
    assert told[0] == ("receipt.held", True, None)
    assert told[1:] == ends("late")


@pytest.mark.parametrize("names", [("a stranger",), ("Cabina 9", "Mesa 9")])
def test_signatures_of_devices_from_elsewhere_show_nothing(names: tuple[str, ...]) -> None:
    assert asked(Code(tracker=NOBODY), vouchers(NOBODY, *names)) == [
        ("receipt.held", False, "verify.receipt.not-signed")
    ]


def test_signatures_of_another_ballot_or_another_poll_show_nothing() -> None:
    tracker = receipts().trackers["counted"]
    for given in (vouchers(NOBODY, ONE), vouchers(tracker, ONE, election=OTHER_UUID)):
        ((name, _, code),) = asked(Code(tracker=tracker, election=UUID), given)
        assert (name, code) == ("receipt.held", "verify.receipt.not-signed")


def test_a_device_that_was_revoked_speaks_for_nobody() -> None:
    told = receipts().told
    session = replace(told.session, revoked=frozenset({key(ONE).public.hex()}))
    check = held_check(Code(tracker=NOBODY), session, vouchers(NOBODY, ONE))
    assert check.facts == {"code": "verify.receipt.not-signed"}
