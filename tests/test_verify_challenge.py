# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify-challenge`: from the paper of a challenge to what the booth had sealed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ballots.ballot_paper import filled, questions_of
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.sealed.ballot import encrypt
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from kiosk.arithmetic import best_power
from kiosk.challenging import check, joined, marked
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.events import BallotSealed, OpenChallenge, PrintChallenge, PrintCommitment
from sync.bundle import write_bundle
from tests.evenings import BLANK, MESA, ONE, YES, Choices, Evening, asked, bench, look_up, seal
from tests.small_elections import (
    VOTES,
    SmallElection,
    seeded,
    small_archive,
    small_election,
)
from tests.symbols import symbols_on
from tests.terminal import SAID, Terminal


@pytest.fixture
def urna(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


# --- a real booth, its paper, and somebody with a telephone ------------------------------------


@dataclass(frozen=True)
class Challenged:
    """What a resident has in hand after a challenge: what the paper's two symbols say."""

    evening: Evening
    committed: str
    square: str


def challenged(evening: Evening, choices: Choices) -> Challenged:
    with bench() as printer:
        booth = evening.booth(printer=printer.driver)
        _, sealed = asked(booth, look_up(evening.slips[0]), seal(evening, choices))
        assert isinstance(sealed, BallotSealed)
        commit, challenge = PrintCommitment(language="ca"), PrintChallenge(language="ca")
        asked(booth, commit, OpenChallenge(), challenge)
        (paper,) = printer.simulator.receipts
    texts = symbols_on(paper)
    assert texts[0].endswith(sealed.tracker)
    return Challenged(evening, *texts)


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path / "devices") as switched_on:
        switched_on.open()
        yield switched_on


def document_of(evening: Evening, urna: Terminal, folder: Path) -> Path:
    """The election as the desk hands it out."""
    shown = urna.type("assembly", "show", evening.folder / MESA, "--election", evening.paper.id)
    assert (shown.code, shown.err) == (0, "")
    file = folder / "election.json"
    file.write_text(shown.out, encoding="utf-8")
    return file


@pytest.mark.parametrize("choices", [YES, BLANK])
def test_what_a_reader_reads_from_the_paper_tells_what_was_marked(
    evening: Evening, urna: Terminal, tmp_path: Path, choices: Choices
) -> None:
    paper = challenged(evening, choices)
    election = document_of(evening, urna, tmp_path)
    ran = urna.type(
        "verify-challenge", paper.square, "--election", election, "--commitment", paper.committed
    )
    assert (ran.code, ran.err) == (0, "")
    asked_ = questions_of(evening.paper, "ca")
    each = zip(asked_, evening.paper.questions, strict=True)
    marks = [filled(asked, question, choices[question.id]) for asked, question in each]
    for question, given in zip(asked_, marks, strict=True):
        held = marked(question, given, SAID.say("verify-challenge.blank"))
        assert held
        block = "\n".join([f"  {question.question}", *(f"    · {answer}" for answer in held)])
        assert block in ran.out
    assert SAID.say("verify-challenge.compared") in ran.out


def test_the_record_on_a_stick_holds_the_election_too(
    evening: Evening, urna: Terminal, tmp_path: Path
) -> None:
    paper = challenged(evening, YES)
    device = evening[ONE]
    stick = tmp_path / "stick.urna"
    write_bundle(
        stick,
        entries=device.replica.everything(),
        elections={},
        signer=device.key,
        certificates=device.certificates,
    )
    ran = urna.type("verify-challenge", paper.square, "--election", stick, "--json")
    assert ran.code == 0
    assert ran.data["election"] == evening.uuid
    assert ran.data["compared"] is False
    each = zip(questions_of(evening.paper, "ca"), evening.paper.questions, strict=True)
    meant = [list(filled(asked, q, YES[q.id])) for asked, q in each]
    assert [each["marks"] for each in ran.data["questions"]] == meant
    other = challenged_text(small_election())
    refused = urna.type("verify-challenge", other, "--election", stick)
    assert refused.code == 1
    assert str(stick) in refused.err


def test_only_the_election_of_an_opened_poll_is_shown(evening: Evening, urna: Terminal) -> None:
    room = evening.folder / MESA
    ran = urna.type("assembly", "show", room, "--election", "nonsense")
    assert ran.code == 1
    assert evening.paper.id in ran.err


# --- any text that might be given --------------------------------------------------------------


def challenged_text(election: SmallElection, votes: int = 0) -> str:
    sealed = encrypt(election.setup, election.credentials[0], VOTES[votes], seeded(5))
    return sealed.opening.reveal().decode()


@pytest.fixture
def election_file(tmp_path: Path) -> Path:
    file = tmp_path / "election.json"
    file.write_bytes(small_election().setup.documents.election)
    return file


