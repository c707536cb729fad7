# SPDX-License-Identifier: AGPL-3.0-or-later
"""Subgroups of prime order of the integers modulo a 2048-bit prime (ELECTION.md §2).

Elements are written as decimals; a number belongs to the group if its power by the order is 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Element, Power, packed, unpacked
from ballots.election.numerals import hex_hash, is_decimal

ModularPower = Callable[[int, int, int], int]
"""As the builtin `pow(base, exponent, modulus)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modulus:
    """A group by its numbers: `q` divides `p` - 1, and `g` generates the subgroup of order q.

    `digit` is how many bits of an exponent one step of a table of powers takes.
    """

    name: str
    p: int
    q: int
    g: int
    digit: int
    most_values: int = 0


# The constants of Belenios 2.0 to 3.3 (its specification, section "Groups").
_P = int(
    "20694785691422546401013643657505008064922989295751104097100884787057374219242"
    "71740192223725449768433812906663313807895840496005438963628979639303877390572"
    "28036059737494276713767776188985898727358650490811670993105358677809800307904"
    "91654063777173764198678527273474476341835600035698305193144284561701911000786"
    "73730733356412397173289791324047457883446826065232797464795113767265869358218"
    "00463179220736688600526271863633860887968821207694323661494910029234443463732"
    "22145884100586421050242120365433561201320481118852408731077014151666200162313"
    "17716937218924807850771182784231749807327659882882516918310312568016207288071"
    "9"
)
_G = int(
    "24023526775018522092276877035323999327122876573783649165100753187876632741463"
    "53219320285676155269678799694668298749389095083896573425601900601068477164491"
    "73547413728310461045868131451178164675540052740288984613986453266121505579709"
    "71620161682703128864324566638348636357821061549184199825343151897406581868686"
    "51151358576410138882215396016043228843603930989333662772848406593138406010231"
    "67509576377798266510360682240663507669776402534625377308513317349519424896775"
    "40525736590494924776314759915751987751777114814909204566002054781270547282381"
    "40972518639858334115700568353695553423781475582491896050296680037745308460627"
)
_Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441

# RFC 3526 §3, group 14: a safe prime, whose squares are the subgroup.
_SAFE = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
    "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
    "F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3D"
    "C2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E8603"
    "9B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)

# Rows of a table are larger where exponents are short: 4.4 MB and 5.6 MB for each base. The format
# lets the larger group hold 255 numbers, but where many are 255 an element would exceed p.
BELENIOS_2048 = Modulus(name="BELENIOS-2048", p=_P, q=_Q, g=_G, digit=9)
RFC_3526_2048 = Modulus(
    name="RFC-3526-2048", p=_SAFE, q=(_SAFE - 1) // 2, g=2, digit=6, most_values=254
)

_SIZE = 256  # bytes of an element, most significant first
_PADDING = 8  # bits below the numbers that an element holds


class PowerTable:
    """Powers of one base: a row for each digit of the exponent, lowest first.

    Built at the first use in the time of some fifty plain powers; after that a power costs one
    multiplication for each digit.
    """

    def __init__(self, base: int, modulus: int, bits: int, digit: int) -> None:
        """`modulus` in the number type that is to multiply; exponents have at most `bits`."""
        self._base = base
        self._modulus = modulus
        self._bits = bits
        self._digit = digit
        self._mask = (1 << digit) - 1

    @cached_property
    def _rows(self) -> list[list[int]]:
        rows, step = [], self._base
        for _ in range(0, self._bits, self._digit):
            row = [1]
            for _ in range(1 << self._digit):
                row.append(row[-1] * step % self._modulus)
            step = row.pop()
            rows.append(row)
        return rows

    def __call__(self, exponent: int) -> int:
        """The base to an exponent of at most so many bits."""
        total, mask, digit = 1, self._mask, self._digit
        for row in self._rows:
            total = total * row[exponent & mask] % self._modulus
            exponent >>= digit
        return total


class ModularGroup:
    """Elements are 256 bytes; `power` is the builtin `pow` or one that answers the same."""

    def __init__(self, numbers: Modulus, power: ModularPower) -> None:
        """The group of these numbers."""
        self.name = numbers.name
        self.q = numbers.q
        self.identity = _element(1)
        self.most_values = numbers.most_values
        self._p = numbers.p
        self._power = power
        # In the number type of `power`, so that tables multiply at its speed too.
        self._modulus = power(numbers.p, 1, numbers.p + 1)
        self._digit = numbers.digit
        self._generator = self._table(numbers.g)
        self._independent = cache(self._find_independent)

    def _table(self, base: int) -> PowerTable:
        return PowerTable(
            self._power(base, 1, self._p), self._modulus, self.q.bit_length(), self._digit
        )

    def generate(self, exponent: int) -> Element:
        """By table."""
        return _element(self._generator(exponent % self.q))

    def power(self, base: Element, exponent: int) -> Element:
        """By the function handed in; its base was checked when it was read."""
        return _element(self._power(int.from_bytes(base, "big"), exponent % self.q, self._p))

    def fixed(self, base: Element) -> Power:
        """By a table of its own."""
        table = self._table(int.from_bytes(base, "big"))
        return lambda exponent: _element(table(exponent % self.q))

    def times(self, one: Element, other: Element) -> Element:
        """Multiplication modulo p."""
        return _element(int.from_bytes(one, "big") * int.from_bytes(other, "big") % self._p)

    def text(self, element: Element) -> str:
        """Decimal digits."""
        return str(int.from_bytes(element, "big"))

    def read(self, text: str) -> Element:
        """Canonical decimals in [1, p) whose power by the order is 1."""
        if not is_decimal(text, digits=617):
            raise ElectionRefused(ElectionProblem.ELEMENT)
        number = int(text)
        if not 0 < number < self._p or not self._is_member(number):
            raise ElectionRefused(ElectionProblem.ELEMENT)
        return _element(number)

    def claimed(self, text: str) -> Element:
        """Nothing is left for later: a power would not tell a stranger from a member."""
        return self.read(text)

    def independent(self, index: int) -> Element:
        """A hash to the power of the cofactor."""
        return self._independent(index)

    def _find_independent(self, index: int) -> Element:
        number = int(hex_hash(f"ggen|{index}".encode()), 16)
        return _element(self._power(number, (self._p - 1) // self.q, self._p))

    def hold(self, values: Sequence[int]) -> Element:
        """The first member at or after the numbers."""
        start = packed(values) << _PADDING
        return next(_element(n) for n in itertools.count(start) if n and self._is_member(n))

    def held(self, element: Element, count: int) -> tuple[int, ...]:
        """What stands above the padding."""
        return unpacked(int.from_bytes(element, "big") >> _PADDING, count)

    def _is_member(self, number: int) -> bool:
        return self._power(number, self.q, self._p) == 1


def _element(number: int) -> Element:
    return Element(int(number).to_bytes(_SIZE, "big"))
