# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be typed on a panel in Catalan, Spanish and English: layers of three rows of ten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

COLUMNS: Final = 10
SPACE: Final = " "


class Layer(StrEnum):
    """Which symbols are on show; the value is what its key says."""

    LOWER = "abc"
    UPPER = "ABC"
    ACCENTS = "àé"
    DIGITS = "123"
    SIGNS = "@#"


ROWS: Final[Mapping[Layer, tuple[str, str, str]]] = MappingProxyType(
    {
        Layer.LOWER: ("qwertyuiop", "asdfghjklñ", "zxcvbnmç'-"),
        Layer.UPPER: ("QWERTYUIOP", "ASDFGHJKLÑ", "ZXCVBNMÇ.,"),
        Layer.ACCENTS: ("àáèéíïòóúü", "ÀÁÈÉÍÏÒÓÚÜ", "çñ·’ÇÑ¿¡ºª"),
        Layer.DIGITS: ("1234567890", ".,:;!?'\"-_", "()@#&%+=*/"),
        Layer.SIGNS: ("@#€$&%+=*/", "()[]{}<>\\|", "^~`·«»¿¡ºª"),
    }
)
_SYMBOLS: Final = frozenset("".join(row for rows in ROWS.values() for row in rows) + SPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed so far, `most` symbols at the most, and the layer on show."""

    most: int
    text: str = field(default="", repr=False)
    layer: Layer = Layer.LOWER

    def key(self, symbol: str) -> Typed:
        """One symbol more, if it is on the keyboard; after a capital come small letters."""
        if symbol not in _SYMBOLS or len(self.text) >= self.most:
            return self
        layer = Layer.LOWER if self.layer is Layer.UPPER else self.layer
        return replace(self, text=self.text + symbol, layer=layer)

    def erase(self) -> Typed:
        """One symbol less."""
        return replace(self, text=self.text[:-1])
