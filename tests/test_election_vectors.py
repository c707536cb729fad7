# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other people's elections, forged ones among them."""

from __future__ import annotations

import json
from hashlib import pbkdf2_hmac, sha256
from typing import Any

import gmpy2
import pytest

from ballots.election.archive.contents import in_order
from ballots.election.archive.events import EventType
from ballots.election.course import CheckName
from ballots.election.decryption import decrypt, partial_decryption
from ballots.election.groups.named import group_named
from ballots.election.numerals import decode_exactly, hex_hash
from ballots.election.proofs import oracle
from ballots.election.questions.question import Question
from ballots.election.result import result_of
from ballots.election.sealed.ballot import check
from ballots.election.sealed.forms import BallotForm
from ballots.election.setup import Setup
from ballots.election.slip import Credential
from ballots.election.tally import accumulate
from ballots.election.trustees.share import TrusteeShare
from ballots.election.verify import verify_archive
from tests.small_elections import VECTORS, events_of, seeded, surveyed

SETS = [
    "v20-b2048-single",
    "v33-b2048-threshold",
    "v33-ed25519-lists",
    "v33-ed25519-nh",
    "v33-ed25519-nh-empty",
    "v33-ed25519-nh-one",
    "v33-ed25519-nh-two",
    "v33-ed25519-single",
    "v33-ed25519-threshold",
    "v33-ed25519-weights",
    "v33-rfc3526-nh",
]
TAMPERED = json.loads((VECTORS / "tampered" / "index.json").read_text())
FAILS = {
    "bitflip": (CheckName.FORM, "archive-record"),
    "badsig": (CheckName.BALLOT_SIGNATURES, "ballot-signature"),
    "unknown-cred": (CheckName.BALLOT_ROLL, "ballot-credential"),
    "vote-of-100": (CheckName.BALLOT_PROOFS, "ballot-proof"),
    "num_tallied": (CheckName.TALLY_SIZE, "tally-size"),
    "forged-result": (CheckName.RESULT, "result"),
    "late-ballot": (CheckName.ORDER, "archive-order"),
}
ED25519 = group_named("Ed25519")


def archive_of(name: str) -> bytes:
    return (VECTORS / name / "election.bel").read_bytes()


def lines(name: str, file: str) -> list[list[str]]:
    text = (VECTORS / name / file).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines()]


def ballots_of(name: str) -> list[bytes]:
    events = events_of(archive_of(name))
    return [event.documents[0] for event in events if event.type is EventType.BALLOT]


def setup_of(name: str) -> Setup:
    documents = in_order(surveyed(archive_of(name))).setup()
    return Setup.read(documents.election, documents.trustees, documents.credentials, gmpy2.powmod)


def first_ballot() -> tuple[bytes, BallotForm]:
    body = ballots_of("v33-ed25519-single")[0]
    return body, decode_exactly(body, BallotForm, "ballot")


def stated(question: Question, counts: tuple[int, ...], votes: object) -> object:
    """As the format writes the result of a question."""
    return question.nested(counts) if question.additive else votes


def result_file(name: str) -> list[Any]:
    said: list[Any] = json.loads((VECTORS / name / "result.json").read_text())["result"]
    return said


@pytest.mark.parametrize("name", SETS)
def test_an_election_made_by_belenios_counts_as_it_says(name: str) -> None:
    verified = verify_archive(archive_of(name), gmpy2.powmod)
    assert verified.passed, verified.checks[-1]
    shuffled = "nh" in name
    names = [it for it in CheckName if shuffled or it is not CheckName.SHUFFLES]
    assert [check.name for check in verified.checks] == names
    published = verified.published
    assert published is not None
    said = map(stated, published.questions, published.counts, published.votes)
    assert json.loads(json.dumps(list(said))) == result_file(name)
    told = sorted(line[-1] for line in lines(name, "trackers.txt"))
    assert sorted(published.trackers) == told


@pytest.mark.parametrize("name", SETS)
def test_the_last_vote_of_each_voter_with_its_weight_makes_the_result(name: str) -> None:
    setup = setup_of(name)
    votes = {int(voter): json.loads(marks) for voter, marks in lines(name, "votes.txt")}
    codes = [code for _, code in lines(name, "private_creds.txt")]
    weights = {
        voter: setup.roll[public_credential(name, codes[voter - 1], setup)] for voter in votes
    }
    for number, question in enumerate(setup.questions):
        said = result_file(name)[number]
        answers = {voter: marks[number] for voter, marks in votes.items()}
        if not question.additive:
            assert sorted(said) == sorted(answers.values())
            continue
        counts = [0] * question.sealed
        for voter, marks in answers.items():
            flat = question.flat(marks, "votes")
            counts = [
                total + weights[voter] * int(str(mark))
                for total, mark in zip(counts, flat, strict=True)
            ]
        assert counts == list(question.flat(said, "result"))


def public_credential(name: str, code: str, setup: Setup) -> str:
    if not name.startswith("v20"):
        return Credential.derive(code, setup.uuid, setup.group).public
    key = pbkdf2_hmac("sha256", code.encode(), setup.uuid.encode(), 1000, 32)
    secret = int.from_bytes(key, "big") % setup.group.q
    return setup.group.text(setup.group.generate(secret))


@pytest.mark.parametrize("case", TAMPERED, ids=lambda case: case["file"])
def test_a_forged_archive_is_refused_where_it_was_forged(case: dict[str, str | None]) -> None:
    data = (VECTORS / "tampered" / str(case["file"])).read_bytes()
    verified = verify_archive(data, gmpy2.powmod)
    assert verified.passed is (case["should"] == "accept")
    if case["attack"]:
        name, code = FAILS[case["attack"]]
        last = verified.checks[-1]
        assert (last.name, last.facts["code"]) == (name, f"error.election.{code}")
        assert last.place
        assert all(check.passed for check in verified.checks[:-1])


