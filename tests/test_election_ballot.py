# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing a vote, judging a ballot, challenging a booth."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha512
from typing import Any

import pytest

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.mixing.shuffle import _commit
from ballots.election.numerals import encode, short_hash
from ballots.election.proofs import Witness, oracle, prove_key
from ballots.election.questions.question import OpenAnswer
from ballots.election.sealed.ballot import SealedBallot, check, check_opening, encrypt
from ballots.election.sealed.forms import signature_prefix
from ballots.election.sealed.opening import check_challenge
from ballots.election.sealed.seed import SeedStream
from ballots.election.slip import Slip
from ballots.randomness import uniform
from tests.small_elections import COUNTS, UUID, VOTES, cast, seeded, small_election

ELECTION = small_election()
SETUP = ELECTION.setup
VOTER = ELECTION.credentials[0]


def sealed(seed: int = 1) -> SealedBallot:
    return encrypt(SETUP, VOTER, VOTES[1], seeded(seed))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    plain = json.loads(sealed().body)
    change(plain)
    return encode(plain)


def refusal_of(body: bytes) -> ElectionRefused:
    with pytest.raises(ElectionRefused) as refusal:
        check(SETUP, body)
    return refusal.value


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_a_sealed_vote_is_valid_and_opens_to_its_marks(name: str) -> None:
    election = small_election(name)
    for voter, marks in zip(election.credentials, VOTES, strict=False):
        ballot = encrypt(election.setup, voter, marks, seeded(1))
        checked = check(election.setup, ballot.body)
        assert (checked.credential, checked.tracker) == (voter.public, ballot.tracker)
        assert ballot.tracker == short_hash(ballot.body)
        revealed = ballot.opening.reveal()
        assert check_opening(election.setup, ballot.body, revealed) == marks


def test_one_vote_sealed_twice_shares_nothing() -> None:
    one, other = json.loads(sealed(1).body), json.loads(sealed(2).body)
    assert one["credential"] == other["credential"]
    assert one["answers"] != other["answers"]


def test_nothing_that_is_secret_shows() -> None:
    assert repr(sealed().opening) == "<Opening>"
    assert repr(VOTER) == "<Credential>"
    assert repr(OpenAnswer((1, 0), (123, 456))) == "<OpenAnswer>"
    assert repr(Witness(123, 1)) == "<Witness>"
    assert repr(_commit(SETUP.group, [1, 0], seeded(1))) == "<_Committed>"
    assert "randomness" not in repr(sealed())


@pytest.mark.parametrize(
    ("marks", "question"),
    [
        ([(1, 0, 0)], 2),
        ([(1, 0, 0), (0, 0, 0), (1,)], 3),
        ([(1, 1, 0), (0, 0, 0)], 1),
        ([(1, 0, 0), (1, 1, 1)], 2),
        ([(1, 0, 0), (0, 2, 0)], 2),
        ([(0, 1), (0, 0, 0)], 1),
    ],
)
def test_marks_that_are_no_vote_are_refused_by_question(
    marks: list[tuple[int, ...]], question: int
) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        encrypt(SETUP, VOTER, marks, seeded(1))
    assert refusal.value.code is ElectionProblem.MARKS
    assert refusal.value.facts == {"question": question}


def test_a_slip_that_is_not_on_the_roll_is_refused() -> None:
    stranger = Slip.draw(seeded(50)).credential(UUID, ELECTION.group)
    with pytest.raises(ElectionRefused) as refusal:
        encrypt(SETUP, stranger, VOTES[0], seeded(1))
    assert refusal.value.code is ElectionProblem.BALLOT_CREDENTIAL


def test_a_ballot_of_another_election_is_refused() -> None:
    other = small_election(uuid="AnotherExampZe2345")
    body = encrypt(other.setup, other.credentials[0], VOTES[0], seeded(1)).body
    assert refusal_of(body).code is ElectionProblem.BALLOT_ELECTION


