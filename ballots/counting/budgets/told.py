# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a step of a budget tells, with its facts.

`cost`, `price`, `budget`, `left`, `paid`, `unspent` and `cut` are money, whole or with cents: what
somebody has or pays is rounded down, a `cut` up. Other facts are whole numbers or ids of projects.
"""

from __future__ import annotations

from enum import StrEnum


class BudgetTold(StrEnum):
    """A step of the explanation, about the whole budget or one project."""

    SPENT = "budget.spent"  # n projects funded, paid, budget, left
    RESERVE = "budget.reserve"  # n projects funded, paid, budget, cut: what the reserve adds
    NEEDED = "budget.needed"  # n votes without which no project is funded
    # Most votes first
    FUNDED = "budget.funded"  # option, n votes, cost, left afterwards
    TOPPED_UP = "budget.topped-up"  # option, n votes, cost, left, cut: what the reserve adds
    NO_ROOM = "budget.no-room"  # option, cost, left, cut without which it would have fitted
    STOPPED = "budget.stopped"  # option; other: the first that did not fit
    MORE_VOTES = "budget.more-votes"  # option, n more votes would have done; other: it would beat
    # Out, whatever the money
    TOO_FEW = "budget.too-few"  # option, votes, n votes short
    BARRED = "budget.barred"  # option, votes, cost, n votes short for what it costs
    WITHDRAWN = "budget.withdrawn"  # option
    EXCLUDED = "budget.excluded"  # option; winner: of the same exclusive group
    # Equal shares
    SHARES = "budget.shares"  # n voters, budget, price: what each starts with
    RAISED = "budget.raised"  # n times, price: what each has in the end
    OVERSPENT = "budget.overspent"  # price: with so much each, paid: spent of budget
    EXHAUSTED = "budget.exhausted"  # what is left is enough for no project
    COMPLETE = "budget.complete"  # everything that has supporters is funded
    PAID = "budget.paid"  # option, n supporters pay price each, cost
    PAID_BY_POINTS = "budget.paid-by-points"  # option, n supporters pay price for a point, cost
    PAID_LESS = "budget.paid-less"  # option, n supporters have less, and pay all they have: paid
    FREE = "budget.free"  # option, n votes: costs nothing
    FILLED = "budget.filled"  # option, n votes, cost, left afterwards: out of what was left over
    UNPAID = "budget.unpaid"  # option, n supporters, cost, unspent, cut that would have done
    SPENT_ON = "budget.spent-on"  # option, winner, paid: by supporters of option for winner
    # Equal shares against most votes first: n voters, and `against` so many
    KEPT = "budget.kept"  # for whom what they marked gets more money by equal shares
    REPLACED = "budget.replaced"  # by most votes first
    KEPT_SERVING = "budget.kept-serving"  # who get something that they marked by equal shares
    REPLACED_SERVING = "budget.replaced-serving"  # by most votes first
