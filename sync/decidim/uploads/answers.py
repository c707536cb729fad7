# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers to proposals: the file that a component takes as "proposal answers" (since 0.26)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sync.decidim.uploads import sheet
from sync.decidim.uploads.errors import ExportProblem, ExportRefused
from sync.decidim.uploads.ids import in_order, require_once
from sync.decidim.uploads.rich import Rich

_TOKEN: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered to one proposal: a token of its component's states, and why.

    `texts` are by locale, the organisation's default one first: without that column Decidim
    refuses the file.
    """

    proposal: str
    state: str
    texts: Mapping[str, Rich]

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.state):
            raise ExportRefused(ExportProblem.STATE, state=self.state)
        if not self.texts or not all(self.texts.values()):
            raise ExportRefused(ExportProblem.LOCALES, place=self.proposal)


def answers_csv(answers: Iterable[Answer], separator: str = ";") -> bytes:
    """The file as CSV; raises `ExportRefused` as `sheet.csv`, and `id`, `twice`."""
    return sheet.csv(_records(answers), separator)


def answers_json(answers: Iterable[Answer]) -> bytes:
    """The same as JSON."""
    return sheet.json(_records(answers))


def _records(answers: Iterable[Answer]) -> list[sheet.Record]:
    given = tuple(answers)
    require_once(answer.proposal for answer in given)
    by_id = {answer.proposal: answer for answer in given}
    return [_record(by_id[id_]) for id_ in in_order(by_id)]


def _record(answer: Answer) -> sheet.Record:
    texts = {f"answer/{locale}": text for locale, text in answer.texts.items()}
    return {"id": answer.proposal, "state": answer.state, **texts}
