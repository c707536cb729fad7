# SPDX-License-Identifier: AGPL-3.0-or-later
import tomllib
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.assembly import (
    Alone,
    Call,
    Kind,
    Majority,
    MajorityBase,
    Quorum,
    QuorumBase,
    Reference,
    Thing,
    Wording,
)
from ballots.counting import Verdict, decide
from ballots.documents import assembly_document, read_assembly
from ballots.errors import Problem
from kiosk.assembly_file import read_assembly_file, read_room_question
from kiosk.file_problems import FileProblem, FileRefused
from kiosk.i18n import voice
from kiosk.toml_places import Path, Place, find_places
from sync.decidim.exported.proposals import Proposal, read_proposals

EXAMPLES = files("kiosk") / "examples"
PROPOSALS = read_proposals((EXAMPLES / "proposals.csv").read_bytes())

SMALL = """\
languages = ["ca", "en"]
title = { ca = "Assemblea", en = "Assembly" }
body = { ca = "Veïnat", en = "Residents" }
place = "Sala Exemple"
chair = "Presidència Exemple"
secretary = "Secretaria Exemple"
census = 180

[call]
convened_by = "Junta Exemple"
convened_on = 2026-11-12
first = 2026-11-26T18:30:00

[[agenda]]
id = "places"
title = { ca = "Places", en = "Squares" }

[[polls]]
id = "paper"
title = { ca = "Votació", en = "Vote" }

[[polls.questions]]
id = "ombra"
kind = "single"
item = "places"
text = { ca = "Quina plaça?", en = "Which square?" }
options = [
    { id = "a", text = { ca = "A", en = "A" } },
    { id = "b", text = { ca = "B", en = "B" } },
]
rule.majority = { share = "1/2", base = "valid" }
"""


