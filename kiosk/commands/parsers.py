# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a command is handed to add itself to, and how its arguments are read.

argparse's subparsers have no public name, so what is needed of them is described here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Protocol


class Commands(Protocol):
    """Takes the commands of `urna`."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """Make room for a command."""
        ...


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number of `low` to `high`; anything else is wrong usage."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdecimal() else low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{low}..{high}")
        return number

    return read


def setting(text: str) -> tuple[str, str]:
    """Reads `key=value`; anything else is wrong usage."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError("K=V")
    return key, value
