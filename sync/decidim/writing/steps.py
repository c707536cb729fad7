# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the changes of a plan to what can be written through the API (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.plan import Change
from sync.decidim.handing_over.texts import Texts
from sync.decidim.handing_over.there import places
from sync.decidim.reading.snapshot import Snapshot
from sync.decidim.writing.answers import Answered, AnswerStep
from sync.decidim.writing.meetings import ClosureStep
from sync.decidim.writing.results import ResultStep
from sync.decidim.writing.route import Step


def steps(
    changes: Iterable[Change], texts: Texts, there: Snapshot
) -> Iterator[tuple[Change, Step]]:
    """The step of each change that has one; `there` is the pull that the plan was made of.

    No API takes votes on paper.
    """
    proposals = {each.id: each for each in there.proposals}
    where = places(there)
    for change in changes:
        row = proposals.get(change.id)
        if change.target is Target.CLOSURE:
            closure = texts.closure(change.id)
            locale = next(iter(closure.reports))
            yield (
                change,
                ClosureStep(
                    component=where(change), meeting=change.id, closure=closure, locale=locale
                ),
            )
        elif change.target is Target.ANSWERS and row:
            answer = texts.answer(change.id)
            before = Answered.of(row)
            yield change, AnswerStep(component=where(change), answer=answer, before=before)
        elif change.target is Target.RESULTS and where(change):
            result = texts.result(change.id)
            step = ResultStep(component=where(change), result=result, proposals=result.proposals)
            yield change, step
