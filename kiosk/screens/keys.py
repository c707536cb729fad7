# SPDX-License-Identifier: AGPL-3.0-or-later
"""Four buttons or a keyboard: next, previous, choose, back. Every other key does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Key(StrEnum):
    """What a key does."""

    NEXT = "next"
    PREVIOUS = "previous"
    CHOOSE = "choose"
    BACK = "back"


_TAB = 9
_KEYS: Mapping[int, Key] = MappingProxyType(
    {
        8: Key.BACK,  # backspace
        _TAB: Key.NEXT,
        13: Key.CHOOSE,  # enter
        32: Key.CHOOSE,  # space
        271: Key.CHOOSE,  # enter on the number pad
        273: Key.PREVIOUS,  # up
        274: Key.NEXT,  # down
        275: Key.NEXT,  # right
        276: Key.PREVIOUS,  # left
    }
)
_SIDEWAYS = frozenset({275, 276})
_OTHER_WAY = {Key.NEXT: Key.PREVIOUS, Key.PREVIOUS: Key.NEXT}


def meaning(code: int, modifiers: frozenset[str], *, rtl: bool) -> Key | None:
    """What a key of SDL's code does; the arrows to the sides follow the way of reading."""
    key = _KEYS.get(code)
    turned = (code == _TAB and "shift" in modifiers) or (code in _SIDEWAYS and rtl)
    return _OTHER_WAY[key] if key is not None and turned else key
