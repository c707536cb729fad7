# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna`, the one entry point: exits 0 when done, 1 on a refusal, 2 on wrong usage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from ballots.errors import FileRefusal, Refusal
from kiosk.i18n import FALLBACK, LANGUAGES, Voice, voice

# A command is imported when it is asked for: counting ballots needs no drivers and no printers.
COMMANDS: Final = {
    name: f"kiosk.commands.{name.replace('-', '_')}"
    for name in (
        "demo",
        "assembly",
        "run",
        "sync",
        "decidim",
        "keys",
        "devices",
        "count",
        "rules",
        "verify",
        "verify-challenge",
    )
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it refuses is said on stderr: what, why, and what to do."""
    arguments = sys.argv[1:] if arguments is None else arguments
    said = voice(terminal_language(os.environ))
    parser = argparse.ArgumentParser(
        prog="urna",
        description="Offline-first toolkit for neighbourhood assemblies.",
        epilog="Messages speak Catalan, Spanish or English: URNA_LANGUAGE, else the locale.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = [name for name in arguments[:1] if name in COMMANDS]
    for name in asked or COMMANDS:
        import_module(COMMANDS[name]).add(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.do(chosen, said))
    except FileRefusal as refusal:
        _list_problems(refusal, said)
    except Refusal as refusal:
        print(f"urna: {said.refusal(refusal)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except BrokenPipeError:  # whoever read it has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def terminal_language(environment: Mapping[str, str]) -> str:
    """The language to speak on this terminal."""
    for name in ("URNA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        language = environment.get(name, "")[:2]
        if language in LANGUAGES:
            return language
    return FALLBACK


def _list_problems(refusal: FileRefusal, said: Voice) -> None:
    for problem, key in zip(refusal.problems, refusal.keys(), strict=True):
        sentence = said.say(key, **problem.facts)
        place = f"{problem.file or refusal.file}:{problem.line}:{problem.column}"
        print(f"{place}: {sentence}", file=sys.stderr)
    print(f"urna: {said.refusal(refusal)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
