# SPDX-License-Identifier: AGPL-3.0-or-later
"""Canonical JSON: one value, one sequence of bytes."""

from __future__ import annotations

import msgspec
import pytest

from ballots import canonical
from ballots.record.errors import RecordProblem, RecordRefused


class Slip(msgspec.Struct, forbid_unknown_fields=True):
    number: int
    word: str = ""


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    value = {"b": [1, True, None], "a": {"é": "à", "z": -1}}
    assert canonical.encode(value) == '{"a":{"z":-1,"é":"à"},"b":[1,true,null]}'.encode()


def test_text_is_raw_but_for_the_escapes_that_json_demands() -> None:
    text = '\x00\b\t\n\f\r\x1f\x7f\u2028/"\\é😀'
    written = b'"\\u0000\\b\\t\\n\\f\\r\\u001f\x7f\xe2\x80\xa8/\\"\\\\\xc3\xa9\xf0\x9f\x98\x80"'
    assert canonical.encode(text) == written


def test_a_struct_is_written_with_all_its_fields() -> None:
    assert canonical.encode(Slip(number=3)) == b'{"number":3,"word":""}'


def test_the_largest_integers_are_those_that_every_reader_holds() -> None:
    assert canonical.encode([2**53 - 1, 1 - 2**53]) == b"[9007199254740991,-9007199254740991]"


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        "\ud800",
        pytest.param(object(), id="object"),
        {"a": [0.5]},
        {1: 2},
    ],
    ids=repr,
)
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(RecordRefused) as refused:
        canonical.encode(value)
    assert refused.value.code is RecordProblem.FORM


def test_what_is_nested_without_end_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(RecordRefused):
        canonical.encode(endless)


def test_decoding_gives_back_what_was_encoded() -> None:
    slip = Slip(number=3, word="é")
    assert canonical.decode(canonical.encode(slip), Slip) == slip


@pytest.mark.parametrize(
    "data",
    [
        b'{"number":1}',
        b'{"number":1,"word":"" }',
        b'{"word":"","number":1}',
        b'{"number":1,"word":"\\u0061"}',
        b'{"number":0,"number":1,"word":""}',
        b'{"number":1,"word":"","x":0}',
        b'{"number":1.0,"word":""}',
        b'{"number":true,"word":""}',
        b'{"number":"1","word":""}',
        b'{"number":01,"word":""}',
        b'{"number":-0,"word":""}',
        b'{"number":9007199254740992,"word":""}',
        b'{"number":1,"word":""}\n',
        b'\xef\xbb\xbf{"number":1,"word":""}',
        b'{"number":1,"word":"\xff"}',
        b'{"number":1,"word":"\\ud800"}',
        b"[" * 100_000,
        b"",
    ],
)
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(RecordRefused) as refused:
        canonical.decode(data, Slip)
    assert refused.value.facts == {"what": "slip"}


@pytest.mark.parametrize(
    "data",
    [None, "{}", 1, bytearray(b"{}"), pytest.param(memoryview(b"{}"), id="memoryview")],
    ids=repr,
)
def test_what_is_no_bytes_is_refused(data: object) -> None:
    with pytest.raises(RecordRefused):
        canonical.decode(data, dict)
