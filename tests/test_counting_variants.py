# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether another variant of a rule would have had other winners, and how that is told."""

from __future__ import annotations

import pytest

from ballots.counting.count import Count
from ballots.counting.counts import count_batch
from ballots.counting.profile import Batch
from ballots.counting.rule import (
    RULES,
    Approval,
    Borda,
    Irv,
    Mes,
    Rule,
    StvMeek,
    StvScottish,
)
from ballots.counting.settings import Ties
from ballots.counting.variants import Variant, variants
from kiosk.i18n import LANGUAGES, voice
from printouts.counting import varied
from tests.small_contests import contest, marked, ranked, scored
from tests.test_counting_budgets import contest as budget


def compared(rule: Rule, batch: Batch) -> dict[str, Variant]:
    count = count_batch(rule, batch)
    return {f"{each.setting}.{each.value}": each for each in variants(count, batch)}


def told(rule: Rule, batch: Batch, language: str) -> list[str]:
    count: Count = count_batch(rule, batch)
    say = voice(language).say
    return [varied.told(each, count, say, language) for each in variants(count, batch)]


def test_a_setting_has_each_of_its_other_values_as_a_variant() -> None:
    about = budget({"a": 50, "b": 40}, 100)
    assert list(compared(Mes(), marked(about, {"a": 2, "b": 1}))) == [
        "stop.exhaustive",
        "utility.cardinality",
        "rule.greedy",
    ]
    assert list(compared(Borda(), ranked(contest("ab"), {"ab": 2}))) == ["unranked.zero"]
    assert list(compared(Approval(), marked(contest("ab"), {"a": 2}))) == []


def test_run_offs_are_compared_with_pairs_and_one_stv_with_the_other() -> None:
    batch = ranked(contest("abc"), {"a": 4, "bc": 3, "cb": 2})
    assert list(compared(Irv(), batch)) == ["rule.schulze"]
    assert list(compared(StvScottish(), batch)) == ["rule.stv-meek"]
    assert list(compared(StvMeek(), batch)) == ["rule.stv-scottish"]


def test_who_would_have_come_in_and_gone_out_is_told() -> None:
    center = ranked(contest("abc"), {"ab": 4, "cb": 3, "bc": 2})
    variant = compared(Irv(), center)["rule.schulze"]
    assert variant.mattered
    assert (variant.added, variant.dropped) == (("b",), ("c",))


def test_a_tie_in_a_variant_leaves_it_open() -> None:
    about = budget({"a": 60, "b": 60, "c": 10}, 100)
    batch = marked(about, {"a": 3, "b": 3, "c": 5})
    variant = compared(Mes(), batch)["rule.greedy"]
    assert variant.open
    assert not variant.mattered


def test_the_rule_of_ties_is_kept() -> None:
    batch = ranked(contest("ab"), {"ab": 1, "ba": 1})
    count = count_batch(Irv(ties=Ties.FILE_ORDER), ranked(contest("ab"), {"ab": 2, "ba": 1}))
    assert variants(count, batch)[0].open


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_case_is_a_sentence_with_the_names_in_it(language: str) -> None:
    center = ranked(contest("abc"), {"ab": 4, "cb": 3, "bc": 2})
    (line,) = told(Irv(), center, language)
    assert "b" in line.split(": ", 1)[1]
    about = budget({"a": 60, "b": 60, "c": 10}, 100)
    lines = told(Mes(), marked(about, {"a": 3, "b": 3, "c": 5}), language)
    say = voice(language).say
    assert lines[0].endswith(say("variant.same"))
    assert lines[-1].endswith(say("variant.open"))
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [kind() for kind in RULES], ids=lambda rule: rule.name)
def test_every_variant_of_every_rule_has_a_name(rule: Rule, language: str) -> None:
    batch: Batch
    if "budget" in rule.__struct_fields__:
        batch = marked(budget({"a": 60, "b": 30}, 100), {"a": 2, "b": 1})
    elif rule.name in ("yes-no", "consent"):
        names = ("yes", "no") if rule.name == "yes-no" else ("consent", "reservation", "objection")
        batch = marked(contest(names), {names[0]: 3})
    elif rule.name in ("score", "cumulative", "majority-judgment", "temperature"):
        batch = scored(contest("ab"), (2, {"a": 3, "b": 1}), (1, {"a": 2, "b": 3}))
    elif rule.name in ("plurality", "approval"):
        batch = marked(contest("ab"), {"a": 2, "b": 1})
    else:
        batch = ranked(contest("ab"), {"ab": 2, "ba": 1})
    assert not [line for line in told(rule, batch, language) if "variant." in line]
