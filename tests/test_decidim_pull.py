# SPDX-License-Identifier: AGPL-3.0-or-later
"""A space of Decidim pulled over loopback, as five versions answer, and when they do not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from graphql import FieldNode, SelectionSetNode, parse

from kiosk.cli import main
from sync.decidim.address import Address, Wish, read_address
from sync.decidim.post import TRIES, Api
from sync.decidim.reading import ladder
from sync.decidim.reading.answers import moment
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.snapshot import Pull, read_snapshot
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from tests.decidim_double import Busy, Cut, DecidimDouble, Failing, Faults, Instead, World
from tests.decidim_double.invented import PROPOSALS, invented
from tests.decidim_double.schemas import real_schemas
from tests.decidim_double.world import Component, Proposal, Space

RUNGS = {
    "0.27": "0.27",
    "0.28": "0.28",
    "0.29": "0.28",
    "0.30": "0.30",
    "0.31": "0.31",
    "0.32": "0.31",
}
WISH = Wish(kind="assembly", space="1")
ONE = replace(WISH, components=(str(PROPOSALS),))
WORLD = invented(Random(1), proposals=3)
LARGE = invented(Random(1), proposals=120)


def playing(version: str = "0.31", world: World = WORLD) -> DecidimDouble:
    """A Decidim with all fields that a pull asks for, which our own small schemas lack."""
    if not real_schemas():
        pytest.skip("no schemas of Decidim beside the project")
    return DecidimDouble(version, world)


@pytest.fixture
def decidim() -> Iterator[DecidimDouble]:
    with playing() as running:
        yield running


def pulled(
    decidim: DecidimDouble, folder: Path, wish: Wish = WISH, waits: list[float] | None = None
) -> Pull:
    slept = [] if waits is None else waits
    api = Api(decidim.url, clock=lambda: 0.0, sleep=slept.append)
    return pull(decidim.url, wish, folder, api.ask, lambda *_: None)


def refusal(act: Callable[[], object]) -> DecidimProblem:
    with pytest.raises(DecidimRefused) as caught:
        act()
    return caught.value.code


@pytest.mark.parametrize(("version", "rung"), RUNGS.items())
def test_every_version_is_read_from_its_rung(version: str, rung: str, tmp_path: Path) -> None:
    """The double refuses introspection, so nothing is asked by it."""
    with playing(version) as decidim:
        assert pulled(decidim, tmp_path).rung == rung
    snapshot = read_snapshot(tmp_path)
    assert snapshot.space.title == {"ca": "Assemblea del Drac", "es": "Asamblea", "en": "Dragon"}
    kinds = {each.kind for each in snapshot.components}
    assert kinds - {"Component", "Elections"} == ladder.LISTS.keys()
    assert [each.id for each in snapshot.proposals] == ["101", "102", "103"]
    assert snapshot.proposals[0].latitude == "41.001"
    meeting = snapshot.meetings[0]
    assert meeting.agenda[0].title == {"ca": "Benvinguda", "es": "Bienvenida"}
    assert meeting.agenda[1].items[0].minutes == 20
    assert meeting.start == "2026-11-14T18:00:00+00:00"
    assert (snapshot.budgets[0].total, snapshot.projects[0].budget) == (100_000, "31")
    assert snapshot.results[0].external_id == "a"
    assert snapshot.surveys[0].questions[0].options[0].body["ca"] == "Blau"


def test_pages_of_fifty_are_followed_to_the_end(tmp_path: Path) -> None:
    with playing(world=LARGE) as decidim:
        pulled(decidim, tmp_path, ONE)
        assert decidim.requests == 1 + 3
    assert len(read_snapshot(tmp_path).proposals) == 120


@pytest.mark.parametrize("space", ["drac", "1"])
def test_an_assembly_is_found_by_its_slug_or_number(
    decidim: DecidimDouble, tmp_path: Path, space: str
) -> None:
    pulled(decidim, tmp_path, replace(ONE, space=space))
    assert read_snapshot(tmp_path).space.slug == "drac"


@pytest.mark.parametrize("space", ["polp", "2"])
def test_a_process_is_found_by_its_slug_or_number(
    decidim: DecidimDouble, tmp_path: Path, space: str
) -> None:
    pulled(decidim, tmp_path, Wish(kind="process", space=space))
    assert read_snapshot(tmp_path).space.kind == "process"


def test_a_pull_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    with playing(world=LARGE) as decidim:
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
        before = decidim.requests
        cut = pulled(decidim, tmp_path / "cut")
        again = decidim.requests - before
        whole = pulled(decidim, tmp_path / "whole")
    assert again == len(whole.requests) - 3
    assert cut == whole


def test_a_page_with_a_hole_is_refused_and_asked_again(
    decidim: DecidimDouble, tmp_path: Path
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
    assert [each.id for each in read_snapshot(tmp_path).proposals] == ["101", "102", "103"]


@pytest.mark.parametrize(
    "error",
    [
        {"message": "An object of type Proposal was hidden due to permissions"},
        {"message": "?", "extensions": {"code": "UNAUTHORIZED_OBJECT_ERROR"}},
    ],
)
def test_what_a_site_hides_is_no_hole(
    decidim: DecidimDouble, tmp_path: Path, error: dict[str, object]
) -> None:
    api = Api(decidim.url, clock=lambda: 0.0, sleep=lambda _: None)

    def hides(body: bytes) -> bytes:
        answer = json.loads(api.ask(body))
        if b"voteCount" in body and "data" in answer:
            answer["data"]["component"]["page"]["nodes"][0] = None
            answer["errors"] = [error]
        return json.dumps(answer).encode()

    pull(decidim.url, WISH, tmp_path, hides, lambda *_: None)
    assert [each.id for each in read_snapshot(tmp_path).proposals] == ["102", "103"]


def test_a_folder_that_holds_something_else_is_left_alone(
    decidim: DecidimDouble, tmp_path: Path
) -> None:
    pulled(decidim, tmp_path / "done")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").touch()
    for name in ("done", "other"):
        code = refusal(lambda name=name: pulled(decidim, tmp_path / name))  # type: ignore[misc]
        assert code is DecidimProblem.FOLDER_TAKEN


def test_a_busy_site_is_waited_for_as_it_asks(decidim: DecidimDouble, tmp_path: Path) -> None:
    decidim.faults = Faults({1: Busy(7), 2: Failing(503), 3: Cut()})
    waits: list[float] = []
    pulled(decidim, tmp_path, waits=waits)
    assert waits == [7.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Instead(401), DecidimProblem.API_CLOSED),
        (Instead(302, headers={"Location": "/users/sign_in"}), DecidimProblem.API_CLOSED),
        (
            Instead(302, headers={"Location": "https://other.example/api"}),
            DecidimProblem.OTHER_HOST,
        ),
        (Instead(404), DecidimProblem.NOT_DECIDIM),
        (Instead(body=b"<html>"), DecidimProblem.NOT_DECIDIM),
        (Instead(body=b"[]"), DecidimProblem.NOT_DECIDIM),
        (Instead(body=b'{"data":{"space":{"id":1}}}'), DecidimProblem.NOT_DECIDIM),
        (Instead(body=b'{"errors":[{"message":"no"}]}'), DecidimProblem.API_CLOSED),
    ],
)
def test_whoever_is_no_open_decidim_is_told(
    decidim: DecidimDouble, tmp_path: Path, fault: Instead, code: DecidimProblem
) -> None:
    decidim.faults = Faults({1: fault})
    assert refusal(lambda: pulled(decidim, tmp_path / "out")) is code


def test_a_closed_api_is_told(decidim: DecidimDouble, tmp_path: Path) -> None:
    decidim.world = replace(WORLD, api_closed=True)
    assert refusal(lambda: pulled(decidim, tmp_path)) is DecidimProblem.API_CLOSED


def test_a_site_that_stays_busy_is_left_in_peace(decidim: DecidimDouble, tmp_path: Path) -> None:
    decidim.faults = Faults(dict.fromkeys(range(1, TRIES + 1), Failing(500)))
    assert refusal(lambda: pulled(decidim, tmp_path)) is DecidimProblem.BUSY


def test_what_is_not_there_is_told(decidim: DecidimDouble, tmp_path: Path) -> None:
    for wish in (Wish(kind="process", space="secret"), Wish(kind="assembly", space="amagada")):
        code = refusal(lambda wish=wish: pulled(decidim, tmp_path / wish.space, wish))  # type: ignore[misc]
        assert code is DecidimProblem.SPACE_UNKNOWN
    wish = replace(WISH, components=("99",))
    code = refusal(lambda: pulled(decidim, tmp_path / "2", wish))
    assert code is DecidimProblem.COMPONENT_UNKNOWN


def test_a_withdrawn_proposal_is_marked(decidim: DecidimDouble, tmp_path: Path) -> None:
    gone = WORLD.get(Proposal, 101)
    assert gone
    decidim.world = WORLD.having(replace(gone, withdrawn=True))
    pulled(decidim, tmp_path)
    one, two, _ = read_snapshot(tmp_path).proposals
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
    decidim: DecidimDouble, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    here = Component(id=40, space=2, manifest="Proposals", name={"ca": "Del polp"})
    assert WORLD.get(Space, 2)
    title = {"ca": "Tinta"}
    ink = Proposal(id=900, component=40, title=title, body=title)
    decidim.world = WORLD.having(here, ink)
    assert main(["decidim", "pull", f"{decidim.url}/processes/polp", "--out", out]) == 0
    assert "1" in capsys.readouterr().out
    assert [each.id for each in read_snapshot(Path(out)).proposals] == ["900"]
    assert main(["decidim", "pull", decidim.url, "--out", out]) == 1
    assert "--process" in capsys.readouterr().err
