# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries read on several cores are those that are read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.record.entry import Entry, decode
from ballots.record.errors import RecordRefused
from sync.readers import PART, Read, Readers
from tests.kept_records import chain

ENTRIES = chain("long", 3 * PART)
ENCODED = [entry.encode() for entry in ENTRIES]


def one_by_one(encoded: Sequence[bytes], /) -> Iterator[Entry]:
    return map(decode, encoded)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers() as made:
        yield made


def come_of(read: Read, encoded: Sequence[bytes]) -> tuple[list[Entry], str]:
    """All that is read, or how the first that is none is refused."""
    try:
        return list(read(encoded)), ""
    except RecordRefused as refusal:
        return [], f"{refusal.key} {sorted(refusal.facts.items())}"


@pytest.mark.parametrize("count", [0, 1, PART, PART + 1, len(ENCODED)])
def test_all_are_read_in_order(readers: Readers, count: int) -> None:
    assert list(readers(ENCODED[:count])) == ENTRIES[:count]


@given(noise=st.dictionaries(st.integers(0, len(ENCODED) - 1), st.binary(max_size=9), max_size=3))
def test_the_first_that_is_none_is_refused_as_ever(
    readers: Readers, noise: dict[int, bytes]
) -> None:
    encoded = [noise.get(place, entry) for place, entry in enumerate(ENCODED)]
    assert come_of(readers, encoded) == come_of(one_by_one, encoded)


def test_threads_end_with_the_reading() -> None:
    with Readers() as others:
        assert len(list(others(ENCODED))) == len(ENCODED)
    with pytest.raises(RuntimeError):
        list(others(ENCODED))
