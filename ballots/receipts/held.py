# SPDX-License-Identifier: AGPL-3.0-or-later
"""That devices hold a ballot, signed by each, as the second symbol of a receipt says it.

Specified in `ballots/RECEIPTS.md` §6. A signature stays good when the device, its card or the
record are gone: a ballot that is missing later was lost, or its signers lied.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from ballots import canonical, signing
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.session.cast import cast
from ballots.signing import SIGNATURE_SIZE, SecretKey

CONTEXT: Final = "urna-held/v1"
MOST: Final = 3  # signatures in a symbol: more would make it too fine to print
PREFIX_SIZE: Final = 8  # bytes of a device's key that name it in a symbol
HEAD: Final = "URNA:H1:"

_PART = PREFIX_SIZE + SIGNATURE_SIZE
_BASE32 = re.compile(r"[A-Z2-7]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is signed: this ballot of this election is on the signer's disk."""

    assembly: str  # id, hex
    election: str  # uuid
    tracker: str

    @classmethod
    def of(cls, entry: Entry) -> Self | None:
        """Of an entry that has a cast ballot's body; None of any other."""
        ballot = cast(entry, "") if entry.header.kind is Kind.BALLOT else None
        if ballot is None:
            return None
        header = entry.header
        return cls(assembly=header.assembly, election=header.poll, tracker=ballot.tracker)

    def sign(self, device: SecretKey) -> bytes:
        """64 bytes, by a device that has it on disk."""
        return device.sign(CONTEXT, self._message())

    def is_signed_by(self, device: str, signature: bytes) -> bool:
        """Whether it is the signature of the device of this key (hex); false for anything else."""
        try:
            key = bytes.fromhex(device)
        except ValueError:
            return False
        return signing.verify(key, CONTEXT, self._message(), signature)

    def signers(self, vouchers: Iterable[Voucher], devices: Iterable[str]) -> tuple[str, ...]:
        """Those of `devices` (keys in hex) whose signatures are among `vouchers`, in order."""
        given = {voucher.prefix.hex(): voucher.signature for voucher in vouchers}
        return tuple(
            device
            for device in devices
            if (signature := given.get(device[: 2 * PREFIX_SIZE])) is not None
            and self.is_signed_by(device, signature)
        )

    def _message(self) -> bytes:
        return canonical.encode(
            {"assembly": self.assembly, "election": self.election, "tracker": self.tracker}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """How many other devices hold a ballot, and what some of them signed.

    `signatures` is device (key in hex) → 64 bytes. ValueError for fewer devices than signatures.
    """

    number: int = 0
    signatures: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.number < len(self.signatures):
            raise ValueError("number")

    def chosen(self, devices: Container[str]) -> dict[str, bytes]:
        """The signatures that fit beside one's own, of those of `devices` with the lowest keys."""
        known = sorted(device for device in self.signatures if device in devices)
        return {device: self.signatures[device] for device in known[: MOST - 1]}


@dataclass(frozen=True, slots=True, order=True)
class Voucher:
    """A signature in a symbol, and how its signer's key begins. ValueError for other sizes."""

    prefix: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if (len(self.prefix), len(self.signature)) != (PREFIX_SIZE, SIGNATURE_SIZE):
            raise ValueError("size")

    @classmethod
    def by(cls, device: str, signature: bytes) -> Self:
        """As the device of this key (hex) signed."""
        return cls(bytes.fromhex(device)[:PREFIX_SIZE], signature)


def symbol(vouchers: Sequence[Voucher]) -> str:
    """What the QR symbol says: 1 to `MOST` vouchers, each of another device, in order of keys.

    ValueError for none, more, or two of one device.
    """
    ordered = sorted(vouchers)
    if not 1 <= len(ordered) <= MOST or not _ascending(ordered):
        raise ValueError("vouchers")
    data = b"".join(each.prefix + each.signature for each in ordered)
    return HEAD + b32encode(data).decode().rstrip("=")


def read_symbol(text: object) -> tuple[Voucher, ...]:
    """What a symbol says; white space in it, as scanners and mail add it, is passed over.

    Raises:
        ReceiptRefused: `held`, for everything that is not the only form of such a symbol.
    """
    if not isinstance(text, str):
        raise ReceiptRefused(ReceiptProblem.HELD)
    said = "".join(text.split())
    vouchers = _vouchers(said.removeprefix(HEAD))
    if not 1 <= len(vouchers) <= MOST or not _ascending(vouchers) or symbol(vouchers) != said:
        raise ReceiptRefused(ReceiptProblem.HELD)
    return vouchers


def _vouchers(code: str) -> tuple[Voucher, ...]:
    """What base 32 says, whole parts of it alone; nothing for what is longer than any symbol."""
    if len(code) > 2 * MOST * _PART or not _BASE32.fullmatch(code):
        return ()
    try:
        data = b32decode(code + "=" * (-len(code) % 8))
    except ValueError:
        return ()
    parts = (data[at : at + _PART] for at in range(0, len(data) - _PART + 1, _PART))
    return tuple(Voucher(part[:PREFIX_SIZE], part[PREFIX_SIZE:]) for part in parts)


def _ascending(vouchers: Sequence[Voucher]) -> bool:
    prefixes = [each.prefix for each in vouchers]
    return prefixes == sorted(set(prefixes))
