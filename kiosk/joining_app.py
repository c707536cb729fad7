# SPDX-License-Identifier: AGPL-3.0-or-later
"""The touch applications that join a kiosk to an assembly and that unlock one."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor

from kiosk.i18n import voice
from kiosk.joining import State, step
from kiosk.joining.events import ServiceWish
from kiosk.panel_app import PanelApp, Play, Service
from kiosk.screens.face import Face
from kiosk.screens.joining import screen_of
from kiosk.speech import Speaker


class JoiningApp(PanelApp[State, ServiceWish]):
    """From `first` to `Over`, in one window."""

    def __init__(
        self,
        service: Service[ServiceWish],
        face: Face,
        first: State,
        *,
        speaker: Speaker | None = None,
        clock: Callable[[], float] = time.monotonic,
        worker: Executor | None = None,
    ) -> None:
        """Open the window; refused as `PanelApp` is."""
        speaks = speaker is not None
        play: Play[State, ServiceWish] = Play(
            first=first,
            step=step,
            screen_of=lambda state: screen_of(state, voice, face.title, speaks=speaks),
        )
        super().__init__(service, face, play, speaker=speaker, clock=clock, worker=worker)
