# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Decidim that others are tested against is as strict, and as odd, as the real ones."""

from __future__ import annotations

import json
from dataclasses import replace
from http.client import IncompleteRead
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.decidim_double import Busy, Changed, Cut, DecidimDouble, Failing, Faults, Slow, World
from tests.decidim_double.invented import HIDDEN, MEETINGS, PROPOSALS, invented
from tests.decidim_double.limits import Limits
from tests.decidim_double.schemas import versions
from tests.decidim_double.world import Meeting, Proposal

PAGE = """query($after: String, $first: Int) { component(id: 12) { ... on Proposals {
  proposals(first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor } } } } }"""
WORLD = invented(Random(1), proposals=120)


def ask(double: DecidimDouble, query: str, timeout: float = 10, **variables: Any) -> Any:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = Request(double.url + "/api", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def message(answer: Any) -> str:
    (error,) = answer["errors"]
    return str(error["message"])


@pytest.mark.parametrize("own", [False, True], ids=["schemas-found", "schemas-of-ours"])
@pytest.mark.parametrize("version", ["0.27", "0.28", "0.29", "0.30", "0.31", "0.32"])
def test_every_proposal_that_may_be_seen_comes_page_by_page(version: str, own: bool) -> None:
    if version not in versions() or (own and version < "0.30"):
        pytest.skip("no schema of this version")
    found: list[str] = []
    with DecidimDouble(version, WORLD, own_schema=own) as double:
        after = None
        while True:
            page = ask(double, PAGE, first=50, after=after)["data"]["component"]["proposals"]
            found += [node["id"] for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
    assert found == [str(number) for number in range(101, 221)]


def test_a_page_holds_fifty_whatever_is_asked_for() -> None:
    with DecidimDouble("0.31", WORLD) as double:
        for asked in (None, 50, 200):
            page = ask(double, PAGE, first=asked)["data"]["component"]["proposals"]
            assert len(page["nodes"]) == 50


def test_what_is_asked_for_is_what_a_query_costs() -> None:
    with DecidimDouble("0.31", WORLD) as double:
        refused = ask(double, PAGE, first=5000)
    assert message(refused) == "Query has complexity of 5006, which exceeds max complexity of 5000"


def test_a_query_is_no_deeper_than_fifteen() -> None:
    inside = "id"
    for _ in range(6):
        inside = f"participatorySpace {{ components {{ {inside} }} }}"
    with DecidimDouble("0.31", WORLD) as double:
        assert "errors" not in ask(double, f"{{ component(id: 11) {{ {inside} }} }}")
        inside = f"participatorySpace {{ components {{ {inside} }} }}"
        deeper = ask(double, f"{{ component(id: 11) {{ {inside} }} }}")
    assert message(deeper) == "Query has depth of 16, which exceeds max depth of 15"


def test_nobody_may_ask_for_the_schema() -> None:
    with DecidimDouble("0.31", WORLD) as double:
        (error,) = ask(double, "{ __schema { queryType { name } } }")["errors"]
    assert error["extensions"]["code"] == "INTROSPECTION_DISABLED"


def test_too_many_aliases_are_refused_where_a_limit_is_set() -> None:
    with DecidimDouble("0.32", WORLD, limits=Limits(aliases=2)) as double:
        assert "errors" not in ask(double, "{ a: decidim { version } b: decidim { version } }")
        three = ask(double, "{ a: decidim { b: version c: applicationName } }")
    assert message(three) == "Too many aliases"


def test_a_field_of_another_version_is_refused_by_name() -> None:
    query = "{ component(id: 11) { ... on Meetings { meeting(id: 21) { attendeesCount } } } }"
    with DecidimDouble("0.30", WORLD) as double:
        (error,) = ask(double, query)["errors"]
    assert error["message"] == "Field 'attendeesCount' doesn't exist on type 'Meeting'"
    assert error["extensions"]["code"] == "undefinedField"
    with DecidimDouble("0.31", WORLD) as double:
        assert "errors" not in ask(double, query)


def test_an_assembly_has_no_slug_to_ask_by() -> None:
    with DecidimDouble("0.31", WORLD) as double:
        refused = ask(double, '{ assembly(slug: "drac") { id } }')
    assert message(refused) == "Field 'assembly' doesn't accept argument 'slug'"


@pytest.mark.parametrize(
    "query", [f"{{ component(id: {HIDDEN}) {{ id }} }}", "{ assembly(id: 3) { id } }"]
)
def test_a_private_space_is_null_and_an_error(query: str) -> None:
    with DecidimDouble("0.31", WORLD) as double:
        answer = ask(double, query)
    assert list(answer["data"].values()) == [None]
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_OBJECT_ERROR"


def test_lists_leave_out_what_may_not_be_seen() -> None:
    with DecidimDouble("0.31", WORLD) as double:
        answer = ask(double, "{ assemblies { id components { id } } }")
    (assembly,) = answer["data"]["assemblies"]
    assert [component["id"] for component in assembly["components"]] == [
        str(number) for number in range(MEETINGS, HIDDEN)
    ]


def test_a_component_that_the_api_has_no_type_for_is_a_plain_one() -> None:
    with DecidimDouble("0.31", WORLD) as double:
        answer = ask(double, "{ component(id: 16) { __typename } }")
    assert answer["data"]["component"]["__typename"] == "Component"


def test_an_answer_is_not_seen_before_it_is_published() -> None:
    proposal = WORLD.get(Proposal, 101)
    assert proposal
    told = replace(proposal, state="accepted", answer={"ca": "Sí"}, state_published=False)
    query = """{ component(id: 12) { ... on Proposals { proposal(id: 101) {
      state answer { translation(locale: "ca") } } } } }"""
    with DecidimDouble("0.31", WORLD.having(told)) as double:
        seen = ask(double, query)["data"]["component"]["proposal"]
        assert seen == {"state": None, "answer": None}
        double.world = WORLD.having(replace(told, state_published=True))
        seen = ask(double, query)["data"]["component"]["proposal"]
        assert seen == {"state": "accepted", "answer": {"translation": "Sí"}}


def test_votes_are_null_where_they_are_hidden() -> None:
    query = "{ component(id: 12) { ... on Proposals { proposal(id: 101) { voteCount } } } }"
    component = next(row for row in WORLD.rows if row.id == PROPOSALS)
    hiding = WORLD.having(replace(component, settings=frozenset({"votes_hidden"})))  # type: ignore[call-arg]
    with DecidimDouble("0.31", hiding) as double:
        assert ask(double, query)["data"]["component"]["proposal"]["voteCount"] is None


def test_the_day_of_a_closing_is_lost() -> None:
    meeting = WORLD.get(Meeting, 21)
    assert meeting
    closed = WORLD.having(replace(meeting, closed_at="2026-11-14T20:15:00Z"))
    query = "{ component(id: 11) { ... on Meetings { meeting(id: 21) { closedAt } } } }"
    with DecidimDouble("0.31", closed) as double:
        found = ask(double, query)["data"]["component"]["meeting"]["closedAt"]
    assert found == "2000-01-01T20:15:00Z"


def test_faults_befall_the_requests_that_they_were_planned_for() -> None:
    def emptied(_: World) -> World:
        return World()

    faults = Faults(
        {1: Busy(7), 2: Busy(), 3: Failing(502), 4: Cut(10), 5: Slow(60), 6: Changed(emptied)}
    )
    with DecidimDouble("0.31", WORLD, faults) as double:
        for status, wait in ((429, "7"), (429, None), (502, None)):
            with pytest.raises(HTTPError) as refused:
                ask(double, PAGE)
            assert (refused.value.code, refused.value.headers["Retry-After"]) == (status, wait)
            refused.value.close()
        with pytest.raises((IncompleteRead, ConnectionError)):
            ask(double, PAGE)
        with pytest.raises(TimeoutError):
            ask(double, PAGE, timeout=0.1)
        assert ask(double, PAGE)["data"]["component"] is None
    assert double.requests == 6


def test_more_than_a_hundred_requests_a_minute_may_be_refused() -> None:
    moments = [0]
    with DecidimDouble("0.31", World(), None, Limits(requests=100), lambda: moments[0]) as double:
        for _ in range(100):
            ask(double, "{ decidim { version } }")
        with pytest.raises(HTTPError) as refused:
            ask(double, "{ decidim { version } }")
        refused.value.close()
        moments[0] = 61
        ask(double, "{ decidim { version } }")