def shipped(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def proposal(id_: str, *languages: str, state: str = "") -> Proposal:
    title = Wording(dict.fromkeys(languages, f"Proposta {id_}"))
    return Proposal(id=id_, title=title, body=None, state=state, categories=())


def problems_of(text: str, proposals: tuple[Proposal, ...] = ()) -> tuple[Problem, ...]:
    try:
        read_assembly_file(text, proposals)
    except FileRefused as refused:
        return refused.problems
    return ()


def the_problem(marked: str, proposals: tuple[Proposal, ...] = ()) -> Problem:
    """The one problem of a file in which `¦` marks its place."""
    before, _, after = marked.partition("¦")
    assert after
    (problem,) = problems_of(before + after, proposals)
    lines = before.split("\n")
    assert (problem.line, problem.column) == (len(lines), len(lines[-1]) + 1)
    return problem


def test_the_small_file_is_read() -> None:
    assembly = read_assembly_file(SMALL)
    assert assembly.call == Call(
        convened_by="Junta Exemple", convened_on="2026-11-12", first="2026-11-26T18:30"
    )
    assert (assembly.trustees, assembly.threshold, assembly.spare_elections) == (3, 2, 2)
    assert assembly.polls[0].questions[0].rule.majority == Majority(
        share=Fraction(1, 2), base=MajorityBase.VALID
    )


def test_the_shipped_assembly_is_as_the_demo_needs_it() -> None:
    assembly = read_assembly_file(shipped("assembly.toml"), PROPOSALS)
    assert assembly.languages == ("ca", "es", "en")
    assert (len(assembly.agenda), len(assembly.polls), assembly.spare_elections) == (5, 1, 2)
    assert (assembly.trustees, assembly.threshold) == (3, 2)
    questions = assembly.polls[0].questions
    assert [(each.kind, len(each.options), each.maximum) for each in questions] == [
        (Kind.YES_NO, 2, 1),
        (Kind.SINGLE, 4, 1),
        (Kind.APPROVAL, 12, 3),
    ]
    assert questions[0].rule.quorum == Quorum(share=Fraction(1, 4), base=QuorumBase.CENSUS)
    assert questions[0].rule.majority
    assert [about for option in questions[2].options if (about := option.about)] == [
        Reference(kind=Thing.PROPOSAL, id=each.id) for each in PROPOSALS
    ]
    assert read_assembly(assembly_document(assembly)) == assembly


def test_sixty_residents_reach_the_quorum_of_the_shipped_assembly() -> None:
    assembly = read_assembly_file(shipped("assembly.toml"), PROPOSALS)
    outcome = decide(
        assembly.polls[0].questions[0], [4, 31, 25], ballots=60, present=60, census=assembly.census
    )
    assert outcome.verdict is Verdict.ADOPTED


def test_the_shipped_question_born_in_the_room_is_one_yes_or_no() -> None:
    poll = read_room_question(shipped("room-question.toml"), ("ca", "es", "en"), census=180)
    assert [each.kind for each in poll.questions] == [Kind.YES_NO]
    assembly = read_assembly_file(shipped("assembly.toml"), PROPOSALS)
    assert poll.questions[0].item in {item.id for item in assembly.agenda}
    assert poll.id not in {each.id for each in assembly.polls}


def test_every_text_of_the_shipped_files_is_in_every_language() -> None:
    assembly = read_assembly_file(shipped("assembly.toml"), PROPOSALS)
    room = read_room_question(shipped("room-question.toml"), assembly.languages)
    for poll in (*assembly.polls, room):
        for question in poll.questions:
            for wording in (question.text, *(option.text for option in question.options)):
                assert tuple(wording.texts) == assembly.languages


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = \n", 1, 5),
        ("a = 1\nb == 2\n", 2, 4),
        ("a = 1\na = 2\n", 2, 6),
        ('a = """\nno end', 2, 7),
        ("a = " + "[" * 3000, 1, 1),
        ("a = " + "9" * 5000, 1, 1),
    ],
)
def test_what_is_not_toml_is_told_with_its_place(text: str, line: int, column: int) -> None:
    (problem,) = problems_of(text)
    assert (problem.code, problem.line, problem.column) == (FileProblem.SYNTAX, line, column)
    assert problem.facts["detail"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("census = 180", "¦cens = 180", FileProblem.UNKNOWN_KEY),
        ("census = 180", 'census = ¦"180"', FileProblem.NOT_NUMBER),
        ("census = 180", "census = ¦true", FileProblem.NOT_NUMBER),
        ("census = 180", "census = ¦-1", FileProblem.RANGE),
        ("census = 180", "trustees = ¦10", FileProblem.RANGE),
        ("census = 180", "threshold = ¦4", FileProblem.RANGE),
        ("census = 180", "spare_elections = ¦21", FileProblem.RANGE),
        ('"Sala Exemple"', '¦"  "', FileProblem.EMPTY),
        ('"Sala Exemple"', "¦7", FileProblem.NOT_TEXT),
        ('["ca", "en"]', '["ca", "en", ¦"ca"]', FileProblem.DUPLICATE),
        ('["ca", "en"]', '["ca", "en", ¦"The"]', FileProblem.LANGUAGE),
        ('["ca", "en"]', '["ca", "en", ¦7]', FileProblem.NOT_TEXT),
        ('["ca", "en"]', "¦[]", FileProblem.LENGTH),
        ('["ca", "en"]', '¦"ca"', FileProblem.NOT_LIST),
        ('{ ca = "Assemblea", en = "Assembly" }', '¦"Assemblea"', FileProblem.NOT_TABLE),
        ('{ ca = "Assemblea", en', '¦{ ca = "Assemblea" } #', FileProblem.MISSING_LANGUAGE),
        ('"Assembly" }', '"Assembly", ¦fr = "F" }', FileProblem.UNKNOWN_KEY),
        ('"Assembly" }', "¦7 }", FileProblem.NOT_TEXT),
        ("2026-11-12", '¦"2026-11-12"', FileProblem.NOT_DATE),
        ("2026-11-12", "¦2026-11-12T10:00:00", FileProblem.NOT_DATE),
        ("2026-11-26T18:30:00", "¦2026-11-26", FileProblem.NOT_TIME),
        ("2026-11-26T18:30:00", "¦2026-11-26T18:30:00Z", FileProblem.NOT_TIME),
        ("T18:30:00", "T18:30:00\nordinary = ¦1", FileProblem.NOT_FLAG),
        ('id = "paper"', 'id = ¦"Paper"', FileProblem.NOT_NAME),
        ('id = "paper"', 'id = ¦""', FileProblem.NOT_NAME),
        ('id = "paper"', f'id = ¦"{"x" * 41}"', FileProblem.NOT_NAME),
        ('[[polls]]\nid = "paper"', "¦[[polls]]", FileProblem.MISSING_KEY),
        ('item = "places"', 'item = ¦"plans"', FileProblem.UNKNOWN_ITEM),
        ('kind = "single"', 'kind = ¦"ranked"', FileProblem.CHOICE),
        ('kind = "single"', 'kind = "single"\nmax = ¦2', FileProblem.RANGE),
        ('kind = "single"', 'kind = "approval"\nmax = ¦3', FileProblem.RANGE),
        ('kind = "single"', 'kind = "approval"\nmax = 1\nmin = ¦2', FileProblem.RANGE),
        ('id = "b"', 'id = ¦"a"', FileProblem.DUPLICATE),
        ('id = "b"', 'id = "b", ¦x = 1', FileProblem.UNKNOWN_KEY),
        ('"B", en = "B" } },', '"B", en = "B" } }, ¦7', FileProblem.NOT_TABLE),
        ('share = "1/2"', 'share = ¦"0.5"', FileProblem.NOT_SHARE),
        ('share = "1/2"', 'share = ¦"3/2"', FileProblem.NOT_SHARE),
        ('share = "1/2"', 'share = ¦"1/0"', FileProblem.NOT_SHARE),
        ('share = "1/2"', "share = ¦0.5", FileProblem.NOT_TEXT),
        ('share = "1/2"', 'share = ¦"1/1"', FileProblem.UNREACHABLE),
        ('base = "valid"', 'base = "cast", ¦seats = 2', FileProblem.UNKNOWN_KEY),
        ("rule.majority =", "rule.seats = ¦3\nrule.majority =", FileProblem.RANGE),
        ('rule.majority = { share = "1/2", base = "valid" }', "rule = ¦1", FileProblem.NOT_TABLE),
    ],
)
def test_a_problem_is_told_with_its_place(old: str, new: str, code: FileProblem) -> None:
    problem = the_problem(SMALL.replace(old, new))
    assert problem.code == code
    for language in ("ca", "es", "en"):
        said = voice(language).say(f"error.assembly-file.{problem.code}", **problem.facts)
        assert said.endswith(".")


