# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trustees: alone, in a committee, at the ceremony, with their cards."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from msgspec.structs import replace

from ballots.election.decryption import decrypt, partial_decryption
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.named import group_named
from ballots.election.numerals import encode
from ballots.election.proofs import sign
from ballots.election.result import result_of
from ballots.election.sealed.ballot import check
from ballots.election.tally import Tally, accumulate
from ballots.election.trustees.board import joint_key, read_board
from ballots.election.trustees.pedersen import Commitment, Member, accept, ceremony, commit, join
from ballots.election.trustees.pedersen_forms import Context, PedersenForm, Signed
from ballots.election.trustees.share import TrusteeShare, make_single, publish_key
from tests.small_elections import COUNTS, SmallElection, cast, seeded, small_election

GROUP = group_named("Ed25519")
PEDERSEN, _ = ceremony(GROUP, 3, 2, seeded(1), ("Ona", "Pau", "Quim"))


def tally_of(election: SmallElection) -> Tally:
    return accumulate(election.setup, [check(election.setup, body) for body in cast(election)])


def opened_by(election: SmallElection, shares: tuple[TrusteeShare, ...]) -> object:
    tally = tally_of(election)
    partials = {
        share.owner: partial_decryption(election.setup, tally, share, seeded(4))
        for share in shares
    }
    opened = decrypt(election.setup, tally, partials)
    return result_of(election.setup.paper, tally, opened).counts


def test_any_two_of_three_open_the_tally_and_three_too() -> None:
    election = small_election(size=3, threshold=2)
    for shares in [*combinations(election.shares, 2), election.shares]:
        assert opened_by(election, shares) == COUNTS


def test_one_of_three_cannot_open_it() -> None:
    election = small_election(size=3, threshold=2)
    with pytest.raises(ElectionRefused) as refusal:
        opened_by(election, election.shares[:1])
    assert refusal.value.facts == {"needed": 2, "given": 1}


def test_a_single_trustee_opens_it_alone_in_either_group() -> None:
    for name in ("Ed25519", "BELENIOS-2048"):
        election = small_election(name)
        assert opened_by(election, election.shares) == COUNTS


def test_a_share_of_another_election_is_refused() -> None:
    election = small_election()
    tally = tally_of(election)
    _, other = make_single(GROUP, seeded(9))
    (own,) = election.shares
    for share in (
        other,
        TrusteeShare(group="Ed25519", owner=2, secret=own.secret),
        TrusteeShare(group="BELENIOS-2048", owner=1, secret=own.secret),
    ):
        with pytest.raises(ElectionRefused) as refusal:
            partial_decryption(election.setup, tally, share, seeded(4))
        assert refusal.value.code is ElectionProblem.SHARE


def test_a_partial_decryption_by_nobody_is_refused() -> None:
    election = small_election()
    tally = tally_of(election)
    partial = partial_decryption(election.setup, tally, election.shares[0], seeded(4))
    with pytest.raises(ElectionRefused) as refusal:
        decrypt(election.setup, tally, {2: partial})
    assert refusal.value.facts == {"owner": 2, "place": "trustee:2"}


def test_trustees_may_bear_names() -> None:
    _, committee = json.loads(PEDERSEN)[0]
    assert [key["name"] for key in committee["verification_keys"]] == ["Ona", "Pau", "Quim"]
    single, _ = make_single(GROUP, seeded(1), "Ona")
    assert json.loads(single)[0][1]["name"] == "Ona"
    assert "name" not in json.loads(make_single(GROUP, seeded(1))[0])[0][1]


def test_a_board_may_mix_single_trustees_and_committees() -> None:
    single, alone = make_single(GROUP, seeded(3))
    both = encode(json.loads(single) + json.loads(PEDERSEN))
    board = read_board(GROUP, both)
    assert (list(board.keys), board.threshold) == ([1, 2, 3, 4], 3)
    assert board.keys[1] == GROUP.generate(alone.secret)
    one, two = (GROUP.read(joint_key(GROUP, document)) for document in (single, PEDERSEN))
    assert board.joint == GROUP.times(one, two)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    plain = json.loads(PEDERSEN)
    change(plain[0][1])
    return encode(plain)


def other_key(it: dict[str, Any]) -> None:
    """A member publishes another key, well proven and signed by somebody else."""
    signature = it["verification_keys"][1]["signature"]
    key = json.loads(encode(publish_key(GROUP, 5, seeded(1))))
    it["verification_keys"][1] = key | {"signature": signature}


def swapped_coefficients(it: dict[str, Any]) -> None:
    it["coefexps"][0], it["coefexps"][1] = it["coefexps"][1], it["coefexps"][0]


