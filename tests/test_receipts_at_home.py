# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify --receipt`: of a bundle, of the published list, of a proof file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from ballots.receipts.held import Holding, Voucher, symbol
from ballots.receipts.listing import CountedReceipts, Sidecar
from kiosk.arithmetic import best_power
from kiosk.cli import main
from kiosk.device import Device, load_identity
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import LANGUAGES, voice
from kiosk.published_list import read_list
from kiosk.receipts import Asked
from kiosk.verifying import Means, Verified, verify
from printouts.identifiers import commitment_payload, receipt_payload
from sync.bundle import read_bundle, write_bundle
from tests.evenings import MESA, ONE, play
from tests.small_elections import seeded
from tests.terminal import SAID, Terminal

NOBODY = "A" * 43


@dataclass(frozen=True)
class Home:
    """What a resident may have at home, and what the minutes say."""

    devices: Path
    bundle: Path
    list: Path
    proof: Path
    election: str
    counted: tuple[str, ...]
    challenged: str
    root: str
    assembly: str


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("evening")
    minutes = play(folder).minutes
    out = folder / "out"
    (poll,) = read_list((out / "trackers.txt").read_bytes())
    proof = out / "receipt.urna-proof"
    receipt = ("--receipt", poll.trackers[1], "--proof", proof)
    assert main([*map(str, ("verify", out / "bundle.urna", *receipt))]) == 0
    return Home(
        devices=folder / "devices",
        bundle=out / "bundle.urna",
        list=out / "trackers.txt",
        proof=proof,
        election=poll.election,
        counted=poll.trackers,
        challenged=poll.challenged[0],
        root=minutes.polls[0].receipts,
        assembly=minutes.assembly_id,
    )


