# SPDX-License-Identifier: AGPL-3.0-or-later
"""The code of a receipt as people bring it: typed from the paper, or read from its QR symbol."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ballots.receipts.errors import ReceiptProblem, ReceiptRefused

SIZE = 43  # symbols: base64 without padding of 32 bytes

# The last symbol carries 4 bits, so its low 2 are zero.
TRACKER = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]")
_STRANGE = re.compile(r"[^A-Za-z0-9+/]")
_SYMBOL = re.compile(r"urna:[rc]1:([1-9A-HJ-NP-Za-km-z]{14,40}):(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A tracker; with the uuid of its election, where the QR symbol told it."""

    tracker: str
    election: str = ""


def read_code(text: str) -> Code:
    """The code in a text: its symbols with any white space between them, or the QR's text.

    Upper and lower case are different symbols. A challenge slip's symbol is read as well.

    Raises:
        ReceiptRefused: `slip` and `other-code` for other symbols of Urna; `short` and `long`
            with the number of symbols, `symbol` with its place. Never with the text itself.
    """
    symbols = "".join(text.split())
    if symbols.lower().startswith("urna:"):
        return _symbol(symbols)
    return Code(tracker=_tracker(symbols))


def _symbol(said: str) -> Code:
    found = _SYMBOL.fullmatch(said)
    if found is None:
        secret = said.lower().startswith("urna:s1:")
        raise ReceiptRefused(ReceiptProblem.SLIP if secret else ReceiptProblem.OTHER_CODE)
    return Code(tracker=_tracker(found[2]), election=found[1])


def _tracker(symbols: str) -> str:
    strange = _STRANGE.search(symbols)
    if strange is not None:
        raise ReceiptRefused(ReceiptProblem.SYMBOL, place=strange.start() + 1)
    if len(symbols) < SIZE:
        raise ReceiptRefused(ReceiptProblem.SHORT, n=SIZE - len(symbols))
    if len(symbols) > SIZE:
        raise ReceiptRefused(ReceiptProblem.LONG, n=len(symbols) - SIZE)
    if not TRACKER.fullmatch(symbols):
        raise ReceiptRefused(ReceiptProblem.SYMBOL, place=SIZE)
    return symbols
