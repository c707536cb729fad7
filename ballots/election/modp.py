# SPDX-License-Identifier: AGPL-3.0-or-later
"""BELENIOS-2048: the subgroup of 256-bit order of the integers modulo a 2048-bit prime."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from ballots.election.elements import Element, Power
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.numerals import is_decimal

ModularPower = Callable[[int, int, int], int]
"""As the builtin `pow(base, exponent, modulus)`."""

# The constants of Belenios 2.0 to 3.3 (its specification, section "Groups").
P = int(
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
G = int(
    "24023526775018522092276877035323999327122876573783649165100753187876632741463"
    "53219320285676155269678799694668298749389095083896573425601900601068477164491"
    "73547413728310461045868131451178164675540052740288984613986453266121505579709"
    "71620161682703128864324566638348636357821061549184199825343151897406581868686"
    "51151358576410138882215396016043228843603930989333662772848406593138406010231"
    "67509576377798266510360682240663507669776402534625377308513317349519424896775"
    "40525736590494924776314759915751987751777114814909204566002054781270547282381"
    "40972518639858334115700568353695553423781475582491896050296680037745308460627"
)
Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441

_SIZE = 256  # bytes of an element, most significant first
_DIGIT = 9  # bits; larger tables would be faster, but a small computer has to build them
_MASK = (1 << _DIGIT) - 1


class PowerTable:
    """Powers of one base: a row for each digit of nine bits of the exponent, lowest first.

    4.4 MB, built at the first use in the time of some fifty plain powers; after that a power
    costs 28 multiplications instead of some 300.
    """

    def __init__(self, base: int, modulus: int) -> None:
        self._base = base
        self._modulus = modulus

    @cached_property
    def _rows(self) -> list[list[int]]:
        rows, step = [], self._base
        for _ in range(0, Q.bit_length(), _DIGIT):
            row = [1]
            for _ in range(1 << _DIGIT):
                row.append(row[-1] * step % self._modulus)
            step = row.pop()
            rows.append(row)
        return rows

    def __call__(self, exponent: int) -> int:
        """The base to an exponent in [0, Q)."""
        total = 1
        for row in self._rows:
            total = total * row[exponent & _MASK] % self._modulus
            exponent >>= _DIGIT
        return total


class Belenios2048:
    """Elements are 256 bytes; `power` is the builtin `pow` or one that answers the same."""

    name = "BELENIOS-2048"
    q = Q
    identity = Element((1).to_bytes(_SIZE, "big"))

    def __init__(self, power: ModularPower) -> None:
        self._power = power
        # In the number type of `power`, so that tables multiply at its speed too.
        self._modulus = power(P, 1, P + 1)
        self._generator = self._table(G)

    def _table(self, base: int) -> PowerTable:
        return PowerTable(self._power(base, 1, P), self._modulus)

    def generate(self, exponent: int) -> Element:
        """By table."""
        return _element(self._generator(exponent % Q))

    def power(self, base: Element, exponent: int) -> Element:
        """By the function handed in."""
        return _element(self._power(int.from_bytes(base, "big"), exponent % Q, P))

    def fixed(self, base: Element) -> Power:
        """By a table of its own."""
        table = self._table(int.from_bytes(base, "big"))
        return lambda exponent: _element(table(exponent % Q))

    def times(self, one: Element, other: Element) -> Element:
        """Multiplication modulo P."""
        return _element(int.from_bytes(one, "big") * int.from_bytes(other, "big") % P)

    def text(self, element: Element) -> str:
        """Decimal digits."""
        return str(int.from_bytes(element, "big"))

    def read(self, text: str) -> Element:
        """Canonical decimals in [1, P) whose power by the order is 1."""
        if not is_decimal(text, digits=617):
            raise ElectionRefused(ElectionProblem.ELEMENT)
        number = int(text)
        if not 0 < number < P or self._power(number, Q, P) != 1:
            raise ElectionRefused(ElectionProblem.ELEMENT)
        return _element(number)


def _element(number: int) -> Element:
    return Element(int(number).to_bytes(_SIZE, "big"))
