# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of archives: one byte changed is refused, and so is everything that is no archive."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from ballots.election.archive import read
from ballots.election.board import read_board
from ballots.election.election import read_election
from ballots.election.errors import ElectionRefused
from ballots.election.groups import group_named
from ballots.election.roll import read_roll
from ballots.election.verify import verify_archive
from tests.small_elections import POWER, seeded, small_archive, small_election

ARCHIVES = {
    "Ed25519": small_archive(size=3, threshold=2),
    "BELENIOS-2048": small_archive("BELENIOS-2048"),
}
GROUP = group_named("Ed25519")
DOCUMENTS = small_election(size=3, threshold=2).setup.documents


def require_refusal(data: bytes) -> None:
    verified = verify_archive(data, POWER)
    last = verified.checks[-1]
    assert not verified.passed
    assert not last.passed
    assert last.place
    assert str(last.facts["code"]).startswith("error.election.")


@given(st.sampled_from(sorted(ARCHIVES)), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_one_byte_changed_anywhere_is_refused(name: str, where: float, difference: int) -> None:
    data = bytearray(ARCHIVES[name])
    data[int(where * len(data))] ^= difference
    require_refusal(bytes(data))


def test_one_byte_changed_in_each_stretch_of_the_file_is_refused() -> None:
    random = seeded(31)
    data = bytearray(ARCHIVES["Ed25519"])
    for position in range(0, len(data), 97):
        difference = random(1)[0] or 1
        data[position] ^= difference
        require_refusal(bytes(data))
        data[position] ^= difference


@given(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=600))
def test_bytes_put_in_or_taken_out_are_refused(where: float, more: bytes) -> None:
    data = ARCHIVES["Ed25519"]
    place = int(where * len(data))
    require_refusal(data[:place] + more + data[place:])
    require_refusal(data[:place] + data[place + len(more) :])


@given(st.binary(max_size=2000))
@example(b"")
@example(bytes(1024))
@example(b"0" * 1024)
def test_any_bytes_are_refused_as_an_archive(data: bytes) -> None:
    require_refusal(data)
    try:
        read(data)
    except ElectionRefused:
        return
    raise AssertionError(data)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused_as_any_document(document: bytes) -> None:
    for reader in (
        read_election,
        lambda said: read_board(GROUP, said),
        lambda said: read_roll(GROUP, said),
    ):
        try:
            reader(document)
        except ElectionRefused:
            continue
        assert document == b"[]"


@given(
    st.sampled_from([DOCUMENTS.trustees, DOCUMENTS.election]),
    st.floats(0, 1, exclude_max=True),
    st.integers(1, 255),
)
def test_a_document_with_one_byte_changed_is_read_or_refused(
    document: bytes, where: float, difference: int
) -> None:
    data = bytearray(document)
    data[int(where * len(data))] ^= difference
    for reader in (read_election, lambda said: read_board(GROUP, said)):
        with suppress(ElectionRefused):
            reader(bytes(data))
