# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names and words on record: for those who need them, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import canonical
from ballots.record.kinds import Kind
from ballots.session import fold
from kiosk.confidential import (
    BLOCK,
    Note,
    open_name,
    open_note,
    readers,
    seal_name,
    seal_note,
)
from kiosk.keys import new_key
from tests.evenings import MESA, ONE, TAULA, TWO, Evening

HERS, THEIRS, STRANGER = (new_key(Random(seed).randbytes) for seed in (1, 2, 3))
NAME = "Veïna Exemple 61"
NOTE = Note(item="acta", text="S'aprova l'acta.", speaker=NAME)


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        yield switched_on


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300))
def test_a_name_comes_back_to_each_reader_and_to_nobody_else(name: str) -> None:
    body = seal_name(name, [HERS.public, THEIRS.public])
    assert open_name(body, HERS) == open_name(body, THEIRS) == name
    assert open_name(body, STRANGER) == ""


def test_a_note_comes_back_whole() -> None:
    body = seal_note(NOTE, [HERS.public])
    assert open_note(body, HERS) == NOTE
    assert open_note(body, STRANGER) is None
    assert open_note(seal_note(Note(item="1", text="x"), [HERS.public]), HERS) == Note(
        item="1", text="x", speaker=""
    )


def test_what_is_erased_says_nothing() -> None:
    assert open_name(None, HERS) == ""
    assert open_note(None, HERS) is None


def test_the_body_shows_neither_words_nor_their_length() -> None:
    short, long = (seal_name(name, [HERS.public]) for name in ("Al", "A" * BLOCK))
    assert len(short) == len(long)
    assert len(seal_name("A" * (BLOCK + 1), [HERS.public])) > len(long)
    assert NAME.encode() not in seal_name(NAME, [HERS.public])
    assert seal_name(NAME, [HERS.public]) != seal_name(NAME, [HERS.public])


BOX = canonical.decode(seal_name(NAME, [HERS.public]), dict[str, str])[HERS.public.hex()]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"a":1}',
        canonical.encode({HERS.public.hex(): "not base64!"}),
        canonical.encode({HERS.public.hex(): "AAAA"}),
        canonical.encode({HERS.public.hex(): ("C" if BOX[0] == "B" else "B") + BOX[1:]}),
        canonical.encode({THEIRS.public.hex(): BOX}),
        b" " + canonical.encode({HERS.public.hex(): BOX}),
    ],
)
def test_whatever_else_a_body_holds_is_no_name_and_no_error(body: bytes) -> None:
    assert open_name(body, HERS) == ""
    assert open_note(body, HERS) is None


def test_a_name_is_no_note() -> None:
    assert open_note(seal_name(NAME, [HERS.public]), HERS) is None


def test_readers_are_desks_and_facilitators_that_were_heard_of_and_the_writer(
    evening: Evening,
) -> None:
    keys = {name: device.key.public for name, device in evening.devices.items()}
    alone = readers(evening[TAULA].session(), evening[TAULA].key)
    assert alone == [keys[TAULA]]
    evening.carry()
    everyone = readers(evening[TAULA].session(), evening[TAULA].key)
    assert everyone == sorted([keys[TAULA], keys[MESA]])
    assert keys[ONE] not in everyone
    assert readers(fold([]), STRANGER) == [STRANGER.public]


def test_the_desk_and_the_facilitator_read_a_name_and_a_booth_does_not(evening: Evening) -> None:
    evening.open()
    evening.desk.check_in(NAME)
    evening.desk.take_note(NOTE)
    evening.carry()
    for name, reads in ((TAULA, True), (MESA, True), (ONE, False), (TWO, False)):
        (checked_in,) = evening.written(name, Kind.CHECK_IN)
        (noted,) = evening.written(name, Kind.NOTE)
        key = evening[name].key
        assert open_name(checked_in.body, key) == (NAME if reads else "")
        assert open_note(noted.body, key) == (NOTE if reads else None)
