# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may write through the double's API, for how long, and what is refused by which code."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest

from tests.decidim_double import DecidimDouble
from tests.decidim_double.invented import ADMIN, MEETINGS, NEIGHBOUR, PROPOSALS, invented
from tests.decidim_double.world import Component, Meeting, Proposal, Result, User, World

ANSWER = """mutation($input: AnswerInput!) { component(id: 12) { ... on ProposalsMutation {
  proposal(id: 101) { answer(input: $input) { id state } } } } }"""
CLOSE = """mutation($input: CloseMeetingInput!) { component(id: 11) { ... on MeetingsMutation {
  meeting(id: NUMBER) { close(input: $input) { closed } } } } }"""
CREATE = """mutation($input: CreateMeetingInput!) { component(id: 11) { ... on MeetingsMutation {
  createMeeting(input: $input) { id } } } }"""
RESULT = """mutation($input: CreateResultInput!) { component(id: 14) {
  ... on AccountabilityMutation { createResult(input: $input) {
    id externalId proposals { id } } } } }"""
SAID = {"attributes": {"state": "accepted", "answerContent": {"ca": "<p>Sí</p>"}}}
CLOSING = {
    "attributes": {"attendeesCount": 60, "closingReport": "<p>Acta</p>", "proposalIds": ["101"]},
    "locale": "ca",
}


def world(*settings: str) -> World:
    made = invented(Random(1))
    place = made.get(Component, MEETINGS)
    assert place
    return made.having(replace(place, settings=place.settings | set(settings)))


OPEN = world("creation_enabled_for_participants")


