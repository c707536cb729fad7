# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fork and whose it is, in a file of its own: what holds, and what proves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import canonical
from ballots.record.errors import RecordRefused
from ballots.record.evidence import check_evidence, evidence
from ballots.record.forks import prove_fork
from ballots.record.kinds import Role
from kiosk.cli import main
from sync.replica import Replica
from tests.kept_records import forked
from tests.told_evenings import opened

MINE, THEIRS = forked("Cabina 1", 2, [2, 2])
PROOF = prove_fork(MINE[3], THEIRS[3])
FILE = evidence(PROOF, MINE[0])


def test_the_evidence_tells_whose_fork_it_is_and_where() -> None:
    found = check_evidence(FILE)
    assert (found.device.name, found.device.role) == ("Cabina 1", Role.BOOTH)
    assert (found.proof.number, found.proof.segment) == (3, MINE[0].header.segment)
    assert len(FILE) < 8192


def test_the_opening_of_another_segment_proves_nothing() -> None:
    with pytest.raises(RecordRefused):
        evidence(PROOF, opened("Cabina 1", Role.BOOTH, boot=5).first)


def test_an_entry_that_opens_nothing_proves_nothing() -> None:
    with pytest.raises(RecordRefused):
        evidence(PROOF, MINE[1])


def test_one_entry_twice_proves_nothing() -> None:
    with pytest.raises(RecordRefused):
        prove_fork(MINE[2], THEIRS[2])


@given(st.binary(max_size=300))
def test_any_bytes_prove_nothing(data: bytes) -> None:
    with pytest.raises(RecordRefused):
        check_evidence(data)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_changed_byte_proves_nothing(at: int, change: int) -> None:
    changed = bytearray(FILE)
    changed[at] ^= change
    with pytest.raises(RecordRefused):
        check_evidence(bytes(changed))


@pytest.mark.parametrize("wrong", [None, 1, "", [], "zz", "00"])
def test_a_wrong_value_in_any_field_proves_nothing(wrong: object) -> None:
    for name in ("opening", "proof", "format"):
        with pytest.raises(RecordRefused):
            check_evidence(canonical.encode(json.loads(FILE) | {name: wrong}))


def test_anybody_can_verify_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "fork.urna-fork"
    path.write_bytes(FILE)
    assert main(["verify", str(path)]) == 0
    assert "Cabina 1" in capsys.readouterr().out
    path.write_bytes(FILE[:-1])
    assert main(["verify", str(path)]) == 1


def test_whoever_has_the_record_can_hand_it_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Replica.open(tmp_path / "record.db", create=True) as replica:
        replica.add(MINE)
        replica.keep_rivals(MINE[3], THEIRS[3])
    out = tmp_path / "out"
    assert main(["sync", "evidence", str(out), "--folder", str(tmp_path)]) == 0
    (path,) = out.iterdir()
    assert f"urna verify {path}" in capsys.readouterr().out
    assert check_evidence(path.read_bytes()).device.name == "Cabina 1"
