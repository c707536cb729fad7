# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth's services: what a slip, a vote and a challenge come to, and what stays of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.assembly import Alone, Wording
from ballots.documents import poll_document
from ballots.election.sealed.ballot import check
from ballots.election.slip import Slip
from ballots.merge import merge, takes
from ballots.one_slip import reserved
from ballots.receipts.held import Others
from ballots.record.bodies import Challenge, Close, PollOpen
from ballots.record.kinds import Kind
from ballots.session import Session
from kiosk import device, events
from kiosk.booth import Booth
from kiosk.device import Device
from kiosk.events import (
    BallotKept,
    BallotNotKept,
    BallotSealed,
    CastBallot,
    Event,
    Forget,
    LookUpSlip,
    OpenChallenge,
    PrintChallenge,
    PrintReceipt,
    ReceiptPrinted,
    SealBallot,
    ServiceWish,
    SlipTurnedAway,
    SlipWelcomed,
)
from kiosk.facilitator import Facilitator
from kiosk.finishing import finish
from kiosk.i18n import LANGUAGES
from kiosk.node import Node
from kiosk.troubles import BallotProblem, SlipProblem
from sync.errors import SyncError, SyncProblem
from tests.evenings import (
    BLANK,
    MESA,
    ONE,
    TWO,
    YES,
    Around,
    Bench,
    Choices,
    Evening,
    asked,
    bench,
    bodies_of,
    called,
    full_disk,
    inputs,
    look_up,
    read_only,
    seal,
    sealed_by,
    trackers_of,
    way_to_the_box,
)

RECEIPT = PrintReceipt(language="ca", copy=False)


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        switched_on.open()
        yield switched_on


@pytest.fixture
def printer() -> Iterator[Bench]:
    with bench() as attached:
        yield attached


# --- slips -----------------------------------------------------------------------------------


def test_a_slip_of_the_evening_is_welcomed_to_the_open_paper(evening: Evening) -> None:
    for slip in evening.slips:
        answer = evening.booth().carry_out(look_up(slip))
        assert answer == SlipWelcomed(uuid=evening.uuid, poll=evening.paper)


@pytest.mark.parametrize("change", [str.lower, lambda text: text.removeprefix("URNA:S1:")])
def test_a_code_is_welcomed_however_it_is_typed(
    evening: Evening, change: Callable[[str], str]
) -> None:
    typed = LookUpSlip(code=change(evening.slips[0].payload))
    assert isinstance(evening.booth().carry_out(typed), SlipWelcomed)


@pytest.mark.parametrize("code", ["", "?", "URNA:S1:", "8410376017595", "urna:r1:x:y", "ñ" * 24])
def test_what_is_no_slip_is_damaged(evening: Evening, code: str) -> None:
    answer = evening.booth().carry_out(LookUpSlip(code=code))
    assert answer == SlipTurnedAway(reason=SlipProblem.DAMAGED)


def test_a_misread_symbol_is_damaged_and_not_unknown(evening: Evening) -> None:
    symbols = evening.slips[0].symbols
    wrong = ("0" if symbols[3] != "0" else "1").join((symbols[:3], symbols[4:]))
    answer = evening.booth().carry_out(LookUpSlip(code=wrong))
    assert answer == SlipTurnedAway(reason=SlipProblem.DAMAGED)


def test_a_slip_of_another_evening_is_unknown(evening: Evening) -> None:
    answer = evening.booth().carry_out(look_up(Slip.draw(evening.random)))
    assert answer == SlipTurnedAway(reason=SlipProblem.UNKNOWN)


def test_before_and_after_the_poll_the_vote_is_closed(tmp_path: Path) -> None:
    closed = SlipTurnedAway(reason=SlipProblem.CLOSED)
    with Evening(tmp_path) as evening:
        booth = evening.booth()
        assert booth.carry_out(look_up(evening.slips[0])) == closed
        evening.open()
        assert isinstance(booth.carry_out(look_up(evening.slips[0])), SlipWelcomed)
        evening.close()
        assert booth.carry_out(look_up(evening.slips[0])) == closed