def test_a_ballot_that_another_credential_copied_is_refused() -> None:
    body = changed(lambda it: it.update(credential=ELECTION.credentials[1].public))
    assert refusal_of(body).code is ElectionProblem.BALLOT_SIGNATURE


def small_order(it: dict[str, Any]) -> None:
    it["answers"][0]["choices"][0]["alpha"] = "00" * 32


def shown(it: dict[str, Any]) -> None:
    it["answers"][0]["choices"][0]["alpha"] = "0" * 63 + "1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda it: it.update(election_hash="x"), ElectionProblem.BALLOT_ELECTION),
        (lambda it: it.update(election_uuid=UUID + "x"), ElectionProblem.BALLOT_ELECTION),
        (lambda it: it.update(credential="66" * 31 + "58"), ElectionProblem.BALLOT_CREDENTIAL),
        (lambda it: it["signature"].update(hash="x"), ElectionProblem.BALLOT_SIGNATURE),
        (
            lambda it: it["signature"]["proof"].update(response="7"),
            ElectionProblem.BALLOT_SIGNATURE,
        ),
        (
            lambda it: it["signature"]["proof"].update(response="007"),
            ElectionProblem.NUMBER,
        ),
        (
            lambda it: it["signature"]["proof"].update(response=str(ELECTION.group.q)),
            ElectionProblem.NUMBER,
        ),
        (lambda it: it.update(more=1), ElectionProblem.FORM),
        (lambda it: it.update(answers=None), ElectionProblem.FORM),
        (lambda it: it["answers"][0].update(blank_proof=None), ElectionProblem.FORM),
    ],
)
def test_a_ballot_that_was_changed_is_refused(
    change: Callable[[dict[str, Any]], object], code: ElectionProblem
) -> None:
    assert refusal_of(changed(change)).code is code


