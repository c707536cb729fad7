# SPDX-License-Identifier: AGPL-3.0-or-later
"""From bundles and a pull to a plan in its folder: all of it verified, Decidim pulled afresh."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ballots.election.archive.ballot_box import Spread
from ballots.election.groups.modp import ModularPower
from kiosk.decidim.closing_pack import closing_pack, meeting_of
from kiosk.decidim.evenings import read_evenings
from kiosk.decidim.page import plan_page
from kiosk.decidim.plan_folder import PULLED, digest_of_pull, new_folder, write_plan
from kiosk.i18n import LANGUAGES, voice
from sync.decidim.address import Wish
from sync.decidim.handing_over.evenings import Evening
from sync.decidim.handing_over.ledger import Ledger
from sync.decidim.handing_over.plan import Plan, Stop, StopCode, plan
from sync.decidim.handing_over.there import changed, there
from sync.decidim.handing_over.together import Together, together
from sync.decidim.handing_over.wanted import Choices, prepare, to_close
from sync.decidim.handing_over.wording import Voices
from sync.decidim.reading.snapshot import Snapshot, read_snapshot

PullAfresh = Callable[[str, Wish, Path], object]
"""Pulls a space of a site into a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the organiser asks for.

    `known` are ids of assemblies that she says are hers, `meeting` the one that is to be closed
    (without it, the one of that day), `locales` those to write in (without any, those of the
    space), `minutes` a PDF to lie beside the form.
    """

    bundles: tuple[Path, ...]
    known: frozenset[str] = frozenset()
    choices: Choices = field(default_factory=Choices)
    meeting: str = ""
    locales: tuple[str, ...] = ()
    minutes: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a planning works with."""

    power: ModularPower
    spread: Spread
    pull: PullAfresh
    watch: Callable[[int, int], None] = lambda _done, _of: None
    """Told how many of how many bundles are verified."""


def make_plan(asked: Asked, pulled: Path, out: Path, ledger: Ledger, means: Means) -> Plan:
    """Verify the bundles, pull afresh, and write what would be done into the folder `out`.

    The folder is written for a plan with stops too: its page says why it may not go on.

    Raises:
        KioskRefused: a bundle, as `read_evenings`; `not-a-pdf` for the minutes.
        DecidimRefused: the pull, the platform, the folder; `meeting-unknown`.
    """
    before = read_snapshot(pulled)
    evenings = tuple(_watched(asked.bundles, means))
    with new_folder(out) as draft:
        now = _afresh(before, pulled, draft / PULLED, means.pull)
        come = together(evenings)
        voices = voices_of(now, asked.locales)
        prepared = prepare(come.results, asked.choices, voices)
        seen = there(now)
        states = {each.proposal: each.state for each in prepared.texts.answers}
        evening = come.evenings[0] if len(come.evenings) == 1 else None
        meeting = meeting_of(now, asked.meeting, evening)
        stops = [*_strangers(come, ledger, asked.known), *changed(there(before), seen, states)]
        texts, wanted = prepared.texts, prepared.wanted
        if meeting and evening:
            closing = to_close(meeting, evening, come.results, voices)
            texts = msgspec.structs.replace(texts, closings=closing.texts.closings)
            wanted += closing.wanted
        made = plan(wanted, ledger, seen, come.contradictions, stops)
        made = msgspec.structs.replace(made, pull=digest_of_pull(draft))
        pages = {
            f"plan.{tag}.html": plan_page(made, texts, now.space, voice(tag)) for tag in LANGUAGES
        }
        write_plan(draft, made, texts, pages)
        for each in () if made.stops else texts.closings:
            closing_pack(draft, each.closure, asked.minutes)
    return made


def _watched(bundles: Sequence[Path], means: Means) -> Iterator[Evening]:
    means.watch(0, len(bundles))
    for done, evening in enumerate(read_evenings(bundles, means.power, means.spread), 1):
        yield evening
        means.watch(done, len(bundles))


def voices_of(snapshot: Snapshot, locales: Sequence[str]) -> Voices:
    """Who speaks each locale: those that are asked for, or those in which the space has titles.

    A locale that we do not speak is spoken in English, since Decidim wants its default one.
    """
    titles = [snapshot.space.title, *(each.title for each in snapshot.proposals)]
    titles += [each.title for each in snapshot.projects]
    named = dict.fromkeys(tag for title in titles for tag in title)
    usual = sorted(named or LANGUAGES, key=lambda tag: tag not in LANGUAGES)
    return {tag: voice(tag).say for tag in (locales or usual)}


def _afresh(before: Snapshot, pulled: Path, folder: Path, pull: PullAfresh) -> Snapshot:
    """What Decidim says now; of a pull from files, what they said."""
    if before.pull.address:
        pull(before.pull.address, before.wish, folder)
    else:
        shutil.copytree(pulled, folder)
    return read_snapshot(folder)


def _strangers(come: Together, ledger: Ledger, known: frozenset[str]) -> Iterator[Stop]:
    """Anyone can make a bundle that verifies: somebody has to say that an assembly is hers."""
    ours = known | {row.assembly for row in ledger.rows}
    for evening in come.evenings:
        if evening.assembly not in ours:
            yield Stop(code=StopCode.STRANGER, facts={"assembly": evening.assembly})
