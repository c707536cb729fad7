# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the votes were taken and how anyone can check them: method, balance, seal, bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Table

from ballots.balance import Line, Sum
from printouts.fonts import Weight
from printouts.identifiers import bundle_payload, groups, seal_payload
from printouts.paper import QUIET, Around, number, style, text, typeface
from printouts.proceedings import Channel, Minutes
from printouts.scribe import MEASURE, Scribe, Symbol, table

_SYMBOL = 40 * mm


def evidence(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """The chapter on the votes."""
    say = scribe.say
    yield scribe.chapter(say("minutes.evidence"))
    for channel in _channels(minutes):
        yield scribe.body(say(f"method.{channel}"))
    shares = {"n": minutes.assembly.threshold, "trustees": minutes.assembly.trustees}
    alone = minutes.assembly.trustees == 1
    yield scribe.body(say("minutes.one-trustee") if alone else say("minutes.trustees", **shares))
    yield from _polls(minutes, scribe)
    yield from _balance(minutes, scribe)
    yield from _remarks(minutes, scribe)
    yield from _proof(minutes, scribe)


def _channels(minutes: Minutes) -> list[Channel]:
    resolutions = [each for matter in minutes.matters for each in matter.resolutions]
    used = {votes.channel for each in resolutions for votes in each.channels}
    return [channel for channel in Channel if channel in used]


def _polls(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """Each ballot paper with its numbers."""
    if not minutes.polls:
        return
    heads = ["minutes.poll", "minutes.ballots", "minutes.conflicts", "minutes.challenges"]
    quiet = style(10, colour=QUIET, around=Around(right=True))
    rows: list[list[object]] = [
        [
            scribe.label(scribe.say(heads[0])),
            *(text(scribe.say(each), quiet) for each in heads[1:]),
        ]
    ]
    for poll in minutes.polls:
        title = [
            text(poll.title, style(10)),
            scribe.small(scribe.say("minutes.election", uuid=poll.election)),
            scribe.small(scribe.say("minutes.receipts")),
            *(scribe.code(part) for part in groups(poll.receipts, 32)),
        ]
        counts = (poll.ballots, poll.conflicts, poll.challenges)
        rows.append([title, *(_count(each, scribe) for each in counts)])
    column = 66.0
    yield scribe.heading(scribe.say("minutes.polls"))
    yield table(rows, [MEASURE - 3 * column, column, column, column], heads=1)
    yield scribe.small(scribe.say("minutes.polls-explained"))
    yield scribe.small(
        scribe.say("minutes.receipts-explained", command="urna verify trackers.txt")
    )


def _count(value: int, scribe: Scribe) -> Flowable:
    return text(number(value, scribe.language), style(10, around=Around(right=True)))


def _balance(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """Every sum; the public copy leaves out what single devices took, as long as it agrees."""
    shown = [
        line
        for line in minutes.balance.lines
        if not (scribe.public and line.sum is Sum.CHANNEL and line.holds)
    ]
    holds = "minutes.balance-holds" if minutes.balance.holds else "minutes.balance-breached"
    yield scribe.heading(scribe.say("minutes.balance"))
    yield scribe.firm(scribe.say(holds))
    yield table(
        [[_mark(line, scribe), text(_said(line, minutes, scribe), style(9.5))] for line in shown],
        [16, MEASURE - 16],
    )


def _mark(line: Line, scribe: Scribe) -> Flowable:
    return text("✓" if line.holds else "!", style(9.5, Weight.SEMIBOLD, scribe.accent))


def _said(line: Line, minutes: Minutes, scribe: Scribe) -> str:
    titles = {poll.id: poll.title for poll in minutes.polls}
    facts = dict(line.facts)
    if "poll" in facts:
        facts["poll"] = titles.get(str(facts["poll"]), facts["poll"])
    said = scribe.say(line.code, **facts)
    return f"{said} ({', '.join(line.named)})" if line.named else said


def _remarks(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """Oddities, or that there were none."""
    yield scribe.heading(scribe.say("minutes.remarks"))
    for remark in minutes.remarks:
        yield scribe.body(scribe.say(remark.code, **remark.facts))
    if not minutes.remarks:
        yield scribe.body(scribe.say("minutes.no-remarks"))


def _proof(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """Seal and bundle: what to compare, and with what to check it."""
    say, seal = scribe.say, minutes.seal
    cosigners = say("minutes.cosigned", n=len(seal.cosigners), devices=", ".join(seal.cosigners))
    left = MEASURE - _SYMBOL - 8
    rows: Sequence[tuple[str, list[str]]] = [
        (
            say("minutes.seal"),
            [*groups(seal.root, 32), say("minutes.sealed-entries", n=seal.entries)],
        ),
        (say("minutes.cosigners"), [cosigners]),
        (say("minutes.bundle"), [*groups(minutes.bundle, 32)]),
        (say("minutes.assembly-id"), [minutes.assembly_id]),
        (say("minutes.verify"), [say("minutes.verify-how", command="urna verify")]),
    ]
    sealed = seal_payload(minutes.assembly_id, seal.election, seal.entries, seal.root)
    symbols = [
        Symbol(bundle_payload(minutes.bundle), _SYMBOL),
        scribe.small(say("minutes.bundle")),
        Symbol(sealed, _SYMBOL),
        scribe.small(say("minutes.seal")),
    ]
    beside = Table(
        [[scribe.facts(rows, left), symbols]],
        colWidths=[left, MEASURE - left],
        style=[
            ("FONTNAME", (0, 0), (-1, -1), typeface()),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )
    yield KeepTogether([scribe.heading(say("minutes.proof")), beside])
