# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exact reference pictures: what people see does not change unless somebody says so.

References lie in `tests/pictures/<name>.png`. Fonts, FreeType and HarfBuzz come inside pinned
wheels, so the same pixels are expected on every machine.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import gettempdir

from PIL import Image, ImageChops

REFERENCES = Path(__file__).parent / "pictures"
ACCEPT = "URNA_ACCEPT_PICTURES"


def assert_picture(
    image: Image.Image,
    name: str,
    *,
    references: Path = REFERENCES,
    found: Path | None = None,
    accept: bool | None = None,
) -> None:
    """`image` is, pixel by pixel, the reference `name` (a path without suffix).

    With `URNA_ACCEPT_PICTURES=1` in the environment the image becomes the reference. Without,
    an image that differs is written under `found` (a folder for temporary files) to look at.
    """
    reference = references / f"{name}.png"
    if os.environ.get(ACCEPT) == "1" if accept is None else accept:
        reference.parent.mkdir(parents=True, exist_ok=True)
        image.save(reference, optimize=True)
        return
    difference = _difference(image, reference)
    if not difference:
        return
    seen = (found or Path(gettempdir()) / "urna-pictures") / f"{name}.png"
    seen.parent.mkdir(parents=True, exist_ok=True)
    image.save(seen)
    message = (
        f"the picture {name} {difference}.\nFound:    {seen}\nExpected: {reference}\n"
        f"If the new one is right: {ACCEPT}=1 make test, then look at what changed in git."
    )
    raise AssertionError(message)


def _difference(image: Image.Image, reference: Path) -> str:
    """What is different, in words; empty when nothing is."""
    if not reference.is_file():
        return "has no reference yet"
    with Image.open(reference) as opened:
        expected = opened.convert("RGB")
    actual = image.convert("RGB")
    if actual.size != expected.size:
        return f"is {actual.size} pixels, expected {expected.size}"
    box = ImageChops.difference(actual, expected).getbbox()
    return f"differs within {box}" if box else ""
