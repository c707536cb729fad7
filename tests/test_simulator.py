# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evenings of simulated kiosks break no law, and a product that broke one would be found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ballots.record.kinds import Role
from sync import database
from sync.conversation import Conversation
from sync.errors import SyncError
from sync.replica import Replica
from sync.turns import Link
from sync.wire import Message, Vouched, encode
from sync.wishes import Asked
from tests import soak
from tests.simulator.cuts import Evening, cut, cuts, evening
from tests.simulator.disk import Promise
from tests.simulator.fate import Fate, Fork, calm, drawn
from tests.simulator.laws import Broken
from tests.simulator.liars import Liar
from tests.simulator.room import BOOTHS, DESK, LEADER
from tests.simulator.simulation import Failure, simulate

SEEDS = 12
NAMES = (LEADER, DESK, *BOOTHS[:3])


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_befalls_an_evening_no_law_is_broken(seed: int) -> None:
    outcome = simulate(str(seed))
    assert outcome.entries
    assert outcome.starts >= len(drawn(Random(f"{seed} fate")).names)


def test_an_evening_is_played_again_from_its_seed() -> None:
    assert simulate("again") == simulate("again")


def test_the_seal_is_the_same_in_whatever_order_things_arrive() -> None:
    quiet = calm(NAMES, Random("quiet"))
    notes = {simulate("seal", quiet, lines=f" {number}").note for number in range(3)}
    assert len(notes) == 1
    assert notes != {b""}


@pytest.mark.parametrize("role", [Role.DESK, Role.BOOTH])
@pytest.mark.parametrize("common", [-1, 2])
def test_a_fork_is_reported_by_all_and_none_is_without_one(role: Role, common: int) -> None:
    quiet = calm(NAMES, Random("quiet"))
    assert simulate("honest", quiet).forks == 0
    assert simulate("forked", forked(quiet, role, common)).forks == 1


def forked(quiet: Fate, role: Role, common: int) -> Fate:
    facts: dict[str, Any] = {name: getattr(quiet, name) for name in quiet.__slots__}
    return Fate(**{**facts, "fork": Fork(role=role, common=common, lengths=(2, 3))})


# --- power cuts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("promise", Promise)
def test_no_power_cut_takes_what_was_acknowledged(promise: Promise) -> None:
    assert cuts("quick", promise, 150) > 100


def cut_often(promise: Promise) -> None:
    for seed in range(4):
        cuts(f"{seed}", promise, 150)


@pytest.mark.parametrize(
    "pragmas",
    [
        ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"),
        ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=OFF"),
    ],
    ids=["synced now and then", "never synced"],
)
def test_a_record_that_is_less_durable_is_found_out(
    monkeypatch: pytest.MonkeyPatch, pragmas: tuple[str, ...]
) -> None:
    monkeypatch.setattr(database, "DURABLE", pragmas)
    with pytest.raises((Broken, SyncError)):
        cut_often(Promise.EXT4)


def test_an_evening_knows_what_was_acknowledged_by_each_operation() -> None:
    told: Evening = evening("known")
    last = len(told.disk.log)
    assert told.word(0).tips == {}
    assert told.word(last) == told.words[-1][1]
    assert told.word(last).tips


def test_a_cut_that_lost_something_names_it(tmp_path: Path) -> None:
    told = evening("known")
    nothing = Evening(disk=type(told.disk)(), words=((0, told.words[-1][1]),))
    with pytest.raises(Broken, match="lost"):
        cut(nothing, Promise.EXT4, Random(0), tmp_path)


# --- what a wrong product would do --------------------------------------------------------------


def boastful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk that counts everybody as a holder."""
    monkeypatch.setattr(Conversation, "holders", lambda *_: 99)


def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replica that never sees a fork."""
    monkeypatch.setattr(Replica, "frozen", lambda _: {})


@pytest.mark.parametrize("wrong", [boastful, blind], ids=lambda wrong: wrong.__name__)
def test_a_wrong_product_is_found_out(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[pytest.MonkeyPatch], None]
) -> None:
    wrong(monkeypatch)
    with pytest.raises(Failure):
        many_evenings()


def test_a_kiosk_that_takes_any_signature_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The liar is honest in everything but what it signs."""

    def perjure(liar: Liar, link: Link, message: Message) -> None:
        frames = liar.perjure(message) if isinstance(message, Vouched) else [encode(message)]
        for frame in frames:
            liar.put(link, frame)

    monkeypatch.setattr(Liar, "send", perjure)
    quiet = replace(calm(NAMES, Random("quiet")), lies=0.1)
    assert simulate("perjury", quiet).note
    monkeypatch.setattr(Asked, "check", lambda *_: None)
    with pytest.raises(Failure, match="a signature does not hold"):
        simulate("perjury", quiet)


def many_evenings() -> None:
    for seed in range(12):
        simulate(str(seed))


# --- the long run -------------------------------------------------------------------------------


def test_the_long_run_tells_what_befell(capsys: pytest.CaptureFixture[str]) -> None:
    soak.tell([simulate("0"), simulate("1")], 0.0)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["evenings", "2"]
