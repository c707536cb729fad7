# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `make fuzz` holds the verifier of elections to, and how it makes archives (`fuzz.py`)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ballots.election.groups.named import group_named
from ballots.election.published import Published
from tests.forgeries import forged, judged, signed_again
from tests.other_elections import committee, of_a_committee, of_one_trustee, with_a_ranking
from tests.small_elections import VECTORS

LARGEST = 256 * 1024  # bytes of an archive


def seeds() -> dict[str, bytes]:
    """Where it begins: elections of our own and of others, none forged: chance could heal it."""
    ours = {
        "ours-added-up": of_a_committee("Ed25519"),
        "ours-shuffled": with_a_ranking("Ed25519"),
        "ours-modular": of_one_trustee("BELENIOS-2048"),
    }
    others = {path.parent.name: path.read_bytes() for path in VECTORS.glob("*/election.bel")}
    every = ours | others
    return {name: data for name, data in every.items() if len(data) <= LARGEST}


def voted(published: Published) -> tuple[object, ...]:
    """What an archive says of the votes, whatever the order they came out of the shuffles in."""
    return published.counts, [sorted(votes) for votes in published.votes], published.weight


class Search:
    """What libFuzzer calls, again and again. `mutate` changes bytes, to a size at most."""

    def __init__(self, mutate: Callable[[bytes, int], bytes]) -> None:
        self._mutate = mutate
        self._seeds = list(seeds().values())
        self._voters = committee("Ed25519").credentials
        self._group = group_named("Ed25519")
        self._known = {
            published.fingerprint: voted(published)
            for data in self._seeds
            if (published := judged(data).published)
        }

    def judge(self, data: bytes) -> None:
        """Fails unless it is refused by a named check, or is an election that we know."""
        verified = judged(data)
        if verified.published:
            known = self._known.get(verified.published.fingerprint)
            assert voted(verified.published) == known, "accepted what nobody voted"
            return
        last = verified.checks[-1]
        assert not last.passed
        assert last.name
        assert last.place
        assert str(last.facts["code"]).startswith("error.election.")

    def change(self, data: bytes, largest: int, seed: int) -> bytes:
        """One time in five other bytes, else another document with its hashes made good."""
        chance = Random(seed)
        if chance.random() < 0.2:
            return self._mutate(data, largest)
        try:
            return forged(data, chance.choice, self._signed)[:largest]
        except (ValueError, LookupError, TypeError, RecursionError):  # too broken to take apart
            return forged(chance.choice(self._seeds), chance.choice, self._signed)[:largest]

    def _signed(self, ballot: bytes) -> bytes:
        return signed_again(ballot, self._group, self._voters)