def swapped(election: bytes) -> bytes:
    """The election with the answers to its first question the other way round."""
    asked = msgspec.json.decode(election)
    asked["questions"][0]["answers"].reverse()
    return msgspec.json.encode(asked)


@pytest.mark.parametrize(
    "change", [swapped, lambda election: election.replace(b'"roll":"', b'"r":"')]
)
def test_a_poll_whose_election_is_not_the_prepared_one_takes_no_vote(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    with Evening(tmp_path) as evening:
        prepared = evening[MESA].prepared
        rightly = Facilitator(evening[MESA], lambda: "19:30").open_poll(evening.paper)
        election = change(evening[MESA].session().polls[rightly].election).decode()
        spare = prepared.spare[0]
        opening = PollOpen(
            at="19:30",
            election=election.replace(rightly, spare),
            poll=poll_document(evening.paper).decode(),
            uuid=spare,
        )
        evening[MESA].write(Kind.POLL_OPEN, opening.encode(), spare)
        evening[MESA].write(Kind.CLOSE, Close(at="19:31").encode(), rightly)
        evening.carry()
        answer = evening.booth().carry_out(look_up(evening.slips[0]))
        assert answer == SlipTurnedAway(reason=SlipProblem.UNREADY)


def test_a_false_claim_to_have_opened_a_vote_lets_no_slip_vote_again(evening: Evening) -> None:
    slip = evening.slips[0]
    evening.cast(ONE, slip)
    (body,) = bodies_of(evening)
    claim = Challenge(ballot=(body or b"").decode(), opening="{}")
    evening[TWO].write(Kind.CHALLENGE, claim.encode(), evening.uuid)
    evening.carry()
    for booth in (ONE, TWO):
        answer = evening.booth(booth).carry_out(look_up(slip))
        assert isinstance(answer, SlipTurnedAway)
        assert answer.reason is SlipProblem.USED


def test_what_another_booth_only_calls_a_ballot_turns_no_slip_away(evening: Evening) -> None:
    slip = evening.slips[0]
    credential = slip.credential(evening.uuid, evening.setup().group).public
    forged = msgspec.json.encode({"credential": credential, "election_uuid": evening.uuid})
    evening[TWO].write(Kind.BALLOT, forged, evening.uuid)
    evening.carry()
    assert isinstance(evening.booth(ONE).carry_out(look_up(slip)), SlipWelcomed)


def test_a_vote_is_said_to_be_kept_even_when_nobody_can_tell_who_else_holds_it(
    evening: Evening,
) -> None:
    def lost(_segment: str, _number: int) -> Others:
        raise SyncError(SyncProblem.RECORD_BUSY, file="record.db")

    with bench() as attached:
        booth = Booth(evening[ONE], attached.driver, Around(holding=lost), random=evening.random)
        sealed_by(booth, evening, evening.slips[0])
        answer = booth.carry_out(CastBallot())
    assert isinstance(answer, BallotKept)
    assert answer.holders == 1
    assert len(bodies_of(evening)) == 1


def test_a_slip_that_voted_here_is_used_and_its_receipt_can_be_had_again(evening: Evening) -> None:
    evening.cast(ONE, evening.slips[0])
    answer = evening.booth().carry_out(look_up(evening.slips[0]))
    assert answer == SlipTurnedAway(reason=SlipProblem.USED, copy=True)


def test_so_it_can_after_the_booth_was_switched_off_and_on(
    evening: Evening, printer: Bench
) -> None:
    evening.cast(ONE, evening.slips[0])
    evening.restart(ONE)
    booth = evening.booth(printer=printer.driver)
    copy = PrintReceipt(language="ca", copy=True)
    assert asked(booth, look_up(evening.slips[0]), copy) == [
        SlipTurnedAway(reason=SlipProblem.USED, copy=True),
        ReceiptPrinted(),
    ]


def test_a_slip_that_voted_elsewhere_is_used_and_its_receipt_is_there(
    evening: Evening, printer: Bench
) -> None:
    evening.cast(ONE, evening.slips[0])
    evening.carry()
    booth = evening.booth(TWO, printer=printer.driver)
    assert asked(booth, look_up(evening.slips[0]), RECEIPT) == [
        SlipTurnedAway(reason=SlipProblem.USED, copy=False),
        None,
    ]
    assert printer.simulator.bytes_received == 0


def test_one_slip_votes_once_in_each_open_poll(evening: Evening, printer: Bench) -> None:
    slip = evening.slips[0]
    first = evening.cast(ONE, slip)
    room = evening.leader.open_poll(inputs().room_question)
    evening.carry()
    booth = evening.booth(printer=printer.driver)
    welcome, receipt_of_the_first = asked(booth, look_up(slip), RECEIPT)
    assert welcome == SlipWelcomed(uuid=room, poll=inputs().room_question)
    assert receipt_of_the_first is None
    choices = {"carta": frozenset({"no"})}
    _, kept = asked(booth, SealBallot(uuid=room, choices=choices), CastBallot())
    assert isinstance(kept, BallotKept)
    assert kept.tracker != first
    again = booth.carry_out(look_up(slip))
    assert again == SlipTurnedAway(reason=SlipProblem.USED, copy=True)


# --- votes -----------------------------------------------------------------------------------


def test_the_record_holds_exactly_the_ballots_whose_trackers_were_shown(evening: Evening) -> None:
    seen = [
        evening.cast(name, slip, choices)
        for name, slip, choices in zip(
            (ONE, ONE, TWO), evening.slips, (YES, BLANK, YES), strict=False
        )
    ]
    evening.carry()
    setup = evening.setup()
    checked = [check(setup, body or b"") for body in bodies_of(evening, MESA)]
    assert sorted(ballot.tracker for ballot in checked) == sorted(seen)
    assert sorted(trackers_of(evening, MESA)) == sorted(seen)
    merged = merge(evening.state(), lambda ballot: takes(setup, ballot.body))
    assert not merged.refused
    assert not merged.conflicts


def test_a_ballot_is_on_disk_only_once_it_was_cast(evening: Evening) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    assert bodies_of(evening) == []
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=1)
    assert trackers_of(evening) == [tracker]