def test_an_approval_must_say_how_many_may_be_chosen() -> None:
    text = SMALL.replace('kind = "single"', 'kind = "approval"')
    problem = the_problem(text.replace("[[polls.q", "¦[[polls.q"))
    assert (problem.code, problem.facts) == (FileProblem.MISSING_KEY, {"key": "max"})


def test_a_yes_no_question_has_the_options_yes_and_no() -> None:
    text = SMALL.replace('kind = "single"', 'kind = "yes-no"')
    assert the_problem(text.replace("= [\n", "= ¦[\n")).code is FileProblem.YES_NO
    assert not problems_of(text.replace('"a"', '"yes"').replace('"b"', '"no"'))


def test_a_question_has_two_options_or_more() -> None:
    text = SMALL.replace('    { id = "b", text = { ca = "B", en = "B" } },\n', "")
    assert the_problem(text.replace("= [\n", "= ¦[\n")).code is FileProblem.LENGTH


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ('["12", "13", ¦"99"]', FileProblem.UNKNOWN_PROPOSAL),
        ('["12", "13", ¦"12"]', FileProblem.DUPLICATE),
        ('["12", "13", ¦"14"]', FileProblem.WITHDRAWN),
        ('["12", "13", ¦"15"]', FileProblem.UNTRANSLATED),
        ('["12", "13", ¦14]', FileProblem.NOT_TEXT),
        ('¦["12"]', FileProblem.LENGTH),
        ('["12", "13"], ¦more = 1', FileProblem.UNKNOWN_KEY),
    ],
)
def test_a_problem_with_proposals_is_told_with_its_place(options: str, code: FileProblem) -> None:
    proposals = (
        proposal("12", "ca", "en", "es"),
        proposal("13", "ca", "en"),
        proposal("14", "ca", "en", state="withdrawn"),
        proposal("15", "en", "fr"),
    )
    begin, end = SMALL.index("options = ["), SMALL.index("rule.majority")
    text = f"{SMALL[:begin]}options = {{ proposals = {options} }}\n{SMALL[end:]}"
    assert the_problem(text, proposals).code == code


