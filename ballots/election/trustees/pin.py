# SPDX-License-Identifier: AGPL-3.0-or-later
"""The PIN that locks a trustee's card: digits that a person can keep in mind."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.secrecy import Hidden
from ballots.randomness import Randomness, uniform

SHORTEST, LONGEST = 6, 12
_GAPS = str.maketrans("", "", " -\t\r\n")
DRAWN = 8  # digits of a PIN that the machine draws


@dataclass(frozen=True, slots=True, repr=False)
class Pin(Hidden):
    """6 to 12 digits, not all the same and not counting up or down (9 and 0 are neighbours).

    Raises:
        ElectionRefused: `pin-form`, `pin-trivial`.
    """

    digits: str

    def __post_init__(self) -> None:
        known = self.digits.isascii() and self.digits.isdigit()
        if not known or not SHORTEST <= len(self.digits) <= LONGEST:
            raise ElectionRefused(ElectionProblem.PIN_FORM, least=SHORTEST, most=LONGEST)
        if _is_run(self.digits):
            raise ElectionRefused(ElectionProblem.PIN_TRIVIAL)

    @classmethod
    def read(cls, typed: str) -> Pin:
        """From fingers or a file: spaces, hyphens and the end of the line are free."""
        return cls(typed.translate(_GAPS))

    @classmethod
    def draw(cls, random: Randomness) -> Pin:
        """Eight digits; all that are not trivial are equally likely."""
        while True:
            digits = f"{uniform(random, 10**DRAWN):0{DRAWN}}"
            if not _is_run(digits):
                return cls(digits)


def _is_run(digits: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps in ({0}, {1}, {9})
