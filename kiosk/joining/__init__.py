# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people see who make a new kiosk a device, or unlock one: a pure table, see README.md."""

from kiosk.joining.table import step
from kiosk.joining.views import State, joining_state, unlocking_state

__all__ = ["State", "joining_state", "step", "unlocking_state"]