@pytest.fixture
def urna(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def failed(verified: Verified) -> tuple[str, object]:
    assert verified.failed is not None
    return verified.failed.name, verified.failed.facts.get("code")


# --- what the evening publishes ----------------------------------------------------------------


def test_minutes_list_and_sidecar_state_one_root(home: Home) -> None:
    (poll,) = read_list(home.list.read_bytes())
    bundle = read_bundle(home.bundle)
    archive = bundle.archive_hash(home.election)
    told = Sidecar(elections={home.election: CountedReceipts.of(archive, poll.trackers)})
    assert bundle.sidecar() == told.encode()
    assert poll.root == poll.computed == home.root == told.elections[home.election].root
    assert len(poll.trackers) == 3


# --- a bundle ----------------------------------------------------------------------------------


def test_every_counted_receipt_is_found_with_its_place(urna: Terminal, home: Home) -> None:
    for place, tracker in enumerate(home.counted, 1):
        ran = urna.verify(home.bundle, "--json", "--receipt", tracker)
        names = [check["name"] for check in ran.data["checks"]]
        assert names[-4:] == [
            "receipts.roots",
            "receipt.known",
            "receipt.sealed",
            "receipt.counted",
        ]
        assert ran.code == 0
        facts = ran.data["checks"][-1]["facts"]
        assert facts == {"place": place, "of": 3, "root": home.root}
        assert ran.data["checks"][-2]["facts"]["signers"] == 4
        assert ran.data["minutes"] == {
            "assembly": home.assembly,
            "roots": {home.election: home.root},
        }


def test_a_receipt_is_taken_as_it_was_printed_or_scanned(urna: Terminal, home: Home) -> None:
    tracker = home.counted[0]
    grouped = " ".join(tracker[at : at + 4] for at in range(0, 43, 4))
    for typed in (grouped, grouped.replace(" ", "\n"), receipt_payload(home.election, tracker)):
        ran = urna.verify(home.bundle, "--receipt", typed)
        assert (ran.code, ran.err) == (0, "")
        assert SAID.say("verify.receipt-counted", place=1, of=3) in ran.out


@pytest.mark.parametrize("file", ["bundle", "list"])
def test_a_challenge_is_told_from_a_vote_and_the_file_is_not_blamed(
    urna: Terminal, home: Home, file: str
) -> None:
    path = getattr(home, file)
    for code in (home.challenged, commitment_payload(home.election, home.challenged)):
        ran = urna.verify(path, "--receipt", code)
        assert (ran.code, ran.err) == (1, "")
        assert SAID.say("verify.receipt.challenged") in ran.out
        last = ran.out.splitlines()[-1]
        assert last == SAID.say("verify.receipt-not-counted", path=str(path))


@pytest.mark.parametrize(
    ("file", "answer"), [("bundle", "unknown"), ("list", "not-listed"), ("proof", "other-receipt")]
)
def test_a_code_that_is_nowhere_shows_no_other_code(
    urna: Terminal, home: Home, file: str, answer: str
) -> None:
    ran = urna.verify(getattr(home, file), "--json", "--receipt", NOBODY)
    assert (ran.code, ran.answer) == (1, f"verify.receipt.{answer}")
    if file != "proof":  # which says whose it is
        assert not any(tracker in ran.out for tracker in home.counted)


@pytest.mark.parametrize(
    ("file", "answer"),
    [("bundle", "other-poll"), ("list", "other-poll"), ("proof", "other-receipt")],
)
def test_a_receipt_of_another_assembly_says_so(
    urna: Terminal, home: Home, file: str, answer: str
) -> None:
    elsewhere = receipt_payload("Examp1eExamp1e", home.counted[1])
    ran = urna.verify(getattr(home, file), "--json", "--receipt", elsewhere)
    assert (ran.code, ran.answer) == (1, f"verify.receipt.{answer}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_is_none_is_said_before_anything_is_read(
    urna: Terminal, home: Home, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URNA_LANGUAGE", language)
    ran = urna.verify(home.bundle, "--receipt", home.counted[0][:-1])
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"urna: {voice(language).say('error.receipt.short', n=1)}\n"


def test_an_archive_and_a_record_cannot_answer(home: Home) -> None:
    archive = next((home.bundle.parent / "elections").glob("*.bel"))
    for path in (archive, home.devices / ONE / "record.db"):
        with pytest.raises(KioskRefused) as caught:
            verify(path, Means(power=best_power()), Asked(roots=(home.root,)))
        assert caught.value.code is KioskProblem.NO_RECEIPTS


def rebundled(home: Home, tmp_path: Path, sidecar: bytes | None) -> Verified:
    """The same record and archives in a bundle of another sidecar, rightly signed."""
    copytree(home.devices / MESA, tmp_path / MESA)
    bundle = read_bundle(home.bundle)
    device = Device(tmp_path / MESA, seeded(3))
    try:
        write_bundle(
            tmp_path / "again.urna",
            entries=device.replica.everything(),
            elections={home.election: bundle.election(home.election)},
            signer=device.key,
            certificates=device.certificates,
            sidecar=sidecar,
        )
    finally:
        device.close()
    return verify(tmp_path / "again.urna", Means(power=best_power()))


def test_a_bundle_of_before_without_sidecar_still_verifies(home: Home, tmp_path: Path) -> None:
    verified = rebundled(home, tmp_path, None)
    assert verified.failed is None
    assert verified.checks[-1].name == "balance"
    assert verified.paper.roots == {home.election: home.root}


def test_a_sidecar_with_another_root_is_refused(home: Home, tmp_path: Path) -> None:
    archive = read_bundle(home.bundle).archive_hash(home.election)
    lie = Sidecar(elections={home.election: CountedReceipts.of(archive, home.counted[:2])})
    verified = rebundled(home, tmp_path, lie.encode())
    assert failed(verified)[0] == "receipts.roots"
    assert verified.failed is not None
    assert verified.failed.place == home.election


def test_a_sidecar_that_is_something_else_is_refused(home: Home, tmp_path: Path) -> None:
    verified = rebundled(home, tmp_path, b"{}")
    assert failed(verified) == ("receipts.roots", "error.receipt.roots")


# --- the second symbol of a receipt --------------------------------------------------------------


def signed(home: Home, tracker: str, *names: str) -> str:
    """What a receipt bears whose ballot these devices held."""
    holding = Holding(assembly=home.assembly, election=home.election, tracker=tracker)
    keys = [load_identity(home.devices / name)[0] for name in names]
    return symbol([Voucher.by(key.public.hex(), holding.sign(key)) for key in keys])


def test_whoever_held_a_counted_ballot_is_named(urna: Terminal, home: Home) -> None:
    tracker = home.counted[0]
    ran = urna.verify(
        home.bundle, "--receipt", tracker, "--held", signed(home, tracker, ONE, MESA)
    )
    assert (ran.code, ran.err) == (0, "")
    assert "Cabina 1, Mesa" in ran.out
    assert SAID.say("verify.receipt-counted", place=1, of=3) in ran.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_vote_that_was_held_and_is_not_there_is_evidence_and_called_so(
    urna: Terminal, home: Home, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URNA_LANGUAGE", language)
    said = voice(language)
    given = ("--receipt", NOBODY, "--held", signed(home, NOBODY, ONE, MESA))
    ran = urna.verify(home.bundle, *given)
    assert (ran.code, ran.err) == (1, "")
    assert said.say("verify.receipt.missing", devices="Cabina 1, Mesa") in ran.out
    assert ran.out.splitlines()[-1] == said.say("verify.receipt-missing", path=str(home.bundle))


def test_a_symbol_of_another_receipt_is_told_from_a_lost_vote(urna: Terminal, home: Home) -> None:
    other = signed(home, home.counted[1], ONE)
    ran = urna.verify(home.bundle, "--receipt", NOBODY, "--held", other)
    assert ran.code == 1
    assert SAID.say("verify.receipt.not-signed") in ran.out
    assert ran.out.splitlines()[-1] == SAID.say("verify.receipt-not-signed", path=str(home.bundle))


def test_a_text_that_is_no_second_symbol_is_said_before_anything_is_read(
    urna: Terminal, home: Home
) -> None:
    ran = urna.verify(home.bundle, "--receipt", home.counted[0], "--held", "URNA:H1:A")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"urna: {SAID.say('error.receipt.held')}\n"


@pytest.mark.parametrize("file", ["list", "proof"])
def test_who_held_a_ballot_is_asked_of_a_bundle_and_a_receipt_alone(
    urna: Terminal, home: Home, file: str
) -> None:
    held = ("--held", signed(home, NOBODY, ONE))
    assert urna.verify(getattr(home, file), "--receipt", NOBODY, *held).code == 2
    assert urna.verify(home.bundle, *held).code == 2


# --- the published list ------------------------------------------------------------------------


def test_a_list_comes_to_its_root_and_is_to_be_compared_with_the_minutes(
    urna: Terminal, home: Home
) -> None:
    ran = urna.verify(home.list)
    assert (ran.code, ran.err) == (0, "")
    assert home.root in ran.out
    assert ran.out.splitlines()[-1] == SAID.say("verify.compare-list")


def test_a_receipt_is_found_in_the_list_alone(urna: Terminal, home: Home) -> None:
    ran = urna.verify(home.list, "--receipt", home.counted[2])
    assert ran.code == 0
    assert SAID.say("verify.receipt-counted", place=3, of=3) in ran.out


def changed_list(home: Home, folder: Path, old: str, new: str) -> Path:
    text = home.list.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "trackers.txt"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_list_that_was_added_to_does_not_come_to_its_root(
    urna: Terminal, home: Home, tmp_path: Path
) -> None:
    other = home.counted[2][:20] + "A" * 23
    path = changed_list(home, tmp_path, home.counted[2], max(other, home.counted[1][:42] + "g"))
    ran = urna.verify(path, "--json", "--receipt", home.counted[0])
    assert (ran.code, ran.answer) == (1, "verify.receipt.list-changed")
    assert ran.data["checks"][-1]["name"] == "list.root"
    facts: dict[str, str | int] = {"election": home.election, "receipts": 3}
    assert SAID.say("verify.receipt.list-changed", **facts) in urna.verify(path).out


def test_a_list_with_a_new_root_for_new_lines_is_not_that_of_the_minutes(
    urna: Terminal, home: Home, tmp_path: Path
) -> None:
    """Whoever changes the list computes its root anew: only paper tells."""
    fewer = CountedReceipts.of("0" * 64, home.counted[:2]).root
    path = changed_list(home, tmp_path, f":3:{home.root}", f":2:{fewer}")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"  {home.counted[2]}\n", ""), encoding="utf-8")
    assert urna.verify(path).code == 0
    ran = urna.verify(path, "--json", "--root", home.root)
    assert (ran.code, ran.answer) == (1, "verify.receipt.other-root")


@pytest.mark.parametrize("file", ["list", "bundle", "proof"])
def test_the_root_of_the_minutes_is_compared_as_it_stands_there(
    urna: Terminal, home: Home, file: str
) -> None:
    path, receipt = getattr(home, file), home.counted[1]
    typed = f"{home.root[:32]}\n {home.root[32:].upper()}"
    for more in ((), ("--receipt", receipt)):
        ran = urna.verify(path, "--json", "--root", typed, *more)
        assert ran.code == 0
        assert ran.data["checks"][-1]["name"] == "receipts.printed"
        ran = urna.verify(path, "--json", "--root", "0" * 64, *more)
        assert (ran.code, ran.answer) == (1, "verify.receipt.other-root")
    ran = urna.verify(path, "--root", "0" * 64)
    said = "verify.failed" if file == "bundle" else "verify.failed-at-home"
    assert ran.out.splitlines()[-1] == SAID.say(said, path=str(path), check="receipts.printed")


def test_a_root_that_is_none_is_wrong_usage(urna: Terminal, home: Home) -> None:
    assert urna.verify(home.list, "--root", home.root[:-1]).code == 2


def test_a_text_that_is_no_list_is_told_by_its_line(
    urna: Terminal, home: Home, tmp_path: Path
) -> None:
    path = changed_list(home, tmp_path, f"  {home.counted[1]}", f" {home.counted[1]}")
    ran = urna.verify(path, "--json")
    assert (ran.code, ran.answer) == (1, "error.receipt.list")
    assert ran.data["checks"][-1]["place"] == "line:7"


# --- a proof -----------------------------------------------------------------------------------


def test_a_proof_says_who_signed_and_what_to_compare(urna: Terminal, home: Home) -> None:
    assert home.proof.stat().st_size < 6_000
    ran = urna.verify(home.proof, "--receipt", home.counted[1])
    assert (ran.code, ran.err) == (0, "")
    assert "Cabina 1, Cabina 2, Mesa, Taula" in ran.out
    assert home.root in ran.out
    assert ran.out.splitlines()[-1] == SAID.say("verify.compare-proof", assembly=home.assembly)


def test_a_proof_needs_no_code_and_tells_its_own(urna: Terminal, home: Home) -> None:
    ran = urna.verify(home.proof, "--json")
    assert ran.code == 0
    assert ran.data["checks"][0]["facts"]["receipt"] == home.counted[1]


def test_a_proof_that_was_changed_proves_nothing(
    urna: Terminal, home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "changed.urna-proof"
    path.write_bytes(home.proof.read_bytes().replace(b'"path":["', b'"path":["00', 1))
    ran = urna.verify(path, "--json")
    assert (ran.code, ran.answer) == (1, "error.receipt.proof")


def test_a_proof_is_told_to_show_the_order_of_casting(
    urna: Terminal, home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "mine.urna-proof"
    ran = urna.verify(home.bundle, "--receipt", home.counted[0], "--proof", path)
    assert ran.out.splitlines()[-1] == SAID.say("verify.proof-written", path=str(path))
    assert "order" in urna.verify("--help").out


def test_no_proof_is_written_of_what_was_not_counted(
    urna: Terminal, home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "none.urna-proof"
    assert urna.verify(home.bundle, "--receipt", home.challenged, "--proof", path).code == 1
    assert not path.exists()


def test_a_proof_overwrites_only_a_proof(urna: Terminal, home: Home, tmp_path: Path) -> None:
    ran = urna.verify(home.bundle, "--receipt", home.counted[0], "--proof", home.list)
    facts = {"path": str(home.list), "suffix": ".urna-proof"}
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"urna: {SAID.say('error.kiosk.not-a-proof', **facts)}\n"
    nowhere = tmp_path / "no" / "folder.urna-proof"
    ran = urna.verify(home.bundle, "--receipt", home.counted[0], "--proof", nowhere)
    assert (ran.code, ran.out) == (1, "")
    assert str(nowhere) in ran.err


@pytest.mark.parametrize("more", [(), ("--receipt", NOBODY)])
def test_a_proof_without_receipt_or_bundle_is_wrong_usage(
    urna: Terminal, home: Home, more: tuple[str, ...]
) -> None:
    path = home.list if more else home.bundle
    ran = urna.verify(path, *more, "--proof", "x.urna-proof")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: urna verify")
