# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refusals: a code and the facts; the sentence for people is made in `kiosk.i18n`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import ClassVar


class Refusal(Exception):
    """Base of every error that a person may meet, in every package.

    `code` is a value of the family's `StrEnum`; `facts` are named values for the sentence.
    Facts are public: never a choice, a credential, a key or a name of a resident.
    `key` is what the message catalogue is asked for, as `error.<family>.<code>`.
    """

    family: ClassVar[str] = "urna"

    def __init__(self, code: StrEnum, /, **facts: str | int) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __reduce__(self) -> tuple[Callable[..., Refusal], tuple[StrEnum]]:
        """So that a refusal in another process is the same here."""
        return partial(type(self), **self.facts), (self.code,)

    @property
    def key(self) -> str:
        """The entry of this refusal in the message catalogue."""
        return f"error.{self.family}.{self.code}"

    def __str__(self) -> str:
        """Code and facts, for a log or a traceback."""
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.family}.{self.code}" + (f" ({told})" if told else "")
