# SPDX-License-Identifier: AGPL-3.0-or-later
"""A key behind a passphrase: what lies on the card, and what of it is in memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import locked_keys
from kiosk.commands import keys as command
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.keys import load_key, new_key, replace_key, save_key
from kiosk.locked_keys import Memory, lock, read_locked, unlock
from tests.command_room import said, urna

KEY = new_key(Random(1).randbytes)
WORDS = "una frase d'exemple"
quick = partial(lock, passes=1, memory=8192)


def locked(words: str = WORDS) -> bytes:
    return quick(KEY, words, Random(2).randbytes)


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where unlocked keys go in these tests."""
    place = tmp_path / "memory"
    place.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    monkeypatch.setattr(locked_keys, "MEMORIES", ())
    return place


def test_who_says_the_passphrase_has_the_key() -> None:
    read = read_locked(locked())
    assert read is not None
    assert unlock(read, WORDS).seed == KEY.seed


@pytest.mark.parametrize("wrong", ["", WORDS[:-1], WORDS + " ", WORDS.upper()])
def test_who_says_another_has_nothing(wrong: str) -> None:
    read = read_locked(locked())
    assert read is not None
    with pytest.raises(KioskRefused) as caught:
        unlock(read, wrong)
    assert caught.value.code is KioskProblem.PASSPHRASE_WRONG
    assert not caught.value.facts


def test_a_short_passphrase_is_none() -> None:
    with pytest.raises(KioskRefused) as caught:
        locked(words="1234567")
    assert caught.value.code is KioskProblem.PASSPHRASE_SHORT


def test_the_key_is_not_on_the_card() -> None:
    assert KEY.seed.hex().encode() not in locked()
    assert KEY.seed not in locked()


@settings(max_examples=60)
@given(st.integers(0, len(locked()) - 1), st.integers(1, 255))
def test_a_changed_byte_is_no_key_or_does_not_open(at: int, change: int) -> None:
    changed = bytearray(locked())
    changed[at] ^= change
    read = read_locked(bytes(changed))
    if read is not None and read.memory < 1 << 20 and read.passes < 3:
        with pytest.raises(KioskRefused):
            unlock(read, WORDS)


@given(st.binary(max_size=300))
def test_any_bytes_are_no_locked_key(data: bytes) -> None:
    assert read_locked(data) is None


def test_a_device_is_on_again_once_its_key_is_unlocked(tmp_path: Path, memory: Path) -> None:
    path = tmp_path / "device.key"
    save_key(KEY, path)
    replace_key(path, locked())
    with pytest.raises(KioskRefused) as caught:
        load_key(path)
    assert caught.value.code is KioskProblem.KEY_LOCKED
    Memory().put(KEY)
    assert load_key(path).seed == KEY.seed
    (kept,) = (each for each in memory.rglob("*") if each.is_file())
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    Memory().forget(KEY.public.hex())
    with pytest.raises(KioskRefused):
        load_key(path)


def test_what_another_put_there_is_not_believed(memory: Path) -> None:
    Memory().put(KEY)
    (kept,) = (each for each in memory.rglob("*") if each.is_file())
    kept.write_bytes(new_key(Random(9).randbytes).seed)
    assert Memory().get(KEY.public.hex()) is None
    kept.write_bytes(b"short")
    assert Memory().get(KEY.public.hex()) is None


def test_where_there_is_no_memory_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with pytest.raises(KioskRefused) as caught:
        Memory([tmp_path / "nowhere"]).put(KEY)
    assert caught.value.code is KioskProblem.NO_MEMORY


@pytest.mark.usefixtures("memory")
def test_by_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "lock", quick)
    path, words, wrong = tmp_path / "device.key", tmp_path / "words", tmp_path / "wrong"
    save_key(KEY, path)
    words.write_text(WORDS + "\n")
    wrong.write_text("another phrase\n")
    assert urna("keys", "unlock", tmp_path, "--passphrase", words) == 1
    assert said().say("error.kiosk.key-not-locked", path=str(path)) in capsys.readouterr().err
    assert urna("keys", "lock", tmp_path, "--passphrase", words) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert urna("keys", "unlock", tmp_path, "--passphrase", wrong) == 1
    with pytest.raises(KioskRefused):
        load_key(path)
    assert urna("keys", "unlock", path, "--passphrase", words) == 0
    assert load_key(path).seed == KEY.seed
    assert urna("keys", "forget", tmp_path) == 0
    with pytest.raises(KioskRefused):
        load_key(path)
    assert urna("keys", "unlock", tmp_path / "nowhere") == 1
    assert urna("keys", "unlock", tmp_path, "--passphrase", tmp_path / "nowhere") == 1
    assert WORDS not in capsys.readouterr().out


@pytest.mark.usefixtures("memory")
def test_two_phrases_that_differ_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_key(KEY, tmp_path / "device.key")
    said_ = iter(["a first phrase", "another phrase"])
    monkeypatch.setattr(command, "typed_unseen", lambda _: next(said_))
    assert urna("keys", "lock", tmp_path) == 1
    assert load_key(tmp_path / "device.key").seed == KEY.seed
