# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ballots.assembly import (
    AssemblyProblem,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Question,
    Quorum,
    QuorumBase,
    Rule,
    Wording,
)
from ballots.counting import (
    CountingProblem,
    CountingRefused,
    Fate,
    Outcome,
    Step,
    Told,
    Verdict,
    decide,
    not_decided_by,
    with_conflicts,
)
from kiosk.i18n import LANGUAGES, voice

VECTORS = sorted((Path(__file__).parent / "vectors" / "counting-v1").glob("*.json"))
HALF = Majority(share=Fraction(1, 2), base=MajorityBase.VALID)


def question(
    kind: Kind, *options: str, rule: Rule | None = None, minimum: int = 1, maximum: int = 1
) -> Question:
    return Question(
        id="q",
        kind=kind,
        text=Wording({"ca": "Què fem?"}),
        options=tuple(Option(id=id_, text=Wording({"ca": id_.upper()})) for id_ in options),
        rule=rule or Rule(),
        minimum=minimum,
        maximum=maximum,
    )


def yes_no(yes: int, no: int, blank: int = 0, rule: Rule | None = None) -> Outcome:
    asked = question(Kind.YES_NO, "yes", "no", rule=rule)
    return decide(asked, [blank, yes, no], ballots=yes + no + blank, present=60, census=180)


def single(*votes: int) -> Outcome:
    asked = question(Kind.SINGLE, *"abcdef"[: len(votes)])
    return decide(asked, [0, *votes], ballots=sum(votes), present=60, census=180)