def ask(
    double: DecidimDouble, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> Any:
    body = json.dumps({"query": query, "variables": variables}).encode()
    kind = {"Content-Type": "application/json"}
    with urlopen(Request(double.url + "/api", body, kind | (headers or {})), timeout=10) as answer:
        return json.load(answer)


def code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


def post(double: DecidimDouble, path: str, form: dict[str, str]) -> tuple[Any, Any]:
    request = Request(double.url + path, urlencode(form).encode())
    with urlopen(request, timeout=10) as answer:
        return answer.headers, json.loads(answer.read())


def signed_in(double: DecidimDouble, secret: str = "invented-secret") -> dict[str, str]:
    form = {"api_user[key]": "invented-key", "api_user[secret]": secret}
    headers, _ = post(double, "/api/sign_in", form)
    return {"Authorization": headers["Authorization"]}


def status(call: Any) -> int:
    with pytest.raises(HTTPError) as refused:
        call()
    refused.value.close()
    return refused.value.code


# --- doors --------------------------------------------------------------------------------------


def test_a_machine_signs_in_for_an_hour() -> None:
    now = [0]
    with DecidimDouble("0.31", OPEN, now=lambda: now[0]) as double:
        who = signed_in(double)
        query = "{ session { user { name } } }"
        assert ask(double, query, who)["data"]["session"]["user"]["name"] == "Machine"
        now[0] = 3599
        assert ask(double, query, who)["data"]["session"]
        now[0] = 3600
        assert ask(double, query, who)["data"]["session"] is None


def test_a_token_that_was_given_back_is_worth_nothing() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        who = signed_in(double)
        urlopen(Request(double.url + "/api/sign_out", headers=who, method="DELETE")).close()
        assert code(ask(double, ANSWER, who, input=SAID)) == "MUTATION_NOT_AUTHORIZED_ERROR"


def test_a_forged_token_is_worth_nothing() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        head, _, mac = signed_in(double)["Authorization"].rpartition(".")
        body = base64.urlsafe_b64encode(b'{"sub": 1, "exp": 9e9, "aud": "", "scopes": []}')
        for token in (f"{head}x.{mac}", f"{head.split('.')[0]}.{body.decode()}.{mac}", "Bearer x"):
            answer = ask(double, "{ session { user { id } } }", {"Authorization": token})
            assert answer["data"]["session"] is None


def test_nobody_signs_in_with_a_wrong_secret_nor_before_0_31() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        assert status(lambda: signed_in(double, "wrong")) == 401
    with DecidimDouble("0.30", OPEN) as double:
        assert status(lambda: signed_in(double)) == 404


def test_a_closed_api_says_nothing_to_strangers() -> None:
    with DecidimDouble("0.31", replace(OPEN, api_closed=True)) as double:
        assert status(lambda: ask(double, "{ decidim { version } }")) == 401
        assert ask(double, "{ decidim { version } }", signed_in(double))["data"]


class Staying(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def consented(double: DecidimDouble, verifier: str, **other: str) -> dict[str, str]:
    """The form that redeems a consent."""
    digest = hashlib.sha256(verifier.encode()).digest()
    back = {"client_id": "invented-client", "redirect_uri": "http://127.0.0.1/back"}
    asked = {
        "response_type": "code",
        "scope": "user api:read api:write",
        "state": "s",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    address = f"{double.url}/oauth/authorize?{urlencode(asked | back | other)}"
    try:
        build_opener(Staying).open(address).close()
    except HTTPError as found:
        found.close()
        if found.code != 302:
            raise
        sent = parse_qs(urlsplit(found.headers["Location"]).query)
        assert sent["state"] == ["s"]
        form = {"grant_type": "authorization_code", "code_verifier": verifier}
        return back | form | {"code": sent["code"][0]}
    raise AssertionError("not sent on")


def test_an_application_acts_for_whoever_agreed_and_names_itself_each_time() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        double.browser = ADMIN
        _, token = post(double, "/oauth/token", consented(double, "v" * 43))
        who = {"Authorization": f"Bearer {token['access_token']}"}
        assert code(ask(double, ANSWER, who, input=SAID)) == "MUTATION_NOT_AUTHORIZED_ERROR"
        who["X-Jwt-Aud"] = "invented-client"
        assert "errors" not in ask(double, ANSWER, who, input=SAID)
        post(double, "/oauth/revoke", {"token": token["access_token"]})
        assert code(ask(double, ANSWER, who, input=SAID)) == "MUTATION_NOT_AUTHORIZED_ERROR"


def test_an_application_that_may_only_read_writes_nothing() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        double.browser = ADMIN
        form = consented(double, "v", scope="user api:read")
        _, token = post(double, "/oauth/token", form)
        who = {"Authorization": f"Bearer {token['access_token']}", "X-Jwt-Aud": "invented-client"}
        assert code(ask(double, ANSWER, who, input=SAID)) == "MUTATION_NOT_AUTHORIZED_ERROR"


def test_a_consent_is_redeemed_once_and_by_whoever_asked_for_it() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        double.browser = ADMIN
        form = consented(double, "mine")
        theirs = form | {"code_verifier": "theirs"}
        assert status(lambda: post(double, "/oauth/token", theirs)) == 400
        assert status(lambda: post(double, "/oauth/token", form)) == 400


@pytest.mark.parametrize(
    "other",
    [{"redirect_uri": "http://elsewhere.invalid"}, {"code_challenge_method": "plain"},
     {"scope": "all"}, {"client_id": "x"}],
)  # fmt: skip
def test_a_consent_is_not_asked_for_in_a_wrong_manner(other: dict[str, str]) -> None:
    with DecidimDouble("0.31", OPEN) as double:
        double.browser = ADMIN
        assert status(lambda: consented(double, "v", **other)) == 400


# --- answers ------------------------------------------------------------------------------------


def test_an_answer_is_written_by_a_machine_and_mailed() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        answer = ask(double, ANSWER, signed_in(double), input=SAID)
        told = double.world.get(Proposal, 101)
    assert answer["data"]["component"]["proposal"]["answer"] == {"id": "101", "state": "accepted"}
    assert told
    assert (told.answer, told.answered_at) == ({"ca": "<p>Sí</p>"}, OPEN.now)
    assert double.world.mails == ("proposal 101 answered",)


@pytest.mark.parametrize(
    ("attributes", "fields"),
    [({"state": "Accepted"}, "state"), ({"state": "rejected"}, "answerContent"),
     ({"state": "accepted"}, "cost, costReport, executionPeriod")],
)  # fmt: skip
def test_an_answer_that_is_not_whole_is_refused_by_its_fields(
    attributes: dict[str, Any], fields: str
) -> None:
    place = OPEN.get(Component, PROPOSALS)
    assert place
    costly = OPEN.having(replace(place, settings=frozenset({"answers_with_costs"})))
    with DecidimDouble("0.31", costly) as double:
        refused = ask(double, ANSWER, signed_in(double), input={"attributes": attributes})
    assert code(refused) == "ATTRIBUTE_VALIDATION_ERROR"
    assert refused["errors"][0]["message"] == fields
    assert double.world == costly


def test_nothing_but_answers_can_be_written_in_0_31() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        answer = ask(double, RESULT, signed_in(double), input={})
    assert "No such type" in str(answer["errors"])


def test_what_is_not_there_is_not_found() -> None:
    with DecidimDouble("0.31", OPEN) as double:
        lost = ask(double, ANSWER.replace("101", "7"), signed_in(double), input=SAID)
    assert code(lost) == "NOT_FOUND_ERROR"


# --- meetings and results -----------------------------------------------------------------------


def test_a_machine_makes_a_meeting_and_closes_it_once_when_it_is_over() -> None:
    new = {
        "title": "Assemblea", "description": "<p>Oberta</p>", "startTime": "2026-11-14T18:00:00Z",
        "endTime": "2026-11-14T20:00:00Z", "typeOfMeeting": "IN_PERSON",
        "registrationType": "REGISTRATION_DISABLED",
    }  # fmt: skip
    with DecidimDouble("0.32", replace(OPEN, now="2026-11-14T19:00:00Z")) as double:
        who = signed_in(double)
        made = ask(double, CREATE, who, input={"attributes": new, "locale": "ca"})
        number = made["data"]["component"]["createMeeting"]["id"]
        close = CLOSE.replace("NUMBER", number)
        early = ask(double, close, who, input=CLOSING)
        double.world = replace(double.world, now="2026-11-14T20:01:00Z")
        closed = ask(double, close, who, input=CLOSING)
        again = ask(double, close, who, input=CLOSING)
        meeting = double.world.get(Meeting, number)
    assert code(early) == code(again) == "MUTATION_NOT_AUTHORIZED_ERROR"
    assert "errors" not in closed
    assert meeting
    assert (meeting.attendees, meeting.closing_report) == (60, {"ca": "<p>Acta</p>"})


@pytest.mark.parametrize(("number", "where"), [(21, OPEN), (22, world())], ids=["official", "off"])
def test_a_meeting_that_is_not_ones_own_or_not_for_participants_stays_open(
    number: int, where: World
) -> None:
    with DecidimDouble("0.32", where) as double:
        query = CLOSE.replace("NUMBER", str(number))
        refused = ask(double, query, signed_in(double), input=CLOSING)
    assert code(refused) == "MUTATION_NOT_AUTHORIZED_ERROR"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [({"locale": "xx"}, "INVALID_LOCALE_ERROR"),
     ({"attributes": CLOSING["attributes"] | {"attendeesCount": 1000}},  # type: ignore[operator]
      "ATTRIBUTE_VALIDATION_ERROR")],
)  # fmt: skip
def test_a_wrong_closing_is_refused_by_its_code(wrong: dict[str, Any], expected: str) -> None:
    with DecidimDouble("0.32", OPEN) as double:
        query = CLOSE.replace("NUMBER", "22")
        assert code(ask(double, query, signed_in(double), input=CLOSING | wrong)) == expected


def test_a_result_is_linked_to_whole_proposals_and_may_be_written_twice() -> None:
    new = {"title": {"ca": "Ombra"}, "externalId": "kiosk:1", "proposalIds": [101, 102]}
    with DecidimDouble("0.32", OPEN) as double:
        who = signed_in(double)
        first, second = (ask(double, RESULT, who, input={"attributes": new}) for _ in range(2))
        rows = double.world.all(Result, lambda row: row.external_id == "kiosk:1")
    assert "errors" not in second
    linked = first["data"]["component"]["createResult"]["proposals"]
    assert linked == [{"id": "101"}, {"id": "102"}]
    assert len(rows) == 2


def test_a_neighbour_may_not_write_results() -> None:
    neighbour = OPEN.get(User, NEIGHBOUR)
    assert neighbour
    with DecidimDouble("0.32", OPEN) as double:
        double.browser = NEIGHBOUR
        _, token = post(double, "/oauth/token", consented(double, "v"))
        who = {"Authorization": f"Bearer {token['access_token']}", "X-Jwt-Aud": "invented-client"}
        refused = ask(double, RESULT, who, input={"attributes": {"title": {"ca": "Meva"}}})
    assert code(refused) == "MUTATION_NOT_AUTHORIZED_ERROR"
