# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are complete and on disk under their name, or not there under it."""

from __future__ import annotations

import os
from pathlib import Path


def draft_of(path: Path) -> Path:
    """Where the file is prepared: beside its place, so that it can be renamed into it."""
    return path.with_name(path.name + ".new")


def put_in_place(draft: Path, path: Path) -> None:
    """Give a draft that is on disk its name, durably. What bore the name before is replaced."""
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
