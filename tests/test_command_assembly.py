# SPDX-License-Identifier: AGPL-3.0-or-later
"""An evening without a screen and without a network, by commands alone."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from errno import ENOTDIR
from pathlib import Path

import pytest

from ballots.record.kinds import Kind
from kiosk.config import Config, load_config
from kiosk.i18n import voice
from sync.replica import Replica
from tests.command_room import (
    DESK,
    FACILITATOR,
    ONE,
    QUESTION,
    SECOND,
    SLIPS,
    TWO,
    Room,
    copied,
    lay_down,
    said,
    urna,
)
from tests.pages import words_of

NAMES = ("Veïna Exemple", "Veí Mostra", "Veïna Inventada")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_down(tmp_path_factory.mktemp("assembly"))


@pytest.fixture
def room(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(copied(prepared, tmp_path / "room"), capsys)


def card(room: Room, number: int) -> Path:
    return room["trustees"] / f"trustee-{number}.card"


def cards(room: Room, *numbers: int) -> list[str]:
    """The cards of these trustees, and their PINs in a file."""
    pins = room.folder / "pins"
    drawn = [(room["trustees"] / f"trustee-{n}.pin").read_text() for n in numbers]
    pins.write_text("".join(drawn), encoding="ascii")
    given = [part for number in numbers for part in ("--card", str(card(room, number)))]
    return [*given, "--pins", str(pins)]


def kinds(room: Room, name: str) -> list[Kind]:
    with Replica.open(room[name] / "record.db", read_only=True) as replica:
        return [entry.header.kind for entry in replica.everything()]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the room of `sealed` is kept for the next test that wants it; not made yet."""
    return tmp_path_factory.mktemp("kept") / "room"


