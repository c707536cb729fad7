# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is kept is whole and on disk, or what was there before still is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.durable import keep


def test_what_is_kept_is_read_back_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "paper"
    for content in (b"first", b"", b"second"):
        keep(path, content)
        assert path.read_bytes() == content
        assert list(tmp_path.iterdir()) == [path]


def test_a_link_that_a_stranger_laid_is_not_followed(tmp_path: Path) -> None:
    mine, stick = tmp_path / "mine", tmp_path / "stick"
    mine.write_bytes(b"mine")
    stick.mkdir()
    for name in ("paper", "paper.new"):
        (stick / name).symlink_to(mine)
    keep(stick / "paper", b"words")
    assert mine.read_bytes() == b"mine"
    assert [(each.name, each.read_bytes()) for each in stick.iterdir()] == [("paper", b"words")]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_who_may_read_it_is_decided_before_it_is_written(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "paper"
    path.touch(0o666)
    keep(path, b"words", mode=mode)
    assert path.stat().st_mode & 0o777 == mode


def test_where_no_stick_is_no_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        keep(tmp_path / "stick" / "paper", b"words")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "paper"
    keep(path, b"before")

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        keep(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_content_is_on_disk_before_it_has_its_name_and_the_name_before_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "paper", []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        synced.append((name, path.exists()))

    monkeypatch.setattr(os, "fsync", watched)
    keep(path, b"words")
    assert synced == [("paper.new", False), (tmp_path.name, True)]
