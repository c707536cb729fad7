# SPDX-License-Identifier: AGPL-3.0-or-later
"""Equal options in a count in rounds: look back on earlier stages, then ask the draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ballots.counting.draw import Draw, TieBy, TieFor


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Who was picked, of which equal ones. `by` is None where the pick makes no difference.

    `left` are those that earlier stages could not tell apart, and `earlier` is the last stage
    that told some apart, 0 if none did.
    """

    option: int
    tied: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    by: TieBy | None = None
    earlier: int = 0


@dataclass(slots=True)
class Ties:
    """Decides ties by the votes at earlier `stages` (number → votes by option), then by `draw`."""

    draw: Draw
    stages: dict[int, Sequence[int]] = field(default_factory=dict)

    def pick(self, tied: Sequence[int], what: TieFor, stage: int) -> Picked:
        """The one to exclude (the fewest votes earlier on) or to go first (the most)."""
        if len(tied) == 1:
            return Picked(option=tied[0])
        left, earlier = self._look_back(tied, what)
        if len(left) == 1:
            own = TieBy.EARLIER_STAGE, lambda _: left
            option = self.draw.pick(tied, what, stage=stage, own=own)
        else:  # a lot is between those that are still equal, and so are the other ways to break it
            option = self.draw.pick(left, what, stage=stage)
        by = self.draw.taken[-1].by
        return Picked(option=option, tied=tuple(tied), left=tuple(left), by=by, earlier=earlier)

    def _look_back(self, tied: Sequence[int], what: TieFor) -> tuple[Sequence[int], int]:
        best = min if what is TieFor.EXCLUSION else max
        left, earlier = tied, 0
        for stage, votes in reversed(self.stages.items()):
            at = best(votes[option] for option in left)
            apart = [option for option in left if votes[option] == at]
            if len(apart) < len(left):
                left, earlier = apart, stage
        return left, earlier


def lowest(votes: Mapping[int, int]) -> tuple[int, ...]:
    """The options with the fewest votes, in the order of the contest."""
    fewest = min(votes.values())
    return tuple(sorted(option for option in votes if votes[option] == fewest))


def hopeless(votes: Mapping[int, int]) -> tuple[int, ...]:
    """The most options that, with all their votes together, stay below each of the others.

    Whichever of them goes first, all go before any other does. Equal options are all among them
    or none is.
    """
    ascending = sorted(votes, key=lambda option: (votes[option], option))
    together = reach = 0
    for place, option in enumerate(ascending):
        if together < votes[option]:
            reach = place
        together += votes[option]
    return tuple(ascending[:reach])


def idle(tied: Sequence[int], votes: Mapping[int, int], seats: int) -> bool:
    """Whether tied options have no votes at all and others, of `votes`, are enough for `seats`.

    Whichever of them goes first, nothing moves until all have gone.
    """
    return (
        len(tied) > 1
        and not any(votes[option] for option in tied)
        and len(votes) - len(tied) >= seats
    )
