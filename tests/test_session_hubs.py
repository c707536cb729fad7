# SPDX-License-Identifier: AGPL-3.0-or-later
"""What hubs sign for: told where the record bears it out, odd where it does not."""

from __future__ import annotations

import pytest

from ballots.record.bodies import HubReceipt
from ballots.record.errors import RecordRefused
from ballots.record.kinds import Kind, Role
from ballots.session import Kept, PollStage, fold, lacking, receipt_of, revocation_for
from ballots.session.oddities import OddityCode
from tests.told_evenings import BOOTHS, UUID, Evening, evening, key, opened

OFFICE, OTHER = "Oficina", "Arxiu"


def with_a_hub() -> Evening:
    told = evening()
    told.switch_on(OFFICE, Role.HUB)
    return told


def heads(told: Evening) -> dict[str, int]:
    """The last number of each segment."""
    found: dict[str, int] = {}
    for entry in told.entries:
        found[entry.header.segment] = max(entry.header.number, found.get(entry.header.segment, 0))
    return found


def hub(name: str = OFFICE) -> str:
    return key(name).public.hex()


def test_a_hub_signs_for_everything_but_what_hubs_write() -> None:
    told = with_a_hub()
    told.switch_on(OTHER, Role.HUB)
    told.cast(BOOTHS[0], "a")
    told.acknowledge(OFFICE)
    (kept,) = told.session.kept
    own = {told.segments[name].public for name in (OFFICE, OTHER)}
    assert kept.device == hub()
    assert set(kept.cut) == set(heads(told)) - own
    assert kept.size == len(told.entries) - 3
    assert told.session.oddities == ()


def test_what_came_since_is_counted_and_the_last_receipt_speaks() -> None:
    told = with_a_hub()
    told.acknowledge(OFFICE)
    (before,) = told.session.kept
    told.cast(BOOTHS[0], "a")
    told.cast(BOOTHS[1], "b")
    assert lacking(before, told.session, heads(told)) == 2
    told.acknowledge(OFFICE)
    (after,) = told.session.kept
    assert lacking(after, told.session, heads(told)) == 0
    assert after.size == before.size + 2
    assert lacking(None, told.session, heads(told)) == after.size


def test_a_hub_that_was_started_again_has_signed_for_what_it_had() -> None:
    told = with_a_hub()
    told.cast(BOOTHS[0], "a")
    told.acknowledge(OFFICE)
    told.switch_on(OFFICE, Role.HUB, boot=1)
    assert [kept.size for kept in told.session.kept] == [len(told.entries) - 3]


def test_hubs_speak_each_for_themselves() -> None:
    told = with_a_hub()
    told.switch_on(OTHER, Role.HUB)
    told.acknowledge(OFFICE)
    told.cast(BOOTHS[0], "a")
    told.acknowledge(OTHER)
    sizes = {kept.device: kept.size for kept in told.session.kept}
    assert sizes[hub(OTHER)] == sizes[hub()] + 1
    assert [kept.device for kept in told.session.kept] == sorted(sizes)


def test_another_root_than_the_record_gives_is_odd_and_says_nothing() -> None:
    told = with_a_hub()
    receipt = receipt_of(told.entries)
    assert receipt
    untrue = HubReceipt(heads=receipt.heads, root="00" * 32)
    told.write(OFFICE, Kind.HUB_RECEIPT, untrue.encode())
    assert told.codes == [OddityCode.HUB]
    assert told.session.kept == ()
    told.acknowledge(OFFICE)
    assert told.codes == []
    assert len(told.session.kept) == 1


def test_a_receipt_over_what_is_not_here_says_nothing_yet() -> None:
    told = with_a_hub()
    told.acknowledge(OFFICE)
    (before,) = told.session.kept
    vote = told.cast(BOOTHS[0], "a")
    told.acknowledge(OFFICE)
    without = [entry for entry in told.entries if entry is not vote]
    assert fold(without).kept == (before,)
    assert fold(told.entries).kept != (before,)


def test_no_vote_waits_for_a_hub_and_none_is_sealed_with_it() -> None:
    told = with_a_hub()
    told.cast(BOOTHS[0], "a")
    told.close()
    told.finish(*BOOTHS, "Mesa", "Taula")
    assert told.session.polls[UUID].stage is PollStage.FINISHED
    told.sign("Mesa", Kind.SEAL)
    for name in (*BOOTHS, "Taula"):
        told.sign(name)
    state = told.session.polls[UUID]
    assert state.settled
    assert state.seal
    assert hub() not in state.seal.cosigned | state.seal.awaited | state.seal.omitted
    assert hub() not in state.booths


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.OPEN_SEGMENT, Kind.HUB_RECEIPT}))
def test_a_hub_writes_nothing_else(kind: Kind) -> None:
    with pytest.raises(RecordRefused):
        opened(OFFICE, Role.HUB).write(kind, b"{}", UUID)


def test_nobody_but_a_hub_writes_receipts() -> None:
    receipt = receipt_of(evening().entries)
    assert receipt
    for role in set(Role) - {Role.HUB}:
        with pytest.raises(RecordRefused):
            opened("Algú", role).write(Kind.HUB_RECEIPT, receipt.encode())


def test_there_is_nothing_to_sign_for_where_there_are_only_hubs() -> None:
    assert receipt_of([opened(OFFICE, Role.HUB).first]) is None
    assert receipt_of([]) is None


def test_a_hub_that_is_taken_out_has_signed_only_for_what_it_signed_before() -> None:
    told = with_a_hub()
    told.switch_on("Suplent", Role.FACILITATOR)
    told.acknowledge(OFFICE)
    before = told.session.kept
    body = revocation_for(told.entries, hub()).encode()
    for name in ("Mesa", "Suplent"):
        told.write(name, Kind.REVOKE, body)
    told.cast(BOOTHS[0], "a")
    told.acknowledge(OFFICE)
    assert [kept.cut for kept in told.session.kept] == [kept.cut for kept in before]


def test_a_size_is_the_number_of_entries() -> None:
    assert Kept(device="", cut={"a": 0, "b": 4}).size == 6
