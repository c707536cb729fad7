# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file of a ledger: one for each space of a platform, wherever its pulls and plans lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Final

from ballots.record.errors import RecordRefused
from sync.decidim.handing_over.ledger import Ledger, read_ledger
from sync.decidim.reading.snapshot import Pull
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.durable import keep

_UNFIT: Final = re.compile(r"[^a-z0-9.-]+")


def ledger_of(pull: Pull, environment: Mapping[str, str]) -> Path:
    """Where the ledger of a space lies, for whoever is at this machine (XDG base directories).

    Raises:
        DecidimRefused: `ledger-needed`, for a pull from files, which do not tell the platform.
    """
    if not pull.address or pull.space is None:
        raise DecidimRefused(DecidimProblem.LEDGER_NEEDED)
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    host = _UNFIT.sub("-", pull.address.partition("://")[2].lower())
    return Path(home) / "urna" / "decidim" / f"{host}-{pull.space.kind}-{pull.space.id}.json"


def load_ledger(path: Path) -> Ledger:
    """The ledger of a file; an empty one where there is no file.

    Raises:
        DecidimRefused: `ledger-damaged`.
    """
    try:
        return read_ledger(path.read_bytes())
    except FileNotFoundError:
        return Ledger()
    except (OSError, RecordRefused) as error:
        raise DecidimRefused(DecidimProblem.LEDGER_DAMAGED, path=str(path)) from error


def save_ledger(path: Path, ledger: Ledger) -> None:
    """Put a ledger in place, durably.

    Raises:
        OSError: it cannot be written; the old one is as it was.
    """
    keep(path, ledger.encode())


@contextmanager
def held_ledger(path: Path) -> Iterator[None]:
    """Meanwhile no other program hands anything over by this ledger.

    Raises:
        DecidimRefused: `ledger-held` while one does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("wb") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except OSError as error:
            raise DecidimRefused(DecidimProblem.LEDGER_HELD, path=str(path)) from error
        yield
