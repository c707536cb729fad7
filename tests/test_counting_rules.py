# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule documents: one rule, one sequence of bytes, and settings as somebody types them."""

from __future__ import annotations

import json
from contextlib import suppress
from fractions import Fraction
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import canonical
from ballots.assembly import MajorityBase
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.rule import (
    RULES,
    Greedy,
    GreedyExclusive,
    GreedyThreshold,
    MajorityJudgment,
    Mes,
    Plurality,
    Rule,
    Schulze,
    StvScottish,
    YesNo,
)
from ballots.counting.rule_document import NAMED, digest, encode, read, settings, typed
from ballots.counting.settings import By, Completion, NoOpinion, Ties

NAMES = [
    "yes-no",
    "plurality",
    "approval",
    "score",
    "cumulative",
    "majority-judgment",
    "consent",
    "temperature",
    "irv",
    "stv-scottish",
    "stv-meek",
    "schulze",
    "copeland",
    "minimax",
    "ranked-pairs",
    "borda",
    "greedy",
    "greedy-threshold",
    "greedy-no-skip",
    "greedy-exclusive",
    "poznan",
    "knapsack",
    "mes",
]


def refused(name: str, **given: str) -> CountingRefused:
    with pytest.raises(CountingRefused) as caught:
        typed(name, {key.replace("_", "-"): value for key, value in given.items()})
    return caught.value


def test_the_rules_are_these() -> None:
    assert list(NAMED) == NAMES


@pytest.mark.parametrize("rule", [kind() for kind in RULES], ids=lambda rule: rule.name)
def test_a_document_names_the_rule_and_every_setting_and_is_read_back(rule: Rule) -> None:
    document = encode(rule)
    told = json.loads(document)
    assert told.pop("format") == "urna-rule/v1"
    assert told.pop("rule") == rule.name
    assert told == json.loads(json.dumps(settings(rule)))
    assert len(told) == len(msgspec.structs.fields(rule))
    assert read(document) == rule
    assert digest(rule) == sha256(document).hexdigest()


def test_the_document_of_a_vote_of_debian() -> None:
    rule = Schulze(default="3", quorum=Fraction("45.2"), majority={"1": Fraction(3)})
    assert encode(rule) == (
        b'{"by":"winning","default":"3","format":"urna-rule/v1","majority":{"1":"3/1"},'
        b'"quorum":"226/5","rule":"schulze","seats":1,"ties":"lot"}'
    )


FINE = json.loads(encode(StvScottish(seats=3)))


@pytest.mark.parametrize(
    "change",
    [
        {"format": "urna-rule/v2"},
        {"rule": "stv"},
        {"seats": 0},
        {"seats": "3"},
        {"ties": "coin"},
        {"extra": 1},
        {"rule": "yes-no"},
    ],
    ids=str,
)
def test_a_document_that_is_not_exactly_one_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CountingRefused) as caught:
        read(canonical.encode({**FINE, **change}))
    assert caught.value.code is CountingProblem.DOCUMENT


@pytest.mark.parametrize("missing", FINE)
def test_every_setting_is_written(missing: str) -> None:
    left = {key: value for key, value in FINE.items() if key != missing}
    with pytest.raises(CountingRefused):
        read(canonical.encode(left))


@pytest.mark.parametrize("share", ["2/4", "0.5", "50%", "1/0", "01/2", ".5"])
def test_a_share_is_written_in_one_way_only(share: str) -> None:
    fine = json.loads(encode(YesNo(majority=Fraction(1, 2))))
    assert read(canonical.encode(fine)) == YesNo(majority=Fraction(1, 2))
    with pytest.raises(CountingRefused):
        read(canonical.encode({**fine, "majority": share}))


@given(st.binary(max_size=80) | st.sampled_from([encode(kind())[:-9] for kind in RULES]))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CountingRefused):
        read(data)


def test_a_share_outside_of_the_whole_is_no_share() -> None:
    with pytest.raises(CountingRefused) as caught:
        YesNo(majority=Fraction(4, 3))
    assert caught.value.facts == {"setting": "majority", "value": "4/3"}


def test_what_needs_a_default_option_says_so() -> None:
    for given_ in ({"quorum": Fraction(3)}, {"majority": {"1": Fraction(3)}}):
        with pytest.raises(CountingRefused) as caught:
            msgspec.convert(given_, Schulze)
        assert caught.value.facts["setting"] == "default"
    with pytest.raises(CountingRefused) as caught:
        Schulze(default="3", majority={"1": Fraction(0)})
    assert caught.value.facts["setting"] == "majority"


