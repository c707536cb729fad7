# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds a secret never shows it."""

from __future__ import annotations


def hidden(secret: object) -> str:
    """How a value that holds a secret prints: as its type only."""
    return f"<{type(secret).__name__}>"


class Hidden:
    """Base of values that hold a secret. Tuples, which take no other base, call `hidden`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return hidden(self)
