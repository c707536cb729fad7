# SPDX-License-Identifier: AGPL-3.0-or-later
"""A kiosk: the product's device on a recorded disk, with a power cord that can be pulled.

It dies between two operations on its disk. Each of its doings ends with a look whether the
fatal one has been done, and so does each message before it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from ballots.receipts.held import Holding
from ballots.record.entry import Entry
from kiosk.device import Device
from kiosk.finishing import finish
from sync import turns
from sync.heads import Tip
from sync.merging import Merged
from sync.turns import Link
from sync.wire import Heads, Message, Rivals, Vouch, Vouched
from sync.wishes import Place
from tests.simulator import recording
from tests.simulator.disk import Disk, Files, Promise
from tests.simulator.laws import Box, Word, box_of, require, word_is_kept
from tests.simulator.party import Party
from tests.simulator.schedule import Schedule
from tests.told_evenings import ASSEMBLY, UUID

RECORD = "record.db"
T = TypeVar("T")
WAITS = (0.05, 0.8)  # seconds until what was heard is acted upon
RECEIPT = 1.0  # seconds that a receipt waits for a second device


class Died(Exception):
    """The process is gone."""


@dataclass(frozen=True, slots=True)
class Card:
    """A disk at rest, and the word that was given on it."""

    files: Files
    word: Word


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of an own entry: how many others held it, and what was signed by whom (key in hex)."""

    entry: Entry
    held: int
    signatures: dict[str, bytes]


