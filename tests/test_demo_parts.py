# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of the demo one by one: who comes, what residents do, processes, clock, summary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ballots.record.kinds import Kind
from hardware.attach import attach_scanner
from hardware.simulated.scanner import ScannerSimulator
from kiosk.commands.results import result_table
from kiosk.demo.challenges import Challenge
from kiosk.demo.clock import EveningClock
from kiosk.demo.evening import (
    BY_TOUCH,
    FEWEST_KIOSKS,
    FEWEST_RESIDENTS,
    Incident,
    draw_evening,
)
from kiosk.demo.evening import Evening as Drawn
from kiosk.demo.hands import KioskProcess, serve, serve_one
from kiosk.demo.inputs import read_inputs
from kiosk.demo.narrator import CLEAR_LINE, Narrator
from kiosk.demo.plain_booth import PlainBooth
from kiosk.demo.resident import MOST_TOUCHES, Habits, Sight, walk
from kiosk.demo.room import PROGRAM
from kiosk.demo.run import Played
from kiosk.demo.summary import summary
from kiosk.demo.visits import Seen
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import LANGUAGES, voice
from sync.replica import Replica
from tests.evenings import BLANK, ONE, TAULA, TWO, YES, Choices, Evening, bench, inputs

POLLS = (*inputs().assembly.polls, inputs().room_question)


# --- who comes --------------------------------------------------------------------------------


def drawn(seed: int = 1, residents: int = 60, kiosks: int = 3) -> Drawn:
    return draw_evening(
        seed=seed, residents=residents, kiosks=kiosks, polls=POLLS, languages=LANGUAGES
    )


evenings = st.builds(
    drawn,
    seed=st.integers(0, 1 << 32),
    residents=st.integers(FEWEST_RESIDENTS, 90),
    kiosks=st.integers(FEWEST_KIOSKS, 6),
)


@given(evenings)
def test_everyone_comes_once_and_every_incident_happens_once(evening: Drawn) -> None:
    numbers = [visit.resident.number for visit in evening.visits]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    incidents = Counter(visit.incident for visit in evening.visits if visit.incident)
    assert incidents == dict.fromkeys(Incident, 1)
    assert sum(visit.by_touch for visit in evening.visits) >= BY_TOUCH
    assert all(visit.by_touch == (visit.booth == 0) for visit in evening.visits)


@given(evenings)
def test_the_booth_that_is_cut_off_comes_back_before_it_is_killed(evening: Drawn) -> None:
    where = {visit.incident: place for place, visit in enumerate(evening.visits)}
    assert where[Incident.CUT_OFF] < where[Incident.BACK] < where[Incident.KILLED]
    booths = {
        evening.visits[where[incident]].booth
        for incident in (Incident.CUT_OFF, Incident.BACK, Incident.KILLED)
    }
    assert len(booths) == 1
    assert 0 not in booths  # the booth with the screen stays connected
    for incident in (Incident.CHALLENGE, Incident.SLIP_AGAIN):
        assert evening.visits[where[incident]].by_touch


@given(evenings)
def test_everyone_votes_as_the_papers_allow(evening: Drawn) -> None:
    for visit in evening.visits:
        for poll in POLLS:
            for question in poll.questions:
                chosen = visit.resident.choices[question.id]
                assert sum(question.positions(chosen)) == len(
                    chosen
                )  # refuses what is not allowed
        assert visit.resident.language in LANGUAGES


@given(evenings)
def test_those_who_stay_vote_again_in_the_room(evening: Drawn) -> None:
    staying = {visit.resident.number for visit in evening.visits if visit.resident.stays}
    assert [*sorted(staying)] == sorted(v.resident.number for v in evening.room_visits)
    assert not any(visit.incident for visit in evening.room_visits)


def test_a_seed_draws_the_same_evening_and_another_draws_another() -> None:
    assert drawn(seed=4) == drawn(seed=4)
    assert drawn(seed=4) != drawn(seed=5)


def test_votes_have_a_lean_and_a_few_are_blank() -> None:
    choices = [visit.resident.choices["diumenges"] for visit in drawn(residents=400).visits]
    counted = Counter(choices)
    assert counted[frozenset({"yes"})] > counted[frozenset({"no"})] > counted[frozenset()] > 0


def test_a_resident_does_not_print_what_they_vote() -> None:
    visit = drawn().visits[0]
    assert repr(visit.resident) == f"Resident({visit.resident.number})"
    assert "Veïna" not in repr(visit)
    assert not any(option in repr(visit) for option in ("yes", "no,", "20411"))
    assert "yes" not in repr(Habits({"q": frozenset({"yes"})}, "ca"))


