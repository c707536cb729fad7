# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth put together: its flow and its sheets on a panel, and its service behind them."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Protocol

from kiosk.events import Event, ServiceWish
from kiosk.flow import opening_state, step
from kiosk.i18n import voice
from kiosk.panel_app import PanelApp, Play
from kiosk.screens.face import Face
from kiosk.screens.saying import Voices
from kiosk.screens.sheets import screen_of
from kiosk.speech import Speaker
from kiosk.views import State

__all__ = ["BoothApp", "BoothService", "Face"]


class BoothService(Protocol):
    """Carries out what the flow wishes; called from one thread."""

    def carry_out(self, wish: ServiceWish, /) -> Event | None:
        """What came of it. Refusals are events; an exception ends the booth."""
        ...


class BoothApp(PanelApp[State, ServiceWish]):
    """One booth in one window."""

    def __init__(
        self,
        service: BoothService,
        face: Face,
        *,
        voices: Voices = voice,
        speaker: Speaker | None = None,
        clock: Callable[[], float] = time.monotonic,
        worker: Executor | None = None,
    ) -> None:
        """Open the window and show the welcome. `clock` tells seconds.

        Raises:
            KioskRefused: `no-window` where none can be opened.
        """
        speaks = speaker is not None
        play: Play[State, ServiceWish] = Play(
            first=opening_state(face.languages),
            step=step,
            screen_of=lambda state: screen_of(state, voices, face.title, speaks=speaks),
        )
        super().__init__(service, face, play, speaker=speaker, clock=clock, worker=worker)