class Kiosk(Party):
    """`word` is what was acknowledged on the card that is in it, `ever` on any."""

    device: Device
    id = ""  # of the device, once it was on

    def __init__(
        self, name: str, folder: Path, card: Card, schedule: Schedule, seed: str, promise: Promise
    ) -> None:
        super().__init__(name, schedule)
        self.folder = folder
        self.word = card.word.copy()
        self.ever = card.word.copy()
        self.boots = 0
        self.duties: Callable[[Device], None] = lambda _: None  # of its people, at any news
        self.receipts: list[Receipt] = []
        self.signed: set[Place] = set()  # ballots that it has ever signed for
        self.boxes: set[Box] = set()  # what it has ever taken for sealed
        self._files = card.files
        self._disk = Disk()
        self._promise = promise
        self._seed = seed
        self._chance = Random(f"{seed} {name}")
        self._fatal: int | None = None  # operation of the disk before which it dies
        self._loses_power = False
        self._is_acting = False
        self._untold: list[turns.Stored] = []
        self._has_news = False

    # The cord and the card.

    def switch_on(self, dies_after: int | None = None, *, loses_power: bool = False) -> None:
        """Start on the card that is in it; perhaps not for long."""
        self.boots += 1
        for old in self.folder.glob(RECORD + "*"):
            old.unlink()
        recording.lay_down(self._files, self.folder)
        self._disk = Disk(self._files)
        recording.attach(self.folder, self._disk)
        self._fatal, self._loses_power = dies_after, loses_power
        self._untold, self._has_news = [], False
        self.device = Device(
            self.folder, Random(f"{self._seed} {self.name} {self.boots}").randbytes
        )
        self.schedule.note(self.name, "is on, segment", self.device.segment.public[:8])
        word_is_kept(self.name, self.device.replica, self.word)
        self.id = self.device.key.public.hex()
        self.began = self._chance.uniform(0, 1e6)
        self.meet(self.device.key, self.device.replica, ASSEMBLY)
        self.device.replica.watch(self._stored)
        self.remind()
        self.do(lambda: None)

    def doom(self, operations: int, *, loses_power: bool) -> None:
        """It dies after so many more operations of its disk."""
        self._fatal, self._loses_power = len(self._disk.log) + operations, loses_power
        self.do(lambda: None)

    def spare(self) -> None:
        """It is not doomed any more."""
        self._fatal = None

    def fall(self) -> None:
        """It dies, now or when the fatal operation is done."""
        if not self.is_up:
            return
        done = len(self._disk.log)
        until = done if self._fatal is None else min(self._fatal, done)
        if self._loses_power:
            files = self._disk.after_a_cut(until, self._promise, self._chance)
        else:
            files = self._disk.as_written(until)
        how = "loses power" if self._loses_power else "is killed"
        self.schedule.note(self.name, how, "at operation", until, "of", done)
        self.switch_off()
        self._files = files

    def switch_off(self) -> None:
        """In good order."""
        self.is_up = False
        self.unplug_all()
        self.device.close()
        self._files = self._disk.as_written()
        recording.forget(self.folder)

    def card(self) -> Card:
        """A copy of its card as it is."""
        files = self._disk.as_written() if self.is_up else self._files
        return Card(files, self.word.copy())

    def put_in(self, card: Card) -> None:
        """Another card, while it is off."""
        self._files, self.word = card.files, card.word.copy()

    # What it does.

    def do(self, act: Callable[[], object]) -> None:
        """Do something, and live, or die of it."""
        if not self.is_up:
            return
        try:
            act()
            self._survive()
            while self._untold:
                stored = self._untold.pop(0)
                self.give_word(stored)
                self.speaker.tell(stored)
                self._survive()
        except Died:
            self.fall()

    def act(self, act: Callable[[Device], Entry | None]) -> Entry | None:
        """What people do at it: the entry if it was acknowledged, with a receipt soon."""
        written: list[Entry | None] = []
        self.do(lambda: written.append(self._acting(act)))
        if not self.is_up or not written or written[0] is None:
            return None
        entry, boot = written[0], self.boots
        self.schedule.note(self.name, "keeps", entry.header.kind, entry.header.number)

        self.do(lambda: self._want(entry))

        def receipt() -> None:
            if self.is_up and self.boots == boot:
                header = entry.header
                held = self.conversation.holders(header.segment, header.number)
                signatures = self.conversation.signatures(header.segment, header.number)
                self.receipts.append(Receipt(entry, held, signatures))

        self.schedule.after(RECEIPT, receipt)
        return entry

    def _want(self, entry: Entry) -> None:
        """As the booth does for its receipts."""
        if holding := Holding.of(entry):
            vouch = Vouch(entry.header.segment, entry.header.number, entry.id)
            self.speaker.tell(turns.Wanted(vouch=vouch, holding=holding))

    def take(self, entries: Iterable[Entry]) -> None:
        """Entries that came on a stick."""
        self.do(lambda: self._acting(lambda device: device.replica.merge(entries)))

    def give_word(self, stored: turns.Stored) -> None:
        """Its own people have been told."""
        for word in (self.word, self.ever):
            word.give(stored.heads, stored.forked)

    def send(self, link: Link, message: Message) -> None:
        """For the speaker: what is said is promised."""
        self._survive()
        heads: Mapping[str, Tip] = message.heads if isinstance(message, Heads) else {}
        if isinstance(message, Vouched) and message.signature:
            heads = self._vouch(message)
        frozen = self.replica.frozen() if isinstance(message, Rivals) else {}
        for word in (self.word, self.ever):
            word.give(heads, frozen)
        super().send(link, message)

    def _vouch(self, vouched: Vouched) -> dict[str, Tip]:
        """What it says with a signature; it is a promise like any other."""
        held = self.replica.entries(vouched.segment, vouched.number - 1, 1)
        holds = bool(held) and held[0].header.number == vouched.number
        require(holds, "what is not held was signed for", self.name)
        self.signed.add((vouched.segment, vouched.number))
        return {vouched.segment: Tip(vouched.number, held[0].id)}

    def _acting(self, act: Callable[[Device], T]) -> T:
        self._is_acting = True
        try:
            return act(self.device)
        finally:
            self._is_acting = False

    def _stored(self, merged: Merged) -> None:
        """Something is on disk; of what peers sent the speaker knows already."""
        if self._is_acting:
            self._untold.append(turns.Stored(merged.heads, merged.forked))
        self.remind()

    def remind(self) -> None:
        """Its people look at it soon."""
        if not self._has_news:
            self._has_news, boot = True, self.boots
            self.schedule.after(self._chance.uniform(*WAITS), lambda: self._attend(boot))

    def _attend(self, boot: int) -> None:
        """What is due after news, by itself and by its people, unless it was restarted since."""
        if boot != self.boots:
            return
        self._has_news = False
        self.do(lambda: self._acting(self._do_duties))
        self.do(self.look_into_the_box)

    def _do_duties(self, device: Device) -> None:
        finish(device)
        self.duties(device)

    def look_into_the_box(self) -> None:
        """Remember what it takes for sealed."""
        state = self.device.session().polls.get(UUID)
        if state and (box := box_of(state)):
            self.boxes.add(box)

    def _survive(self) -> None:
        if self._fatal is not None and len(self._disk.log) >= self._fatal:
            raise Died
