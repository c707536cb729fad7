# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of the fold: a function of the set of entries, and no ballot is lost in silence."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from ballots.record.bodies import Correction, HubReceipt, Slips
from ballots.record.entry import Entry, decode
from ballots.record.kinds import ERASABLE, Kind, Role
from ballots.session import PollStage, fold, receipt_of
from ballots.session.chains import chains, distinct
from kiosk.i18n import voice
from tests.told_evenings import BOOTHS, UUID, Evening, ballot_body, evening, key, opened

Draw = st.DataObject


def booth(draw: Draw) -> str:
    return draw.draw(st.sampled_from(BOOTHS))


def cast(told: Evening, draw: Draw) -> None:
    slip, choice = draw.draw(st.sampled_from("abcd")), draw.draw(st.sampled_from("yn"))
    told.cast(booth(draw), slip, choice)


def garble(told: Evening, draw: Draw) -> None:
    told.write(booth(draw), Kind.BALLOT, draw.draw(st.binary(min_size=1)), UUID)


def arrive(told: Evening, _: Draw) -> None:
    told.write("Taula", Kind.CHECK_IN, b"sealed")
    told.write("Taula", Kind.SLIP_ISSUED, Slips(count=1).encode())


def correct(told: Evening, draw: Draw) -> None:
    named = draw.draw(st.sampled_from(told.entries)).id.hex()
    told.write("Taula", Kind.CORRECTION, Correction(entry=named).encode())


def challenge(told: Evening, draw: Draw) -> None:
    named = draw.draw(st.sampled_from(told.entries))
    if (named.body or b"").isascii():
        told.challenge(booth(draw), named)


def restart(told: Evening, draw: Draw) -> None:
    told.switch_on(booth(draw), Role.BOOTH, boot=len(told.entries))


def fork(told: Evening, draw: Draw) -> None:
    rival = opened(booth(draw), Role.BOOTH)
    told.entries.append(rival.write(Kind.BALLOT, ballot_body("f"), UUID))


def keep(told: Evening, draw: Draw) -> None:
    """A hub signs for what it holds, or for something else."""
    if "Oficina" not in told.segments:
        told.switch_on("Oficina", Role.HUB)
    receipt = receipt_of(told.entries)
    assert receipt
    root = receipt.root if draw.draw(st.booleans()) else "00" * 32
    told.write("Oficina", Kind.HUB_RECEIPT, HubReceipt(heads=receipt.heads, root=root).encode())


def close(told: Evening, _: Draw) -> None:
    told.close()


def finish(told: Evening, draw: Draw) -> None:
    told.finish(*BOOTHS, "Mesa")
    if told.session.polls[UUID].stage is PollStage.FINISHED:
        told.sign("Mesa", Kind.SEAL)
        told.sign(booth(draw))


ACTS = st.lists(
    st.sampled_from(
        (
            *(cast, cast, cast, garble, arrive, correct, challenge),
            *(restart, fork, keep, close, finish),
        )
    ),
    max_size=14,
)
Acts = list[Callable[[Evening, Draw], None]]


def tell(acts: Acts, draw: Draw) -> Evening:
    """An evening in which anything may happen, more or less in its order."""
    told = evening()
    for act in acts:
        act(told, draw)
    return told


@given(acts=ACTS, data=st.data())
def test_the_state_depends_on_the_set_only(acts: Acts, data: Draw) -> None:
    entries = tell(acts, data).entries
    kept = data.draw(st.lists(st.sampled_from(entries), max_size=3)) + [
        entry for entry in entries if data.draw(st.integers(0, 9))
    ]
    state = fold(kept)
    for oddity in state.oddities:
        assert "{" not in voice("ca").say(oddity.key, **oddity.facts)
    assert fold(data.draw(st.permutations(kept))) == state
    assert fold([*kept, *kept]) == state
    half = len(kept) // 2
    assert fold([*kept[half:], *kept[:half]]) == state


@given(acts=ACTS, data=st.data())
def test_a_copy_without_its_body_adds_and_removes_nothing(acts: Acts, data: Draw) -> None:
    entries = tell(acts, data).entries
    erased = [e.without_body() for e in entries if e.header.kind in ERASABLE]
    assert fold([*erased, *entries]) == fold([*entries, *erased]) == fold(entries)


@given(acts=ACTS, data=st.data())
def test_every_ballot_is_counted_or_listed(acts: Acts, data: Draw) -> None:
    told = tell(acts, data)
    entries = [entry for entry in told.entries if data.draw(st.integers(0, 9))]
    session = fold(entries)
    state = session.polls.get(UUID)
    if state is None:
        return
    cast = [e for e in distinct(entries) if e.header.kind is Kind.BALLOT]
    listed = [*state.ballots, *state.late, *state.contested]
    assert len({ballot.entry for ballot in listed}) == len(listed)
    odd = {
        (oddity.facts["device"], oddity.facts["number"])
        for oddity in session.oddities
        if oddity.code in ("ballot", "spoiled")
    }
    held_back = waiting(entries)
    unlisted = {e.id.hex() for e in cast} - {ballot.entry for ballot in listed} - held_back
    unreadable_after_a_fork = {
        entry.id.hex()
        for chain in chains(distinct(entries))
        for entry in chain.contested
        if entry.header.kind is Kind.BALLOT
    }
    assert len(unlisted - unreadable_after_a_fork) == len(odd)


def waiting(entries: list[Entry]) -> set[str]:
    """Ballots in segments beyond a gap; those segments are listed as waiting."""
    return {
        entry.id.hex()
        for chain in chains(distinct(entries))
        for entry in distinct(entries)
        if entry.header.segment == chain.segment
        and entry not in chain.followed
        and entry not in chain.contested
    }


@given(acts=ACTS, data=st.data())
def test_a_record_that_travelled_tells_the_same(acts: Acts, data: Draw) -> None:
    entries = tell(acts, data).entries
    assert fold(decode(entry.encode()) for entry in entries) == fold(entries)


@given(acts=ACTS, data=st.data())
def test_more_entries_never_change_what_was_sealed(acts: Acts, data: Draw) -> None:
    told = tell(acts, data)
    before = told.session.polls[UUID]
    if before.seal is None:
        return
    for entry in [entry for entry in told.entries if entry.header.kind is Kind.BALLOT][:3]:
        if (entry.body or b"").isascii():
            told.challenge(BOOTHS[0], entry)
    told.cast(BOOTHS[0], "z")
    told.switch_on("Cabina 9", Role.BOOTH)
    spare = told.session.polls[UUID]
    told.cast("Cabina 9", "y")
    after = told.session.polls[UUID]
    assert (after.ballots, after.challenges, after.seed, after.booths) == (
        before.ballots,
        before.challenges,
        before.seed,
        before.booths,
    )
    assert (spare.left_out, spare.settled) == (before.left_out, before.settled)
    assert not after.settled


@given(acts=ACTS, data=st.data())
def test_a_challenge_voids_no_ballot_of_another_booth(acts: Acts, data: Draw) -> None:
    told = tell(acts, data)
    before = told.session.polls[UUID]
    for ballot in before.ballots:
        if ballot.device != key(BOOTHS[0]).public.hex():
            told.challenge(BOOTHS[0], next(e for e in told.entries if e.body == ballot.body))
    after = told.session.polls[UUID]
    others = [each for each in before.ballots if each.device != key(BOOTHS[0]).public.hex()]
    assert [each for each in after.ballots if each in others] == others
