# SPDX-License-Identifier: AGPL-3.0-or-later
"""The roll: the public credentials that may vote, and what each vote weighs (ELECTION.md §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from ballots.election.groups.elements import Group, read_key
from ballots.election.numerals import decode, encode, is_decimal

MAX_WEIGHT = 10**11


def roll_document(credentials: Iterable[str]) -> bytes:
    """The roll of these public credentials, sorted so that it tells no order of printing."""
    return encode(sorted(credentials))


def weighted_roll_document(weights: Mapping[str, int]) -> bytes:
    """The roll of these public credentials with what their votes weigh, 10^11 in all; sorted."""
    total = 0
    for line, credential in enumerate(sorted(weights), 1):
        total += weights[credential]
        if weights[credential] < 0 or total > MAX_WEIGHT:
            raise ElectionRefused(ElectionProblem.ROLL, line=line)
    return roll_document(
        credential if weight == 1 else f"{credential},{weight}"
        for credential, weight in weights.items()
    )


def read_roll(group: Group, document: bytes) -> Mapping[str, int]:
    """Public credential → weight, 1 unless a line says otherwise.

    Lines are `key`, `key,weight` or `key,weight,username`, where the weight of the last may be
    left empty. `ROLL` names the first line that is not one, whose key stands above already, or
    with which all weigh more than 10^11.
    """
    roll: dict[str, int] = {}
    total = 0
    for number, line in enumerate(decode(document, tuple[str, ...], "credentials"), 1):
        with at(f"credential:{number}"):
            credential, weight = _read_line(line, number)
            read_key(group, credential)
            total += weight
            if credential in roll or total > MAX_WEIGHT:
                raise ElectionRefused(ElectionProblem.ROLL, line=number)
        roll[credential] = weight
    return MappingProxyType(roll)


def _read_line(line: str, number: int) -> tuple[str, int]:
    credential, *more = line.split(",")
    weight = "1" if not more or (more[0] == "" and len(more) == 2) else more[0]
    if len(more) > 2 or not is_decimal(weight, digits=12) or int(weight) > MAX_WEIGHT:
        raise ElectionRefused(ElectionProblem.ROLL, line=number)
    return credential, int(weight)
