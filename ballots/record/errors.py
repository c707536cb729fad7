# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the record refuses: bytes that are not what they claim, and acts beyond a role."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class RecordProblem(StrEnum):
    """Why bytes, an entry, a certificate or an act is refused."""

    FORM = "form"  # not the canonical form of what should be here; `what` names it
    LENGTH = "length"  # cut short, too long, or something trails
    SIGNATURE = "signature"  # `what` is not signed by the key that it names
    BODY = "body"  # the body is missing, or is not the one that the header names
    ROLE = "role"  # `role` may not write `kind`
    CERTIFICATE = "certificate"  # a chain that does not lead from the assembly's root key
    ASSEMBLY = "assembly"  # made for another assembly
    FULL = "full"  # a segment that holds its last possible entry
    FORK = "fork"  # two entries that do not contradict each other


class RecordRefused(Refusal):
    """Bytes or acts that the record does not take."""

    family: ClassVar[str] = "record"
