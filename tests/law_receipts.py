# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of receipts: every leaf has its path and no other; one error for any bytes and types."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.receipts.code import read_code
from ballots.receipts.errors import ReceiptRefused
from ballots.receipts.held import MOST, Voucher, read_symbol, symbol
from ballots.receipts.inclusion import audit_path, root_above
from ballots.receipts.listing import CountedReceipts, Listed, Sidecar, read_sidecar, root_of
from ballots.receipts.proof import MAX_PROOF, read_proof
from ballots.seal import merkle_root, node
from kiosk.published_list import read_list, root_line
from tests.law_record import ANYTHING
from tests.sealed_receipts import receipts
from tests.told_evenings import OTHER_UUID, UUID

HASH = st.binary(min_size=32, max_size=32)
LEAVES = st.lists(HASH, min_size=1, max_size=70)
TRACKER = HASH.map(lambda raw: b64encode(raw).decode().rstrip("="))
TRACKERS = st.lists(TRACKER, max_size=20, unique=True)
PROOF = receipts().proof().encode()
SIDECAR = Sidecar(elections={UUID: CountedReceipts.of("9c" * 32, ["A" * 43])}).encode()

Decoder = Callable[[object], object]
each_decoder = pytest.mark.parametrize("decoder", [read_proof, read_sidecar])


# --- paths -------------------------------------------------------------------------------------


def by_the_book(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1, word for word: PATH(m, D[n])."""
    n = len(leaves)
    if n == 1:
        return []
    k = 1
    while 2 * k < n:
        k *= 2
    if m < k:
        return [*by_the_book(m, leaves[:k]), head(leaves[k:])]
    return [*by_the_book(m - k, leaves[k:]), head(leaves[:k])]


def head(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word: MTH."""
    n, k = len(leaves), 1
    if n == 1:
        return leaves[0]
    while 2 * k < n:
        k *= 2
    return node(head(leaves[:k]), head(leaves[k:]))


@given(leaves=LEAVES, data=st.data())
def test_a_path_is_that_of_the_rfc_and_leads_to_the_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, index)
    assert list(path) == by_the_book(index, leaves)
    assert root_above(leaves[index], index, len(leaves), path) == merkle_root(leaves)
    assert merkle_root(leaves) == head(leaves)


@given(leaves=LEAVES, data=st.data())
def test_nothing_else_leads_there(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    leaf, size, path = leaves[index], len(leaves), audit_path(leaves, index)
    root = merkle_root(leaves)
    other = data.draw(HASH.filter(lambda each: each not in (leaf, *path)))
    assert root_above(other, index, size, path) != root
    assert root_above(leaf, index, size, (*path, other)) != root
    for place in range(len(path)):
        assert root_above(leaf, index, size, (*path[:place], *path[place + 1 :])) != root
        assert root_above(leaf, index, size, (*path[:place], other, *path[place + 1 :])) != root
    if len(set(leaves)) == size:
        for wrong in range(-1, size + 1):
            if wrong != index:
                assert root_above(leaf, wrong, size, path) != root


@given(leaf=HASH, index=st.integers(), size=st.integers(), path=st.lists(HASH, max_size=80))
def test_any_path_comes_to_a_root_or_to_none(
    leaf: bytes, index: int, size: int, path: list[bytes]
) -> None:
    root = root_above(leaf, index, size, path)
    assert root is None or len(root) == 32


# --- lists -------------------------------------------------------------------------------------


@given(trackers=TRACKERS, data=st.data())
def test_the_root_knows_no_order_and_every_receipt(
    trackers: list[str], data: st.DataObject
) -> None:
    root = root_of(trackers)
    assert root_of(data.draw(st.permutations(trackers))) == root
    assert all(Listed.among(trackers, each).root == root for each in trackers)
    other = data.draw(TRACKER.filter(lambda each: each not in trackers))
    assert root_of([*trackers, other]) != root


def written(trackers: Sequence[str], challenged: Sequence[str], title: str, uuid: str) -> str:
    lines = [title, "words", root_line(uuid, len(trackers), root_of(trackers).hex()), "", "words"]
    lines += [f"  {each}" for each in sorted(trackers)]
    if challenged:
        lines += ["", "words"]
    for each in sorted(challenged):
        lines += [f"  {each}", "    anything at all", "    –"]
    return "\n".join([*lines, ""])


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1).filter(
    lambda text: not text.startswith((" ", "\ufeff"))
)


