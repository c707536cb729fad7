# SPDX-License-Identifier: AGPL-3.0-or-later
"""CHALLENGE.md, held against the code: its example, its table, and the check that others write.

`light_check` is written from the description, with integers and hashes alone.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest

from ballots.election.groups.modp import BELENIOS_2048
from ballots.election.sealed.opening import check_challenge
from ballots.election.sealed.seed import SeedStream
from ballots.randomness import uniform
from tests.sources import ROOT

PAGE = (ROOT / "ballots/election/CHALLENGE.md").read_text(encoding="utf-8")
VECTORS = Path(__file__).parent / "vectors" / "challenge-v1"
GROUPS = ("ed25519", "belenios-2048")
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def vector(group: str, name: str) -> bytes:
    return (VECTORS / group / f"{name}.json").read_bytes()


def in_base64(data: bytes) -> str:
    return b64encode(sha256(data).digest()).decode().rstrip("=")


def numbers(seed: bytes, q: int) -> Iterator[int]:
    """§3, by itself."""
    stream, blocks = b"", 0
    bits = (q - 1).bit_length()
    size = -(-bits // 8)
    while True:
        while len(stream) < size:
            stream += sha512(b"urna-seal/1\0" + seed + blocks.to_bytes(8, "big")).digest()
            blocks += 1
        number = int.from_bytes(stream[:size], "big") >> (8 * size - bits)
        stream = stream[size:]
        if number < q:
            yield number


@pytest.mark.parametrize("group", GROUPS)
def test_a_ballot_is_made_again_from_the_election_and_the_opening_alone(group: str) -> None:
    ballot = check_challenge(vector(group, "election"), vector(group, "opening"))
    assert ballot.body == vector(group, "ballot")
    assert ballot.tracker == in_base64(ballot.body)
    assert list(map(list, ballot.marks)) == json.loads(vector(group, "opening"))["marks"]


def light_check(election: bytes, opening: bytes, ballot: bytes) -> list[list[int]]:
    """§4, light, in the group BELENIOS-2048: the marks."""
    said, body = json.loads(opening), json.loads(ballot)
    assert said["ballot"] == in_base64(ballot)
    assert body["election_hash"] == in_base64(election)
    p, q, g = BELENIOS_2048.p, BELENIOS_2048.q, BELENIOS_2048.g
    y = int(json.loads(election)["public_key"])
    drawn = numbers(bytes.fromhex(said["seed"]), q)
    for answer, marks in zip(body["answers"], said["marks"], strict=True):
        for pair, mark in zip(answer["choices"], marks, strict=True):
            r = next(drawn)
            assert int(pair["alpha"]) == pow(g, r, p)
            assert int(pair["beta"]) == pow(y, r, p) * pow(g, mark, p) % p
    marks_: list[list[int]] = said["marks"]
    return marks_


def test_a_check_that_shares_nothing_with_the_code_comes_to_the_same() -> None:
    election, opening, ballot = (
        vector("belenios-2048", name) for name in ("election", "opening", "ballot")
    )
    marks = light_check(election, opening, ballot)
    assert marks == list(map(list, check_challenge(election, opening).marks))
    with pytest.raises(AssertionError):
        light_check(election, opening.replace(b"[0,1,0]", b"[1,0,0]"), ballot)


@pytest.mark.parametrize("q", [ED25519_ORDER, BELENIOS_2048.q, 2**64 - 59, 5])
def test_numbers_are_drawn_from_the_stream_as_is_described(q: int) -> None:
    seed = sha256(b"some seed").digest()
    stream, described = SeedStream(seed), numbers(seed, q)
    assert [uniform(stream, q) for _ in range(50)] == [next(described) for _ in range(50)]


def example() -> str:
    """The worked example, as the code makes it."""
    said: dict[str, Any] = json.loads(vector("ed25519", "opening"))
    seed = bytes.fromhex(said["seed"])
    stream = SeedStream(seed)
    blocks = [stream(64).hex() for _ in range(2)]
    drawn = SeedStream(seed)
    pairs = sum(map(len, said["marks"][:2])) + 1
    r = [uniform(drawn, ED25519_ORDER) for _ in range(pairs)]
    first = json.loads(vector("ed25519", "ballot"))["answers"][0]["choices"][0]
    return "\n".join(
        [
            f"seed     {seed.hex()}",
            *(f"block {n}  {block[:64]}\n         {block[64:]}" for n, block in enumerate(blocks)),
            *(f"r{n}       {number}" for n, number in enumerate(r[:3], 1)),
            f"marks    {json.dumps(said['marks'])}",
            f"alpha1   {first['alpha']}",
            f"beta1    {first['beta']}",
            f"tracker  {said['ballot']}",
        ]
    )


def test_the_worked_example_is_what_the_code_makes() -> None:
    assert f"```\n{example()}\n```" in PAGE


def table() -> str:
    return "\n".join(
        f"| 1 in {m} | " + " | ".join(chance(1 / m, k) for k in (1, 3, 10, 20, 50)) + " |"
        for m in (2, 5, 10, 20, 50)
    )


def chance(share: float, challenges: int) -> str:
    """That at least one of the challenges meets an altered ballot."""
    caught = 1 - (1 - share) ** challenges
    return "over 99 %" if caught > 0.99 else f"{100 * caught:.0f} %"


def test_the_table_of_chances_is_computed_as_its_sentence_says() -> None:
    assert table() in PAGE


@pytest.mark.parametrize("group", GROUPS)
def test_the_length_of_an_opening_is_as_described(group: str) -> None:
    said = {"ed25519": 500, "belenios-2048": 1050}[group]
    assert f"about {said:,} " in PAGE or f"about {said:,}." in PAGE
    assert abs(len(vector(group, "opening")) - said) < 40
