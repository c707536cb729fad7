# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on many cores, archives read where they lie, and a line that tells how far it is."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from ballots.election.archive.ballot_box import tracker_of
from ballots.election.archive.source import InMemory
from ballots.election.archive.tar import Place
from ballots.election.course import CheckName
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import hash_in_base64, short_hash
from ballots.election.verify import verify_archive
from kiosk.commands.progress import Progress
from kiosk.cores import Cores
from kiosk.demo.narrator import CLEAR_LINE
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import voice
from kiosk.verifying import Means, verify
from sync.file_part import file_part
from tests.small_elections import shuffled_archive, small_archive

TWO = Cores(2)


def doubled(number: int) -> int:
    return 2 * number


def unlucky(number: int) -> int:
    if number == 3:
        raise ElectionRefused(ElectionProblem.ROLL, line=number, place="credential:3")
    return number


def killed(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_what_comes_of_tasks_comes_in_their_order(jobs: int, count: int) -> None:
    assert list(Cores(jobs)(doubled, range(count))) == [2 * n for n in range(count)]


def test_all_cores_are_those_that_the_process_may_use() -> None:
    assert Cores.all().jobs == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_refusal_comes_in_the_place_of_its_task_with_its_facts(jobs: int) -> None:
    found = Cores(jobs)(unlucky, range(9))
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ElectionRefused) as refusal:
        next(found)
    assert refusal.value.code is ElectionProblem.ROLL
    assert refusal.value.facts == {"line": 3, "place": "credential:3"}


def test_a_refusal_travels_between_processes_as_it_is() -> None:
    refusal = ElectionRefused(ElectionProblem.ROLL, line=3, place="credential:3")
    arrived = pickle.loads(pickle.dumps(refusal))
    assert type(arrived) is ElectionRefused
    assert (arrived.code, arrived.facts) == (refusal.code, refusal.facts)


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    found = TWO(doubled, tasks())
    assert next(found) == 0
    assert len(taken) < 20
    found.close()  # type: ignore[attr-defined]  # a generator, whoever asks for less


def test_where_a_window_answers_to_the_signal_that_ends_processes_they_end_all_the_same() -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with pytest.raises(KioskRefused) as refusal:
            list(TWO(killed, range(9)))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert refusal.value.code is KioskProblem.CORES_LOST


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(KioskRefused) as refusal:
        list(TWO(killed, range(9)))
    assert refusal.value.code is KioskProblem.CORES_LOST


@pytest.mark.parametrize("data", [small_archive(), shuffled_archive()])
def test_many_cores_come_to_what_one_comes_to(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "election.bel"
    path.write_bytes(data)
    alone = verify_archive(data)
    together = Means(spread=TWO).verify(path)
    assert together.checks == alone.checks
    assert together.published is not None
    assert alone.published is not None
    assert together.published.counts == alone.published.counts


def test_part_of_a_file_is_read_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "bundle"
    path.write_bytes(b"before" + b"archive" + b"after")
    with file_part(path, 6, 7) as part:
        assert (part.size, part.read(0, 7), part.read(3, 2)) == (7, b"archive", b"hi")
        assert (part.read(5, 99), part.read(7, 1), part.read(9, 1)) == (b"ve", b"", b"")
    with file_part(path) as whole:
        assert whole.size == 18
        path.write_bytes(b"be")
        assert whole.read(0, 18) == b"be"  # the file became shorter meanwhile


def test_a_source_in_memory_says_the_same() -> None:
    source = InMemory(b"archive")
    assert (source.size, source.read(3, 2), source.read(5, 99)) == (7, b"hi", b"ve")
    assert "archive" not in repr(source)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "election.bel"
    path.mkdir()
    with pytest.raises(KioskRefused) as refusal:
        Means().verify(path)
    assert refusal.value.code is KioskProblem.FILE_UNREADABLE


def test_a_tracker_is_the_hash_of_a_ballot_in_base64() -> None:
    place = Place(0, 1, "00" * 32)
    assert tracker_of(place) == hash_in_base64(bytes(32)) == "A" * 43
    assert len(short_hash(b"")) == 43


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_that_is_not_written_too_often() -> None:
    times = iter([0.0, 0.05, 0.2])
    stream = Terminal()
    with Progress(voice("en"), stream, lambda: next(times)).shown() as progress:
        for done in (1, 2, 3):
            progress(CheckName.BALLOT_PROOFS, done, 3)
    assert stream.getvalue() == (
        f"{CLEAR_LINE}Every ballot is provably a valid vote  1/3"
        f"{CLEAR_LINE}Every ballot is provably a valid vote  3/3{CLEAR_LINE}"
    )


def test_progress_is_silent_where_nobody_looks() -> None:
    stream = StringIO()
    with Progress(voice("en"), stream, lambda: 0.0).shown() as progress:
        progress(CheckName.BALLOT_PROOFS, 1, 3)
    assert stream.getvalue() == ""


def test_a_verification_tells_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "election.bel"
    path.write_bytes(shuffled_archive())
    told: list[tuple[CheckName, int, int]] = []
    means = Means(watch=lambda name, done, of: told.append((name, done, of)))
    assert verify(path, means).failed is None
    assert (CheckName.BALLOT_FORM, 3, 3) in told
    assert (CheckName.BALLOT_PROOFS, 3, 3) in told
    assert (CheckName.SHUFFLES, 1, 2) in told
    assert (CheckName.DECRYPTION, 1, 2) in told
