# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds a secret never shows it."""

from __future__ import annotations


class Hidden:
    """Base of every value that holds a secret: it prints as its type only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
