# SPDX-License-Identifier: AGPL-3.0-or-later
"""One resolution on paper: question, verdict, votes, majority, quorum, channel, and the count."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, KeepTogether, Spacer, Table

from ballots.assembly import Kind, MajorityBase, QuorumBase
from ballots.counting.sums.outcome import Fate, Standing
from ballots.counting.trace import Told
from printouts.fonts import Weight
from printouts.paper import HAIR, QUIET, Around, number, style, text
from printouts.proceedings import Resolution
from printouts.scribe import MEASURE, Bar, Scribe, table

_BAR = 96.0
_VOTES = 48.0
_FATE = 92.0
WORTH_BEGINNING = 150.0  # points at the foot of a page for a head and two options
_WORTH_KEEPING = 380.0  # a taller table breaks rather than leave half a page white

# Said in the rows for majority and quorum; the account of the count need not say them again.
_SAID_IN_ROWS = frozenset(
    {
        Told.BALLOTS,
        Told.QUORUM_CENSUS,
        Told.QUORUM_PRESENT,
        Told.QUORUM_REACHED,
        Told.QUORUM_MISSED,
        Told.BASE_VALID,
        Told.BASE_CAST,
        Told.BASE_PRESENT,
        Told.BASE_CENSUS,
        Told.MORE_THAN,
        Told.AT_LEAST,
        Told.MORE_VOTES,
        Told.MOST_VOTES,
    }
)

# Shares that every language has a word for; others are said as a fraction.
_WORDED = {
    Fraction(1, 4): "quarter",
    Fraction(1, 3): "third",
    Fraction(1, 2): "half",
    Fraction(3, 5): "three-fifths",
    Fraction(2, 3): "two-thirds",
    Fraction(3, 4): "three-quarters",
    Fraction(4, 5): "four-fifths",
}


def resolution_block(resolution: Resolution, language: str, scribe: Scribe) -> Iterator[Flowable]:
    """The resolution; it breaks between votes and rules, a long one between options."""
    question = resolution.question.text.in_language(language)
    verdict = scribe.say(f"verdict.{resolution.outcome.verdict}")
    yield CondPageBreak(WORTH_BEGINNING)
    yield KeepTogether(
        [
            HRFlowable("100%", 1.5, color=scribe.accent, spaceBefore=7, spaceAfter=4),
            text(question, style(10.5, Weight.SEMIBOLD, around=Around(after=1))),
            text(verdict, style(13, Weight.BOLD, scribe.accent, around=Around(after=3))),
            _votes(resolution, language, scribe),
        ],
        maxHeight=_WORTH_KEEPING,
    )
    yield KeepTogether([scribe.facts(list(_rule_rows(resolution, scribe)))])
    yield scribe.small(" ".join(_account(resolution, language, scribe)))
    yield Spacer(0, 10)


def _votes(resolution: Resolution, language: str, scribe: Scribe) -> Table:
    """Options in paper order, then blank ballots, then all ballots."""
    question, outcome, say = resolution.question, resolution.outcome, scribe.say
    texts = {option.id: option.text.in_language(language) for option in question.options}
    most = max(1, *(each.votes for each in outcome.standings))
    blank = "minutes.abstentions" if question.kind is Kind.YES_NO else "minutes.blank"
    rows: list[list[object]] = [
        [
            scribe.label(say("minutes.option")),
            "",
            text(say("minutes.votes"), style(10, colour=QUIET, around=Around(right=True))),
            scribe.label(say("minutes.outcome")),
        ],
        *(_option(each, texts[each.option], most, scribe) for each in outcome.standings),
        [text(say(blank), style(10)), "", _votes_cell(outcome.blank, scribe), ""],
        [scribe.firm(say("minutes.ballots")), "", _votes_cell(outcome.ballots, scribe, True), ""],
    ]
    return table(rows, [MEASURE - _BAR - _VOTES - _FATE, _BAR, _VOTES, _FATE], heads=1)


def _option(standing: Standing, words: str, most: int, scribe: Scribe) -> list[object]:
    chosen = standing.fate is Fate.CHOSEN
    weight = Weight.SEMIBOLD if chosen else Weight.REGULAR
    fate = scribe.say(f"fate.{standing.fate}")
    return [
        text(words, style(10, weight)),
        Bar(standing.votes / most, _BAR - 12, scribe.accent if chosen else HAIR),
        _votes_cell(standing.votes, scribe, chosen),
        text(fate, style(10, weight, scribe.accent if chosen else QUIET)),
    ]


def _votes_cell(votes: int, scribe: Scribe, firm: bool = False) -> Flowable:
    weight = Weight.SEMIBOLD if firm else Weight.REGULAR
    return text(number(votes, scribe.language), style(10, weight, around=Around(right=True)))


def _rule_rows(resolution: Resolution, scribe: Scribe) -> Iterator[tuple[str, list[str]]]:
    say, quorum = scribe.say, resolution.outcome.quorum
    yield say("minutes.majority"), _majority(resolution, scribe)
    if quorum is None:
        yield say("minutes.quorum"), [say("minutes.quorum.none")]
    else:
        asked = _asked("at-least", quorum.rule.share, quorum.rule.base, scribe)
        needed = say("minutes.needed", n=quorum.needed, of=quorum.of)
        came = say(f"minutes.quorum.{'reached' if quorum.reached else 'missed'}", n=quorum.ballots)
        yield say("minutes.quorum"), [asked, f"{needed} {came}"]
    channels = [say(f"channel.{each.channel}", n=each.ballots) for each in resolution.channels]
    yield say("minutes.channel"), channels


def _majority(resolution: Resolution, scribe: Scribe) -> list[str]:
    """The majority that was used: of what, how much, how many votes that took."""
    question, used = resolution.question, resolution.outcome.majority
    said = []
    if question.kind is not Kind.YES_NO:
        said.append(scribe.say("minutes.majority.most-votes", n=question.rule.seats))
    elif used is None:
        said.append(scribe.say("minutes.majority.more-votes"))
    if used is not None:
        code = "more-than" if used.rule.strict else "at-least"
        asked = _asked(code, used.rule.share, used.rule.base, scribe)
        said += [asked, scribe.say("minutes.needed", n=used.needed, of=used.of)]
    return said


def _asked(code: str, share: Fraction, base: QuorumBase | MajorityBase, scribe: Scribe) -> str:
    """A share of a base in words: more than half of the valid votes."""
    worded = (
        scribe.say(f"share.{_WORDED[share]}")
        if share in _WORDED
        else scribe.say("share.fraction", part=share.numerator, whole=share.denominator)
    )
    return scribe.say(f"minutes.{code}", share=worded, base=scribe.say(f"minutes.base.{base}"))


def _account(resolution: Resolution, language: str, scribe: Scribe) -> Iterator[str]:
    """How it was counted, step by step."""
    for step in resolution.outcome.trace:
        if step.code not in _SAID_IN_ROWS:
            yield scribe.say(step.code, **step.worded(resolution.question, language))
