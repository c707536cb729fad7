# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets from the sealed ballot on: the box, the receipt, checking the machine, goodbye."""

from __future__ import annotations

from kiosk import events
from kiosk.screens.icons import Icon
from kiosk.screens.saying import Saying
from kiosk.screens.sheet import Block, Card, Line, Prose, Sheet
from kiosk.views import (
    Cast,
    Challenged,
    Committing,
    Copying,
    Goodbye,
    NotKept,
    Paper,
    ReceiptTrouble,
    Sealed,
    Uncommitted,
)


def committing(_view: Committing, to: Saying) -> Sheet:
    """While the paper is coming: the code is on it, and on the next screen."""
    return Sheet(
        name="committing",
        heading=to.say("booth.sealed.heading"),
        hint=to.say("booth.committing.coming"),
        emblem=Icon.PRINTER,
    )


def uncommitted(view: Uncommitted, to: Saying) -> Sheet:
    """The vote can be cast all the same; only checking the machine needs the paper."""
    return Sheet(
        name="uncommitted",
        heading=to.say("booth.uncommitted.heading"),
        emblem=Icon.CARE,
        blocks=(
            Prose(text=to.say(f"booth.uncommitted.{view.reason}")),
            Prose(text=to.say("booth.uncommitted.help")),
            _cast_it(to, "booth.uncommitted.cast-it"),
        ),
        back=to.back(),
        actions=(to.again(),),
    )


def _cast_it(to: Saying, what: str = "booth.cast-it.what") -> Card:
    return Card(
        name="cast",
        lines=(
            Line(text=to.say("booth.cast-it"), strong=True),
            Line(text=to.say(what)),
        ),
        event=events.CastPressed(),
        front=Icon.BOX,
        strong=True,
    )


def sealed(view: Sealed, to: Saying) -> Sheet:
    """Two doors: into the box, or opened to see what the machine made of it."""
    return Sheet(
        name="sealed",
        heading=to.say("booth.sealed.heading"),
        emblem=Icon.SEAL,
        blocks=(
            _cast_it(to),
            Card(
                name="challenge",
                lines=(
                    Line(text=to.say("booth.challenge"), strong=True),
                    Line(text=to.say("booth.challenge.what")),
                ),
                event=events.ChallengePressed(),
                front=Icon.LENS,
            ),
            to.tracker(view.tracker, "booth.sealed.code"),
        ),
        back=to.back(),
    )


def cast(view: Cast, to: Saying) -> Sheet:
    """Said only of a vote that is on disk."""
    alone = view.holders == 1
    held = to.say("booth.cast.alone") if alone else to.say("booth.cast.held", n=view.holders)
    return Sheet(
        name=f"cast:{view.paper}",
        heading=to.say("booth.cast.heading"),
        emblem=Icon.DONE,
        blocks=(
            Prose(text=to.say(f"booth.cast.{view.paper}")),
            to.tracker(view.tracker),
            Prose(text=held),
        ),
        actions=() if view.paper is Paper.COMING else (to.done(),),
    )


def receipt_trouble(view: ReceiptTrouble, to: Saying) -> Sheet:
    """First of all: the vote is in the box."""
    blocks: list[Block] = [
        Prose(text=to.say(f"booth.receipt.{view.reason}")),
        Prose(text=to.say("booth.receipt.help")),
    ]
    if not isinstance(view.back, Copying):
        blocks.append(to.tracker(view.back.tracker))
    return Sheet(
        name="receipt-trouble",
        heading=to.say("booth.cast.heading"),
        emblem=Icon.DONE,
        blocks=tuple(blocks),
        back=to.leave("leave-without"),
        actions=(to.again(),),
    )


def challenged(view: Challenged, to: Saying) -> Sheet:
    """What was opened does not count; the slip still does."""
    actions = []
    if view.paper is Paper.STUCK:
        actions.append(to.button("copy", Icon.PRINTER, events.CopyPressed()))
    if view.paper is not Paper.COMING:
        actions.append(to.again("vote-again", Icon.NEXT))
    return Sheet(
        name=f"challenged:{view.paper}",
        heading=to.say("booth.challenged.heading"),
        emblem=Icon.LENS,
        blocks=(
            Prose(text=to.say(f"booth.challenged.{view.paper}")),
            to.tracker(view.tracker),
            Prose(text=to.say("booth.challenged.then")),
        ),
        actions=tuple(actions),
    )


def not_kept(view: NotKept, to: Saying) -> Sheet:
    """Nothing was recorded, and why."""
    again = (to.again(),) if view.tracker else ()
    return Sheet(
        name="not-kept",
        heading=to.say("booth.not-kept.heading"),
        emblem=Icon.CARE,
        blocks=(
            Prose(text=to.say(f"booth.not-kept.{view.reason}")),
            Prose(text=to.say("booth.not-kept.help")),
        ),
        back=to.leave(),
        actions=again,
    )


def goodbye(_view: Goodbye, to: Saying) -> Sheet:
    """Thank you."""
    return Sheet(
        name="goodbye",
        heading=to.say("booth.goodbye.heading"),
        emblem=Icon.BOX,
        blocks=(Prose(text=to.say("booth.goodbye.what")),),
        actions=(to.done(),),
    )


def still_there(seconds: int, to: Saying) -> Sheet:
    """The warning before everything is forgotten."""
    return Sheet(
        name="still-there",
        heading=to.say("booth.still-there.heading"),
        emblem=Icon.CLOCK,
        blocks=(Prose(text=to.say("booth.still-there.what", n=seconds)),),
        actions=(to.button("stay", Icon.CHECK, events.Touched(), strong=True),),
    )
