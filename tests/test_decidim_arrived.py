# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a plan a later pull finds: arrived, missing, different, or nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sync.decidim.handing_over.arrived import Came, arrivals
from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.wanted import Choices
from sync.decidim.reading.rows import Kind, ProjectRow
from sync.decidim.reading.snapshot import FORMAT, Pull, Snapshot
from tests.test_decidim_together import an_evening
from tests.test_decidim_wanted import SPACE, a_budget, planned

NOBODY = Snapshot(
    pull=Pull(format=FORMAT, address="", space=None, rung="files", finished=True, files={}),
    space=SPACE,
    components=(),
    meetings=(),
    proposals=(),
    budgets=(),
    projects=(),
    results=(),
    surveys=(),
)


def project(id_: str, paper: int | None) -> ProjectRow:
    return ProjectRow(
        id=id_,
        component="13",
        budget="31",
        title={"ca": id_},
        description={},
        amount=None,
        votes=None,
        selected=None,
        selected_at="",
        reference="",
        proposals=(),
        address="",
        latitude="",
        longitude="",
        labels=(),
        url="",
        paper=paper,
    )


@pytest.mark.parametrize(
    ("before", "now", "came"),
    [
        (None, None, Came.UNSEEN),
        (5, None, Came.UNSEEN),
        (None, 40, Came.ARRIVED),
        (5, 45, Came.ARRIVED),
        (5, 5, Came.MISSING),
        (None, 0, Came.MISSING),
        (5, 85, Came.DIFFERS),  # uploaded twice
    ],
)
def test_votes_on_paper_are_seen_in_files_of_a_later_export(
    before: int | None, now: int | None, came: Came
) -> None:
    made, prepared = planned(a_budget("a", 40, 30))
    first, later = (replace(NOBODY, projects=(project("12", paper),)) for paper in (before, now))
    found = {each.change.id: each.came for each in arrivals(made, prepared.texts, first, later)}
    assert found["12"] is came


def test_files_that_lack_external_ids_do_not_say_that_a_result_is_missing() -> None:
    blind = msgspec.structs.replace(NOBODY.pull, unseen={Kind.RESULTS: ("external_id",)})
    choices = Choices(accountability=frozenset({"q"}))
    made, prepared = planned(an_evening("a", 40, 30), choices=choices)
    for pull, came in ((NOBODY.pull, Came.MISSING), (blind, Came.UNSEEN)):
        found = arrivals(made, prepared.texts, NOBODY, replace(NOBODY, pull=pull))
        assert [each.came for each in found if each.change.target is Target.RESULTS] == [came]
