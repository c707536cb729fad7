# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many evenings as one result, the ledger, the plan: any order, any repetition, any correction."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.assembly import (
    Kind,
    Option,
    Question,
    Quorum,
    QuorumBase,
    Reference,
    Rule,
    Thing,
    Wording,
)
from ballots.counting import Verdict
from ballots.record.errors import RecordRefused
from sync.decidim.handing_over.evenings import Evening, Vote
from sync.decidim.handing_over.ledger import Ledger, Target, read_ledger
from sync.decidim.handing_over.plan import Given, Plan, StopCode, There, Wanted, plan
from sync.decidim.handing_over.together import ContradictionCode, together


def digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def a_question(
    *proposals: str, rule: Rule | None = None, kind: Thing = Thing.PROPOSAL
) -> Question:
    ids = proposals or ("yes", "no")
    return Question(
        id="q",
        kind=Kind.APPROVAL,
        text=Wording({"ca": "Quines?"}),
        options=tuple(
            Option(id=id_, text=Wording({"ca": id_}), about=Reference(kind=kind, id=id_))
            if proposals
            else Option(id=id_, text=Wording({"ca": id_}))
            for id_ in ids
        ),
        maximum=len(ids),
        rule=rule or Rule(),
    )


def an_evening(
    assembly: str, *tally: int, question: Question | None = None, version: int = 1, census: int = 0
) -> Evening:
    """One in which each of `tally` is at most the number of ballots, 50."""
    asked = question or a_question("12", "120")
    vote = Vote(election="e", question=asked, tally=(0, *tally), ballots=50, conflicts=0)
    return Evening(
        bundle=digest(f"{assembly} {version} {tally}"),
        assembly=assembly,
        title=Wording({"ca": assembly}),
        place="Sala Exemple",
        day="2026-11-26",
        present=60,
        census=census,
        trustees=3,
        threshold=2,
        votes=(vote,),
        entries=frozenset(bytes([number]) for number in range(version)),
    )


VOTES = st.integers(25, 50)
EVENINGS = st.lists(
    st.builds(
        lambda assembly, version, first: an_evening(assembly, first, 50, version=version),
        st.sampled_from("abc"),
        st.integers(1, 3),
        VOTES,
    ),
    max_size=6,
)


@given(EVENINGS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_and_repetition_change_nothing(
    evenings: list[Evening], random: Random, times: int
) -> None:
    expected = together(evenings)
    shuffled = evenings * times
    random.shuffle(shuffled)
    assert together(shuffled) == expected


@given(st.lists(VOTES, min_size=1, max_size=5))
def test_numbers_of_the_sites_add_up_to_the_result(votes: list[int]) -> None:
    found = together(an_evening(f"a{n}", each, 30) for n, each in enumerate(votes))
    (result,) = found.results
    assert result.votes("12") == {f"a{n}": each for n, each in enumerate(votes)}
    assert result.outcome.standings[0].votes == sum(votes)
    assert result.outcome.ballots == 50 * len(votes)


def test_a_newer_bundle_stands_for_the_older_one_and_corrects_it() -> None:
    old, new = an_evening("a", 30, 30), an_evening("a", 29, 30, version=2)
    found = together([new, old])
    assert found.contradictions == ()
    assert found.superseded == (old.bundle,)
    assert found.results[0].votes("12") == {"a": 29}


def test_two_bundles_of_which_none_is_newer_have_to_say_the_same() -> None:
    one = an_evening("a", 30, 30)
    same = replace(one, bundle=digest("other"), entries=frozenset({b"x"}))
    other = replace(an_evening("a", 31, 30), entries=frozenset({b"x"}))
    assert together([one, same]).contradictions == ()
    assert len(together([one, same]).results) == 1
    (wrong,) = together([one, other]).contradictions
    assert wrong.code is ContradictionCode.ASSEMBLY
    assert wrong.facts["assembly"] == "a"


def test_a_proposal_that_two_questions_decided_is_a_contradiction() -> None:
    found = together(
        [an_evening("a", 30, 30), an_evening("b", 30, 30, question=a_question("12", "7"))]
    )
    assert [wrong.code for wrong in found.contradictions] == [ContradictionCode.REFERENCE]
    assert found.contradictions[0].facts["id"] == "12"


def test_questions_without_numbers_of_decidim_are_each_assembly_s_own() -> None:
    found = together(an_evening(name, 30, 20, question=a_question()) for name in "ab")
    assert [len(result.sites) for result in found.results] == [1, 1]


def test_the_rule_is_applied_to_the_sum_of_the_sites() -> None:
    rule = Rule(quorum=Quorum(share=Fraction(1), base=QuorumBase.CENSUS))
    asked = a_question("1", "2", rule=rule)
    known = together(an_evening(name, 30, 20, question=asked, census=50) for name in "ab")
    assert known.results[0].outcome.verdict is Verdict.CHOSEN
    large = [an_evening("a", 30, 20, question=asked, census=51)]
    assert together(large).results[0].outcome.verdict is Verdict.NO_QUORUM
    part = [
        an_evening("a", 30, 20, question=asked, census=50),
        an_evening("b", 30, 20, question=asked),
    ]
    assert [w.code for w in together(part).contradictions] == [ContradictionCode.CENSUS]


def test_votes_that_no_such_ballots_can_hold_are_a_contradiction_of_their_own() -> None:
    found = together([an_evening("a", 51, 51)])
    assert [wrong.code for wrong in found.contradictions] == [ContradictionCode.TALLY]
    assert found.results == ()


# --- the ledger and the plan --------------------------------------------------------------------

PROJECTS = There(projects=frozenset({"81", "82"}), proposals={"12": "evaluating"})


def paper(id_: str, version: int = 1, **numbers: int) -> Wanted:
    given_ = tuple(
        Given(assembly=name, bundle=digest(f"{name}{version}"), entries=version, number=number)
        for name, number in numbers.items()
    )
    return Wanted(target=Target.PAPER_BALLOTS, id=id_, name="Ombra", given=given_)


def worded(target: Target, id_: str, words: str, version: int = 1, **numbers: int) -> Wanted:
    return replace(paper(id_, version, **numbers), target=target, content=digest(words))


def codes(made: Plan) -> list[str]:
    return [stop.code for stop in made.stops]


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 90)), max_size=8))
def test_whatever_is_handed_over_adds_up_to_what_is_wanted(
    evenings: list[dict[str, int]],
) -> None:
    """Assemblies that are not given again keep what they gave."""
    ledger = Ledger()
    latest: dict[str, int] = {}
    for version, numbers in enumerate(evenings, 1):
        latest |= numbers
        made = plan([paper("81", version, **numbers)], ledger, PROJECTS)
        assert made.stops == ()
        ledger = made.carried_out(ledger)
        assert sum(row.number for row in ledger.rows) == sum(latest.values())
        again = plan([paper("81", version, **numbers)], ledger, PROJECTS)
        assert again.changes == ()
        assert read_ledger(ledger.encode()) == ledger


