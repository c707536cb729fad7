# SPDX-License-Identifier: AGPL-3.0-or-later
"""PDF as others see it: pages as pictures, words and fonts, by poppler; skips where it is not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image


def _run(tool: str, *arguments: str) -> str:
    """What a tool of poppler prints."""
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed (apt-get install poppler-utils)")
    return subprocess.run([found, *arguments], check=True, capture_output=True, text=True).stdout


def pictures_of(document: bytes, dots_per_inch: int) -> list[Image.Image]:
    """Each page in grey."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        file.write_bytes(document)
        _run("pdftoppm", "-gray", "-r", str(dots_per_inch), str(file), f"{folder}/page")
        pages = []
        for page in sorted(Path(folder).glob("page-*.pgm")):
            with Image.open(page) as opened:
                pages.append(opened.copy())
        return pages


def words_of(document: bytes, *, by_lines: bool = False) -> str:
    """All words, runs of white space as one space: as they are read, or line by line."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        file.write_bytes(document)
        order = ["-layout"] if by_lines else []
        return " ".join(_run("pdftotext", *order, str(file), "-").split())


def fonts_of(document: bytes) -> list[str]:
    """One line per font: name and whether it is embedded."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        file.write_bytes(document)
        lines = _run("pdffonts", str(file)).splitlines()[2:]
    return [f"{line.split()[0].split('+')[-1]} {line.split()[-5]}" for line in lines]


def particulars_of(document: bytes) -> dict[str, str]:
    """Title, author, number of pages and so on, as `pdfinfo` names them."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        file.write_bytes(document)
        lines = _run("pdfinfo", str(file)).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
