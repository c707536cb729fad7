# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers that are opened one by one: sealed, shuffled, opened, and every cheat found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ballots.election.archive.events import Event, EventType, owned_event
from ballots.election.closing import close_election
from ballots.election.course import CheckName
from ballots.election.election import Election, HomomorphicQuestion, NonHomomorphicQuestion
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.mixing.check import proves_shuffle
from ballots.election.mixing.forms import ShuffleProof
from ballots.election.mixing.mix import mix, read_shuffle
from ballots.election.mixing.shuffle import shuffle
from ballots.election.numerals import decode_exactly, encode, hex_hash
from ballots.election.proofs import Pair
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import check, encrypt
from ballots.election.sealed.check import read_ballot
from ballots.election.sealed.paper import group_of
from ballots.election.sealed.size import largest_ballot
from ballots.election.setup import Setup
from ballots.election.tally import Tally, accumulate
from ballots.election.trustees.share import make_single
from ballots.election.verify import verify_archive
from tests.small_elections import (
    GRADES,
    POWER,
    RANKING,
    SHUFFLED,
    SHUFFLED_VOTES,
    TIME,
    UUID,
    cast,
    document,
    events_of,
    rewritten,
    seeded,
    shuffled_archive,
    shuffled_election,
)

ELECTION = shuffled_election()
SETUP = ELECTION.setup
GROUP = SETUP.group
VALID = shuffled_archive()
KEY, PRINT = SETUP.key, SETUP.fingerprint


def sealed_pairs(count: int) -> list[Pair]:
    random = seeded(5)
    return [KEY.seal(n, int.from_bytes(random(16), "big")) for n in range(count)]


@pytest.mark.parametrize("name", ["Ed25519", "RFC-3526-2048"])
def test_an_election_with_every_kind_of_question_verifies(name: str) -> None:
    verified = verify_archive(shuffled_archive(name), POWER)
    assert [check.name for check in verified.checks] == list(CheckName)
    published = verified.published
    assert published is not None
    assert published.questions == SHUFFLED
    assert published.counts == ((), (1, 1, 1), ())
    assert sorted(published.votes[0]) == sorted(marks[0] for marks in SHUFFLED_VOTES)
    assert sorted(published.votes[2]) == sorted(marks[2] for marks in SHUFFLED_VOTES)
    assert published.votes[1] == ()
    assert published.mixers == 2


def test_the_order_of_opened_votes_is_not_that_of_the_ballots() -> None:
    orders = set()
    for seed in range(8):
        bodies = cast(ELECTION, SHUFFLED_VOTES)
        _, result = close_election(SETUP, bodies, ELECTION.shares[:2], seeded(seed), TIME)
        orders.add(result.votes[0])
    assert len(orders) > 2


def test_nobody_votes_or_one_does_and_both_verify() -> None:
    for votes in ((), SHUFFLED_VOTES[:1]):
        bodies = cast(ELECTION, votes) if votes else []
        data, result = close_election(SETUP, bodies, ELECTION.shares[1:], seeded(1), TIME)
        assert result.votes[0] == tuple(marks[0] for marks in votes)
        assert verify_archive(data).passed


@pytest.mark.parametrize("mixers", [(), (1,), (1, 1), (1, 4), (0, 1, 2)])
def test_two_mixers_at_least_take_a_turn_and_all_are_trustees(mixers: tuple[int, ...]) -> None:
    bodies = cast(ELECTION, SHUFFLED_VOTES)
    with pytest.raises(ElectionRefused) as refusal:
        close_election(SETUP, bodies, ELECTION.shares[:2], seeded(1), TIME, mixers=mixers)
    assert refusal.value.code is ElectionProblem.SHUFFLES_MISSING


@pytest.mark.parametrize("size", [0, 1, 2, 5])
def test_a_shuffle_proves_itself_and_nothing_else(size: int) -> None:
    before = sealed_pairs(size)
    after, proof = shuffle(KEY, PRINT, before, seeded(7))
    assert proves_shuffle(KEY, PRINT, (before, after), proof)
    if size > 1:
        assert not proves_shuffle(KEY, PRINT, (before, before), proof)
        assert not proves_shuffle(KEY, PRINT, (before[::-1], after), proof)
        assert not proves_shuffle(KEY, PRINT, (before, after[:-1]), proof)
    if size:
        assert not proves_shuffle(KEY, PRINT + "x", (before, after), proof)
        one_more = Pair(after[0].alpha, GROUP.times(after[0].beta, GROUP.generate(1)))
        assert not proves_shuffle(KEY, PRINT, (before, (one_more, *after[1:])), proof)


def test_every_part_of_the_proof_of_a_shuffle_counts() -> None:
    before = sealed_pairs(3)
    after, proof = shuffle(KEY, PRINT, before, seeded(7))
    plain = json.loads(encode(proof))

    def leaves(part: list[Any]) -> list[tuple[list[Any], int]]:
        found: list[tuple[list[Any], int]] = []
        for n, item in enumerate(part):
            found += leaves(item) if isinstance(item, list) else [(part, n)]
        return found

    other = {64: GROUP.text(GROUP.generate(3))}
    for part, n in leaves(plain):
        kept = part[n]
        part[n] = other.get(len(kept), "7") if not kept.isdigit() else "7"
        wrong = decode_exactly(encode(plain), ShuffleProof, "shuffle")
        assert not proves_shuffle(KEY, PRINT, (before, after), wrong), n
        part[n] = kept