def test_a_proposal_is_told_each_language_that_it_lacks() -> None:
    begin, end = SMALL.index("options = ["), SMALL.index("rule.majority")
    text = f'{SMALL[:begin]}options.proposals = ["12", "13"]\n{SMALL[end:]}'
    problems = problems_of(text, (proposal("12", "ca", "en"), proposal("13", "fr")))
    assert [dict(each.facts) for each in problems] == [
        {"id": "13", "language": "ca"},
        {"id": "13", "language": "en"},
    ]


def test_options_taken_from_proposals_have_their_titles_in_the_languages_of_the_assembly() -> None:
    proposals = (proposal("12", "es", "en", "ca"), proposal("13", "ca", "en"))
    begin, end = SMALL.index("options = ["), SMALL.index("rule.majority")
    text = f'{SMALL[:begin]}options.proposals = ["13", "12"]\n{SMALL[end:]}'
    options = read_assembly_file(text, proposals).polls[0].questions[0].options
    assert [(each.id, each.about) for each in options] == [
        (id_, Reference(kind=Thing.PROPOSAL, id=id_)) for id_ in ("13", "12")
    ]
    assert tuple(options[1].text.texts) == ("ca", "en")


def test_a_written_option_may_say_what_it_stands_for() -> None:
    begin, end = SMALL.index("options = ["), SMALL.index("rule.majority")
    options = (
        'options = [{ id = "a", text = { ca = "A", en = "A" }, proposal = "12" }, '
        '{ id = "b", text = { ca = "B", en = "B" }, project = "12" }, '
        '{ id = "c", text = { ca = "C", en = "C" } }]\n'
    )
    text = f"{SMALL[:begin]}{options}{SMALL[end:]}"
    thing = proposal("12", "ca", "en")
    assembly = read_assembly_file(text, [thing], [thing])
    assert [each.about for each in assembly.polls[0].questions[0].options] == [
        Reference(kind=Thing.PROPOSAL, id="12"),
        Reference(kind=Thing.PROJECT, id="12"),
        None,
    ]
    assert read_assembly(assembly_document(assembly)) == assembly
    gone = replace(thing, state="withdrawn")
    assert [each.code for each in problems_of(text, (gone,))] == [
        FileProblem.WITHDRAWN,
        FileProblem.UNKNOWN_PROPOSAL,
    ]
    for twice in ('proposal = ""', 'proposal = "12", project = "12"', "proposal = 12"):
        assert len(problems_of(text.replace('proposal = "12"', twice), (thing,))) >= 1


def test_a_poll_says_what_a_booth_does_while_it_is_alone() -> None:
    assert read_assembly_file(SMALL).polls[0].alone is Alone.OPEN
    strict = SMALL.replace("[[polls]]\n", '[[polls]]\nalone = "strict"\n', 1)
    assembly = read_assembly_file(strict)
    assert assembly.polls[0].alone is Alone.STRICT
    assert read_assembly(assembly_document(assembly)) == assembly
    wrong = strict.replace('"strict"', '"home"')
    assert [each.code for each in problems_of(wrong, ())] == [FileProblem.CHOICE]


def test_a_share_of_the_census_needs_a_census() -> None:
    quorum = 'rule.quorum = { share = "1/4", base = "census" }\n'
    assert not problems_of(SMALL + quorum)
    (problem,) = problems_of((SMALL + quorum).replace("census = 180\n", ""))
    assert (problem.code, problem.line, problem.column) == (FileProblem.NO_CENSUS, 31, 39)
    (wrong,) = problems_of((SMALL + quorum).replace("= 180", "= 1.5"))
    assert wrong.code is FileProblem.NOT_NUMBER


def test_a_majority_of_all_is_possible_where_it_need_not_be_exceeded() -> None:
    text = SMALL.replace('share = "1/2"', 'share = "1/1", strict = false')
    majority = read_assembly_file(text).polls[0].questions[0].rule.majority
    assert majority == Majority(share=Fraction(1), base=MajorityBase.VALID, strict=False)


