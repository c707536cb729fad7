# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules, with every setting on which a real result has turned.

A rule is one frozen value, valid by construction; `rule_document` writes and reads it. `RULES`
lists all, RULES.md describes each. Settings are written in kebab case.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final

import msgspec

from ballots.assembly import MajorityBase
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.settings import (
    By,
    Comparison,
    Completion,
    NoOpinion,
    QuorumOf,
    Stop,
    Ties,
    Unranked,
    Utility,
)

Natural = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
MOST_GRADES: Final = 1000


class Rule(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="rule",
    rename="kebab",
    forbid_unknown_fields=True,
):
    """What every rule has."""

    ties: Ties = Ties.LOT

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            share = getattr(self, name)
            if isinstance(share, Fraction) and not 0 <= share <= 1:
                setting = name.replace("_", "-")
                raise CountingRefused(CountingProblem.SETTING, setting=setting, value=str(share))

    @property
    def name(self) -> str:
        """What the rule is called in documents and on the command line."""
        return str(self.__struct_config__.tag)


class Seated(Rule, frozen=True, kw_only=True):
    """A rule that fills seats."""

    seats: Positive = 1


class Decided(Rule, frozen=True, kw_only=True):
    """A quorum and a majority beside the sums; a share of 0 is none."""

    quorum: Fraction = Fraction(0)
    quorum_of: QuorumOf = QuorumOf.CENSUS
    majority: Fraction = Fraction(0)
    majority_of: MajorityBase = MajorityBase.VALID
    majority_strict: bool = True  # more than the share; else the share suffices


class YesNo(Decided, frozen=True, kw_only=True, tag="yes-no"):
    """Adopted or rejected."""


class Plurality(Decided, frozen=True, kw_only=True, tag="plurality"):
    """One mark each; the most marked are chosen."""

    seats: Positive = 1
    second_round: bool = False  # without more than half, the two first go to a second round

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.second_round and self.seats != 1:
            raise CountingRefused(CountingProblem.SETTING, setting="seats", value=str(self.seats))


class Approval(Decided, frozen=True, kw_only=True, tag="approval"):
    """`min` to `max` marks each; the most marked are chosen. A max of 0 is no limit."""

    seats: Positive = 1
    min: Natural = 1
    max: Natural = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < self.max < self.min:
            raise CountingRefused(CountingProblem.SETTING, setting="max", value=str(self.max))


class Score(Seated, frozen=True, kw_only=True, tag="score"):
    """Points from `low` to `high` for each option; the highest sum is chosen."""

    low: int = 0
    high: int = 0  # 0: the highest that occurs
    no_opinion: int | None = None  # a value that stands for no opinion
    no_opinion_counts_as: NoOpinion = NoOpinion.WORST  # excluded: the mean decides

    def __post_init__(self) -> None:
        if self.high and self.high <= self.low:
            raise CountingRefused(CountingProblem.SETTING, setting="high", value=str(self.high))


class Cumulative(Seated, frozen=True, kw_only=True, tag="cumulative"):
    """`points` to share out among the options; 0 is no limit."""

    points: Natural = 0
    each: Natural = 0  # to one option at most; 0 is no limit


class MajorityJudgment(Seated, frozen=True, kw_only=True, tag="majority-judgment"):
    """The best median grade, ties by removing median grades one by one."""

    worst: int | None = None  # None: the lowest grade that occurs
    best: int | None = None
    no_opinion: int | None = None
    no_opinion_counts_as: NoOpinion = NoOpinion.WORST

    def __post_init__(self) -> None:
        if self.worst is None or self.best is None:
            return
        if not 0 < self.best - self.worst < MOST_GRADES:
            raise CountingRefused(CountingProblem.SETTING, setting="best", value=str(self.best))


class Consent(Rule, frozen=True, kw_only=True, tag="consent"):
    """A round: consent, reservations, objections; adopted where nobody objects."""

    objections: Natural = 0  # so many objections do not stop it


class Temperature(Rule, frozen=True, kw_only=True, tag="temperature"):
    """A pulse of the room from cold to warm: counts and the median, nothing is decided."""

    levels: Annotated[int, msgspec.Meta(ge=1, le=MOST_GRADES)] = 3


class Irv(Rule, frozen=True, kw_only=True, tag="irv"):
    """Instant run-off: the last is excluded until one has more than half of what continues."""

    batch: bool = False  # exclude all at once who cannot catch up even together