@pytest.mark.parametrize(
    ("residents", "kiosks", "problem", "fewest"),
    [
        (FEWEST_RESIDENTS - 1, 3, KioskProblem.TOO_FEW_RESIDENTS, FEWEST_RESIDENTS),
        (60, FEWEST_KIOSKS - 1, KioskProblem.TOO_FEW_KIOSKS, FEWEST_KIOSKS),
    ],
)
def test_too_few_for_all_that_must_happen_are_refused(
    residents: int, kiosks: int, problem: KioskProblem, fewest: int
) -> None:
    with pytest.raises(KioskRefused) as caught:
        drawn(residents=residents, kiosks=kiosks)
    assert caught.value.code is problem
    assert caught.value.facts == {"fewest": fewest}


# --- what they do -----------------------------------------------------------------------------


@dataclass
class Eyes:
    """A plain booth as a resident meets it; `pressed` is what they touched."""

    booth: PlainBooth
    scanner: ScannerSimulator
    pressed: list[str] = field(default_factory=list)

    def press(self, target: str) -> Sight:
        self.pressed.append(target)
        return seen(self.booth.press(target))

    def scan(self, code: str) -> Sight:
        self.scanner.scan(code)
        return seen(self.booth.scan())


def seen(answer: dict[str, Any]) -> Sight:
    return Sight(answer["view"], frozenset(answer["targets"]), answer["facts"])


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path / "devices") as switched_on:
        switched_on.open()
        yield switched_on


@pytest.fixture
def eyes(evening: Evening) -> Iterator[Eyes]:
    with bench() as attached, ScannerSimulator() as simulator:
        scanner = attach_scanner(simulator.url)
        booth = evening.booth(ONE, printer=attached.driver)
        yield Eyes(PlainBooth(booth, scanner, LANGUAGES), simulator)
        scanner.close()


@pytest.mark.parametrize("choices", [YES, BLANK])
def test_a_resident_votes_and_takes_the_receipt(
    evening: Evening, eyes: Eyes, choices: Choices
) -> None:
    habits = Habits(choices, "ca")
    last = walk(eyes, eyes.scan(evening.slips[0].payload), habits)
    assert last.view == "Goodbye"
    assert (habits.holders, habits.refused, habits.challenged) == (1, "", [])
    (ballot,) = evening.state(ONE).ballots
    assert ballot.tracker == habits.cast
    wanted = {f"option:{option}" for options in choices.values() for option in options}
    assert {touch for touch in eyes.pressed if ":" in touch} == wanted


def test_a_resident_who_checks_the_booth_votes_afterwards(evening: Evening, eyes: Eyes) -> None:
    habits = Habits(YES, "ca", challenges=2)
    checked = walk(eyes, eyes.scan(evening.slips[0].payload), habits, until="Challenged")
    assert [checked.facts["tracker"]] == habits.challenged
    assert evening.state(ONE).challenged == set(habits.challenged)
    walk(eyes, checked, habits)
    assert len(habits.challenged) == 2
    assert evening.state(ONE).challenged == set(habits.challenged)
    assert [ballot.tracker for ballot in evening.state(ONE).ballots] == [habits.cast]


def test_whoever_comes_again_is_turned_away_and_may_have_a_copy(
    evening: Evening, eyes: Eyes
) -> None:
    slip = evening.slips[0].payload
    walk(eyes, eyes.scan(slip), Habits(YES, "ca"))
    for copy in (False, True):
        again = Habits(YES, "ca", copy=copy)
        eyes.pressed.clear()
        walk(eyes, eyes.scan(slip), again)
        assert (again.refused, again.cast) == ("used", "")
        assert ("copy" in eyes.pressed) == copy


def test_what_is_seen_changes_with_the_language(eyes: Eyes) -> None:
    assert eyes.booth.look()["facts"] == {"language": LANGUAGES[0]}
    assert eyes.booth.choose("es")["facts"]["language"] == "es"
    assert eyes.booth.look()["view"] == "Welcome"


def test_a_reader_that_brings_nothing_that_is_a_slip_is_seen_to(eyes: Eyes) -> None:
    sight = eyes.scan("8410376017595")
    assert (sight.view, sight.facts["reason"]) == ("TurnedAway", "damaged")
    assert "copy" not in sight.targets


def test_an_option_on_another_page_is_reached_by_turning_pages() -> None:
    habits = Habits({"q": frozenset({"z"})}, "ca")
    facts = {"question": "q", "marked": "", "blank": ""}
    assert habits.next_touch(Sight("Asking", frozenset({"option:a", "more"}), facts)) == "more"
    there = Sight("Asking", frozenset({"option:z", "more"}), facts)
    assert habits.next_touch(there) == "option:z"
    assert habits.next_touch(Sight("Asking", frozenset({"next"}), {**facts, "marked": "z"})) == (
        "next"
    )
    assert habits.views == ["Asking"] * 3