def test_a_quorum_of_nothing_is_refused() -> None:
    quorum = 'rule.quorum = { share = "0/1", base = "present" }\n'
    (problem,) = problems_of(SMALL + quorum)
    assert (problem.code, problem.line) == (FileProblem.NOT_SHARE, 32)


def test_ids_are_unique_across_the_file() -> None:
    poll = SMALL[SMALL.index("[[polls]]") :]
    item = SMALL[SMALL.index("[[agenda]]") : SMALL.index("[[polls]]")]
    problems = problems_of(SMALL + item + poll)
    assert [each.code for each in problems] == [FileProblem.DUPLICATE] * 3
    assert [each.facts["id"] for each in problems] == ["places", "paper", "ombra"]
    assert [each.line for each in problems] == [33, 37, 41]


def test_every_problem_of_a_file_is_told_in_its_order() -> None:
    text = (
        SMALL.replace("census = 180", "cens = 180")
        .replace('"Sala Exemple"', "7")
        .replace("ordinary", "ordinari")
        .replace('item = "places"', 'item = "nowhere"')
        .replace('"1/2", base = "valid"', '"half", base = "votes"')
        .replace(', en = "Which square?"', "")
    )
    assert [(each.code, each.line) for each in problems_of(text)] == [
        (FileProblem.NOT_TEXT, 4),
        (FileProblem.UNKNOWN_KEY, 7),
        (FileProblem.UNKNOWN_ITEM, 25),
        (FileProblem.MISSING_LANGUAGE, 26),
        (FileProblem.NOT_SHARE, 31),
        (FileProblem.CHOICE, 31),
    ]


def test_an_empty_file_is_told_everything_that_it_lacks() -> None:
    problems = problems_of("")
    assert {each.code for each in problems} == {FileProblem.MISSING_KEY}
    assert {each.facts["key"] for each in problems} == {
        *("languages", "title", "body", "place", "chair", "secretary", "call", "agenda", "polls")
    }


def test_a_room_question_that_is_wrong_is_refused_in_the_same_way() -> None:
    with pytest.raises(FileRefused) as refused:
        read_room_question('id = "room"\nquestion = 1\n', ("ca",))
    assert [(each.code, each.line) for each in refused.value.problems] == [
        (FileProblem.MISSING_KEY, 1),
        (FileProblem.MISSING_KEY, 1),
        (FileProblem.UNKNOWN_KEY, 2),
    ]
    assert refused.value.key == "error.assembly-file.problems"


def test_a_room_question_may_name_any_agenda_item_but_no_proposal() -> None:
    text = shipped("room-question.toml")
    poll = read_room_question(text.replace("torn-obert", "acta"), ("ca", "es", "en"))
    assert poll.questions[0].item == "acta"
    begin = text.index("options = [")
    end = text.index("rule.quorum")
    with pytest.raises(FileRefused) as refused:
        read_room_question(
            f'{text[:begin]}options.proposals = ["1", "2"]\n{text[end:]}', ("ca", "es", "en")
        )
    assert {each.code for each in refused.value.problems} == {FileProblem.UNKNOWN_PROPOSAL}


@pytest.mark.parametrize("language", ["ca", "es", "en"])
@pytest.mark.parametrize("code", [*FileProblem, "problems"])
def test_every_problem_has_a_sentence(language: str, code: str) -> None:
    assert voice(language).knows(f"error.assembly-file.{code}")


