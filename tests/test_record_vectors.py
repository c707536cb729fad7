# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of `urna-entry/v1`: what each file says holds, and is refused where it says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import ballots
from ballots import canonical
from ballots.one_slip import LOTTERY, home
from ballots.record.bodies import DOCUMENTS, read
from ballots.record.entry import decode
from ballots.record.errors import RecordRefused
from ballots.record.forks import check_fork_proof
from ballots.record.kinds import CORRECTABLE, ERASABLE, MAY_WRITE, OF_A_POLL, Kind, Role
from ballots.record.roster import check_certificates
from ballots.seal import merkle_root, read_checkpoint, read_seal
from ballots.session import fold

Vector = dict[str, Any]
VECTORS = sorted((Path(__file__).parent / "vectors" / "record-v1").glob("*.json"))


def entry(vector: Vector) -> object:
    found = decode(bytes.fromhex(vector["bytes"]))
    assert found.encode().hex() == vector["bytes"]
    return {
        "header": json.loads(found.header_bytes),
        "signature": found.signature.hex(),
        "id": found.id.hex(),
        "body": None if found.body is None else found.body.hex(),
    }


def chain(vector: Vector) -> object:
    links = [link.encode() for link in vector["chain"]]
    found = asdict(check_certificates(links, vector["assembly"]))
    return {name: found[name] for name in ("device", "role", "name", "may_enrol")}


def fork(vector: Vector) -> object:
    found = check_fork_proof(vector["bytes"].encode())
    assert found.proof == vector["bytes"].encode()
    return {
        "assembly": found.assembly,
        "segment": found.segment,
        "number": found.number,
        "ids": list(found.ids),
    }


def body(vector: Vector) -> object:
    found = read(vector["bytes"].encode(), DOCUMENTS[Kind(vector["kind"])])
    return json.loads(found.encode())


def checkpoint(vector: Vector) -> object:
    found = read_checkpoint(vector["text"])
    return {
        "assembly": found.assembly,
        "poll": found.poll,
        "size": found.size,
        "root": found.root.hex(),
        "cut": dict(found.cut),
    }


def note(vector: Vector) -> object:
    return read_seal(vector["note"].encode(), bytes.fromhex(vector["device"])).text


def lottery(vector: Vector) -> object:
    seed = LOTTERY + bytes.fromhex(vector["seed"])
    return min(vector["trackers"], key=lambda tracker: sha256(seed + tracker.encode()).digest())


def session(vector: Vector) -> object:
    found = fold(decode(bytes.fromhex(data)) for data in vector["entries"])
    (state,) = found.polls.values()
    return {
        "assembly": found.assembly_id,
        "present": found.present,
        "slips_printed": found.slips_printed,
        "slips_issued": found.slips_issued,
        "stage": state.stage,
        "ballots": [ballot.entry for ballot in state.ballots],
        "checkpoint": state.seal.checkpoint.text if state.seal else "",
        "seed": state.seed.hex(),
        "oddities": [oddity.code for oddity in found.oddities],
    }


READERS: dict[str, Callable[[Vector], object]] = {
    "entry": entry,
    "chain": chain,
    "fork": fork,
    "body": body,
    "checkpoint": checkpoint,
    "note": note,
    "lottery": lottery,
    "session": session,
    "home": lambda vector: home(vector["credential"], vector["booths"]),
    "merkle": lambda vector: merkle_root([bytes.fromhex(x) for x in vector["leaves"]]).hex(),
    "canonical": lambda vector: canonical.encode(vector["value"]).hex(),
}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_vector_holds(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    reader = READERS[vector["of"]]
    if "refused" in vector:
        with pytest.raises(RecordRefused) as refused:
            reader(vector)
        assert refused.value.code == vector["refused"]
    else:
        assert reader(vector) == vector.get("expected", vector.get("bytes"))


def test_there_are_vectors_of_everything_valid_and_refused() -> None:
    vectors = [json.loads(path.read_text(encoding="utf-8")) for path in VECTORS]
    assert {vector["of"] for vector in vectors} == set(READERS)
    refused = {vector["of"] for vector in vectors if "refused" in vector}
    assert refused == {"entry", "chain", "fork", "body", "checkpoint", "note"}


SPECIFICATION = (Path(ballots.__file__).parent / "RECORD.md").read_text(encoding="utf-8")
YES = {"yes": True, "": False}


def test_the_worked_values_of_the_specification_are_those_of_the_vectors() -> None:
    for name in ("entry-opening", "entry-ballot", "lottery"):
        vector = json.loads((VECTORS[0].parent / f"{name}.json").read_text(encoding="utf-8"))
        worked = vector["seed"] if name == "lottery" else vector["expected"]["id"]
        assert worked in SPECIFICATION


def test_the_table_of_kinds_in_the_specification_is_what_is_enforced() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in SPECIFICATION.splitlines()
        if line.startswith("| `") and line.count("|") == 7
    ]
    letters = {"F": Role.FACILITATOR, "D": Role.DESK, "B": Role.BOOTH, "H": Role.HUB}
    told = {}
    for kinds, who, _, *marks in rows:
        roles = set(Role) if who == "all" else {letters[letter] for letter in who.split(", ")}
        for kind in kinds.split(", "):
            told[Kind(kind.strip("`"))] = (roles, *(YES[mark] for mark in marks))
    assert told == {
        kind: (
            {role for role in Role if kind in MAY_WRITE[role]},
            kind in OF_A_POLL,
            kind in ERASABLE,
            kind in CORRECTABLE,
        )
        for kind in Kind
    }
