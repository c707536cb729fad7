# SPDX-License-Identifier: AGPL-3.0-or-later
"""The organiser's account on a platform: key and secret, or herself through her browser."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

from kiosk.commands.trustee_table import typed_unseen
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.keys import chance
from sync.decidim.writing.consent import ConsentDoor
from sync.decidim.writing.credentials import ApiKey, read_api_key


def api_key(file: str | None, said: Voice) -> ApiKey:
    """Key and secret: two lines of `file`, of the input for `-`, or typed unseen without one.

    Raises:
        KioskRefused: `key-open`, `no-file`, `no-terminal`.
        DecidimRefused: `key-file`.
    """
    if file is None:
        asked = (said.say("decidim.account.key"), said.say("decidim.account.secret"))
        return read_api_key("\n".join(typed_unseen(each) for each in asked))
    if file == "-":
        return read_api_key("".join(sys.stdin.readline() for _ in range(2)))
    try:
        path = Path(file)
        if path.stat().st_mode & 0o077:
            raise KioskRefused(KioskProblem.KEY_OPEN, path=file)
        return read_api_key(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KioskRefused(KioskProblem.NO_FILE, path=file) from error


def consent(
    client: str, said: Voice, browse: Callable[[str], object] = webbrowser.open
) -> ConsentDoor:
    """The door through her browser; its page is told too, for where none opens by itself."""

    def show(page: str) -> None:
        print(said.say("decidim.account.open", page=page), file=sys.stderr, flush=True)
        browse(page)

    return ConsentDoor(client, random=chance, show=show, told=said.say("decidim.account.back"))
