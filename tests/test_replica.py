# SPDX-License-Identifier: AGPL-3.0-or-later
"""The replica keeps what it acknowledges, recognises what it is given, and never pretends."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from threading import Barrier, Thread

import pytest

from ballots.record.entry import Entry, entry_id
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Role
from sync.database import DURABLE
from sync.errors import SyncError, SyncProblem
from sync.heads import MAX_SEGMENTS, Tip
from sync.merging import MAX_RIVALS, Merged
from sync.replica import Replica
from tests.kept_records import ASSEMBLY, chain, forked, ids, key, opened, parted, uncertified
from tests.party_line import replica_in_memory

ONE = chain("one", 5)
DESK = chain("desk", 4, role=Role.DESK)
SEGMENT = ONE[0].header.segment


def problem(act: Callable[[], object]) -> SyncError:
    with pytest.raises(SyncError) as caught:
        act()
    return caught.value


def kept(folder: Path, *chains: list[Entry]) -> Path:
    """A record on disk, closed."""
    path = folder / "record.db"
    with Replica.open(path, create=True) as replica:
        for entries in chains:
            replica.merge(entries)
    return path


def altered(path: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


# Opening


def test_a_record_is_created_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    refusal = problem(lambda: Replica.open(path))
    assert (refusal.code, refusal.facts) == (SyncProblem.RECORD_MISSING, {"file": str(path)})
    assert problem(lambda: Replica.open(path, create=True, read_only=True)).code == refusal.code
    assert not list(tmp_path.iterdir())
    Replica.open(path, create=True).close()
    assert [file.name for file in tmp_path.iterdir()] == ["record.db"]


def test_what_is_there_is_opened_and_not_created_again(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    with Replica.open(path, create=True) as replica:
        assert ids(replica.everything()) == ids(ONE)
        assert replica.assembly == ASSEMBLY


def test_an_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "record.db.new").write_bytes(b"half a")
    (tmp_path / "record.db.new-journal").write_bytes(b"database")
    kept(tmp_path, ONE)
    assert [file.name for file in tmp_path.iterdir()] == ["record.db"]


def test_the_folder_is_synced_before_the_log_begins(tmp_path: Path) -> None:
    assert DURABLE[:3] == (
        "PRAGMA synchronous=EXTRA",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
    )
    with Replica.open(kept(tmp_path)) as replica:
        read = replica._database.execute
        assert read("PRAGMA journal_mode").fetchone() == ("wal",)
        assert read("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert read("PRAGMA secure_delete").fetchone() == (1,)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("none", "file"):
        refusal = problem(partial(Replica.open, tmp_path / folder / "record.db", create=True))
        assert refusal.code is SyncProblem.RECORD_UNWRITABLE


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "record.db"
    path.write_bytes(content)
    for read_only in (False, True):
        refusal = problem(partial(Replica.open, path, create=True, read_only=read_only))
        assert refusal.code is SyncProblem.RECORD_FOREIGN
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    altered(path, "CREATE TABLE entries (note)")
    before = path.read_bytes()
    assert problem(lambda: Replica.open(path)).code is SyncProblem.RECORD_FOREIGN
    assert path.read_bytes() == before


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    altered(path, "PRAGMA user_version=2")
    refusal = problem(lambda: Replica.open(path))
    assert (refusal.code, refusal.facts["version"]) == (SyncProblem.RECORD_VERSION, "2")


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("UPDATE entries SET entry = ? WHERE number = 3", (ONE[2].encode(),)),
        ("UPDATE entries SET entry = ? WHERE number = 3", (b"garbage",)),
        ("UPDATE entries SET id = ? WHERE number = 3", (bytes(32),)),
        ("UPDATE entries SET body = ? WHERE number = 3", ("withheld",)),
        ("UPDATE entries SET body = CAST(x'ff' AS TEXT) WHERE number = ?", (3,)),
        ("DELETE FROM entries WHERE number = ?", (2,)),
        ("DELETE FROM entries WHERE number = ?", (0,)),
        ("INSERT INTO rivals VALUES (?, 3, x'00', x'00')", (SEGMENT,)),
    ],
)
def test_entries_that_are_not_as_they_were_written_are_refused(
    tmp_path: Path, sql: str, values: tuple[object, ...]
) -> None:
    path = kept(tmp_path, ONE)
    altered(path, sql, *values)
    for read_only in (False, True):
        refusal = problem(partial(Replica.open, path, read_only=read_only))
        assert refusal.code is SyncProblem.RECORD_DAMAGED
        assert refusal.facts["file"] == str(path)


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("UPDATE entries SET entry = ? WHERE number = 3", (ONE[2].encode(),)),
        ("UPDATE entries SET entry = ? WHERE number = 3", (ONE[3].encode()[:-1] + b"?",)),
        ("UPDATE entries SET entry = ? WHERE number = 3", (b"garbage",)),
        ("UPDATE entries SET id = ? WHERE number = 3", (bytes(32),)),
    ],
)
def test_an_entry_that_changes_while_the_record_is_open_is_not_read(
    tmp_path: Path, sql: str, values: tuple[object, ...]
) -> None:
    path = kept(tmp_path, ONE)
    with Replica.open(path) as replica:
        altered(path, sql, *values)
        assert replica.entries(SEGMENT, limit=3) == tuple(ONE[:3])
        for read in (lambda: replica.entries(SEGMENT), lambda: list(replica.everything())):
            refusal = problem(read)
            assert refusal.code is SyncProblem.RECORD_DAMAGED
            assert refusal.facts["place"] == f"{SEGMENT}/3"


def test_a_file_that_tells_something_else_the_second_time_is_verified_again(
    tmp_path: Path,
) -> None:
    """As a stick may, whose own program knows what it is asked for."""
    path = kept(tmp_path, ONE)
    header, body = ONE[3].header_bytes, ONE[3].body or b""
    rest = len(header).to_bytes(2) + header + bytes(64) + body
    forged = len(rest).to_bytes(4) + rest
    sql = "UPDATE entries SET entry = ?, id = ? WHERE number = 3"
    with Replica.open(path) as own, Replica.open(path, read_only=True) as handed_in:
        altered(path, sql, forged, entry_id(header, bytes(64)))
        assert len(own.entries(SEGMENT)) == len(ONE)  # who can write here can do worse
        for read in (lambda: handed_in.entries(SEGMENT), lambda: list(handed_in.everything())):
            refusal = problem(read)
            assert refusal.code is SyncProblem.RECORD_DAMAGED
            assert refusal.facts["place"] == f"{SEGMENT}/3"


def test_the_damaged_entry_is_named(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    altered(path, "DELETE FROM entries WHERE number = 2")
    assert problem(lambda: Replica.open(path)).facts["place"] == f"{SEGMENT}/3"


def test_a_segment_of_an_uncertified_device_is_damage(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    other = chain("one", 0, root=key("other root"))[0]
    sql = "INSERT INTO entries VALUES (?, 0, ?, 'whole', ?)"
    altered(path, "DELETE FROM entries")
    altered(path, sql, other.header.segment, other.id, other.encode())
    with Replica.open(path) as replica:
        assert replica.assembly == other.header.assembly
    other = uncertified("one")
    altered(path, sql, other.header.segment, other.id, other.encode())
    assert problem(lambda: Replica.open(path)).code is SyncProblem.RECORD_DAMAGED


def test_two_assemblies_in_one_record_are_damage(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    other = chain("two", 0, root=key("other root"))[0]
    sql = "INSERT INTO entries VALUES (?, 0, ?, 'whole', ?)"
    altered(path, sql, other.header.segment, other.id, other.encode())
    assert problem(lambda: Replica.open(path)).facts["place"] == "assembly/0"


def test_a_flipped_bit_in_an_entry_is_found(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    whole = path.read_bytes()
    chance = Random(1)
    for entry in ONE:
        encoded = entry.encode()
        content = bytearray(whole)
        content[whole.index(encoded) + chance.randrange(len(encoded))] ^= 1
        path.write_bytes(content)
        refusal = problem(lambda: Replica.open(path))
        assert refusal.code is SyncProblem.RECORD_DAMAGED
        assert refusal.facts["place"] == f"{SEGMENT}/{entry.header.number}"


def test_an_index_that_tells_something_else_is_found(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    content = bytearray(path.read_bytes())
    places = [content.index(ONE[2].id), content.rindex(ONE[2].id)]
    assert places[0] < places[1]
    content[places[1]] ^= 1
    path.write_bytes(content)
    refusal = problem(lambda: Replica.open(path))
    assert (refusal.code, refusal.facts["place"]) == (
        SyncProblem.RECORD_DAMAGED,
        "integrity_check",
    )


def test_a_page_that_is_no_page_is_found(tmp_path: Path) -> None:
    path = kept(tmp_path, chain("one", 60))
    whole = path.read_bytes()
    for at in range(4096, len(whole), 4096):
        path.write_bytes(whole[:at] + bytes(512) + whole[at + 512 :])
        assert problem(lambda: Replica.open(path)).code is SyncProblem.RECORD_DAMAGED
    path.write_bytes(whole[: len(whole) // 2])
    assert problem(lambda: Replica.open(path)).code is SyncProblem.RECORD_DAMAGED


def test_a_closed_record_is_not_used(tmp_path: Path) -> None:
    replica = Replica.open(tmp_path / "record.db", create=True)
    replica.close()
    with pytest.raises(sqlite3.ProgrammingError):
        replica.append(ONE[0])


def test_reading_only_leaves_no_trace(tmp_path: Path) -> None:
    path = kept(tmp_path, ONE)
    before = path.read_bytes()
    with Replica.open(path, read_only=True) as replica:
        assert ids(replica.everything()) == ids(ONE)
        refusal = problem(lambda: replica.add(DESK))
        assert refusal.code is SyncProblem.RECORD_UNWRITABLE
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["record.db"]


def test_a_record_that_is_written_to_can_be_read_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    with Replica.open(path, create=True) as replica:
        replica.add(ONE)
        with Replica.open(path, read_only=True) as reader:
            assert len(reader) == len(ONE)
            replica.add(DESK)
            assert len(reader) == len(ONE) + len(DESK)


def test_an_acknowledged_entry_survives_the_kill_of_its_process(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from sync.replica import Replica\n"
        "from tests.kept_records import chain\n"
        "replica = Replica.open(Path(sys.argv[1]), create=True)\n"
        "for entry in chain('one', 5000):\n"
        "    replica.append(entry)\n"
        "    print(entry.header.number, flush=True)\n"
    )
    path = tmp_path / "record.db"
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        acknowledged = -1
        for line in writer.stdout:
            acknowledged = int(line)
            if acknowledged == 40:
                writer.send_signal(signal.SIGKILL)
    with Replica.open(path) as replica:
        (tip,) = replica.heads().values()
        assert 40 <= acknowledged <= tip < 5000


# Adding


def test_entries_come_back_byte_for_byte_in_canonical_order(tmp_path: Path) -> None:
    with Replica.open(tmp_path / "record.db", create=True) as replica:
        mixed = [*ONE, *DESK]
        Random(5).shuffle(mixed)
        assert replica.add(mixed) == len(mixed)
        assert replica.add(mixed) == 0
        expected = sorted(mixed, key=lambda e: (e.header.segment, e.header.number))
        held = list(replica.everything())
        assert [e.encode() for e in held] == [e.encode() for e in expected]
        assert len(replica) == len(mixed)
        assert ONE[2].id in replica
        assert bytes(32) not in replica


def test_heads_tell_how_far_each_segment_goes() -> None:
    replica = replica_in_memory()
    assert (replica.heads(), replica.assembly) == ({}, None)
    replica.add([*ONE, *DESK[:3]])
    desk = DESK[0].header.segment
    assert replica.heads() == {SEGMENT: 5, desk: 2}
    assert replica.tips() == {SEGMENT: Tip(5, ONE[5].id), desk: Tip(2, DESK[2].id)}
    assert list(replica.heads()) == sorted([SEGMENT, desk])


def test_who_writes_each_segment_is_told() -> None:
    with replica_in_memory() as replica:
        replica.merge([*chain("one", 2), *chain("one", 1, boot=1), *chain("two", 0)])
        one, two = (key(name).public.hex() for name in ("one", "two"))
        assert sorted(replica.authors().values()) == sorted([one, one, two])
        assert replica.authors().keys() == replica.heads().keys()


def test_a_range_of_a_segment_can_be_read() -> None:
    replica = replica_in_memory()
    replica.add(ONE)
    assert ids(replica.entries(SEGMENT)) == ids(ONE)
    assert ids(replica.entries(SEGMENT, after=1, limit=2)) == ids(ONE[2:4])
    assert replica.entries(SEGMENT, after=5) == ()
    assert replica.entries("00" * 32) == ()
    sizes = [len(entry.encode()) for entry in ONE]
    assert len(replica.encoded(SEGMENT, -1, 9, most=sum(sizes[:3]))) == 3
    assert len(replica.encoded(SEGMENT, -1, 9, most=sum(sizes[:3]) - 1)) == 2


def test_an_entry_without_the_one_before_it_is_not_taken() -> None:
    replica = replica_in_memory()
    refusal = problem(lambda: replica.add([*DESK, *ONE[:2], ONE[3]]))
    assert refusal.code is SyncProblem.GAP
    assert refusal.facts == {"segment": SEGMENT, "number": 3}
    assert len(replica) == 0
    merged = replica.merge([*DESK, *ONE[:2], ONE[3], ONE[5]])
    assert (merged.new, merged.missing) == (len(DESK) + 2, ((SEGMENT, 3), (SEGMENT, 5)))
    assert replica.merge(ONE).new == 4


def test_an_entry_that_names_another_before_it_is_not_taken() -> None:
    mine, theirs = forked("liar", 2, [1, 2])
    replica = replica_in_memory()
    replica.add(mine)
    assert replica.merge([theirs[4]]).missing == ((mine[0].header.segment, 4),)
    assert replica.frozen() == {}


def test_an_entry_of_another_assembly_is_refused_with_all_that_came_along() -> None:
    replica = replica_in_memory()
    foreign = chain("one", 1, root=key("other root"))
    assert problem(lambda: replica.merge([*ONE, *foreign])).code is SyncProblem.OTHER_ASSEMBLY
    assert (len(replica), replica.assembly) == (0, None)
    replica.add(foreign)
    assert problem(lambda: replica.add(ONE)).code is SyncProblem.OTHER_ASSEMBLY


def test_a_segment_that_no_certified_device_opened_is_refused() -> None:
    replica = replica_in_memory()
    with pytest.raises(RecordRefused):
        replica.merge([*DESK, uncertified("one")])
    assert len(replica) == 0


def test_an_assembly_has_so_many_segments_and_no_more() -> None:
    replica = replica_in_memory()
    for n in range(MAX_SEGMENTS - 1):
        values = (f"{n:064x}", n.to_bytes(32))
        replica._database.execute("INSERT INTO entries VALUES (?, 0, ?, 'whole', x'')", values)
    replica.add(ONE)
    assert problem(lambda: replica.add(DESK)).code is SyncProblem.TOO_MANY_SEGMENTS
    replica.add(ONE)


def test_a_full_disk_is_told_and_nothing_is_half_done(tmp_path: Path) -> None:
    with Replica.open(tmp_path / "record.db", create=True) as replica:
        replica.add(DESK)
        (pages,) = replica._database.execute("PRAGMA page_count").fetchone()
        replica._database.execute(f"PRAGMA max_page_count={pages + 2}")
        long = chain("one", 60)
        assert problem(lambda: replica.add(long)).code is SyncProblem.DISK_FULL
        assert ids(replica.everything()) == ids(DESK)
        replica._database.execute("PRAGMA max_page_count=1000000")
        assert replica.add(long) == 61


def test_a_record_that_another_program_locks_is_told(tmp_path: Path) -> None:
    with Replica.open(tmp_path / "record.db", create=True) as replica:
        replica._database.execute("PRAGMA busy_timeout=1")
        other = sqlite3.connect(tmp_path / "record.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert problem(lambda: replica.append(ONE[0])).code is SyncProblem.RECORD_BUSY
        other.close()
        replica.append(ONE[0])


def test_what_another_process_adds_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    with Replica.open(path, create=True) as one, Replica.open(path) as other:
        one.add(ONE[:2])
        assert other.add(ONE) == 4
        assert one.add(ONE) == 0
        assert one.heads() == other.heads() == {SEGMENT: 5}


def test_several_threads_may_write() -> None:
    replica = replica_in_memory()
    chains = [chain(f"device {n}", 20) for n in range(4)]
    start = Barrier(len(chains))

    def write(entries: list[Entry]) -> None:
        start.wait()
        for entry in entries:
            replica.append(entry)

    threads = [Thread(target=write, args=(entries,)) for entries in chains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replica) == 84
    assert set(replica.heads().values()) == {20}


def test_watchers_are_told_what_is_on_disk() -> None:
    replica = replica_in_memory()
    heard: list[Merged] = []
    end = replica.watch(heard.append)
    replica.add(ONE[:2])
    replica.add(ONE[:2])
    assert [merged.heads for merged in heard] == [{SEGMENT: Tip(1, ONE[1].id)}]
    end()
    replica.add(ONE)
    assert len(heard) == 1


# Bodies


def test_a_withheld_body_is_filled_in_and_never_taken_away() -> None:
    replica = replica_in_memory()
    bare = [DESK[0], *(entry.without_body() for entry in DESK[1:])]
    assert replica.add(bare) == 5
    assert [entry.body for entry in replica.everything()] == [DESK[0].body, None, None, None, None]
    assert replica.merge(bare).changed is False
    merged = replica.merge(DESK[:3])
    assert (merged.new, merged.known, merged.filled) == (0, 1, 2)
    assert [entry.body for entry in replica.everything()] == [
        *(entry.body for entry in DESK[:3]),
        None,
        None,
    ]
    assert replica.merge(bare).filled == 0
    assert replica.entries(DESK[0].header.segment)[1].body == DESK[1].body


def test_an_erased_body_is_gone_from_the_files_and_stays_away(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    body = DESK[2].body or b"?"
    with Replica.open(path, create=True) as replica:
        replica.add(DESK)
        replica.erase_body(DESK[2].id)
        for file in tmp_path.iterdir():
            assert body not in file.read_bytes()
        merged = replica.merge(DESK)
        assert (merged.known, merged.changed) == (5, False)
        assert [e.body is None for e in replica.everything()] == [False, False, True, False, False]
    with Replica.open(path) as replica:
        assert replica.heads() == {DESK[0].header.segment: 4}


def test_only_bodies_with_names_are_erased() -> None:
    replica = replica_in_memory()
    replica.add(ONE)
    assert problem(lambda: replica.erase_body(ONE[1].id)).code is SyncProblem.BODY_STAYS
    assert problem(lambda: replica.erase_body(bytes(32))).code is SyncProblem.UNKNOWN_ENTRY
    assert ids(replica.everything()) == ids(ONE)


# Forks


def test_a_second_entry_with_a_number_is_kept_as_evidence(tmp_path: Path) -> None:
    mine, theirs = forked("liar", 2, [3, 2])
    segment = mine[0].header.segment
    path = tmp_path / "record.db"
    with Replica.open(path, create=True) as replica:
        replica.add(mine)
        refusal = problem(lambda: replica.add(theirs))
        assert refusal.code is SyncProblem.FORKED
        assert refusal.facts == {"segment": segment, "number": 3}
    with Replica.open(path) as replica:
        assert replica.frozen() == {segment: 3}
        assert replica.heads() == {segment: 2}
        assert set(ids(replica.rivals())) == set(ids([mine[3], theirs[3]]))
        assert sorted(ids(replica.everything())) == sorted(ids([*mine, theirs[3]]))
        assert [set(pair) for pair in replica.rival_pairs({segment})] == [{mine[3], theirs[3]}]
        assert replica.rival_pairs(()) == ()


def test_a_forked_segment_takes_nothing_more() -> None:
    mine, theirs = forked("liar", 2, [4, 1])
    segment = mine[0].header.segment
    replica = replica_in_memory()
    replica.add(mine[:4])
    merged = replica.merge([theirs[3]])
    assert (merged.forked, merged.heads) == ({segment: 3}, {segment: Tip(2, mine[2].id)})
    merged = replica.merge(mine)
    assert (merged.new, merged.contested) == (0, ((segment, 4), (segment, 5), (segment, 6)))
    assert problem(lambda: replica.append(mine[4])).code is SyncProblem.FORKED
    replica.append(mine[3])


def test_entries_after_the_first_contradiction_are_no_more_evidence() -> None:
    mine, theirs = forked("liar", 2, [4, 4])
    replica = replica_in_memory()
    replica.add(mine)
    merged = replica.merge(theirs)
    assert len(merged.contested) == 4
    assert len(replica.rivals()) == 2


def test_evidence_may_come_before_the_segment_is_held_that_far() -> None:
    mine, theirs = forked("liar", 3, [2, 2])
    segment = mine[0].header.segment
    replica = replica_in_memory()
    assert replica.keep_rivals(mine[4], theirs[4]).missing == ((segment, 4),)
    replica.add(mine[:2])
    assert replica.keep_rivals(mine[4], theirs[4]).forked == {segment: 4}
    assert replica.keep_rivals(theirs[4], mine[4]).changed is False
    assert replica.merge(mine).new == 2
    assert replica.heads() == {segment: 3}
    assert sorted(ids(replica.everything())) == sorted(ids([*mine[:5], theirs[4]]))


def test_an_earlier_fork_moves_the_end_back() -> None:
    early, late, later = parted("liar", 2, 4, 6)
    segment = early[0].header.segment
    replica = replica_in_memory()
    replica.merge(late)
    replica.merge(later)
    assert replica.frozen() == {segment: 5}
    replica.merge(early)
    assert replica.frozen() == {segment: 3}
    assert len(replica.rivals()) == 4


def test_a_fork_in_the_opening_leaves_no_head(tmp_path: Path) -> None:
    one, other = opened("liar").first, opened("liar", again=1).first
    path = tmp_path / "record.db"
    with Replica.open(path, create=True) as replica:
        assert replica.keep_rivals(one, other).forked == {one.header.segment: 0}
        assert replica.merge([one]).contested == ((one.header.segment, 0),)
    with Replica.open(path) as replica:
        assert (replica.heads(), len(replica), replica.assembly) == ({}, 0, ASSEMBLY)
        assert len(list(replica.everything())) == 2


def test_what_proves_no_fork_is_no_evidence() -> None:
    replica = replica_in_memory()
    replica.add(ONE)
    for other in (ONE[1], ONE[2], DESK[1]):
        with pytest.raises(RecordRefused):
            replica.keep_rivals(ONE[1], other)
    assert replica.rivals() == ()


def test_the_lowest_rivals_are_kept_in_whatever_order_they_come() -> None:
    branches = forked("liar", 1, [1] * (MAX_RIVALS + 3))
    lowest = sorted(ids(branch[2] for branch in branches))[:MAX_RIVALS]
    for seed in range(3):
        replica = replica_in_memory()
        Random(seed).shuffle(branches)
        for branch in branches:
            replica.merge(branch)
        for branch in branches[1:]:
            replica.keep_rivals(branches[0][2], branch[2])
        assert ids(replica.rivals()) == lowest
        assert len(replica.rival_pairs({branches[0][0].header.segment})) == MAX_RIVALS - 1
