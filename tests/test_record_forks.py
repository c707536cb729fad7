# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two entries with one number: the proof, and what proves nothing."""

from __future__ import annotations

import pytest

from ballots import canonical
from ballots.record.entry import Entry
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.forks import ForkProof, check_fork_proof, prove_fork
from ballots.record.kinds import Kind, Role
from tests.told_evenings import ASSEMBLY, UUID, opened


def ballot(body: bytes, *, boot: int = 0, before: int = 0) -> Entry:
    """The next ballot of a booth after `before` others: another start of the program cheats."""
    booth = opened("Cabina 1", Role.BOOTH, boot=boot)
    for _ in range(before):
        booth.write(Kind.BALLOT, b"the same", UUID)
    return booth.write(Kind.BALLOT, body, UUID)


ONE, OTHER = ballot(b"one"), ballot(b"other")


def test_the_proof_is_the_same_whoever_finds_it_and_holds_alone() -> None:
    proof = prove_fork(ONE, OTHER)
    assert proof == prove_fork(OTHER, ONE)
    low, high = sorted((ONE.id.hex(), OTHER.id.hex()))
    assert check_fork_proof(proof) == ForkProof(
        assembly=ASSEMBLY, segment=ONE.header.segment, number=1, ids=(low, high), proof=proof
    )
    assert len(proof) < 2048


@pytest.mark.parametrize(
    "other",
    [ONE, ballot(b"one", boot=1), ballot(b"one", before=1)],
    ids=["same", "segment", "number"],
)
def test_entries_that_do_not_contradict_each_other_prove_nothing(other: Entry) -> None:
    with pytest.raises(RecordRefused) as refused:
        prove_fork(ONE, other)
    assert refused.value.code is RecordProblem.FORK


def test_a_proof_with_its_halves_exchanged_is_refused() -> None:
    proof = canonical.decode(prove_fork(ONE, OTHER), dict)
    proof["halves"].reverse()
    with pytest.raises(RecordRefused) as refused:
        check_fork_proof(canonical.encode(proof))
    assert refused.value.code is RecordProblem.FORK


def test_a_proof_with_a_forged_half_is_refused() -> None:
    proof = canonical.decode(prove_fork(ONE, OTHER), dict)
    proof["halves"][0]["signature"] = proof["halves"][1]["signature"]
    with pytest.raises(RecordRefused) as refused:
        check_fork_proof(canonical.encode(proof))
    assert refused.value.code is RecordProblem.SIGNATURE
