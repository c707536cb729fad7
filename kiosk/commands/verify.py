# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify PATH`: every check by name; exits 1 at the first that fails."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ballots.checks import Check
from kiosk.arithmetic import best_power
from kiosk.commands.parsers import Commands
from kiosk.i18n import Voice
from kiosk.verifying import Verified, verify


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "verify",
        help="check an archive (.bel), a bundle (.urna) or a record (.db)",
        description="Checks everything that can be checked, without any secret.",
    )
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="print each check as data")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Check, and tell."""
    verified = verify(chosen.path, best_power())
    if chosen.json:
        print(json.dumps(as_facts(verified), ensure_ascii=False, indent=1))
    else:
        for check in verified.checks:
            print(_line(check, said))
        for oddity in verified.oddities:
            print(f"  · {said.say(oddity.key, **oddity.facts)}")
        for each in verified.challenged:
            marks = "; ".join(f"{q}: {', '.join(ids) or '–'}" for q, ids in each.marked.items())
            print(f"  · {said.say('verify.opened', tracker=each.tracker, marks=marks)}")
        failed = verified.failed
        if failed is None:
            print(said.say("verify.passed", n=len(verified.checks), path=str(chosen.path)))
        else:
            print(said.say("verify.failed", path=str(chosen.path), check=failed.name))
    return 0 if verified.failed is None else 1


def as_facts(verified: Verified) -> dict[str, object]:
    """The checks as plain data."""
    return {
        "passed": verified.failed is None,
        "checks": [
            {
                "name": check.name,
                "passed": check.passed,
                "place": check.place,
                "facts": dict(check.facts),
            }
            for check in verified.checks
        ],
        "oddities": [
            {"code": str(oddity.code), "facts": dict(oddity.facts)} for oddity in verified.oddities
        ],
        "challenged": [
            {"tracker": each.tracker, "marked": dict(each.marked)} for each in verified.challenged
        ],
    }


def _line(check: Check, said: Voice) -> str:
    title = said.say(f"check.{check.name}")
    if check.passed:
        seen = ", ".join(f"{name} {value}" for name, value in check.facts.items())
        return f"✓ {check.name:18}  {title}" + (f" ({seen})" if seen else "")
    facts = dict(check.facts)
    reason = said.say(str(facts.pop("code")), **facts) if "code" in facts else ""
    place = f" [{check.place}]" if check.place else ""
    return f"× {check.name:18}  {title}{place}" + (f"\n  {reason}" if reason else "")
