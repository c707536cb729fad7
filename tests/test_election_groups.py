# SPDX-License-Identifier: AGPL-3.0-or-later
"""Groups, their elements in text, and the numbers beside them."""

from __future__ import annotations

import gmpy2
import pytest
from nacl.bindings import crypto_core_ed25519_add

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Group, product, read_key
from ballots.election.groups.logarithms import logarithms
from ballots.election.groups.modp import BELENIOS_2048, RFC_3526_2048, Modulus
from ballots.election.groups.named import group_named
from ballots.election.numerals import decode, decode_exactly, read_number
from ballots.randomness import shuffled, uniform
from tests.small_elections import seeded

ED25519 = group_named("Ed25519")
BELENIOS = group_named("BELENIOS-2048")
GROUPS = [
    ED25519,
    BELENIOS,
    group_named("BELENIOS-2048", gmpy2.powmod),
    group_named("RFC-3526-2048", gmpy2.powmod),
]
IDENTITY = "0" * 63 + "1"


def refused(code: ElectionProblem, group: Group, text: str) -> None:
    with pytest.raises(ElectionRefused) as refusal:
        group.read(text)
    assert refusal.value.code is code


def test_points_are_written_most_significant_byte_first() -> None:
    assert ED25519.text(ED25519.generate(1)) == "66" * 31 + "58"
    assert ED25519.text(ED25519.generate(2)) == (
        "2260cdf3092329c21da25ee8c9a21f5697390f51643851560e5f46ae6af8a3c9"
    )
    assert ED25519.text(ED25519.identity) == IDENTITY


@pytest.mark.parametrize("numbers", [BELENIOS_2048, RFC_3526_2048], ids=lambda it: it.name)
def test_the_generator_of_a_group_of_integers_has_the_stated_order(numbers: Modulus) -> None:
    assert numbers.g != 1
    assert gmpy2.powmod(numbers.g, numbers.q, numbers.p) == 1
    assert gmpy2.is_prime(numbers.p)
    assert gmpy2.is_prime(numbers.q)
    group = group_named(numbers.name, gmpy2.powmod)
    assert group.text(group.generate(1)) == str(numbers.g)


@pytest.mark.parametrize("group", GROUPS)
def test_powers_agree_whichever_way_they_are_reached(group: Group) -> None:
    random = seeded(7)
    base = group.generate(uniform(random, group.q))
    table = group.fixed(base)
    for exponent in (0, 1, 2, group.q - 1, group.q, -1, uniform(random, group.q)):
        power = group.power(base, exponent)
        assert table(exponent) == power
        assert group.times(power, group.power(base, -exponent)) == group.identity
        assert group.generate(exponent) == group.power(group.generate(1), exponent)
        assert group.read(group.text(power)) == power
    assert group.power(group.identity, 5) == group.identity
    assert product(group, []) == group.identity
    assert product(group, [base, base]) == group.power(base, 2)


@pytest.mark.parametrize(
    "text",
    [
        "66" * 31,
        "66" * 32 + "58",
        "66" * 31 + "5 8",
        ("66" * 31 + "58").replace("8", "\uff18"),
        "2260CDF3092329C21DA25EE8C9A21F5697390F51643851560E5F46AE6AF8A3C9",
        "66" * 30 + " 66" + "58",
        "zz" * 32,
        "00" * 32,  # a point of order 4
        "7f" + "ff" * 30 + "ec",  # -1, the point of order 2
        "7f" + "ff" * 30 + "ee",  # 1 written as p + 1
        "80" + "00" * 30 + "01",  # the identity with a sign
        "",
    ],
)
def test_what_is_no_point_of_the_subgroup_is_refused(text: str) -> None:
    refused(ElectionProblem.ELEMENT, ED25519, text)


def test_a_point_with_a_small_part_is_refused() -> None:
    order_two = bytes.fromhex("ec" + "ff" * 30 + "7f")
    mixed = crypto_core_ed25519_add(ED25519.generate(1), order_two)
    refused(ElectionProblem.ELEMENT, ED25519, mixed[::-1].hex())


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "",
        "-1",
        "+1",
        "01",
        " 1",
        "1_0",
        "²",
        "\u0661",
        str(BELENIOS_2048.p),
        str(BELENIOS_2048.p + 1),
        str(BELENIOS_2048.p - 1),
        "2",
        "9" * 700,
    ],
)
def test_what_is_no_member_of_belenios_2048_is_refused(text: str) -> None:
    refused(ElectionProblem.ELEMENT, BELENIOS, text)


@pytest.mark.parametrize("group", GROUPS[:2])
def test_the_identity_is_an_element_but_no_key(group: Group) -> None:
    text = group.text(group.identity)
    assert group.read(text) == group.identity
    with pytest.raises(ElectionRefused) as refusal:
        read_key(group, text)
    assert refusal.value.code is ElectionProblem.ELEMENT


