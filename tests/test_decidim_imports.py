# SPDX-License-Identifier: AGPL-3.0-or-later
"""An admin's files fall into the double's traps as they fall into those of the real importers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.decidim_double.closing import Closing, close_meeting
from tests.decidim_double.files import CSV, JSON, Seen, Verdict
from tests.decidim_double.imports import (
    import_answers,
    import_paper_ballots,
    import_proposals,
    import_results,
    read_csv_census,
    read_custom_census,
    read_election_census,
    read_private_participants,
    total_votes,
)
from tests.decidim_double.invented import BUDGETS, MEETING, PROPOSALS, RESULTS, invented
from tests.decidim_double.world import Meeting, Project, Proposal, Result, World

WORLD = replace(invented(Random(1)), modules=frozenset({"paper_ballots"}))
HEAD = "id;state;answer/ca;answer/es\n"
ROW = "101;accepted;<p>Sí</p>;<p>Vale</p>\n"
TAKEN = Seen(Verdict.TAKEN)
CRASHED = Seen(Verdict.CRASHED, ("CSV::MalformedCSVError",))
ONE = '{"id": 101, "state": "accepted", "answer": {"ca": "Sí", "es": "Vale"}}'
VERDICTS: dict[str, tuple[str | bytes, str, Seen]] = {
    "UTF-8": (HEAD + ROW, CSV, TAKEN),
    "BOM and UTF-8": ("\ufeff" + HEAD + ROW, CSV, TAKEN),
    "a comma for a separator": (
        (HEAD + ROW).replace(";", ","), CSV, Seen(Verdict.HEADERS, ("id", "state", "answer/ca"))
    ),
    "no answer in the default locale": (
        HEAD.replace("/ca", "/en") + ROW, CSV, Seen(Verdict.HEADERS, ("answer/ca",))
    ),
    "a space before a header": (
        HEAD.replace(";state", "; state") + ROW, CSV, Seen(Verdict.HEADERS, ("state",))
    ),
    "a header twice": (
        HEAD.replace("/es", "/ca") + ROW, CSV, Seen(Verdict.HEADERS, ("answer/ca",))
    ),
    "a header alone": (HEAD, CSV, Seen(Verdict.INVALID_FILE)),
    "an empty array": ("[]", JSON, Seen(Verdict.INVALID_FILE)),
    "broken JSON": ("[{", JSON, Seen(Verdict.INVALID_FILE)),
    "a row that is too short": (HEAD + "101;accepted\n", CSV, TAKEN),
    "a blank line": (HEAD + "\n" + ROW, CSV, Seen(Verdict.ROWS, ("1",))),
    "Latin-1": ((HEAD + ROW).encode("latin-1"), CSV, CRASHED),
    "a JSON object": (ONE, JSON, Seen(Verdict.CRASHED, ("NoMethodError",))),
    "a key that the first record lacks": (
        '[{"id": 102, "state": "accepted", "answer/ca": "Sí"}, ' + ONE + "]", JSON, TAKEN
    ),
    "nested JSON": (f"[{ONE}]", JSON, TAKEN),
    "a column of our own": (
        HEAD.replace("\n", ";kiosk/x\n") + ROW.replace("\n", ";y\n"), CSV, TAKEN
    ),
}  # fmt: skip


def answered(data: str | bytes, mime: str = CSV) -> tuple[World, Seen]:
    raw = data if isinstance(data, bytes) else data.encode()
    return import_answers(WORLD, PROPOSALS, raw, mime)


def proposal(world: World, number: int) -> Proposal:
    row = world.get(Proposal, number)
    assert row
    return row


@pytest.mark.parametrize("name", VERDICTS)
def test_a_file_of_answers_meets_the_verdict_of_the_real_reader(name: str) -> None:
    data, mime, verdict = VERDICTS[name]
    world, seen = answered(data, mime)
    assert seen == verdict
    assert (world == WORLD) is (verdict.verdict is not Verdict.TAKEN)


def test_a_key_that_the_first_record_lacks_is_dropped_from_all() -> None:
    world, _ = answered(*VERDICTS["a key that the first record lacks"][:2])
    assert proposal(world, 101).answer == {"ca": "Sí"}
    careful, _ = answered(f"[{ONE.replace('101', '102')}, {ONE}]", JSON)
    assert proposal(careful, 101).answer == {"ca": "Sí", "es": "Vale"}


def test_a_cell_may_hold_lines_separators_and_quotation_marks() -> None:
    world, seen = answered(HEAD + '101;accepted;"una;\r\n""altra""";Vale\r\n')
    assert (seen, proposal(world, 101).answer["ca"]) == (TAKEN, 'una;\r\n"altra"')


@pytest.mark.parametrize(
    "row",
    [
        "99;accepted;a;b",
        "98;accepted;a;b",
        "7;accepted;a;b",
        "101;Accepted;a;b",
        "101;rejected;;b",
    ],
)
def test_one_bad_answer_stops_them_all(row: str) -> None:
    assert answered(HEAD + ROW + row) == (WORLD, Seen(Verdict.ROWS, ("2",)))


def test_answers_may_be_sent_twice_but_mail_followers_twice() -> None:
    once, _ = answered(HEAD + ROW)
    twice, _ = import_answers(once, PROPOSALS, (HEAD + ROW).encode())
    assert twice.rows == once.rows
    assert len(twice.mails) == 2


def test_proposals_sent_twice_are_there_twice() -> None:
    data = b"id;title/ca;body/ca\n1;Ombra;Molta\n"
    once, _ = import_proposals(WORLD, PROPOSALS, data)
    twice, _ = import_proposals(once, PROPOSALS, data)
    assert len(twice.all(Proposal)) == len(WORLD.all(Proposal)) + 2


