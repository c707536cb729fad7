# SPDX-License-Identifier: AGPL-3.0-or-later
"""One slip, one vote, wherever and however often it was used."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from ballots.one_slip import HOME, LOTTERY, home, resolve
from ballots.session import CastBallot

BOOTHS = tuple(sha256(f"booth {n}".encode()).hexdigest() for n in range(3))
SEED = bytes(32)


def ballot(slip: str, choice: str, booth: int, number: int = 1, boot: int = 0) -> CastBallot:
    place = f"{booth} {boot} {number}"
    return CastBallot(
        entry=sha256(place.encode()).hexdigest(),
        segment=sha256(f"segment {booth} {boot}".encode()).hexdigest(),
        number=number,
        device=BOOTHS[booth],
        credential=slip,
        tracker=sha256(f"{slip} {choice}".encode()).hexdigest(),
        body=f"{slip} {choice}".encode(),
    )


def at_home(slip: str) -> int:
    return BOOTHS.index(home(slip, BOOTHS))


def away(slip: str) -> list[int]:
    return [booth for booth in range(3) if booth != at_home(slip)]


def lot(ballot: CastBallot, seed: bytes = SEED) -> bytes:
    return sha256(LOTTERY + seed + ballot.tracker.encode()).digest()


def test_slips_that_were_used_once_all_count() -> None:
    ballots = [ballot("a", "x", 0), ballot("b", "y", 1), ballot("c", "x", 0, number=2)]
    found = resolve(ballots, BOOTHS, SEED)
    assert sorted(found.counted, key=str) == sorted(ballots, key=str)
    assert (found.set_aside, found.conflicts) == ((), 0)


def test_the_same_ballot_recorded_twice_is_a_retry() -> None:
    twice = [ballot("a", "x", 0), ballot("a", "x", 1)]
    found = resolve(twice, BOOTHS, SEED)
    assert len(found.counted) == 1
    assert (found.set_aside, found.conflicts) == ((), 0)


def test_the_home_of_a_slip_is_the_lowest_hash_of_it_and_a_booth() -> None:
    lots = {booth: sha256(HOME + f"slip {booth}".encode()).digest() for booth in BOOTHS}
    assert home("slip", BOOTHS) == min(lots, key=lambda booth: lots[booth])
    assert home("slip", BOOTHS) == home("slip", BOOTHS[::-1])


def test_slips_have_their_homes_at_all_booths() -> None:
    assert {home(f"slip {n}", BOOTHS) for n in range(60)} == set(BOOTHS)


def test_the_ballot_at_the_slips_home_counts() -> None:
    for slip in map(str, range(20)):
        own = ballot(slip, "x", at_home(slip))
        elsewhere = ballot(slip, "y", away(slip)[0])
        found = resolve([elsewhere, own], BOOTHS, SEED)
        assert (found.counted, found.set_aside, found.conflicts) == ((own,), (elsewhere,), 1)


def test_a_retry_at_home_brings_its_ballot_home() -> None:
    first, second = away("a")
    retried = [ballot("a", "x", first), ballot("a", "x", at_home("a"))]
    found = resolve([*retried, ballot("a", "y", second)], BOOTHS, SEED)
    assert [b.tracker for b in found.counted] == [retried[0].tracker]
    assert found.conflicts == 1


def test_away_from_home_the_lottery_decides_and_its_seed_matters() -> None:
    one, other = (
        ballot("a", choice, booth) for choice, booth in zip("xy", away("a"), strict=True)
    )
    winners = set()
    for n in range(40):
        seed = sha256(bytes([n])).digest()
        found = resolve([one, other], BOOTHS, seed)
        assert found.counted == (min((one, other), key=lambda b: lot(b, seed)),)
        winners.add(found.counted)
    assert len(winners) == 2


def test_two_ballots_at_home_are_drawn_by_lot() -> None:
    booth = at_home("a")
    two = [ballot("a", "x", booth), ballot("a", "y", booth, boot=1)]
    assert resolve(two, BOOTHS, SEED).counted == (min(two, key=lot),)


def test_without_booths_the_lottery_decides() -> None:
    two = [ballot("a", "x", 0), ballot("a", "y", 1)]
    assert resolve(two, (), SEED).counted == (min(two, key=lot),)


def test_conflicts_are_counted_by_slip() -> None:
    ballots = [ballot("a", c, n) for n, c in enumerate("xyz")] + [ballot("b", "x", 0, number=2)]
    found = resolve(ballots, BOOTHS, SEED)
    assert (len(found.counted), len(found.set_aside), found.conflicts) == (2, 2, 1)


BALLOTS = st.lists(
    st.builds(
        ballot,
        slip=st.sampled_from("abcdef"),
        choice=st.sampled_from("xyz"),
        booth=st.integers(0, 2),
        number=st.integers(1, 5),
        boot=st.integers(0, 1),
    ),
    max_size=20,
    unique_by=lambda b: b.entry,
)


@given(ballots=BALLOTS, data=st.data(), seed=st.binary(min_size=32, max_size=32))
def test_neither_order_nor_repetition_matters_and_each_slip_counts_once(
    ballots: list[CastBallot], data: st.DataObject, seed: bytes
) -> None:
    found = resolve(ballots, BOOTHS, seed)
    shuffled = data.draw(st.permutations(ballots + ballots[: len(ballots) // 2]))
    booths = data.draw(st.permutations(BOOTHS))
    assert resolve(shuffled, booths, seed) == found
    slips = [counted.credential for counted in found.counted]
    assert sorted(slips) == sorted({b.credential for b in ballots})
    assert {b.tracker for b in ballots} == {b.tracker for b in (*found.counted, *found.set_aside)}
    assert found.conflicts == len({b.credential for b in found.set_aside})


def test_casting_twice_brings_nothing() -> None:
    """The copy that its owner prefers wins about half of the time."""
    won = 0
    for n in range(400):
        preferred, other = ballot(str(n), "x", 0), ballot(str(n), "y", 1)
        seed = sha256(n.to_bytes(2)).digest()
        won += resolve([preferred, other], BOOTHS, seed).counted == (preferred,)
    assert 160 < won < 240
