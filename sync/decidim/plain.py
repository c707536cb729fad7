# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rich text from a web page as plain text that can be printed."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_ITEM: Final = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BREAK: Final = re.compile(
    r"<(?:br|/?(?:p|div|ul|ol|h[1-6]|blockquote|tr|table))\b[^<>]*>", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<![^<>]*>")

# Signs that Source Sans lacks: some have a sister that it has, the others only decorate.
_SISTERS: Final = str.maketrans(
    {"✅": "✓", "❌": "✗", "➡": "→", "➜": "→", "⬅": "←", "⬆": "↑", "⬇": "↓", "❗": "!", "❓": "?"}
    | dict.fromkeys("💙💚💛💜🧡🖤🤍🤎🩷🩵", "♥")
)
_SIGNS: Final = re.compile(
    "(?:[\u2300-\u23ff\u2600-\u260f\u2612-\u2664\u2666-\u2712\u2715\u2716\u2719-\u2763"
    "\u2765-\u27bf\u2b00-\u2bff\u20e3\U0001f000-\U0001faff\U000e0000-\U000e01ef]"
    "\u200d?)+"
)
_JOINERS: Final = "\u200c\u200d"  # they shape letters in Arabic, Urdu and Persian
_SELECTORS: Final = "\ufe00", "\ufe0f"  # first and last: "as a picture" or "as text"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain_lines(rich: str) -> str:
    """The text of a body: paragraphs and list items on lines of their own, no mark-up.

    What cannot be printed is left out: control and bidirectional override characters, emoji
    that Source Sans lacks. There is at most one empty line between two lines of text.
    """
    text = _UNSEEN.sub("", rich)
    text = _BREAK.sub("\n", _ITEM.sub("\n• ", text))
    text = unicodedata.normalize("NFC", html.unescape(_TAG.sub("", text))).translate(_SISTERS)
    text = "".join(map(_shown, re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)))
    text = _SIGNS.sub(" ", text)
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    plain = re.sub(r"\n{3,}", "\n\n", lines).strip()
    return plain if plain.strip(_JOINERS) else ""


def plain_line(rich: str) -> str:
    """The text of a title: as `plain_lines`, on one line."""
    return " ".join(plain_lines(rich).split())


def _shown(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    if category in _HIDDEN or _SELECTORS[0] <= character <= _SELECTORS[1]:
        return ""
    return character