def test_a_correction_is_handed_over_as_a_difference_that_may_be_negative() -> None:
    ledger = plan([paper("81", a=41, b=7)], Ledger(), PROJECTS).carried_out(Ledger())
    (change,) = plan([paper("81", 2, a=38, b=7)], ledger, PROJECTS).changes
    assert (change.before, change.after, change.why) == (48, 45, "corrected")
    assert [(row.assembly, row.number) for row in change.handed] == [("a", -3)]


@given(
    st.permutations([paper("81", a=1), paper("82", a=2), worded(Target.ANSWERS, "12", "x", a=3)])
)
def test_the_order_of_what_is_wanted_changes_no_byte_of_a_plan(wanted: list[Wanted]) -> None:
    first = plan(sorted(wanted, key=lambda each: each.id), Ledger(), PROJECTS)
    assert plan(wanted, Ledger(), PROJECTS).encode() == first.encode()


def test_a_text_that_changed_is_handed_over_again_and_the_same_text_is_not() -> None:
    wanted = worded(Target.ANSWERS, "12", "x", a=3)
    ledger = plan([wanted], Ledger(), PROJECTS).carried_out(Ledger())
    assert plan([wanted], ledger, PROJECTS).changes == ()
    (change,) = plan([worded(Target.ANSWERS, "12", "y", a=3)], ledger, PROJECTS).changes
    assert (change.before, change.after, change.there) == (3, 3, "evaluating")


def test_what_decidim_does_not_have_stops_the_plan() -> None:
    assert codes(plan([paper("99", a=1)], Ledger(), PROJECTS)) == [StopCode.UNKNOWN]


def test_an_older_bundle_never_takes_back_what_a_newer_one_gave() -> None:
    ledger = plan([paper("81", 2, a=41)], Ledger(), PROJECTS).carried_out(Ledger())
    assert codes(plan([paper("81", 1, a=40)], ledger, PROJECTS)) == [StopCode.OLDER]


def test_an_answer_that_lacks_an_assembly_of_before_stops_the_plan() -> None:
    wanted = worded(Target.ANSWERS, "12", "x", a=3, b=4)
    ledger = plan([wanted], Ledger(), PROJECTS).carried_out(Ledger())
    made = plan([worded(Target.ANSWERS, "12", "y", a=3)], ledger, PROJECTS)
    assert codes(made) == [StopCode.LACKING]


def test_a_result_is_created_once_and_changed_by_hand_only() -> None:
    wanted = worded(Target.RESULTS, "urna:a:q", "x", a=3)
    made = plan([wanted], Ledger(), PROJECTS)
    ledger = made.carried_out(Ledger())
    there = There(external=frozenset({"urna:a:q"}))
    assert plan([wanted], ledger, there).changes == ()
    assert codes(plan([wanted], Ledger(), there)) == [StopCode.THERE]
    changed = worded(Target.RESULTS, "urna:a:q", "y", a=4)
    assert codes(plan([changed], ledger, there)) == [StopCode.BY_HAND]


def test_results_are_not_created_where_nobody_saw_which_are_there() -> None:
    wanted = worded(Target.RESULTS, "urna:a:q", "x", a=3)
    assert codes(plan([wanted], Ledger(), There(external=None))) == [StopCode.UNSEEN]


def test_nothing_of_a_stopped_plan_is_carried_out() -> None:
    stopped = plan([paper("81", a=1), paper("99", a=1)], Ledger(), PROJECTS)
    assert stopped.changes
    assert stopped.carried_out(Ledger()) == Ledger()


def test_a_contradiction_of_the_bundles_stops_the_plan_by_its_name() -> None:
    found = together(
        [an_evening("a", 30, 30), an_evening("b", 30, 30, question=a_question("12", "7"))]
    )
    made = plan([], Ledger(), PROJECTS, contradictions=found.contradictions)
    assert [(stop.code, stop.facts["id"]) for stop in made.stops] == [("reference", "12")]


def test_a_plan_goes_on_from_the_ledger_that_it_was_made_for() -> None:
    ledger = plan([paper("81", a=1)], Ledger(), PROJECTS).carried_out(Ledger())
    late = plan([paper("82", a=1)], Ledger(), PROJECTS)
    assert late.carried_out(ledger) == ledger


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", Ledger().encode() + b" "])
def test_what_is_no_ledger_is_refused(data: bytes) -> None:
    with pytest.raises(RecordRefused):
        read_ledger(data)
