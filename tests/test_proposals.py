# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ballots.assembly import Wording
from ballots.errors import Problem
from kiosk.i18n import voice
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.decidim.exported.proposals import Proposal, read_proposals
from sync.decidim.exported.table import read_table
from sync.decidim.plain import plain_line, plain_lines

VECTORS = sorted((Path(__file__).parent / "vectors" / "proposals").glob("*.csv"))


def shown(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "title": dict(proposal.title.texts),
        "body": proposal.body and dict(proposal.body.texts),
        "state": proposal.state,
        "categories": list(proposal.categories),
    }


def problems_of(data: bytes) -> tuple[Problem, ...]:
    try:
        read_proposals(data)
    except ImportRefused as refused:
        return refused.problems
    return ()


def example() -> bytes:
    return (files("kiosk") / "examples" / "proposals.csv").read_bytes()


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_file_is_read_or_refused_as_its_vector_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    data = path.read_bytes()
    assert [
        [each.code, each.line, each.column, dict(each.facts)] for each in problems_of(data)
    ] == expected.get("problems", [])
    if "proposals" in expected:
        assert [shown(each) for each in read_proposals(data)] == expected["proposals"]


def test_the_vectors_are_there() -> None:
    assert len(VECTORS) >= 25


def test_the_shipped_example_holds_twelve_proposals_in_three_languages() -> None:
    proposals = read_proposals(example())
    assert len(proposals) == 12
    for proposal in proposals:
        assert set(proposal.title.texts) == {"ca", "es", "en"}
        assert proposal.body
        assert set(proposal.body.texts) == {"ca", "es", "en"}


def test_the_shipped_example_has_the_quirks_of_an_export() -> None:
    text = example().decode("utf-8")
    table = read_table(text)
    assert len(table.rows) == 13
    assert text.count("\n") > 13  # line ends within cells
    for quirk in (";'+ ", "\"'- ", "\"'=> ", "311, 344", '""=>""', "<li>", "🚸"):
        assert quirk in text
    proposals = {each.id: each for each in read_proposals(example())}
    assert proposals["20423"].title.texts["ca"].startswith("+ verd")
    assert proposals["20434"].categories == ("4", "15")


def test_no_name_of_an_author_is_kept() -> None:
    assert b"Exemple 311" in example()
    assert "Exemple 311" not in repr(read_proposals(example()))


def test_the_typeface_has_every_sign_of_what_was_read() -> None:
    path = Path(str(files("printouts") / "fonts" / "SourceSans3-Regular.ttf"))
    font = ImageFont.truetype(path, 30)

    def picture(character: str) -> bytes:
        image = Image.new("L", (60, 60))
        ImageDraw.Draw(image).text((5, 5), character, font=font, fill=255)
        return image.tobytes()

    missing = picture("\ue123")
    assert picture("🚸") == missing
    wordings = [
        wording
        for proposal in read_proposals(example())
        for wording in (proposal.title, proposal.body)
        if wording
    ]
    signs = {sign for wording in wordings for text in wording.texts.values() for sign in text}
    lacking = [sign for sign in sorted(signs - {"\n"}) if picture(sign) == missing]
    assert lacking == []


def test_a_title_is_one_line_and_a_body_may_be_several() -> None:
    assert plain_line("<p>Una</p><p>Dues</p>") == "Una Dues"
    assert plain_lines("<p>Una</p><p>Dues</p>") == "Una\n\nDues"


def test_a_refusal_is_said_problem_by_problem() -> None:
    with pytest.raises(ImportRefused) as refused:
        read_proposals(b"id;title/ca\n12;\n0;A\n")
    assert (refused.value.key, refused.value.facts) == ("error.import.problems", {"n": 2})
    assert refused.value.keys() == ("error.import.no-title", "error.import.id")


@pytest.mark.parametrize("language", ["ca", "es", "en"])
@pytest.mark.parametrize("code", ImportProblem)
def test_every_problem_has_a_sentence(language: str, code: ImportProblem) -> None:
    assert voice(language).knows(f"error.import.{code}")


def test_equal_problems_have_equal_hashes() -> None:
    one = Problem(ImportProblem.CELLS, 2, 1, {"n": 1, "expected": 2})
    assert one == Problem(ImportProblem.CELLS, 2, 1, {"expected": 2, "n": 1})
    assert len({one, Problem(ImportProblem.CELLS, 2, 1, {"n": 1, "expected": 2})}) == 1


CELLS = st.text(st.sampled_from("ab1;\"\n\r\t <p>&'=é🌳\u200d"), max_size=6)


@given(st.binary() | CELLS.map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_way(data: bytes) -> None:
    if not problems_of(data):
        assert all(isinstance(each, Proposal) for each in read_proposals(data))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_rows_of_any_texts_are_read_or_refused_with_places_inside_the_file(
    rows: list[tuple[str, str]],
) -> None:
    written = [
        f"{number};" + ";".join('"' + cell.replace('"', '""') + '"' for cell in row)
        for number, row in enumerate(rows, start=1)
    ]
    text = "\n".join(["id;title/ca;body/ca", *written])
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    titles = [plain_line(title[1:] if title[:2] == "'=" else title) for title, _ in rows]
    problems = problems_of(text.encode())
    for problem in problems:
        assert problem.code is ImportProblem.NO_TITLE
        assert lines[problem.line - 1][problem.column - 1] == '"'
    assert len(problems) == titles.count("")
    if not problems:
        proposals = read_proposals(text.encode())
        assert [each.title for each in proposals] == [Wording({"ca": each}) for each in titles]


@given(CELLS.map(lambda text: f"a{text}"), CELLS)
def test_what_is_written_as_cells_is_read_as_cells_with_their_places(one: str, two: str) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in (one, two)]
    table = read_table(";".join(quoted))
    assert not table.problems
    assert [[cell.text for cell in row] for row in table.rows] == [[one, two]]
    first, second = table.rows[0]
    assert (first.line, first.column) == (1, 1)
    line_ends = one.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert second.line == 1 + line_ends


@given(st.text())
def test_plain_text_holds_nothing_that_cannot_be_printed(text: str) -> None:
    plain = plain_lines(text)
    assert plain == plain.strip()
    assert "\n\n\n" not in plain
    assert all(sign.isprintable() or sign in "\n\u200c\u200d" for sign in plain)
