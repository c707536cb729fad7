# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sticks with requests and answers on them, and with whatever else strangers put there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ballots.record.kinds import Role
from ballots.signing import SecretKey
from kiosk import sticks
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.sticks import Sticks
from sync.errors import SyncError, SyncProblem
from sync.pairing.papers import request

ASKED = request(SecretKey.from_seed(bytes(32)), "Cabina 3", Role.BOOTH)
OTHER = request(SecretKey.from_seed(bytes([1]) * 32), "Cabina 4", Role.BOOTH)


def test_where_there_is_no_stick_nothing_is_written(tmp_path: Path) -> None:
    nowhere = Sticks((tmp_path / "none",))
    assert nowhere.write(ASKED) == ""
    assert nowhere.answer_to(ASKED) is None


def test_only_what_is_mounted_is_a_stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "user" / "STICK").mkdir(parents=True)
    monkeypatch.setattr(sticks, "MOUNTED", (tmp_path,))
    assert Sticks().write(ASKED) == ""
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "STICK")
    name = Sticks().write(ASKED)
    assert (tmp_path / "user" / "STICK" / name).read_bytes() == ASKED


def test_requests_of_several_kiosks_share_a_stick(tmp_path: Path) -> None:
    stick = Sticks((tmp_path,))
    assert stick.write(ASKED) != stick.write(OTHER)
    assert stick.write(ASKED) == stick.write(ASKED)
    assert len(list(tmp_path.iterdir())) == 2
    assert stick.answer_to(ASKED) is None


def test_a_request_is_never_written_through_a_link(tmp_path: Path) -> None:
    stick = Sticks((tmp_path,))
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    path = tmp_path / stick.write(ASKED)
    path.unlink()
    path.symlink_to(victim)
    with pytest.raises(KioskRefused) as refused:
        stick.write(ASKED)
    assert refused.value.code is KioskProblem.FOLDER_NOT_WRITABLE
    assert victim.read_text(encoding="utf-8") == "mine"


def test_what_is_no_plain_short_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sticks, "MOST_BYTES", 100)
    (tmp_path / "folder.enrol").mkdir()
    os.mkfifo(tmp_path / "pipe.enrol")
    (tmp_path / "zero.enrol").symlink_to("/dev/zero")
    (tmp_path / "long.enrol").write_bytes(b'"urna-answer/v1"' * 100)
    (tmp_path / "answer.txt").write_bytes(b'"urna-answer/v1"')
    assert Sticks((tmp_path,)).answer_to(ASKED) is None


@pytest.mark.parametrize("content", [b'"urna-answer/v1"', b'\xff{"urna-answer/v1"}', b""])
def test_what_is_no_answer_is_refused_and_not_taken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "answer.enrol").write_bytes(content)
    if not content:
        assert Sticks((tmp_path,)).answer_to(ASKED) is None
        return
    with pytest.raises(SyncError) as refused:
        Sticks((tmp_path,)).answer_to(ASKED)
    assert refused.value.code is SyncProblem.PAIRING_FORM
