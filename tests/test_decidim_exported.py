# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Decidim exports is read as what its API answers, apart from what files do not tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.decidim.address import Wish
from sync.decidim.exported.columns import every_field
from sync.decidim.exported.findings import Exported
from sync.decidim.exported.gathering import RUNG, gather
from sync.decidim.plain import plain_lines
from sync.decidim.post import Api
from sync.decidim.reading.pulling import pull
from sync.decidim.reading.rows import Kind, Row
from sync.decidim.reading.snapshot import Snapshot, read_snapshot
from tests.decidim_double import DecidimDouble, World
from tests.decidim_double.exports import as_csv, as_json, export, open_data
from tests.decidim_double.invented import ASSEMBLY, BUDGETS, MEETINGS, PROPOSALS, RESULTS, invented
from tests.decidim_double.schemas import VERSIONS, real_schemas

WISH = Wish(kind="assembly", space="drac")
READ = (Kind.SPACE, Kind.MEETINGS, Kind.PROPOSALS, Kind.BUDGETS, Kind.PROJECTS, Kind.RESULTS)
ENTITIES = {"proposals": PROPOSALS, "meetings": MEETINGS, "projects": BUDGETS, "results": RESULTS}
# What a file tells in another form than the API of the same version.
OTHERWISE = {
    Kind.PROPOSALS: {"body", "labels"},  # without mark-up; taxonomies without names
    Kind.MEETINGS: set[str](),
    Kind.BUDGETS: set[str](),
    Kind.PROJECTS: {"paper"},  # files alone
    Kind.RESULTS: set[str](),
    Kind.SPACE: {"url"},  # that of the platform that was asked
}
# What the API tells from 0.31 on alone.
LATER = {"url", "likes", "cost", "cost_report", "execution_period", "votes", "selected_at"}
LATER |= {"proposals", "address", "latitude", "longitude", "state_title"}


def open_files(world: World, version: str) -> list[Exported]:
    return [Exported("open-data.zip", open_data(world, version))]


def admin_files(world: World, version: str, *, json: bool) -> list[Exported]:
    files = []
    for entity, component in ENTITIES.items():
        records = export(world, version, entity, component, public=False)
        data = as_json(records) if json else as_csv(records, world.separator)
        files.append(Exported(f"{entity}.{'json' if json else 'csv'}", data))
    return files


def gathered(files: list[Exported], wish: Wish | None = WISH) -> Snapshot:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        gather(files, wish, (), out, lambda *_: None)
        return read_snapshot(out)


def pulled(double: DecidimDouble, folder: Path) -> Snapshot:
    api = Api(double.url, clock=lambda: 0.0, sleep=lambda _: None)
    wish = Wish(kind="assembly", space=str(ASSEMBLY))
    pull(double.url, wish, folder, api.ask, lambda *_: None)
    return read_snapshot(folder)


def rows_of(snapshot: Snapshot, kind: Kind) -> dict[str, Row]:
    found = (snapshot.space,) if kind is Kind.SPACE else getattr(snapshot, kind)
    return {row.id: row for row in found}


def told(row: Row, without: frozenset[str]) -> dict[str, Any]:
    fields = msgspec.structs.asdict(row)
    return {name: value for name, value in fields.items() if name not in without}


def assert_same(files: Snapshot, api: Snapshot, version: str) -> None:
    for kind in READ:
        one, two = rows_of(files, kind), rows_of(api, kind)
        assert one.keys() == two.keys()
        without = {*files.pull.unseen.get(kind, ()), *OTHERWISE[kind]}
        without |= LATER if version < "0.31" else set()
        for id_ in one:
            named = frozenset(without)
            assert told(one[id_], named) == told(two[id_], named)
    bodies = [
        {
            id_: {locale: plain_lines(text) for locale, text in row.body.items()}  # type: ignore[attr-defined]
            for id_, row in rows_of(each, Kind.PROPOSALS).items()
        }
        for each in (files, api)
    ]
    assert bodies[0].keys() == bodies[1].keys()
    labels = [
        {row.id: [label.id for label in row.labels] for row in each.proposals}
        for each in (files, api)
    ]
    if version >= "0.30":
        assert labels[0] == labels[1]


@pytest.fixture(scope="module", params=VERSIONS)
def double(request: pytest.FixtureRequest) -> Iterator[DecidimDouble]:
    if not real_schemas():
        pytest.skip("no schemas of Decidim beside the project")
    with DecidimDouble(request.param) as running:
        yield running


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**16), separator=st.sampled_from(";,\t"))
def test_files_of_a_world_say_what_its_api_says(
    double: DecidimDouble, seed: int, separator: str
) -> None:
    random = Random(seed)
    world = invented(random, proposals=random.randrange(30), projects=random.randrange(1, 9))
    double.world = replace(world, separator=separator, modules=frozenset({"paper_ballots"}))
    with TemporaryDirectory() as folder:
        api = pulled(double, Path(folder))
    assert_same(gathered(open_files(double.world, double.version)), api, double.version)
    for json in (False, True):
        files = gathered(admin_files(double.world, double.version, json=json), None)
        assert files.pull.rung == RUNG
        titled = replace_space(files, api)
        assert_same(titled, api, double.version)


def replace_space(files: Snapshot, api: Snapshot) -> Snapshot:
    """Files of components alone do not tell how their space is called."""
    assert files.pull.unseen[Kind.SPACE] == ("description", "title")
    space = msgspec.structs.replace(
        files.space, title=api.space.title, description=api.space.description
    )
    return replace(files, space=space)


def test_what_no_file_tells_is_named() -> None:
    snapshot = gathered(open_files(invented(Random(1)), "0.31"))
    assert not snapshot.pull.saw(Kind.RESULTS, "external_id")
    assert not snapshot.pull.saw(Kind.MEETINGS, "agenda")
    assert not snapshot.pull.saw(Kind.SURVEYS)
    assert snapshot.pull.saw(Kind.PROPOSALS, "state")
    assert set(snapshot.pull.unseen[Kind.SURVEYS]) == every_field(Kind.SURVEYS)
