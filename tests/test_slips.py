# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of voting slips: every secret on them once, as symbol and as code, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from itertools import count

import pytest

from ballots.election.slip import Slip
from kiosk.i18n import voice
from printouts import slips
from printouts.errors import PaperProblem, PaperRefused
from printouts.slips import Stack
from tests.pages import fonts_of, particulars_of, pictures_of, words_of
from tests.symbols import symbols_on

TITLE = "Assemblea de veïns i veïnes del Poble-sec"


def seeded(seed: str) -> Callable[[int], bytes]:
    """Bytes that are the same in each run."""
    blocks: Iterable[bytes] = (sha256(f"{seed}{n}".encode()).digest() for n in count())
    stream = (byte for block in blocks for byte in block)
    return lambda size: bytes(next(stream) for _ in range(size))


def drawn(number: int) -> list[Slip]:
    random = seeded("slips")
    return [Slip.draw(random) for _ in range(number)]


def sheets(number: int, title: str = TITLE) -> bytes:
    stack = Stack(assembly=title, language="ca", slips=drawn(number))
    return slips.pdf(stack, voice("ca").say, voice("es").say, voice("en").say)


def test_every_slip_can_be_scanned_from_the_printed_sheets() -> None:
    pages = pictures_of(sheets(13), dots_per_inch=150)
    assert len(pages) == 2
    scanned = [payload for page in pages for payload in symbols_on(page)]
    assert sorted(scanned) == sorted(slip.payload for slip in drawn(13))
    assert {Slip.read(payload).code for payload in scanned} == {slip.code for slip in drawn(13)}


def test_every_code_can_be_read_from_the_sheet() -> None:
    words = words_of(sheets(10)).replace(" ", "")
    for slip in drawn(10):
        first, second = slip.code[:13], slip.code[14:]
        assert first in words
        assert second in words


def test_a_cut_slip_holds_its_own_symbol_only() -> None:
    (page,) = pictures_of(sheets(10), dots_per_inch=150)
    per_mm = 150 / 25.4
    payloads = [slip.payload for slip in drawn(10)]
    for place, payload in enumerate(payloads):
        row, column = divmod(place, slips.COLUMNS)
        left, top = 10 + 95 * column, 11 + 55 * row
        box = [round(edge * per_mm) for edge in (left, top, left + 95, top + 55)]
        assert symbols_on(page.crop((box[0], box[1], box[2], box[3]))) == [payload]


def test_a_sheet_says_nothing_else() -> None:
    left_over = words_of(sheets(10)).replace(" ", "")
    known = [TITLE, *(voice(speaks).say("slip.use") for speaks in ("ca", "es", "en"))]
    known += [half for slip in drawn(10) for half in (slip.code[:13], slip.code[14:])]
    for words in (*known, "Full 1 de 1"):
        left_over = left_over.replace(words.replace(" ", ""), "")
    assert left_over == ""


def test_the_same_stack_gives_the_same_bytes() -> None:
    assert sheets(11) == sheets(11)


def test_only_source_sans_is_used_and_embedded() -> None:
    assert set(fonts_of(sheets(1))) == {"SourceSans3-Regular yes", "SourceSans3-SemiBold yes"}


def test_the_particulars_hold_no_secret() -> None:
    told = particulars_of(sheets(1))
    assert told["Title"] == f"Papers de vot · {TITLE}"
    assert told["Pages"] == "1"
    assert told["Page size"].startswith("595.276 x 841.89")
    assert not any(drawn(1)[0].code[:6] in value for value in told.values())


def test_a_very_long_title_hides_no_symbol_and_no_code() -> None:
    document = sheets(10, "Assemblea extraordinària sobre desinstitucionalització " * 4)
    (page,) = pictures_of(document, dots_per_inch=150)
    assert sorted(symbols_on(page)) == sorted(slip.payload for slip in drawn(10))


def test_a_stack_prints_no_secret_in_its_own_name() -> None:
    stack = Stack(assembly=TITLE, language="ca", slips=drawn(2))
    assert drawn(1)[0].code[:6] not in repr(stack)


@pytest.mark.parametrize("title", ["", "  "])
def test_a_stack_without_title_is_refused(title: str) -> None:
    with pytest.raises(PaperRefused) as refused:
        Stack(assembly=title, language="ca", slips=drawn(1))
    assert refused.value.code is PaperProblem.EMPTY


def test_a_stack_without_slips_is_refused() -> None:
    with pytest.raises(PaperRefused) as refused:
        Stack(assembly=TITLE, language="ca", slips=[])
    assert refused.value.code is PaperProblem.EMPTY
