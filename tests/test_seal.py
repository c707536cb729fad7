# SPDX-License-Identifier: AGPL-3.0-or-later
"""The seal: root, checkpoint text, signed notes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.record.errors import RecordProblem, RecordRefused
from ballots.seal import (
    Checkpoint,
    gathered,
    key_hash,
    key_name,
    merkle_root,
    read_checkpoint,
    read_note,
    read_seal,
    sign,
)
from tests.told_evenings import ASSEMBLY, UUID, key

CHECKPOINT = Checkpoint(
    assembly=ASSEMBLY,
    poll=UUID,
    size=7,
    root=sha256(b"root").digest(),
    cut={"b" * 64: 3, "a" * 64: 2},
)
TEXT = CHECKPOINT.text
MESA, TAULA = key("Mesa"), key("Taula")


def tree_of_the_rfc(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written there, over hashed leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return sha256(
        b"\1" + tree_of_the_rfc(leaves[:split]) + tree_of_the_rfc(leaves[split:])
    ).digest()


@given(leaves=st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_the_root_is_that_of_the_rfc(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == tree_of_the_rfc(leaves)


def test_the_root_is_that_of_the_known_tree() -> None:
    # The test tree of Certificate Transparency: eight leaves, from empty to 16 bytes.
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves.append("606162636465666768696a6b6c6d6e6f")
    hashed = [sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    assert merkle_root(hashed).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


def test_the_text_is_origin_size_root_and_cut() -> None:
    assert (
        f"urna/{ASSEMBLY}/{UUID}\n"
        "7\n"
        f"{b64encode(sha256(b'root').digest()).decode()}\n"
        f"{'a' * 64} 2\n"
        f"{'b' * 64} 3\n"
    ) == TEXT
    assert read_checkpoint(TEXT) == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("urna/", "arna/"),
        TEXT.replace("\n7\n", "\n8\n"),
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n\u0667\n"),
        TEXT.replace("=\n", "\n"),
        TEXT.replace(" 3\n", " 03\n"),
        TEXT.replace(" 3\n", " 3 \n"),
        "\n".join([*TEXT.split("\n")[:3], f"{'b' * 64} 3", f"{'a' * 64} 2", ""]),
        TEXT.replace(f"{'b' * 64} 3", f"{'a' * 64} 2"),
        TEXT + "and more\n",
        replace(CHECKPOINT, root=b"short").text,
        replace(CHECKPOINT, cut={"a" * 64: 100_000}, size=100_001).text,
        replace(CHECKPOINT, assembly="A" * 32).text,
        replace(CHECKPOINT, poll="short").text,
        f"urna/{ASSEMBLY}/{UUID}\n",
        replace(CHECKPOINT, cut={}, size=0).text,
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        read_checkpoint(text)
    assert refused.value.facts == {"what": "checkpoint"}


def test_a_note_is_the_text_an_empty_line_and_a_signature_line() -> None:
    name = key_name(CHECKPOINT, MESA.public)
    hashed = sha256(name.encode() + b"\n\x01" + MESA.public).digest()[:4]
    line = b64encode(hashed + MESA.sign_exactly(TEXT.encode())).decode()
    assert name == f"urna/{ASSEMBLY}/{UUID}/{MESA.public.hex()[:16]}"
    assert sign(TEXT, MESA) == f"{TEXT}\n— {name} {line}\n".encode()


def test_the_key_hash_is_that_of_the_standard() -> None:
    assert (
        key_hash("example.com/foo", b"\x00" * 32)
        == (sha256(b"example.com/foo\n\x01" + bytes(32)).digest()[:4])
    )


def test_only_a_checkpoint_is_signed() -> None:
    with pytest.raises(RecordRefused):
        sign("anything\n", MESA)


def test_a_seal_is_read_for_its_device_only() -> None:
    note = sign(TEXT, MESA)
    assert read_seal(note, MESA.public) == CHECKPOINT
    with pytest.raises(RecordRefused) as refused:
        read_seal(note, TAULA.public)
    assert refused.value.code is RecordProblem.SIGNATURE


def test_a_seal_bears_one_signature() -> None:
    both = gathered([sign(TEXT, MESA), sign(TEXT, TAULA)])
    for device in (MESA, TAULA):
        with pytest.raises(RecordRefused):
            read_seal(both, device.public)


def test_a_signature_on_another_text_is_refused() -> None:
    other = replace(CHECKPOINT, root=bytes(32)).text
    moved = sign(TEXT, MESA).replace(TEXT.encode(), other.encode())
    with pytest.raises(RecordRefused) as refused:
        read_seal(moved, MESA.public)
    assert refused.value.code is RecordProblem.SIGNATURE


def test_a_signature_under_another_name_is_refused() -> None:
    note = sign(TEXT, MESA)
    renamed = note.replace(MESA.public.hex()[:16].encode() + b" ", b"0" * 16 + b" ")
    with pytest.raises(RecordRefused):
        read_seal(renamed, MESA.public)


def test_signatures_are_gathered_in_one_note_whoever_comes_first() -> None:
    notes = [sign(TEXT, MESA), sign(TEXT, TAULA)]
    both = gathered(notes)
    assert both == gathered(reversed(notes)) == gathered([both, notes[0]])
    read = read_note(both)
    assert read.text == TEXT
    signers = {
        device
        for device in (MESA, TAULA)
        for line in read.signatures
        if line.made_by(device.public, read.text)
    }
    assert signers == {MESA, TAULA}


def test_no_notes_make_no_note() -> None:
    with pytest.raises(RecordRefused):
        gathered([])


def test_notes_of_different_texts_are_not_gathered() -> None:
    other = replace(CHECKPOINT, root=bytes(32)).text
    with pytest.raises(RecordRefused):
        gathered([sign(TEXT, MESA), sign(other, MESA)])


NOTE = sign(TEXT, MESA)


@pytest.mark.parametrize(
    "data",
    [
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE + b"what is this\n",
        TEXT.encode() + b"\n",
        TEXT.encode(),
        b"\xff" + NOTE,
        NOTE.replace(b"\n\n", b"\n"),
        NOTE[:-3] + b"B=\n",
        bytes(131_073),
    ],
)
def test_another_note_is_refused(data: bytes) -> None:
    with pytest.raises(RecordRefused):
        read_note(data)
