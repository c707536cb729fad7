# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written from the specification alone comes to the same judgement."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

import ballots.election
from tests import plain_groups, plain_verifier
from tests.small_elections import VECTORS
from tests.test_election_facts import VECTORS as FACTS
from tests.test_election_facts import bytes_of, vector_at

PAGE = (Path(ballots.election.__file__).parent / "ELECTION.md").read_text("utf-8")
WHOLE = [path for path in FACTS if path.stem.startswith(("archive-", "records-"))]
OTHERS = ["v33-b2048-threshold", "v33-ed25519-lists", "v33-ed25519-nh-two"]
TAMPERED = json.loads((VECTORS / "tampered" / "index.json").read_text())


def accepts(data: bytes) -> bool:
    try:
        plain_verifier.verify(PAGE, data)
    except plain_groups.Refused:
        return False
    return True


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_it_judges_the_vectors_as_they_say(path: Path) -> None:
    vector = vector_at(path)
    assert accepts(bytes_of(vector)) is ("refused" not in vector)


@pytest.mark.parametrize("case", TAMPERED, ids=lambda case: case["file"])
def test_it_refuses_what_others_forged(case: dict[str, str]) -> None:
    data = (VECTORS / "tampered" / case["file"]).read_bytes()
    assert accepts(data) is (case["should"] == "accept")


@pytest.mark.parametrize("name", OTHERS)
def test_it_counts_what_belenios_counted(name: str) -> None:
    counted = plain_verifier.verify(PAGE, (VECTORS / name / "election.bel").read_bytes())
    assert counted == json.loads((VECTORS / name / "result.json").read_text())["result"]


@pytest.mark.parametrize("module", [plain_groups, plain_verifier])
def test_it_leans_on_nothing_of_ours(module: object) -> None:
    source = Path(str(getattr(module, "__file__", ""))).read_text("utf-8")
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    } | {
        name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for name in node.names
    }
    strange = {it for it in imported if it.split(".")[0] not in sys.stdlib_module_names}
    assert strange <= {"tests.plain_groups"}