@pytest.fixture
def sealed(room: Room, kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    """Three people came; two of them voted in the first poll, which is closed and sealed."""
    if kept.exists():
        return Room(copied(kept, tmp_path / "sealed"), capsys)
    room.asks("check-in", *NAMES, of=DESK)
    room.asks("open")
    room.carry(FACILITATOR, ONE, TWO)
    one, two, *_ = room.slips()
    room.vote(ONE, one, "yes")
    room.vote(TWO, two)
    room.asks("close", "festa")
    room.round()
    room.round()
    copied(room.folder, kept)
    return room


# --- before the evening -------------------------------------------------------------------------


def test_everything_secret_is_for_the_owner_only(room: Room) -> None:
    secret = {
        path.relative_to(room.folder).as_posix()
        for path in room.folder.rglob("*")
        if path.is_file() and not stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert secret == {
        "root.key",
        "slips.pdf",
        *(
            f"trustees/trustee-{number}{kind}"
            for number in (1, 2, 3)
            for kind in (".card", "-card.pdf", ".pin", "-pin.pdf")
        ),
        *(f"{name}/device.key" for name in (FACILITATOR, SECOND, DESK, ONE, TWO)),
    }


def test_a_slip_is_printed_for_everyone_on_the_roll(room: Room) -> None:
    assert len(set(room.slips())) == SLIPS
    assert room.facts(ONE)["slips"]["printed"] == SLIPS


def test_the_configuration_of_a_booth_is_valid_and_names_no_device(room: Room) -> None:
    assert load_config(room[ONE] / "kiosk.toml") == Config(languages=("ca", "en"))
    assert not (room[DESK] / "kiosk.toml").exists()


def test_every_problem_of_the_file_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "bad.toml", tmp_path / "out"
    file.write_text('languages = ["ca"]\ncensus = -1\n', encoding="utf-8")
    assert urna("assembly", "new", "--assembly", file, "--slips", "3", "--out", out) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"{file}:1:1: ")
    assert f"{file}:2:10: " in "\n".join(told)
    assert told[-1].startswith("urna: ")
    assert not out.exists()


def test_files_that_are_not_there_and_folders_that_are_full_are_refused(
    room: Room, prepared: Path, tmp_path: Path
) -> None:
    new = ("assembly", "new", "--slips", "3", "--assembly")
    missing, good = tmp_path / "none.toml", prepared.parent / "assembly.toml"
    out = tmp_path / "out"
    room.refuses("error.kiosk.no-file", *new, missing, "--out", out, path=str(missing))
    proposals = ("--proposals", missing, "--out", out)
    room.refuses("error.kiosk.no-file", *new, good, *proposals, path=str(missing))
    full = str(room.folder)
    room.refuses("error.kiosk.folder-not-empty", *new, good, "--out", full, path=full)
    inside = str(good / "out")
    room.refuses(
        "error.kiosk.folder-not-writable",
        *(*new, good, "--out", inside),
        path=inside,
        detail=os.strerror(ENOTDIR),
    )
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Plaça"'.encode("latin-1"))
    room.refuses("error.kiosk.not-text", *new, latin, "--out", out, path=str(latin))
    assert not out.exists()


@pytest.mark.parametrize("slips", ["0", "-1", "ten", "10001", "²"])
def test_a_number_of_slips_that_makes_no_sense_is_wrong_usage(slips: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        urna("assembly", "new", "--assembly", "a.toml", "--out", "x", f"--slips={slips}")


def test_a_single_trustee_and_one_booth_are_enough(prepared: Path, tmp_path: Path) -> None:
    text = (prepared.parent / "assembly.toml").read_text(encoding="utf-8")
    file = tmp_path / "alone.toml"
    file.write_text("trustees = 1\n" + text, encoding="utf-8")
    new = ("assembly", "new", "--assembly", file, "--slips", "1", "--booths", "1", "--out")
    assert urna(*new, tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out" / "trustees").iterdir()) == [
        "trustee-1-card.pdf",
        "trustee-1-pin.pdf",
        "trustee-1.card",
        "trustee-1.pin",
    ]
    assert not (tmp_path / "out" / TWO).exists()


# --- the evening --------------------------------------------------------------------------------


def test_one_whole_evening_ends_with_a_bundle_that_verifies(
    room: Room, prepared: Path, tmp_path: Path
) -> None:
    one, two, three, *_ = room.slips()
    assert room.stages() == {"festa": "planned", "square": "planned"}
    room.asks("check-in", *NAMES, of=DESK)
    room.asks("check-in", "Veí Sense Paper", "--no-slip", of=DESK)

    assert "[festa]" in room.asks("open")
    room.carry(FACILITATOR, ONE, TWO)
    room.vote(ONE, one, "yes", receipt=True)
    room.vote(TWO, two, "no")
    room.vote(ONE, three)
    news = room.asks("close", "festa")
    for booth in ("Cabina 1", "Cabina 2"):
        assert booth in news
    assert room.facts()["polls"][0]["awaited"] == "Cabina 1, Cabina 2"
    room.carry(FACILITATOR, ONE)
    room.carry(ONE, FACILITATOR)
    assert room.facts()["polls"][0]["awaited"] == "Cabina 2"
    assert said().say("assembly.poll.sealed", poll="") not in room.round()
    assert room.stages()["festa"] == "finished"
    assert room.round().endswith(
        said().say("assembly.poll.sealed", poll=voiced("La festa", "The party")) + "\n"
    )

    assert "[square]" in room.asks("open", "square")
    room.asks("open", "--question", prepared.parent / "question.toml")
    assert room.facts()["spare_left"] == 0
    room.carry(FACILITATOR, ONE, TWO)
    for booth, slip, options in ((ONE, one, "ab"), (TWO, two, "b")):
        room.vote(booth, slip, *options)
        room.vote(booth, slip, "yes")  # the second open poll, in a second visit
    for poll in ("square", "room-1"):
        room.asks("close", poll)
    room.asks("leftover", "--left", "9", "--void", "0", of=DESK)
    room.asks("leftover", "--left", "2", "--void", "1", of=DESK)
    room.round()
    room.round()

    out = tmp_path / "published"
    printed = room.asks("minutes", *cards(room, 3, 1), "--out", out)
    assert printed.endswith(f"urna verify {out / 'bundle.urna'}\n")
    assert set(room.stages().values()) == {"counted"}
    checks = verified(room, out)
    cast = [facts["ballots"] for name, facts in checks if name == "poll.ballots"]
    assert sorted(map(str, cast)) == ["2", "2", "3"]
    assert ("balance", {"present": 4, "issued": 3, "returned": 0}) in checks
    words = words_of((out / "minutes.pdf").read_bytes())
    assert all(name in words for name in (*NAMES, "Veí Sense Paper"))
    assert NAMES[0] not in words_of((out / "minutes-public.pdf").read_bytes())

    again = tmp_path / "again"
    room.asks("minutes", *cards(room, 1, 2, 3), "--out", again, "--held-in", "first")
    verified(room, again)


def verified(room: Room, out: Path) -> list[tuple[str, dict[str, object]]]:
    told = json.loads(room.does("verify", out / "bundle.urna", "--json"))
    assert told["passed"]
    assert told["oddities"] == []
    return [(check["name"], check["facts"]) for check in told["checks"]]


def voiced(catalan: str, english: str) -> str:
    """A title in the terminal's language, of an assembly that speaks these two."""
    return english if said().language == "en" else catalan


def test_the_assembly_is_shown_with_its_rules(room: Room) -> None:
    text = room.does("assembly", "show", room[ONE])
    say = said().say
    asked = say(
        "minutes.more-than",
        share=say("share.fraction", part=1, whole=2),
        base=say("minutes.base.valid"),
    )
    for words in (
        asked,
        say("assembly.show.choose", n=2, least=1),
        say("assembly.stage.planned"),
        say("assembly.show.spare", n=1),
        "Ed25519",
    ):
        assert words in text
    facts = room.facts(ONE)
    (question,) = facts["polls"][0]["questions"]
    assert question["rule"] == {
        "seats": 1,
        "quorum": {"share": "1/5", "base": "census"},
        "majority": {"share": "1/2", "base": "valid", "strict": True},
    }
    assert (facts["trustees"], facts["threshold"], facts["group"]) == (3, 2, "Ed25519")


def test_showing_and_status_write_nothing(room: Room) -> None:
    before = (room[ONE] / "record.db").read_bytes()
    room.does("assembly", "show", room[ONE])
    room.does("sync", "status", "--folder", room[ONE])
    assert (room[ONE] / "record.db").read_bytes() == before


def test_names_are_read_from_the_input_one_a_line(room: Room) -> None:
    typed, sys.stdin = sys.stdin, io.StringIO("Veïna Exemple\n\n  Veí Mostra \n")
    try:
        room.asks("check-in", of=DESK)
    finally:
        sys.stdin = typed
    assert room.facts(DESK)["present"] == 2
    assert room.facts(DESK)["slips"]["issued"] == 2
    assert kinds(room, DESK).count(Kind.OPEN_SEGMENT) == 6


def test_importing_makes_a_booth_finish_and_then_cosign(room: Room) -> None:
    room.asks("open")
    room.asks("close", "festa")
    assert Kind.FINAL not in kinds(room, ONE)
    awaited = said().say("assembly.show.awaited", names="Cabina 1, Cabina 2")
    assert awaited in room.does("assembly", "show", room[FACILITATOR])
    room.carry(FACILITATOR, ONE, TWO)
    assert Kind.FINAL in kinds(room, ONE)
    room.carry(ONE, FACILITATOR)
    room.carry(TWO, FACILITATOR)
    assert Kind.COSIGN not in kinds(room, ONE)
    room.carry(FACILITATOR, ONE)
    assert Kind.COSIGN in kinds(room, ONE)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["record.db", "device.key", "notes.txt"])
def test_only_a_bundle_is_written_over(room: Room, name: str) -> None:
    target = room[DESK] / name
    before = target.read_bytes() if target.exists() else None
    room.refuses(
        "error.kiosk.not-a-bundle",
        *("sync", "export", target, "--folder", room[DESK]),
        path=str(target),
        suffix=".urna",
    )
    assert (target.read_bytes() if target.exists() else None) == before


def test_a_name_that_is_no_text_is_refused_and_those_before_it_are_told(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("Veïna Exemple 1", "Ve\udcefna")
    assert urna("assembly", "check-in", "--folder", room[DESK], *names) == 1
    told = capsys.readouterr()
    assert said().say("error.kiosk.name-not-text", n=2) in told.err
    assert said().say("assembly.desk.present", n=1, issued=1) in told.out
    assert room.facts(DESK)["present"] == 1


def test_only_the_right_device_may_act_and_the_wrong_one_writes_nothing(room: Room) -> None:
    before = kinds(room, DESK)
    wrong = {"of": DESK, "path": str(room[DESK])}
    room.denies("error.kiosk.not-facilitator", "open", **wrong)
    room.denies("error.kiosk.not-facilitator", "close", "festa", **wrong)
    out = ("--out", str(room.folder / "x"))
    room.denies("error.kiosk.not-facilitator", "minutes", *cards(room, 1), *out, **wrong)
    assert kinds(room, DESK) == before
    path = str(room[ONE])
    room.denies("error.kiosk.not-desk", "check-in", "Veí Mostra", of=ONE, path=path)
    left = ("--left", "1", "--void", "0")
    room.denies("error.kiosk.not-desk", "leftover", *left, of=ONE, path=path)


def test_a_folder_without_a_device_is_refused(room: Room, tmp_path: Path) -> None:
    key = str(tmp_path / "none" / "device.key")
    nowhere = ("--folder", tmp_path / "none")
    room.refuses("error.kiosk.key-file", "assembly", "open", *nowhere, path=key)
    shown = str(tmp_path / "none" / "assembly")
    room.refuses("error.kiosk.no-file", "assembly", "show", tmp_path / "none", path=shown)


def test_one_device_is_used_by_one_program_at_a_time(room: Room) -> None:
    with room.booth(ONE):
        room.does("sync", "export", room.stick, "--folder", room[ONE])
        path = str(room[ONE])
        bring = ("sync", "import", room.stick, "--folder", path)
        room.refuses("error.kiosk.device-running", *bring, path=path)
    room.does(*bring)


def test_polls_are_opened_once_and_closed_once(room: Room) -> None:
    known = "festa, square"
    room.denies("error.kiosk.poll-unknown", "open", "ball", poll="ball", known=known)
    room.denies("error.kiosk.poll-unknown", "close", "ball", poll="ball", known=known)
    room.denies("error.kiosk.poll-not-opened", "close", "festa", poll="festa")
    room.asks("open", "festa")
    room.denies("error.kiosk.poll-opened", "open", "festa", poll="festa")
    room.asks("open")
    room.denies("error.kiosk.no-poll-left", "open")
    room.asks("close", "festa")
    room.denies("error.kiosk.poll-closed", "close", "festa", poll="festa")
    room.denies("error.kiosk.poll-opened", "open", "festa", poll="festa")


def test_a_question_of_the_room_needs_a_file_an_id_and_a_spare_election(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "question.toml"
    born = ("--question", str(file))
    room.denies("error.kiosk.no-file", "open", *born, path=str(file))
    for old, taken in (("room-1", "square"), ("carta", "fem-la")):
        file.write_text(QUESTION.replace(f'"{old}"', f'"{taken}"'), encoding="utf-8")
        room.denies("error.kiosk.id-taken", "open", *born, id=taken)
    file.write_text('id = "x"\n', encoding="utf-8")
    assert urna("assembly", "open", "--folder", room[FACILITATOR], *born) == 1
    assert capsys.readouterr().err.startswith(f"{file}:1:1: ")
    file.write_text(QUESTION, encoding="utf-8")
    room.asks("open", *born)
    room.denies("error.kiosk.id-taken", "open", *born, id="room-1")
    other = QUESTION.replace("room-1", "room-2").replace('"carta"', '"acta"')
    file.write_text(other, encoding="utf-8")
    room.denies("error.kiosk.no-spare-election", "open", *born)


def test_nothing_is_counted_before_everyone_has_sealed(room: Room, tmp_path: Path) -> None:
    minutes = ("minutes", *cards(room, 1, 2), "--out", str(tmp_path / "out"))
    room.denies("error.kiosk.nothing-voted", *minutes)
    room.asks("open")
    room.denies("error.kiosk.poll-still-open", *minutes, poll="festa")
    room.asks("close", "festa")
    room.denies("error.kiosk.not-finished", *minutes, names="Cabina 1, Cabina 2")
    room.round()
    names = "Cabina 1, Cabina 2, Taula d’acollida"
    room.denies("error.kiosk.not-cosigned", *minutes, names=names)
    assert not (tmp_path / "out").exists()


def test_trustees_must_be_enough_and_of_this_assembly(
    sealed: Room, prepared: Path, tmp_path: Path
) -> None:
    room = sealed
    room.asks("leftover", "--left", "3", "--void", "0", of=DESK)
    room.carry(DESK, FACILITATOR)
    out = ("--out", str(tmp_path / "out"))
    few = ("minutes", *cards(room, 1), *out)
    missing = "error.kiosk.trustees-missing"
    room.denies(missing, *few, n=1, needed=2, came="1", others="2, 3")
    none = tmp_path / "none.card"
    given = ("--card", str(none), *cards(room, 1))
    room.denies("error.kiosk.no-file", "minutes", *given, *out, path=str(none))
    wrong = [*cards(room, 3, 1)[:-1], str(room["trustees"] / "trustee-1.pin")]
    short = ("minutes", *wrong, *out)
    room.denies("error.kiosk.pins-file", *short, path=wrong[-1], n=1, cards=2)
    (room.folder / "swapped").write_text("48151623\n90210777\n", encoding="ascii")
    wrong[-1] = str(room.folder / "swapped")
    room.denies("error.election.card-pin", "minutes", *wrong, *out, owner=3)
    new = ("assembly", "new", "--assembly", prepared.parent / "assembly.toml", "--slips", "1")
    room.does(*new, "--out", tmp_path / "other")
    foreign = str(tmp_path / "other" / "trustees" / "trustee-2.card")
    given = ("--card", foreign, *cards(room, 1))
    room.denies("error.election.card-assembly", "minutes", *given, *out, owner=2)
    torn = tmp_path / "torn.card"
    torn.write_bytes(card(room, 2).read_bytes()[:-9])
    given = ("--card", str(torn), *cards(room, 1))
    room.denies("error.election.card-damaged", "minutes", *given, *out)
    full = str(room[ONE])
    given = (*cards(room, 1, 2), "--out", full)
    room.denies("error.kiosk.folder-not-empty", "minutes", *given, path=full)
    second = ("--out", str(tmp_path / "out"), "--held-in", "second")
    room.denies("error.kiosk.no-second-call", "minutes", *cards(room, 1, 2), *second)
    assert Kind.RESULT not in kinds(room, FACILITATOR)


def test_a_balance_that_does_not_hold_opens_nothing(sealed: Room, tmp_path: Path) -> None:
    room = sealed
    room.asks("leftover", "--left", "1", "--void", "0", of=DESK)
    room.carry(DESK, FACILITATOR)
    out = tmp_path / "out"
    breach: dict[str, str | int] = {
        "batch": "1",
        "printed": SLIPS,
        "issued": 3,
        "void": 0,
        "left": 1,
    }
    line = voice("ca").say("balance.printed.breach", **breach).rstrip(".")  # that of the record
    room.denies("error.kiosk.balance", "minutes", *cards(room, 1, 2), "--out", str(out), line=line)
    assert not out.exists()
    assert room.stages()["festa"] == "sealed"


def test_a_record_of_another_assembly_is_not_imported(
    room: Room, prepared: Path, tmp_path: Path
) -> None:
    new = ("assembly", "new", "--assembly", prepared.parent / "assembly.toml", "--slips", "1")
    room.does(*new, "--out", tmp_path / "other")
    room.does("sync", "export", room.stick, "--folder", tmp_path / "other" / DESK)
    before = kinds(room, ONE)
    code = urna("sync", "import", room.stick, "--folder", room[ONE])
    assert (code, kinds(room, ONE)) == (1, before)
