# SPDX-License-Identifier: AGPL-3.0-or-later
"""The voice that is handed in: paper knows codes, the shell knows words; whose numbers it uses."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[..., str]
"""`say(code, **facts)`: the sentence of a code in one language, its facts filled in."""


def locale(language: str) -> str:
    """Whose numbers and dates a language uses: English ones as in Europe, day before month."""
    return "en_GB" if language == "en" else language
