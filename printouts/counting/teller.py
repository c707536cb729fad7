# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who tells a count on paper: names, votes and money as they are written; what they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ballots.counting.contest import Amount
from ballots.counting.count import Count
from ballots.counting.trace import Step
from printouts.counting import wording
from printouts.identifiers import require_digest
from printouts.scribe import Scribe

LONGEST = 260  # letters of a name that are printed in tables: a row must fit a page
_CURRENCY = 12  # letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What fixes a count: SHA-256 of ballots and rule in hex, and the dice as they were rolled.

    Raises:
        PaperRefused: `digest`, naming `ballots` or `rule`.
    """

    ballots: str
    rule: str
    dice: str = ""

    def __post_init__(self) -> None:
        require_digest(self.ballots, "ballots")
        require_digest(self.rule, "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """A count, the voice and styles that it is told in, and what it rests on."""

    count: Count
    scribe: Scribe
    basis: Basis

    def say(self, code: str, /, **facts: str | int) -> str:
        """The sentence of a code."""
        return self.scribe.say(code, **facts)

    def name(self, option: str, longest: int = LONGEST) -> str:
        """The name of an option, cut where it has more letters than `longest`."""
        name = wording.title(option, self.count.contest)
        return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"

    @property
    def withdrawn(self) -> frozenset[str]:
        """The options that could not be chosen."""
        return frozenset(each.id for each in self.count.contest.options if each.withdrawn)

    def names(self, options: Iterable[str]) -> str:
        """Names one after the other."""
        return wording.listed([self.name(each) for each in options], self.scribe.language)

    def votes(self, value: Amount) -> str:
        """Votes with the decimals of the rule."""
        return wording.votes(value, self.count.decimals, self.scribe.language)

    def sum(self, value: Amount) -> str:
        """A quota, or votes or points of a project: whole where it is."""
        return self.whole(value) if value == int(value) else self.votes(value)

    def change(self, value: Amount) -> str:
        """Votes that came or went; nothing where there are none."""
        if not value:
            return ""
        return wording.change(value, self.count.decimals, self.scribe.language)

    def whole(self, value: Amount) -> str:
        """A number of ballots, voters or seats."""
        return wording.votes(value, 0, self.scribe.language)

    def money(self, value: Amount) -> str:
        """An amount in the currency of the contest."""
        currency = " ".join(self.count.contest.currency.split())[:_CURRENCY]
        return wording.money(value, currency, self.scribe.language)

    def percent(self, value: Amount) -> str:
        """Whole per cent."""
        return wording.percent(value, 0, self.scribe.language)

    def reached(self, value: Amount) -> str:
        """How far a share of what was needed got."""
        return wording.reached(value, self.scribe.language)

    def sentence(self, step: Step) -> str:
        """A step in words."""
        return wording.sentence(step, self.count.contest, self.scribe.say, self.scribe.language)
