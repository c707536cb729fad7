# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the room back to Decidim, from the command line: planned, handed over once, looked for."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ballots.assembly import Assembly, Reference, Thing
from kiosk.arithmetic import best_power
from kiosk.cli import main
from kiosk.commands.decidim_plan import pull_afresh
from kiosk.decidim.applying import apply
from kiosk.decidim.ledger_file import load_ledger
from kiosk.decidim.plan_folder import read_plan_folder
from kiosk.decidim.planning import Asked, Means, make_plan
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.outcomes import Conflict, NotTaken, Outcome
from sync.decidim.writing.route import Step
from tests.decidim_double import DecidimDouble, World
from tests.decidim_double.closing import Closing, close_meeting
from tests.decidim_double.exports import open_data
from tests.decidim_double.faults import Changed, Faults
from tests.decidim_double.files import CSV, JSON, Verdict
from tests.decidim_double.imports import (
    import_answers,
    import_paper_ballots,
    import_results,
    total_votes,
)
from tests.decidim_double.invented import (
    BUDGETS,
    MEETING,
    MEETINGS,
    OWN_MEETING,
    PROPOSALS,
    invented,
)
from tests.decidim_double.schemas import versions
from tests.decidim_double.world import Component, Meeting, Project, Proposal, ProposalState, Result
from tests.evenings import YES, called, play

VERSIONS = versions()
PROJECTS = range(81, 85)
CHOSEN = sorted(YES["propostes"])


def about_decidim() -> Assembly:
    """The assembly of the example; one of its questions asks about projects of a budget."""
    assembly = called()
    (poll,) = assembly.polls
    first, local, last = poll.questions
    options = tuple(
        replace(option, about=Reference(kind=Thing.PROJECT, id=str(number)))
        for number, option in zip(PROJECTS, local.options, strict=True)
    )
    questions = (first, replace(local, options=options), last)
    return replace(assembly, polls=(replace(poll, questions=questions),))


def world() -> World:
    made = invented(Random(1))
    asked = called().polls[0].questions[2].options
    text = {"ca": "Una proposta"}
    proposals = (
        Proposal(id=int(each.about.id), component=PROPOSALS, title=text, body=text)
        for each in asked
        if each.about
    )
    place = made.get(Component, MEETINGS)
    assert place
    open_place = replace(place, settings=place.settings | {"creation_enabled_for_participants"})
    return replace(made.having(*proposals, open_place), modules=frozenset({"paper_ballots"}))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evening")
    play(folder, about_decidim())
    return folder / "out" / "bundle.urna"


class Desk:
    """An organiser at a terminal, and the Decidim of her city."""

    def __init__(self, folder: Path, double: DecidimDouble, bundle: Path) -> None:
        self.folder = folder
        self.double = double
        self.bundle = bundle
        self.code = ""

    def run(self, *words: object) -> int:
        return main(["decidim", *map(str, words)])

    def pull(self) -> None:
        assert self.run("pull", f"{self.double.url}/assemblies/drac", "--out", self.at("p")) == 0

    def plan(self, name: str, *more: object) -> int:
        known = ("--assembly", self.code) if self.code else ()
        where = ("--pull", self.at("p"), "--out", self.at(name))
        return self.run("plan", self.bundle, *where, *known, *more)

    def at(self, name: str) -> Path:
        return self.folder / name

    def upload(self, name: str) -> None:
        """What an administrator does with the files."""
        for path in sorted((self.at(name) / "uploads").iterdir()):
            target, _, place = path.stem.split("-", 2)[2].rpartition("-")
            take = {
                "answers": import_answers,
                "paper-ballots": import_paper_ballots,
                "results": lambda *given: import_results(*given[:3]),
            }[target]
            data, mime = path.read_bytes(), CSV if path.suffix == ".csv" else JSON
            world, seen = take(self.double.world, int(place), data, mime)
            assert seen.verdict is Verdict.TAKEN, (path.name, seen)
            self.double.world = world if mime == CSV else self.double.world  # one of the two

    def close(self, number: int) -> None:
        """What an administrator does with the sheet."""
        pack = self.at("plan") / "closing"
        report = {path.suffixes[0][1:]: path.read_text() for path in pack.glob("report.*.html")}
        form = Closing(report=report, attendees=3)
        self.double.world, seen = close_meeting(self.double.world, number, form)
        assert seen.verdict is Verdict.TAKEN, seen


