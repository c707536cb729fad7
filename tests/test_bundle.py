# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bundles: what is in the file, what is refused, and that importing is joining sets."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Sequence
from errno import EIO, ENOSPC
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from ballots import canonical
from ballots.record.entry import Entry, decode
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Role
from sync import ustar
from sync.bundle import _told, import_into, read_bundle, write_bundle
from sync.errors import SyncError, SyncProblem
from sync.manifest import Manifest, Part, sign
from sync.opened_bundle import MAX_MANIFEST
from tests.kept_records import ASSEMBLY, POLL, certificates, chain, forked, ids, key, uncertified
from tests.party_line import replica_in_memory

BOOTH = chain("booth", 3)
DESK = chain("desk", 2, role=Role.DESK)
ALL = sorted([*BOOTH, *DESK], key=lambda entry: (entry.header.segment, entry.header.number))
OTHER_POLL = "ExampYeExampYe2"
ELECTIONS = {OTHER_POLL: b"another archive", POLL: b"an archive" * 60}
SIGNER = key("facilitator")
CHAIN = certificates("facilitator", Role.FACILITATOR)


def write(
    path: Path,
    entries: Iterable[Entry] = ALL,
    *,
    sidecar: bytes | None = None,
    withhold: bool = False,
    chain: Sequence[bytes] = CHAIN,
) -> str:
    return write_bundle(
        path,
        entries=entries,
        elections=ELECTIONS,
        signer=SIGNER,
        certificates=chain,
        sidecar=sidecar,
        withhold=withhold,
    )


def problem(act: Callable[[], object]) -> SyncError:
    with pytest.raises(SyncError) as caught:
        act()
    return caught.value


def refused(path: Path) -> tuple[SyncProblem, str | int]:
    error = problem(lambda: read_bundle(path))
    return error.code, error.facts.get("part", "")


def packed(files: Iterable[tuple[str, bytes]], end: bytes = ustar.END) -> bytes:
    return (
        b"".join(
            ustar.header(name, len(content)) + content + ustar.padding(len(content))
            for name, content in files
        )
        + end
    )


def made(record: bytes, **changes: object) -> bytes:
    """A bundle of a record that is signed whatever it holds."""
    part = Part(name="record.entries", sha256=sha256(record).hexdigest(), size=len(record))
    entries = [BOOTH[0]]
    told = Manifest(
        assembly=ASSEMBLY,
        entries=len(entries),
        heads={BOOTH[0].header.segment: 0},
        parts=(part,),
        withheld=0,
    )
    manifest = canonical.encode(msgspec.to_builtins(told) | changes)
    signature = sign(manifest, SIGNER, CHAIN)
    return packed(
        [("manifest.json", manifest), ("manifest.sig", signature), ("record.entries", record)]
    )


# The file


def test_tar_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "evening.urna"
    told = write(path, sidecar=b"{}")
    assert told == sha256(path.read_bytes()).hexdigest()
    with tarfile.open(path) as archive:
        contents = {m.name: archive.extractfile(m) for m in archive.getmembers()}
        content = {name: file.read() for name, file in contents.items() if file}
    assert list(content) == [
        "manifest.json",
        "manifest.sig",
        "record.entries",
        f"elections/{POLL}.bel",
        f"elections/{OTHER_POLL}.bel",
        "sidecar.json",
    ]
    assert content["record.entries"] == b"".join(entry.encode() for entry in ALL)
    assert content[f"elections/{POLL}.bel"] == ELECTIONS[POLL]
    manifest = msgspec.json.decode(content["manifest.json"])
    assert (manifest["format"], manifest["assembly"]) == ("urna-bundle/v1", ASSEMBLY)
    assert (manifest["entries"], manifest["withheld"]) == (7, 0)
    assert manifest["heads"] == {BOOTH[0].header.segment: 3, DESK[0].header.segment: 2}
    for part in manifest["parts"]:
        assert part["sha256"] == sha256(content[part["name"]]).hexdigest()
        assert part["size"] == len(content[part["name"]])


@pytest.mark.skipif(not shutil.which("tar"), reason="there is no tar on this machine")
def test_the_tar_of_the_system_opens_it_without_a_word(tmp_path: Path) -> None:
    write(tmp_path / "evening.urna")
    done = subprocess.run(
        ["tar", "xf", "evening.urna"], cwd=tmp_path, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert (tmp_path / "elections" / f"{POLL}.bel").read_bytes() == ELECTIONS[POLL]


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "one.urna") == write(tmp_path / "two.urna")


