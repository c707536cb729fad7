# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder with what was read from Decidim: `pull.json`, `raw/NNNN.json`, `rows/KIND.jsonl`.

`pull.json` is written last, so that it never names a file that is not on disk. While it says
`finished: false`, the folder is a pull on its way and no snapshot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from ballots import canonical
from ballots.record.errors import RecordRefused
from ballots.record.shapes import Hex64
from sync.decidim.address import Wish
from sync.decidim.reading.rows import (
    ROWS,
    BudgetRow,
    ComponentRow,
    Id,
    Kind,
    MeetingRow,
    ProjectRow,
    ProposalRow,
    ResultRow,
    Row,
    SpaceRow,
    SurveyRow,
    Texts,
)
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.durable import keep

FORMAT: Final = "urna-decidim-pull/v1"
PULL: Final = "pull.json"

T = TypeVar("T", bound=Row)
FileName = Annotated[str, Meta(pattern=r"\A(raw/[0-9]{4,6}\.json|rows/[a-z]+\.jsonl)\Z")]


class SpaceName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which space it is, as `pull.json` tells it."""

    kind: Literal["process", "assembly"]
    id: Id
    slug: str
    title: Texts


class Pull(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """`pull.json`. `files` holds the SHA-256 of every other file of the folder.

    `address` is where Decidim answers, empty for files; `rung` the oldest field set that was
    needed, or `files`. `wish` tells pulls into one folder apart, `requests` holds the SHA-256 of
    the request behind each raw answer, `sources` that of each file read. `unseen` names, by kind,
    the fields of which the source says nothing: there, empty means nothing. Where `id` is among
    them, nothing of the kind was looked for.
    """

    format: Literal["urna-decidim-pull/v1"]
    address: str
    space: SpaceName | None
    rung: str
    finished: bool
    files: dict[FileName, Hex64]
    version: str = ""
    wish: str = ""
    requests: dict[FileName, Hex64] = {}
    sources: dict[str, Hex64] = {}
    unseen: dict[Kind, tuple[str, ...]] = {}

    def saw(self, kind: Kind, field: str = "id") -> bool:
        """Whether the source tells such things, or this of them."""
        return field not in self.unseen.get(kind, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A finished pull, every file of it as `pull.json` says."""

    pull: Pull
    space: SpaceRow
    components: tuple[ComponentRow, ...]
    meetings: tuple[MeetingRow, ...]
    proposals: tuple[ProposalRow, ...]
    budgets: tuple[BudgetRow, ...]
    projects: tuple[ProjectRow, ...]
    results: tuple[ResultRow, ...]
    surveys: tuple[SurveyRow, ...]

    @property
    def wish(self) -> Wish:
        """What is to be pulled again for the same components."""
        parts = tuple(each.id for each in self.components)
        return Wish(kind=self.space.kind, space=self.space.slug, components=parts)


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a folder, raw answers verified too.

    Raises:
        DecidimRefused: `snapshot-missing`, `snapshot-unfinished`, `snapshot-damaged`.
    """
    pull = read_pull(path)
    if not pull.finished:
        raise DecidimRefused(DecidimProblem.SNAPSHOT_UNFINISHED, path=str(path))
    for name in pull.files:
        if name.startswith("raw/"):
            verified(path, pull, name)
    spaces = _rows(path, pull, Kind.SPACE, SpaceRow)
    if len(spaces) != 1:
        raise _damaged(path, _rows_name(Kind.SPACE))
    return Snapshot(
        pull=pull,
        space=spaces[0],
        components=_rows(path, pull, Kind.COMPONENTS, ComponentRow),
        meetings=_rows(path, pull, Kind.MEETINGS, MeetingRow),
        proposals=_rows(path, pull, Kind.PROPOSALS, ProposalRow),
        budgets=_rows(path, pull, Kind.BUDGETS, BudgetRow),
        projects=_rows(path, pull, Kind.PROJECTS, ProjectRow),
        results=_rows(path, pull, Kind.RESULTS, ResultRow),
        surveys=_rows(path, pull, Kind.SURVEYS, SurveyRow),
    )


def read_pull(path: Path) -> Pull:
    """What `pull.json` says, finished or not; raises as `read_snapshot`."""
    try:
        data = (path / PULL).read_bytes()
    except OSError as error:
        raise DecidimRefused(DecidimProblem.SNAPSHOT_MISSING, path=str(path)) from error
    try:
        return canonical.decode(data, Pull)
    except RecordRefused as error:
        raise _damaged(path, PULL) from error


def write_pull(path: Path, pull: Pull) -> None:
    """Put `pull.json` in place, durably. Every file that it names must be on disk."""
    path.mkdir(parents=True, exist_ok=True)
    keep(path / PULL, canonical.encode(pull))


def write_rows(path: Path, rows: Mapping[Kind, Iterable[Row]]) -> dict[FileName, Hex64]:
    """Write a file for each kind, in the order of ids; gives the SHA-256 of each."""
    written = {}
    for kind in ROWS:
        lines = sorted(rows.get(kind, ()), key=lambda row: int(row.id))
        data = b"".join(canonical.encode(row) + b"\n" for row in lines)
        (path / _rows_name(kind)).parent.mkdir(parents=True, exist_ok=True)
        keep(path / _rows_name(kind), data)
        written[_rows_name(kind)] = hashlib.sha256(data).hexdigest()
    return written


def verified(path: Path, pull: Pull, name: str) -> bytes:
    """The bytes of a file, if they are those that `pull.json` names."""
    try:
        data = (path / name).read_bytes()
    except OSError as error:
        raise _damaged(path, name) from error
    if hashlib.sha256(data).hexdigest() != pull.files.get(name):
        raise _damaged(path, name)
    return data


def _rows(path: Path, pull: Pull, kind: Kind, type: type[T]) -> tuple[T, ...]:
    name = _rows_name(kind)
    try:
        lines = verified(path, pull, name).splitlines()
        return tuple(canonical.decode(line, type) for line in lines)
    except RecordRefused as error:
        raise _damaged(path, name) from error


def _rows_name(kind: Kind) -> str:
    return f"rows/{kind}.jsonl"


def _damaged(path: Path, name: str) -> DecidimRefused:
    return DecidimRefused(DecidimProblem.SNAPSHOT_DAMAGED, path=str(path), file=name)