def desk_of(
    tmp_path: Path, version: str, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    with DecidimDouble(version, world()) as double:
        yield Desk(tmp_path, double, bundle)


@pytest.fixture
def desk(tmp_path: Path, played: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    yield from desk_of(tmp_path, "0.32", played, monkeypatch)


@pytest.fixture(params=["0.27", "0.28", "0.29", "0.30", "0.31", "0.32"])
def any_desk(
    request: pytest.FixtureRequest, tmp_path: Path, played: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    if request.param not in VERSIONS:
        pytest.skip("no schema of this version")
    yield from desk_of(tmp_path, request.param, played, monkeypatch)


def acquainted(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """She pulls, plans, and is told which assembly nobody spoke of yet."""
    desk.pull()
    assert desk.plan("stopped") == 1
    told = capsys.readouterr().err
    desk.code = told.rsplit("--assembly ", 1)[1].split(".", 1)[0]
    assert len(desk.code) == 32
    assert desk.run("apply", desk.at("stopped")) == 1


def test_what_a_room_decided_arrives_once_in_every_version(
    any_desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = any_desk
    acquainted(desk, capsys)
    before = {number: votes_of(desk, number) for number in PROJECTS}
    assert desk.plan("plan", "--meeting", MEETING, "--follow-up", "diumenges") == 0
    assert desk.run("verify", desk.at("plan")) == 1
    assert desk.run("apply", desk.at("plan")) == 0
    desk.upload("plan")
    assert desk.run("verify", desk.at("plan")) == 1  # the meeting
    desk.close(MEETING)
    assert desk.run("verify", desk.at("plan")) == 0
    assert answered(desk) == dict.fromkeys(CHOSEN, "accepted")
    after = {number: votes_of(desk, number) - before[number] for number in PROJECTS}
    assert sorted(after.values()) == [0, 0, 0, 2]
    assert len(ours(desk)) == 1
    capsys.readouterr()
    assert desk.run("apply", desk.at("plan")) == 0
    assert "nothing to do" in capsys.readouterr().out
    desk.code = ""
    assert desk.plan("again", "--meeting", MEETING, "--follow-up", "diumenges") == 0
    assert "nothing" in capsys.readouterr().out.lower()


def votes_of(desk: Desk, number: int) -> int:
    project = desk.double.world.get(Project, number)
    assert project
    return total_votes(desk.double.world, project)


def answered(desk: Desk) -> dict[str, str]:
    found = desk.double.world.all(Proposal, lambda row: bool(row.answer))
    return {str(row.id): row.state for row in found}


def ours(desk: Desk) -> list[Result]:
    found = desk.double.world.all(Result, lambda row: bool(row.external_id))
    return [row for row in found if str(row.external_id).startswith("urna:")]


def test_the_api_takes_what_it_can_and_files_hold_the_rest(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    assert desk.plan("plan", "--meeting", OWN_MEETING, "--follow-up", "diumenges") == 0
    key = desk.at("key")
    key.write_text("invented-key\ninvented-secret\n")
    key.chmod(0o600)
    assert desk.run("apply", desk.at("plan"), "--api-key", key) == 0
    closed = desk.double.world.get(Meeting, OWN_MEETING)
    assert closed
    assert (bool(closed.closed_at), closed.attendees) == (True, 3)
    names = [path.name.split("-", 2)[2] for path in (desk.at("plan") / "uploads").iterdir()]
    assert names == [f"paper-ballots-{BUDGETS}.csv"]
    assert answered(desk) == dict.fromkeys(CHOSEN, "accepted")
    assert len(ours(desk)) == 1
    assert desk.run("verify", desk.at("plan")) == 0
    told = capsys.readouterr()
    assert "invented-secret" not in told.out + told.err


def test_a_token_that_ends_midway_is_replaced_and_a_wrong_secret_is_told(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    assert desk.plan("plan") == 0
    key = desk.at("key")
    key.write_text("invented-key\nanother-secret\n")
    key.chmod(0o600)
    capsys.readouterr()
    assert desk.run("apply", desk.at("plan"), "--api-key", key) == 1
    told = capsys.readouterr().err
    assert told.startswith("urna: ")
    assert told.count("\n") == 1
    assert "another-secret" not in told
    assert not answered(desk)
    assert not (desk.at("plan") / "uploads").exists()
    key.write_text("invented-key\ninvented-secret\n")
    signed_in = len(desk.double._doors.issued_tokens)
    desk.double.faults = Faults({desk.double.requests + 4: Changed(denying(desk.double))})
    assert desk.run("apply", desk.at("plan"), "--api-key", key) == 0
    assert len(desk.double._doors.issued_tokens) == signed_in + 2
    assert answered(desk) == dict.fromkeys(CHOSEN, "accepted")


def denying(double: DecidimDouble) -> Callable[[World], World]:
    """Whoever is signed in is so no longer."""

    def deny(world: World) -> World:
        double._doors.denied |= set(double._doors.issued_tokens)
        return world

    return deny


def test_a_plan_tells_how_many_bundles_are_verified(desk: Desk) -> None:
    desk.pull()
    told: list[tuple[int, int]] = []
    means = Means(
        power=best_power(),
        spread=map,
        pull=pull_afresh,
        watch=lambda done, of: told.append((done, of)),
    )
    asked = Asked(bundles=(desk.bundle, desk.bundle))
    make_plan(asked, desk.at("p"), desk.at("out"), load_ledger(desk.at("ledger")), means)
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_plan_is_the_same_whatever_order_its_bundles_come_in(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    play(elsewhere, about_decidim(), seed=2)
    other = elsewhere / "out" / "bundle.urna"
    desk.pull()
    assert desk.run("plan", desk.bundle, other, "--pull", desk.at("p"), "--out", desk.at("x")) == 1
    codes = re.findall(r"--assembly (\w{32})", capsys.readouterr().err)
    assert len(set(codes)) == 2
    known = [word for code in codes for word in ("--assembly", code)]
    orders = [(desk.bundle, other), (other, desk.bundle), (other, desk.bundle, other)]
    for number, bundles in enumerate(orders):
        out = desk.at(f"plan-{number}")
        assert desk.run("plan", *bundles, "--pull", desk.at("p"), "--out", out, *known) == 0
    first, *rest = (written_in(desk.at(f"plan-{number}")) for number in range(len(orders)))
    assert "plan.json" in first
    assert rest == [first, first]


def written_in(folder: Path) -> dict[str, bytes]:
    """The files of a plan, without when Decidim was read."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    plan = files.get("plan.json", b"")
    return files | {"plan.json": re.sub(rb'"pull":"[^"]*"', b"", plan)}


OTHERS = 40


def with_a_second_component(world: World) -> World:
    """One of the proposals that are chosen lies in another component."""
    place, proposal = world.get(Component, PROPOSALS), world.get(Proposal, CHOSEN[0])
    assert place
    assert proposal
    states = (replace(row, id=row.id + 100, component=OTHERS) for row in world.all(ProposalState))
    moved = replace(proposal, component=OTHERS)
    return world.having(replace(place, id=OTHERS, weight=9), moved, *states)


def test_each_component_gets_a_file_of_its_own(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.double.world = with_a_second_component(desk.double.world)
    acquainted(desk, capsys)
    assert desk.plan("plan") == 0
    assert desk.run("apply", desk.at("plan")) == 0
    desk.upload("plan")
    assert answered(desk) == dict.fromkeys(CHOSEN, "accepted")
    assert desk.run("verify", desk.at("plan")) == 0


def test_cells_are_separated_as_the_platform_is_set_up(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.double.world = replace(desk.double.world, separator=",")
    acquainted(desk, capsys)
    assert desk.plan("plan", "--follow-up", "diumenges") == 0
    assert desk.run("apply", desk.at("plan"), "--separator", "comma") == 0
    desk.upload("plan")
    assert desk.run("verify", desk.at("plan")) == 0


def test_what_is_settled_later_never_takes_the_place_of_a_file(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    assert desk.plan("plan") == 0
    folder = read_plan_folder(desk.at("plan"))
    ledger = desk.at("home") / "ledger.json"
    refusal = DecidimRefused(DecidimProblem.GONE, id="1")

    def half(step: Step) -> Outcome:
        return Conflict(refusal) if step.id == CHOSEN[0] else NotTaken(refusal)

    first = apply(folder, ledger, half)
    assert [change.id for change, _ in first.conflicts] == [CHOSEN[0]]
    before = {path: path.read_bytes() for path in first.uploads}
    second = apply(folder, ledger)
    assert second.uploads
    assert {path: path.read_bytes() for path in before} == before
    desk.upload("plan")
    assert answered(desk) == dict.fromkeys(CHOSEN, "accepted")


def test_where_the_api_is_closed_files_lead_there_and_back(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Titles of the space are in no file of it; nor are external ids, so results stay away."""
    exported(desk, "before.zip")
    ledger = ("--ledger", desk.at("ledger.json"))
    assert desk.run("pull", desk.at("before.zip"), "--assembly", "1", "--out", desk.at("p")) == 0
    assert desk.plan("stopped") == 1
    assert "--ledger" in capsys.readouterr().err
    assert desk.plan("stopped", *ledger) == 1
    desk.code = capsys.readouterr().err.rsplit("--assembly ", 1)[1].split(".", 1)[0]
    assert desk.plan("results", "--follow-up", "diumenges", *ledger) == 1
    assert "plan" in capsys.readouterr().err
    assert desk.plan("plan", *ledger) == 0
    assert desk.run("apply", desk.at("plan"), *ledger) == 0
    desk.upload("plan")
    exported(desk, "after.zip")
    later = ("--assembly", "1", "--out", desk.at("later"))
    assert desk.run("pull", desk.at("after.zip"), *later) == 0
    assert desk.run("verify", desk.at("plan")) == 1
    assert "--pull" in capsys.readouterr().err
    assert desk.run("verify", desk.at("plan"), "--pull", desk.at("p")) == 1
    assert desk.run("verify", desk.at("plan"), "--pull", desk.at("later")) == 0
    assert answered(desk) == dict.fromkeys(CHOSEN, "accepted")


def exported(desk: Desk, name: str) -> None:
    desk.at(name).write_bytes(open_data(desk.double.world, desk.double.version))


class Cord(BaseException):
    """Pulled: nothing after it runs."""


def pulled_at(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    real, left = os.fsync, [count]

    def fsync(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cord
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("api", [False, True])
def test_an_apply_that_is_killed_anywhere_is_gone_on_with(
    desk: Desk, api: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    assert desk.plan("plan", "--follow-up", "diumenges") == 0
    key = desk.at("key")
    key.write_text("invented-key\ninvented-secret\n")
    key.chmod(0o600)
    words = ("--api-key", key) if api else ()
    begun = desk.double.world
    ends = []
    for count in range(99):
        desk.double.world = begun
        shutil.rmtree(desk.at("home"), ignore_errors=True)
        shutil.rmtree(desk.at("plan") / "uploads", ignore_errors=True)
        with pytest.MonkeyPatch.context() as patched:
            pulled_at(patched, count)
            try:
                assert desk.run("apply", desk.at("plan"), *words) == 0
                killed = False
            except Cord:
                killed = True
        assert desk.run("apply", desk.at("plan"), *words) == 0
        uploads = desk.at("plan") / "uploads"
        files = {path.name: path.read_bytes() for path in uploads.iterdir()}
        (ledger,) = desk.at("home").rglob("*.json")
        ends.append((files, ledger.read_bytes(), answered(desk), len(ours(desk))))
        if not killed:
            break
    assert count > 3
    assert all(end == ends[0] for end in ends)


def test_what_changed_since_the_pull_stops_a_plan(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    world = desk.double.world
    one, gone = (world.get(Proposal, int(id_)) for id_ in CHOSEN)
    assert one
    assert gone
    meeting = world.get(Meeting, MEETING)
    assert meeting
    text = {"ca": "No"}
    desk.double.world = world.having(
        replace(one, state="rejected", answer=text, answered_at="2026-11-20T10:00:00Z"),
        replace(meeting, closed_at="2026-11-20T10:00:00Z"),
    ).without(gone)
    capsys.readouterr()
    assert desk.plan("late", "--meeting", MEETING) == 1
    told = capsys.readouterr().err
    assert f"Proposal {one.id} was in the state" in told
    assert str(gone.id) in told
    assert f"Meeting {MEETING} is closed" in told
    assert desk.run("apply", desk.at("late")) == 1


def test_wrong_input_is_told_in_one_line_and_leaves_nothing(
    desk: Desk, played: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    archive = next((played.parent / "elections").glob("*.bel"))
    damaged = desk.at("damaged.urna")
    damaged.write_bytes(played.read_bytes()[:-700] + b"x" * 700)
    assert desk.plan("good") == 0
    other = desk.at("other")
    shutil.copytree(desk.at("good"), other)
    texts = (other / "texts.json").read_bytes()
    (other / "texts.json").write_bytes(texts.replace(b"accepted", b"rejected", 1))
    foreign = desk.at("foreign")
    shutil.copytree(desk.at("good"), foreign)
    (foreign / "pull" / "pull.json").write_bytes(b"{}")
    capsys.readouterr()
    pull, out = desk.at("p"), desk.at("out")
    wrong = [
        ("plan", archive, "--pull", pull, "--out", out),
        ("plan", damaged, "--pull", pull, "--out", out),
        ("plan", desk.at("nothing.urna"), "--pull", pull, "--out", out),
        ("plan", played, "--pull", desk.at("nothing"), "--out", out),
        ("plan", played, "--pull", pull, "--out", desk.at("good")),
        ("plan", played, "--pull", pull, "--out", out, "--meeting", "999"),
        ("plan", played, "--pull", pull, "--out", out, "--meeting", "21", "--minutes", archive),
        ("apply", desk.at("nothing")),
        ("apply", other),
        ("apply", foreign),
        ("verify", desk.at("p")),
    ]
    for words in wrong:
        known = ("--assembly", desk.code) if words[0] == "plan" else ()
        assert desk.run(*words, *known) == 1, words
        told = capsys.readouterr()
        assert told.err.startswith("urna: "), words
        assert told.err.count("\n") == 1, words
        assert not out.exists()
    assert not list(desk.folder.glob(".*"))
    assert not desk.at("home").exists() or not list(desk.at("home").rglob("*.json"))


def test_a_plan_does_not_go_on_after_another_one(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    assert desk.plan("one") == 0
    assert desk.plan("two", "--follow-up", "diumenges") == 0
    assert desk.run("apply", desk.at("two")) == 0
    assert desk.run("apply", desk.at("one")) == 1
    assert not (desk.at("one") / "uploads").exists()
    (ledger,) = desk.at("home").rglob("*.json")
    ledger.write_bytes(b"{}")
    assert desk.run("apply", desk.at("one")) == 1
    assert desk.plan("three") == 1
    assert ledger.read_bytes() == b"{}"


def test_the_pack_that_closes_a_meeting_is_whole(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    acquainted(desk, capsys)
    minutes = desk.at("minutes.pdf")
    minutes.write_bytes(b"%PDF-1.7 invented")
    assert desk.plan("plan", "--meeting", MEETING, "--minutes", minutes) == 0
    pack = {path.name: path.read_bytes() for path in (desk.at("plan") / "closing").iterdir()}
    assert {f"sheet.{tag}.html" for tag in ("ca", "es", "en")} < set(pack)
    assert pack["minutes.pdf"] == minutes.read_bytes()
    assert CHOSEN[0].encode() in pack["sheet.ca.html"]
    assert b"<p>" in pack["report.ca.html"]
