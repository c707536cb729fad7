# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of `urna-receipts/v1` and `urna-proof/v1`; files are added and never edited."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any

import msgspec
import pytest

import ballots
from ballots.receipts.code import read_code
from ballots.receipts.errors import ReceiptRefused
from ballots.receipts.held import Holding, read_symbol
from ballots.receipts.inclusion import audit_path, root_above
from ballots.receipts.listing import leaf, read_sidecar, root_of
from ballots.receipts.proof import read_proof
from ballots.seal import merkle_root
from kiosk.published_list import read_list

Vector = dict[str, Any]
VECTORS = sorted((Path(__file__).parent / "vectors" / "receipts-v1").glob("*.json"))
SPECIFICATION = (Path(ballots.__file__).parent / "RECEIPTS.md").read_text(encoding="utf-8")


def told(path: Path) -> Vector:
    vector: Vector = json.loads(path.read_text(encoding="utf-8"))
    return vector


def path(vector: Vector) -> object:
    leaves = [bytes.fromhex(each) for each in vector["leaves"]]
    steps = audit_path(leaves, vector["index"])
    return {"path": [step.hex() for step in steps], "root": merkle_root(leaves).hex()}


def climb(vector: Vector) -> object:
    steps = [bytes.fromhex(step) for step in vector["path"]]
    root = root_above(bytes.fromhex(vector["leaf"]), vector["index"], vector["size"], steps)
    return root is not None and root.hex() == vector["root"]


def sidecar(vector: Vector) -> object:
    found = read_sidecar(vector["bytes"].encode())
    assert found.encode() == vector["bytes"].encode()
    return msgspec.to_builtins(found.elections)


def published(vector: Vector) -> object:
    return [
        {
            "title": poll.title,
            "election": poll.election,
            "root": poll.root,
            "computed": poll.computed,
            "trackers": list(poll.trackers),
            "challenged": list(poll.challenged),
        }
        for poll in read_list(vector["text"].encode())
    ]


def proof(vector: Vector) -> object:
    found = read_proof(vector["bytes"].encode())
    assert found.encode() == vector["bytes"].encode()
    return {
        "tracker": found.tracker,
        "election": found.election,
        "assembly": found.sealed.header.assembly,
        "size": found.sealed.size,
        "index": found.sealed.index,
        "seal": found.sealed.checkpoint.root.hex(),
        "devices": [each.name for each in found.sealed.cosigners],
        "place": found.listed.index + 1,
        "of": found.listed.size,
        "root": found.listed.root.hex(),
    }


def code(vector: Vector) -> object:
    found = read_code(vector["text"])
    return {"tracker": found.tracker, "election": found.election}


def held(vector: Vector) -> object:
    return [[each.prefix.hex(), each.signature.hex()] for each in read_symbol(vector["text"])]


def signed(vector: Vector) -> object:
    holding = Holding(
        assembly=vector["assembly"], election=vector["election"], tracker=vector["tracker"]
    )
    return holding.is_signed_by(vector["device"], bytes.fromhex(vector["signature"]))


READERS: dict[str, Callable[[Vector], object]] = {
    "path": path,
    "climb": climb,
    "leaf": lambda vector: leaf(vector["tracker"]).hex(),
    "root": lambda vector: root_of(vector["trackers"]).hex(),
    "sidecar": sidecar,
    "list": published,
    "proof": proof,
    "code": code,
    "held": held,
    "held-signed": signed,
}


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_the_vector_holds(file: Path) -> None:
    vector = told(file)
    reader = READERS[vector["of"]]
    if vector.get("refused") is True:
        assert reader(vector) is False
    elif "refused" in vector:
        with pytest.raises(ReceiptRefused) as caught:
            reader(vector)
        assert caught.value.code == vector["refused"]
        stated = {"line", "what"} & set(vector)
        facts = {name: vector[name] for name in stated} or vector.get("facts", {})
        assert caught.value.facts == facts
    else:
        assert reader(vector) == vector["expected"]


def test_there_are_vectors_of_everything_valid_and_refused() -> None:
    vectors = [told(file) for file in VECTORS]
    assert {vector["of"] for vector in vectors} == set(READERS)
    refused = {vector["of"] for vector in vectors if "refused" in vector}
    assert refused == {"climb", "sidecar", "list", "proof", "code", "held", "held-signed"}


def test_the_example_of_the_specification_is_that_of_the_vectors() -> None:
    vector = told(VECTORS[0].parent / "root-3.json")
    assert vector["expected"] in SPECIFICATION
    assert all(tracker in SPECIFICATION for tracker in vector["trackers"])
    assert told(VECTORS[0].parent / "leaf.json")["expected"] in SPECIFICATION


@pytest.mark.skipif(which("perl") is None, reason="perl is not installed")
@pytest.mark.parametrize(
    ("name", "said"), [("list", "holds"), ("list-other-root", "DOES NOT HOLD")]
)
def test_the_program_of_the_specification_tells_a_list_that_was_changed(
    tmp_path: Path, name: str, said: str
) -> None:
    """The ten lines that anybody may copy are run as they stand there."""
    (program,) = re.findall(r"```perl\n(.*?)```", SPECIFICATION, re.DOTALL)
    assert len(program.splitlines()) == 10
    vector = told(VECTORS[0].parent / f"{name}.json")
    (tmp_path / "root.pl").write_text(program, encoding="utf-8")
    (tmp_path / "trackers.txt").write_text(vector["text"], encoding="utf-8")
    ran = subprocess.run(
        ["perl", "root.pl", "trackers.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == f"{said}: {vector['expected'][0]['root']}\n"
    assert ran.stderr == ""
