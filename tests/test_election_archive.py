# SPDX-License-Identifier: AGPL-3.0-or-later
"""Archives: closed, read, verified, and forged in every way that other tools let pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ballots.election.archive.chain import ArchiveWriter
from ballots.election.archive.events import Event, EventType, owned_event
from ballots.election.archive.source import InMemory
from ballots.election.archive.tar import record
from ballots.election.closing import close_election
from ballots.election.course import CheckName
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import encode, hex_hash, short_hash
from ballots.election.roll import weighted_roll_document
from ballots.election.sealed.ballot import check, encrypt
from ballots.election.setup import Setup
from ballots.election.tally import accumulate
from ballots.election.verify import verify_archive
from tests.small_elections import (
    COUNTS,
    POWER,
    TIME,
    UUID,
    VOTES,
    ballot_event,
    cast,
    events_of,
    rewritten,
    seeded,
    small_archive,
    small_election,
)

ELECTION = small_election()
SETUP = ELECTION.setup
VALID = small_archive()
SETUP_EVENT, *BALLOTS, END, TALLY, DECRYPTION, RESULT = events_of(VALID)

ADDITIVE = [name for name in CheckName if name is not CheckName.SHUFFLES]
Change = Callable[[list[Event]], list[Event]]


def fails(data: bytes, name: CheckName, code: ElectionProblem, place: str = "") -> None:
    verified = verify_archive(data)
    last = verified.checks[-1]
    assert not verified.passed
    assert verified.published is None
    assert (last.name, last.facts["code"]) == (name, f"error.election.{code}")
    assert last.place.startswith(place)
    assert last.place


@pytest.mark.parametrize(
    ("name", "size", "threshold"),
    [("Ed25519", 1, 1), ("Ed25519", 3, 2), ("BELENIOS-2048", 1, 1), ("BELENIOS-2048", 3, 2)],
)
def test_a_closed_election_verifies(name: str, size: int, threshold: int) -> None:
    data = small_archive(name, size=size, threshold=threshold)
    verified = verify_archive(data, POWER)
    assert verified.passed
    assert [check.name for check in verified.checks] == ADDITIVE
    published = verified.published
    assert published is not None
    assert (published.uuid, published.group, published.counts) == (UUID, name, COUNTS)
    assert (published.trustees, published.threshold) == (size, threshold)
    assert (published.voters, published.weight, published.roll) == (3, 3, 4)
    assert published.x_assembly["poll"] == "pressupost"
    assert published.timestamp == TIME
    election = small_election(name, size=size, threshold=threshold)
    assert sorted(published.trackers) == sorted(map(short_hash, cast(election)))
    assert published.questions == election.setup.questions
    assert published.fingerprint == election.setup.fingerprint
    assert (published.name, published.description) == ("Assemblea del barri «exemple»", "Prova")


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_votes_may_weigh_more_than_one(name: str) -> None:
    election = small_election(name)
    weights = (1, 3, 10**11 - 4, 0)
    publics = [credential.public for credential in election.credentials]
    roll = weighted_roll_document(dict(zip(publics, weights, strict=True)))
    documents = election.setup.documents
    setup = Setup.read(documents.election, documents.trustees, roll, POWER)
    votes = (*VOTES, VOTES[1])
    bodies = [
        encrypt(setup, voter, marks, seeded(2)).body
        for voter, marks in zip(election.credentials, votes, strict=True)
    ]
    light = accumulate(setup, [check(setup, body) for body in bodies[:2] + bodies[3:]])
    assert (light.ballots, light.weight) == (3, 4)
    data, result = close_election(setup, bodies[:2] + bodies[3:], election.shares, seeded(3), TIME)
    assert result.counts == ((1, 3, 0), (3, 3, 0))
    published = verify_archive(data, POWER).published
    assert published is not None
    assert (published.counts, published.voters, published.weight) == (result.counts, 3, 4)


def test_a_weight_that_is_no_weight_is_refused() -> None:
    for weight in (-1, 10**11):
        with pytest.raises(ElectionRefused) as refusal:
            weighted_roll_document({"a": 1, "b": weight})
        assert refusal.value.facts == {"line": 2}


def test_an_election_without_a_vote_closes_at_nothing() -> None:
    for name in ("Ed25519", "BELENIOS-2048"):
        election = small_election(name)
        data, result = close_election(election.setup, [], election.shares, seeded(3), TIME)
        assert result.counts == ((0, 0, 0), (0, 0, 0))
        assert verify_archive(data, POWER).passed


def test_the_order_of_casting_is_forgotten() -> None:
    bodies = cast(ELECTION)
    orders = {
        tuple(event.documents for event in events_of(data) if event.type is EventType.BALLOT)
        for data, _ in (
            close_election(SETUP, bodies, ELECTION.shares, seeded(seed), TIME)
            for seed in range(12)
        )
    }
    assert len(orders) > 3


def test_closing_refuses_a_ballot_that_is_not_valid_and_names_it() -> None:
    bodies = [*cast(ELECTION), b"{}"]
    with pytest.raises(ElectionRefused) as refusal:
        close_election(SETUP, bodies, ELECTION.shares, seeded(3), TIME)
    assert refusal.value.facts["place"] == f"ballot:{short_hash(b'{}')}"


def test_closing_refuses_two_ballots_of_one_slip() -> None:
    again = encrypt(SETUP, ELECTION.credentials[0], VOTES[1], seeded(8)).body
    with pytest.raises(ElectionRefused) as refusal:
        close_election(SETUP, [*cast(ELECTION), again], ELECTION.shares, seeded(3), TIME)
    assert refusal.value.code is ElectionProblem.REVOTE
    assert str(refusal.value.facts["place"]).startswith("ballot:")


def test_closing_needs_enough_trustees() -> None:
    election = small_election(size=3, threshold=2)
    with pytest.raises(ElectionRefused) as refusal:
        close_election(election.setup, cast(election), election.shares[:1], seeded(3), TIME)
    assert refusal.value.code is ElectionProblem.SHARES_MISSING


def test_reading_and_writing_give_the_same_bytes() -> None:
    assert rewritten(VALID, lambda events: events) == VALID


def test_the_file_is_a_chain_of_named_records() -> None:
    assert VALID.startswith(b"BELENIOS\0")
    assert len(VALID) % 512 == 0
    assert VALID[512:].startswith(b'{"version":1,"timestamp":"1795300209"}\0')
    assert [event.type for event in events_of(VALID)] == [
        EventType.SETUP,
        *[EventType.BALLOT] * 3,
        EventType.END_BALLOTS,
        EventType.TALLY,
        EventType.DECRYPTION,
        EventType.RESULT,
    ]


def test_the_last_of_two_votes_counts_where_the_format_allows_two() -> None:
    again = encrypt(SETUP, ELECTION.credentials[0], VOTES[1], seeded(8)).body
    bodies = [*cast(ELECTION), again]
    tally = accumulate(SETUP, [check(SETUP, body) for body in bodies])
    once = accumulate(SETUP, [check(SETUP, body) for body in bodies[1:]])
    assert tally == once
    with pytest.raises(ElectionRefused) as refusal:
        accumulate(SETUP, [check(SETUP, body) for body in (*bodies, again)])
    assert refusal.value.code is ElectionProblem.BALLOT_TWICE


def test_blocks_at_the_end_are_refused_where_they_begin() -> None:
    fails(
        VALID + bytes(1024), CheckName.FORM, ElectionProblem.ARCHIVE_RECORD, f"byte:{len(VALID)}"
    )


def test_an_archive_that_breaks_off_is_refused() -> None:
    fails(VALID[:-1], CheckName.FORM, ElectionProblem.ARCHIVE_RECORD, "byte:")
    fails(VALID[:-512], CheckName.FORM, ElectionProblem.ARCHIVE_RECORD, "byte:")
    fails(VALID[:100], CheckName.FORM, ElectionProblem.ARCHIVE_RECORD, "byte:100")
    fails(b"", CheckName.FORM, ElectionProblem.ARCHIVE_RECORD, "byte:0")


def tar(*bodies: tuple[str, bytes], header: bytes = b'{"version":1,"timestamp":"7"}') -> bytes:
    return b"".join(record(name, body, 7) for name, body in (("BELENIOS", header), *bodies))


@pytest.mark.parametrize(
    "data",
    [
        record("VENEZIA", b'{"version":1,"timestamp":"7"}', 7),
        tar(header=b'{"version":1,"timestamp":"8"}'),
        tar(header=b'{"version":1,"timestamp":"07"}'),
        tar(("x.data.json", b"x")),
        tar((f"{hex_hash(b'x')}.data.json", b"y")),
        tar((f"{hex_hash(b'x')}.data.json", b"x")),
        tar(("", b"x")),
    ],
)
def test_records_of_no_archive_are_refused(data: bytes) -> None:
    fails(data, CheckName.FORM, ElectionProblem.ARCHIVE_RECORD, "byte:")


def test_another_version_is_refused() -> None:
    header = tar(header=b'{"version":2,"timestamp":"7"}')
    fails(header, CheckName.FORM, ElectionProblem.FORM, "event:0")


@pytest.mark.parametrize(
    "event",
    [
        b'{"height":1,"type":"EndBallots"}',
        b'{"parent":"x","height":0,"type":"EndBallots"}',
        b'{"height":0,"type":"EndBallots","payload":"x"}',
    ],
)
def test_an_event_that_does_not_fit_the_chain_is_refused(event: bytes) -> None:
    data = tar((f"{hex_hash(event)}.event.json", event))
    fails(data, CheckName.CHAIN, ElectionProblem.ARCHIVE_LINK, "event:0")


@pytest.mark.parametrize(
    "event", [b'{"type":"EndBallots","height":0}', b'{"height":0,"type":"Coffee"}', b"[]"]
)
def test_what_is_no_event_is_refused(event: bytes) -> None:
    data = tar((f"{hex_hash(event)}.event.json", event))
    fails(data, CheckName.FORM, ElectionProblem.FORM, "event:0")


@pytest.mark.parametrize(
    "event",
    [
        Event(type=EventType.BALLOT, documents=()),
        Event(type=EventType.BALLOT, documents=(b"1", b"2")),
        Event(type=EventType.END_BALLOTS, documents=(b"1",)),
        Event(type=EventType.SETUP, documents=SETUP_EVENT.documents[1:]),
        Event(
            type=EventType.SETUP,
            documents=(*SETUP_EVENT.documents[:3], b"certificate", SETUP_EVENT.documents[3]),
        ),
        Event(type=EventType.SETUP, documents=(b"1", *SETUP_EVENT.documents[1:])),
        Event(type=EventType.TALLY, documents=(b"1", TALLY.documents[1])),
        Event(type=EventType.DECRYPTION, documents=(b"1", DECRYPTION.documents[1])),
        Event(type=EventType.SHUFFLE, documents=(b"1", DECRYPTION.documents[1])),
    ],
)
def test_documents_that_an_event_does_not_name_are_refused(event: Event) -> None:
    writer = ArchiveWriter(TIME)
    writer.add(event)
    fails(writer.finish(), CheckName.CHAIN, ElectionProblem.ARCHIVE_LINK, "event:0")


def test_a_certificate_of_the_roll_may_be_there() -> None:
    election, trustees, roll, said = SETUP_EVENT.documents
    said = encode(json.loads(said) | {"credentials_certificate": hex_hash(b"{}")})
    setup = Event(type=EventType.SETUP, documents=(election, trustees, roll, b"{}", said))
    assert verify_archive(rewritten(VALID, lambda events: [setup, *events[1:]])).passed


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda e: e[1:], "event:0"),
        (lambda e: [*e[:1], *e], "event:1"),
        (lambda e: [*e[:5], BALLOTS[0], *e[5:]], "event:5"),  # after the end of voting
        (lambda e: [*e[:5], BALLOTS[0], END, *e[5:]], "event:5"),  # a second phase of voting
        (lambda e: [*e[:6], BALLOTS[0], *e[6:]], "event:6"),
        (lambda e: [*e, BALLOTS[0]], "event:8"),  # after the result
        (lambda e: [*e, RESULT], "event:8"),
        (lambda e: [*e[:4], *e[5:]], "event:4"),  # no end of voting
        (lambda e: [*e[:5], *e[6:]], "event:5"),  # no tally
        (lambda e: [*e[:6], TALLY, *e[6:]], "event:6"),
        (lambda e: [*e[:6], RESULT], "event:6"),  # no trustee
        (lambda e: [*e[:7], DECRYPTION, RESULT], "event:7"),  # one trustee twice
    ],
)
def test_events_in_another_order_are_refused(change: Change, place: str) -> None:
    fails(rewritten(VALID, change), CheckName.ORDER, ElectionProblem.ARCHIVE_ORDER, place)


@pytest.mark.parametrize("kept", [0, 1, 4, 5, 6, 7])
def test_an_election_that_is_not_finished_is_refused(kept: int) -> None:
    fails(
        rewritten(VALID, lambda events: events[:kept]),
        CheckName.ORDER,
        ElectionProblem.ARCHIVE_UNFINISHED,
        f"event:{kept}",
    )


def test_shuffles_are_refused_where_no_question_is_shuffled() -> None:
    shuffles = [
        owned_event(EventType.SHUFFLE, 1, b'{"ciphertexts":[],"proofs":[]}'),
        Event(type=EventType.END_SHUFFLES, documents=()),
    ]
    data = rewritten(VALID, lambda e: [*e[:6], *shuffles, *e[6:]])
    fails(data, CheckName.SHUFFLES, ElectionProblem.SHUFFLE_UNASKED, "event:6")


@pytest.mark.parametrize("kept", [0, 1])
def test_shuffles_that_do_not_begin_or_do_not_end_are_refused(kept: int) -> None:
    halves = [
        owned_event(EventType.SHUFFLE, 1, b"{}"),
        Event(type=EventType.END_SHUFFLES, documents=()),
    ]
    data = rewritten(VALID, lambda e: [*e[:6], halves[kept], *e[6:]])
    place = "event:7" if kept == 0 else "event:6"
    fails(data, CheckName.ORDER, ElectionProblem.ARCHIVE_ORDER, place)


def with_ballot(body: bytes) -> bytes:
    return rewritten(VALID, lambda e: [*e[:4], ballot_event(body), *e[4:]])


def test_a_ballot_that_is_spelt_otherwise_is_refused() -> None:
    body = BALLOTS[0].documents[0].replace(b'{"election_uuid":', b'{ "election_uuid":', 1)
    fails(with_ballot(body), CheckName.BALLOT_FORM, ElectionProblem.FORM, "ballot:")


def test_a_ballot_that_stands_twice_is_refused() -> None:
    body = BALLOTS[0].documents[0]
    place = f"ballot:{short_hash(body)}"
    fails(with_ballot(body), CheckName.BALLOT_ONCE, ElectionProblem.BALLOT_TWICE, place)


def test_a_ballot_of_another_election_is_refused() -> None:
    other = small_election(uuid="AnotherExampZe2345")
    body = encrypt(other.setup, other.credentials[0], VOTES[0], seeded(1)).body
    fails(with_ballot(body), CheckName.BALLOT_ELECTION, ElectionProblem.BALLOT_ELECTION, "ballot:")


def test_a_ballot_in_the_box_but_not_in_the_sum_is_refused() -> None:
    body = encrypt(SETUP, ELECTION.credentials[3], VOTES[0], seeded(1)).body
    fails(with_ballot(body), CheckName.TALLY_SIZE, ElectionProblem.TALLY_SIZE, "event:6")


def test_a_ballot_taken_out_of_the_box_is_missed() -> None:
    data = rewritten(VALID, lambda e: [e[0], *e[2:]])
    fails(data, CheckName.TALLY_SIZE, ElectionProblem.TALLY_SIZE, "event:4")


def changed(number: int, change: Callable[[Any], object], document: int = 0) -> bytes:
    """One document of one event changed, and whatever names it."""
    events = events_of(VALID)
    documents = list(events[number].documents)
    plain = json.loads(documents[document])
    change(plain)
    old, documents[document] = hex_hash(documents[document]), encode(plain)
    new = hex_hash(documents[document])
    documents[-1] = documents[-1].replace(old.encode(), new.encode())
    events[number] = Event(type=events[number].type, documents=tuple(documents))
    return rewritten(VALID, lambda _: events)


def one_more(tally: list[list[dict[str, str]]]) -> None:
    group, pair = ELECTION.group, tally[0][0]
    beta = group.times(group.read(pair["beta"]), group.generate(1))
    pair["beta"] = group.text(beta)


def test_a_sum_with_one_more_vote_is_refused() -> None:
    fails(changed(5, one_more), CheckName.TALLY_SUM, ElectionProblem.TALLY, "event:5")


@pytest.mark.parametrize("wrong", [{"num_tallied": 4}, {"total_weight": 4}, {"total_weight": "4"}])
def test_a_wrong_size_of_the_sum_is_refused(wrong: dict[str, object]) -> None:
    data = changed(5, lambda sized: sized.update(wrong), document=1)
    fails(data, CheckName.TALLY_SIZE, ElectionProblem.TALLY_SIZE, "event:5")


def test_a_wrong_proof_of_a_trustee_is_refused() -> None:
    data = changed(0, lambda trustees: trustees[0][1]["pok"].update(response="1"), document=1)
    fails(data, CheckName.TRUSTEES, ElectionProblem.TRUSTEE, "trustee:1")


def test_a_credential_twice_on_the_roll_is_refused() -> None:
    data = changed(0, lambda roll: roll.append(roll[0]), document=2)
    fails(data, CheckName.ROLL, ElectionProblem.ROLL, "credential:5")


def test_an_election_that_makes_no_sense_is_refused() -> None:
    data = changed(0, lambda election: election.update(uuid="x"))
    fails(data, CheckName.ELECTION, ElectionProblem.ELECTION, "event:0")


def wrong_factor(partial: dict[str, Any]) -> None:
    partial["decryption_factors"][0][0] = ELECTION.group.text(ELECTION.group.generate(1))


def test_a_wrong_factor_is_refused() -> None:
    fails(changed(6, wrong_factor), CheckName.DECRYPTION, ElectionProblem.DECRYPTION, "trustee:1")


@pytest.mark.parametrize("key", ["decryption_factors", "decryption_proofs"])
def test_factors_of_another_shape_are_refused(key: str) -> None:
    data = changed(6, lambda partial: partial[key][0].pop())
    fails(data, CheckName.DECRYPTION, ElectionProblem.FORM, "trustee:1")


def test_factors_of_fewer_questions_are_refused() -> None:
    data = changed(6, lambda partial: partial["decryption_factors"].pop())
    fails(data, CheckName.DECRYPTION, ElectionProblem.FORM, "trustee:1")


def test_a_document_that_is_larger_than_any_honest_one_is_not_loaded() -> None:
    padding = b'"' + b" " * 5000 + b'"'
    sized = TALLY.documents[1][:-1] + b',"x":' + padding + b"}"
    tally = Event(type=EventType.TALLY, documents=(TALLY.documents[0], sized))
    data = rewritten(VALID, lambda events: [*events[:5], tally, *events[6:]])
    fails(data, CheckName.FORM, ElectionProblem.TOO_LARGE, "byte:")


class Fickle:
    """A medium that says something else about one place from the second reading on."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place, self._read = data, place, 0
        self.size = len(data)

    def read(self, start: int, size: int) -> bytes:
        piece = bytearray(self._data[start : start + size])
        if start <= self._place < start + size:
            self._read += 1
            if self._read > 1:
                piece[self._place - start] ^= 1
        return bytes(piece)