def test_the_headers_are_those_that_python_writes() -> None:
    with tarfile.open(
        fileobj=io.BytesIO(packed([("a", b"one"), ("elections/b", bytes(512))]))
    ) as archive:
        assert [(m.name, m.size, m.mode, m.isfile()) for m in archive] == [
            ("a", 3, 0o644, True),
            ("elections/b", 512, 0o644, True),
        ]


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    told = write(tmp_path / "evening.urna", sidecar=b"carried along")
    bundle = read_bundle(tmp_path / "evening.urna")
    assert bundle.sha256 == told
    assert bundle.signer.role is Role.FACILITATOR
    assert bundle.elections() == (POLL, OTHER_POLL)
    assert {uuid: bundle.election(uuid) for uuid in bundle.elections()} == ELECTIONS
    assert bundle.sidecar() == b"carried along"
    assert [entry.encode() for entry in bundle.entries()] == [entry.encode() for entry in ALL]
    with pytest.raises(KeyError):
        bundle.election("another")


def test_an_empty_record_can_travel(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.urna", entries=[], elections={}, signer=SIGNER, certificates=CHAIN)
    bundle = read_bundle(tmp_path / "b.urna")
    assert (list(bundle.entries()), bundle.elections(), bundle.sidecar()) == ([], (), None)


def test_names_are_withheld_where_asked(tmp_path: Path) -> None:
    write(tmp_path / "evening.urna", withhold=True)
    bundle = read_bundle(tmp_path / "evening.urna")
    assert bundle.manifest.withheld == 2
    assert ids(bundle.entries()) == ids(ALL)
    bare = [entry.header.kind for entry in bundle.entries() if entry.body is None]
    assert bare == ["check-in", "check-in"]
    assert b"sealed" in b"".join(entry.body or b"" for entry in DESK)
    for entry in DESK[1:]:
        assert entry.encode() not in (tmp_path / "evening.urna").read_bytes()


# Writing


def test_nothing_is_left_of_a_bundle_that_was_not_finished(tmp_path: Path) -> None:
    path = tmp_path / "evening.urna"
    path.write_bytes(b"what was there before")
    foreign = chain("one", 1, root=key("other root"))
    for entries, code in (
        ([ALL[1], ALL[0]], SyncProblem.BUNDLE_ORDER),
        ([ALL[0], ALL[0]], SyncProblem.BUNDLE_ORDER),
        (foreign, SyncProblem.OTHER_ASSEMBLY),
    ):
        assert problem(partial(write, path, entries)).code is code
    assert [file.name for file in tmp_path.iterdir()] == ["evening.urna"]
    assert path.read_bytes() == b"what was there before"


def test_only_a_certified_device_signs(tmp_path: Path) -> None:
    path = tmp_path / "evening.urna"
    other = certificates("somebody else")
    assert problem(lambda: write(path, chain=other)).code is SyncProblem.BUNDLE_SIGNER
    assert not list(tmp_path.iterdir())


def test_an_election_has_a_uuid(tmp_path: Path) -> None:
    with pytest.raises(RecordRefused):
        write_bundle(
            tmp_path / "b.urna",
            entries=ALL,
            elections={"../escape": b""},
            signer=SIGNER,
            certificates=CHAIN,
        )
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    refusal = problem(lambda: write(tmp_path / "none" / "evening.urna"))
    assert refusal.code is SyncProblem.BUNDLE_UNWRITABLE


@pytest.mark.parametrize(
    ("number", "code"), [(ENOSPC, SyncProblem.DISK_FULL), (EIO, SyncProblem.BUNDLE_UNWRITABLE)]
)
def test_a_stick_that_is_full_is_told_from_one_that_is_broken(
    number: int, code: SyncProblem
) -> None:
    def fail() -> None:
        with _told(Path("stick")):
            raise OSError(number, "stick")

    assert problem(fail).code is code


# Reading


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("nothing", "pipe", "folder", "x" * 300):
        assert refused(tmp_path / name)[0] is SyncProblem.BUNDLE_UNREADABLE


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "manifest.json"),
        (b"no bundle" * 200, "manifest.json"),
        (packed([("other.json", b"{}")]), "manifest.json"),
        (packed([("manifest.json", b"{}")]), "manifest.sig"),
        (packed([("manifest.json", b"{}"), ("manifest.sig", b"{}")]), "manifest.sig"),
        (made(BOOTH[0].encode()) + b"\0", "end"),
        (made(BOOTH[0].encode())[:-1], "end"),
        (made(BOOTH[0].encode())[: -len(ustar.END)], "end"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    (tmp_path / "b.urna").write_bytes(content)
    assert refused(tmp_path / "b.urna") == (SyncProblem.BUNDLE_DAMAGED, part)


def test_a_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.urna").write_bytes(ustar.header("manifest.json", MAX_MANIFEST + 1))
    assert refused(tmp_path / "b.urna") == (SyncProblem.BUNDLE_TOO_LARGE, "manifest.json")
    spaced = bytearray(ustar.header("manifest.json", 8))
    spaced[124:135] = b"         10"
    (tmp_path / "b.urna").write_bytes(spaced)
    assert refused(tmp_path / "b.urna") == (SyncProblem.BUNDLE_DAMAGED, "manifest.json")


def test_a_record_that_is_as_it_says_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.urna").write_bytes(made(BOOTH[0].encode()))
    assert ids(read_bundle(tmp_path / "b.urna").entries()) == ids(BOOTH[:1])


FIRST = BOOTH[0].encode()
SEGMENT = BOOTH[0].header.segment


@pytest.mark.parametrize(
    "content",
    [
        made(FIRST, entries=2),
        made(FIRST, heads={SEGMENT: 1}),
        made(FIRST, heads={}),
        made(FIRST, withheld=1),
        made(FIRST[:-1]),
        made(FIRST[:3]),
        made(FIRST + b"\0"),
        made(bytes(4)),
        made(b"\xff" * 4),
        made(FIRST * 2, entries=2),
        made(BOOTH[1].encode() + FIRST, entries=2, heads={SEGMENT: 1}),
        made(uncertified("one").encode(), heads={uncertified("one").header.segment: 0}),
        made(
            chain("one", 0, root=key("other root"))[0].encode(),
            heads={chain("one", 0, root=key("other root"))[0].header.segment: 0},
        ),
    ],
    ids=range(13),
)
def test_a_record_that_is_not_as_it_says_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.urna").write_bytes(content)
    assert refused(tmp_path / "b.urna") == (SyncProblem.BUNDLE_DAMAGED, "record.entries")


def part(name: str, size: int = len(FIRST), hashed: bytes = FIRST) -> Part:
    return Part(name=name, sha256=sha256(hashed).hexdigest(), size=size)


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ((part("record.entries", len(FIRST) - 1),), "record.entries"),
        ((part("record.entries", hashed=b"other"),), "record.entries"),
        ((part("record.entries"), part("sidecar.json")), "sidecar.json"),
        ((part("sidecar.json"),), "manifest.json"),
        ((part("record.entries"), part("record.entries")), "manifest.json"),
        ((part("record.entries"), part("../../etc/passwd")), "manifest.json"),
        ((part("sidecar.json"), part("record.entries")), "manifest.json"),
        ((), "manifest.json"),
    ],
)
def test_parts_that_are_not_as_the_manifest_says_are_refused(
    tmp_path: Path, parts: tuple[Part, ...], where: str
) -> None:
    (tmp_path / "b.urna").write_bytes(made(FIRST, parts=parts))
    assert refused(tmp_path / "b.urna") == (SyncProblem.BUNDLE_DAMAGED, where)


