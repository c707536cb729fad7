# SPDX-License-Identifier: AGPL-3.0-or-later
"""Source Sans 3, the one family of screens, thermal paper and PDF, and the test of its shaper."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from PIL import ImageFont, features

from printouts.errors import PaperProblem, PaperRefused

FAMILY = "Source Sans 3"
FOLDER = Path(__file__).parent / "fonts"


class Weight(StrEnum):
    """The weights that the house uses; each value ends the name of its file."""

    REGULAR = "Regular"
    SEMIBOLD = "SemiBold"
    BOLD = "Bold"


def path(weight: Weight, folder: Path = FOLDER) -> Path:
    """The TrueType file of a weight.

    Raises:
        PaperRefused: `no-font` when the file is not installed.
    """
    file = folder / f"SourceSans3-{weight}.ttf"
    if not file.is_file():
        raise PaperRefused(PaperProblem.NO_FONT, file=file.name)
    return file


def require_shaping(version: str | None) -> None:
    """Refuses a Pillow that cannot shape; `version` is that of its raqm, None when absent.

    Pillow falls back to a layout without joining, reordering or direction and says nothing.

    Raises:
        PaperRefused: `no-shaping`.
    """
    if version is None:
        raise PaperRefused(PaperProblem.NO_SHAPING)


@cache
def face(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """A weight at `size` pixels per em, laid out by raqm (HarfBuzz and FriBidi).

    Raises:
        PaperRefused: `no-shaping` or `no-font`.
    """
    require_shaping(features.version("raqm"))
    return ImageFont.truetype(path(weight), size, layout_engine=ImageFont.Layout.RAQM)
