# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the files of a plan are made of: `urna-decidim-texts/v1`, canonical JSON.

It lies beside the plan, which holds the digest of each text: neither fits another's.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from ballots import canonical
from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.plan import Change, Plan
from sync.decidim.uploads.accountability import NewResult
from sync.decidim.uploads.answers import Answer
from sync.decidim.uploads.closure import Closure


class Closing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a meeting is closed with."""

    meeting: str
    closure: Closure


class Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What meetings are closed with, answers, results to be created: of all that is wanted."""

    format: Literal["urna-decidim-texts/v1"] = "urna-decidim-texts/v1"
    closings: tuple[Closing, ...] = ()
    answers: tuple[Answer, ...] = ()
    results: tuple[NewResult, ...] = ()

    def encode(self) -> bytes:
        """The bytes of the file."""
        return canonical.encode(self)

    def closure(self, id_: str) -> Closure:
        """That of one meeting; `LookupError` where there is none."""
        return {each.meeting: each.closure for each in self.closings}[id_]

    def answer(self, id_: str) -> Answer:
        """That to one proposal; `LookupError` where there is none."""
        return {each.proposal: each for each in self.answers}[id_]

    def result(self, id_: str) -> NewResult:
        """The one with that external id; `LookupError` where there is none."""
        return {each.external_id: each for each in self.results}[id_]

    def fit(self, plan: Plan) -> bool:
        """Whether they are what the plan was made of."""
        try:
            return all(self._fits(change) for change in plan.changes)
        except LookupError:
            return False

    def _fits(self, change: Change) -> bool:
        contents = {row.content for row in change.handed}
        if change.target is Target.CLOSURE:
            return contents == {digest_of_closure(self.closure(change.id))}
        if change.target is Target.ANSWERS:
            return contents == {digest_of_answer(self.answer(change.id))}
        if change.target is Target.RESULTS:
            return contents == {digest_of_result(self.result(change.id))}
        return contents == {""}


def read_texts(data: bytes) -> Texts:
    """The texts of a file.

    Raises:
        RecordRefused: `form`, for anything that `encode` does not write.
        ExportRefused: a text that no file for Decidim may hold.
    """
    return canonical.decode(data, Texts)


def digest_of_closure(closure: Closure) -> str:
    """SHA-256 in hex of all that is told when a meeting is closed."""
    return digest(msgspec.to_builtins(closure))


def digest_of_answer(answer: Answer) -> str:
    """SHA-256 in hex of the state and the texts."""
    return digest([answer.state, dict(answer.texts)])


def digest_of_result(result: NewResult) -> str:
    """SHA-256 in hex of the titles and the descriptions."""
    return digest([dict(result.titles), dict(result.descriptions)])


def digest(value: object) -> str:
    """SHA-256 in hex of the canonical JSON of a value."""
    return sha256(canonical.encode(value)).hexdigest()
