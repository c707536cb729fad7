# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes that are no receipt's, and lists, roots and proofs that are not what they claim."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class ReceiptProblem(StrEnum):
    """Why a code or a document about receipts is refused."""

    SHORT = "short"  # a code of which n symbols are missing
    LONG = "long"  # a code with n symbols too many
    SYMBOL = "symbol"  # a code whose symbol number `place` no receipt can have there
    SLIP = "slip"  # the code of a voting slip, which is a secret: it is not repeated
    OTHER_CODE = "other-code"  # what another of Urna's QR symbols says
    LIST = "list"  # no published list, from `line` on
    ROOTS = "roots"  # no `urna-receipts/v1`
    PROOF = "proof"  # no `urna-proof/v1`, or `what` in it does not hold
    HELD = "held"  # no `URNA:H1:` symbol


class ReceiptRefused(Refusal):
    """A code or a document about receipts that is not taken."""

    family: ClassVar[str] = "receipt"