def test_a_manifest_of_another_assembly_is_not_the_signers(tmp_path: Path) -> None:
    (tmp_path / "b.urna").write_bytes(made(FIRST, assembly="00" * 16))
    assert refused(tmp_path / "b.urna") == (SyncProblem.BUNDLE_SIGNER, "manifest.json")


def test_a_signature_of_another_device_is_refused(tmp_path: Path) -> None:
    content = made(FIRST)
    manifest = content[512 : 512 + int(content[124:135], 8)]
    for signature, code in (
        (sign(manifest, key("other"), CHAIN), SyncProblem.BUNDLE_SIGNER),
        (sign(manifest, SIGNER, [b"{}"]), SyncProblem.BUNDLE_SIGNER),
        (sign(manifest + b" ", SIGNER, CHAIN), SyncProblem.BUNDLE_SIGNATURE),
    ):
        files = [("manifest.json", manifest), ("manifest.sig", signature)]
        (tmp_path / "b.urna").write_bytes(packed(files))
        assert refused(tmp_path / "b.urna")[0] is code


def test_a_bundle_that_changes_after_it_was_opened_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.urna"
    write(path)
    bundle = read_bundle(path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"another archive", b"another archivE"))
    assert problem(lambda: bundle.election(OTHER_POLL)).code is SyncProblem.BUNDLE_DAMAGED
    last = ALL[-1].encode()
    path.write_bytes(content.replace(last, last[:-1] + b"?"))
    assert problem(lambda: list(bundle.entries())).code is SyncProblem.BUNDLE_DAMAGED


