# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public copy of minutes leaves out: the names of all but those who must sign.

Law and practice: GDPR 6.1.c covers names where the law demands them, in the book of minutes; a
notice board is not that book (AEPD fined a community for a surname on one).
"""

from __future__ import annotations

import re
import unicodedata

from printouts.proceedings import Minutes


def names_of(minutes: Minutes) -> frozenset[str]:
    """Every name that the facts give as one, but those of chair and secretary."""
    people = {each.name for each in minutes.attendance.names}
    people |= {each.represented_by for each in minutes.attendance.names}
    people |= {word.speaker for matter in minutes.matters for word in matter.interventions}
    signing = {minutes.assembly.chair, minutes.assembly.secretary}
    return frozenset(name.strip() for name in people - signing) - {""}


def withhold(words: str, names: frozenset[str], instead: str) -> str:
    """`words` with each of `names`, whatever its case, replaced by `instead`.

    Only whole names are found: half a name, or a nickname, in a free text is for whoever
    writes the summary to leave out.
    """
    if not names:
        return words
    longest_first = sorted(map(_composed, names), key=lambda name: (-len(name), name))
    any_name = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    whole = re.compile(rf"(?<!\w)(?:{any_name})(?!\w)", re.IGNORECASE)
    return whole.sub(lambda _: instead, _composed(words))


def _composed(words: str) -> str:
    """Letters with their accents as one sign, however they were typed."""
    return unicodedata.normalize("NFC", words)