class StvScottish(Seated, frozen=True, kw_only=True, tag="stv-scottish"):
    """Scottish STV (SSI 2007/42, rules 45-52): weighted Gregory, 5 decimals, truncated."""


class StvMeek(Seated, frozen=True, kw_only=True, tag="stv-meek"):
    """Meek's STV with the reference rules of Hill, Wichmann and Woodall."""

    decimals: Annotated[int, msgspec.Meta(ge=1, le=15)] = 9
    omega: Annotated[int, msgspec.Meta(ge=1, le=14)] = 6  # surplus below 10^-omega ends a round


class Schulze(Seated, frozen=True, kw_only=True, tag="schulze"):
    """Beat paths. `default`, `quorum` and `majority` as in Debian's constitution A.5."""

    by: By = By.WINNING
    default: str = ""  # id of the option that stands for none of the others
    quorum: Fraction = Fraction(0)  # votes that an option needs against the default option
    majority: dict[str, Fraction] = {}  # id → N of N:1 against the default option

    def __post_init__(self) -> None:
        if (self.quorum or self.majority) and not self.default:
            raise CountingRefused(CountingProblem.SETTING, setting="default", value="")
        if self.quorum < 0 or any(ratio <= 0 for ratio in self.majority.values()):
            raise CountingRefused(CountingProblem.SETTING, setting="majority", value="")


class Copeland(Seated, frozen=True, kw_only=True, tag="copeland"):
    """Duels won, a draw being half of one."""


class Minimax(Seated, frozen=True, kw_only=True, tag="minimax"):
    """The mildest worst defeat."""

    by: By = By.WINNING


class RankedPairs(Seated, frozen=True, kw_only=True, tag="ranked-pairs"):
    """Duels locked from the strongest, unless they close a circle (Tideman)."""

    by: By = By.WINNING


class Borda(Seated, frozen=True, kw_only=True, tag="borda"):
    """A point for each option below."""

    unranked: Unranked = Unranked.SHARED


class Budgeted(Rule, frozen=True, kw_only=True):
    """Projects under a budget. `budget` of 0 is the contest's."""

    budget: Natural = 0
    threshold: Natural = 0  # votes (or points) below which a project is out
    threshold_share: Fraction = Fraction(0)  # the same as a share of the ballots
    exclusive: tuple[tuple[str, ...], ...] = ()  # of each group at most one
    first_place: Natural = 0  # points of a first place where ballots rank; 0: the longest ballot


class Greedy(Budgeted, frozen=True, kw_only=True, tag="greedy"):
    """Most votes first; what does not fit is skipped."""


class GreedyThreshold(Budgeted, frozen=True, kw_only=True, tag="greedy-threshold"):
    """The same, with a minimum of votes."""


class GreedyNoSkip(Budgeted, frozen=True, kw_only=True, tag="greedy-no-skip"):
    """Most votes first until one does not fit."""


class GreedyExclusive(Budgeted, frozen=True, kw_only=True, tag="greedy-exclusive"):
    """Most votes first, one of each exclusive group."""


class Poznan(Budgeted, frozen=True, kw_only=True, tag="poznan"):
    """As no-skip; the one that does not fit gets in if `share` of its cost is left."""

    share: Fraction = Fraction(4, 5)


class Knapsack(Budgeted, frozen=True, kw_only=True, tag="knapsack"):
    """Ballots within the budget; most marked first, what does not fit is skipped."""


class Mes(Budgeted, frozen=True, kw_only=True, tag="mes"):
    """Method of equal shares (Peters, Pierczyński, Skowron 2021)."""

    utility: Utility = Utility.COST
    completion: Completion = Completion.NONE
    increment: Positive = 1  # by which a voter's budget is raised
    stop: Stop = Stop.OVERSPENT
    comparison: Comparison = Comparison.NONE
    whole_start: bool = True  # a voter starts with a whole amount, rounded down
    bar: Natural = 0  # out below votes ÷ voters = cost ÷ (bar × budget); 0: no bar


RULES: Final[tuple[type[Rule], ...]] = (
    YesNo,
    Plurality,
    Approval,
    Score,
    Cumulative,
    MajorityJudgment,
    Consent,
    Temperature,
    Irv,
    StvScottish,
    StvMeek,
    Schulze,
    Copeland,
    Minimax,
    RankedPairs,
    Borda,
    Greedy,
    GreedyThreshold,
    GreedyNoSkip,
    GreedyExclusive,
    Poznan,
    Knapsack,
    Mes,
)
