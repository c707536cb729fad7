# SPDX-License-Identifier: AGPL-3.0-or-later
"""From files that were brought to what they say, each of them verified, on all cores.

One core verifies one bundle at a time: many small bundles have more to do at their beginning than
in their archives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from ballots.ballot_paper import tally_of
from ballots.election.archive.ballot_box import Spread
from ballots.election.groups.modp import ModularPower
from ballots.merge import merge
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.verifying import Means, Told, Verified, verify
from sync.decidim.handing_over.evenings import Evening, Vote

BUNDLE = ".urna"


def read_evenings(paths: Iterable[Path], power: ModularPower, spread: Spread) -> Iterator[Evening]:
    """What each bundle says, in the order of the paths.

    Raises:
        KioskRefused: `bundle-fails` with the file and the check that it failed, `bundle.form`
            for a file of another kind; as `kiosk.verifying.verify`.
    """
    return iter(spread(partial(read_evening, power=power), paths))


def read_evening(path: Path, *, power: ModularPower) -> Evening:
    """What one bundle says, after all of its checks."""
    verified = verify(path, Means(power=power)) if path.suffix == BUNDLE else Verified()
    failed = verified.failed
    if failed is not None or verified.told is None:
        check = failed.name if failed else "bundle.form"
        raise KioskRefused(KioskProblem.BUNDLE_FAILS, path=str(path), check=check)
    return evening_of(verified.told)


def evening_of(told: Told) -> Evening:
    """The facts for Decidim; `told` is of a bundle all of whose checks passed."""
    session = told.session
    assembly = session.assembly
    assert assembly is not None, "audit_record refuses a record without one"
    return Evening(
        bundle=told.sha256,
        assembly=session.assembly_id,
        title=assembly.title,
        place=assembly.place,
        day=assembly.call.first[:10],
        present=session.present,
        census=assembly.census,
        trustees=assembly.trustees,
        threshold=assembly.threshold,
        votes=tuple(_votes(told)),
        entries=told.entries,
    )


def _votes(told: Told) -> Iterator[Vote]:
    for uuid in sorted(told.archives):
        archive, state = told.archives[uuid], told.session.polls[uuid]
        merged = merge(state, archive.takes, archive.opens)
        for question, counts in zip(state.poll.questions, archive.published.counts, strict=True):
            yield Vote(
                election=uuid,
                question=question,
                tally=tally_of(question, counts, len(merged.counted)),
                ballots=len(merged.counted),
                conflicts=merged.conflicts,
            )
