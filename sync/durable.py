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


def keep(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put content under a name, whole and on disk when this returns.

    A stick may be pulled out then, and a cord. What bore the name before is replaced. No folder
    is made: where a stick is not plugged in, its files would land on the card. No link is
    followed: a stick may be a stranger's.

    Raises:
        OSError: it cannot be written; what bore the name before is as it was.
    """
    draft = draft_of(path)
    draft.unlink(missing_ok=True)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        put_in_place(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