@given(
    one=st.tuples(TRACKERS, TRACKERS, WORDS),
    other=st.tuples(TRACKERS, TRACKERS, WORDS),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_a_list_is_read_back_whatever_its_words_say(
    one: tuple[list[str], list[str], str],
    other: tuple[list[str], list[str], str],
    end: str,
    mark: str,
) -> None:
    text = mark + "\n".join([written(*one, UUID), written(*other, OTHER_UUID)])
    read = read_list(text.replace("\n", end).encode())
    for poll, (trackers, challenged, title), uuid in zip(
        read, (one, other), (UUID, OTHER_UUID), strict=True
    ):
        assert (poll.title, poll.election) == (title, uuid)
        assert poll.trackers == tuple(sorted(trackers))
        assert poll.challenged == tuple(sorted(challenged))
        assert poll.root == poll.computed


@given(data=st.binary() | WORDS.map(str.encode))
def test_any_bytes_that_are_no_list_meet_the_one_error(data: bytes) -> None:
    with pytest.raises(ReceiptRefused):
        read_list(data)


@given(text=st.text())
def test_any_text_is_a_code_or_meets_the_one_error(text: str) -> None:
    try:
        code = read_code(text)
    except ReceiptRefused:
        return
    assert code.tracker in "".join(text.split())


# --- files -------------------------------------------------------------------------------------


@each_decoder
@given(data=ANYTHING)
def test_any_bytes_and_any_types_meet_the_one_error(decoder: Decoder, data: object) -> None:
    with pytest.raises(ReceiptRefused):
        decoder(data)


@given(data=st.data())
def test_any_changed_byte_of_a_proof_meets_the_one_error(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(PROOF) - 1))
    change = data.draw(st.integers(1, 255))
    with pytest.raises(ReceiptRefused):
        read_proof(PROOF[:place] + bytes([PROOF[place] ^ change]) + PROOF[place + 1 :])


@each_decoder
@given(data=st.data())
def test_what_is_cut_or_lengthened_meets_the_one_error(
    decoder: Decoder, data: st.DataObject
) -> None:
    valid = PROOF if decoder is read_proof else SIDECAR
    decoder(valid)
    end = data.draw(st.integers(0, len(valid) - 1))
    for changed in (valid[:end], valid + b"\n", b" " + valid):
        with pytest.raises(ReceiptRefused):
            decoder(changed)


def test_a_proof_that_is_too_large_is_not_read() -> None:
    with pytest.raises(ReceiptRefused) as caught:
        read_proof(b" " * (MAX_PROOF + 1))
    assert caught.value.facts == {"what": "length"}


def test_hashes_are_those_of_the_standard_library() -> None:
    assert node(b"a", b"b") == sha256(b"\1ab").digest()


# --- the second symbol -------------------------------------------------------------------------

VOUCHER = st.builds(
    Voucher, st.binary(min_size=8, max_size=8), st.binary(min_size=64, max_size=64)
)
VOUCHERS = st.lists(VOUCHER, min_size=1, max_size=MOST, unique_by=lambda each: each.prefix)


@given(VOUCHERS)
def test_a_second_symbol_comes_back_as_it_went(vouchers: list[Voucher]) -> None:
    assert read_symbol(symbol(vouchers)) == tuple(sorted(vouchers))


@given(VOUCHERS, st.data())
def test_a_second_symbol_has_one_form(vouchers: list[Voucher], data: st.DataObject) -> None:
    said = symbol(vouchers)
    at = data.draw(st.integers(0, len(said) - 1))
    rest = said[at + data.draw(st.sampled_from((0, 1))) :]
    changed = said[:at] + data.draw(st.characters()) + rest
    try:
        again = read_symbol(changed)
    except ReceiptRefused:
        return
    assert symbol(again) == "".join(changed.split())


@given(ANYTHING | st.text(alphabet="URNA:H1:234567 ", max_size=400))
def test_a_second_symbol_has_one_error(text: object) -> None:
    with suppress(ReceiptRefused):
        read_symbol(text)
