# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list that people and programs read: its form, and the line from where on it is none."""

from __future__ import annotations

import pytest

from ballots.receipts.errors import ReceiptProblem, ReceiptRefused
from ballots.receipts.listing import root_of
from kiosk.published_list import MAX_LIST, read_list, root_line
from printouts.identifiers import require_election
from tests.told_evenings import OTHER_UUID, UUID

ONE, TWO, THREE = "A" * 43, "B" * 42 + "A", "a" * 42 + "A"
LINE = root_line(UUID, 2, root_of([ONE, TWO]).hex())
LINES = [
    "Votació d'exemple",
    "Empremta:",
    LINE,
    "",
    "Butlletes comptades:",
    f"  {ONE}",
    f"  {TWO}",
    "",
    "Proves de cabina:",
    f"  {THREE}",
    "    Fem la festa? Sí",
]


def text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def line_of(data: bytes) -> object:
    with pytest.raises(ReceiptRefused) as caught:
        read_list(data)
    assert caught.value.code is ReceiptProblem.LIST
    return caught.value.facts["line"]


def test_a_list_says_what_was_counted_and_what_was_challenged() -> None:
    (poll,) = read_list(text(LINES))
    require_election(poll.election)
    assert (poll.title, poll.election) == ("Votació d'exemple", UUID)
    assert (poll.trackers, poll.challenged) == ((ONE, TWO), (THREE,))
    assert poll.root == poll.computed


def test_a_list_without_challenges_and_one_without_ballots_are_lists() -> None:
    (poll,) = read_list(text(LINES[:7]))
    assert (poll.trackers, poll.challenged) == ((ONE, TWO), ())
    nothing = root_line(UUID, 0, root_of([]).hex())
    (poll,) = read_list(text([*LINES[:2], nothing, *LINES[3:5]]))
    assert (poll.trackers, poll.computed) == ((), poll.root)


def test_several_polls_stand_one_after_the_other() -> None:
    other = [*LINES[:2], root_line(OTHER_UUID, 2, root_of([ONE, TWO]).hex()), *LINES[3:7]]
    assert len(read_list(text([*LINES, "", *other]))) == 2
    assert len(read_list(text([*other, "", *LINES]))) == 2
    assert line_of(text([*LINES, "", *LINES])) == 13


def test_another_root_is_read_and_can_be_compared() -> None:
    (poll,) = read_list(text([*LINES[:2], root_line(UUID, 2, "0" * 64), *LINES[3:]]))
    assert poll.root != poll.computed


@pytest.mark.parametrize("line", range(len(LINES)))
def test_a_list_that_lacks_a_line_is_none(line: int) -> None:
    without = [*LINES[:line], *LINES[line + 1 :]]
    assert line_of(text(without)) in range(1, len(LINES) + 1)


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (1, " Votació"),
        (1, ""),
        (2, ""),
        (3, LINE[2:]),
        (3, LINE.replace(":2:", ":02:")),
        (3, LINE.upper()),
        (3, LINE.replace(UUID, "short")),
        (4, " "),
        (5, "  Butlletes"),
        (6, f"  {ONE[:-1]}"),
        (6, f"   {ONE}"),
        (6, f"  {ONE} "),
        (6, f"  {ONE[:-1]}9"),
        (7, f"  {ONE}"),
        (10, "  Fem la festa?"),
        (11, ""),
        (11, "   Sí"),
    ],
)
def test_a_line_of_another_form_is_told_by_its_number(line: int, instead: str) -> None:
    lines = list(LINES)
    lines[line - 1] = instead
    assert line_of(text(lines)) == line


def test_codes_out_of_order_or_twice_are_told() -> None:
    assert line_of(text([*LINES[:5], f"  {TWO}", f"  {ONE}"])) == 7


def test_what_is_no_text_or_too_much_is_no_list() -> None:
    assert line_of(text(LINES[:4]) + b"\xff\n") == 5
    assert line_of(b"\n" * (MAX_LIST + 1)) == 1
    assert line_of(b"") == 1