class Stuck:
    """A booth on which nothing changes."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.touches = 0

    def press(self, target: str) -> Sight:
        assert target
        self.touches += 1
        return self.sight


def test_a_resident_gives_up_on_a_booth_that_leads_nowhere() -> None:
    booth = Stuck(Sight("Reviewing", frozenset({"next"})))
    walk(booth, booth.sight, Habits({}, "ca"))
    assert booth.touches == MOST_TOUCHES


# --- processes --------------------------------------------------------------------------------


def test_a_desk_in_a_process_of_its_own_keeps_what_it_answered_when_it_is_killed(
    evening: Evening, tmp_path: Path
) -> None:
    folder = evening.folder / TAULA
    evening[TAULA].close()
    desk = KioskProcess(TAULA, [*PROGRAM, str(folder), "desk"], tmp_path / "trouble.log")
    assert desk.ask("check-in", name="Veïna Exemple 1") == {}
    assert desk.ask("issue-slip") == {}
    heads = desk.ask("heads")["heads"]
    desk.kill()
    with Replica.open(folder / "record.db", read_only=True) as record:
        assert record.heads() == heads
        kinds = [entry.header.kind for entry in record.everything()]
    assert {Kind.CHECK_IN, Kind.SLIP_ISSUED} <= set(kinds)
    gone = KioskProcess(TAULA, [*PROGRAM, "nowhere", "desk"], tmp_path / "trouble.log")
    with pytest.raises(KioskRefused) as caught:
        gone.ask("heads")
    gone.stop()
    assert caught.value.code is KioskProblem.PROCESS_ENDED
    assert caught.value.facts == {"name": TAULA, "log": str(tmp_path / "trouble.log")}
    assert "nowhere" in (tmp_path / "trouble.log").read_text(encoding="utf-8")


def test_a_refusal_inside_a_process_comes_out_and_the_process_goes_on(
    evening: Evening, tmp_path: Path
) -> None:
    evening[TWO].close()
    booth = KioskProcess(
        TWO, [*PROGRAM, str(evening.folder / TWO), "desk"], tmp_path / "trouble.log"
    )
    with pytest.raises(KioskRefused) as caught:
        booth.ask("issue-slip")  # a booth's key may not write that
    assert caught.value.code is KioskProblem.PROCESS_REFUSED
    assert "record.role" in str(caught.value.facts["refusal"])
    assert booth.ask("listen")["port"] > 0
    booth.stop()
    booth.stop()  # again changes nothing
    with pytest.raises((KioskRefused, ValueError)):
        booth.ask("heads")


def test_requests_are_served_in_order_until_stop() -> None:
    done: list[str] = []

    def deed(request: Mapping[str, Any]) -> dict[str, Any] | None:
        done.append(request["do"])
        if request["do"] == "refuse":
            raise KioskRefused(KioskProblem.NO_FILE, path="x")
        return {"echo": request["word"]} if request["do"] == "say" else None

    requests = [{"do": "say", "word": "ñ"}, {"do": "refuse"}, {"do": "stop"}, {"do": "say"}]
    answers = StringIO()
    deeds = dict.fromkeys(("say", "refuse", "stop"), deed)
    serve(deeds, StringIO("".join(json.dumps(each) + "\n" for each in requests)), answers)
    assert done == ["say", "refuse", "stop"]
    assert [json.loads(line) for line in answers.getvalue().splitlines()] == [
        {"echo": "ñ"},
        {"refused": "kiosk.no-file (path=x)"},
        {},
    ]
    assert serve_one(deeds, '{"do": "refuse"}', StringIO())
    serve(deeds, StringIO(""), StringIO())


# --- clock, narrator, inputs ------------------------------------------------------------------


def test_the_clock_moves_when_it_is_told_to() -> None:
    clock = EveningClock("2026-11-26T19:00")
    assert clock() == "19:00"
    assert clock.timestamp == 1_795_719_600
    clock.advance(59.5)
    assert clock() == "19:00"
    clock.advance(0.5)
    assert (clock(), clock.timestamp) == ("19:01", 1_795_719_660)
    clock.advance(5 * 3600)
    assert clock() == "00:01"


class Terminal(StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_each_sentence_replaces_the_last() -> None:
    terminal, said = Terminal(), voice("ca")
    narrator = Narrator(said, terminal)
    for number in (1, 2):
        narrator.tell("demo.voting", n=number, of=2)
    narrator.end()
    told = [said.say("demo.voting", n=number, of=2) for number in (1, 2)]
    assert terminal.getvalue() == CLEAR_LINE + CLEAR_LINE.join([*told, ""])


def test_elsewhere_there_is_one_line_for_each_stage() -> None:
    stream, said = StringIO(), voice("en")
    narrator = Narrator(said, stream)
    for number in (1, 2):
        narrator.tell("demo.voting", n=number, of=2)
    narrator.tell("demo.closing")
    narrator.end()
    assert stream.getvalue().splitlines() == [
        said.say("demo.voting", n=1, of=2),
        said.say("demo.closing"),
    ]


def test_the_shipped_example_is_read_where_no_file_is_named() -> None:
    assert [len(poll.questions) for poll in POLLS] == [3, 1]
    assert read_inputs(None, None) == inputs()


def test_a_file_that_is_missing_or_no_text_is_refused_by_its_path(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# plaça".encode("latin-1"))
    for assembly, proposals, code in (
        (latin, None, KioskProblem.NOT_TEXT),
        (tmp_path / "nowhere", None, KioskProblem.NO_FILE),
        (None, tmp_path / "nowhere", KioskProblem.NO_FILE),
    ):
        with pytest.raises(KioskRefused) as caught:
            read_inputs(assembly, proposals)
        assert caught.value.code is code


# --- summary ----------------------------------------------------------------------------------


@pytest.fixture
def played(evening: Evening, tmp_path: Path) -> Played:
    evening.arrive(3)
    trackers = {
        evening.cast(name, slip, choices)
        for name, slip, choices in zip(
            (ONE, TWO, ONE), evening.slips, (YES, BLANK, YES), strict=False
        )
    }
    evening.carry()
    evening.seal()
    counted = evening.count()
    seen_there = Seen(cast={evening.uuid: trackers}, by_touch=1)
    seen_there.incidents[Incident.PAPER_OUT] = "ReceiptTrouble"
    return Played(
        counted=(counted,),
        published=evening.publish(counted, tmp_path),
        seen=seen_there,
        slips={"printed": 4, "issued": 3},
        timings={"voting": 0.1},
    )


def test_the_summary_says_what_the_minutes_say(
    played: Played, evening: Evening, tmp_path: Path
) -> None:
    facts = json.loads(json.dumps(summary(played, tmp_path)))
    assert facts["people"] == {"present": 3, "by_touch": 1}
    assert facts["slips"] == {"printed": 4, "issued": 3}
    sundays = facts["ballots"]["diumenges"]
    assert (sundays["ballots"], sundays["blank"]) == (3, 1)
    assert sundays["votes"] == {"yes": 2, "no": 0}
    assert sundays["election"] == evening.uuid
    assert facts["balance"]["holds"] is True
    assert all(line["holds"] for line in facts["balance"]["lines"])
    assert facts["incidents"] == {"paper-out": "ReceiptTrouble"}
    assert (facts["challenges"], facts["conflicts"]) == (0, 0)
    assert facts["bundle"] == {
        "file": str(tmp_path / "bundle.urna"),
        "sha256": played.published.bundle,
    }
    assert facts["timings"] == {"voting": 0.1}


def test_the_table_shows_every_question_with_its_votes(played: Played) -> None:
    for language in LANGUAGES:
        said = voice(language)
        table = result_table(played.counted, said)
        for question in POLLS[0].questions:
            assert question.text.in_language(language) in table
        workshop = POLLS[0].questions[1].options[2].text.in_language(language)
        assert f"  ●    2  {workshop}" in table
        assert f"       1  {said.say('minutes.blank')}" in table


def test_receipts_that_are_not_those_counted_are_refused(
    played: Played, evening: Evening, tmp_path: Path
) -> None:
    trackers = played.seen.cast[evening.uuid]
    a_counted_one = next(iter(trackers))
    challenge = Challenge(tracker=a_counted_one, opening=b"", paper=Image.new("1", (8, 8)))
    for cast, challenged in (
        (trackers - {a_counted_one}, []),  # counted, and nobody saw it
        (trackers | {"A" * 43}, []),  # seen, and not counted
        (trackers, [challenge]),  # opened, and counted
    ):
        seen_there = Seen(cast={evening.uuid: cast}, challenged=challenged)
        with pytest.raises(KioskRefused) as caught:
            summary(replace(played, seen=seen_there), tmp_path)
        assert caught.value.code is KioskProblem.RECEIPTS
        assert caught.value.facts == {"poll": "paper"}
