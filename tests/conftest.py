# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for all tests: how hard properties are searched, and the one window.

`HYPOTHESIS_PROFILE` chooses quick (the default), ci or nightly. Kivy reads its environment when
it is imported, so it is set here, before any test is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from tempfile import mkdtemp
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from kiosk.appearance import Panel
from kiosk.screens.window import ENVIRONMENT, prepare

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile(
    "nightly", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

os.environ.update(ENVIRONMENT)
os.environ["SDL_VIDEODRIVER"] = "offscreen"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["KIVY_HOME"] = mkdtemp(prefix="urna-kivy-")
os.environ.pop("DISPLAY", None)


@pytest.fixture(scope="session")
def offscreen() -> Callable[[str], ModuleType]:
    """Imports modules that need Kivy, configured for the one window, which nobody sees."""
    prepare(Panel(), mouse=False, fullscreen=False, frames=0)
    import_module("kivy.clock")  # reads once how fast frames may be
    return import_module
