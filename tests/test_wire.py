# SPDX-License-Identifier: AGPL-3.0-or-later
"""Frames: what they look like, and what is refused before it is read."""

from __future__ import annotations

import msgspec
import pytest

from ballots.record.entry import MAX_ENTRY
from sync.errors import SyncError, SyncProblem
from sync.heads import MAX_SEGMENTS, Tip
from sync.wire import (
    MAX_FRAME,
    MAX_PAGE,
    Deframer,
    Fetch,
    Heads,
    Hello,
    Message,
    Page,
    Rivals,
    Vouch,
    Vouched,
    decode,
    encode,
)

SEGMENT = "5e" * 32
MESSAGES: list[Message] = [
    Hello("urna-sync/v2", "a5" * 16, "Booth 1"),
    Heads({SEGMENT: Tip(7, bytes(range(32)))}),
    Fetch(SEGMENT, -1, 500),
    Page(SEGMENT, -1, (b"one", b"two")),
    Rivals(b"one", b"other"),
    Vouch(SEGMENT, 7, bytes(range(32))),
    Vouched(SEGMENT, 7, bytes(range(64))),
]
VALUES: dict[str, list[object]] = {
    "hello": ["hello", "urna-sync/v2", "a5" * 16, "Booth 1"],
    "heads": ["heads", {SEGMENT: [7, bytes(range(32))]}],
    "fetch": ["fetch", SEGMENT, -1, 500],
    "page": ["page", SEGMENT, -1, [b"one", b"two"]],
    "rivals": ["rivals", b"one", b"other"],
    "vouch": ["vouch", SEGMENT, 7, bytes(range(32))],
    "vouched": ["vouched", SEGMENT, 7, bytes(range(64))],
    "not vouched": ["vouched", SEGMENT, 7, b""],
}


def refused(body: bytes) -> None:
    with pytest.raises(SyncError) as caught:
        decode(body)
    assert caught.value.code is SyncProblem.WIRE_MALFORMED


def test_a_frame_is_a_length_and_one_array() -> None:
    fetch = encode(Fetch("00" * 32, 2, 9))
    assert fetch == bytes.fromhex("0000004b94a56665746368d940") + b"0" * 64 + b"\x02\x09"


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_comes_back_as_it_went(message: Message) -> None:
    assert Deframer().feed(encode(message)) == [message]


@pytest.mark.parametrize("name", VALUES)
def test_a_plain_array_is_the_message(name: str) -> None:
    body = msgspec.msgpack.encode(VALUES[name])
    assert encode(decode(body))[4:] == body


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        None,
        "hello",
        ["goodbye"],
        ["hello"],
        [*VALUES["hello"], "more"],
        ["hello", "v" * 33, "a5" * 16, "Booth"],
        ["hello", "urna-sync/v2", "A5" * 16, "Booth"],
        ["hello", "urna-sync/v2", "a5" * 16 + "\n", "Booth"],
        ["hello", "urna-sync/v2", "a5" * 16, ""],
        ["hello", "urna-sync/v2", "a5" * 16, "B" * 65],
        ["hello", "urna-sync/v2", "a5" * 16, "Booth\n1"],
        ["heads", {SEGMENT: [7]}],
        ["heads", {SEGMENT: [-1, bytes(32)]}],
        ["heads", {SEGMENT: [1 << 32, bytes(32)]}],
        ["heads", {SEGMENT: [7, bytes(31)]}],
        ["heads", {"5E" * 32: [7, bytes(32)]}],
        ["heads", {f"{n:064x}": [7, bytes(32)] for n in range(MAX_SEGMENTS + 1)}],
        ["fetch", SEGMENT, -2, 1],
        ["fetch", SEGMENT, 1.0, 1],
        ["fetch", SEGMENT, True, 1],
        ["fetch", SEGMENT, "1", 1],
        ["fetch", SEGMENT, 0, 0],
        ["fetch", SEGMENT, 0, MAX_PAGE + 1],
        ["page", SEGMENT, 0, [b""]],
        ["page", SEGMENT, 0, ["one"]],
        ["page", SEGMENT, 0, [bytes(MAX_ENTRY + 1)]],
        ["page", SEGMENT, 0, [b"one"] * (MAX_PAGE + 1)],
        ["rivals", b"one"],
        ["vouch", SEGMENT, -1, bytes(32)],
        ["vouch", SEGMENT, 7, bytes(31)],
        ["vouched", SEGMENT, 7, bytes(65)],
        ["vouched", SEGMENT, 7, "x" * 64],
    ],
    ids=lambda value: msgspec.json.encode(value)[:40].decode(errors="replace"),
)
def test_what_is_no_message_is_refused(value: object) -> None:
    refused(msgspec.msgpack.encode(value))


def test_a_message_has_no_second_form() -> None:
    fetch = encode(Fetch(SEGMENT, 2, 9))[4:]
    assert fetch[-2:] == b"\x02\x09"
    refused(fetch[:-1] + b"\xcc\x09")
    refused(fetch + b"\x00")
    twice = bytearray(msgspec.msgpack.encode(["heads", {SEGMENT: [7, bytes(32)], "x": 0}]))
    entry = msgspec.msgpack.encode({SEGMENT: [7, bytes(32)]})[1:]
    del twice[twice.index(b"\xa1x") :]
    refused(bytes(twice) + entry)


def test_text_that_is_no_unicode_is_refused() -> None:
    refused(encode(MESSAGES[0])[4:].replace(b"Booth", b"Boot\xff"))


def test_frames_may_come_in_any_pieces() -> None:
    stream = b"".join(map(encode, MESSAGES))
    deframer = Deframer()
    heard = [m for at in range(len(stream)) for m in deframer.feed(stream[at : at + 1])]
    assert heard == MESSAGES
    assert Deframer().feed(stream) == MESSAGES


def test_a_great_length_is_refused_before_anything_follows() -> None:
    deframer = Deframer()
    assert deframer.feed((MAX_FRAME + 1).to_bytes(4)[:3]) == []
    with pytest.raises(SyncError) as caught:
        deframer.feed((MAX_FRAME + 1).to_bytes(4)[3:])
    assert caught.value.code is SyncProblem.WIRE_OVERSIZE
    assert Deframer().feed(MAX_FRAME.to_bytes(4)) == []


def test_an_empty_frame_is_refused() -> None:
    with pytest.raises(SyncError):
        Deframer().feed(bytes(4))


def test_a_full_page_fits_a_frame_and_more_is_refused() -> None:
    size = (1 << 20) // MAX_PAGE
    full = Page(SEGMENT, 90_000, (bytes(size),) * MAX_PAGE)
    assert Deframer().feed(encode(full)) == [full]
    with pytest.raises(SyncError) as caught:
        encode(Page(SEGMENT, 0, (bytes(60_000),) * MAX_PAGE))
    assert caught.value.code is SyncProblem.WIRE_OVERSIZE


def test_the_heads_of_the_largest_assembly_fit_a_frame() -> None:
    heads = Heads({f"{n:064x}": Tip(99_999, bytes(32)) for n in range(MAX_SEGMENTS)})
    assert Deframer().feed(encode(heads)) == [heads]
