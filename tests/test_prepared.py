# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is made before the evening, and the public half of it that every kiosk carries."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from shutil import rmtree

import pytest

from ballots.election.groups.named import group_named
from ballots.election.roll import read_roll
from ballots.election.trustees.board import read_board
from ballots.record.kinds import Role
from ballots.record.roster import check_certificates
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.keys import load_key
from kiosk.prepared import load_prepared
from kiosk.preparing import prepare
from sync.replica import Replica
from tests.evenings import DEVICES, SLIPS, inputs, prepared
from tests.small_elections import seeded

GROUP = group_named("Ed25519")
MADE = prepared()


def test_every_slip_is_on_the_roll_of_every_election_and_nobody_else_is() -> None:
    assert len(MADE.slips) == SLIPS == len({slip.symbols for slip in MADE.slips})
    assert len(MADE.prepared.rolls) == 3  # one planned, two spare
    for uuid, roll in MADE.prepared.rolls.items():
        expected = {slip.credential(uuid, GROUP).public for slip in MADE.slips}
        assert set(read_roll(GROUP, roll)) == expected


def test_the_rolls_of_two_elections_have_no_line_in_common() -> None:
    rolls = [set(read_roll(GROUP, roll)) for roll in MADE.prepared.rolls.values()]
    assert all(not one & other for one, other in combinations(rolls, 2))


def test_planned_polls_come_first_and_the_rest_is_spare() -> None:
    uuids = list(MADE.prepared.rolls)
    assert MADE.prepared.planned == {"paper": uuids[0]}
    assert MADE.prepared.spare == tuple(uuids[1:])


def test_each_device_is_certified_for_its_role_and_name() -> None:
    for enrolled, (name, role) in zip(MADE.devices, DEVICES, strict=True):
        certificate = check_certificates(enrolled.certificates, MADE.prepared.assembly_id)
        assert (certificate.name, certificate.role) == (name, role)
        assert certificate.device == enrolled.key.public.hex()
    assert len({enrolled.key.public for enrolled in MADE.devices}) == len(DEVICES)


@pytest.mark.parametrize(("trustees", "threshold"), [(1, 1), (3, 2), (2, 2)])
def test_trustees_are_as_many_as_the_assembly_says(trustees: int, threshold: int) -> None:
    made = prepare(
        replace(inputs().assembly, trustees=trustees, threshold=threshold, spare_elections=0),
        group="Ed25519",
        slips=1,
        devices=[("Mesa", Role.FACILITATOR)],
        random=seeded(3),
    )
    board = read_board(GROUP, made.prepared.trustees)
    assert (len(made.shares), len(board.keys), board.threshold) == (trustees, trustees, threshold)
    assert made.prepared.spare == ()
    for share in made.shares:
        assert board.keys[share.owner] == GROUP.generate(share.secret)


def test_what_prints_of_a_preparation_is_no_secret() -> None:
    words = f"{MADE!r} {MADE.devices!r} {MADE.shares!r} {MADE.slips!r} {MADE.root!r}"
    secrets = [
        MADE.root.seed.hex(),
        *(slip.symbols for slip in MADE.slips),
        *(str(share.secret) for share in MADE.shares),
        *(enrolled.key.seed.hex() for enrolled in MADE.devices),
    ]
    assert not any(secret in words for secret in secrets)


def test_the_public_half_is_loaded_as_it_was_saved(tmp_path: Path) -> None:
    MADE.prepared.save(tmp_path / "assembly")
    loaded = load_prepared(tmp_path / "assembly")
    assert loaded == MADE.prepared
    assert list(loaded.rolls) == list(MADE.prepared.rolls)
    assert loaded.assembly == inputs().assembly
    assert loaded.planned == MADE.prepared.planned


def test_the_public_half_holds_no_secret(tmp_path: Path) -> None:
    MADE.prepared.save(tmp_path / "assembly")
    files = [path for path in (tmp_path / "assembly").rglob("*") if path.is_file()]
    public = b"".join(path.read_bytes() for path in files)
    for slip in MADE.slips:
        assert slip.symbols.encode() not in public
        assert slip.code.encode() not in public
    for share in MADE.shares:
        assert str(share.secret).encode() not in public
    assert MADE.root.seed.hex().encode() not in public


def test_a_folder_that_exists_is_not_written_over(tmp_path: Path) -> None:
    MADE.prepared.save(tmp_path / "assembly")
    with pytest.raises(FileExistsError):
        MADE.prepared.save(tmp_path / "assembly")


def test_many_elections_stay_in_their_order(tmp_path: Path) -> None:
    made = prepare(
        replace(inputs().assembly, spare_elections=20),
        group="Ed25519",
        slips=1,
        devices=[],
        random=seeded(4),
    )
    made.prepared.save(tmp_path / "assembly")
    assert list(load_prepared(tmp_path / "assembly").rolls) == list(made.prepared.rolls)


def _not_hex(folder: Path) -> None:
    (folder / "root.pub").write_text("clau", encoding="ascii")


def _not_ascii(folder: Path) -> None:
    (folder / "group").write_text("Ed25519ñ", encoding="utf-8")


def _without(name: str) -> Callable[[Path], None]:
    def take_away(folder: Path) -> None:
        path = folder / name
        if path.is_dir():
            rmtree(path)
        else:
            path.unlink()

    return take_away


NAMES = ("root.pub", "group", "assembly.json", "trustees.json", "rolls")


@pytest.mark.parametrize("spoil", [_not_hex, _not_ascii, *map(_without, NAMES)])
def test_a_folder_that_is_not_whole_is_refused_by_its_path(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    folder = tmp_path / "assembly"
    MADE.prepared.save(folder)
    spoil(folder)
    with pytest.raises(KioskRefused) as caught:
        load_prepared(folder)
    assert caught.value.code is KioskProblem.NO_FILE
    assert caught.value.facts == {"path": str(folder)}


def test_a_device_gets_its_key_its_certificate_the_preparation_and_an_empty_record(
    tmp_path: Path,
) -> None:
    booth = MADE.devices[2]
    booth.install(MADE.prepared, tmp_path / "booth")
    folder = tmp_path / "booth"
    assert load_key(folder / "device.key").public == booth.key.public
    chain = json.loads((folder / "certificates.json").read_text(encoding="utf-8"))
    assert tuple(text.encode() for text in chain) == booth.certificates
    assert load_prepared(folder / "assembly") == MADE.prepared
    with Replica.open(folder / "record.db", read_only=True) as record:
        assert len(record) == 0
    kept = {path.name for path in folder.iterdir()}
    assert kept == {"device.key", "certificates.json", "network.pem", "assembly", "record.db"}
