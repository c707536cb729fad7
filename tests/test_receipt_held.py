# SPDX-License-Identifier: AGPL-3.0-or-later
"""What devices sign of a ballot that they hold, and the symbol that says so."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import replace

import pytest

from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.held import HEAD, Holding, Others, Voucher, read_symbol, symbol
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from tests.kept_records import chain, key, opened
from tests.told_evenings import ballot_body

UUID = "ExampYeExampYe"
NAMES = ("one", "two", "three")
DEVICES = {name: key(name).public.hex() for name in NAMES}


def a_ballot(slip: str = "a", poll: str = UUID) -> Entry:
    return opened("booth").write(Kind.BALLOT, ballot_body(slip, uuid=UUID), poll)


def a_holding() -> Holding:
    holding = Holding.of(a_ballot())
    assert holding is not None
    return holding


def a_voucher(name: str) -> Voucher:
    return Voucher.by(DEVICES[name], a_holding().sign(key(name)))


def test_a_ballot_s_entry_says_what_is_to_be_signed() -> None:
    entry = a_ballot()
    assert a_holding().election == UUID
    assert a_holding().assembly == entry.header.assembly
    assert len(a_holding().tracker) == 43


def test_nothing_else_can_be_signed_for() -> None:
    opening, sealed = chain("booth", 1)
    assert Holding.of(opening) is None
    assert Holding.of(sealed) is None  # no ballot's body
    assert Holding.of(a_ballot(poll="AnotherYeAnotherYe")) is None


def test_a_signature_is_its_signer_s_and_of_this_ballot_alone() -> None:
    signature = a_holding().sign(key("one"))
    assert a_holding().is_signed_by(DEVICES["one"], signature)
    assert not a_holding().is_signed_by(DEVICES["two"], signature)
    for change in ({"assembly": "0" * 32}, {"election": "Other"}, {"tracker": "A" * 43}):
        assert not replace(a_holding(), **change).is_signed_by(DEVICES["one"], signature)


@pytest.mark.parametrize("device", ["", "no key", "00", DEVICES["one"][:-2]])
def test_who_has_no_key_has_signed_nothing(device: str) -> None:
    assert not a_holding().is_signed_by(device, a_holding().sign(key("one")))


def test_signers_are_found_among_the_devices_of_an_assembly() -> None:
    given = read_symbol(symbol([a_voucher("one"), a_voucher("three")]))
    assert a_holding().signers(given, DEVICES.values()) == (DEVICES["one"], DEVICES["three"])
    assert a_holding().signers(given, [DEVICES["two"]]) == ()
    other = replace(a_holding(), tracker="A" * 43)
    assert other.signers(given, DEVICES.values()) == ()


@pytest.mark.parametrize("names", [NAMES[:1], NAMES[:2], NAMES])
def test_a_symbol_is_read_as_it_was_written_in_whatever_order(names: tuple[str, ...]) -> None:
    vouchers = [a_voucher(name) for name in names]
    said = symbol(vouchers)
    assert said == symbol(vouchers[::-1])
    assert read_symbol(said) == tuple(sorted(vouchers))
    assert read_symbol(f" {said[:50]}\n{said[50:]}\r\n") == tuple(sorted(vouchers))


@pytest.mark.parametrize("names", [(), ("one", "one"), (*NAMES, "booth")])
def test_a_symbol_of_nobody_of_too_many_or_of_one_twice_is_not_written(
    names: tuple[str, ...],
) -> None:
    signed = [Voucher.by(key(n).public.hex(), a_holding().sign(key(n))) for n in names]
    with pytest.raises(ValueError, match="vouchers"):
        symbol(signed)


def altered() -> dict[str, object]:
    one = symbol([a_voucher("one")])
    ordered = sorted(map(a_voucher, NAMES))
    parts = [symbol([each]).removeprefix(HEAD) for each in ordered]
    return {
        "no text": one.encode(),
        "nothing": "",
        "nothing after its head": HEAD,
        "without its head": one.removeprefix(HEAD),
        "another head": one.replace("H1", "H2"),
        "small letters": one.lower(),
        "too short": one[:-1],
        "one symbol too many": one + "A",
        "another last symbol, of the same bytes": one[:-1] + chr(ord(one[-1]) + 1),
        "a strange symbol": one[:20] + "0" + one[21:],
        "padding": one + "====",
        "no length of base 32": one + "AA",
        "out of order": written(ordered[::-1]),
        "one device twice": written([ordered[0], ordered[0]]),
        "four": written([*ordered, Voucher(b"\xff" * 8, bytes(64))]),
        "very many": HEAD + "A" * 100_000,
        "two symbols": HEAD + parts[0] + HEAD + parts[1],
    }


def written(vouchers: list[Voucher]) -> str:
    data = b"".join(each.prefix + each.signature for each in vouchers)
    return HEAD + b32encode(data).decode().rstrip("=")


@pytest.mark.parametrize("how", altered())
def test_everything_else_is_refused_with_one_error(how: str) -> None:
    with pytest.raises(ReceiptRefused) as refused:
        read_symbol(altered()[how])
    assert refused.value.code is ReceiptProblem.HELD


def test_a_voucher_has_the_sizes_of_a_key_s_beginning_and_a_signature() -> None:
    for prefix, signature in ((bytes(7), bytes(64)), (bytes(8), bytes(63))):
        with pytest.raises(ValueError, match="size"):
            Voucher(prefix, signature)


def test_there_are_at_least_as_many_others_as_have_signed() -> None:
    assert Others().number == 0
    signatures = {DEVICES[name]: bytes(64) for name in NAMES}
    assert Others(number=3, signatures=signatures).signatures == signatures
    for number in (2, -1):
        with pytest.raises(ValueError, match="number"):
            Others(number=number, signatures=signatures if number > 0 else {})


def test_a_symbol_has_room_for_two_others_that_are_known() -> None:
    others = Others(number=4, signatures={device: bytes(64) for device in DEVICES.values()})
    assert list(others.chosen(DEVICES.values())) == sorted(DEVICES.values())[:2]
    assert set(others.chosen({DEVICES["two"]})) == {DEVICES["two"]}
