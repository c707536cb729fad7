# SPDX-License-Identifier: AGPL-3.0-or-later
"""The end of the evening: what lies in the folder, what the minutes say, and when nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from ballots.assembly import Wording
from ballots.receipts.listing import read_sidecar
from ballots.record.bodies import Slips
from ballots.record.kinds import Kind
from ballots.session import fold
from kiosk.confidential import Note
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.published_list import read_list
from kiosk.publishing import Published, publish
from kiosk.tracker_list import tracker_list
from printouts.proceedings import HeldIn
from sync.bundle import read_bundle
from tests.evenings import BLANK, MESA, ONE, TAULA, TWO, YES, Evening, inputs

WORDS = "Caldria més ombra a la plaça."


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path / "devices") as switched_on:
        switched_on.open()
        yield switched_on


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "published"
    made.mkdir()
    return made


def until_sealed(evening: Evening) -> None:
    """Three people come; two vote at one booth and one at the other."""
    evening.arrive(3)
    evening.desk.take_note(Note(item="acta", text="S'aprova per assentiment."))
    evening.desk.take_note(Note(item="torn-obert", text=WORDS, speaker="Veïna Exemple 2"))
    for name, slip, choices in zip(
        (ONE, TWO, ONE), evening.slips, (YES, BLANK, YES), strict=False
    ):
        evening.cast(name, slip, choices)
    evening.carry()
    evening.seal()


def published(evening: Evening, folder: Path) -> Published:
    until_sealed(evening)
    return evening.publish(evening.count(), folder)


def test_archives_bundle_and_both_minutes_are_published_and_their_hashes_recorded(
    evening: Evening, folder: Path
) -> None:
    done = published(evening, folder)
    kept = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert kept >= {
        f"elections/{evening.uuid}.bel",
        "bundle.urna",
        "minutes.pdf",
        "minutes-public.pdf",
    }
    assert sha256((folder / "bundle.urna").read_bytes()).hexdigest() == done.bundle
    recorded = evening[MESA].session().minutes
    assert recorded is not None
    assert sha256((folder / "minutes.pdf").read_bytes()).hexdigest() == recorded.full
    assert sha256((folder / "minutes-public.pdf").read_bytes()).hexdigest() == recorded.public
    assert recorded.full != recorded.public


def test_the_bundle_holds_the_record_without_names_and_the_archive(
    evening: Evening, folder: Path
) -> None:
    done = published(evening, folder)
    bundle = read_bundle(folder / "bundle.urna")
    assert bundle.sha256 == done.bundle
    assert bundle.elections() == (evening.uuid,)
    archive = (folder / "elections" / f"{evening.uuid}.bel").read_bytes()
    assert bundle.election(evening.uuid) == archive
    for entry in bundle.entries():
        personal = entry.header.kind in (Kind.CHECK_IN, Kind.NOTE)
        assert (entry.body is None) == personal
    assert fold(bundle.entries()).present == 3
    assert b"Veina Exemple" not in (folder / "bundle.urna").read_bytes()


def test_the_minutes_say_what_was_recorded(evening: Evening, folder: Path) -> None:
    facts = published(evening, folder).minutes
    assert facts.attendance.present == 3
    assert [attendee.name for attendee in facts.attendance.names] == [
        "Veïna Exemple 1",
        "Veïna Exemple 2",
        "Veïna Exemple 3",
    ]
    assert (facts.opened, facts.closed) == ("2026-11-26T19:30", "2026-11-26T19:30")
    titles = [item.title.in_language("ca") for item in inputs().assembly.agenda]
    assert [matter.title for matter in facts.matters] == titles
    by_title = {matter.title: matter for matter in facts.matters}
    assert by_title[titles[0]].summary == ("S'aprova per assentiment.",)
    (said,) = by_title[titles[-1]].interventions
    assert (said.speaker, said.words) == ("Veïna Exemple 2", WORDS)
    assert [len(matter.resolutions) for matter in facts.matters] == [0, 1, 1, 1, 0]
    (poll,) = facts.polls
    assert (poll.ballots, poll.conflicts, poll.challenges) == (3, 0, 0)
    assert facts.balance.holds
    assert facts.seal.cosigners == tuple(sorted((MESA, TAULA, ONE, TWO)))
    assert facts.remarks == ()


@pytest.mark.parametrize("held_in", HeldIn)
def test_the_minutes_tell_in_which_call_the_assembly_was_held(
    evening: Evening, folder: Path, held_in: HeldIn
) -> None:
    until_sealed(evening)
    done = publish(evening[MESA], [evening.count()], folder, held_in=held_in, language="en")
    assert done.minutes.held_in is held_in
    assert done.minutes.opened == "2026-11-26T19:30"
    assert done.minutes.language == "en"


def test_on_a_breach_nothing_is_published(evening: Evening, folder: Path) -> None:
    until_sealed(evening)
    counted = evening.count()
    evening[MESA].write(Kind.SLIPS_PRINTED, Slips(count=1).encode())  # one that nobody can find
    with pytest.raises(KioskRefused) as caught:
        evening.publish(counted, folder)
    assert caught.value.code is KioskProblem.BALANCE
    assert str(caught.value.facts["line"])
    assert list(folder.iterdir()) == []
    assert evening[MESA].session().minutes is None


def test_a_poll_of_the_room_stands_under_its_item_and_one_without_item_at_the_end(
    evening: Evening, folder: Path
) -> None:
    room = inputs().room_question
    stray = replace(
        room,
        id="room-2",
        questions=tuple(replace(each, id="stray", item="") for each in room.questions),
    )
    until_sealed(evening)
    counted = [evening.count()]
    for poll in (room, stray):
        evening.uuid = evening.leader.open_poll(poll)
        evening.carry()
        evening.seal()
        counted.append(evening.count())
    done = publish(evening[MESA], counted, folder, held_in=HeldIn.SECOND, language="ca")
    assert [len(matter.resolutions) for matter in done.minutes.matters] == [0, 1, 1, 1, 1, 1]
    assert done.minutes.matters[-1].title == room.title.in_language("ca")
    assert len(list((folder / "elections").iterdir())) == 3
    listed = read_list((folder / "trackers.txt").read_bytes())
    told = read_sidecar(read_bundle(folder / "bundle.urna").sidecar()).elections
    assert [len(poll.trackers) for poll in listed] == [3, 0, 0]
    roots = {poll.election: poll.receipts for poll in done.minutes.polls}
    assert {poll.election: poll.computed for poll in listed} == roots
    assert {poll.election: poll.root for poll in listed} == roots
    assert {uuid: each.root for uuid, each in told.items()} == roots


def test_a_title_of_several_lines_stays_one_line_of_the_list(evening: Evening) -> None:
    until_sealed(evening)
    counted = evening.count()
    sly = Wording({"ca": "Votació\n  urna:l1:\u2028 Final\n\nButlletes:\n"})
    poll = replace(counted.state.poll, title=sly)
    text = tracker_list([replace(counted, state=replace(counted.state, poll=poll))], "ca")
    (read,) = read_list(text.encode())
    assert read.title == "Votació urna:l1: Final Butlletes:"
    assert read.root == read.computed


def test_names_that_were_erased_are_not_in_the_minutes_but_their_people_are(
    evening: Evening, folder: Path
) -> None:
    until_sealed(evening)
    for entry in evening.written(MESA, Kind.CHECK_IN):
        evening[MESA].replica.erase_body(entry.id)
    facts = evening.publish(evening.count(), folder).minutes
    assert facts.attendance.present == 3
    assert facts.attendance.names == ()
