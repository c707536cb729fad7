# SPDX-License-Identifier: AGPL-3.0-or-later
"""An evening in folders, run by typing `urna`; records travel as bundles on a stick."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ballots.record.kinds import Role
from hardware.attach import attach_printer
from kiosk import events
from kiosk.booth import Booth
from kiosk.cli import main, terminal_language
from kiosk.commands.folders import switched_on
from kiosk.i18n import Voice, voice
from kiosk.keys import chance
from tests.evenings import Around
from tests.pages import pictures_of
from tests.symbols import symbols_on

ASSEMBLY = """\
languages = ["ca", "en"]
title = { ca = "Assemblea Exemple", en = "Example assembly" }
body = { ca = "Veïnat", en = "Residents" }
place = "Sala Exemple"
chair = "Presidència Exemple"
secretary = "Secretaria Exemple"
census = 20
spare_elections = 1

[call]
convened_by = "Junta Exemple"
convened_on = 2026-11-12
first = 2026-11-26T18:30:00

[[agenda]]
id = "places"
title = { ca = "Places", en = "Squares" }

[[polls]]
id = "festa"
title = { ca = "La festa", en = "The party" }

[[polls.questions]]
id = "fem-la"
kind = "yes-no"
item = "places"
text = { ca = "Fem la festa?", en = "Shall we have the party?" }
options = [
    { id = "yes", text = { ca = "Sí", en = "Yes" } },
    { id = "no", text = { ca = "No", en = "No" } },
]
rule.quorum = { share = "1/5", base = "census" }
rule.majority = { share = "1/2", base = "valid" }

[[polls]]
id = "square"
title = { ca = "La plaça", en = "The square" }

[[polls.questions]]
id = "quines"
kind = "approval"
text = { ca = "Quines places?", en = "Which squares?" }
max = 2
options = [
    { id = "a", text = { ca = "Navas", en = "Navas" } },
    { id = "b", text = { ca = "Sortidor", en = "Sortidor" } },
    { id = "c", text = { ca = "Surt", en = "Surt" } },
]
"""

QUESTION = """\
id = "room-1"
title = { ca = "De la sala", en = "From the room" }

[[questions]]
id = "carta"
kind = "yes-no"
text = { ca = "Fem una carta?", en = "Shall we write a letter?" }
options = [
    { id = "yes", text = { ca = "Sí", en = "Yes" } },
    { id = "no", text = { ca = "No", en = "No" } },
]
"""

SLIPS = 6
FACILITATOR, DESK, ONE, TWO = "facilitator", "desk", "booth-1", "booth-2"
SECOND = "facilitator-2"
OTHERS = (DESK, ONE, TWO)


def said() -> Voice:
    """The voice that the commands speak with."""
    return voice(terminal_language(os.environ))


def urna(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


class Room:
    """The folders of one assembly, as `urna assembly new` made them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.stick = folder / "stick.urna"
        self._capsys = capsys
        self._capsys.readouterr()

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def does(self, *arguments: str | Path) -> str:
        """A command that ends well; what it printed."""
        code = urna(*arguments)
        captured = self._capsys.readouterr()
        assert (code, captured.err) == (0, "")
        return captured.out

    def refuses(self, key: str, *arguments: str | Path, **facts: str | int) -> None:
        """A command that ends with one sentence on stderr, and nothing else."""
        code = urna(*arguments)
        captured = self._capsys.readouterr()
        assert captured.err == f"urna: {said().say(key, **facts)}\n"
        assert (code, captured.out) == (1, "")

    def asks(self, act: str, *rest: str | Path, of: str = FACILITATOR) -> str:
        return self.does("assembly", act, "--folder", self[of], *rest)

    def denies(
        self, key: str, act: str, *rest: str | Path, of: str = FACILITATOR, **facts: str | int
    ) -> None:
        self.refuses(key, "assembly", act, "--folder", self[of], *rest, **facts)

    def carry(self, giver: str, *takers: str) -> str:
        """The giver's record on a stick, to one after the other; what the last one said."""
        self.does("sync", "export", self.stick, "--folder", self[giver])
        return [self.does("sync", "import", self.stick, "--folder", self[t]) for t in takers][-1]

    def round(self) -> str:
        """One stick goes from the facilitator to everyone and comes back, fuller at each stop."""
        stops = pairwise((FACILITATOR, *OTHERS, FACILITATOR))
        return [self.carry(giver, taker) for giver, taker in stops][-1]

    def facts(self, name: str = FACILITATOR) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.does("assembly", "show", self[name], "--json"))
        return shown

    def stages(self, name: str = FACILITATOR) -> dict[str, str]:
        return {poll["id"]: poll["stage"] for poll in self.facts(name)["polls"]}

    def slips(self) -> list[str]:
        """The payloads on the printed sheets."""
        pages = pictures_of((self.folder / "slips.pdf").read_bytes(), 110)
        return [text for page in pages for text in symbols_on(page)]

    @contextmanager
    def booth(self, name: str) -> Iterator[Booth]:
        """A booth switched on, with a simulated printer."""
        printer = attach_printer("simulated:?dots=384&baud=921600")
        try:
            with switched_on(self[name], Role.BOOTH) as device:
                yield Booth(device, printer, Around(), random=chance)
        finally:
            printer.close()

    def vote(self, name: str, slip: str, *options: str, receipt: bool = False) -> None:
        """One person at a booth answers the one question of the paper that is open for them."""
        with self.booth(name) as booth:
            welcome = booth.carry_out(events.LookUpSlip(code=slip))
            assert isinstance(welcome, events.SlipWelcomed)
            choices = {welcome.poll.questions[0].id: frozenset(options)}
            booth.carry_out(events.SealBallot(uuid=welcome.uuid, choices=choices))
            kept = booth.carry_out(events.CastBallot())
            assert isinstance(kept, events.BallotKept)
            if receipt:
                printed = booth.carry_out(events.PrintReceipt(language="ca", copy=False))
                assert isinstance(printed, events.ReceiptPrinted)


def lay_down(folder: Path, *more: str) -> Path:
    """Prepare the small assembly once; tests work on copies."""
    file = folder / "assembly.toml"
    file.write_text(ASSEMBLY, encoding="utf-8")
    (folder / "question.toml").write_text(QUESTION, encoding="utf-8")
    out = folder / "prepared"
    new = ("assembly", "new", "--assembly", file, "--slips", str(SLIPS), "--out", out)
    assert urna(*new, *more) == 0
    return out


def copied(prepared: Path, folder: Path) -> Path:
    return Path(shutil.copytree(prepared, folder))
