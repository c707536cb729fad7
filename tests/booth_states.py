# SPDX-License-Identifier: AGPL-3.0-or-later
"""One state of every kind that the booth's flow can come to, with long and short texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ballots.assembly import Kind, Option, Poll, Question, Wording
from kiosk import views
from kiosk.flow import opening_state
from kiosk.i18n import LANGUAGES
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem
from kiosk.views import Asking, Notice, Paper, State, View, Visit

UUID = "dSGvykWJYPP4iU"
TRACKER = "y5BnFq0hVwQ2ZcTzKx7LrS1dPmJ8aGeUoNfIi3vXbRE"

_PAPER = json.loads((Path(__file__).parent / "vectors/booth/paper.json").read_text("utf-8"))

TITLE = Wording(_PAPER["title"])
POLL = Poll(
    id=_PAPER["poll"]["id"],
    title=Wording(_PAPER["poll"]["title"]),
    questions=tuple(
        Question(
            id=question["id"],
            kind=Kind(question["kind"]),
            text=Wording(question["text"]),
            options=tuple(
                Option(id=id_, text=Wording(texts)) for id_, texts in question["options"].items()
            ),
            maximum=question["maximum"],
        )
        for question in _PAPER["poll"]["questions"]
    ),
)

EMPTY = Visit(uuid=UUID, poll=POLL)
THREE = frozenset({"p1", "p4", "p5"})
FULL = replace(
    EMPTY, choices={"budget": frozenset({"yes"}), "market": views.BLANK, "projects": THREE}
)


def _of(question: Question) -> Visit:
    """A paper of one question."""
    return replace(EMPTY, poll=replace(POLL, questions=(question,)))


VIEWS: Mapping[str, View] = {
    "welcome": views.Welcome(),
    "typing": views.Typing(code="7Q2MX8ABCDEF9K"),
    "typed": views.Typing(code="7Q2MX8ABCDEF9KTTWWVVZZ23"),
    "looking-up": views.LookingUp(),
    **{f"away-{reason}": views.TurnedAway(reason=reason) for reason in SlipProblem},
    "away-to-another": views.TurnedAway(reason=SlipProblem.ELSEWHERE, at="Cabina 2"),
    "away-in-hand-there": views.TurnedAway(reason=SlipProblem.IN_HAND, at="Cabina 2"),
    "away-used-copy": views.TurnedAway(reason=SlipProblem.USED, copy=True),
    "copying": views.Copying(paper=Paper.COMING),
    "copied": views.Copying(paper=Paper.OUT),
    "yes-no": Asking(visit=EMPTY, index=0),
    "yes-no-chosen": Asking(visit=FULL, index=0),
    "single": Asking(visit=EMPTY, index=1),
    "approval": Asking(visit=EMPTY, index=2),
    "approval-full": Asking(visit=FULL, index=2),
    "notice-choose": Asking(visit=EMPTY, index=0, notice=Notice.CHOOSE),
    "notice-fewer": Asking(visit=EMPTY, index=2, notice=Notice.FEWER),
    "notice-full": Asking(visit=FULL, index=2, notice=Notice.FULL, wanted="p2"),
    "notice-instead": Asking(visit=FULL, index=0, notice=Notice.INSTEAD, wanted="no"),
    "leaving": views.Leaving(back=Asking(visit=EMPTY, index=0)),
    "review": views.Reviewing(visit=FULL),
    "review-open": views.Reviewing(visit=FULL.with_choice(POLL.questions[1], None)),
    "review-short": views.Reviewing(visit=FULL.with_choice(POLL.questions[2], frozenset({"p1"}))),
    "between": Asking(visit=_of(replace(POLL.questions[2], minimum=2)), index=0),
    "exactly": Asking(visit=_of(replace(POLL.questions[2], minimum=3)), index=0),
    "sealing": views.Sealing(visit=FULL),
    "sealed": views.Sealed(visit=FULL, tracker=TRACKER),
    "committing": views.Committing(visit=FULL, tracker=TRACKER),
    **{
        f"uncommitted-{reason}": views.Uncommitted(visit=FULL, tracker=TRACKER, reason=reason)
        for reason in PaperProblem
    },
    "casting": views.Casting(tracker=TRACKER),
    "cast-coming": views.Cast(tracker=TRACKER, holders=2, paper=Paper.COMING),
    "cast": views.Cast(tracker=TRACKER, holders=3, paper=Paper.OUT),
    "cast-alone": views.Cast(tracker=TRACKER, holders=1, paper=Paper.OUT),
    "receipt-trouble": views.ReceiptTrouble(
        reason=PaperProblem.PAPER,
        back=views.Cast(tracker=TRACKER, holders=2, paper=Paper.COMING),
    ),
    "copy-trouble": views.ReceiptTrouble(
        reason=PaperProblem.SILENT, back=views.Copying(paper=Paper.COMING)
    ),
    "challenging": views.Challenging(visit=FULL),
    **{
        f"challenged-{paper}": views.Challenged(visit=EMPTY, tracker=TRACKER, paper=paper)
        for paper in Paper
    },
    **{f"not-kept-{reason}": views.NotKept(reason=reason) for reason in BallotProblem},
    "not-kept-again": views.NotKept(reason=BallotProblem.STORAGE, tracker=TRACKER),
    "goodbye": views.Goodbye(),
}


def states() -> dict[str, State]:
    """Name → state, in the first language and the smallest text."""
    first = opening_state(LANGUAGES)
    found = {name: replace(first, view=view) for name, view in VIEWS.items()}
    found["languages"] = replace(found["single"], choosing_language=True)
    found["welcome-with"] = replace(first, others=3)
    found["welcome-alone"] = replace(first, others=0)
    found["still-there"] = replace(found["single"], idle=65.0)
    return found