def test_a_ballot_that_is_kept_is_not_cast_again(evening: Evening) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    assert asked(booth, CastBallot(), CastBallot()) == [
        BallotKept(tracker=tracker, holders=1),
        BallotKept(tracker=tracker, holders=1),
    ]
    assert len(bodies_of(evening)) == 1


def test_a_ballot_that_was_on_disk_after_all_is_kept_and_not_written_twice(
    evening: Evening,
) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    assert booth._sealed is not None
    evening[ONE].write(Kind.BALLOT, booth._sealed.body, evening.uuid)
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=1)
    assert len(bodies_of(evening)) == 1


def test_a_paper_that_is_sealed_again_casts_only_what_was_sealed_last(evening: Evening) -> None:
    booth = evening.booth()
    first = sealed_by(booth, evening, evening.slips[0])
    second = booth.carry_out(seal(evening, BLANK))
    assert isinstance(second, BallotSealed)
    assert second.tracker != first
    booth.carry_out(CastBallot())
    assert trackers_of(evening) == [second.tracker]


@pytest.mark.parametrize(
    "choices",
    [
        {"diumenges": frozenset({"perhaps"})},
        {"diumenges": frozenset({"yes", "no"})},
        {"propostes": frozenset({"20411", "20415", "20418", "20423"})},
    ],
)
def test_a_choice_that_no_screen_offers_is_neither_sealed_nor_kept(
    evening: Evening, choices: Choices
) -> None:
    booth = evening.booth()
    sealed_by(booth, evening, evening.slips[0])
    assert asked(booth, seal(evening, choices), CastBallot()) == [
        BallotNotKept(reason=BallotProblem.STORAGE),
        None,
    ]
    assert bodies_of(evening) == []


