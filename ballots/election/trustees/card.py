# SPDX-License-Identifier: AGPL-3.0-or-later
"""A trustee's card: a share locked with a PIN, as a QR code says it and as fingers type it.

CARD.md specifies it. Whose card it is stands in clear, so that a card of another assembly, or one
that was damaged, is known before anybody is asked for a PIN.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Group
from ballots.election.secrecy import Hidden
from ballots.election.trustees.board import Board
from ballots.election.trustees.pin import Pin
from ballots.election.trustees.share import TrusteeShare
from ballots.randomness import Randomness

PREFIX = "URNA:T1:"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648, section 6
ROW = 20  # symbols of a row of the typed code, the last of which checks the others

# The code of a group on a card: its name, and the bytes that a secret takes.
_GROUPS = MappingProxyType(
    {1: ("Ed25519", 32), 2: ("BELENIOS-2048", 32), 3: ("RFC-3526-2048", 256)}
)
_CODES = MappingProxyType({name: code for code, (name, _) in _GROUPS.items()})
_HEAD, _FINGERPRINT, _CHECK = 4, 8, 4
_CLEAR = _HEAD + _FINGERPRINT + argon2id.SALTBYTES
_LOOKALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})  # none of them is in the alphabet
_GAPS = str.maketrans("", "", " -·\t\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much argon2id works: 1 to 16 passes over 2^`memory` KiB, which are 8 KiB to 256 MiB.

    Raises:
        ElectionRefused: `card-effort`; the upper ends keep a forged card from filling a kiosk.
    """

    passes: int
    memory: int

    def __post_init__(self) -> None:
        if not (1 <= self.passes <= 16 and 3 <= self.memory <= 18):
            raise ElectionRefused(ElectionProblem.CARD_EFFORT)

    def reaches(self, least: Effort) -> bool:
        """Whether neither number is lower."""
        return self.passes >= least.passes and self.memory >= least.memory


USUAL = Effort(passes=6, memory=17)  # of cards that are made: 128 MiB
LEAST = Effort(passes=3, memory=16)  # of cards that are taken: 64 MiB


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Card(Hidden):
    """A locked share. `group` is a name, `owner` counts from 1 as in the trustees' document.

    `trustees` is the beginning of that document's SHA-256 (8 bytes), `salt` has 16 bytes, `box`
    is the sealed secret.
    """

    group: str
    owner: int
    effort: Effort
    trustees: bytes
    salt: bytes
    box: bytes

    @property
    def clear(self) -> bytes:
        """What stands before the box; all of it goes into the key of the box."""
        head = (_CODES[self.group], self.owner, self.effort.passes, self.effort.memory)
        return bytes(head) + self.trustees + self.salt

    @property
    def payload(self) -> str:
        """For a QR code in alphanumeric mode: 136 characters with a secret of 32 bytes."""
        return PREFIX + self._symbols

    @property
    def rows(self) -> tuple[str, ...]:
        """For eyes and fingers: rows of at most 20 symbols, each ending in one that checks it."""
        symbols, room = self._symbols, ROW - 1
        rows = (symbols[start : start + room] for start in range(0, len(symbols), room))
        return tuple(row + _row_check(number, row) for number, row in enumerate(rows, 1))

    @property
    def _symbols(self) -> str:
        body = self.clear + self.box
        return _base32(body + _check(body))

    def require_of(self, group: str, trustees: bytes) -> None:
        """Refuses, with `card-assembly`, a card that was not made for these trustees."""
        if (self.group, self.trustees) != (group, fingerprint(trustees)):
            raise ElectionRefused(ElectionProblem.CARD_ASSEMBLY, owner=self.owner)


def fingerprint(trustees: bytes) -> bytes:
    """What a card remembers of the trustees' document: 8 bytes."""
    return sha256(trustees).digest()[:_FINGERPRINT]


def lock(
    share: TrusteeShare, trustees: bytes, pin: Pin, random: Randomness, effort: Effort = USUAL
) -> Card:
    """The share of one of the `trustees` (their document) on a card of its own.

    Raises:
        ElectionRefused: `group` of no card, `share` that fits none, `card-memory`.
    """
    code = _CODES.get(share.group)
    if code is None:
        raise ElectionRefused(ElectionProblem.GROUP, group=share.group)
    _, size = _GROUPS[code]
    if not (1 <= share.owner <= 255 and share.secret < 256**size):
        raise ElectionRefused(ElectionProblem.SHARE, owner=share.owner)
    open_card = Card(
        group=share.group,
        owner=share.owner,
        effort=effort,
        trustees=fingerprint(trustees),
        salt=random(argon2id.SALTBYTES),
        box=b"",
    )
    box, nonce = _box(open_card, pin)
    sealed = box.encrypt(share.secret.to_bytes(size, "big"), nonce).ciphertext
    return replace(open_card, box=sealed)


