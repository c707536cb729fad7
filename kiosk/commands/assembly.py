# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly`: prepare an assembly and run it without a screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.commands import (
    assembly_desk,
    assembly_minutes,
    assembly_new,
    assembly_polls,
    assembly_rehearse,
    assembly_revoke,
)
from kiosk.commands import assembly_show as show
from kiosk.commands.company import add_network
from kiosk.commands.demo import GROUPS
from kiosk.commands.parsers import Commands, whole
from kiosk.commands.trustee_table import add_cards
from printouts.proceedings import HeldIn

MOST_SLIPS = 10_000
MOST_BOOTHS = 40
MOST_FACILITATORS = 5
MOST_HUBS = 3


def add(commands: Commands) -> None:
    """Describe the commands."""
    parser = commands.add_parser(
        "assembly",
        help="prepare an assembly and run it without a screen",
        description="Before, during and after the evening. FOLDER is a device's, as `new` made it."
        " Records travel between devices by `--network` and `urna sync join`, or on a stick by"
        " `urna sync export` and `urna sync import`.",
    )
    acts: Commands = parser.add_subparsers(required=True, metavar="ACT")
    _add_new(acts)
    _add_show(acts)
    _add_rehearse(acts)
    _add_open(acts)
    _add_close(acts)
    _add_minutes(acts)
    _add_desk(acts)
    _add_revoke(acts)


def _add_new(acts: Commands) -> None:
    new = acts.add_parser(
        "new",
        help="prepare devices, trustees and voting slips",
        description="Makes one folder for each device, a locked card for each trustee, and slips"
        " to print. PINs are drawn unless trustees are there to choose them.",
    )
    new.add_argument(
        "--assembly", type=Path, metavar="FILE", help="a TOML file; needed unless there is --from"
    )
    new.add_argument(
        "--from",
        dest="from_pull",
        type=Path,
        metavar="DIR",
        help="what `urna decidim pull` wrote; without a TOML file, its next meeting",
    )
    new.add_argument("--meeting", metavar="ID", help="another meeting of the pull")
    new.add_argument(
        "--proposals",
        nargs="+",
        action="append",
        metavar="ID",
        help="with --from, what one question is about; else a CSV file as Decidim exports it",
    )
    new.add_argument(
        "--projects",
        nargs="+",
        action="append",
        metavar="ID",
        help="with --from, the same of a budget's projects",
    )
    new.add_argument("--slips", type=whole(1, MOST_SLIPS), required=True, metavar="N")
    new.add_argument("--booths", type=whole(1, MOST_BOOTHS), default=2, metavar="B")
    new.add_argument(
        "--facilitators",
        type=whole(1, MOST_FACILITATORS),
        default=2,
        metavar="F",
        help="two can take a device out that is lost; the second is a spare as well",
    )
    new.add_argument(
        "--hubs",
        type=whole(0, MOST_HUBS),
        default=0,
        metavar="H",
        help="computers that keep a copy elsewhere and sign for it (`urna sync hub`)",
    )
    new.add_argument("--group", choices=GROUPS, default=GROUPS[0])
    new.add_argument(
        "--choose-pins", action="store_true", help="each trustee types a PIN, at this terminal"
    )
    new.add_argument(
        "--printer",
        metavar="ADDRESS",
        help="print the cards on this receipt printer too; written as in kiosk.toml",
    )
    new.add_argument("--out", type=Path, required=True, metavar="DIR", help="new or empty")
    new.set_defaults(do=assembly_new.run, usage=new.error)


def _add_show(acts: Commands) -> None:
    parser = acts.add_parser(
        "show",
        help="what the assembly is about, and how far it is",
        description="Tells agenda, questions, rules, polls, people and slips; writes nothing.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--json", action="store_true", help="print the facts as data")
    what.add_argument(
        "--election",
        metavar="POLL",
        help="print the election of an opened poll instead, for `urna verify-challenge`",
    )
    parser.set_defaults(do=show.run)


def _add_rehearse(acts: Commands) -> None:
    parser = acts.add_parser(
        "rehearse",
        help="try whether the trustees' cards open a tally",
        description="On any device, before the evening. A test election under the trustees' key is"
        " filled, counted and dropped; nothing is written.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_cards(parser)
    parser.set_defaults(do=assembly_rehearse.run)


def _add_open(acts: Commands) -> None:
    parser = acts.add_parser(
        "open",
        help="open a poll: a planned one, or a question born in the room",
        description="On the facilitator's device.",
    )
    _add_folder(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("poll", nargs="?", metavar="POLL", help="its id; else the first unopened")
    what.add_argument("--question", type=Path, metavar="FILE", help="TOML of a new question")
    add_network(parser)
    parser.set_defaults(do=assembly_polls.open_)


def _add_close(acts: Commands) -> None:
    parser = acts.add_parser(
        "close",
        help="close a poll",
        description="On the facilitator's device. The poll is sealed as soon as every booth has"
        " finished with it: here, or when `urna sync import` brings the last record.",
    )
    _add_folder(parser)
    parser.add_argument("poll", metavar="POLL", help="its id, as `show` tells it")
    add_network(parser)
    parser.set_defaults(do=assembly_polls.close)


def _add_minutes(acts: Commands) -> None:
    parser = acts.add_parser(
        "minutes",
        help="count every poll with the trustees, and publish",
        description="On the facilitator's device. DIR then holds the bundle, one archive for each"
        " poll, and the minutes with and without names.",
    )
    _add_folder(parser)
    add_cards(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="new or empty")
    parser.add_argument(
        "--held-in",
        type=HeldIn,
        choices=tuple(HeldIn),
        help="the call in which the assembly met; the second unless there is none",
    )
    add_network(parser)
    parser.set_defaults(do=assembly_minutes.run)


def _add_desk(acts: Commands) -> None:
    check_in = acts.add_parser(
        "check-in",
        help="people are present, and draw a slip each",
        description="On the desk's device. Without a NAME they are read from the input, one a"
        " line; that keeps them out of the shell's history, and is much quicker.",
    )
    _add_folder(check_in)
    check_in.add_argument("names", nargs="*", metavar="NAME")
    check_in.add_argument("--no-slip", action="store_true", help="they draw no slip")
    add_network(check_in)
    check_in.set_defaults(do=assembly_desk.check_in)
    leftover = acts.add_parser(
        "leftover",
        help="how many printed slips nobody drew, and how many were spoilt",
        description="On the desk's device. Counting again replaces what was counted before.",
    )
    _add_folder(leftover)
    for name in ("--left", "--void"):
        leftover.add_argument(name, type=whole(0, MOST_SLIPS), required=True, metavar="N")
    add_network(leftover)
    leftover.set_defaults(do=assembly_desk.leftover)


def _add_revoke(acts: Commands) -> None:
    parser = acts.add_parser(
        "revoke",
        help="take out a device that is lost, broken or stolen",
        description="On the devices of two facilitators, one after the other. What it wrote so far"
        " counts, what it writes from now on does not, and nobody waits for it.",
    )
    _add_folder(parser)
    parser.add_argument("device", metavar="DEVICE", help="its name, or the start of its key")
    add_network(parser)
    parser.set_defaults(do=assembly_revoke.run)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, required=True, metavar="FOLDER")
