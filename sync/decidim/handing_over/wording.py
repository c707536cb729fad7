# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is told in Decidim of a result, by locale; the words are handed in.

Of several sites the sum is told, and which they were: how a small one voted stays in its bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sync.decidim.handing_over.evenings import Evening
from sync.decidim.handing_over.together import Result
from sync.decidim.uploads import rich
from sync.decidim.uploads.closure import MOST_ATTENDEES
from sync.decidim.uploads.rich import Rich

Say = Callable[..., str]
Voices = Mapping[str, Say]
"""Locale → who speaks it, the organisation's default one first."""


def of_option(result: Result, option: str, voices: Voices) -> dict[str, Rich]:
    """What became of one option, and what proves it."""
    (at,) = (n for n, each in enumerate(result.question.options) if each.id == option)
    standing = result.outcome.standings[at]
    told = {}
    for locale, say in voices.items():
        asked = rich.strong(result.question.text.in_language(locale))
        votes = say("decidim.votes", votes=standing.votes, n=result.outcome.ballots)
        fate = say(f"fate.{standing.fate}")
        said = rich.paragraph(rich.text(f"{fate}. {votes}"))
        told[locale] = rich.joined([rich.paragraph(asked), said, _sites(result, locale, say)])
    return told


def of_result(result: Result, voices: Voices) -> dict[str, Rich]:
    """What a question came to: its verdict, each option with its votes, what proves it."""
    return {
        locale: rich.joined([*_outcome(result, locale, say), _sites(result, locale, say)])
        for locale, say in voices.items()
    }


def of_evening(evening: Evening, results: tuple[Result, ...], voices: Voices) -> dict[str, Rich]:
    """The report for the form that closes a meeting, of the questions that were its own."""
    return {
        locale: rich.joined(_report(evening, results, locale, say))
        for locale, say in voices.items()
    }


def _report(
    evening: Evening, results: tuple[Result, ...], locale: str, say: Say
) -> Iterator[Rich]:
    yield rich.paragraph(rich.text(say("decidim.held", day=evening.day, place=evening.place)))
    yield rich.paragraph(rich.text(say("decidim.present", n=evening.present)))
    if evening.present > MOST_ATTENDEES:
        yield rich.paragraph(rich.text(say("decidim.capped", most=MOST_ATTENDEES)))
    for result in results:
        yield from _outcome(result, locale, say)
    yield rich.paragraph(rich.text(say("decidim.proof", bundle=evening.bundle)))


def _outcome(result: Result, locale: str, say: Say) -> Iterator[Rich]:
    verdict = rich.text(say(f"verdict.{result.outcome.verdict}"))
    yield rich.paragraph(rich.strong(result.question.text.in_language(locale)), verdict)
    pairs = zip(result.question.options, result.outcome.standings, strict=True)
    lines = [rich.text(f"{each.text.in_language(locale)}: {one.votes}") for each, one in pairs]
    blank = rich.text(f"{say('minutes.blank')}: {result.outcome.blank}")
    yield rich.items([*lines, blank])


def _sites(result: Result, locale: str, say: Say) -> Rich:
    return rich.items(
        rich.text(
            say(
                "decidim.site",
                title=site.evening.title.in_language(locale),
                day=site.evening.day,
                place=site.evening.place,
                bundle=site.evening.bundle,
            )
        )
        for site in result.sites
    )
