# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be written, one row for each: since when, what is asked first, what may be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync.decidim.refusals import DecidimProblem
from sync.decidim.writing import answers, meetings, results
from sync.decidim.writing.replies import Page
from sync.decidim.writing.route import Route, Step

ROUTES: Final[Mapping[type[Step], Route]] = {
    answers.AnswerStep: Route(
        since="0.31",
        denied=DecidimProblem.ANSWER_DENIED,
        look=answers.LOOK,
        found=answers.Proposal,
    ),
    results.ResultStep: Route(
        since="0.32",
        denied=DecidimProblem.RESULT_DENIED,
        look=results.LOOK,
        found=Page[results.Result],
    ),
    meetings.MeetingStep: Route(
        since="0.32",
        denied=DecidimProblem.MEETING_DENIED,
        look=meetings.LOOK_FOR,
        found=Page[meetings.Meeting],
    ),
    meetings.ClosureStep: Route(
        since="0.32",
        denied=DecidimProblem.CLOSURE_DENIED,
        look=meetings.LOOK_AT,
        found=meetings.Meeting,
    ),
}