def test_what_is_read_again_is_hashed_again() -> None:
    ballot = VALID.index(b'{"election_uuid"')
    for place in (ballot, ballot + 200, VALID.index(b'{"num_tallied"')):
        assert verify_archive(InMemory(VALID)).passed
        verified = verify_archive(Fickle(VALID, place))
        last = verified.checks[-1]
        assert last.facts["code"] == f"error.election.{ElectionProblem.ARCHIVE_RECORD}"
        assert not verified.passed


def test_a_roll_that_the_election_does_not_state_is_refused() -> None:
    def state(election: dict[str, Any]) -> None:
        election["x_assembly"]["roll"] = "00" * 32

    fails(changed(0, state), CheckName.ROLL, ElectionProblem.BOUND, "event:0")


def test_too_few_trustees_are_refused() -> None:
    data = small_archive(size=3, threshold=2)
    cut = rewritten(data, lambda events: [*events[:6], *events[7:]])
    fails(cut, CheckName.DECRYPTION, ElectionProblem.SHARES_MISSING, "event:6")


@pytest.mark.parametrize("count", [2, 4, ELECTION.group.q + 1, -1, "1x", "01"])
def test_a_result_that_the_trustees_did_not_open_is_refused(count: object) -> None:
    def change(result: dict[str, Any]) -> None:
        result["result"][0][0] = count if not isinstance(count, int) or count < 9 else str(count)

    verified = verify_archive(changed(7, change))
    assert verified.checks[-1].name == CheckName.RESULT
    assert not verified.passed


def test_a_result_of_another_shape_is_refused() -> None:
    data = changed(7, lambda result: result["result"][0].pop())
    fails(data, CheckName.RESULT, ElectionProblem.FORM, "event:7")


def test_large_counts_may_be_written_as_strings() -> None:
    data = changed(7, lambda result: result["result"][0].__setitem__(0, "1"))
    assert verify_archive(data).passed
