# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that mean nothing in any language, to be read aloud, compared and typed: "lamo tudi seka".

Two syllables each, of letters that sound alike in Catalan, Spanish and English: 3,025 words, some
11.5 bits. Three are drawn for one pairing (34 bits, three guesses); four show what both sides
have before them (46 bits).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from ballots.randomness import Randomness, uniform

SYLLABLES: Final = tuple(f"{consonant}{vowel}" for consonant in "bdfklmnprst" for vowel in "aeiou")
PASSWORD: Final = 3
FINGERPRINT: Final = 4
_WORDS: Final = len(SYLLABLES) ** 2


def draw_words(random: Randomness) -> str:
    """Three words that nobody can guess."""
    return _told(uniform(random, _WORDS**PASSWORD), PASSWORD)


def read_words(typed: str) -> str:
    """Words as they are meant: lower case, one space between two; anything typed is some words."""
    return " ".join(typed.lower().replace("-", " ").split())


def fingerprint(*parts: bytes) -> str:
    """Four words for these bytes, in this order."""
    digest = sha256(b"urna-pairing/v1\0" + b"".join(sha256(part).digest() for part in parts))
    return _told(int.from_bytes(digest.digest()) % _WORDS**FINGERPRINT, FINGERPRINT)


def _told(number: int, count: int) -> str:
    told = []
    for _ in range(count):
        number, word = divmod(number, _WORDS)
        first, second = divmod(word, len(SYLLABLES))
        told.append(SYLLABLES[first] + SYLLABLES[second])
    return " ".join(told)
