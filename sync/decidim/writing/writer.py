# SPDX-License-Identifier: AGPL-3.0-or-later
"""One write: look, decide, tell; and look again where it is not known what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.outcomes import Already, NotTaken, Outcome, Send, Written
from sync.decidim.writing.replies import (
    DENIED,
    REFUSED,
    Answer,
    Changed,
    Looked,
    Page,
    read,
    said,
)
from sync.decidim.writing.route import Route, Step
from sync.decidim.writing.routes import ROUTES
from sync.decidim.writing.session import SETTLED, Session

TRIES: Final = 5
_BEYOND: Final = "exceeds max"  # how graphql-ruby words its limits, without a code
_PAGES: Final = 1000  # of a list; fifty thousand things are no longer one


class Writer:
    """Writes through a session. It remembers nothing: a step may be given again at any time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(self, step: Step) -> Outcome:
        """What came of it.

        Raises:
            DecidimRefused: what concerns more than this step, or `write-unclear`.
        """
        return _Writing(self._session, step).run()


class _Refused(Exception):
    """The platform does not take the step."""

    def __init__(self, outcome: NotTaken) -> None:
        super().__init__()
        self.outcome = outcome


class _Writing:
    def __init__(self, session: Session, step: Step) -> None:
        self._session = session
        self._step = step
        self._route: Route = ROUTES[type(step)]
        self._told = False  # that it may have been written by us

    def run(self) -> Outcome:
        denied = False
        for _ in range(TRIES):
            try:
                decision = self._step.decide(self._found())
                if not isinstance(decision, Send):
                    if self._told and isinstance(decision, Already):
                        return Written(decision.id)
                    return decision
                came = self._tell(decision)
            except _Refused as refused:
                return refused.outcome
            if came == DENIED and denied:
                return NotTaken(DecidimRefused(self._route.denied, id=self._step.id))
            denied = came == DENIED  # once more, as the token may have ended after we looked
            if isinstance(came, Written):
                return came
            if isinstance(came, float):
                self._session.sleep(came)
        raise DecidimRefused(
            DecidimProblem.WRITE_UNCLEAR, host=self._session.host, id=self._step.id, tries=TRIES
        )

    # --- look -----------------------------------------------------------------------------------

    def _found(self) -> list[Any]:
        nodes: list[Any] = []
        after: str | None = None
        for _ in range(_PAGES):
            found = self._look(after)
            if not isinstance(found, Page):
                return [found] if found else []
            nodes += [node for node in found.nodes if node]
            if not found.pageInfo.hasNextPage:
                return nodes
            if found.pageInfo.endCursor in (None, after):
                break
            after = found.pageInfo.endCursor
        raise self._no_decidim()

    def _look(self, after: str | None) -> Any:  # noqa: ANN401 - of the route's type
        answer = self._asked(after)
        if not answer.session:
            self._session.renew()
            answer = self._asked(after)
            if not answer.session:
                raise DecidimRefused(DecidimProblem.TOKEN_ENDED, host=self._session.host)
        if answer.component is None:
            raise self._refused(DecidimProblem.GONE)
        return answer.component.found

    def _asked(self, after: str | None) -> Looked[Any]:
        variables: dict[str, object] = {"component": self._step.component, **self._step.sought()}
        if "$after" in self._route.look:
            variables["after"] = after
        data = self._session.ask(self._route.look, variables)
        answer = read(data, Answer[Looked[self._route.found]])  # type: ignore[name-defined]
        if answer is None or answer.empty:
            raise self._no_decidim()
        if answer.errors:
            raise self._taken_ill(answer)
        if not isinstance(answer.data, Looked):
            raise self._no_decidim()
        return answer.data

    # --- tell -----------------------------------------------------------------------------------

    def _tell(self, decision: Send) -> Written | float | str:
        """What was written, seconds to wait before one looks, or that it was denied."""
        reply = self._session.tell(decision.mutation, decision.variables)
        if isinstance(reply, float):
            self._told = self._told or reply >= SETTLED
            return reply
        answer = read(reply, Answer[Changed])
        if answer and answer.errors:
            code, _ = said(answer.errors)
            if code == DENIED:
                return DENIED
            raise self._taken_ill(answer)
        told = answer.data.told if answer and isinstance(answer.data, Changed) else None
        if told is None:  # it may be there nevertheless
            self._told = True
            return SETTLED
        return Written(told.id, shown=told.state is not None)

    # --- refusals -------------------------------------------------------------------------------

    def _taken_ill(self, answer: Answer[Any]) -> _Refused:
        code, message = said(answer.errors)
        message = self._session.without_secrets(message)
        problem = DecidimProblem.LIMITED if _BEYOND in message else REFUSED.get(code)
        if problem is DecidimProblem.FIELDS_REFUSED and not message:
            problem = DecidimProblem.FIELDS_UNSAID
        if problem is None and answer.data is msgspec.UNSET:  # not valid in this version
            since = DecidimRefused(
                DecidimProblem.VERSION_LACKS, id=self._step.id, since=self._route.since
            )
            return _Refused(NotTaken(since, lacking=True))
        details: Mapping[DecidimProblem, dict[str, str]] = {
            DecidimProblem.FIELDS_REFUSED: {"detail": message},
            DecidimProblem.LIMITED: {"detail": message},
            DecidimProblem.FAULT: {"detail": message},
        }
        problem = problem or DecidimProblem.FAULT
        return self._refused(problem, **details.get(problem, {}))

    def _refused(self, problem: DecidimProblem, **facts: str) -> _Refused:
        return _Refused(NotTaken(DecidimRefused(problem, id=self._step.id, **facts)))

    def _no_decidim(self) -> DecidimRefused:
        return DecidimRefused(DecidimProblem.NOT_DECIDIM, host=self._session.host)
