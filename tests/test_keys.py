# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from kiosk.errors import KioskProblem, KioskRefused
from kiosk.keys import SEED_SIZE, chance, load_key, new_key, save_key

KEY = new_key(Random(1).randbytes)


def refusal(path: Path) -> KioskRefused:
    with pytest.raises(KioskRefused) as caught:
        load_key(path)
    return caught.value


def test_a_key_that_was_saved_is_loaded_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    save_key(KEY, path)
    assert load_key(path).seed == KEY.seed
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="ascii") == KEY.seed.hex() + "\n"


def test_a_key_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    save_key(KEY, path)
    with pytest.raises(FileExistsError):
        save_key(new_key(chance), path)
    assert load_key(path).seed == KEY.seed


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o700 | 0o010])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "device.key"
    save_key(KEY, path)
    path.chmod(mode)
    refused = refusal(path)
    assert refused.code is KioskProblem.KEY_OPEN
    assert KEY.seed.hex() not in str(refused)


@pytest.mark.parametrize(
    "content",
    [b"", b"abc", b"\xff" * 32, b"00" * 31, b"00" * 33, "clau d'exemple ñ".encode()],
)
def test_what_is_no_key_is_refused_by_its_path_only(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(content)
    path.chmod(0o600)
    refused = refusal(path)
    assert refused.code is KioskProblem.KEY_FILE
    assert refused.facts == {"path": str(path)}


def test_a_key_that_is_not_there_and_a_folder_are_no_keys(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").code is KioskProblem.KEY_FILE
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    assert refusal(folder).code is KioskProblem.KEY_FILE


def test_new_keys_come_from_the_chance_that_they_are_given() -> None:
    asked: list[int] = []

    def seeds(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    assert new_key(seeds).seed == bytes(SEED_SIZE)
    assert asked == [32]
    assert new_key(chance).seed != new_key(chance).seed