def test_a_group_that_is_not_known_is_refused() -> None:
    with pytest.raises(ElectionRefused) as refusal:
        group_named("Curve448")
    assert refusal.value.facts == {"group": "Curve448"}


def test_a_group_is_made_once() -> None:
    assert group_named("BELENIOS-2048", pow) is group_named("BELENIOS-2048", pow)


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "00", "01", " 1", "1 ", "1_0", "\u0663", "10", "11"]
)
def test_a_number_is_read_in_one_spelling_and_below_its_limit(text: str) -> None:
    assert read_number("0", 10) == 0
    assert read_number("9", 10) == 9
    with pytest.raises(ElectionRefused) as refusal:
        read_number(text, 10)
    assert refusal.value.code is ElectionProblem.NUMBER


def test_logarithms_are_found_up_to_the_most_there_can_be() -> None:
    for most in (0, 1, 7, 100):
        powers = [ED25519.generate(count) for count in range(most + 1)]
        assert logarithms(ED25519, powers, most) == list(range(most + 1))
    with pytest.raises(ElectionRefused) as refusal:
        logarithms(ED25519, [ED25519.generate(-1)], 100)
    assert refusal.value.code is ElectionProblem.TALLY


@pytest.mark.parametrize(
    "text", [b"[1, 2]", b"[1.0]", b"[1e2]", b'{"a":1,"a":1}', b'["\\u0061"]', b"[1]\n", b'"\xff"']
)
def test_json_that_is_spelt_otherwise_is_refused(text: bytes) -> None:
    with pytest.raises(ElectionRefused):
        decode(text, object, "thing")
    with pytest.raises(ElectionRefused):
        decode_exactly(text, list[int], "thing")


def test_json_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(ElectionRefused):
        decode(b"[" * 100_000, object, "thing")


def test_every_number_below_a_limit_is_drawn() -> None:
    random = seeded(5)
    assert {uniform(random, 5) for _ in range(100)} == {0, 1, 2, 3, 4}
    assert uniform(random, 1) == 0


def test_a_shuffle_keeps_every_item_and_reaches_every_order() -> None:
    random = seeded(6)
    orders = {tuple(shuffled(random, "abc")) for _ in range(200)}
    assert len(orders) == 6
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)


MIXED_ORDER = crypto_core_ed25519_add(
    ED25519.generate(7),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
)


@pytest.mark.parametrize(
    "raw",
    [
        MIXED_ORDER,
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        (2**255 - 19 + 3).to_bytes(32, "little"),  # not canonical
        bytes([1]) + bytes(30) + b"\x80",  # the identity with a sign
        bytes(32),  # of order 4
        (2).to_bytes(32, "little"),  # on no curve
    ],
)
@pytest.mark.parametrize("exponent", [0, 1, 8, ED25519.q])
def test_a_power_tells_that_its_base_is_not_in_the_group(raw: bytes, exponent: int) -> None:
    claimed = ED25519.claimed(raw[::-1].hex())
    with pytest.raises(ElectionRefused) as refusal:
        ED25519.power(claimed, exponent)
    assert refusal.value.code is ElectionProblem.ELEMENT


def test_what_is_on_no_curve_cannot_be_multiplied() -> None:
    with pytest.raises(ElectionRefused):
        ED25519.times(ED25519.claimed(f"{2:064x}"), ED25519.generate(1))


def test_nothing_is_claimed_of_integers_that_is_not_checked() -> None:
    with pytest.raises(ElectionRefused):
        BELENIOS.claimed("2")
    assert BELENIOS.claimed(BELENIOS.text(BELENIOS.generate(2))) == BELENIOS.generate(2)


def test_independent_generators_are_those_of_the_specification() -> None:
    assert ED25519.text(ED25519.independent(-1)) == (
        "d6f7c1ea42e2474a28baea1141185bb7b39fe58011e5fc31d093b5c9345f18c7"
    )
    assert ED25519.text(ED25519.independent(0)).startswith("c95c81b4")
    for group in GROUPS:
        some = [group.independent(index) for index in (-1, 0, 1, 2)]
        assert len(set(some)) == 4
        assert all(group.read(group.text(element)) == element for element in some)


@pytest.mark.parametrize("group", [ED25519, group_named("RFC-3526-2048", gmpy2.powmod)])
@pytest.mark.parametrize("values", [[0], [0, 0], [1, 2, 3], [255] * 30, [7], [0, 255]])
def test_an_element_holds_small_numbers(group: Group, values: list[int]) -> None:
    element = group.hold(values)
    assert group.held(element, len(values)) == tuple(values)
    assert group.read(group.text(element)) == element


def test_the_elements_that_hold_the_worked_numbers() -> None:
    assert ED25519.text(ED25519.hold([1, 2, 3])) == "4080c009".rjust(64, "0")
    rfc = group_named("RFC-3526-2048", gmpy2.powmod)
    assert rfc.text(rfc.hold([1, 2, 3])) == "16909057"
