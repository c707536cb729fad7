# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree over what was counted: leaves, root, sidecar, and what is not in it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.inclusion import audit_path
from ballots.receipts.listing import (
    CountedReceipts,
    Listed,
    Sidecar,
    audit_sidecar,
    leaf,
    read_sidecar,
    root_of,
)
from tests.told_evenings import OTHER_UUID, UUID

ONE, TWO, THREE = "A" * 43, "B" * 42 + "A", "a" * 42 + "A"
COMPUTED = {
    UUID: CountedReceipts.of("9c" * 32, (TWO, ONE)),
    OTHER_UUID: CountedReceipts.of("1d" * 32, ()),
}


def hashed(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def test_the_root_is_that_of_the_sorted_codes_as_printed() -> None:
    leaves = [hashed(b"\0", each.encode()) for each in (ONE, TWO, THREE)]
    by_hand = hashed(b"\1", hashed(b"\1", leaves[0], leaves[1]), leaves[2])
    assert root_of([THREE, ONE, TWO]) == root_of((ONE, TWO, THREE)) == by_hand
    assert root_of([ONE]) == leaf(ONE) == leaves[0]
    assert root_of([]) == sha256(b"").digest()


def test_a_code_that_is_not_counted_has_no_place() -> None:
    with pytest.raises(ValueError, match="not in list"):
        Listed.among([ONE, TWO], THREE)
    with pytest.raises(IndexError):
        audit_path([leaf(ONE)], 1)
    with pytest.raises(IndexError):
        audit_path([leaf(ONE)], -1)


def test_a_place_in_the_list_is_shown_without_the_list() -> None:
    listed = Listed.among([THREE, ONE, TWO], TWO)
    assert (listed.index, listed.size, len(listed.path)) == (1, 3, 2)
    for wrong in ({"tracker": ONE}, {"index": 0}, {"size": 2}, {"root": bytes(32)}, {"path": ()}):
        facts = {"tracker": TWO, "index": 1, "size": 3, "path": listed.path, "root": listed.root}
        with pytest.raises(ReceiptRefused) as caught:
            Listed(**{**facts, **wrong})  # type: ignore[arg-type]  # the table mixes fields
        assert caught.value.code is ReceiptProblem.PROOF


def checks(sidecar: bytes | None) -> list[tuple[bool, str]]:
    return [(check.passed, check.place) for check in audit_sidecar(sidecar, COMPUTED)]


def test_a_sidecar_that_says_what_the_archives_come_to_holds() -> None:
    assert read_sidecar(Sidecar(elections=COMPUTED).encode()).elections == COMPUTED
    assert checks(Sidecar(elections=COMPUTED).encode()) == [(True, "")]


def test_a_bundle_without_sidecar_is_as_good_as_before() -> None:
    assert checks(None) == []


@pytest.mark.parametrize(
    "changed",
    [
        CountedReceipts.of("9c" * 32, (THREE, ONE)),
        CountedReceipts.of("9d" * 32, (TWO, ONE)),
        CountedReceipts(archive="9c" * 32, number=3, root=COMPUTED[UUID].root),
    ],
)
def test_another_root_archive_or_number_is_told_with_its_election(
    changed: CountedReceipts,
) -> None:
    assert checks(Sidecar(elections={**COMPUTED, UUID: changed}).encode()) == [(False, UUID)]


def test_an_election_that_lacks_or_is_too_much_is_told() -> None:
    only = {UUID: COMPUTED[UUID]}
    assert checks(Sidecar(elections=only).encode()) == [(False, OTHER_UUID)]
    more = {**COMPUTED, "Thirdexamp1ess": COMPUTED[UUID]}
    assert checks(Sidecar(elections=more).encode()) == [(False, "Thirdexamp1ess")]


def test_a_sidecar_that_is_something_else_is_refused() -> None:
    (check,) = audit_sidecar(b"{}", COMPUTED)
    assert (check.passed, check.place) == (False, "sidecar.json")
    assert check.facts == {"code": "error.receipt.roots"}
