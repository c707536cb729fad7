# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bundles are verified before anything of them is said to Decidim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.arithmetic import best_power
from kiosk.cores import Cores
from kiosk.decidim.evenings import read_evenings
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.verifying import Means, verify
from sync.decidim.handing_over.evenings import Evening
from sync.decidim.handing_over.together import together
from tests.evenings import play


@dataclass(frozen=True)
class Files:
    bundle: Path
    archive: Path


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("evening")
    play(folder)
    (archive,) = (folder / "out" / "elections").glob("*.bel")
    return Files(folder / "out" / "bundle.urna", archive)


def read(*paths: Path) -> list[Evening]:
    return list(read_evenings(paths, best_power(), map))


def test_what_a_bundle_says_is_what_its_archives_say(evening: Files) -> None:
    (told,) = read_evenings([evening.bundle], best_power(), map)
    verified = verify(evening.bundle, Means(power=best_power()))
    published = [counts for each in verified.published for counts in each.counts]
    for vote, counts in zip(told.votes, published, strict=True):
        assert vote.tally[-len(counts) :] == counts
        assert len(vote.tally) == 1 + len(vote.question.options)  # blank ballots come first
    assert all(sum(vote.tally) >= vote.ballots > 0 for vote in told.votes)
    assert told.assembly == verified.paper.assembly
    assert "entries" not in repr(told)


def test_the_same_bundle_twice_is_one_evening_on_any_number_of_cores(evening: Files) -> None:
    twice = list(read_evenings([evening.bundle] * 2, best_power(), Cores(2)))
    assert twice[0] == twice[1]
    assert len(together(twice).evenings) == 1


def test_a_bundle_that_fails_stops_all(evening: Files, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.urna"
    content = bytearray(evening.bundle.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(KioskRefused) as refused:
        read(evening.bundle, damaged)
    assert refused.value.code is KioskProblem.BUNDLE_FAILS
    assert refused.value.facts == {"path": str(damaged), "check": "bundle.form"}


def test_a_file_of_another_kind_is_refused(evening: Files) -> None:
    with pytest.raises(KioskRefused) as refused:
        read(evening.archive)
    assert refused.value.code is KioskProblem.BUNDLE_FAILS
