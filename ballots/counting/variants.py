# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the variant mattered: the same ballots by the settings that others use.

Information only: the rule was fixed before the vote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ballots.counting import rule as rules
from ballots.counting.count import Count
from ballots.counting.counts import count_batch
from ballots.counting.errors import CountingRefused
from ballots.counting.profile import Batch
from ballots.counting.rule import Rule
from ballots.counting.settle import Order

# Settings whose other values are tried.
_SETTINGS: Final[Mapping[type[Rule], tuple[str, ...]]] = {
    rules.Schulze: ("by",),
    rules.Minimax: ("by",),
    rules.RankedPairs: ("by",),
    rules.Borda: ("unranked",),
    rules.Score: ("no_opinion_counts_as",),
    rules.MajorityJudgment: ("no_opinion_counts_as",),
    rules.Mes: ("stop", "utility"),
}

# Another rule for the same question.
_RULES: Final[Mapping[type[Rule], Callable[[Any], Rule]]] = {
    rules.Irv: lambda rule: rules.Schulze(ties=rule.ties),
    rules.StvScottish: lambda rule: rules.StvMeek(seats=rule.seats, ties=rule.ties),
    rules.StvMeek: lambda rule: rules.StvScottish(seats=rule.seats, ties=rule.ties),
    rules.Mes: lambda rule: rules.Greedy(
        **{name: getattr(rule, name) for name in rules.Budgeted.__struct_fields__}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What another variant comes to: who wins there and not here, and the other way round.

    `setting` and `value` name it, `rule` and a name where it is another rule; said as
    `variant.<setting>.<value>`. `open` tells that a tie leaves its winners open.
    """

    setting: str
    value: str
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    open: bool = False

    @property
    def mattered(self) -> bool:
        """Whether others would have won."""
        return bool(self.added or self.dropped)


def variants(count: Count, batch: Batch, order: Order | None = None) -> tuple[Variant, ...]:
    """The count compared with each variant of its rule."""
    return tuple(
        _compared(count, setting, value, rule, batch, order)
        for setting, value, rule in _others(count.rule)
    )


def _others(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    for setting in _SETTINGS.get(type(rule), ()):
        used = getattr(rule, setting)
        for value in type(used):
            if value is not used and value != "points":
                other = msgspec.structs.replace(rule, **{setting: value})
                yield setting.replace("_", "-"), str(value), other
    if type(rule) in _RULES:
        other = _RULES[type(rule)](rule)
        yield "rule", other.name, other


def _compared(
    count: Count, setting: str, value: str, rule: Rule, batch: Batch, order: Order | None
) -> Variant:
    try:
        winners = count_batch(rule, batch, order).winners
    except CountingRefused:
        return Variant(setting=setting, value=value, open=True)
    return Variant(
        setting=setting,
        value=value,
        added=tuple(each for each in winners if each not in count.winners),
        dropped=tuple(each for each in count.winners if each not in winners),
    )
