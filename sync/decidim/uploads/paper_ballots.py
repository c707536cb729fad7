# SPDX-License-Identifier: AGPL-3.0-or-later
"""Votes on paper for the projects of a budget: the file of the module "budgets paper ballots".

What is uploaded is added to what is there, every time. So the numbers are differences from what
was handed over before, negative where a count was corrected, and zero is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync.decidim.uploads import sheet
from sync.decidim.uploads.errors import ExportProblem, ExportRefused
from sync.decidim.uploads.ids import in_order, require_once

MOST: Final = 2**31 - 1  # what an integer column of the platform holds


def paper_ballots_csv(differences: Mapping[str, int], separator: str = ";") -> bytes:
    """The file for differences by project id.

    Raises:
        ExportRefused: `empty` where nothing changed; `id`, `too-large`, `separator`.
    """
    require_once(differences)
    for id_, number in differences.items():
        if abs(number) > MOST:
            raise ExportRefused(ExportProblem.TOO_LARGE, id=id_)
    changed = in_order(id_ for id_, number in differences.items() if number)
    rows = [{"id": id_, "paper_ballots_to_import": str(differences[id_])} for id_ in changed]
    return sheet.csv(rows, separator)
