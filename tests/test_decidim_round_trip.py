# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a room decided goes into Decidim as files, and comes out of it again as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.decidim.address import Wish
from sync.decidim.exported.findings import Exported
from sync.decidim.exported.gathering import gather
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.rows import Kind
from sync.decidim.reading.snapshot import Snapshot, read_snapshot
from sync.decidim.uploads import rich
from sync.decidim.uploads.accountability import NewResult, results_csv
from sync.decidim.uploads.answers import Answer, answers_csv, answers_json
from sync.decidim.uploads.paper_ballots import paper_ballots_csv
from tests.decidim_double import DecidimDouble, World
from tests.decidim_double.exports import as_json, export, open_data
from tests.decidim_double.files import CSV, JSON, Verdict
from tests.decidim_double.imports import import_answers, import_paper_ballots, import_results
from tests.decidim_double.invented import ASSEMBLY, BUDGETS, NASTY, PROPOSALS, RESULTS, invented
from tests.decidim_double.schemas import VERSIONS, real_schemas

WORLD = replace(invented(Random(3)), modules=frozenset({"paper_ballots"}))
BEFORE = frozenset({"51", "52"})  # results that were there
WORDS = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20
).filter(str.strip)
LOCALES = ("ca", "es")
ANSWERS = st.dictionaries(
    st.sampled_from([str(number) for number in range(101, 125)]),
    st.tuples(st.sampled_from(["accepted", "rejected", "evaluating"]), WORDS, WORDS),
    min_size=1,
    max_size=6,
)
VOTES = st.dictionaries(
    st.sampled_from([str(number) for number in range(81, 87)]),
    st.integers(-50, 500).filter(bool),
    min_size=1,
)
DECISIONS = st.dictionaries(
    st.from_regex(r"urna:[a-f0-9]{8}", fullmatch=True), st.tuples(WORDS, WORDS), min_size=1
)


@pytest.fixture(scope="module", params=VERSIONS)
def double(request: pytest.FixtureRequest) -> Iterator[DecidimDouble]:
    if not real_schemas():
        pytest.skip("no schemas of Decidim beside the project")
    with DecidimDouble(request.param) as running:
        yield running


def through_api(double: DecidimDouble) -> Snapshot:
    api = Api(double.url, clock=lambda: 0.0, sleep=lambda _: None)
    wish = Wish(kind="assembly", space=str(ASSEMBLY))
    with TemporaryDirectory() as folder:
        pull(double.url, wish, Path(folder), api.ask, lambda *_: None)
        return read_snapshot(Path(folder))


def through_files(world: World, version: str) -> Iterator[Snapshot]:
    """From open data, and from what an admin exports as JSON."""
    mailed = [
        Exported(
            f"{entity}.json", as_json(export(world, version, entity, component, public=False))
        )
        for entity, component in (
            ("proposals", PROPOSALS),
            ("projects", BUDGETS),
            ("results", RESULTS),
        )
    ]
    for files in ([Exported("open.zip", open_data(world, version))], mailed):
        with TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            gather(files, None, (), out, lambda *_: None)
            yield read_snapshot(out)


def both_ways(double: DecidimDouble, world: World) -> Iterator[Snapshot]:
    double.world = world
    yield through_api(double)
    yield from through_files(world, double.version)


def spoken(texts: tuple[str, str]) -> dict[str, rich.Rich]:
    said = (rich.paragraph(rich.text(text)) for text in texts)
    return dict(zip(LOCALES, said, strict=True))


@settings(max_examples=3, deadline=None)
@given(given_answers=ANSWERS, mime=st.sampled_from([CSV, JSON]))
def test_answers_come_out_as_they_went_in(
    double: DecidimDouble, given_answers: dict[str, tuple[str, str, str]], mime: str
) -> None:
    answers = [
        Answer(proposal=id_, state=state, texts=spoken((ca, es)))
        for id_, (state, ca, es) in given_answers.items()
    ]
    data = answers_csv(answers) if mime == CSV else answers_json(answers)
    world, seen = import_answers(WORLD, PROPOSALS, data, mime)
    assert seen.verdict is Verdict.TAKEN
    for snapshot in both_ways(double, world):
        proposals = {row.id: row for row in snapshot.proposals}
        for answer in answers:
            row = proposals[answer.proposal]
            assert row.answer == answer.texts
            hidden = row.withdrawn and double.version < "0.28"  # there, that is its state
            assert row.state == ("withdrawn" if hidden else answer.state)
            assert row.answered_at == "2026-11-14T20:30:00+00:00"


@settings(max_examples=3, deadline=None)
@given(votes=VOTES)
def test_the_tally_on_paper_comes_out_as_it_went_in(
    double: DecidimDouble, votes: dict[str, int]
) -> None:
    world, seen = import_paper_ballots(WORLD, BUDGETS, paper_ballots_csv(votes))
    assert seen.verdict is Verdict.TAKEN
    for snapshot in both_ways(double, world):
        for row in snapshot.projects:
            counted = None if snapshot.pull.rung != "files" else votes.get(row.id, 0)
            assert row.paper == counted
            if row.votes is not None:
                assert row.votes == world.online_votes[int(row.id)]


@settings(max_examples=3, deadline=None)
@given(decisions=DECISIONS)
def test_results_come_out_as_they_went_in(
    double: DecidimDouble, decisions: dict[str, tuple[str, str]]
) -> None:
    results = [
        NewResult(
            external_id=external,
            titles={locale: rich.title(text) for locale, text in zip(LOCALES, texts, strict=True)},
            descriptions=spoken(texts),
        )
        for external, texts in decisions.items()
        if all(rich.title(text) for text in texts)
    ]
    if not results:
        return
    world, seen = import_results(WORLD, RESULTS, results_csv(results, there=("a",)))
    assert seen.verdict is Verdict.TAKEN
    for snapshot in both_ways(double, world):
        made = [row for row in snapshot.results if row.id not in BEFORE]
        told = sorted((row.title["ca"], row.title["es"], row.description["ca"]) for row in made)
        assert told == sorted(
            (each.titles["ca"], each.titles["es"], each.descriptions["ca"]) for each in results
        )
        seen_ids = {row.external_id for row in made}
        if snapshot.pull.rung == "files":
            assert not snapshot.pull.saw(Kind.RESULTS, "external_id")
        else:
            assert seen_ids == {each.external_id for each in results}
