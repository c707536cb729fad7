# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that Decidim exported → the folder that a pull through its API would have written.

All files are read before anything is written. Of the files themselves, which name authors, the
folder holds digests alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from sync.decidim.address import Wish
from sync.decidim.exported.errors import ImportRefused
from sync.decidim.exported.findings import Exported, Findings, Space
from sync.decidim.reading.pulling import Progress, begun
from sync.decidim.reading.rows import ComponentRow, Kind, Row, SpaceRow
from sync.decidim.reading.snapshot import Pull, SpaceName, write_pull, write_rows
from sync.decidim.refusals import DecidimProblem, DecidimRefused

RUNG: Final = "files"
_COMPONENTS: Final = {
    Kind.MEETINGS: "Meetings",
    Kind.PROPOSALS: "Proposals",
    Kind.PROJECTS: "Budgets",
    Kind.RESULTS: "Accountability",
}


def gather(
    files: Iterable[Exported],
    wish: Wish | None,
    components: tuple[str, ...],
    folder: Path,
    progress: Progress,
) -> Pull:
    """Write the snapshot of a space from files; of the only space in them if none is wished.

    Raises:
        ImportRefused: every problem of every file.
        DecidimRefused: the files hold no such space, or several; a folder that is not free.
    """
    findings = Findings()
    for file in files:
        findings.take(file)
    if findings.problems:
        raise ImportRefused(findings.problems)
    rows, name = _rows(findings, _space(findings, wish), components)
    for kind, found in rows.items():
        progress(kind, len(found))
    try:
        pull = begun("", (wish, components, sorted(findings.sources.items())), folder)
        pull = msgspec.structs.replace(
            pull, rung=RUNG, sources=findings.sources, unseen=findings.unseen()
        )
        folder.mkdir(parents=True, exist_ok=True)
        write_pull(folder, pull)
        written = write_rows(folder, rows)
        done = msgspec.structs.replace(pull, space=name, files=written, finished=True)
        write_pull(folder, done)
    except OSError as error:
        detail = error.strerror or str(error)
        raise DecidimRefused(
            DecidimProblem.FOLDER_UNWRITABLE, path=str(folder), detail=detail
        ) from error
    return done


def _space(findings: Findings, wish: Wish | None) -> Space:
    """The space that is wished, or the only one of which the files hold anything."""
    if wish is not None:
        for each in findings.spaces.values():
            names = (each.wish.space, each.number)
            if each.wish.kind == wish.kind and wish.space in names:
                return each
        raise DecidimRefused(DecidimProblem.SPACE_UNKNOWN, space=wish.space)
    used = {found.space for key, found in findings.found.items() if key[0] is not Kind.SPACE}
    if not used:
        raise DecidimRefused(DecidimProblem.NO_SPACE_IN_FILES)
    if len(used) > 1:
        named = sorted(f"--{each.kind} {each.space}" for each in used)
        raise DecidimRefused(DecidimProblem.SEVERAL_SPACES, known=", ".join(named))
    return findings.spaces[used.pop()]


def _rows(
    findings: Findings, space: Space, components: tuple[str, ...]
) -> tuple[dict[Kind, list[Row]], SpaceName]:
    """The rows of a space, of these components if any are named."""
    if not space.number:
        raise DecidimRefused(DecidimProblem.SPACE_UNSEEN, space=space.wish.space)
    rows: dict[Kind, list[Row]] = {kind: [] for kind in Kind}
    kinds: dict[str, str] = {}
    for (kind, _), found in findings.found.items():
        if found.space == space.wish and kind is not Kind.SPACE:
            component = found.row.component  # type: ignore[attr-defined]
            kinds.setdefault(component, _COMPONENTS.get(kind, "Budgets"))
            if not components or component in components:
                rows[kind].append(found.row)
    for wished in components:
        if wished not in kinds:
            known = ", ".join(sorted(kinds, key=int))
            raise DecidimRefused(DecidimProblem.COMPONENT_UNKNOWN, component=wished, known=known)
    rows[Kind.COMPONENTS] = list(_components(kinds, components or tuple(kinds), space.url))
    own = _space_row(findings, space)
    rows[Kind.SPACE] = [own]
    name = SpaceName(kind=own.kind, id=own.id, slug=own.slug, title=own.title)
    return rows, name


def _space_row(findings: Findings, space: Space) -> SpaceRow:
    found = findings.found.get((Kind.SPACE, f"{space.wish.kind} {space.number}"))
    if found and isinstance(found.row, SpaceRow):
        return found.row
    return SpaceRow(
        id=space.number,
        kind=space.wish.kind,
        slug=space.wish.space,
        title={},
        description={},
        url=space.url,
    )


def _components(
    kinds: Mapping[str, str], wished: tuple[str, ...], place: str
) -> Iterator[ComponentRow]:
    for id_ in wished:
        url = f"{place}/f/{id_}/"
        yield ComponentRow(id=id_, kind=kinds[id_], name={}, weight=None, url=url)