def resigned(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A ballot that its own voter changed after making the proofs, and signed anew."""
    plain = json.loads(sealed().body)
    del plain["signature"]
    change(plain)
    group, summary = ELECTION.group, short_hash(encode(plain))
    proof = prove_key(group, f"sig|{summary}|", VOTER.secret, seeded(3))
    return encode(plain | {"signature": {"hash": summary, "proof": proof}})


def swap_marks(it: dict[str, Any]) -> None:
    it["answers"][0]["choices"].reverse()


def swap_totals(it: dict[str, Any]) -> None:
    it["answers"][1]["overall_proof"].reverse()


def swap_blank(it: dict[str, Any]) -> None:
    it["answers"][0]["blank_proof"].reverse()


def swap_valid(it: dict[str, Any]) -> None:
    it["answers"][0]["overall_proof"].reverse()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (swap_marks, ElectionProblem.BALLOT_PROOF),
        (swap_totals, ElectionProblem.BALLOT_PROOF),
        (swap_blank, ElectionProblem.BALLOT_PROOF),
        (swap_valid, ElectionProblem.BALLOT_PROOF),
        (shown, ElectionProblem.ELEMENT),
        (small_order, ElectionProblem.ELEMENT),
        (lambda it: it["answers"].pop(), ElectionProblem.FORM),
        (lambda it: it["answers"][1]["choices"].pop(), ElectionProblem.FORM),
        (lambda it: it["answers"][1]["individual_proofs"].pop(), ElectionProblem.FORM),
        (lambda it: it["answers"][1]["overall_proof"].pop(), ElectionProblem.FORM),
        (lambda it: it["answers"][0].pop("blank_proof"), ElectionProblem.FORM),
    ],
)
def test_a_voter_cannot_sign_what_is_no_vote(
    change: Callable[[dict[str, Any]], object], code: ElectionProblem
) -> None:
    assert refusal_of(resigned(change)).code is code


def test_a_vote_signed_anew_without_a_change_is_valid() -> None:
    assert check(SETUP, resigned(lambda _: None)).credential == VOTER.public


def lied(**said: object) -> bytes:
    return encode(json.loads(sealed().opening.reveal()) | said)


@pytest.mark.parametrize(
    "revealed",
    [
        lied(marks=[[0, 0, 1], [1, 1, 0]]),
        lied(marks=[[0, 2, 0], [1, 1, 0]]),
        lied(marks=[[0, 1], [1, 1, 0]]),
        lied(marks=[]),
        lied(seed="00" * 32),
        lied(election="AnotherExampZe2345"),
        lied(ballot="x"),
        lied(credential=ELECTION.credentials[1].public),
        lied(signature={"challenge": "1", "response": "1"}),
    ],
)
def test_a_booth_that_reveals_something_else_is_found_out(revealed: bytes) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        check_opening(SETUP, sealed().body, revealed)
    assert refusal.value.code is ElectionProblem.OPENING
    with pytest.raises(ElectionRefused) as refusal:
        check_challenge(SETUP.documents.election, revealed)
    assert refusal.value.code is ElectionProblem.OPENING


@pytest.mark.parametrize(
    "revealed",
    [
        b"",
        b"{}",
        b"[]",
        lied(seed="00" * 31),
        lied(seed="0G" * 32),
        lied(marks=[[0, True, 0], [1, 1, 0]]),
        lied(marks=[[0, 1.0, 0], [1, 1, 0]]),
        lied(type="urna-opening/1"),
        lied(more=1),
        sealed().opening.reveal().replace(b":", b": ", 1),
    ],
)
def test_what_is_no_opening_is_refused(revealed: bytes) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        check_opening(SETUP, sealed().body, revealed)
    assert refusal.value.code is ElectionProblem.FORM


def test_an_opening_opens_its_own_ballot_only() -> None:
    other = encrypt(SETUP, ELECTION.credentials[0], VOTES[0], seeded(6))
    with pytest.raises(ElectionRefused) as refusal:
        check_opening(SETUP, other.body, sealed().opening.reveal())
    assert refusal.value.code is ElectionProblem.OPENING


def test_a_challenged_ballot_is_made_again_from_the_election_document_alone() -> None:
    ballot = sealed()
    challenged = check_challenge(SETUP.documents.election, ballot.opening.reveal())
    assert challenged.body == ballot.body
    assert challenged.tracker == ballot.tracker
    assert challenged.marks == VOTES[1]
    assert "marks" not in repr(challenged)


def test_an_opening_shows_nothing_of_the_credentials_secret() -> None:
    ballot = sealed()
    assert str(VOTER.secret).encode() not in ballot.opening.reveal()
    # The nonce of the signature is not of the seed: two signatures of one seed would tell the key.
    nonce = uniform(SeedStream(ballot.opening.seed), SETUP.group.q)
    commitment = oracle(
        SETUP.group,
        signature_prefix(json.loads(ballot.body)["signature"]["hash"]),
        [SETUP.group.generate(nonce)],
    )
    assert str(commitment) != ballot.opening.signature.challenge


def test_a_seed_gives_one_stream_and_does_not_print() -> None:
    stream = SeedStream(bytes(32))
    first = stream(10) + stream(0) + stream(100) + stream(18)
    assert first == SeedStream(bytes(32))(128)
    assert first[:64] == sha512(b"urna-seal/1\0" + bytes(40)).digest()
    assert first[64:] == sha512(b"urna-seal/1\0" + bytes(39) + b"\1").digest()
    assert repr(stream) == "<SeedStream>"
    with pytest.raises(ValueError, match="31"):
        SeedStream(bytes(31))


def test_the_votes_of_the_examples_add_up() -> None:
    slots = [[sum(marks) for marks in zip(*row, strict=True)] for row in zip(*VOTES, strict=True)]
    assert tuple(map(tuple, slots)) == COUNTS
    assert len(cast(ELECTION)) == len(VOTES)
