# SPDX-License-Identifier: AGPL-3.0-or-later
"""Yes or no: adopted or rejected, with a majority or by the larger side."""

from __future__ import annotations

from ballots.counting.sums.outcome import Decision, Fate, MajorityUsed, Standing, Verdict
from ballots.counting.trace import Told, step


def weigh(*, yes: int, no: int, majority: MajorityUsed | None) -> Decision:
    """Adopted when `yes` has the majority that is asked for, or else more votes than `no`.

    Under a majority equal sides are rejected, because the rule says so; without one they are a
    tie that stays open.
    """
    equal = (step(Told.EQUAL, n=yes),) if yes == no else ()
    told = (step(Told.SIDES, yes=yes, no=no), *equal)
    if majority is None and yes == no:
        return Decision(
            verdict=Verdict.UNDECIDED,
            standings=_standings(yes, no, Fate.TIED, 1),
            tied=("yes", "no"),
            margin=0,
            trace=told,
        )
    if yes >= (no + 1 if majority is None else majority.needed):
        return Decision(
            verdict=Verdict.ADOPTED,
            standings=_standings(yes, no, Fate.CHOSEN, 0),
            chosen=("yes",),
            margin=(yes - no + 1) // 2 if majority is None else yes - majority.needed + 1,
            trace=(*told, step(Told.ADOPTED, n=yes)),
        )
    short = no + 1 - yes if majority is None else majority.needed - yes
    return Decision(
        verdict=Verdict.REJECTED,
        standings=_standings(yes, no, Fate.BELOW if majority else Fate.OUTVOTED, short),
        margin=(no - yes + 1) // 2 if majority is None else short,
        trace=(*told, step(Told.REJECTED, n=short)),
    )


def _standings(yes: int, no: int, fate: Fate, short: int) -> tuple[Standing, ...]:
    against = Fate.TIED if fate is Fate.TIED else Fate.AGAINST
    return (
        Standing(option="yes", votes=yes, fate=fate, short=short),
        Standing(option="no", votes=no, fate=against, short=short if against is fate else 0),
    )
