# SPDX-License-Identifier: AGPL-3.0-or-later
"""A tie in words: who was equal, what decided, and who would have won otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from ballots.counting.count import Count, Tie
from printouts.counting.wording import listed, title
from printouts.voice import Say


def told(tie: Tie, count: Count, say: Say, language: str) -> str:
    """What decided for whom, then each other pick with what it would have changed."""
    return " ".join([_decided(tie, count, say, language), *_otherwise(tie, count, say, language)])


def _decided(tie: Tie, count: Count, say: Say, language: str) -> str:
    facts = {
        "options": listed((title(each, count.contest) for each in tie.options), language),
        "what": say(f"tie.for.{tie.what}"),
        "by": say(f"tie.by.{tie.by}"),
        "picked": title(tie.picked, count.contest),
    }
    if tie.stage and count.budget is None:
        return say("countpaper.tie-at-stage", stage=tie.stage, **facts)
    return say("countpaper.tie", **facts)


def _otherwise(tie: Tie, count: Count, say: Say, language: str) -> Iterator[str]:
    winners = count.through
    for pick, others in tie.otherwise.items():
        gained = [each for each in others if each not in winners]
        lost = [each for each in winners if each not in others]
        case = "instead" if gained and lost else "also" if gained else "without"
        yield say(
            f"countpaper.otherwise.{case}",
            n=len(gained or lost),
            picked=title(pick, count.contest),
            gained=listed((title(each, count.contest) for each in gained), language),
            lost=listed((title(each, count.contest) for each in lost), language),
        )
