# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of ballots, read and written; see README.md."""

from ballots.counting.formats.abif_written import write_abif
from ballots.counting.formats.ballot_file import BallotFile, FileKind, Noted
from ballots.counting.formats.blt_written import write_blt
from ballots.counting.formats.errors import BallotFileProblem, BallotFileRefused
from ballots.counting.formats.pabulib_written import write_pabulib
from ballots.counting.formats.reading import kind_of, read
from ballots.counting.formats.results import results

__all__ = [
    "BallotFile",
    "BallotFileProblem",
    "BallotFileRefused",
    "FileKind",
    "Noted",
    "kind_of",
    "read",
    "results",
    "write_abif",
    "write_blt",
    "write_pabulib",
]