def test_places_are_those_of_keys_and_values() -> None:
    text = """\
# a comment = with an equals sign
a.'b c' = 1 # [not.a.table]
"d\\u0065" = [ 1, # one
  { x = "}", y.z = \'\'\'it's\'\'\' } ]

[t.u]
s = \"\"\"
[no]\"\"\"\"
[[t.list]]
[[ t . list ]]
k = 2026-11-12 18:30:00
[t.list.sub]
m = -1.5e3
"""
    tomllib.loads(text)
    places = find_places(text)
    assert places.keys[("a",)] == Place(2, 1)
    assert places.keys["a", "b c"] == Place(2, 3)
    assert places.values["a", "b c"] == Place(2, 11)
    assert places.values["de", 0] == Place(3, 15)
    assert places.values["de", 1] == Place(4, 3)
    assert places.keys["de", 1, "y", "z"] == Place(4, 16)
    assert places.values["t", "u"] == Place(6, 1)
    assert places.values["t", "u", "s"] == Place(7, 5)
    assert places.values["t", "list", 0] == Place(9, 1)
    assert places.values["t", "list", 1] == Place(10, 1)
    assert places.values["t", "list", 1, "k"] == Place(11, 5)
    assert places.values["t", "list", 1, "sub"] == Place(12, 1)
    assert places.keys["t", "list", 1, "sub", "m"] == Place(13, 1)


def paths(tree: object, above: Path = ()) -> list[Path]:
    match tree:
        case dict():
            inner: list[tuple[str | int, object]] = list(tree.items())
        case list():
            inner = list(enumerate(tree))
        case _:
            inner = []
    return [above, *(path for key, value in inner for path in paths(value, (*above, key)))]


PIECES = st.sampled_from(
    [
        *("a = 1", "b.c = 'x#y'", '"d e" = "\\"]"', "[t]", "[[l]]", "[l.m]", "[t.u.v]", "[[l.n]]"),
        *("f = [1, [2, 3], ]", "g = {h = 1, i.j = [ {k = 2} ]}", "# [x] = 1", "", "m = 07:32:00"),
        *('o = """\n[p]\n\\\\""""', "q = '''\n''r = 1'''", "s = [\n  1, # ]\n  2\n]"),
    ]
)


@given(st.lists(PIECES, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_everything_in_a_toml_text_has_a_place(pieces: list[str], line_end: str) -> None:
    text = "".join(piece.replace("\n", line_end) + line_end for piece in pieces)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    places = find_places(text)
    everything = set(paths(tree))
    assert set(places.values) == everything
    assert set(places.keys) == everything - {()}
    lines = text.split("\n")
    for path, place in places.keys.items():
        key = path[-1]
        if isinstance(key, str):
            assert lines[place.line - 1][place.column - 1 :].lstrip("\"'").startswith(key)


@given(st.text() | st.text(st.sampled_from("ab=[]{}\"'.,#\n 1-:T"), max_size=30))
def test_any_text_is_read_or_refused_in_one_way(text: str) -> None:
    for read in (
        lambda: read_assembly_file(text),
        lambda: read_room_question(text, ("ca",)),
    ):
        with pytest.raises(FileRefused) as refused:
            read()
        assert refused.value.problems


VALUES = st.sampled_from(
    [
        *('""', '"x"', '"yes"', "0", "-1", "7", "99", "true", "1.5", "[]", "[1]", "{}", '["ca"]'),
        *('"1/1"', '"0/1"', '"census"', '"approval"', '"yes-no"', "2026-11-12", "nan"),
        *('{ ca = "x", en = "y" }', "[[]]", "{ proposals = [] }", '{ base = "census" }'),
    ]
)


def value_places(text: str) -> list[tuple[int, int]]:
    """Begin and end of each value that ends with its line."""
    found = []
    at = 0
    for line in text.split("\n"):
        if " = " in line and not line.endswith("["):
            found.append((at + line.index(" = ") + 3, at + len(line)))
        at += len(line) + 1
    return found


@given(st.lists(st.tuples(st.integers(0, 30), VALUES), max_size=3), st.integers(0, 40))
def test_any_value_in_any_place_gives_an_assembly_or_the_one_refusal(
    changes: list[tuple[int, str]], dropped: int
) -> None:
    text = SMALL
    for number, value in changes:
        places = value_places(text)
        begin, end = places[number % len(places)]
        text = text[:begin] + value + text[end:]
    lines = text.split("\n")
    text = "\n".join(lines[:dropped] + lines[dropped + 1 :])
    problems = problems_of(text)
    assert all(1 <= problem.line <= len(lines) for problem in problems)
    if not problems:
        assembly = read_assembly_file(text)
        assert read_assembly(assembly_document(assembly)) == assembly