def test_a_paper_of_another_poll_is_not_sealed(evening: Evening) -> None:
    booth = evening.booth()
    booth.carry_out(look_up(evening.slips[0]))
    assert booth.carry_out(SealBallot(uuid="Examp1eExamp1e", choices=YES)) is None


def test_the_receipt_says_how_many_devices_hold_the_vote(evening: Evening) -> None:
    places: list[tuple[str, int]] = []

    def others(segment: str, number: int) -> Others:
        places.append((segment, number))
        return Others(number=2)

    booth = evening.booth(company=Around(holding=others))
    tracker = sealed_by(booth, evening, evening.slips[0])
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=3)
    ((segment, number),) = places
    (entry,) = evening[ONE].replica.entries(segment, after=number - 1, limit=1)
    assert entry.body == bodies_of(evening)[0]


# --- while the paper was being sealed --------------------------------------------------------


def test_a_slip_that_votes_elsewhere_meanwhile_is_told_so(evening: Evening) -> None:
    booth = evening.booth(ONE)
    sealed_by(booth, evening, evening.slips[0])
    other = evening.cast(TWO, evening.slips[0])
    evening.carry()
    assert booth.carry_out(CastBallot()) == BallotNotKept(reason=BallotProblem.USED)
    assert trackers_of(evening, ONE) == [other]


def test_two_papers_of_one_slip_at_booths_that_do_not_hear_each_other_count_once(
    evening: Evening,
) -> None:
    for name in (ONE, TWO):
        evening.cast(name, evening.slips[0])
    evening.carry()
    evening.seal()
    setup = evening.setup()
    merged = merge(evening.state(), lambda ballot: takes(setup, ballot.body))
    assert len(merged.counted) == 1
    assert len(merged.set_aside) == 1


def test_a_poll_that_closes_meanwhile_takes_no_ballot(evening: Evening) -> None:
    booth = evening.booth()
    sealed_by(booth, evening, evening.slips[0])
    evening.close()
    assert booth.carry_out(CastBallot()) == BallotNotKept(reason=BallotProblem.CLOSED)
    assert bodies_of(evening) == []


def test_a_poll_that_somebody_opened_otherwise_meanwhile_takes_no_ballot(
    evening: Evening,
) -> None:
    booth = evening.booth()
    sealed_by(booth, evening, evening.slips[0])
    title = Wording(dict.fromkeys(LANGUAGES, "Una altra butlleta"))
    opening = PollOpen(
        at="19:31",
        election=evening.state(MESA).election.decode(),
        poll=poll_document(replace(evening.paper, title=title)).decode(),
        uuid=evening.uuid,
    )
    evening[MESA].write(Kind.POLL_OPEN, opening.encode(), evening.uuid)
    evening.carry()
    assert booth.carry_out(CastBallot()) == BallotNotKept(reason=BallotProblem.CLOSED)
    assert bodies_of(evening) == []


class Hurried(Device):
    """Hears that the poll is closed just after somebody has looked; its finisher runs at once."""

    hear: Callable[[], None] | None = None
    finisher: Thread

    def session(self) -> Session:
        seen = super().session()
        hear, self.hear = self.hear, None
        if hear is not None:
            hear()
            self.finisher = Thread(target=finish, args=(self,))
            self.finisher.start()
            self.finisher.join(0.2)  # long enough, unless it has to wait for the booth
        return seen


def test_no_final_comes_between_looking_and_writing(evening: Evening) -> None:
    """A ballot after its booth's final would be left out, although its person got a receipt."""
    evening[ONE].close()
    evening.devices[ONE] = hurried = Hurried(evening.folder / ONE, evening.random)
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    evening.leader.close_poll(evening.uuid)
    hurried.hear = lambda: evening.carry(MESA, ONE)
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=1)
    hurried.finisher.join()
    evening.carry()
    evening.finish()
    evening.leader.seal_poll(evening.uuid)
    assert [ballot.tracker for ballot in evening.state().ballots] == [tracker]
    assert not evening.state().late


# --- storage ---------------------------------------------------------------------------------


