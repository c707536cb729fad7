# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of `urna-bundle/v1` and `urna-sync`; files are added and never edited."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.bundle import read_bundle
from sync.errors import SyncError
from sync.wire import Deframer, encode

VECTORS = Path(__file__).parent / "vectors"
BUNDLES = VECTORS / "bundle-v1"


def vectors(folders: str, *, refused: bool) -> list[Path]:
    files = sorted(VECTORS.glob(f"{folders}/*.json"))
    return [file for file in files if file.name.startswith("refused-") is refused]


def told(file: Path) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return vector


def name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


@pytest.mark.parametrize("file", vectors("bundle-v1", refused=False), ids=name)
def test_a_bundle_holds_what_its_vector_says(file: Path) -> None:
    vector = told(file)
    bundle = read_bundle(BUNDLES / vector["file"])
    assert {
        "about": vector["about"],
        "file": bundle.path.name,
        "sha256": bundle.sha256,
        "assembly": bundle.manifest.assembly,
        "signer": bundle.signer.device,
        "entries": [entry.id.hex() for entry in bundle.entries()],
        "withheld": sum(entry.body is None for entry in bundle.entries()),
        "elections": {
            uuid: sha256(bundle.election(uuid)).hexdigest() for uuid in bundle.elections()
        },
        "sidecar": bundle.sidecar() is not None,
    } == vector


@pytest.mark.parametrize("file", vectors("bundle-v1", refused=True), ids=name)
def test_a_changed_bundle_is_refused(file: Path, tmp_path: Path) -> None:
    vector = told(file)
    content = bytearray((BUNDLES / vector["of"]).read_bytes())
    changed = bytes.fromhex(vector["bytes"])
    content[vector["at"] : vector["at"] + len(changed)] = changed
    (tmp_path / "changed.urna").write_bytes(content)
    with pytest.raises(SyncError) as caught:
        read_bundle(tmp_path / "changed.urna")
    assert (caught.value.code, caught.value.facts["part"]) == (vector["error"], vector["part"])


@pytest.mark.parametrize("file", vectors("sync-v*", refused=False), ids=name)
def test_a_frame_holds_what_its_vector_says(file: Path) -> None:
    vector = told(file)
    (message,) = Deframer().feed(bytes.fromhex(vector["frame"]))
    assert encode(message).hex() == vector["frame"]
    plain = msgspec.to_builtins(message, builtin_types=(bytes,))
    assert json.loads(json.dumps(plain, default=bytes.hex)) == vector["fields"]


@pytest.mark.parametrize("file", vectors("sync-v*", refused=True), ids=name)
def test_a_frame_is_refused_as_its_vector_says(file: Path) -> None:
    vector = told(file)
    with pytest.raises(SyncError) as caught:
        Deframer().feed(bytes.fromhex(vector["frame"]))
    assert caught.value.code == vector["error"]
