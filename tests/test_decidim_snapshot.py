# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder with what was read from Decidim: written once, verified whenever it is read."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from ballots import canonical
from sync.decidim.address import Wish
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.rows import ComponentRow, Kind, SpaceRow
from sync.decidim.reading.snapshot import (
    FORMAT,
    Pull,
    SpaceName,
    read_pull,
    read_snapshot,
    write_pull,
    write_rows,
)
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.durable import keep

TITLE = {"ca": "Procés Exemple"}
SPACE = SpaceRow(
    id="7", kind="process", slug="exemple", title=TITLE, description={}, url="https://x.example/7"
)
COMPONENTS = [
    ComponentRow(id=id_, kind="Proposals", name=TITLE, weight=None, url="") for id_ in ("12", "9")
]


def laid_down(folder: Path, *, finished: bool = True) -> Path:
    files = {"raw/0001.json": sha256(b"{}").hexdigest()}
    (folder / "raw").mkdir(parents=True, exist_ok=True)
    keep(folder / "raw/0001.json", b"{}")
    files |= write_rows(folder, {Kind.SPACE: [SPACE], Kind.COMPONENTS: COMPONENTS})
    pull = Pull(
        format=FORMAT,
        address="https://x.example",
        space=SpaceName(kind="process", id="7", slug="exemple", title=TITLE),
        rung="0.31",
        finished=finished,
        files=files,
    )
    write_pull(folder, pull)
    return folder


def refused(folder: Path) -> DecidimProblem:
    with pytest.raises(DecidimRefused) as caught:
        read_snapshot(folder)
    return caught.value.code


def test_what_was_written_is_read(tmp_path: Path) -> None:
    snapshot = read_snapshot(laid_down(tmp_path))
    assert snapshot.space == SPACE
    assert [each.id for each in snapshot.components] == ["9", "12"]
    assert snapshot.proposals == ()
    assert snapshot.pull == read_pull(tmp_path)


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    one, two = laid_down(tmp_path / "1"), laid_down(tmp_path / "2")
    assert {p.name: p.read_bytes() for p in one.rglob("*.jsonl")} == {
        p.name: p.read_bytes() for p in two.rglob("*.jsonl")
    }


@pytest.mark.parametrize("name", ["raw/0001.json", "rows/components.jsonl", "pull.json"])
def test_a_changed_file_is_found(tmp_path: Path, name: str) -> None:
    path = laid_down(tmp_path) / name
    path.write_bytes(path.read_bytes() + b" ")
    assert refused(tmp_path) is DecidimProblem.SNAPSHOT_DAMAGED


def test_a_lost_file_is_found(tmp_path: Path) -> None:
    (laid_down(tmp_path) / "rows" / "space.jsonl").unlink()
    assert refused(tmp_path) is DecidimProblem.SNAPSHOT_DAMAGED


def test_a_pull_on_its_way_is_no_snapshot(tmp_path: Path) -> None:
    assert refused(laid_down(tmp_path, finished=False)) is DecidimProblem.SNAPSHOT_UNFINISHED
    assert not read_pull(tmp_path).finished


def test_a_folder_without_a_pull_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path) is DecidimProblem.SNAPSHOT_MISSING


def test_a_space_whose_parts_are_not_told_is_no_empty_space(tmp_path: Path) -> None:
    told = {"data": {"space": {"id": "1", "slug": "drac", "title": None, "components": None}}}
    wish = Wish(kind="assembly", space="1")
    with pytest.raises(DecidimRefused) as refused:
        pull("https://a.example", wish, tmp_path, lambda _: canonical.encode(told), _unwatched)
    assert refused.value.code is DecidimProblem.SPACE_BROKEN


def _unwatched(_kind: object, _count: int) -> None:
    pass