def test_a_full_disk_keeps_nothing_and_trying_again_casts_the_same_ballot(
    evening: Evening,
) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    entries = len(evening[ONE].replica)
    with full_disk(evening[ONE]):
        for _ in range(2):
            answer = booth.carry_out(CastBallot())
            assert answer == BallotNotKept(reason=BallotProblem.STORAGE)
    assert len(evening[ONE].replica) == entries
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=1)
    assert trackers_of(evening) == [tracker]
    evening.carry()
    assert not evening[MESA].session().forks
    evening.restart(ONE)
    assert trackers_of(evening) == [tracker]


def test_a_vote_that_was_not_kept_does_not_appear_when_its_person_has_left(
    evening: Evening,
) -> None:
    booth = evening.booth()
    lost = sealed_by(booth, evening, evening.slips[0])
    with read_only(evening[ONE]):
        assert booth.carry_out(CastBallot()) == BallotNotKept(reason=BallotProblem.STORAGE)
    booth.carry_out(Forget())
    elsewhere = evening.cast(TWO, evening.slips[0])
    here = evening.cast(ONE, evening.slips[1])
    evening.carry()
    assert sorted(trackers_of(evening, MESA)) == sorted([elsewhere, here])
    assert lost not in trackers_of(evening, MESA)
    assert not evening[MESA].session().oddities


def test_a_challenge_that_cannot_be_recorded_opens_nothing(evening: Evening) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    with read_only(evening[ONE]):
        answer = booth.carry_out(OpenChallenge())
    assert answer == BallotNotKept(reason=BallotProblem.STORAGE)
    assert evening.written(ONE, Kind.CHALLENGE) == []
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=1)
    assert evening.state(ONE).challenged == frozenset()


# --- laws ------------------------------------------------------------------------------------

CHOICES = st.sampled_from([YES, BLANK, {}, {"diumenges": frozenset({"maybe"})}])
ACTS = st.sampled_from(["look", "seal", "cast", "receipt", "open", "paper", "forget", "world"])


@given(
    acts=st.lists(st.tuples(ACTS, st.integers(0, 4), CHOICES), max_size=24),
    ends=st.sampled_from(["", "close", "elsewhere", "disk"]),
)
def test_whatever_is_wished_nothing_is_raised_and_what_is_said_to_be_kept_is_there(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, int, Choices]],
    ends: str,
) -> None:
    with Evening(tmp_path_factory.mktemp("law")) as evening:
        evening.open()
        booth = evening.booth()  # its printer is none: every paper fails
        kept: list[str] = []
        for act, number, choices in acts:
            answer = _carry_out(booth, evening, act, number, choices, ends)
            if isinstance(answer, BallotKept):
                kept.append(answer.tracker)
                assert answer.tracker in trackers_of(evening)
                assert answer.tracker not in evening.state(ONE).challenged
        evening.restart(ONE)
        assert set(kept) <= set(trackers_of(evening))
        evening.carry()
        session = evening[MESA].session()
        assert not session.forks
        assert not session.oddities


def _carry_out(
    booth: Booth, evening: Evening, act: str, number: int, choices: Choices, ends: str
) -> Event | None:
    wishes: dict[str, ServiceWish] = {
        "look": look_up(evening.slips[number]) if number < 4 else LookUpSlip(code="?"),
        "seal": seal(evening, choices),
        "cast": CastBallot(),
        "receipt": PrintReceipt(language="ca", copy=bool(number % 2)),
        "open": OpenChallenge(),
        "paper": PrintChallenge(language="en"),
        "forget": Forget(),
    }
    if act != "world":
        return booth.carry_out(wishes[act])
    if ends == "close":
        evening.close()
    elif ends == "elsewhere":
        evening.carry()
        if evening.state(TWO).stage == "open" and number < 4:
            other = evening.booth(TWO)
            asked(other, *way_to_the_box(evening.uuid, evening.slips[number]))
        evening.carry()
    elif ends == "disk":
        with read_only(evening[ONE]):
            answer = booth.carry_out(CastBallot())
        # What was in the box before stays kept; nothing new may be said to be.
        assert not isinstance(answer, BallotKept) or answer.tracker in trackers_of(evening)
    return None