def swapped_certificates(it: dict[str, Any]) -> None:
    it["certs"][0], it["certs"][1] = it["certs"][1], it["certs"][0]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda it: it.update(threshold=3), "context"),
        (lambda it: it.update(threshold=0), "threshold"),
        (lambda it: it.update(threshold=4), "threshold"),
        (lambda it: it["signatures"].pop(), "threshold"),
        (lambda it: it["verification_keys"].pop(), "threshold"),
        (swapped_certificates, "context"),
        (lambda it: it["certs"][0]["signature"].update(response="1"), "certificate"),
        (swapped_coefficients, "coefficients"),
        (lambda it: it["signatures"].reverse(), "acknowledgement"),
        (lambda it: it["verification_keys"][0]["pok"].update(response="1"), "proof"),
        (lambda it: it["verification_keys"][2].pop("signature"), "signature"),
        (
            lambda it: it["verification_keys"][2]["signature"].update(response="1"),
            "signature",
        ),
        (other_key, "signature"),
    ],
)
def test_a_committee_that_was_changed_is_refused(
    change: Callable[[dict[str, Any]], object], what: str
) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        read_board(GROUP, changed(change))
    assert refusal.value.code is ElectionProblem.TRUSTEE
    assert refusal.value.facts["what"] == what
    assert str(refusal.value.facts["place"]).startswith("trustee:")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"[]", ElectionProblem.PUBLIC_KEY),
        (b'[["Single",{}]]', ElectionProblem.FORM),
        (b'[["Pedersen",{}]]', ElectionProblem.FORM),
        (b'[["Double",{}]]', ElectionProblem.FORM),
        (b"{}", ElectionProblem.FORM),
    ],
)
def test_what_are_no_trustees_is_refused(document: bytes, code: ElectionProblem) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        read_board(GROUP, document)
    assert refusal.value.code is code


Round = tuple[list[Member], list[Signed], list[Commitment], list[tuple[int, ...]]]


def two_steps(threshold: int = 2) -> Round:
    random = seeded(21)
    joined = [join(GROUP, Context("Ed25519", 3, threshold, n), random) for n in (1, 2, 3)]
    certificates = [certificate for _, certificate in joined]
    committed = [commit(GROUP, member, certificates, random) for member, _ in joined]
    return (
        [member for member, _ in joined],
        certificates,
        [commitment for commitment, _ in committed],
        [dealt.values for _, dealt in committed],
    )


def test_members_can_hold_the_ceremony_step_by_step() -> None:
    members, certificates, commitments, dealt = two_steps()
    received = [[values[n] for values in dealt] for n in range(3)]
    secrets = [
        accept(GROUP, member, (certificates, commitments), mine, seeded(1))[1].secret
        for member, mine in zip(members, received, strict=True)
    ]
    expected = [sum(mine) % GROUP.q for mine in received]
    assert secrets == expected
    assert repr(members[0]) == "<Member>"


def test_a_member_who_publishes_another_key_is_named() -> None:
    members, certificates, commitments, dealt = two_steps()
    keys = [
        accept(GROUP, member, (certificates, commitments), [it[n] for it in dealt], seeded(1))[0]
        for n, member in enumerate(members)
    ]
    other = publish_key(GROUP, 5, seeded(1))
    signature = sign(GROUP, other.public_key, members[1].signing_key, seeded(1))
    keys[1] = replace(other, signature=signature)
    form = PedersenForm(
        2,
        tuple(certificates),
        tuple(commitment.coefficients for commitment in commitments),
        tuple(commitment.acknowledgement for commitment in commitments),
        tuple(keys),
    )
    with pytest.raises(ElectionRefused) as refusal:
        read_board(GROUP, encode([("Pedersen", form)]))
    assert refusal.value.facts == {"owner": 2, "what": "key", "place": "trustee:2"}


def test_a_member_who_deals_a_wrong_share_is_named() -> None:
    members, certificates, commitments, dealt = two_steps()
    received = [values[0] for values in dealt]
    received[1] += 1
    with pytest.raises(ElectionRefused) as refusal:
        accept(GROUP, members[0], (certificates, commitments), received, seeded(1))
    assert refusal.value.code is ElectionProblem.CEREMONY
    assert refusal.value.facts == {"owner": 2}


def test_a_member_who_saw_other_certificates_is_named() -> None:
    members, certificates, commitments, dealt = two_steps()
    commitments[2] = Commitment(
        coefficients=commitments[2].coefficients,
        acknowledgement=sign(GROUP, "other", members[2].signing_key, seeded(1)),
    )
    with pytest.raises(ElectionRefused) as refusal:
        accept(GROUP, members[0], (certificates, commitments), [it[0] for it in dealt], seeded(1))
    assert refusal.value.facts == {"owner": 3}


def test_a_polynomial_of_another_degree_is_refused() -> None:
    members, certificates, commitments, dealt = two_steps()
    text = '{"coefexps":["' + GROUP.text(GROUP.generate(5)) + '"]}'
    commitments[1] = Commitment(
        coefficients=Signed(text, sign(GROUP, text, members[1].signing_key, seeded(1))),
        acknowledgement=commitments[1].acknowledgement,
    )
    with pytest.raises(ElectionRefused) as refusal:
        accept(GROUP, members[0], (certificates, commitments), [it[0] for it in dealt], seeded(1))
    assert refusal.value.facts == {"owner": 2, "what": "threshold"}


def test_a_committee_whose_certificates_are_not_whole_is_refused() -> None:
    members, certificates, _, _ = two_steps()
    with pytest.raises(ElectionRefused):
        commit(GROUP, members[0], certificates[:2], seeded(1))


@pytest.mark.parametrize(("size", "threshold"), [(3, 4), (3, 0), (0, 0)])
def test_a_threshold_that_cannot_be_met_is_refused(size: int, threshold: int) -> None:
    with pytest.raises(ElectionRefused):
        ceremony(GROUP, size, threshold, seeded(1))


def test_every_member_bears_a_name_or_none_does() -> None:
    with pytest.raises(ElectionRefused):
        ceremony(GROUP, 3, 2, seeded(1), ("Ona",))
