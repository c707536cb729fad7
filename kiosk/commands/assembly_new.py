# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly new`: from an organiser's file to folders, trustees' cards and slips."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ballots.assembly import Assembly
from ballots.record.kinds import Role
from hardware.attach import attach_printer
from hardware.devices import ReceiptPrinter
from kiosk.commands.choosing_questions import ask_what
from kiosk.commands.trustee_table import choose_pins
from kiosk.from_decidim import Chosen
from kiosk.i18n import Voice, voice
from kiosk.keys import chance
from kiosk.laying_down import folders_of, lay_down, make_empty
from kiosk.organiser_files import read_assembly, read_assembly_of
from kiosk.preparing import Preparation, prepare
from kiosk.trustee_cards import Locked, lock_cards, print_card
from sync.decidim.reading.snapshot import read_snapshot
from sync.durable import keep


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Read, prepare, lay down, and tell what to do with each thing."""
    assembly, text = _assembly(chosen, said)
    printer = None if chosen.printer is None else attach_printer(chosen.printer)
    make_empty(chosen.out)
    pins = choose_pins(assembly.trustees, said) if chosen.choose_pins else []
    say = voice(assembly.languages[0]).say
    booths = [
        (say("assembly.device.booth", number=number), Role.BOOTH)
        for number in range(1, chosen.booths + 1)
    ]
    leader = say("assembly.device.facilitator")
    facilitators = [(leader, Role.FACILITATOR)] + [
        (f"{leader} {number}", Role.FACILITATOR) for number in range(2, chosen.facilitators + 1)
    ]
    office = say("assembly.device.hub")
    hubs = [
        (office if number == 1 else f"{office} {number}", Role.HUB)
        for number in range(1, chosen.hubs + 1)
    ]
    preparation = prepare(
        assembly,
        group=chosen.group,
        slips=chosen.slips,
        devices=[
            *facilitators,
            (say("assembly.device.desk"), Role.DESK),
            *booths,
            *hubs,
        ],
        random=chance,
    )
    cards = lock_cards(preparation, chance, pins=pins)
    lay_down(preparation, cards, chosen.out, pins=not pins)
    if text:
        keep(chosen.out / "assembly.toml", text.encode())
    for line in _advice(preparation, chosen.out, said, pins=not pins):
        print(line)
    if printer is not None:
        _print(cards, printer, said)
    return 0


def _assembly(chosen: argparse.Namespace, said: Voice) -> tuple[Assembly, str]:
    """The assembly, and its text where it is of a pull."""
    if chosen.from_pull is None:
        named = [name for names in chosen.proposals or () for name in names]
        if chosen.assembly is None or len(named) > 1 or chosen.projects or chosen.meeting:
            chosen.usage("--from DIR, or --assembly FILE with one --proposals FILE")
        return read_assembly(chosen.assembly, Path(named[0]) if named else None), ""
    snapshot = read_snapshot(chosen.from_pull)
    questions = [
        Chosen(of, tuple(dict.fromkeys(ids)))
        for of, several in (("proposals", chosen.proposals), ("projects", chosen.projects))
        for ids in several or ()
    ]
    if chosen.assembly is None and not questions:
        questions = ask_what(snapshot, said)
    return read_assembly_of(chosen.assembly, snapshot, questions, meeting=chosen.meeting)


def _print(cards: Sequence[Locked], printer: ReceiptPrinter, said: Voice) -> None:
    """The cards once more, on the kiosk's own printer."""
    try:
        for locked in cards:
            print_card(locked, printer)
    finally:
        printer.close()
    print(said.say("assembly.new.printed", n=len(cards)))


def _advice(preparation: Preparation, folder: Path, said: Voice, *, pins: bool) -> Iterator[str]:
    """What lies there, what each secret is for, and where it belongs."""
    assembly = preparation.prepared.assembly
    title = assembly.title.in_language(said.language)
    yield said.say("assembly.new.done", title=title, path=str(folder))
    yield said.say("assembly.new.slips", n=len(preparation.slips), path=str(folder / "slips.pdf"))
    yield said.say(
        "assembly.new.cards",
        n=assembly.trustees,
        threshold=assembly.threshold,
        path=str(folder / "trustees"),
    )
    if pins:
        yield said.say("assembly.new.pins", path=str(folder / "trustees"))
    folders = ", ".join(folders_of(preparation.devices))
    yield said.say("assembly.new.devices", folders=folders)
    yield said.say("assembly.new.config")
    yield said.say("assembly.new.root", path=str(folder / "root.key"))
    yield f"urna assembly show {folder / 'facilitator'}"
    yield f"urna assembly rehearse {folder / 'facilitator'}"
