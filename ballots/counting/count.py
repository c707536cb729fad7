# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a count comes to: winners, stages, ties, why each option won or lost. Options by their ids.

A rule fills what it has: rounds have stages with transfers, duels a matrix, grades a histogram,
projects a budget. Votes and money are exact; `decimals` is how many of them are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballots.counting.contest import Amount, Contest
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.profile import Cast
from ballots.counting.rule import Rule
from ballots.counting.sums.outcome import Verdict
from ballots.counting.trace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Equal options, and what decided between them.

    `otherwise` maps each other pick that would have led to other winners to these winners (or to
    others who go on to a second round); a tie that nobody's place hung on has none.
    """

    stage: int
    what: TieFor
    by: TieBy
    options: tuple[str, ...]
    picked: str
    otherwise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def mattered(self) -> bool:
        """Whether another pick would have had other winners."""
        return bool(self.otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Votes that moved from `source` to `target` ("" to nobody: no preference was left)."""

    source: str
    target: str
    votes: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: the votes as they stood, then what was decided on them.

    `votes` are of every option of the contest, excluded ones having 0. `elected` and `excluded`
    are decided at this stage; `moved` are the transfers that lead to the next one. `value` is the
    part of each vote that a surplus passes on.
    """

    votes: Mapping[str, Amount]
    elected: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    exhausted: Amount = 0  # votes that no option holds, by now
    needed: Amount | None = None  # quota or majority at this stage, where it is one
    moved: tuple[Transfer, ...] = ()
    source: tuple[str, ...] = ()  # whose votes move after this stage
    value: Amount | None = None
    told: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duels:
    """Every pair: `matrix[a][b]` ballots rank a above b, rows and columns as in the contest.

    `strength[a][b]` is the rule's own measure where it has one (Schulze: the strongest path).
    `order` is the outcome, equal options together; `left_out` failed the quorum or a majority
    before anything was compared. `others` are the winners by other rules, as information.
    """

    matrix: tuple[tuple[int, ...], ...]
    order: tuple[tuple[str, ...], ...]
    strength: tuple[tuple[int, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Histograms: `given[option][i]` ballots gave `scale[i]`; the scale goes from the worst up.

    `median` is of each option that has any grade; `order` is the outcome, equal options together,
    or the order of the contest where nothing is decided.
    """

    scale: tuple[int, ...]
    given: Mapping[str, tuple[int, ...]]
    median: Mapping[str, int]
    order: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A group of supporters with equal ballots paying for one project, each the same."""

    voters: int
    each: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One project on the budget sheet.

    `left` is the money left when it was its turn. `support`, for equal shares, is the cost up to
    which its supporters would have bought it as a share of its cost; of one that they did buy,
    what they had (1 and more). `spent_on` tells to which funded projects its supporters' money
    went, and `unspent` what they still had, together.
    """

    option: str
    votes: Amount
    cost: Amount
    funded: bool
    left: Amount
    support: Amount | None = None
    payments: tuple[Payment, ...] = ()
    spent_on: Mapping[str, Amount] = field(default_factory=dict)
    unspent: Amount = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget and its projects, in the order in which the rule came to them."""

    budget: Amount
    spent: Amount
    lines: tuple[Line, ...]
    endowment: Amount | None = None  # of one voter, for equal shares
    raised: int = 0  # by how many increments


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an option won or lost, and what would have changed it."""

    option: str
    won: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The result with its full trace.

    `winners` are in the order in which they were elected, chosen or funded; `second_round` are
    those who go on to another vote, where there are no winners yet. `told` is what concerns the
    whole count, in order; `reasons` has every option once, in the order of the contest.
    """

    rule: Rule
    contest: Contest
    cast: Cast
    winners: tuple[str, ...]
    stages: tuple[Stage, ...]
    second_round: tuple[str, ...] = ()
    verdict: Verdict = Verdict.CHOSEN
    quota: Amount | None = None
    decimals: int = 0
    ties: tuple[Tie, ...] = ()
    told: tuple[Step, ...] = ()
    reasons: tuple[Reason, ...] = ()
    duels: Duels | None = None
    grades: Grades | None = None
    budget: Budget | None = None

    @property
    def through(self) -> tuple[str, ...]:
        """Who wins or else goes on: what may hang on a tie."""
        return self.winners or self.second_round
