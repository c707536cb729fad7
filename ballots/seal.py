# SPDX-License-Identifier: AGPL-3.0-or-later
"""The seal of a poll: one hash over all that was written until everyone had finished.

Its text is a checkpoint (C2SP tlog-checkpoint): origin, size, root, and as extension lines the
last sealed entry of each segment, so that whoever holds the record can compute it again, also
when more has arrived since. It travels as a signed note (C2SP signed-note, Ed25519).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from ballots import signing
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.shapes import MAX_BODY, MAX_NUMBER

ED25519 = b"\x01"  # signature type in C2SP signed-note
KEY_HASH_SIZE = 4

_NUMBER = r"(?:0|[1-9][0-9]{0,9})"
_ORIGIN = re.compile(r"urna/([0-9a-f]{32})/([1-9A-HJ-NP-Za-km-z]{14,40})")
_CUT = re.compile(rf"([0-9a-f]{{64}}) ({_NUMBER})")
_SIGNATURE = re.compile(r"— ([!-*,-~]{1,200}) ([0-9A-Za-z+/]{91}=)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Root of the entries 0 to `cut[segment]` of every segment in `cut`."""

    assembly: str
    poll: str
    size: int
    root: bytes
    cut: Mapping[str, int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cut", MappingProxyType(dict(sorted(self.cut.items()))))

    @property
    def text(self) -> str:
        """The exact text that everyone signs; ends with a newline."""
        lines = [
            origin(self.assembly, self.poll),
            str(self.size),
            b64encode(self.root).decode(),
            *(f"{segment} {number}" for segment, number in self.cut.items()),
        ]
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line: whose name, the first four bytes of their key's hash, 64 bytes."""

    name: str
    key_hash: bytes
    signature: bytes

    def made_by(self, public: bytes, text: str) -> bool:
        """Whether it is the signature of `public` on `text`."""
        return self.key_hash == key_hash(self.name, public) and signing.verify_exactly(
            public, text.encode(), self.signature
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note as it is written: text, empty line, signature lines."""
        lines = "".join(
            f"— {line.name} {b64encode(line.key_hash + line.signature).decode()}\n"
            for line in self.signatures
        )
        return f"{self.text}\n{lines}".encode()


def origin(assembly: str, poll: str) -> str:
    """First line of the checkpoint; each poll is sealed as a log of its own."""
    return f"urna/{assembly}/{poll}"


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash of RFC 6962 §2.1 over leaves that are hashed already, as entry ids are."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = level_above(level)
    return level[0]


def level_above(level: Sequence[bytes]) -> list[bytes]:
    """The tree of the RFC from below: pairs are joined, a last one without neighbour moves up."""
    pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + list(level[2 * len(pairs) :])


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node of the tree."""
    return sha256(b"\x01" + left + right).digest()


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that `text` is.

    Raises:
        RecordRefused: `form`, for any other text, also another spelling of the same.
    """
    try:
        head, size, root, *rest = text.removesuffix("\n").split("\n")
        named, cuts = _ORIGIN.fullmatch(head), [_CUT.fullmatch(line) for line in rest]
        checkpoint = Checkpoint(
            assembly=named[1] if named else "",
            poll=named[2] if named else "",
            size=int(size),
            root=b64decode(root),
            cut={cut[1]: int(cut[2]) for cut in cuts if cut},
        )
    except ValueError:
        raise RecordRefused(RecordProblem.FORM, what="checkpoint") from None
    sensible = (
        len(checkpoint.root) == 32
        and checkpoint.size > 0
        and all(number <= MAX_NUMBER for number in checkpoint.cut.values())
    )
    if checkpoint.size != sum(number + 1 for number in checkpoint.cut.values()) or not sensible:
        raise RecordRefused(RecordProblem.FORM, what="checkpoint")
    if checkpoint.text != text:
        raise RecordRefused(RecordProblem.FORM, what="checkpoint")
    return checkpoint


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes that tell keys of one name apart (C2SP signed-note, "Signatures")."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:KEY_HASH_SIZE]


def key_name(checkpoint: Checkpoint, device: bytes) -> str:
    """The name under which a device signs: the origin and the start of its key."""
    return f"{origin(checkpoint.assembly, checkpoint.poll)}/{device.hex()[:16]}"


def sign(text: str, device: signing.SecretKey) -> bytes:
    """The note with one signature, by a device's key: the body of `seal` and of `cosign`.

    Raises:
        RecordRefused: `form`, for a text that is no checkpoint.
    """
    name = key_name(read_checkpoint(text), device.public)
    line = NoteSignature(
        name=name,
        key_hash=key_hash(name, device.public),
        signature=device.sign_exactly(text.encode()),
    )
    return Note(text=text, signatures=(line,)).encode()


def read_note(data: object) -> Note:
    """The note that `data` is; its signatures are not checked.

    Raises:
        RecordRefused: `length` or `form`, whatever the bytes or their type.
    """
    if not isinstance(data, bytes) or len(data) > MAX_BODY:
        raise RecordRefused(RecordProblem.LENGTH, what="note")
    try:
        text, _, rest = data.decode().rpartition("\n\n")
        found = [_SIGNATURE.fullmatch(line) for line in rest.removesuffix("\n").split("\n")]
        lines = [(line[1], b64decode(line[2], validate=True)) for line in found if line]
    except (UnicodeDecodeError, binascii.Error):
        raise RecordRefused(RecordProblem.FORM, what="note") from None
    signatures = tuple(
        NoteSignature(name=name, key_hash=raw[:KEY_HASH_SIZE], signature=raw[KEY_HASH_SIZE:])
        for name, raw in lines
    )
    note = Note(text=text + "\n", signatures=signatures)
    # What was skipped or spelt otherwise above is missing or different here.
    if not signatures or note.encode() != data:
        raise RecordRefused(RecordProblem.FORM, what="note")
    return note


def read_seal(data: object, device: bytes) -> Checkpoint:
    """The checkpoint in a body of `seal` or `cosign` that the key `device` wrote.

    Raises:
        RecordRefused: for anything but a note with exactly that device's valid signature.
    """
    note = read_note(data)
    checkpoint = read_checkpoint(note.text)
    by_device = [
        line.name == key_name(checkpoint, device) and line.made_by(device, note.text)
        for line in note.signatures
    ]
    if by_device != [True]:
        raise RecordRefused(RecordProblem.SIGNATURE, what="note")
    return checkpoint


def gathered(notes: Iterable[bytes]) -> bytes:
    """One note with the signatures of several of one text, in the order of their names.

    Raises:
        RecordRefused: `form`, for none, or for notes of different texts.
    """
    read = [read_note(note) for note in notes]
    if len({note.text for note in read}) != 1:
        raise RecordRefused(RecordProblem.FORM, what="note")
    lines = {line.name: line for note in read for line in note.signatures}
    return Note(
        text=read[0].text, signatures=tuple(lines[name] for name in sorted(lines))
    ).encode()
