# SPDX-License-Identifier: AGPL-3.0-or-later
"""Laws of counting, tried on marked ballots small enough to change one by one."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

from hypothesis import assume, given
from hypothesis import strategies as st

from ballots.assembly import (
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
from ballots.counting import CountingRefused, Outcome, Step, decide
from ballots.counting.sums.shares import at_least, more_than

Ballot = frozenset[str]

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=12)
MAJORITIES = st.builds(
    Majority, share=SHARES, base=st.sampled_from(MajorityBase), strict=st.booleans()
)
QUORUMS = st.builds(Quorum, share=SHARES.filter(bool), base=st.sampled_from(QuorumBase))


def asked(
    kind: Kind, options: Sequence[str], *, rule: Rule | None = None, maximum: int = 1
) -> Question:
    return Question(
        id="q",
        kind=kind,
        text=Wording({"ca": "Què fem?"}),
        options=tuple(Option(id=id_, text=Wording({"ca": id_})) for id_ in options),
        rule=rule or Rule(),
        maximum=maximum,
    )


@st.composite
def questions(draw: st.DrawFn, most: int = 4) -> Question:
    kind = draw(st.sampled_from(Kind))
    options = ["yes", "no"] if kind is Kind.YES_NO else list("abcd")[: draw(st.integers(2, most))]
    rule = Rule(
        quorum=draw(st.none() | QUORUMS),
        majority=draw(st.none() | MAJORITIES),
        seats=1 if kind is Kind.YES_NO else draw(st.integers(1, len(options))),
    )
    maximum = draw(st.integers(1, len(options))) if kind is Kind.APPROVAL else 1
    return asked(kind, options, rule=rule, maximum=maximum)


def markings(question: Question) -> list[Ballot]:
    ids = [option.id for option in question.options]
    sizes = [0, *range(question.minimum, question.maximum + 1)]
    return [frozenset(chosen) for size in sizes for chosen in combinations(ids, size)]


def ballots_for(question: Question, most: int) -> st.SearchStrategy[list[Ballot]]:
    return st.lists(st.sampled_from(markings(question)), max_size=most)


def counted(question: Question, ballots: Sequence[Ballot], census: int = 20) -> Outcome:
    marks = [(int(not ballot), *question.positions(ballot)) for ballot in ballots]
    tally = [sum(column) for column in zip(*marks, strict=True)]
    empty = [0] * (1 + len(question.options))
    return decide(
        question, tally or empty, ballots=len(ballots), present=len(ballots) + 2, census=census
    )


@given(st.data())
def test_the_order_of_ballots_and_of_options_decides_nothing(data: st.DataObject) -> None:
    question = data.draw(questions().filter(lambda each: each.kind is not Kind.YES_NO))
    ballots = data.draw(ballots_for(question, 12))
    shuffled = data.draw(st.permutations(ballots))
    options = data.draw(st.permutations([option.id for option in question.options]))
    again = asked(question.kind, options, rule=question.rule, maximum=question.maximum)
    one, other = counted(question, ballots), counted(again, shuffled)
    assert (one.verdict, one.chosen, one.tied, one.open_seats, one.margin, one.trace) == (
        other.verdict,
        other.chosen,
        other.tied,
        other.open_seats,
        other.margin,
        other.trace,
    )
    assert set(one.standings) == set(other.standings)


@given(st.data())
def test_names_decide_nothing(data: st.DataObject) -> None:
    question = data.draw(questions().filter(lambda each: each.kind is not Kind.YES_NO))
    ballots = data.draw(ballots_for(question, 12))
    old = [option.id for option in question.options]
    name = dict(zip(old, data.draw(st.permutations("wxyz"))[: len(old)], strict=True))
    renamed = asked(
        question.kind, [name[id_] for id_ in old], rule=question.rule, maximum=question.maximum
    )
    one = counted(question, ballots)
    other = counted(renamed, [frozenset(map(name.__getitem__, each)) for each in ballots])
    assert {name[id_] for id_ in one.chosen} == set(other.chosen)
    assert {name[id_] for id_ in one.tied} == set(other.tied)
    assert (one.verdict, one.margin) == (other.verdict, other.margin)


@given(st.data())
def test_fewer_changed_ballots_than_the_margin_change_nothing(data: st.DataObject) -> None:
    question = data.draw(questions(most=3))
    ballots = data.draw(ballots_for(question, 5))
    outcome = counted(question, ballots)
    most = len(ballots) if outcome.margin is None else outcome.margin - 1
    assume(most > 0)
    changed = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(ballots)), st.sampled_from(markings(question))),
            max_size=min(most, len(ballots)),
        )
    )
    others = list(ballots)
    for place, marks in changed:
        if place < len(others):
            others[place] = marks
    again = counted(question, others)
    assert (again.verdict, set(again.chosen)) == (outcome.verdict, set(outcome.chosen))


@given(st.data())
def test_the_margin_of_a_single_choice_can_be_met(data: st.DataObject) -> None:
    question = asked(Kind.SINGLE, "abc")
    ballots = data.draw(ballots_for(question, 5))
    outcome = counted(question, ballots)
    assert outcome.margin is not None
    assume(0 < outcome.margin <= len(ballots))
    before = (outcome.verdict, outcome.chosen)
    found = any(
        (again.verdict, again.chosen) != before
        for places in combinations(range(len(ballots)), outcome.margin)
        for marks in product(markings(question), repeat=outcome.margin)
        for changes in [dict(zip(places, marks, strict=True))]
        for again in [counted(question, [changes.get(i, b) for i, b in enumerate(ballots)])]
    )
    assert found


@given(st.data())
def test_what_is_chosen_has_the_votes_and_what_is_not_would_have_with_what_it_lacks(
    data: st.DataObject,
) -> None:
    question = data.draw(questions().filter(lambda each: each.kind is not Kind.YES_NO))
    outcome = counted(question, data.draw(ballots_for(question, 12)))
    needed = outcome.majority.needed if outcome.majority else 1
    votes = {each.option: each.votes for each in outcome.standings}
    assert len(outcome.chosen) <= question.rule.seats
    assert all(votes[option] >= needed for option in (*outcome.chosen, *outcome.tied))
    lowest = min((votes[option] for option in outcome.chosen), default=0)
    for each in outcome.standings:
        if each.short:
            assert each.votes + each.short >= needed
            assert each.option not in outcome.chosen
            assert each.votes <= lowest or not outcome.chosen


@given(SHARES, st.integers(0, 10_000))
def test_needed_numbers_are_the_smallest_that_satisfy_the_share(share: Fraction, of: int) -> None:
    assert (at_least(share, of) - 1) / Fraction(1) < share * of <= at_least(share, of)
    assert more_than(share, of) - 1 <= share * of < more_than(share, of)


@given(questions(), st.lists(st.integers(-1, 9), max_size=6), st.integers(-1, 20))
def test_any_numbers_give_an_outcome_or_the_one_refusal(
    question: Question, tally: list[int], ballots: int
) -> None:
    try:
        outcome = decide(question, tally, ballots=ballots, present=ballots, census=0)
    except CountingRefused:
        return
    assert [each.votes for each in outcome.standings] == tally[1:]
    assert all(isinstance(step, Step) for step in outcome.trace)


@given(st.data())
def test_any_numbers_that_ballots_can_give_are_counted(data: st.DataObject) -> None:
    question = data.draw(questions())
    ballots = data.draw(ballots_for(question, 12))
    assert counted(question, ballots).ballots == len(ballots)