def test_a_node_tells_the_booth_how_many_hold_a_vote(evening: Evening) -> None:
    node = Node(evening[ONE])
    try:
        booth = evening.booth(company=node)
        sealed_by(booth, evening, evening.slips[0])
        kept = booth.carry_out(events.CastBallot())
        assert isinstance(kept, BallotKept)
        assert kept.holders == 1
    finally:
        node.stop()


def test_a_slip_that_is_in_hand_at_another_booth_is_turned_away_and_told_where(
    evening: Evening,
) -> None:
    slip, around = evening.slips[0], Around()
    credential = slip.credential(evening.uuid, evening.setup().group).public
    name = reserved(evening.uuid, credential)
    booth = evening.booth(company=around)
    around.has[name] = evening[TWO].key.public.hex()
    away = SlipTurnedAway(reason=SlipProblem.IN_HAND, at=TWO)
    assert asked(booth, look_up(slip), seal(evening)) == [away, None]
    around.has[name] = "ab" * 32
    assert booth.carry_out(look_up(slip)) == replace(away, at="abababab")
    around.has.clear()
    assert isinstance(booth.carry_out(look_up(slip)), SlipWelcomed)


def test_a_slip_stays_in_hand_until_the_booth_forgets_it(evening: Evening) -> None:
    slip, around = evening.slips[0], Around()
    booth = evening.booth(company=around)
    sealed_by(booth, evening, slip)
    in_hand = around.in_hand
    assert len(in_hand) == 32
    assert slip.code.encode() not in in_hand
    booth.carry_out(CastBallot())
    assert around.in_hand == in_hand
    booth.carry_out(events.Forget())
    assert around.in_hand == b""


def test_a_booth_whose_disk_is_almost_full_takes_no_more_slips(
    evening: Evening, printer: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth = evening.booth(printer=printer.driver)
    evening.cast(ONE, evening.slips[0])
    monkeypatch.setattr(device, "LEAST_FREE", 1 << 70)
    assert booth.carry_out(look_up(evening.slips[1])) == SlipTurnedAway(reason=SlipProblem.FULL)
    used = SlipTurnedAway(reason=SlipProblem.USED, copy=True)
    assert booth.carry_out(look_up(evening.slips[0])) == used  # its receipt is there all the same


def test_a_disk_that_does_not_answer_turns_nobody_away_before_it_has_to(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: Path) -> None:
        raise OSError

    monkeypatch.setattr(device, "disk_usage", gone)
    assert isinstance(evening.booth().carry_out(look_up(evening.slips[0])), SlipWelcomed)


def test_a_booth_that_is_cut_off_sends_slips_of_a_strict_poll_home(tmp_path: Path) -> None:
    """No slip can then be used on both sides of a cable that is out."""
    with Evening(tmp_path, assembly=called(Alone.STRICT)) as evening:
        evening.open()
        booths = {name: evening.booth(name, company=Around(alone=True)) for name in (ONE, TWO)}
        evening.carry()
        for slip in evening.slips:
            answers = {name: booth.carry_out(look_up(slip)) for name, booth in booths.items()}
            (at,) = (name for name, it in answers.items() if isinstance(it, SlipWelcomed))
            (other,) = set(answers) - {at}
            assert answers[other] == SlipTurnedAway(reason=SlipProblem.ELSEWHERE, at=at)
        for name in booths:
            taken = evening.booth(name).carry_out(look_up(evening.slips[0]))
            assert isinstance(taken, SlipWelcomed)


def test_a_booth_that_is_cut_off_takes_every_slip_of_an_open_poll(evening: Evening) -> None:
    for name in (ONE, TWO):
        taken = evening.booth(name, company=Around(alone=True)).carry_out(
            look_up(evening.slips[0])
        )
        assert isinstance(taken, SlipWelcomed)
