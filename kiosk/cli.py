# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna`, the one entry point: exits 0 when done, 1 on a refusal, 2 on wrong usage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from ballots.errors import FileRefusal, Refusal
from kiosk.commands import assembly, demo, devices, run, sync, verify, verify_challenge
from kiosk.i18n import FALLBACK, LANGUAGES, Voice, voice

COMMANDS = (demo, assembly, run, sync, devices, verify, verify_challenge)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it refuses is said on stderr: what, why, and what to do."""
    said = voice(terminal_language(os.environ))
    parser = argparse.ArgumentParser(
        prog="urna",
        description="Offline-first toolkit for neighbourhood assemblies.",
        epilog="Messages speak Catalan, Spanish or English: URNA_LANGUAGE, else the locale.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
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
        print(f"{refusal.file}:{problem.line}:{problem.column}: {sentence}", file=sys.stderr)
    print(f"urna: {said.refusal(refusal)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