# --- as it is typed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given_", "rule"),
    [
        ("yes-no", {"majority": "1/2"}, YesNo(majority=Fraction(1, 2))),
        ("yes-no", {"majority": "0.6"}, YesNo(majority=Fraction(3, 5))),
        ("yes-no", {"quorum": "20%"}, YesNo(quorum=Fraction(1, 5))),
        (
            "yes-no",
            {"majority": "2:1", "majority-strict": "no", "majority-of": "cast"},
            YesNo(majority=Fraction(2, 3), majority_strict=False, majority_of=MajorityBase.CAST),
        ),
        (
            "plurality",
            {"seats": "1", "second-round": "yes", "majority": "1:2"},
            Plurality(second_round=True, majority=Fraction(1, 3)),
        ),
        (
            "schulze",
            {"by": "margins", "default": "9", "quorum": "45.2", "majority": "1:3,2:3"},
            Schulze(
                by=By.MARGINS,
                default="9",
                quorum=Fraction(226, 5),
                majority={"1": Fraction(3), "2": Fraction(3)},
            ),
        ),
        (
            "majority-judgment",
            {"no-opinion": "0", "no-opinion-counts-as": "excluded"},
            MajorityJudgment(no_opinion=0, no_opinion_counts_as=NoOpinion.EXCLUDED),
        ),
        (
            "greedy-exclusive",
            {"exclusive": "a+b,c+d+e"},
            GreedyExclusive(exclusive=(("a", "b"), ("c", "d", "e"))),
        ),
        (
            "mes",
            {"completion": "add1", "increment": "10", "ties": "file-order"},
            Mes(completion=Completion.ADD1, increment=10, ties=Ties.FILE_ORDER),
        ),
    ],
    ids=lambda part: str(part)[:40],
)
def test_settings_are_read_as_people_type_them(
    name: str, given_: dict[str, str], rule: Rule
) -> None:
    assert typed(name, given_) == rule


def test_a_majority_of_an_option_may_be_given_before_the_default_option() -> None:
    rule = typed("schulze", {"majority": "1:3", "quorum": "9", "default": "2"})
    assert rule == Schulze(default="2", quorum=Fraction(9), majority={"1": Fraction(3)})


def test_what_the_file_states_stays_where_nothing_else_is_given() -> None:
    stated = GreedyThreshold(threshold=50, first_place=3)
    assert typed("greedy-threshold", {"ties": "file-order"}, stated) == GreedyThreshold(
        threshold=50, first_place=3, ties=Ties.FILE_ORDER
    )
    assert typed("greedy", {"threshold": "9"}, stated) == Greedy(threshold=9, first_place=3)
    assert typed("irv", {}, stated).name == "irv"


def test_a_mistake_is_named() -> None:
    assert refused("scottish").facts == {"rule": "scottish"}
    wrong = refused("irv", seats="2")
    assert wrong.code is CountingProblem.UNKNOWN_SETTING
    assert wrong.facts == {"setting": "seats", "rule": "irv", "known": "ties, batch"}
    for name, key, value in (
        ("stv-scottish", "seats", "0"),
        ("stv-scottish", "seats", "two"),
        ("schulze", "by", "votes"),
        ("schulze", "quorum", "-1"),
        ("schulze", "majority", "1"),
        ("yes-no", "majority", "1/0"),
        ("yes-no", "majority", "half"),
        ("mes", "whole_start", "perhaps"),
    ):
        wrong = refused(name, **{key: value})
        assert wrong.code is CountingProblem.SETTING
        assert wrong.facts == {"setting": key.replace("_", "-"), "value": value}
    assert refused("yes-no", majority="3").code is CountingProblem.SETTING
    assert refused("schulze", quorum="9").facts["setting"] == "default"


@given(st.sampled_from(NAMES), st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_anything_typed_is_a_rule_or_refused(name: str, given_: dict[str, str]) -> None:
    with suppress(CountingRefused):
        assert read(encode(typed(name, given_))).name == name


@given(st.data())
def test_anything_typed_for_a_setting_is_a_rule_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    keys = st.sampled_from([field.encode_name for field in msgspec.structs.fields(NAMED[name])])
    texts = st.text(alphabet="0123456789/:.,+%-abyesno", max_size=6)
    try:
        rule = typed(name, data.draw(st.dictionaries(keys, texts, max_size=3)))
    except CountingRefused:
        return
    assert read(encode(rule)) == rule
