# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files for Decidim byte by byte, and each trap of its importers avoided."""

from __future__ import annotations

import json
import unicodedata
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.decidim.exported.table import read_table
from sync.decidim.uploads import rich, sheet
from sync.decidim.uploads.accountability import NewResult, results_csv
from sync.decidim.uploads.answers import Answer, answers_csv, answers_json
from sync.decidim.uploads.census import (
    hashed_tokens,
    online_census,
    read_registrations,
    validated_codes,
)
from sync.decidim.uploads.closure import Closure
from sync.decidim.uploads.errors import ExportProblem, ExportRefused
from sync.decidim.uploads.paper_ballots import paper_ballots_csv

KEY = bytes(range(32))


def an_answer(proposal: str, state: str = "accepted", **texts: str) -> Answer:
    words = texts or {"ca": "41 sí", "es": "41 sí"}
    told = {locale: rich.paragraph(rich.text(text)) for locale, text in words.items()}
    return Answer(proposal=proposal, state=state, texts=told)


def a_result(id_: str, title: str = "Ombra") -> NewResult:
    told = {"ca": rich.paragraph(rich.text("Aprovat"))}
    return NewResult(external_id=id_, titles={"ca": rich.title(title)}, descriptions=told)


def refused(problem: ExportProblem) -> pytest.RaisesExc[ExportRefused]:
    return pytest.raises(ExportRefused, check=lambda error: error.code is problem)


# --- answers ------------------------------------------------------------------------------------


def test_answers_are_these_bytes() -> None:
    answers = [an_answer("120", "rejected"), an_answer("12", ca="a; b", es='"c"')]
    assert (
        answers_csv(answers)
        == (
            "id;state;answer/ca;answer/es\n"
            '12;accepted;"<p>a; b</p>";"<p>&quot;c&quot;</p>"\n'
            "120;rejected;<p>41 sí</p>;<p>41 sí</p>\n"
        ).encode()
    )


def test_answers_as_json_have_identical_keys_in_every_record() -> None:
    records = json.loads(answers_json([an_answer("7"), an_answer("3", "rejected")]))
    assert [record["id"] for record in records] == ["3", "7"]
    assert {tuple(record) for record in records} == {("answer/ca", "answer/es", "id", "state")}


def test_a_language_that_one_answer_lacks_is_refused_and_not_lost_in_silence() -> None:
    for write in (answers_csv, answers_json):
        with refused(ExportProblem.LOCALES):
            write([an_answer("1", ca="a"), an_answer("2", ca="a", es="b")])


def test_the_order_in_which_answers_come_changes_no_byte() -> None:
    answers = [an_answer(id_) for id_ in ("2", "10", "1")]
    assert len({answers_csv(each) for each in permutations(answers)}) == 1


def test_a_header_alone_is_not_written_since_decidim_calls_it_invalid() -> None:
    for write in (answers_csv, answers_json):
        with refused(ExportProblem.EMPTY):
            write([])


def test_two_answers_to_one_proposal_are_refused() -> None:
    with refused(ExportProblem.TWICE):
        answers_csv([an_answer("1"), an_answer("1", "rejected")])


@pytest.mark.parametrize("id_", ["", "0", "01", "-1", "1.0", "٣", "12a", "9" * 19])
def test_what_is_no_number_of_a_proposal_is_refused(id_: str) -> None:
    with refused(ExportProblem.ID):
        answers_csv([an_answer(id_)])


@pytest.mark.parametrize("state", ["", "Accepted", "not answered", "a;b"])
def test_what_is_no_token_of_a_state_is_refused(state: str) -> None:
    with refused(ExportProblem.STATE):
        an_answer("1", state)


def test_an_answer_without_text_is_refused() -> None:
    with refused(ExportProblem.LOCALES):
        Answer(proposal="1", state="rejected", texts={"ca": rich.Rich("")})


# --- cells --------------------------------------------------------------------------------------


@given(st.text(max_size=40), st.sampled_from(sheet.SEPARATORS))
def test_what_is_written_is_read_back_or_refused(cell: str, separator: str) -> None:
    try:
        written = sheet.csv([{"id": "1", "text": cell}], separator)
    except ExportRefused:
        assert any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in cell)
        return
    assert written.endswith(b"\n")
    assert b"\n\n" not in written
    assert not written.startswith(b"\xef\xbb\xbf")
    if separator == ";":
        table = read_table(written.decode())
        assert not table.problems
        assert [[cell.text for cell in row] for row in table.rows] == [["id", "text"], ["1", cell]]


@pytest.mark.parametrize("cell", ["a\nb", "a\r", "\x00", "\u2028", "\ud800", "\x85"])
def test_no_cell_breaks_a_line(cell: str) -> None:
    for write in (sheet.csv, sheet.json):
        with refused(ExportProblem.CELL):
            write([{"id": cell}])


def test_another_separator_than_decidim_knows_is_refused() -> None:
    with refused(ExportProblem.SEPARATOR):
        sheet.csv([{"id": "1", "text": "a"}], "|")


# --- rich text ----------------------------------------------------------------------------------


