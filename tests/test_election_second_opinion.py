# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a tool that we did not write says of our archives: belenios-tool 2.0 of Debian 12."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.small_elections import UUID, small_archive

TOOL = shutil.which("belenios-tool") or ""


def version() -> str:
    if not TOOL:
        return ""
    return subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout


def second_opinion(
    data: bytes, folder: Path, uuid: str = UUID
) -> subprocess.CompletedProcess[str]:
    if not version().startswith("2."):
        pytest.skip("belenios-tool 2.x is not installed (Debian 12: apt install belenios-tool)")
    (folder / f"{uuid}.bel").write_bytes(data)
    command = [TOOL, "election", "verify", "--dir", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("size", "threshold"), [(1, 1), (3, 2)])
def test_belenios_tool_accepts_our_elections(size: int, threshold: int, tmp_path: Path) -> None:
    told = second_opinion(small_archive("BELENIOS-2048", size=size, threshold=threshold), tmp_path)
    assert told.returncode == 0, told.stderr
    assert "all checks passed" in told.stderr


def test_belenios_tool_refuses_one_byte_changed(tmp_path: Path) -> None:
    data = bytearray(small_archive("BELENIOS-2048"))
    data[9000] ^= 1
    assert second_opinion(bytes(data), tmp_path).returncode != 0