# Importing


def test_importing_is_joining_sets(tmp_path: Path) -> None:
    older, whole, partial = (tmp_path / name for name in ("older", "whole", "partial"))
    write(older, [e for e in ALL if e.header.number < 2])
    write(whole)
    write(partial, [e for e in ALL if e.header.number >= 2])
    for order in ((older, whole, partial), (partial, whole, older), (older, partial, whole)):
        replica = replica_in_memory()
        for path in order:
            import_into(replica, path)
        assert ids(replica.everything()) == ids(ALL)
        again = import_into(replica, whole)
        assert (again.new, again.known, again.missing) == (0, 7, ())
        assert again.bundle.signer.name == "facilitator"


def test_what_has_no_place_yet_is_told(tmp_path: Path) -> None:
    write(tmp_path / "partial", [e for e in ALL if e.header.number >= 2])
    replica = replica_in_memory()
    done = import_into(replica, tmp_path / "partial")
    assert (done.new, len(done.missing)) == (0, 3)
    assert (DESK[0].header.segment, 2) in done.missing


def test_a_later_bundle_fills_in_bodies_and_none_takes_them_away(tmp_path: Path) -> None:
    write(tmp_path / "public", withhold=True)
    write(tmp_path / "whole")
    replica = replica_in_memory()
    assert import_into(replica, tmp_path / "public").new == 7
    assert sum(entry.body is None for entry in replica.everything()) == 2
    assert import_into(replica, tmp_path / "whole").filled == 2
    assert import_into(replica, tmp_path / "public").filled == 0
    assert [decode(entry.encode()) for entry in replica.everything()] == ALL


def test_a_bundle_of_another_assembly_is_not_imported(tmp_path: Path) -> None:
    write(tmp_path / "b.urna")
    replica = replica_in_memory()
    refusal = problem(lambda: import_into(replica, tmp_path / "b.urna", assembly="00" * 16))
    assert refusal.code is SyncProblem.OTHER_ASSEMBLY
    replica.add(chain("one", 1, root=key("other root")))
    refusal = problem(lambda: import_into(replica, tmp_path / "b.urna"))
    assert refusal.code is SyncProblem.OTHER_ASSEMBLY
    assert len(replica) == 2


def test_a_damaged_bundle_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "b.urna")
    content = bytearray((tmp_path / "b.urna").read_bytes())
    content[-1] = 1
    (tmp_path / "b.urna").write_bytes(content)
    replica = replica_in_memory()
    assert problem(lambda: import_into(replica, tmp_path / "b.urna")).code
    assert len(replica) == 0


def test_evidence_of_a_fork_travels_along(tmp_path: Path) -> None:
    mine, theirs = forked("liar", 2, [2, 2])
    author = replica_in_memory()
    author.merge(mine)
    author.merge(theirs)
    write(tmp_path / "b.urna", author.everything())
    reader = replica_in_memory()
    done = import_into(reader, tmp_path / "b.urna")
    assert reader.frozen() == author.frozen() == {mine[0].header.segment: 3}
    assert reader.heads() == author.heads()
    assert set(ids(reader.rivals())) == set(ids(author.rivals()))
    assert len(done.contested) == 2


def test_a_long_record_is_imported_piece_by_piece(tmp_path: Path) -> None:
    long = chain("long", 1100)
    write(tmp_path / "b.urna", long)
    replica = replica_in_memory()
    assert import_into(replica, tmp_path / "b.urna").new == 1101
