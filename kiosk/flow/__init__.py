# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth's flow, pure: `step(state, event)` gives the next state and what to carry out."""

from __future__ import annotations

from kiosk.flow.table import seconds_left, step, warned
from kiosk.views import opening_state

__all__ = ["opening_state", "seconds_left", "step", "warned"]
