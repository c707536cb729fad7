# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages between two copies of the record, and their frames: pure, bytes in and values out.

A frame is the length of the message (4 bytes, big endian, at most `MAX_FRAME`) and the message:
one MessagePack array whose first element names it. Each message has exactly one sequence of
bytes. Anything else is a `SyncError` with code `wire-oversize` or `wire-malformed`, decided from
the four bytes alone where it can be.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from ballots.record.entry import MAX_ENTRY
from sync.errors import SyncError, SyncProblem
from sync.heads import MAX_SEGMENTS, Tip

MAX_PAGE = 500  # entries in one answer
MAX_PAGE_BYTES = 1 << 20  # bytes of the entries in one answer
MAX_FRAME = MAX_PAGE_BYTES + (1 << 16)  # a full page and what stands around its entries
_LENGTH = 4

AssemblyId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
SegmentId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
PeerName = Annotated[str, msgspec.Meta(pattern=r"\A[ -~]{1,64}\Z")]
After = Annotated[int, msgspec.Meta(ge=-1, lt=1 << 32)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)]
Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
EntryId = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Slip = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, msgspec.Meta(max_length=64)]
EntryBytes = Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_ENTRY)]


class Hello(msgspec.Struct, tag="hello", array_like=True, frozen=True):
    """The first message of each side: which protocol, which assembly, and who speaks."""

    protocol: Annotated[str, msgspec.Meta(max_length=32)]
    assembly: AssemblyId
    name: PeerName


class Heads(msgspec.Struct, tag="heads", array_like=True, frozen=True):
    """What the speaker holds on disk: also the acknowledgement of everything below.

    Segments left out are as they were said before, or unknown to the speaker.
    """

    heads: Annotated[dict[SegmentId, Tip], msgspec.Meta(max_length=MAX_SEGMENTS)]


class Fetch(msgspec.Struct, tag="fetch", array_like=True, frozen=True):
    """Asks for entries `after + 1` onwards of one segment; `after` is -1 for all of it."""

    segment: SegmentId
    after: After
    limit: Limit


class Page(msgspec.Struct, tag="page", array_like=True, frozen=True):
    """The answer to the `Fetch` of the same segment and `after`: encoded entries in order."""

    segment: SegmentId
    after: After
    entries: Annotated[tuple[EntryBytes, ...], msgspec.Meta(max_length=MAX_PAGE)]


class Rivals(msgspec.Struct, tag="rivals", array_like=True, frozen=True):
    """Evidence of a fork: two encoded entries of one segment and number."""

    one: EntryBytes
    other: EntryBytes


class Vouch(msgspec.Struct, tag="vouch", array_like=True, frozen=True):
    """Asks for a signature that this ballot's entry is on disk (`ballots/RECEIPTS.md` §6)."""

    segment: SegmentId
    number: Number
    id: EntryId


class Vouched(msgspec.Struct, tag="vouched", array_like=True, frozen=True):
    """The answer to the `Vouch` of the same segment and number; empty where it is not so."""

    segment: SegmentId
    number: Number
    signature: Signature


class Reserve(msgspec.Struct, tag="reserve", array_like=True, frozen=True):
    """Asks whether the receiver has a slip in hand."""

    slip: Slip


class Reserved(msgspec.Struct, tag="reserved", array_like=True, frozen=True):
    """The answer to the `Reserve` of the same slip: whether the asker may have it."""

    slip: Slip
    is_free: bool


Message = Hello | Heads | Fetch | Page | Rivals | Vouch | Vouched | Reserve | Reserved

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    """The frame of a message.

    Raises:
        SyncError: `wire-oversize`, when the message is longer than a frame may be.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME:
        raise SyncError(SyncProblem.WIRE_OVERSIZE, size=len(body), most=MAX_FRAME)
    return len(body).to_bytes(_LENGTH, "big") + body


def decode(body: bytes) -> Message:
    """The message in a frame's body, refused unless it is that message's only form.

    Raises:
        SyncError: `wire-malformed`, whatever the bytes are.
    """
    try:
        message = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SyncError(SyncProblem.WIRE_MALFORMED) from error
    if _encoder.encode(message) != body:
        raise SyncError(SyncProblem.WIRE_MALFORMED)
    return message


class Deframer:
    """Cuts a stream of bytes into messages; holds at most one frame that is not complete.

    After a refusal the stream means nothing any more: close it.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, received: bytes) -> list[Message]:
        """The messages that `received` completes, in order.

        Raises:
            SyncError: `wire-oversize` as soon as a length is too great, `wire-malformed`.
        """
        self._buffer += received
        messages = []
        while (body := self._next()) is not None:
            messages.append(decode(body))
        return messages

    def _next(self) -> bytes | None:
        if len(self._buffer) < _LENGTH:
            return None
        size = int.from_bytes(self._buffer[:_LENGTH], "big")
        if size > MAX_FRAME:
            raise SyncError(SyncProblem.WIRE_OVERSIZE, size=size, most=MAX_FRAME)
        if len(self._buffer) < _LENGTH + size:
            return None
        body = bytes(self._buffer[_LENGTH : _LENGTH + size])
        del self._buffer[: _LENGTH + size]
        return body
