# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder of a plan: whole, or not there.

| file | what it is |
|---|---|
| `plan.json`, `texts.json` | what would be handed over, as data |
| `plan.<language>.html` | the same to read |
| `pull/` | what Decidim said when it was made |
| `closing/` | what an administrator needs to close the meeting |
| `uploads/` | the files to upload, once the plan was applied |
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from ballots.errors import Refusal
from sync.decidim.handing_over.plan import Plan, read_plan
from sync.decidim.handing_over.texts import Texts, read_texts
from sync.decidim.reading.snapshot import PULL, Snapshot, read_snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.durable import keep, put_in_place

PLAN: Final = "plan.json"
TEXTS: Final = "texts.json"
PULLED: Final = "pull"
UPLOADS: Final = "uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFolder:
    """What lies in it, each part fitting the others."""

    path: Path
    plan: Plan
    texts: Texts
    pulled: Snapshot


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A draft beside the place; it bears the name once everything was written without error.

    Raises:
        DecidimRefused: `folder-taken`, `folder-unwritable`.
    """
    if path.exists() or path.is_symlink():
        raise DecidimRefused(DecidimProblem.FOLDER_TAKEN, path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        try:
            yield draft
            draft.chmod(0o755)
            put_in_place(draft, path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        detail = error.strerror or str(error)
        raise DecidimRefused(
            DecidimProblem.FOLDER_UNWRITABLE, path=str(path), detail=detail
        ) from error


def write_plan(folder: Path, plan: Plan, texts: Texts, pages: Mapping[str, str]) -> None:
    """Everything but the pull, which lies there already; `pages` by name of their file.

    Raises:
        OSError: it cannot be written.
    """
    keep(folder / PLAN, plan.encode())
    keep(folder / TEXTS, texts.encode())
    for name, page in pages.items():
        keep(folder / name, page.encode())


def digest_of_pull(folder: Path) -> str:
    """What ties a plan to the pull in its folder."""
    return sha256((folder / PULLED / PULL).read_bytes()).hexdigest()


def read_plan_folder(path: Path) -> PlanFolder:
    """A plan, its texts and its pull.

    Raises:
        DecidimRefused: `plan-missing`; `plan-damaged`, also where the parts are of several plans;
            as `read_snapshot`.
    """
    if not (path / PLAN).is_file():
        raise DecidimRefused(DecidimProblem.PLAN_MISSING, path=str(path))
    name = PLAN
    try:
        plan = read_plan((path / PLAN).read_bytes())
        name = TEXTS
        texts = read_texts((path / TEXTS).read_bytes())
        if not texts.fit(plan):
            raise _damaged(path, TEXTS)
        name = f"{PULLED}/{PULL}"
        if digest_of_pull(path) != plan.pull:
            raise _damaged(path, name)
    except OSError as error:
        raise _damaged(path, name) from error
    except Refusal as error:
        raise _damaged(path, name) from error
    return PlanFolder(path=path, plan=plan, texts=texts, pulled=read_snapshot(path / PULLED))


def _damaged(path: Path, name: str) -> DecidimRefused:
    return DecidimRefused(DecidimProblem.PLAN_DAMAGED, path=str(path), file=name)
