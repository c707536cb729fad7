# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan carried out: through the API what it takes, into files what it does not.

The ledger is the journal. It gets the rows of a change once that is written and answered for, and
those of a file once the file is on disk; whatever interrupts, the next run does what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ballots.errors import Refusal
from kiosk.decidim.ledger_file import held_ledger, load_ledger, save_ledger
from kiosk.decidim.plan_folder import UPLOADS, PlanFolder
from sync.decidim.handing_over.ledger import Ledger
from sync.decidim.handing_over.plan import Change
from sync.decidim.handing_over.there import places
from sync.decidim.handing_over.wanted import files
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.outcomes import Already, Conflict, NotTaken, Outcome, Written
from sync.decidim.writing.route import Step
from sync.decidim.writing.steps import steps
from sync.durable import keep

Write = Callable[[Step], Outcome]


@dataclass(slots=True, kw_only=True)
class Applied:
    """What was done by one run.

    `told` are changes that went through the API, `not_taken` those that it refused and that went
    into files, `conflicts` those that nobody may hand over now; `uploads` are the files.
    """

    told: list[Change] = field(default_factory=list)
    not_taken: list[tuple[Change, Refusal]] = field(default_factory=list)
    conflicts: list[tuple[Change, Refusal]] = field(default_factory=list)
    uploads: list[Path] = field(default_factory=list)


def apply(
    folder: PlanFolder, ledger_path: Path, write: Write | None = None, separator: str = ";"
) -> Applied:
    """Do what is left of a plan; `separator` is the installation's between the cells of a CSV.

    Raises:
        DecidimRefused: `plan-stopped`, `plan-outdated`, `ledger-held`, `ledger-damaged`,
            `folder-unwritable`; through the API also what concerns the whole run. What was done
            before stands in the ledger.
    """
    if folder.plan.stops:
        raise DecidimRefused(DecidimProblem.PLAN_STOPPED, path=str(folder.path))
    with held_ledger(ledger_path):
        ledger = load_ledger(ledger_path)
        left = folder.plan.left(ledger)
        if left is None:
            raise DecidimRefused(
                DecidimProblem.PLAN_OUTDATED, path=str(folder.path), ledger=str(ledger_path)
            )
        try:
            return _Applying(folder, ledger_path, ledger, separator).run(left, write)
        except OSError as error:
            detail = error.strerror or str(error)
            raise DecidimRefused(
                DecidimProblem.FOLDER_UNWRITABLE, path=str(folder.path), detail=detail
            ) from error


class _Applying:
    def __init__(
        self, folder: PlanFolder, ledger_path: Path, ledger: Ledger, separator: str
    ) -> None:
        self._folder = folder
        self._path = ledger_path
        self._ledger = ledger
        self._separator = separator
        self._done = Applied()

    def run(self, left: tuple[Change, ...], write: Write | None) -> Applied:
        if write is not None:
            self._tell(left, write)
        settled = [*self._done.told, *(change for change, _ in self._done.conflicts)]
        rest = [change for change in left if change not in settled]
        self._put_into_files(rest)
        return self._done

    def _tell(self, left: tuple[Change, ...], write: Write) -> None:
        lacking = set()
        for change, step in steps(left, self._folder.texts, self._folder.pulled):
            if change.target in lacking:
                continue
            match write(step):
                case Written() | Already():
                    self._hand_over([change])
                    self._done.told.append(change)
                case Conflict(refusal=refusal):
                    self._done.conflicts.append((change, refusal))
                case NotTaken(refusal=refusal, lacking=all_of_them):
                    self._done.not_taken.append((change, refusal))
                    lacking |= {change.target} if all_of_them else set()

    def _put_into_files(self, rest: list[Change]) -> None:
        there = {each.external_id for each in self._folder.pulled.results}
        where = places(self._folder.pulled)
        made = files(self._ledger, rest, self._folder.texts, where, there, self._separator)
        (self._folder.path / UPLOADS).mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            keep(self._folder.path / UPLOADS / name, content)
            self._done.uploads.append(self._folder.path / UPLOADS / name)
        self._hand_over(rest)

    def _hand_over(self, changes: Iterable[Change]) -> None:
        rows = [row for change in changes for row in change.handed]
        if rows:
            self._ledger = self._ledger.with_rows(rows)
            save_ledger(self._path, self._ledger)