def test_text_from_elsewhere_stays_text() -> None:
    block = rich.paragraph(rich.strong("<script>"), rich.text("a & b\n'c'"))
    assert block == "<p><strong>&lt;script&gt;</strong> a &amp; b &#x27;c&#x27;</p>"
    assert rich.items([rich.text("<"), rich.text("b")]) == "<ul><li>&lt;</li><li>b</li></ul>"
    assert rich.items([]) == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_title_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    assert rich.title(f"{start}1+1") == f"«{start}1+1»"
    assert rich.title("Més ombra") == "Més ombra"


@pytest.mark.parametrize("tag", ["<b>", "&lt;b&gt;"])
def test_a_title_in_mark_up_is_neither_run_nor_lost(tag: str) -> None:
    assert rich.title(tag) == "\u2039b\u203a"


@given(st.text(max_size=30))
def test_rich_text_never_breaks_a_line_and_has_no_mark_up_of_others(words: str) -> None:
    made = rich.text(words)
    assert "<" not in made
    assert ">" not in made
    assert "\n" not in made


# --- paper ballots ------------------------------------------------------------------------------


def test_paper_ballots_are_differences_and_zero_is_left_out() -> None:
    assert paper_ballots_csv({"90": -3, "81": 41, "82": 0}) == (
        b"id;paper_ballots_to_import\n81;41\n90;-3\n"
    )


def test_nothing_changed_is_no_file_of_paper_ballots() -> None:
    with refused(ExportProblem.EMPTY):
        paper_ballots_csv({"81": 0})


def test_a_number_beyond_the_column_is_refused() -> None:
    with refused(ExportProblem.TOO_LARGE):
        paper_ballots_csv({"81": 2**31})


# --- accountability -----------------------------------------------------------------------------


def test_results_are_created_with_their_external_id_and_nothing_that_is_misread() -> None:
    written = results_csv([a_result("urna:b"), a_result("urna:a", "=1")], there=())
    assert (
        written
        == (
            "title/ca;description/ca;external_id\n"
            "«=1»;<p>Aprovat</p>;urna:a\n"
            "Ombra;<p>Aprovat</p>;urna:b\n"
        ).encode()
    )
    header = written.split(b"\n")[0].split(b";")
    assert not {b"id", b"parent/id", b"proposal_urls", b"category/id"} & set(header)


def test_a_result_that_is_there_is_not_created_again() -> None:
    with refused(ExportProblem.TWICE):
        results_csv([a_result("urna:a")], there={"urna:a"})
    with refused(ExportProblem.TWICE):
        results_csv([a_result("urna:a"), a_result("urna:a")], there=())


# --- census -------------------------------------------------------------------------------------

EXPORT = (
    "id;code;user/name;user/email\n"
    "31;ABCD2345;Veïna Exemple;veina@example.org\n"
    "4;ZZZZ9999;Veí Exemple;vei@example.org\n"
    "5;;Sense Codi;res@example.org\n"
).encode()


def test_registrations_are_kept_as_keyed_hashes_and_nothing_else() -> None:
    registrations = read_registrations(EXPORT, KEY)
    kept = repr(registrations) + repr(dict(registrations.by_hash))
    assert not any(word in kept for word in ("Exemple", "example.org", "ABCD2345"))
    assert registrations.number("abcd-2345 ") == "31"
    assert registrations.number("ABCD2346") is None
    assert registrations.by_hash != read_registrations(EXPORT, bytes(32)).by_hash


def test_codes_to_validate_are_those_of_who_came() -> None:
    assert validated_codes(EXPORT, {"31", "4", "77"}) == b"id;code\n4;ZZZZ9999\n31;ABCD2345\n"
    with refused(ExportProblem.EMPTY):
        validated_codes(EXPORT, ())


def test_who_votes_in_the_room_is_not_in_the_online_census() -> None:
    census = b"email;token\na1@assembla.invalid;7KQF-22MX\na2@assembla.invalid;8KQF-22MX\n"
    came = hashed_tokens(["7kqf22mx"], KEY)
    assert online_census(census, came, KEY) == b"email;token\na2@assembla.invalid;8KQF-22MX\n"


def test_an_e_mail_that_comes_twice_is_refused_since_decidim_drops_one_in_silence() -> None:
    with refused(ExportProblem.TWICE) as told:
        online_census(b"email;token\na@b.invalid;1\nA@b.invalid;2\n", (), KEY)
    assert told.value.facts == {"id": "3"}


@pytest.mark.parametrize("data", [b"id;name\n1;a\n", b"", b"id;code;code\n1;a;b\n"])
def test_a_file_without_the_columns_is_refused(data: bytes) -> None:
    with refused(ExportProblem.COLUMN):
        read_registrations(data, KEY)


def test_bytes_of_another_encoding_are_refused() -> None:
    with refused(ExportProblem.CELL):
        read_registrations("id;code\n1;è\n".encode("latin-1"), KEY)


# --- closing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("present", "field"), [(0, 0), (999, 999), (1000, 999), (3000, 999)])
def test_the_form_takes_999_attendees(present: int, field: int) -> None:
    closure = Closure(reports={"ca": rich.Rich("<p>a</p>")}, present=present)
    assert (closure.attendees, closure.capped) == (field, present > 999)
