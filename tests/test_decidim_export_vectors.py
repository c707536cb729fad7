# SPDX-License-Identifier: AGPL-3.0-or-later
"""One fact of an exported file each: what is read of it, or what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.decidim.exported.errors import ImportRefused
from sync.decidim.exported.findings import Exported, Findings

VECTORS = Path(__file__).parent / "vectors" / "exported"
FILES = sorted(path for path in VECTORS.iterdir() if path.suffix != ".said")


def said_of(path: Path) -> dict[str, Any]:
    """The fields that say something, by kind; or each problem, with its file and place."""
    findings = Findings()
    problems = []
    try:
        findings.take(Exported(path.name, path.read_bytes()))
        problems = findings.problems
    except ImportRefused as refused:
        problems = list(refused.problems)
    if problems:
        told = [
            [each.code, each.file, each.line, each.column, dict(each.facts)] for each in problems
        ]
        return {"problems": told}
    rows: dict[str, list[Any]] = {}
    for (kind, _), found in findings.found.items():
        fields = json.loads(msgspec.json.encode(found.row))
        said = {name: value for name, value in fields.items() if value not in ("", None, [], {})}
        rows.setdefault(kind, []).append(said)
    return rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_file_is_read_or_refused_as_its_vector_says(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.name}.said").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(said_of(path))) == expected


def test_the_vectors_are_there_and_name_nobody() -> None:
    assert len(FILES) >= 45
    for path in VECTORS.glob("*.said"):
        assert "Exemple" not in path.read_text(encoding="utf-8")
