# SPDX-License-Identifier: AGPL-3.0-or-later
"""An evening on kiosks whose seal leaves one booth out, because nobody had heard of it."""

from __future__ import annotations

from ballots.election.slip import Slip
from kiosk.finishing import finish
from tests.evenings import MESA, ONE, TAULA, TWO, Evening

HEARD = (MESA, TAULA, ONE)


def seal_without_booth_two(evening: Evening, slip: Slip | None = None) -> None:
    """Seal the paper as all but the second booth know it, which nobody has heard of yet.

    With a `slip`, somebody has voted there. Nothing is cosigned yet.
    """
    evening.leader.open_assembly(len(evening.slips))
    evening.leader.open_poll(evening.paper)
    evening.carry(*HEARD)
    if slip is not None:
        evening[TWO].replica.merge(list(evening[MESA].replica.everything()))
        evening.cast(TWO, slip)
    evening.leader.close_poll(evening.uuid)
    evening.carry(*HEARD)
    for name in HEARD:
        finish(evening[name])
    evening.carry(*HEARD)
    evening.leader.seal_poll(evening.uuid)
    evening.carry(*HEARD)


def hear_of_booth_two(evening: Evening) -> None:
    """From here on everyone knows everything."""
    evening.carry()
    sealed = evening.state(ONE).seal
    assert sealed is not None
    assert sealed.omitted == {evening[TWO].key.public.hex()}