def test_paper_ballots_add_and_a_negative_number_takes_away() -> None:
    def votes(world: World) -> int:
        project = world.get(Project, 81)
        assert project
        return total_votes(world, project)

    data = b"id;paper_ballots_to_import\n81;41\n"
    once, seen = import_paper_ballots(WORLD, BUDGETS, data)
    twice, _ = import_paper_ballots(once, BUDGETS, data)
    mended, _ = import_paper_ballots(twice, BUDGETS, data.replace(b"41", b"-41"))
    assert seen == TAKEN
    counts = [votes(world) - votes(WORLD) for world in (once, twice, mended)]
    assert counts == [41, 82, 41]


def test_paper_ballots_for_a_project_that_is_not_there_stop_them_all() -> None:
    data = b"id;paper_ballots_to_import\n81;41\n7;1\n81;1.5\n"
    world, seen = import_paper_ballots(WORLD, BUDGETS, data)
    assert (world, seen) == (WORLD, Seen(Verdict.ROWS, ("2", "3")))


def results(data: str, world: World = WORLD) -> tuple[dict[int, Result], Seen]:
    after, seen = import_results(world, RESULTS, data.encode())
    return {row.id: row for row in after.all(Result)}, seen


@pytest.mark.parametrize(("number", "linked"), [(7, 7), (42, 2), (120, 0)])
def test_a_result_is_linked_to_the_last_digit_of_a_proposals_address(
    number: int, linked: int
) -> None:
    rows, _ = results(f"title/ca;proposal_urls\nOmbra;https://x.invalid/f/3/proposals/{number}\n")
    assert rows[53].proposals == (linked,)


def test_a_file_of_results_destroys_orphans_of_other_components() -> None:
    orphan = Result(id=40, component=999, title={"ca": "D'una altra"}, parent=7)
    rows, _ = results("title/ca\nOmbra\n", WORLD.having(orphan))
    assert 40 not in rows


def test_a_new_result_hangs_below_the_one_made_before_it() -> None:
    rows, _ = results("title/ca;parent/id\nOmbra;\nBancs;51\n")
    assert (rows[53].parent, rows[54].parent) == (None, 53)


def test_a_result_says_in_every_language_what_it_says_in_the_first() -> None:
    rows, _ = results("title/ca;title/es\nOmbra;Sombra\n")
    assert rows[53].title == {"ca": "Ombra", "es": "Sombra", "en": "Ombra"}


def test_a_result_sent_twice_is_there_twice_unless_the_name_it_bears_must_be_unique() -> None:
    data = "title/ca;external_id\nOmbra;kiosk:1\nBancs;a\n"
    rows, seen = results(data)
    assert (len(rows), seen) == (4, TAKEN)
    strict = replace(WORLD, modules=frozenset({"unique_external_id"}))
    rows, seen = results(data, strict)
    assert (len(rows), seen.detail) == (2, ("ActiveRecord::RecordNotUnique",))


@pytest.mark.parametrize(
    "cell", ["progress\nOmbra;101", "start_date\nOmbra;demà", "status/id\nOmbra;8"]
)
def test_a_result_with_an_impossible_cell_rolls_all_back(cell: str) -> None:
    _, seen = results(f"title/ca;{cell}\n")
    assert seen == Seen(Verdict.ROWS, ("1",))


def test_a_header_over_private_participants_is_taken_for_one_of_them() -> None:
    row = "neighbour1@nowhere.invalid;Neighbour 1\n"
    assert read_private_participants(WORLD, row.encode())[1] == TAKEN
    headed = read_private_participants(WORLD, f"email;name\n{row}".encode())
    assert headed == ((), Seen(Verdict.ROWS, ("1",)))
    odd = read_private_participants(WORLD, row.replace("1\n", "(1)\n").encode())
    assert odd[1] == Seen(Verdict.ROWS, ("1",))


def test_the_census_of_a_verification_is_separated_by_commas() -> None:
    assert read_csv_census(b"a@nowhere.invalid,x\n")[1] == TAKEN
    assert read_csv_census(b"a@nowhere.invalid;x\n")[1] == Seen(Verdict.ROWS, ("1",))


def test_of_two_voters_with_one_address_the_second_is_lost_without_a_word() -> None:
    data = b"email;token\na@nowhere.invalid;1\na@nowhere.invalid;2\nb;3\n"
    voters, seen = read_election_census(data)
    assert [voter["token"] for voter in voters] == ["1"]
    assert seen == Seen(Verdict.ROWS, ("3",))


def test_a_census_of_ones_own_has_its_columns_and_no_other() -> None:
    columns = ("number", "born")
    assert read_custom_census(WORLD, columns, b"Number;BORN\n1;2\n")[1] == TAKEN
    _, seen = read_custom_census(WORLD, columns, b"number;born;kiosk/x\n1;2;3\n")
    assert seen == Seen(Verdict.HEADERS, ("kiosk/x",))


def test_a_meeting_is_closed_with_no_more_than_999_people() -> None:
    form = Closing(report={"ca": "<p>Acta</p>"}, attendees=1000, proposals=(101,))
    world, seen = close_meeting(WORLD, MEETING, form)
    assert (world, seen.detail) == (WORLD, ("attendees_count",))
    world, seen = close_meeting(WORLD, MEETING, replace(form, attendees=999))
    row = world.get(Meeting, MEETING)
    assert row
    assert (seen, row.attendees, row.proposals) == (TAKEN, 999, (101,))


def test_a_meeting_is_not_closed_without_a_report_in_the_default_locale() -> None:
    _, seen = close_meeting(WORLD, MEETING, Closing(report={"es": "Acta"}, attendees=5))
    assert seen.detail == ("closing_report",)
