# SPDX-License-Identifier: AGPL-3.0-or-later
"""Results for accountability: the CSV file from which the component creates them.

There are no columns `id` (rows are created, never changed), `parent/id` (the importer takes the
last created row for the parent) and `proposal_urls` (it keeps the last digit of each address, so
that results are linked with other proposals). The platform does not enforce that an `external_id`
is there once: whoever writes the file has looked for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sync.decidim.uploads import sheet
from sync.decidim.uploads.errors import ExportProblem, ExportRefused
from sync.decidim.uploads.rich import Rich


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResult:
    """A result to be created; texts by locale, the organisation's default one first.

    `proposals` are those that it follows from: no file may say so, the API may.
    """

    external_id: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, Rich]
    proposals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.external_id:
            raise ExportRefused(ExportProblem.ID, id="")
        same = list(self.titles) == list(self.descriptions)
        if not same or not self.titles or not all(self.titles.values()):
            raise ExportRefused(ExportProblem.LOCALES, place=self.external_id)


def results_csv(
    results: Iterable[NewResult], there: Collection[str], separator: str = ";"
) -> bytes:
    """The file for results none of whose external ids is `there` already.

    Raises:
        ExportRefused: `twice` for an id that is there or comes again; as `sheet.csv`.
    """
    seen = set(there)
    by_id: dict[str, NewResult] = {}
    for result in results:
        if result.external_id in seen:
            raise ExportRefused(ExportProblem.TWICE, id=result.external_id)
        seen.add(result.external_id)
        by_id[result.external_id] = result
    return sheet.csv([_record(by_id[id_]) for id_ in sorted(by_id)], separator)


def _record(result: NewResult) -> sheet.Record:
    titles = {f"title/{locale}": title for locale, title in result.titles.items()}
    told = {f"description/{locale}": text for locale, text in result.descriptions.items()}
    return {**titles, **told, "external_id": result.external_id}
