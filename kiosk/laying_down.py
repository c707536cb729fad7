# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was prepared, laid down: a folder for each device, the trustees' cards, slips to print.

The devices meet here for the first time: every record begins with the opening of each of them,
the assembly's document and the number of printed slips. So each one knows from the start whom
names are sealed to, and for which booths a seal has to wait, however records travel later.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import wrap

from ballots.assembly import Assembly
from ballots.randomness import shuffled
from ballots.record.entry import Entry
from ballots.record.kinds import Role
from kiosk.config import Config
from kiosk.device import Device
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import Facilitator
from kiosk.i18n import LANGUAGES, Say, voice
from kiosk.keys import chance, save_key, write_secret
from kiosk.preparing import Enrolled, Preparation
from kiosk.trustee_cards import Locked
from printouts import slips, trustee_card
from sync.durable import keep
from sync.replica import Replica

CONFIG = "kiosk.toml"
_WIDTH = 78


def lay_down(
    preparation: Preparation, cards: Sequence[Locked], folder: Path, *, pins: bool
) -> None:
    """Fill an empty folder; everything secret in it is readable by its owner only.

    `pins`: whether the PINs of the cards are laid down too, which nobody but us knows yet.
    """
    with _told(folder):
        save_key(preparation.root, folder / "root.key")
        write_secret(folder / "slips.pdf", _slips(preparation))
        (folder / "trustees").mkdir(mode=0o700)
        for locked in cards:
            _lay_down_card(locked, folder / "trustees", pins=pins)
        _install(preparation, folder)


def _lay_down_card(locked: Locked, folder: Path, *, pins: bool) -> None:
    trustee, say = locked.trustee, voice(locked.trustee.language).say
    name = f"trustee-{trustee.owner}"
    write_secret(folder / f"{name}.card", f"{locked.card.payload}\n".encode("ascii"))
    write_secret(folder / f"{name}-card.pdf", trustee_card.card_pdf(trustee, locked.card, say))
    if pins:
        write_secret(folder / f"{name}.pin", f"{locked.pin.digits}\n".encode("ascii"))
        write_secret(folder / f"{name}-pin.pdf", trustee_card.pin_pdf(trustee, locked.pin, say))


def make_empty(folder: Path) -> None:
    """The folder, made if need be; refused when it already holds something."""
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise KioskRefused(KioskProblem.FOLDER_NOT_EMPTY, path=str(folder))


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise KioskRefused(
            KioskProblem.FOLDER_NOT_WRITABLE, path=str(folder), detail=reason
        ) from error


def _slips(preparation: Preparation) -> bytes:
    assembly = preparation.prepared.assembly
    language = assembly.languages[0]
    stack = slips.Stack(
        assembly=assembly.title.in_language(language),
        language=language,
        slips=shuffled(chance, preparation.slips),
    )
    return slips.pdf(stack, *(voice(tag).say for tag in assembly.languages[:3]))


def _install(preparation: Preparation, folder: Path) -> None:
    assembly = preparation.prepared.assembly
    folders = [folder / name for name in folders_of(preparation.devices)]
    entries: list[Entry] = []
    for enrolled, place in zip(preparation.devices, folders, strict=True):
        enrolled.install(preparation.prepared, place)
        if enrolled.role is Role.BOOTH:
            lay_down_config(place, enrolled.name, assembly)
        leads = place.name == Role.FACILITATOR
        entries += _first_words(place, len(preparation.slips) if leads else None)
    _introduce(folders, entries)


def lay_down_config(folder: Path, name: str, assembly: Assembly) -> None:
    """A booth's `kiosk.toml`, for somebody to complete."""
    say = voice(assembly.languages[0]).say
    keep(folder / CONFIG, _config(say, name, assembly).encode())


def folders_of(devices: Sequence[Enrolled]) -> list[str]:
    """What the folder of each device is called: booths by number, others but the first too."""
    seen: Counter[Role] = Counter()
    names = []
    for enrolled in devices:
        seen[enrolled.role] += 1
        first = enrolled.role is not Role.BOOTH and seen[enrolled.role] == 1
        names.append(f"{enrolled.role}" if first else f"{enrolled.role}-{seen[enrolled.role]}")
    return names


def _first_words(folder: Path, slips: int | None) -> list[Entry]:
    """What a device has to say before the evening; its next start opens another segment.

    One facilitator says how many slips were printed.
    """
    with closing(Device(folder, chance)) as device:
        if slips is not None:
            Facilitator(device, clock=str).open_assembly(slips)
        return list(device.replica.everything())


def _introduce(folders: Sequence[Path], entries: Sequence[Entry]) -> None:
    for folder in folders:
        with Replica.open(folder / "record.db") as replica:
            replica.add(entries)


def _config(say: Say, name: str, assembly: Assembly) -> str:
    """A `kiosk.toml` that explains itself, in the language of the record."""
    usual = Config()
    languages = [tag for tag in assembly.languages if tag in LANGUAGES] or list(LANGUAGES)
    lines = [
        *_comment(say("kiosk-toml.about", name=name)),
        "",
        *_comment(say("kiosk-toml.languages")),
        f"languages = {json.dumps(languages)}",
        *_comment(say("kiosk-toml.holders-wait")),
        f"holders_wait = {usual.holders_wait}",
        *_comment(say("kiosk-toml.speech")),
        "speech = false",
        "",
        "[devices]",
        *_comment(say("kiosk-toml.devices")),
        '# printer = "serial:///dev/serial/by-id/usb-…?baud=115200&dots=576"',
        '# scanner = "serial:///dev/serial/by-id/usb-…?baud=9600"',
        'printer = ""',
        'scanner = ""',
        "",
        "[screen]",
        *_comment(say("kiosk-toml.screen")),
        *(
            f"{field} = {json.dumps(getattr(usual.screen, field))}"
            for field in usual.screen.__struct_fields__
        ),
    ]
    return "\n".join(lines) + "\n"


def _comment(sentence: str) -> list[str]:
    return [f"# {line}" for line in wrap(sentence, _WIDTH)]
