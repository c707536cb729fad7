# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever the bytes, the wire has one error; whatever the message, it comes back the same."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ballots.record.entry import MAX_ENTRY
from sync.errors import SyncError
from sync.heads import Tip
from sync.wire import Deframer, Fetch, Heads, Hello, Message, Page, Rivals, decode, encode
from tests.test_wire import MESSAGES, VALUES

hexes = st.binary(min_size=32, max_size=32).map(bytes.hex)
numbers = st.integers(0, (1 << 32) - 1)
afters = st.integers(-1, (1 << 32) - 1)
encoded = st.binary(min_size=1, max_size=50) | st.just(bytes(MAX_ENTRY))
tips = st.builds(Tip, numbers, st.binary(min_size=32, max_size=32))
names = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=64)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        Hello,
        st.text(max_size=32),
        st.binary(min_size=16, max_size=16).map(bytes.hex),
        names,
    ),
    st.builds(Heads, st.dictionaries(hexes, tips, max_size=5)),
    st.builds(Fetch, hexes, afters, st.integers(1, 500)),
    st.builds(Page, hexes, afters, st.lists(encoded, max_size=5).map(tuple)),
    st.builds(Rivals, encoded, encoded),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.floats()
    | st.text(max_size=40) | st.binary(max_size=40) | hexes,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(messages, max_size=4), st.data())
def test_what_is_encoded_comes_back_in_whatever_pieces(
    said: list[Message], data: st.DataObject
) -> None:
    stream = b"".join(map(encode, said))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    deframer = Deframer()
    heard = []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        heard += deframer.feed(stream[begin:end])
    assert heard == said


@given(st.binary(max_size=200))
def test_any_bytes_are_messages_or_refused(stream: bytes) -> None:
    with suppress(SyncError):
        Deframer().feed(stream)
    with suppress(SyncError):
        assert encode(decode(stream))[4:] == stream


@given(st.sampled_from(sorted(VALUES)), st.data(), anything)
def test_any_type_in_any_field_is_a_message_or_refused(
    name: str, data: st.DataObject, value: object
) -> None:
    fields = list(VALUES[name])
    fields[data.draw(st.integers(0, len(fields) - 1))] = value
    body = msgspec.msgpack.encode(fields)
    with suppress(SyncError):
        assert encode(decode(body))[4:] == body


@given(st.sampled_from(MESSAGES), st.data())
def test_a_flipped_byte_never_gives_the_same_message(
    message: Message, data: st.DataObject
) -> None:
    frame = bytearray(encode(message))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(SyncError):
        assert Deframer().feed(bytes(frame)) != [message]
