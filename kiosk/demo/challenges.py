# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a resident takes home from a challenge, kept for whoever looks at the demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from hardware.simulated.paper import save_picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A paper, the code that was printed on it before the choice, and what its square says."""

    tracker: str
    opening: bytes = field(repr=False)
    paper: Image.Image = field(repr=False)


def keep(challenges: Sequence[Challenge], folder: Path) -> None:
    """Each paper as a picture, numbered from 1, beside the text that a reader reads from it."""
    for number, challenge in enumerate(challenges, 1):
        save_picture(challenge.paper, folder / f"{number}.png")
        (folder / f"{number}.txt").write_bytes(challenge.opening + b"\n")


def next_line(challenges: Sequence[Challenge], out: Path) -> str:
    """What to type to check the first of them."""
    square, bundle = out / "challenges" / "1.txt", out / "bundle.urna"
    commitment = challenges[0].tracker
    return f"urna verify-challenge {square} --election {bundle} --commitment {commitment}"
