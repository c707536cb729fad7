# SPDX-License-Identifier: AGPL-3.0-or-later
"""`verify`, over a whole evening of three voters: what holds, and any byte that is changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from ballots.election.course import CheckName
from ballots.record.bodies import Challenge, Result
from ballots.record.kinds import Kind
from kiosk.arithmetic import best_power
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.events import OpenChallenge
from kiosk.verifying import Means, Verified
from kiosk.verifying import verify as verify_with
from sync.bundle import read_bundle, write_bundle
from tests.evenings import BLANK, MESA, ONE, TAULA, Evening, play, sealed_by
from tests.small_elections import seeded

SAMPLES = 60
EVENING = [
    "bundle.form",
    *(name for name in CheckName if name is not CheckName.SHUFFLES),
    "record.assembly",
    "record.forks",
    "elections.complete",
]
SPOILT = ["spoilt.form", "spoilt.openings", "spoilt.uncounted"]


@dataclass(frozen=True)
class Files:
    """What lies on the table when the evening is over."""

    bundle: Path
    archive: Path
    devices: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("evening")
    play(folder)
    (archive,) = (folder / "out" / "elections").glob("*.bel")
    return Files(folder / "out" / "bundle.urna", archive, folder / "devices")


def verify(path: Path) -> Verified:
    return verify_with(path, Means(power=best_power()))


def names(verified: Verified) -> list[str]:
    return [check.name for check in verified.checks]


def test_the_bundle_of_an_evening_verifies_from_its_first_byte_to_its_receipts(
    files: Files,
) -> None:
    verified = verify(files.bundle)
    assert verified.failed is None
    assert names(verified)[: len(EVENING)] == EVENING
    assert names(verified)[-2:] == ["balance", "receipts.roots"]
    assert {"poll.seal", "poll.election", "poll.bound", "poll.ballots", "poll.result"} <= set(
        names(verified)
    )
    assert verified.oddities == ()
    facts = {check.name: check.facts for check in verified.checks}
    assert facts["ballots.form"]["ballots"] == 3
    assert facts["poll.ballots"]["ballots"] == 3
    assert facts["balance"]["present"] == 3


def test_what_was_opened_to_check_a_booth_is_told_with_its_marks(files: Files) -> None:
    (opened,) = verify(files.bundle).challenged
    assert opened.marked == dict.fromkeys(BLANK, ())


def test_the_archive_verifies_by_itself(files: Files) -> None:
    verified = verify(files.archive)
    assert verified.failed is None
    assert names(verified) == EVENING[1:-3] + SPOILT


def test_an_archive_alone_verifies_without_the_list_of_spoilt_ballots(
    files: Files, tmp_path: Path
) -> None:
    alone = copyfile(files.archive, tmp_path / files.archive.name)
    assert names(verify(alone)) == EVENING[1:-3]
    assert verify(alone).failed is None


def test_a_list_of_spoilt_ballots_with_any_byte_changed_is_refused(
    files: Files, tmp_path: Path
) -> None:
    archive = copyfile(files.archive, tmp_path / files.archive.name)
    beside = files.archive.with_suffix(".spoilt.json").read_bytes()
    for place in range(0, len(beside), len(beside) // SAMPLES):
        changed = bytearray(beside)
        changed[place] ^= 1
        archive.with_suffix(".spoilt.json").write_bytes(changed)
        failed = verify(archive).failed
        assert failed is not None, place
        assert failed.name in SPOILT
        assert failed.place


@pytest.mark.parametrize("name", [MESA, TAULA, ONE])
def test_the_record_of_every_device_verifies(files: Files, name: str) -> None:
    verified = verify(files.devices / name / "record.db")
    assert verified.failed is None
    assert names(verified) == ["record.form", "record.assembly", "record.forks"]


def flipped(path: Path, folder: Path) -> list[tuple[int, Verified]]:
    """What comes of the file with one bit of one byte changed, all over the file."""
    whole = path.read_bytes()
    offset = int.from_bytes(seeded(7)(4), "big")
    stride = len(whole) / SAMPLES
    places = sorted({(int(n * stride) + offset) % len(whole) for n in range(SAMPLES)})
    spoilt = folder / path.name
    found = []
    for place in [0, *places, len(whole) - 1]:
        data = bytearray(whole)
        data[place] ^= 1 << (place % 8)
        spoilt.write_bytes(data)
        found.append((place, verify(spoilt)))
    return found


def test_a_bundle_with_any_byte_changed_is_refused_and_the_place_is_told(
    files: Files, tmp_path: Path
) -> None:
    for place, verified in flipped(files.bundle, tmp_path):
        assert verified.failed is not None, place
        assert verified.failed.name == "bundle.form"
        assert verified.failed.place, place
        assert "code" in verified.failed.facts


def test_an_archive_with_any_byte_changed_is_refused_and_the_place_is_told(
    files: Files, tmp_path: Path
) -> None:
    for place, verified in flipped(files.archive, tmp_path):
        assert verified.failed is not None, place
        assert verified.failed.place, place
        assert verified.checks[-1] is verified.failed


def test_what_is_cut_short_or_goes_on_is_refused(files: Files, tmp_path: Path) -> None:
    for path in (files.bundle, files.archive):
        whole = path.read_bytes()
        for data in (b"", whole[:-1], whole[:512], whole + b"\0"):
            spoilt = tmp_path / path.name
            spoilt.write_bytes(data)
            failed = verify(spoilt).failed
            assert failed is not None
            assert failed.name in ("bundle.form", "archive.form")


def rebundled(files: Files, tmp_path: Path, elections: dict[str, bytes]) -> Verified:
    """A bundle that its own signature bears out, of the same record and other archives."""
    copytree(files.devices / MESA, tmp_path / MESA)
    device = Device(tmp_path / MESA, seeded(3))
    try:
        write_bundle(
            tmp_path / "again.urna",
            entries=device.replica.everything(),
            elections=elections,
            signer=device.key,
            certificates=device.certificates,
        )
    finally:
        device.close()
    return verify(tmp_path / "again.urna")


def test_a_bundle_without_an_archive_of_the_record_is_refused(
    files: Files, tmp_path: Path
) -> None:
    failed = rebundled(files, tmp_path, {}).failed
    assert failed is not None
    assert failed.name == "elections.complete"
    assert files.archive.stem in failed.place


def test_an_archive_that_does_not_hold_is_refused_in_a_whole_bundle_too(
    files: Files, tmp_path: Path
) -> None:
    data = bytearray(files.archive.read_bytes())
    data[len(data) // 2] ^= 1
    failed = rebundled(files, tmp_path, {files.archive.stem: bytes(data)}).failed
    assert failed is not None
    assert failed.name.startswith(("archive.", "setup.", "ballots."))
    assert failed.place.startswith(files.archive.stem)


def test_another_result_than_was_declared_is_refused(files: Files, tmp_path: Path) -> None:
    """Whoever holds the key of a facilitator cannot declare what does not follow."""
    copytree(files.devices / MESA, tmp_path / MESA)
    device = Device(tmp_path / MESA, seeded(3))
    try:
        declared = device.session().polls[files.archive.stem].result
        assert declared is not None
        other = Result(archive=declared.archive, counts=((9, 9), *declared.counts[1:]))
        device.write(Kind.RESULT, other.encode(), files.archive.stem)
        write_bundle(
            tmp_path / "other.urna",
            entries=device.replica.everything(),
            elections={files.archive.stem: files.archive.read_bytes()},
            signer=device.key,
            certificates=device.certificates,
        )
    finally:
        device.close()
    failed = verify(tmp_path / "other.urna").failed
    assert failed is not None
    assert (failed.name, failed.place) == ("poll.result", "poll:paper")


def test_a_booth_that_opened_a_ballot_otherwise_than_it_sealed_it_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "out").mkdir()
    with Evening(tmp_path / "devices") as evening:
        evening.open()
        booth = evening.booth(ONE)
        sealed_by(booth, evening, evening.slips[0])
        booth.carry_out(OpenChallenge())
        (opened,) = evening.state(ONE).challenges
        sealed_by(booth, evening, evening.slips[1])
        assert booth._sealed is not None
        cheat = Challenge(ballot=booth._sealed.body.decode(), opening=opened.opening.decode())
        evening[ONE].write(Kind.CHALLENGE, cheat.encode(), evening.uuid)
        evening.carry()
        evening.arrive(0)
        evening.carry()
        evening.seal()
        evening.publish(evening.count(), tmp_path / "out")
    failed = verify(tmp_path / "out" / "bundle.urna").failed
    assert failed is not None
    assert failed.name == "poll.challenges"
    assert failed.place == f"{ONE} ballot:{cheat.tracker}"


def test_a_record_that_is_damaged_or_none_is_refused_with_its_place(
    files: Files, tmp_path: Path
) -> None:
    whole = (files.devices / ONE / "record.db").read_bytes()
    path = tmp_path / "record.db"
    for data in (b"", b"no record", whole[: len(whole) // 2]):
        path.write_bytes(data)
        failed = verify(path).failed
        assert failed is not None
        assert failed.name == "record.form"
        assert failed.place == str(path)


@pytest.mark.parametrize("name", ["bundle.zip", "bundle", "bundle.URNA", "minutes.pdf"])
def test_a_file_of_another_kind_is_not_verified(files: Files, tmp_path: Path, name: str) -> None:
    copyfile(files.bundle, tmp_path / name)
    with pytest.raises(KioskRefused) as caught:
        verify(tmp_path / name)
    assert caught.value.code is KioskProblem.NOT_VERIFIABLE
    assert caught.value.facts == {"path": str(tmp_path / name)}


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.urna").mkdir()
    for name in ("nowhere.urna", "nowhere.bel", "nowhere.db", "folder.urna"):
        with pytest.raises(KioskRefused) as caught:
            verify(tmp_path / name)
        assert caught.value.code is KioskProblem.NO_FILE


def test_both_arithmetics_come_to_the_same_checks(files: Files) -> None:
    assert names(verify_with(files.archive, Means())) == names(verify(files.archive))


def test_the_bundle_can_be_read_without_verifying_it(files: Files) -> None:
    assert read_bundle(files.bundle).elections() == (files.archive.stem,)
