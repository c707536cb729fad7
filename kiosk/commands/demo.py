# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna demo`: one whole assembly on simulated devices."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from kiosk.commands.parsers import Commands
from kiosk.commands.results import result_table
from kiosk.demo.challenges import next_line
from kiosk.demo.inputs import read_inputs
from kiosk.demo.narrator import Narrator
from kiosk.demo.run import DemoEvening, Plan
from kiosk.demo.summary import summary
from kiosk.i18n import Voice
from kiosk.laying_down import make_empty

GROUPS = ("Ed25519", "BELENIOS-2048")


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "demo",
        help="play one whole assembly on simulated devices",
        description="Check-in, votes, a kiosk unplugged and back, closing, tally, minutes.",
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    parser.add_argument("--headless", action="store_true", help="open no window")
    parser.add_argument("--residents", type=int, default=60, metavar="N")
    parser.add_argument("--kiosks", type=int, default=3, metavar="K", help="a desk and booths")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--group", choices=GROUPS, default=GROUPS[0])
    parser.add_argument(
        "--challenge", action="store_true", help="one resident checks the booth twice; keep it all"
    )
    parser.add_argument(
        "--network", action="store_true", help="kiosks find each other by multicast DNS"
    )
    parser.add_argument("--assembly", type=Path, metavar="FILE", help="TOML of an assembly")
    parser.add_argument("--proposals", type=Path, metavar="FILE", help="CSV as Decidim exports it")
    parser.add_argument("--json", action="store_true", help="print the summary as data")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Read the input, play the evening, and print what came of it."""
    if chosen.headless or not os.environ.get("DISPLAY"):
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    inputs = read_inputs(chosen.assembly, chosen.proposals)
    narrator = Narrator(said, sys.stderr)
    evening = DemoEvening(
        Plan(
            out=chosen.out,
            assembly=inputs.assembly,
            room_question=inputs.room_question,
            residents=chosen.residents,
            kiosks=chosen.kiosks,
            seed=chosen.seed,
            group=chosen.group,
            challenge=chosen.challenge,
            is_found=chosen.network,
        ),
        narrator,
    )
    make_empty(chosen.out)
    played = evening.play()
    narrator.end()
    facts = summary(played, chosen.out)
    (chosen.out / "summary.json").write_text(
        json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    if chosen.json:
        print(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        print(result_table(played.counted, said))
        if chosen.challenge:
            print(next_line(played.seen.challenged, chosen.out))
        print(f"urna verify {chosen.out / 'bundle.urna'}")
    return 0