def unlock(card: Card, pin: Pin, group: Group, board: Board) -> TrusteeShare:
    """The share on a card of one of the trustees of `board`, whose key it must fit.

    Raises:
        ElectionRefused: `card-pin`, `card-memory`; `share` for one that is not the trustee's.
    """
    box, nonce = _box(card, pin)
    try:
        secret = int.from_bytes(box.decrypt(card.box, nonce), "big")
    except CryptoError:
        raise ElectionRefused(ElectionProblem.CARD_PIN, owner=card.owner) from None
    if secret >= group.q or board.keys.get(card.owner) != group.generate(secret):
        raise ElectionRefused(ElectionProblem.SHARE, owner=card.owner)
    return TrusteeShare(group=card.group, owner=card.owner, secret=secret)


def read_card(text: str, least: Effort = LEAST) -> Card:
    """From a scan, or from fingers: any case, 0 for O, 1 for I, 8 for B, gaps and dashes free.

    Raises:
        ElectionRefused: `card-form`, `card-row`, `card-damaged`; `card-effort` under `least`.
    """
    said = text.translate(_GAPS).upper()
    if said.startswith(PREFIX):
        card = _read(said.removeprefix(PREFIX))
    elif said.isascii() and said and ":" not in said:
        card = _read(_typed(said.translate(_LOOKALIKES)))
    else:
        raise ElectionRefused(ElectionProblem.CARD_FORM)
    if not card.effort.reaches(least):
        raise ElectionRefused(ElectionProblem.CARD_EFFORT)
    return card


def _typed(said: str) -> str:
    """The symbols of a typed code without those that check its rows."""
    symbols = ""
    for number, start in enumerate(range(0, len(said), ROW), 1):
        row, check = said[start : start + ROW][:-1], said[start : start + ROW][-1]
        if _row_check(number, row) != check:
            raise ElectionRefused(ElectionProblem.CARD_ROW, row=number)
        symbols += row
    return symbols


def _row_check(number: int, row: str) -> str:
    """One symbol: five bits of the hash of prefix, number and row."""
    return ALPHABET[sha256(f"{PREFIX}{number}:{row}".encode()).digest()[0] >> 3]


def _read(symbols: str) -> Card:
    try:
        raw = b32decode(symbols + "=" * (-len(symbols) % 8))
    except ValueError:
        raise ElectionRefused(ElectionProblem.CARD_DAMAGED) from None
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if _base32(raw) != symbols or _check(body) != check:
        raise ElectionRefused(ElectionProblem.CARD_DAMAGED)
    name, size = _GROUPS.get(body[0] if body else 0, ("", 0))
    if not name or len(body) != _CLEAR + SecretBox.MACBYTES + size or not body[1]:
        raise ElectionRefused(ElectionProblem.CARD_FORM)
    return Card(
        group=name,
        owner=body[1],
        effort=Effort(passes=body[2], memory=body[3]),
        trustees=body[_HEAD : _HEAD + _FINGERPRINT],
        salt=body[_HEAD + _FINGERPRINT : _CLEAR],
        box=body[_CLEAR:],
    )


def _base32(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=")


def _check(body: bytes) -> bytes:
    return sha256(PREFIX.encode() + body).digest()[:_CHECK]


def _box(card: Card, pin: Pin) -> tuple[SecretBox, bytes]:
    """The box and its nonce, both from argon2id: a salt is never used twice, so neither is a key.

    The salt that argon2id gets is the hash of all that stands in clear, and so binds it.
    """
    salt = sha256(PREFIX.encode() + card.clear).digest()[: argon2id.SALTBYTES]
    try:
        derived = argon2id.kdf(
            SecretBox.KEY_SIZE + SecretBox.NONCE_SIZE,
            pin.digits.encode(),
            salt,
            opslimit=card.effort.passes,
            memlimit=1024 << card.effort.memory,
        )
    except CryptoError:  # libsodium fails for one reason: it was given no memory
        mebibytes = (1 << card.effort.memory) // 1024
        raise ElectionRefused(ElectionProblem.CARD_MEMORY, mebibytes=mebibytes) from None
    return SecretBox(derived[: SecretBox.KEY_SIZE]), derived[SecretBox.KEY_SIZE :]