def shuffle_events() -> list[int]:
    events = events_of(VALID)
    return [n for n, event in enumerate(events) if event.type is EventType.SHUFFLE]


def with_shuffle(change: Callable[[Any], object], which: int = 0) -> bytes:
    """The archive with the document of one shuffle changed."""
    number = shuffle_events()[which]

    def rewrite(events: list[Event]) -> list[Event]:
        said, owned = events[number].documents
        plain = json.loads(said)
        change(plain)
        owner = json.loads(owned)["owner"]
        events[number] = owned_event(EventType.SHUFFLE, owner, encode(plain))
        return events

    return rewritten(VALID, rewrite)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda it: it["ciphertexts"][0].reverse(), ElectionProblem.SHUFFLE),
        (lambda it: it["ciphertexts"][0].pop(), ElectionProblem.SHUFFLE),
        (lambda it: it["ciphertexts"].pop(), ElectionProblem.SHUFFLE),
        (lambda it: it["proofs"].pop(), ElectionProblem.SHUFFLE),
        (lambda it: it["proofs"].reverse(), ElectionProblem.SHUFFLE),
        (lambda it: it["proofs"][0][1][4].pop(), ElectionProblem.SHUFFLE),
        (lambda it: it["proofs"][0][1].append("1"), ElectionProblem.FORM),
        (lambda it: it["proofs"][0][1].__setitem__(0, "01"), ElectionProblem.NUMBER),
        (lambda it: it["proofs"][0][2].__setitem__(0, "00" * 32), ElectionProblem.ELEMENT),
        (lambda it: it["ciphertexts"][0][0].update(alpha="0" * 63 + "1"), ElectionProblem.ELEMENT),
    ],
)
def test_a_mixer_who_cheats_is_named(
    change: Callable[[Any], object], code: ElectionProblem
) -> None:
    verified = verify_archive(with_shuffle(change))
    last = verified.checks[-1]
    assert (last.name, last.facts["code"]) == (CheckName.SHUFFLES, f"error.election.{code}")
    assert last.place == "trustee:1"


def test_a_shuffle_by_nobody_is_refused() -> None:
    number = shuffle_events()[1]

    def rewrite(events: list[Event]) -> list[Event]:
        events[number] = owned_event(EventType.SHUFFLE, 9, events[number].documents[0])
        return events

    last = verify_archive(rewritten(VALID, rewrite)).checks[-1]
    assert (last.name, last.place) == (CheckName.SHUFFLES, "trustee:9")


def test_an_election_that_was_not_shuffled_is_refused() -> None:
    kept = (EventType.SHUFFLE, EventType.END_SHUFFLES)
    data = rewritten(VALID, lambda events: [e for e in events if e.type not in kept])
    last = verify_archive(data).checks[-1]
    assert last.facts["code"] == f"error.election.{ElectionProblem.SHUFFLES_MISSING}"


def test_a_second_shuffle_does_not_follow_from_another_first() -> None:
    first, second = shuffle_events()
    data = rewritten(VALID, lambda e: [*e[:first], e[second], e[first], *e[second + 1 :]])
    assert verify_archive(data).checks[-1].place == "trustee:3"


def test_a_sealed_answer_cannot_be_copied_by_another_voter() -> None:
    mine = encrypt(SETUP, ELECTION.credentials[0], SHUFFLED_VOTES[0], seeded(1)).body
    theirs = json.loads(encrypt(SETUP, ELECTION.credentials[1], SHUFFLED_VOTES[0], seeded(2)).body)
    theirs["answers"][0] = json.loads(mine)["answers"][0]
    with pytest.raises(ElectionRefused):
        check(SETUP, encode(theirs))
    form = read_ballot(SETUP.paper, encode(theirs))
    text = f"{SETUP.fingerprint}|{theirs['credential']}"
    assert RANKING.judge(SETUP.key, text, form.answers[0]) is None


@pytest.mark.parametrize(
    "marks", [(1, 2), (1, 2, 3, 4), (1, 2, 256), (1, 2, -1), ()], ids=lambda it: str(len(it))
)
def test_an_answer_has_one_number_of_a_byte_for_each_option(marks: tuple[int, ...]) -> None:
    assert not RANKING.accepts(marks)
    votes = (marks, *SHUFFLED_VOTES[0][1:])
    with pytest.raises(ElectionRefused) as refusal:
        encrypt(SETUP, ELECTION.credentials[0], votes, seeded(1))
    assert refusal.value.facts == {"question": 1}


