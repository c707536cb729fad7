# SPDX-License-Identifier: AGPL-3.0-or-later
"""A space of Decidim pulled over loopback, as five versions answer, and when they do not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from graphql import FieldNode, GraphQLSchema, SelectionSetNode, parse

from kiosk.cli import main
from sync.decidim.address import Address, Wish, read_address
from sync.decidim.post import TRIES, Api
from sync.decidim.reading import ladder
from sync.decidim.reading.answers import moment
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.snapshot import Pull, read_snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from tests.shared_data import shared
from tests.small_decidim import SmallDecidim, process, proposal, schema_of, small_decidim

VERSIONS = {
    "decidim-0.27.9": "0.27",
    "decidim-0.28.4": "0.28",
    "decidim-0.29.0.dev": "0.28",
    "decidim-0.30.0.dev": "0.30",
    "decidim-0.31.2-barcelona": "0.31",
}
WISH = Wish(kind="process", space="exemple")


def schema(name: str = "decidim-0.31.2-barcelona") -> GraphQLSchema:
    return schema_of(shared("decidim", "schema", f"{name}.graphql"))


@pytest.fixture
def decidim() -> Iterator[SmallDecidim]:
    with small_decidim(schema()) as running:
        yield running


def pulled(
    decidim: SmallDecidim, folder: Path, wish: Wish = WISH, waits: list[float] | None = None
) -> Pull:
    slept = [] if waits is None else waits
    api = Api(decidim.url, clock=lambda: 0.0, sleep=slept.append)
    return pull(decidim.url, wish, folder, api.ask, lambda *_: None)


def refusal(act: Callable[[], object]) -> DecidimProblem:
    with pytest.raises(DecidimRefused) as caught:
        act()
    return caught.value.code


@pytest.mark.parametrize(("name", "rung"), VERSIONS.items())
def test_every_version_is_read_from_its_rung(name: str, rung: str, tmp_path: Path) -> None:
    with small_decidim(schema(name)) as decidim:
        assert pulled(decidim, tmp_path).rung == rung
    snapshot = read_snapshot(tmp_path)
    assert snapshot.space.title == {"ca": "Procés Exemple", "es": "Procés Exemple (es)"}
    kinds = {each.kind for each in snapshot.components}
    assert kinds - {"Component"} == ladder.LISTS.keys()
    assert [each.id for each in snapshot.proposals] == ["1", "2", "3"]
    assert snapshot.proposals[0].latitude == "41.37"
    (meeting,) = snapshot.meetings
    assert [each.title["ca"] for each in meeting.agenda] == ["Primer", "Segon"]
    assert meeting.agenda[0].items[0].minutes == 5
    assert meeting.start == "2026-11-26T18:30:00+01:00"
    assert (snapshot.budgets[0].total, snapshot.projects[0].budget) == (50000, "41")
    assert snapshot.results[0].external_id == "kiosk:1"
    assert snapshot.surveys[0].questions[0].options[0].body["ca"] == "Això"


def test_nothing_is_asked_by_introspection(decidim: SmallDecidim, tmp_path: Path) -> None:
    pulled(decidim, tmp_path)
    assert not any("__schema" in each["query"] for each in decidim.asked)


def test_pages_of_fifty_are_followed_to_the_end(tmp_path: Path) -> None:
    with small_decidim(schema(), space=process(120)) as decidim:
        pulled(decidim, tmp_path, Wish(kind="process", space="exemple", components=("1",)))
    assert len(read_snapshot(tmp_path).proposals) == 120
    assert len(decidim.asked) == 1 + 3


def test_an_assembly_is_found_by_its_slug(decidim: SmallDecidim, tmp_path: Path) -> None:
    decidim.space["components"] = []
    pulled(decidim, tmp_path, Wish(kind="assembly", space="exemple"))
    assert read_snapshot(tmp_path).space.kind == "assembly"


def test_a_pull_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    with small_decidim(schema(), space=process(120)) as decidim:
        api = Api(decidim.url, clock=lambda: 0.0, sleep=lambda _: None)
        left = [None] * 3

        def dies(body: bytes) -> bytes:
            if not left:
                raise KeyboardInterrupt
            left.pop()
            return api.ask(body)

        with pytest.raises(KeyboardInterrupt):
            pull(decidim.url, WISH, tmp_path / "cut", dies, lambda *_: None)
        code = refusal(lambda: read_snapshot(tmp_path / "cut"))
        assert code is DecidimProblem.SNAPSHOT_UNFINISHED
        before = len(decidim.asked)
        cut = pulled(decidim, tmp_path / "cut")
        again = len(decidim.asked) - before
        whole = pulled(decidim, tmp_path / "whole")
    assert again == len(whole.requests) - 3
    assert cut == whole


def test_a_page_with_a_hole_is_refused_and_asked_again(
    decidim: SmallDecidim, tmp_path: Path
) -> None:
    api = Api(decidim.url, clock=lambda: 0.0, sleep=lambda _: None)

    def holed(body: bytes) -> bytes:
        answer = api.ask(body)
        if b"voteCount" not in body:
            return answer
        fault = {"message": "no translations"}
        page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [None]}
        return json.dumps({"data": {"component": {"page": page}}, "errors": [fault]}).encode()

    code = refusal(lambda: pull(decidim.url, WISH, tmp_path, holed, lambda *_: None))
    assert code is DecidimProblem.NO_RUNG
    pulled(decidim, tmp_path)
    assert [each.id for each in read_snapshot(tmp_path).proposals] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "error",
    [
        {"message": "An object of type Proposal was hidden due to permissions"},
        {"message": "?", "extensions": {"code": "UNAUTHORIZED_OBJECT_ERROR"}},
    ],
)
def test_what_a_site_hides_is_no_hole(
    decidim: SmallDecidim, tmp_path: Path, error: dict[str, object]
) -> None:
    api = Api(decidim.url, clock=lambda: 0.0, sleep=lambda _: None)

    def hides(body: bytes) -> bytes:
        answer = json.loads(api.ask(body))
        if b"voteCount" in body and "data" in answer:
            answer["data"]["component"]["page"]["nodes"][0] = None
            answer["errors"] = [error]
        return json.dumps(answer).encode()

    pull(decidim.url, WISH, tmp_path, hides, lambda *_: None)
    assert [each.id for each in read_snapshot(tmp_path).proposals] == ["2", "3"]


def test_a_folder_that_holds_something_else_is_left_alone(
    decidim: SmallDecidim, tmp_path: Path
) -> None:
    pulled(decidim, tmp_path / "done")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").touch()
    for name in ("done", "other"):
        code = refusal(lambda name=name: pulled(decidim, tmp_path / name))  # type: ignore[misc]
        assert code is DecidimProblem.FOLDER_TAKEN


def test_a_busy_site_is_waited_for_as_it_asks(decidim: SmallDecidim, tmp_path: Path) -> None:
    decidim.faults = [(429, {"Retry-After": "7"}, b""), (503, {}, b""), (0, {}, b"")]
    waits: list[float] = []
    pulled(decidim, tmp_path, waits=waits)
    assert waits == [7.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ((401, {}, b""), DecidimProblem.API_CLOSED),
        ((302, {"Location": "/users/sign_in"}, b""), DecidimProblem.API_CLOSED),
        ((302, {"Location": "https://other.example/api"}, b""), DecidimProblem.OTHER_HOST),
        ((404, {}, b""), DecidimProblem.NOT_DECIDIM),
        ((200, {}, b"<html>"), DecidimProblem.NOT_DECIDIM),
        ((200, {}, b"[]"), DecidimProblem.NOT_DECIDIM),
        ((200, {}, b'{"data":{"space":{"id":1}}}'), DecidimProblem.NOT_DECIDIM),
        ((200, {}, b'{"errors":[{"message":"no"}]}'), DecidimProblem.API_CLOSED),
    ],
)
def test_whoever_is_no_open_decidim_is_told(
    decidim: SmallDecidim,
    tmp_path: Path,
    fault: tuple[int, dict[str, str], bytes],
    code: DecidimProblem,
) -> None:
    decidim.faults = [fault]
    assert refusal(lambda: pulled(decidim, tmp_path / "out")) is code


def test_a_site_that_stays_busy_is_left_in_peace(decidim: SmallDecidim, tmp_path: Path) -> None:
    decidim.faults = [(500, {}, b"")] * TRIES
    assert refusal(lambda: pulled(decidim, tmp_path)) is DecidimProblem.BUSY


def test_what_is_not_there_is_told(decidim: SmallDecidim, tmp_path: Path) -> None:
    wish = Wish(kind="process", space="secret")
    assert refusal(lambda: pulled(decidim, tmp_path / "1", wish)) is DecidimProblem.SPACE_UNKNOWN
    wish = Wish(kind="process", space="exemple", components=("99",))
    code = refusal(lambda: pulled(decidim, tmp_path / "2", wish))
    assert code is DecidimProblem.COMPONENT_UNKNOWN


def test_a_withdrawn_proposal_is_marked(tmp_path: Path) -> None:
    parts = process(0)
    from_list = [proposal(1, withdrawn=True), proposal(2, state="not_answered")]
    with small_decidim(schema(), space=parts) as other:
        page = other.space["components"][0]
        page["proposals"] = lambda *_, **__: {
            "pageInfo": {"hasNextPage": False, "endCursor": None},
            "nodes": from_list,
        }
        pulled(other, tmp_path)
    one, two = read_snapshot(tmp_path).proposals
    assert (one.withdrawn, two.withdrawn, two.state) == (True, False, "")


# --- addresses, times, limits -------------------------------------------------------------------


def test_an_address_names_a_site_and_perhaps_a_space() -> None:
    assert read_address("https://x.example/").wish is None
    for path in ("/processes/pla", "/ca/processes/pla/", "/processes/pla/steps"):
        wish = Wish(kind="process", space="pla")
        assert read_address(f"https://x.example{path}") == Address("https://x.example", wish)
    found = read_address("https://x.example/ca/assemblies/barri/f/57/proposals/3").wish
    assert found == Wish(kind="assembly", space="barri", components=("57",))


@pytest.mark.parametrize("text", ["", "x.example", "ftp://x.example", "https://a@x.example"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert refusal(lambda: read_address(text)) is DecidimProblem.ADDRESS


def test_without_encryption_only_this_machine_is_asked() -> None:
    assert refusal(lambda: read_address("http://x.example")) is DecidimProblem.NOT_SECURE
    assert read_address("http://[::1]:3000/x").site == "http://[::1]:3000"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2023-01-12 13:24:20 UTC", "2023-01-12T13:24:20+00:00"),
        ("2026-11-02 12:00:00 +0100", "2026-11-02T12:00:00+01:00"),
        ("2026-11-02T12:00:00.123Z", "2026-11-02T12:00:00+00:00"),
        ("", ""),
    ],
)
def test_times_have_one_form(written: str, iso: str) -> None:
    assert moment(written) == iso


def counted(node: SelectionSetNode) -> int:
    fields = [each for each in node.selections if isinstance(each, FieldNode)]
    below = [each.selection_set for each in node.selections if hasattr(each, "selection_set")]
    return len(fields) + sum(counted(each) for each in below if each)


def depth(node: SelectionSetNode) -> int:
    below = [each.selection_set for each in node.selections if hasattr(each, "selection_set")]
    return 1 + max((depth(each) for each in below if each), default=0)


@pytest.mark.parametrize("rung", ladder.RUNGS)
@pytest.mark.parametrize("component", ladder.LISTS)
def test_a_page_of_fifty_stays_within_the_limits(rung: str, component: str) -> None:
    (query,) = parse(ladder.page_query(rung, component)).definitions
    whole = query.selection_set  # type: ignore[attr-defined]
    assert counted(whole) * ladder.PAGE < 5000
    assert depth(whole) <= 15


def test_the_command_pulls_and_says_what_came(
    decidim: SmallDecidim, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["decidim", "pull", f"{decidim.url}/processes/exemple", "--out", out]) == 0
    assert "3" in capsys.readouterr().out
    assert main(["decidim", "pull", decidim.url, "--out", out]) == 1
    assert "--process" in capsys.readouterr().err