def read_rule(written: dict[str, Any]) -> Rule:
    quorum, majority = written.get("quorum"), written.get("majority")
    return Rule(
        quorum=quorum and Quorum(share=Fraction(quorum["share"]), base=QuorumBase(quorum["base"])),
        majority=majority
        and Majority(
            share=Fraction(majority["share"]),
            base=MajorityBase(majority["base"]),
            strict=majority.get("strict", True),
        ),
        seats=written.get("seats", 1),
    )


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_vector_is_counted_as_it_says(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    written, expected = vector["question"], vector["expected"]
    asked = question(
        Kind(written["kind"]),
        *written["options"],
        rule=read_rule(written["rule"]),
        minimum=written["minimum"],
        maximum=written["maximum"],
    )

    def counted() -> Outcome:
        return decide(
            asked,
            vector["tally"],
            ballots=vector["ballots"],
            present=vector["present"],
            census=vector["census"],
        )

    if "refused" in expected:
        with pytest.raises(CountingRefused) as refused:
            counted()
        assert refused.value.code == CountingProblem(expected["refused"])
        return
    outcome = counted()
    told: dict[str, Any] = {
        "verdict": outcome.verdict,
        "chosen": list(outcome.chosen),
        "tied": list(outcome.tied),
        "open_seats": outcome.open_seats,
        "short": {each.option: each.short for each in outcome.standings if each.short},
        "margin": outcome.margin,
    }
    if outcome.quorum:
        told |= {"quorum_needed": outcome.quorum.needed, "quorum_reached": outcome.quorum.reached}
    if outcome.majority:
        told |= {"majority_needed": outcome.majority.needed, "majority_of": outcome.majority.of}
    nothing = {"chosen": [], "tied": [], "open_seats": 0, "short": {}}
    missing = {key: told[key] for key in told.keys() - expected.keys() - nothing.keys()}
    assert told == nothing | missing | expected
    for language, step in product(LANGUAGES, outcome.trace):
        said = voice(language).say(step.code, **step.worded(asked, "ca"))
        assert said.endswith(".")


def test_the_vectors_are_there() -> None:
    assert len(VECTORS) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    codes = [
        *Told,
        *(f"verdict.{each}" for each in Verdict),
        *(f"fate.{each}" for each in Fate),
        *(f"error.counting.{each}" for each in CountingProblem),
        *(f"error.assembly.{each}" for each in AssemblyProblem),
    ]
    assert [code for code in codes if not voice(language).knows(code)] == []


def test_votes_and_blank_ballots_are_told_apart() -> None:
    outcome = yes_no(30, 20, blank=4)
    assert (outcome.question, outcome.ballots, outcome.valid, outcome.blank) == ("q", 54, 50, 4)
    assert [(each.option, each.votes) for each in outcome.standings] == [("yes", 30), ("no", 20)]


def test_the_trace_tells_quorum_base_majority_and_margin_in_this_order() -> None:
    rule = Rule(quorum=Quorum(share=Fraction(1, 4), base=QuorumBase.CENSUS), majority=HALF)
    assert [(step.code, dict(step.facts)) for step in yes_no(30, 20, 4, rule).trace] == [
        (Told.BALLOTS, {"n": 54, "valid": 50, "blank": 4}),
        (Told.QUORUM_CENSUS, {"share": "1/4", "of": 180, "n": 45}),
        (Told.QUORUM_REACHED, {"n": 54, "needed": 45}),
        (Told.BASE_VALID, {"n": 50}),
        (Told.MORE_THAN, {"share": "1/2", "of": 50, "n": 26}),
        (Told.SIDES, {"yes": 30, "no": 20}),
        (Told.ADOPTED, {"n": 30}),
        (Told.MARGIN, {"n": 5}),
    ]


def test_a_missed_quorum_ends_the_trace() -> None:
    rule = Rule(quorum=Quorum(share=Fraction(1), base=QuorumBase.PRESENT), majority=HALF)
    outcome = yes_no(30, 20, rule=rule)
    assert [step.code for step in outcome.trace] == [
        Told.BALLOTS,
        Told.QUORUM_PRESENT,
        Told.QUORUM_MISSED,
    ]
    assert outcome.trace[-1].facts == {"n": 10, "ballots": 50, "needed": 60}
    assert {each.fate for each in outcome.standings} == {Fate.OPEN}


def test_a_majority_that_may_be_met_exactly_is_told_so() -> None:
    rule = Rule(majority=Majority(share=Fraction(2, 3), base=MajorityBase.CAST, strict=False))
    codes = [step.code for step in yes_no(30, 20, rule=rule).trace]
    assert codes == [
        Told.BALLOTS,
        Told.BASE_CAST,
        Told.AT_LEAST,
        Told.SIDES,
        Told.REJECTED,
        Told.MARGIN,
    ]


def test_equal_sides_are_told_even_where_the_rule_decides_them() -> None:
    codes = [step.code for step in yes_no(20, 20, rule=Rule(majority=HALF)).trace]
    assert Told.EQUAL in codes
    assert codes[-2:] == [Told.REJECTED, Told.MARGIN]


def test_the_trace_tells_why_each_option_lost() -> None:
    asked = question(Kind.SINGLE, "a", "b", "c", rule=Rule(majority=HALF))
    outcome = decide(asked, [0, 3, 9, 4], ballots=16, present=60, census=180)
    options = [(step.code, dict(step.facts)) for step in outcome.trace if "option" in step.facts]
    assert options == [
        (Told.CHOSEN, {"option": "b", "n": 9}),
        (Told.BELOW, {"option": "c", "votes": 4, "n": 6}),
        (Told.BELOW, {"option": "a", "votes": 3, "n": 7}),
    ]


def test_an_outvoted_option_is_told_how_many_votes_more_would_have_passed_the_last_chosen() -> (
    None
):
    outcome = single(5, 9, 0)
    assert [(each.fate, each.short) for each in outcome.standings] == [
        (Fate.OUTVOTED, 5),
        (Fate.CHOSEN, 0),
        (Fate.BELOW, 10),
    ]
    assert Step(Told.OUTVOTED, {"option": "a", "votes": 5, "n": 5}) in outcome.trace


def test_a_tie_names_every_option_in_it() -> None:
    outcome = single(7, 9, 9)
    assert outcome.verdict is Verdict.UNDECIDED
    assert Step(Told.TIE, {"n": 1, "options": 2}) in outcome.trace
    assert Step(Told.TIED, {"option": "b", "n": 9}) in outcome.trace
    assert Step(Told.TIED, {"option": "c", "n": 9}) in outcome.trace


def test_an_empty_seat_is_told() -> None:
    asked = question(Kind.APPROVAL, "a", "b", "c", rule=Rule(seats=3), maximum=3)
    outcome = decide(asked, [1, 5, 2, 0], ballots=7, present=60, census=180)
    assert outcome.chosen == ("a", "b")
    assert outcome.trace[-2:] == (Step(Told.VACANT, {"n": 1}), Step(Told.MARGIN, {"n": 1}))


def test_a_step_is_worded_with_the_text_of_its_option() -> None:
    asked = question(Kind.SINGLE, "a", "b")
    step = Step(Told.CHOSEN, {"option": "b", "n": 9})
    assert step.worded(asked, "ca") == {"option": "B", "n": 9}


def test_equal_steps_have_equal_hashes() -> None:
    steps = {Step(Told.TIE, {"n": 1, "options": 2}), Step(Told.TIE, {"options": 2, "n": 1})}
    assert len(steps) == 1


@pytest.mark.parametrize(("conflicts", "open_"), [(0, False), (4, False), (5, True), (6, True)])
def test_as_many_conflicts_as_the_margin_leave_it_not_decided(conflicts: int, open_: bool) -> None:
    outcome = yes_no(30, 20, rule=Rule(majority=HALF))
    assert outcome.margin == 5
    assert not_decided_by(outcome, conflicts) is open_
    declared = with_conflicts(outcome, conflicts)
    assert (declared.verdict is Verdict.NOT_DECIDED) is open_
    assert (declared == outcome) is not open_


def test_what_conflicts_leave_open_keeps_its_votes_and_names_nobody() -> None:
    declared = with_conflicts(single(9, 8, 3), 1)
    assert (declared.verdict, declared.chosen) == (Verdict.NOT_DECIDED, ())
    assert [(each.votes, each.fate, each.short) for each in declared.standings] == [
        (9, Fate.OPEN, 0),
        (8, Fate.OPEN, 0),
        (3, Fate.OPEN, 0),
    ]
    assert declared.trace[-1] == Step(Told.CONFLICTS, {"n": 1, "margin": 1})


def test_no_number_of_conflicts_makes_a_quorum() -> None:
    rule = Rule(quorum=Quorum(share=Fraction(1), base=QuorumBase.CENSUS))
    outcome = yes_no(30, 20, rule=rule)
    assert outcome.margin is None
    assert with_conflicts(outcome, 50) is outcome


@pytest.mark.parametrize("wrong", [True, 3.0, "3"])
def test_what_is_not_a_whole_number_is_refused(wrong: object) -> None:
    asked = question(Kind.SINGLE, "a", "b", "c")
    tally: Any = [0, wrong, 0, 0]
    with pytest.raises(CountingRefused) as refused:
        decide(asked, tally, ballots=3, present=60, census=180)
    assert refused.value.code is CountingProblem.RANGE


@pytest.mark.parametrize("field", ["ballots", "present", "census"])
def test_a_negative_turnout_is_refused(field: str) -> None:
    numbers = {"ballots": 0, "present": 0, "census": 0} | {field: -1}
    with pytest.raises(CountingRefused) as refused:
        decide(question(Kind.SINGLE, "a", "b"), [0, 0, 0], **numbers)
    assert refused.value.key == "error.counting.range"
