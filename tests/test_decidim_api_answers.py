# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a platform answers, a person reads one line, and nothing of ours is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.credentials import Pass, Secret
from sync.decidim.writing.outcomes import Already, Conflict, NotTaken, Outcome, Written
from sync.decidim.writing.replies import REFUSED
from sync.decidim.writing.session import Session
from sync.decidim.writing.writer import Writer
from tests.test_decidim_api import ANSWER, EVERY, RESULT, Clock

TOKEN = "a-token"
THERE = {"session": {}, "component": {"found": {"id": "101"}}}
LOOKED = json.dumps({"data": {**THERE, "session": {"__typename": "Session"}}}).encode()


class _Open:
    def enter(self, *_: object, **__: object) -> Pass:
        return Pass(Secret(TOKEN))

    def leave(self, *_: object, **__: object) -> bool:
        return True


class Saying(Session):
    """A session with a platform that says the same each time."""

    def __init__(self, looked: bytes, told: bytes | float) -> None:
        clock = Clock()
        super().__init__("https://x.invalid", _Open(), clock=clock, sleep=clock.sleep)
        self._looked = looked
        self._telling = told

    def ask(self, *_: object, **__: object) -> bytes:
        return self._looked

    def tell(self, *_: object, **__: object) -> bytes | float:
        return self._telling


def wrote(looked: bytes, told: bytes | float, step: Any = ANSWER) -> Outcome:
    with Saying(looked, told) as session:
        return Writer(session).write(step)


def erring(code: str | None, message: str, *, data: bool = True) -> bytes:
    extensions = {} if code is None else {"extensions": {"code": code}}
    whole: dict[str, object] = {"errors": [{"message": message, **extensions}]}
    return json.dumps(whole | ({"data": {"component": None}} if data else {})).encode()


def refusal(outcome: Outcome) -> DecidimRefused:
    assert isinstance(outcome, NotTaken)
    return outcome.refusal


CODES = {
    "ATTRIBUTE_VALIDATION_ERROR": DecidimProblem.FIELDS_REFUSED,
    "VALIDATION_ERROR": DecidimProblem.FIELDS_REFUSED,
    "INVALID_LOCALE_ERROR": DecidimProblem.LOCALE_REFUSED,
    "LOCALE_ERROR": DecidimProblem.LOCALE_REFUSED,
    "NOT_FOUND_ERROR": DecidimProblem.GONE,
    "PERMISSION_NOT_SET": DecidimProblem.PERMISSION_UNSET,
    "UNAUTHORIZED_OBJECT_ERROR": DecidimProblem.HIDDEN,
    "UNAUTHORIZED_FIELD": DecidimProblem.HIDDEN,
    "RECURSION_LIMIT_EXCEEDED": DecidimProblem.LIMITED,
    "RECURSION_LIMIT_EXCEEDED_ERROR": DecidimProblem.LIMITED,
    "TOO_MANY_ALIASES": DecidimProblem.LIMITED,
    "INTROSPECTION_DISABLED": DecidimProblem.LIMITED,
    "INTROSPECTION_DISABLED_ERROR": DecidimProblem.LIMITED,
    "MUTATION_NOT_AUTHORIZED_ERROR": DecidimProblem.ANSWER_DENIED,
    "ANOTHER": DecidimProblem.FAULT,
}


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_decidim_is_one_of_ours(code: str) -> None:
    found = refusal(wrote(LOOKED, erring(code, "why")))
    assert found.code is CODES[code]
    assert found.facts.get("detail", "why") == "why"


def test_no_code_of_the_table_is_left_out_of_this_test() -> None:
    assert {code.removesuffix("_ERROR") for code in CODES} >= set(REFUSED)


@pytest.mark.parametrize("message", ["", "   ", "<p></p>", "\u202e"])
def test_fields_that_are_refused_without_a_word_are_told_so(message: str) -> None:
    found = refusal(wrote(LOOKED, erring("ATTRIBUTE_VALIDATION_ERROR", message)))
    assert found.code is DecidimProblem.FIELDS_UNSAID


def test_a_mutation_that_is_not_valid_leads_to_files() -> None:
    for code in ("undefinedField", "undefinedType", None):
        outcome = wrote(LOOKED, erring(code, "no such field", data=False))
        assert isinstance(outcome, NotTaken)
        assert outcome.lacking
        assert outcome.refusal.code is DecidimProblem.VERSION_LACKS


def test_a_platform_that_repeats_a_token_does_not_have_it_printed() -> None:
    found = refusal(wrote(LOOKED, erring("ATTRIBUTE_VALIDATION_ERROR", f"Bearer {TOKEN}")))
    assert TOKEN not in str(found)


def test_nobody_is_signed_in_twice_in_vain() -> None:
    nobody = json.dumps({"data": {**THERE, "session": None}}).encode()
    with pytest.raises(DecidimRefused) as found:
        wrote(nobody, b"")
    assert found.value.code is DecidimProblem.TOKEN_ENDED


def test_a_list_that_never_ends_is_no_list() -> None:
    for cursor in ("x", None):
        page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": cursor}}
        looked = {"data": {"session": {"a": 1}, "component": {"found": page}}}
        with pytest.raises(DecidimRefused) as found:
            wrote(json.dumps(looked).encode(), b"", RESULT)
        assert found.value.code is DecidimProblem.NOT_DECIDIM


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("id"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "errors", "session", "component", "found", "nodes", "pageInfo", "id",
                 "hasNextPage", "endCursor", "message", "extensions", "code", "title", "told",
                 "at", "translations", "locale", "text", "startTime", "closed", "answer", "cost"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)  # fmt: skip
SAID = st.one_of(
    JSON.map(lambda value: json.dumps(value).encode()),
    JSON.map(lambda value: json.dumps({"data": value}).encode()),
    JSON.map(
        lambda value: json.dumps({"data": {"session": {"a": 1}, "component": value}}).encode()
    ),
    JSON.map(lambda value: json.dumps({"errors": [value]}).encode()),
    st.binary(max_size=40),
    st.sampled_from([b"[" * 100_000, b'{"data":' * 5_000, b'{"data":{"x":"\xff"}}', LOOKED]),
)


@given(looked=SAID, told=SAID, step=st.sampled_from(EVERY))
def test_whatever_is_answered_there_is_one_kind_of_error(
    looked: bytes, told: bytes, step: Any
) -> None:
    try:
        outcome = wrote(looked, told, step)
    except DecidimRefused as found:
        assert TOKEN not in str(found)  # noqa: PT017 - it may also be taken
    else:
        assert isinstance(outcome, Written | Already | NotTaken | Conflict)
