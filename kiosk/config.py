# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one kiosk is told about itself: `kiosk.toml` → a frozen `Config`.

An unknown key is an error.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import LANGUAGES

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


class Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses of devices as `hardware.attach` reads them; empty means that there is none."""

    printer: str = ""
    scanner: str = ""


class Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The panel: pixels, pixels per inch, and the three colours of the house (`#rrggbb`)."""

    width: int = 800
    height: int = 480
    dpi: int = 131
    primary: str = "#1f3a5f"
    secondary: str = "#f4f1ea"
    accent: str = "#8a1c2b"

    def __post_init__(self) -> None:
        """Refuses sizes that no panel has; a width is a multiple of 4, else pictures shear."""
        if not (320 <= self.width <= 3840 and self.width % 4 == 0):
            raise ValueError("width")
        if not 240 <= self.height <= 2160:
            raise ValueError("height")
        if not 60 <= self.dpi <= 400:
            raise ValueError("dpi")
        for colour in (self.primary, self.secondary, self.accent):
            if not _COLOUR.match(colour):
                raise ValueError(colour)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kiosk. `languages` are offered in this order; `holders_wait` in seconds.

    `holders_wait` is how long a receipt waits for others to sign that they hold the vote.
    """

    devices: Devices = Devices()
    screen: Screen = Screen()
    languages: tuple[str, ...] = LANGUAGES
    holders_wait: float = 1.0
    speech: bool = False

    def __post_init__(self) -> None:
        """Refuses languages that have no catalogue and waits outside 0..10 seconds."""
        if not self.languages or not set(self.languages) <= set(LANGUAGES):
            raise ValueError("languages")
        if not 0 <= self.holders_wait <= 10:
            raise ValueError("holders_wait")


def read_config(text: str, *, path: str) -> Config:
    """Parse the text of a `kiosk.toml`; `path` is only named in refusals."""
    try:
        return msgspec.convert(tomllib.loads(text), Config)
    except tomllib.TOMLDecodeError as error:
        raise KioskRefused(KioskProblem.CONFIG_SYNTAX, path=path, detail=str(error)) from error
    except (msgspec.ValidationError, ValueError) as error:
        raise KioskRefused(KioskProblem.CONFIG_VALUE, path=path, detail=str(error)) from error


def load_config(path: Path) -> Config:
    """Read a `kiosk.toml` from disk."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KioskRefused(KioskProblem.NOT_TEXT, path=str(path)) from error
    return read_config(text, path=str(path))
