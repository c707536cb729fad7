# SPDX-License-Identifier: AGPL-3.0-or-later
"""The code of a receipt as people bring it, and what is said of one that is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ballots.receipts.code import Code, read_code
from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from printouts.identifiers import bundle_payload, challenge_payload, receipt_payload
from printouts.roll import GROUP
from tests.counted_evenings import slips
from tests.told_evenings import UUID

TRACKER = "b5/yRHNo+bQ6VnOCCQ/c7axh9VqqvldHWW/yuqjgkI8"


def refused(text: str) -> ReceiptRefused:
    with pytest.raises(ReceiptRefused) as caught:
        read_code(text)
    assert TRACKER[:8] not in str(caught.value)
    return caught.value


def test_a_code_is_read_as_it_is_printed_in_groups_and_rows() -> None:
    groups = [TRACKER[at : at + GROUP] for at in range(0, len(TRACKER), GROUP)]
    rows = [" ".join(groups[:4]), " ".join(groups[4:8]), " ".join(groups[8:])]
    for typed in (TRACKER, " ".join(groups), "\n".join(rows), f"\t{TRACKER}\u00a0\r\n"):
        assert read_code(typed) == Code(tracker=TRACKER)


@pytest.mark.parametrize("payload", [receipt_payload, challenge_payload])
def test_the_symbol_of_a_receipt_and_of_a_challenge_tells_the_election_too(
    payload: Callable[[str, str], str],
) -> None:
    assert read_code(payload(UUID, TRACKER)) == Code(tracker=TRACKER, election=UUID)
    assert read_code(f"  {payload(UUID, TRACKER)}\n") == Code(tracker=TRACKER, election=UUID)


def test_upper_and_lower_case_are_different_codes() -> None:
    assert read_code(TRACKER.swapcase()) != read_code(TRACKER)


@pytest.mark.parametrize("n", [1, 2, 42, 43])
def test_missing_symbols_are_counted(n: int) -> None:
    refusal = refused(TRACKER[: 43 - n])
    assert (refusal.code, refusal.facts) == (ReceiptProblem.SHORT, {"n": n})


def test_symbols_too_many_are_counted() -> None:
    refusal = refused(TRACKER + "AA")
    assert (refusal.code, refusal.facts) == (ReceiptProblem.LONG, {"n": 2})


@pytest.mark.parametrize("strange", ["-", "_", "=", "é", "O\u0301", "\x00"])
def test_a_symbol_that_no_code_has_is_told_by_its_place(strange: str) -> None:
    refusal = refused(TRACKER[:16] + strange[-1] + TRACKER[17:])
    assert (refusal.code, refusal.facts) == (ReceiptProblem.SYMBOL, {"place": 17})


def test_a_last_symbol_that_no_hash_ends_in_is_told() -> None:
    refusal = refused(TRACKER[:42] + "9")
    assert (refusal.code, refusal.facts) == (ReceiptProblem.SYMBOL, {"place": 43})


def test_the_secret_of_a_slip_is_recognised_and_not_repeated() -> None:
    payload = slips()[0].payload
    for typed in (payload, payload.lower(), f" {payload[:12]} {payload[12:]}"):
        refusal = refused(typed)
        assert (refusal.code, refusal.facts) == (ReceiptProblem.SLIP, {})


@pytest.mark.parametrize(
    "said",
    [bundle_payload("9c" * 32), "urna:r2:x:y", "urna:r1:short:" + TRACKER, "urna:", "URNA:R1:x"],
)
def test_another_symbol_is_no_receipt(said: str) -> None:
    assert refused(said).code is ReceiptProblem.OTHER_CODE


def test_a_symbol_with_a_code_cut_short_says_so() -> None:
    assert refused(receipt_payload(UUID, TRACKER)[:-3]).facts == {"n": 3}
