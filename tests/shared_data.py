# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real elections with known results, where they lie beside the project; else tests skip."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.sources import ROOT

SHARED = Path(os.environ.get("URNA_SHARED", ROOT.parent / "shared")) / "data"
COUNTING = SHARED / "counting"


def real(*parts: str) -> Path:
    """A file or folder of real elections; skips the test, saying so, where there is none."""
    return shared("counting", *parts)


def shared(*parts: str) -> Path:
    """A file or folder that lies beside the project; skips the test where there is none."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} beside the project")
    return path


def unpacked(path: Path) -> bytes:
    """The bytes of a file, gzip or not."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
