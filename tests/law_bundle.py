# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every byte of a bundle counts, and whatever the bytes there is one error."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.record.entry import Entry
from sync.bundle import import_into, read_bundle
from sync.errors import SyncError, SyncProblem
from sync.manifest import MANIFEST, SIGNATURE
from tests.kept_records import ids
from tests.party_line import replica_in_memory
from tests.test_bundle import ALL, ELECTIONS, write

with TemporaryDirectory() as folder:
    write(Path(folder) / "evening.urna", sidecar=b"carried along")
    WHOLE = (Path(folder) / "evening.urna").read_bytes()


def parts() -> list[tuple[int, str]]:
    """Where each part ends, with its header and its padding, and its name."""
    ends, at = [], 0
    while name := WHOLE[at : at + 100].rstrip(b"\0").decode():
        size = int(WHOLE[at + 124 : at + 135], 8)
        at += 512 + -(-size // 512) * 512
        ends.append((at, name))
    return [*ends, (len(WHOLE), "end")]


PARTS = parts()


def refusal(content: bytes) -> SyncError:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "evening.urna"
        path.write_bytes(content)
        with pytest.raises(SyncError) as caught:
            read_bundle(path)
    return caught.value


def test_the_bundle_has_all_kinds_of_parts() -> None:
    assert len(PARTS) == len(ELECTIONS) + 5


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), min_size=20))
def test_any_changed_byte_is_refused_where_it_is(flips: list[tuple[int, int]]) -> None:
    for at, mask in flips:
        content = bytearray(WHOLE)
        content[at] ^= mask
        name = next(name for end, name in PARTS if at < end)
        refused = refusal(bytes(content))
        if refused.code is SyncProblem.BUNDLE_SIGNATURE:  # either may be the one that changed
            assert name in (MANIFEST, SIGNATURE)
        else:
            assert refused.facts["part"] == name


@given(st.integers(0, len(WHOLE) - 1))
def test_any_end_that_comes_early_is_refused(size: int) -> None:
    refusal(WHOLE[:size])


@given(st.binary(min_size=1, max_size=2000))
def test_anything_after_the_end_is_refused(more: bytes) -> None:
    assert refusal(WHOLE + more).facts["part"] == "end"


@given(st.integers(0, len(WHOLE) // 512), st.binary(max_size=1600))
def test_any_bytes_in_between_are_refused_or_change_nothing(block: int, other: bytes) -> None:
    at = 512 * block
    content = WHOLE[:at] + other + WHOLE[at + len(other) :]
    if content != WHOLE:
        refusal(content)


@given(st.binary(max_size=3000))
def test_any_file_is_a_bundle_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder, suppress(SyncError):
        (Path(folder) / "b.urna").write_bytes(content)
        read_bundle(Path(folder) / "b.urna")


@given(st.lists(st.sets(st.sampled_from(ALL), min_size=1), min_size=1, max_size=4), st.data())
def test_partial_bundles_in_any_order_end_in_the_same_record(
    pieces: list[set[Entry]], data: st.DataObject
) -> None:
    order = {entry.id: place for place, entry in enumerate(ALL)}
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / str(n) for n in range(len(pieces) + 1)]
        for path, piece in zip(paths, [*pieces, set(ALL)], strict=True):
            write(path, sorted(piece, key=lambda entry: order[entry.id]))
        replica = replica_in_memory()
        for path in data.draw(st.permutations(paths)):
            import_into(replica, path)
    assert ids(replica.everything()) == ids(ALL)
