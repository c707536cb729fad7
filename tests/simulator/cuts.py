# SPDX-License-Identifier: AGPL-3.0-or-later
"""The power is cut while one record is written to: at any operation, thousands of times.

The record is written once, by the product's own code, on a recorded disk. Each cut then takes one
of the states that the disk may be in, and opens it as a kiosk does when it is switched on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

from ballots.record.kinds import Kind, Role
from sync.replica import Replica
from tests.kept_records import opened, written
from tests.simulator import recording
from tests.simulator.disk import Disk, Promise
from tests.simulator.kiosk import RECORD
from tests.simulator.laws import Word, require, word_is_kept
from tests.simulator.room import TEMPORARY

STEPS = 25
LARGEST = 9_000  # bytes of a note: several pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """What was done to a disk; `words` are (operations done, what was acknowledged by then)."""

    disk: Disk
    words: tuple[tuple[int, Word], ...]

    def word(self, until: int) -> Word:
        """What was acknowledged by an operation."""
        return [word for done, word in self.words if done <= until][-1]


def evening(seed: str) -> Evening:
    """Own entries one by one, others' in batches, long notes, a fork, a process that starts."""
    chance, disk, word = Random(seed), Disk(), Word()
    words = [(0, Word())]
    desk, booth = opened("desk", role=Role.DESK), opened("booth")
    with _folder() as folder, recording.recording():
        recording.attach(folder, disk)
        replica = Replica.open(folder / RECORD, create=True)
        replica.add((desk.first,))
        for _ in range(STEPS):
            match chance.choice(("own", "own", "own", "note", "others", "fork", "again")):
                case "own":
                    replica.add(written(desk, 1))
                case "note":
                    note = chance.randbytes(chance.randint(1, LARGEST))
                    replica.append(desk.write(Kind.NOTE, note))
                case "others":
                    new = written(booth, chance.randint(1, 9))
                    replica.merge([booth.first, *new])
                case "fork":
                    replica.merge([opened("two", again=chance.randint(0, 2)).first])
                case _:
                    replica.close()
                    replica = Replica.open(folder / RECORD)
            word = word.copy()
            word.give(replica.tips(), replica.frozen())
            words.append((len(disk.log), word))
        replica.close()
        recording.forget(folder)
    return Evening(disk=disk, words=tuple(words))


def cut(told: Evening, promise: Promise, chance: Random, folder: Path) -> None:
    """Cut the power once, and open what is left.

    Raises:
        Broken: something that was acknowledged is lost.
        SyncError: what is left cannot be opened.
    """
    until = chance.randint(0, len(told.disk.log))
    for old in folder.iterdir():
        old.unlink()
    recording.lay_down(told.disk.after_a_cut(until, promise, chance), folder)
    with Replica.open(folder / RECORD, create=True) as replica:
        word_is_kept(f"{promise} at {until}", replica, told.word(until))
        require(len(replica) <= len(told.disk.log), "entries were made up")


def cuts(seed: str, promise: Promise, count: int) -> int:
    """So many cuts of one evening; how many operations it had."""
    told, chance = evening(seed), Random(f"{seed} {promise}")
    with _folder() as folder:
        for _ in range(count):
            cut(told, promise, chance, folder)
    return len(told.disk.log)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="urna-cut-", dir=TEMPORARY))
    try:
        yield folder
    finally:
        rmtree(folder)