def test_a_voter_who_seals_no_numbers_at_all_stops_nobody() -> None:
    """Any element of the group has numbers in it; what they are worth the counting rule says."""
    for element in (GROUP.generate(5), GROUP.identity, GROUP.hold([255] * 30)):
        numbers = GROUP.held(element, 3)
        assert len(numbers) == 3
        assert all(0 <= number <= 255 for number in numbers)


def asking(*questions: NonHomomorphicQuestion | HomomorphicQuestion, group: str) -> Election:
    return Election(
        uuid=UUID, name="", description="", group=group, public_key="", questions=questions
    )


def test_a_group_must_have_room_for_the_answers() -> None:
    many = NonHomomorphicQuestion(question="?", answers=("x",) * 31)
    for group, most in (("Ed25519", 30), ("BELENIOS-2048", 0)):
        with pytest.raises(ElectionRefused) as refusal:
            group_of(asking(GRADES, many, group=group))
        assert refusal.value.code is ElectionProblem.TOO_MANY_ANSWERS
        assert refusal.value.facts["most"] == most
    rfc = group_of(asking(many, group="RFC-3526-2048"), POWER)
    assert rfc.most_values == 254
    for values in ([255] * 254, [0] * 254):
        assert list(rfc.held(rfc.read(rfc.text(rfc.hold(values))), 254)) == values


def test_no_answer_is_longer_than_the_widest() -> None:
    bodies = cast(ELECTION, SHUFFLED_VOTES)
    assert max(map(len, bodies)) <= largest_ballot(GROUP, SHUFFLED)
    assert [question.values for question in SHUFFLED] == [3, 0, 2]


def test_a_question_without_answers_makes_no_sense() -> None:
    with pytest.raises(ElectionRefused):
        NonHomomorphicQuestion(question="?", answers=())


def test_votes_that_are_opened_one_by_one_all_weigh_the_same() -> None:
    heavy = [f"{credential.public},2" for credential in ELECTION.credentials]
    with pytest.raises(ElectionRefused) as refusal:
        Setup.read(SETUP.documents.election, SETUP.documents.trustees, encode(heavy))
    assert refusal.value.facts == {"line": 1, "place": "credential:1"}


def test_one_trustee_alone_cannot_mix() -> None:
    trustees, share = make_single(GROUP, seeded(1))
    said = document(GROUP, trustees, questions=SHUFFLED)
    setup = Setup.read(said.encode(), trustees, roll_document([]))
    with pytest.raises(ElectionRefused) as refusal:
        close_election(setup, [], [share], seeded(1), TIME)
    assert refusal.value.facts == {"needed": 2, "given": 1}


def tally_of() -> Tally:
    bodies = cast(ELECTION, SHUFFLED_VOTES)
    return accumulate(SETUP, [check(SETUP, body) for body in bodies])


def test_a_published_shuffle_gives_the_tally_that_its_mixer_had() -> None:
    tally = tally_of()
    after, said = mix(SETUP.paper, tally, seeded(4))
    assert read_shuffle(SETUP, tally, 2, said) == after
    assert after.ciphertexts[1] == tally.ciphertexts[1]
    assert after.ciphertexts[0] != tally.ciphertexts[0]


def test_pairs_to_be_shuffled_are_in_the_order_of_their_bytes() -> None:
    tally = tally_of()
    assert list(tally.ciphertexts[0]) == sorted(tally.ciphertexts[0])
    said = json.loads(tally.encode(SETUP.paper))[0]
    assert [pair["alpha"] for pair in said] == sorted(
        (pair["alpha"] for pair in said), key=lambda text: bytes.fromhex(text)[::-1]
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda it: it["result"][0][0].__setitem__(0, 9), ElectionProblem.RESULT),
        (lambda it: it["result"][0].reverse(), ElectionProblem.RESULT),
        (lambda it: it["result"][0].pop(), ElectionProblem.RESULT),
        (lambda it: it["result"].pop(), ElectionProblem.FORM),
        (lambda it: it["result"][0][0].pop(), ElectionProblem.FORM),
        (lambda it: it["result"].__setitem__(0, "x"), ElectionProblem.FORM),
        (lambda it: it["result"][0][0].__setitem__(0, True), ElectionProblem.FORM),
        (lambda it: it["result"][0][0].__setitem__(0, None), ElectionProblem.FORM),
    ],
)
def test_a_vote_that_was_not_opened_is_refused(
    change: Callable[[Any], object], code: ElectionProblem
) -> None:
    def rewrite(events: list[Event]) -> list[Event]:
        plain = json.loads(events[-1].documents[0])
        change(plain)
        events[-1] = Event(type=EventType.RESULT, documents=(encode(plain),))
        return events

    last = verify_archive(rewritten(VALID, rewrite)).checks[-1]
    assert (last.name, last.facts["code"]) == (CheckName.RESULT, f"error.election.{code}")


def test_a_document_of_the_setup_keeps_its_hint_for_counting() -> None:
    said = json.loads(SETUP.documents.election)["questions"][0]
    assert said["extra"] == {"method": "Schulze", "blank": True}
    assert said["type"] == "NonHomomorphic"
    assert hex_hash(SETUP.election.encode()) == hex_hash(SETUP.documents.election)
