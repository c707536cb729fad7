# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rich text that Decidim keeps as it is: seven elements, one attribute, no line breaks.

Text from elsewhere is escaped and stripped of what disguises it; whatever is of type `Rich` was
made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final, NewType

from sync.decidim.plain import plain_line

Rich = NewType("Rich", str)

_FORMULA: Final = re.compile(r"[=+\-@]")
_NO_TAG: Final = str.maketrans("<>", "\u2039\u203a")  # single angle quotation marks


def text(plain: str) -> Rich:
    """Text on one line, no mark-up of its own."""
    return Rich(escape(" ".join(plain.split()), quote=True))


def strong(plain: str) -> Rich:
    """Text that is stressed."""
    return Rich(f"<strong>{text(plain)}</strong>")


def paragraph(*parts: Rich) -> Rich:
    """A paragraph; `parts` stand one after the other, a space between them."""
    return Rich(f"<p>{' '.join(parts)}</p>")


def items(lines: Iterable[Rich]) -> Rich:
    """A list, or nothing where there is no line."""
    points = "".join(f"<li>{line}</li>" for line in lines)
    return Rich(f"<ul>{points}</ul>" if points else "")


def joined(blocks: Iterable[Rich]) -> Rich:
    """Blocks one after the other."""
    return Rich("".join(blocks))


def title(plain: str) -> str:
    """A title as plain text, which a spreadsheet that opens the file will not run as a formula.

    Decidim's exporter puts `'` before such text, and its importer takes it for part of the text.
    """
    line = plain_line(plain.translate(_NO_TAG)).translate(_NO_TAG)  # the second for `&lt;`
    return f"«{line}»" if _FORMULA.match(line) else line
