# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verifiers of elections that we did not write, asked about an archive.

| oracle | what it judges | from where |
|---|---|---|
| belenios-tool 2.x | BELENIOS-2048, RFC-3526-2048 | Debian 12: `apt install belenios-tool` |
| belenios-tool 3.3, or later 3.x | every group | Debian sid, named by `BELENIOS_TOOL=/path` |
| sirona 0.0.28 | Ed25519 | npm, by `make oracles` |

`BELENIOS_TOOL` is looked at before `PATH`; the version that a tool states decides how it is asked.
Version 3.x is asked for each ballot with `election verify-ballot`, then for the whole.
A test that asks for what is not there is skipped and says what is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.forgeries import put_together, take_apart

_SIRONA = Path(__file__).parent.parent / ".oracles/node_modules/sirona/dist/cli/sirona.js"
_UUID = re.compile(rb'"uuid":"(\w+)"')
_LONGEST = 60  # seconds for one answer


class Oracle(StrEnum):
    """Who is asked."""

    BELENIOS_2 = "belenios-tool 2.x"
    BELENIOS_3 = "belenios-tool 3.x"
    SIRONA = "sirona"


_MISSING = {
    Oracle.BELENIOS_2: "belenios-tool 2.x is not installed: Debian 12 has it, or BELENIOS_TOOL",
    Oracle.BELENIOS_3: "belenios-tool 3.3 or later 3.x is not installed: BELENIOS_TOOL names one",
    Oracle.SIRONA: "sirona is not installed: `make oracles` with node, npm and a network",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What an oracle found, and its own words."""

    accepted: bool
    words: str


def require(oracle: Oracle) -> str:
    """The program that answers; skips the test where it is not installed, before any work."""
    tool = _installed(oracle)
    if not tool:
        pytest.skip(_MISSING[oracle])
    return tool


def second_opinion(oracle: Oracle, data: bytes) -> Opinion:
    """What the oracle says of a whole archive; skips the test where it is not installed."""
    tool = require(oracle)
    match oracle:
        case Oracle.BELENIOS_2:
            return _ask(data, tool, "election", "verify")
        case Oracle.BELENIOS_3:
            return _each_ballot_then_all(tool, data)
        case Oracle.SIRONA:
            return _ask(data, tool, str(_SIRONA), "election", "verify")


def _each_ballot_then_all(tool: str, data: bytes) -> Opinion:
    story = take_apart(data)
    setup = put_together(story.until("Setup"))
    for ballot in story.ballots():
        opinion = _ask(
            setup, tool, "election", "verify-ballot", "--ballot", "ballot", ballot=ballot
        )
        if not opinion.accepted:
            return opinion
    return _ask(data, tool, "election", "verify")


def _ask(data: bytes, *command: str, ballot: bytes = b"") -> Opinion:
    uuid = _UUID.search(data)
    assert uuid, "no election in it"
    with TemporaryDirectory(prefix="urna-opinion-") as folder:
        (Path(folder) / f"{uuid[1].decode()}.bel").write_bytes(data)
        (Path(folder) / "ballot").write_bytes(ballot)
        told = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_LONGEST
        )
    return Opinion(accepted=told.returncode == 0, words=told.stdout + told.stderr)


@cache
def _installed(oracle: Oracle) -> str:
    """The program, or nothing."""
    if oracle is Oracle.SIRONA:
        return shutil.which("node") or "" if _SIRONA.exists() else ""
    named = (os.environ.get("BELENIOS_TOOL"), "belenios-tool")
    tools = [tool for name in named if name and (tool := shutil.which(name))]
    return next((tool for tool in tools if _serves(oracle, _version(tool))), "")


def _serves(oracle: Oracle, version: tuple[int, int]) -> bool:
    if oracle is Oracle.BELENIOS_2:
        return version[0] == 2
    return version[0] == 3 and version >= (3, 3)


@cache
def _version(tool: str) -> tuple[int, int]:
    told = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)
    number = re.match(r"(\d+)\.(\d+)", told.stdout)
    return (int(number[1]), int(number[2])) if number else (0, 0)