def test_the_trustees_of_belenios_open_their_tally_with_our_code() -> None:
    setup = setup_of("v33-ed25519-single")
    tally = accumulate(setup, [check(setup, body) for body in ballots_of("v33-ed25519-single")])
    secrets = [int(key) for (key,) in lines("v33-ed25519-single", "trustee_keys.txt")]
    keys = {key: owner for owner, key in setup.board.keys.items()}
    shares = [
        TrusteeShare(group="Ed25519", owner=keys[ED25519.generate(secret)], secret=secret)
        for secret in secrets
    ]
    partials = {
        share.owner: partial_decryption(setup, tally, share, seeded(1)) for share in shares
    }
    opened = decrypt(setup, tally, partials)
    assert result_of(setup.paper, tally, opened).counts == ((4, 0), (1, 2, 1, 3))


def test_the_fingerprint_of_the_worked_election() -> None:
    setup = setup_of("v33-ed25519-single")
    assert setup.uuid == "moKpY3qnwWPc51"
    assert setup.fingerprint == "+JggN028qZ6AWnxxcTH/9k1e5/zZflIzssg37tS4zcU"
    assert hex_hash(setup.documents.election) == (
        "f89820374dbca99e805a7c717131fff64d5ee7fcd97e5233b2c837eed4b8cdc5"
    )


def test_the_key_of_the_worked_credential() -> None:
    credential = Credential.derive("BZNJz-GAQMbv-2uxvN-CaHjrv", "moKpY3qnwWPc51", ED25519)
    assert credential.secret == int(
        "1106749333788498828917724405503652972444259784504658503303664955304688479397"
    )
    assert credential.public == "d4da6584b2aca276001899dbe4e96eebd1912c322363bf40af013ff681f371ae"


def test_the_key_of_the_worked_credential_of_2_0() -> None:
    key = pbkdf2_hmac("sha256", b"DMY-CB7-hUd-YU3-hdD", b"cjaXdrEG1bFjeN", 1000, 32)
    assert key.hex() == "858b02646fb583e255d4017a84a5066587acd8fe2e9fc726b85dea9a99307a43"
    assert int.from_bytes(key, "big") % group_named("BELENIOS-2048").q == int(
        "60403217114830320757697668470802718356679794094650447450027430696081725356611"
    )


def test_the_tracker_and_the_summary_of_the_worked_ballot() -> None:
    body, form = first_ballot()
    assert len(body) == 4960
    checked = check(setup_of("v33-ed25519-single"), body)
    assert checked.tracker == "i2a8jLi9upzfIzkHM+iucdwR+9CboWFYwh+7vYEQ8lI"
    assert form.unsigned().summary() == "TML4k+m4edPDwMjuTTrw8BsNZvJww/y/KXPspIw96m8"


def test_the_challenge_of_the_worked_signature() -> None:
    _, form = first_ballot()
    commitment = ED25519.read("9235e0fe99795dfa4edd0be09bf84f191dbb5a0857b840beee21d2cd130414ba")
    challenge = oracle(ED25519, f"sig|{form.signature.hash}|", [commitment])
    assert str(challenge) == form.signature.proof.challenge


def test_the_challenge_of_the_worked_mark() -> None:
    _, form = first_ballot()
    answer = json.loads(bytes(form.answers[0]))
    choice, proofs = answer["choices"][0], answer["individual_proofs"][0]
    prefix = (
        f"prove|+JggN028qZ6AWnxxcTH/9k1e5/zZflIzssg37tS4zcU|{form.credential}"
        f"|{choice['alpha']},{choice['beta']}|"
    )
    commitments = [
        "a60f6c618e5ef9c8ade70a765bcf6981c18d854a496028126a94cac34a362044",
        "8faaf1ec70662ae715f138c29de7d259c27a3449f491e039859b4516fd6f1553",
        "28a59da217834c2c68fb6333a17399fd6a6c5d7ba0f708d2e0023b4d91778680",
        "c9f2f7d777f6e46db47b4dc51b47336697c181223c48a40bb094d9e3c08a8848",
    ]
    assert len(prefix + ",".join(commitments)) == 504
    said = sha256((prefix + ",".join(commitments)).encode()).hexdigest()
    assert said == "ffe1319fb69e809d61f5d2e5e5c2b52caa0b0010fd7fd8b075d6df304323b5a5"
    total = oracle(ED25519, prefix, map(ED25519.read, commitments))
    assert total == sum(int(proof["challenge"]) for proof in proofs) % ED25519.q


def test_the_challenge_of_the_worked_trustee() -> None:
    key = "f4f4a44e82aea43fa6202ec29cb545f07e61139f91f05269b10801a96b206b52"
    commitment = "045cb381520a9c5d150f349ce9216e13c75ace829d9936d325aa67edb0a90dab"
    challenge = oracle(ED25519, f"pok|Ed25519|{key}|", [ED25519.read(commitment)])
    assert challenge == int(
        "3386171279051209630649717567128418671354500056788667851580752616426115355568"
    )


def test_weights_are_read_from_the_roll() -> None:
    setup = setup_of("v33-ed25519-weights")
    assert sorted(setup.roll.values()) == [1, 2, 3, 10, 1000]
    published = verify_archive(archive_of("v33-ed25519-weights")).published
    assert published is not None
    assert (published.voters, published.weight) == (5, 1016)
