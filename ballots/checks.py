# SPDX-License-Identifier: AGPL-3.0-or-later
"""One named check of a verification and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`name` is stable, dotted, of the form room.subject (`archive.order`, `ballot.proofs`).

    `place` tells where it failed (an entry, a ballot's tracker, a byte offset) and is empty when
    the check passed; `facts` say what was looked at. Nothing in it is secret.
    """

    name: str
    passed: bool
    place: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
