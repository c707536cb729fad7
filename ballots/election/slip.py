# SPDX-License-Identifier: AGPL-3.0-or-later
"""The voting slip: 110 secret bits on paper, and their key for each election (ELECTION.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ballots.election.errors import ElectionProblem, SlipRefused
from ballots.election.groups.elements import Group
from ballots.election.numerals import hex_hash
from ballots.election.secrecy import Hidden
from ballots.randomness import Randomness, uniform

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
PREFIX = "URNA:S1:"
_SECRET = 22  # random symbols; the check symbols follow
_SYMBOLS = 24
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credential(Hidden):
    """The key that signs one ballot in one election; `public` is its line on the roll."""

    secret: int
    public: str

    @classmethod
    def derive(cls, code: str, uuid: str, group: Group) -> Credential:
        """As Belenios 2.4 and later derive it; `code` counts with its dashes (ELECTION.md §4)."""
        halves = (hex_hash(f"derive_credential|{uuid}|{n}|{code}".encode()) for n in (0, 1))
        secret = int("".join(halves), 16) % group.q
        return cls(secret=secret, public=group.text(group.generate(secret)))


@dataclass(frozen=True, slots=True, repr=False)
class Slip(Hidden):
    """`symbols` are 24 of Crockford's base 32, the last two of which check the others."""

    symbols: str

    def __post_init__(self) -> None:
        if len(self.symbols) != _SYMBOLS:
            raise SlipRefused(ElectionProblem.SLIP_LENGTH, n=len(self.symbols))
        for position, symbol in enumerate(self.symbols, 1):
            if symbol not in CROCKFORD:
                raise SlipRefused(ElectionProblem.SLIP_SYMBOL, position=position)
        if self.symbols[_SECRET:] != _check_symbols(self.symbols[:_SECRET]):
            raise SlipRefused(ElectionProblem.SLIP_CHECK)

    @classmethod
    def draw(cls, random: Randomness) -> Slip:
        """A new slip."""
        secret = "".join(CROCKFORD[uniform(random, 32)] for _ in range(_SECRET))
        return cls(secret + _check_symbols(secret))

    @classmethod
    def read(cls, text: str) -> Slip:
        """From a scan or from fingers: any case, I and L for 1, O for 0, dashes and spaces free.

        `SlipRefused` where it is no slip. A wrong symbol goes unseen once in 1024 times.
        """
        typed = text.strip().upper().removeprefix(PREFIX)
        return cls(typed.translate(_LOOKALIKES))

    @property
    def code(self) -> str:
        """For eyes and fingers: four groups of six."""
        return "-".join(self.symbols[start : start + 6] for start in range(0, _SYMBOLS, 6))

    @property
    def payload(self) -> str:
        """For a QR code in alphanumeric mode: 32 characters."""
        return PREFIX + self.symbols

    def credential(self, uuid: str, group: Group) -> Credential:
        """This slip's key in one election; keys of two elections cannot be linked without it."""
        return Credential.derive(self.code, uuid, group)


def _check_symbols(secret: str) -> str:
    """The first ten bits of SHA-256 of prefix and secret."""
    ten = int.from_bytes(sha256((PREFIX + secret).encode()).digest()[:2], "big") >> 6
    return CROCKFORD[ten >> 5] + CROCKFORD[ten & 31]
