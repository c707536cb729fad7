# SPDX-License-Identifier: AGPL-3.0-or-later
"""The organiser's account on a platform: key and secret, or herself through her browser."""

from __future__ import annotations

import argparse
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
from sync.decidim.writing.doors import KeyDoor
from sync.decidim.writing.session import Door


def account_options(act: argparse.ArgumentParser, *, required: bool) -> None:
    """The options by which she goes in."""
    account = act.add_mutually_exclusive_group(required=required)
    account.add_argument(
        "--api-key",
        nargs="?",
        const="",
        metavar="FILE",
        help="an account for machines: key and secret, two lines of FILE or of - (the input);"
        " without FILE they are typed",
    )
    account.add_argument("--client", metavar="ID", help="in your own name, through your browser")


def door_of(chosen: argparse.Namespace, said: Voice) -> Door | None:
    """The door that was chosen, if any; raises as `api_key`."""
    if chosen.api_key is not None:
        return KeyDoor(api_key(chosen.api_key or None, said))
    return consent(chosen.client, said) if chosen.client else None


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
