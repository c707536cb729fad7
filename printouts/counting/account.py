# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said in words: the whole count, ties, each stage, and why each option lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable

from ballots.counting.variants import Variant
from printouts.counting import tied, varied
from printouts.counting.cells import told
from printouts.counting.teller import Teller
from printouts.scribe import MEASURE

_NUMBER, _NAMES = 52.0, 150.0


def account(teller: Teller) -> Iterator[Flowable]:
    """What concerns the whole count, in order."""
    if teller.count.told:
        yield teller.scribe.chapter(teller.say("countpaper.account"))
    for step in teller.count.told:
        yield teller.scribe.body(teller.sentence(step))


def stage_by_stage(teller: Teller) -> Iterator[Flowable]:
    """What each stage tells, where it tells something; under a budget a stage is a project."""
    funding = teller.count.budget is not None
    entries = [
        (
            teller.names(stage.elected) if funding else teller.say("countpaper.stage", stage=n),
            [teller.sentence(step) for step in stage.told],
        )
        for n, stage in enumerate(teller.count.stages, 1)
        if stage.told
    ]
    if entries:
        code, names = ("funded-in-order", _NAMES) if funding else ("stage-by-stage", _NUMBER)
        yield teller.scribe.chapter(teller.say(f"countpaper.{code}"))
        yield told(entries, [names, MEASURE - names])


def reasons(teller: Teller) -> Iterator[Flowable]:
    """Why each option lost, and what would have changed it."""
    entries = [
        (teller.name(reason.option), [teller.sentence(step) for step in reason.steps])
        for reason in teller.count.reasons
        if not reason.won and reason.steps
    ]
    if entries:
        heads = teller.say("countpaper.option"), teller.say("countpaper.why")
        yield teller.scribe.chapter(teller.say("countpaper.reasons"))
        yield told(entries, [_NAMES, MEASURE - _NAMES], heads)


def variants(teller: Teller, others: Sequence[Variant]) -> Iterator[Flowable]:
    """What the same ballots come to by other variants of the rule, which decide nothing."""
    if others:
        yield teller.scribe.chapter(teller.say("countpaper.variants"))
    for other in others:
        words = varied.told(other, teller.count, teller.say, teller.scribe.language)
        yield teller.scribe.body(words)


def ties(teller: Teller) -> Iterator[Flowable]:
    """Those that mattered with who would have won otherwise, the others as a number."""
    every = teller.count.ties
    mattered = [tie for tie in every if tie.mattered]
    if mattered:
        yield teller.scribe.chapter(teller.say("countpaper.ties"))
    for tie in mattered:
        words = tied.told(tie, teller.count, teller.say, teller.scribe.language)
        yield teller.scribe.body(words)
    if len(every) > len(mattered):
        code = "ties-without-effect" if mattered else "ties-none-mattered"
        without = len(every) - len(mattered)
        yield teller.scribe.small(teller.say(f"countpaper.{code}", n=without))
