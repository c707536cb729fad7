# SPDX-License-Identifier: AGPL-3.0-or-later
"""The clock on the wall of a simulated room: it moves when something happens, not by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class EveningClock:
    """Starts at an ISO time to the minute, local and without zone."""

    def __init__(self, start: str) -> None:
        """The clock shows `start`."""
        self._now = datetime.fromisoformat(start)

    def __call__(self) -> str:
        """The time as HH:MM."""
        return self._now.strftime("%H:%M")

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)

    @property
    def timestamp(self) -> int:
        """Unix seconds of the time shown, taken as UTC: a tag for files, not a fact."""
        return int(self._now.replace(tzinfo=UTC).timestamp())