def test_the_text_may_be_a_file_or_the_input(
    urna: Terminal,
    election_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = challenged_text(small_election())
    (tmp_path / "square.txt").write_text(text + "\n", encoding="utf-8")
    expected = urna.type("verify-challenge", text, "--election", election_file)
    assert expected.code == 0
    for given in ([tmp_path / "square.txt"], ["-"], []):
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))
        ran = urna.type("verify-challenge", *given, "--election", election_file)
        assert (ran.code, ran.out) == (0, expected.out)


def test_a_published_archive_holds_the_election_too(urna: Terminal, tmp_path: Path) -> None:
    archive = tmp_path / "election.bel"
    archive.write_bytes(small_archive("BELENIOS-2048"))
    text = challenged_text(small_election("BELENIOS-2048"), votes=1)
    ran = urna.type("verify-challenge", text, "--election", archive, "--json")
    assert ran.code == 0
    assert [each["marked"] for each in ran.data["questions"]] == [["Sí"], ["Parc", "Pla"]]


def test_nothing_marked_is_said_to_be_nothing(urna: Terminal, election_file: Path) -> None:
    ran = urna.type(
        "verify-challenge", challenged_text(small_election()), "--election", election_file
    )
    assert SAID.say("verify-challenge.nothing") in ran.out
    assert SAID.say("verify-challenge.compare") in ran.out


def test_the_numbers_of_a_ranking_are_told_with_their_answers(urna: Terminal) -> None:
    vector = Path(__file__).parent / "vectors" / "challenge-v1" / "ed25519"
    opening, election = vector / "opening.json", vector / "election.json"
    ran = urna.type("verify-challenge", opening, "--election", election, "--json")
    assert [each["marked"] for each in ran.data["questions"]] == [
        ["Yes"],
        ["Lift", "Lunches"],
        ["Navas: 2", "Sortidor: 1", "Surt: 3"],
    ]


def parted(text: str, count: int) -> list[str]:
    size = -(-len(text) // count)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return [f"urna:o1:{n}/{count}:{piece}" for n, piece in enumerate(pieces, 1)]


def test_the_parts_of_an_opening_are_joined_in_any_order_and_none_may_be_missing() -> None:
    text = challenged_text(small_election())
    parts = parted(text, 3)
    assert joined(parts) == text.encode()
    assert joined(["\n".join(reversed(parts)), parts[0]]) == text.encode()
    with pytest.raises(KioskRefused) as refused:
        joined(parts[1:2])
    assert refused.value.code is KioskProblem.OPENING_PARTS
    assert refused.value.facts == {"missing": "1, 3", "count": 3}
    assert joined([]) == b""


def test_a_commitment_is_read_as_it_is_printed(election_file: Path) -> None:
    text = challenged_text(small_election())
    code = str(json.loads(text)["ballot"])
    grouped = " ".join(code[start : start + 4] for start in range(0, 43, 4))
    for given in (code, grouped, f"urna:k1:{small_election().setup.uuid}:{code}"):
        assert check([text], election_file, given, best_power()).tracker == code
    with pytest.raises(ReceiptRefused) as refused:
        check([text], election_file, code[:40], best_power())
    assert refused.value.code is ReceiptProblem.SHORT


def test_an_opening_of_another_ballot_than_was_committed_to_is_refused(
    urna: Terminal, election_file: Path
) -> None:
    """The booth printed the code of one ballot and opens another: that is what is caught."""
    text = challenged_text(small_election())
    other = json.loads(challenged_text(small_election(), votes=1))["ballot"]
    ran = urna.type("verify-challenge", text, "--election", election_file, "--commitment", other)
    assert (ran.code, ran.out) == (1, "")
    told = SAID.say("error.kiosk.other-ballot", tracker=json.loads(text)["ballot"])
    assert ran.err == f"urna: {told}\n"


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ('"marks":[[1,0,0]', '"marks":[[0,1,0]', ElectionProblem.OPENING),
        ('"marks":[[1,0,0]', '"marks":[[1,1,1]', ElectionProblem.OPENING),
        ('"seed":"', '"seed":"0', ElectionProblem.FORM),
        ('"type":"urna-opening/2"', '"type":"urna-opening/3"', ElectionProblem.FORM),
        ("}", "} ", ElectionProblem.FORM),
    ],
)
def test_an_opening_that_was_changed_opens_nothing(
    election_file: Path, was: str, becomes: str, problem: ElectionProblem
) -> None:
    text = challenged_text(small_election())
    assert was in text
    with pytest.raises(ElectionRefused) as refused:
        check([text.replace(was, becomes, 1)], election_file, "", best_power())
    assert refused.value.code is problem


def test_what_is_not_there_or_of_another_election_is_refused(
    urna: Terminal, election_file: Path, tmp_path: Path
) -> None:
    text = challenged_text(small_election(uuid="AnotherExampZe23"))
    missing = tmp_path / "missing"
    for given, election, named in (
        (missing, election_file, missing),
        (text, missing, missing),
        (text, tmp_path, tmp_path),
        (text, election_file, election_file),
    ):
        ran = urna.type("verify-challenge", given, "--election", election)
        assert (ran.code, ran.out) == (1, "")
        assert str(named) in ran.err
