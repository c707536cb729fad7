# SPDX-License-Identifier: AGPL-3.0-or-later
"""A variant of the rule in words: whether others would have won by it."""

from __future__ import annotations

from ballots.counting.count import Count
from ballots.counting.variants import Variant
from printouts.counting.wording import listed, title
from printouts.voice import Say


def told(variant: Variant, count: Count, say: Say, language: str) -> str:
    """What is varied, and who comes in and goes out."""
    clause = say(f"variant.{variant.setting}.{variant.value}")
    if variant.open:
        return f"{clause} {say('variant.open')}"
    if not variant.mattered:
        return f"{clause} {say('variant.same')}"
    added, dropped = (
        listed((title(each, count.contest) for each in ids), language) or "–"
        for ids in (variant.added, variant.dropped)
    )
    return f"{clause} {say('variant.other', added=added, dropped=dropped)}"
