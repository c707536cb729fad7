# SPDX-License-Identifier: AGPL-3.0-or-later
"""One state of every kind in which a kiosk joins an assembly or is unlocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.i18n import LANGUAGES
from kiosk.joining import State, joining_state, unlocking_state, views
from kiosk.joining.keyboard import Layer, Typed
from kiosk.joining.views import Door, Trouble, View

NAME = "Cabina 3"
CODE = "URNA:P1:" + "5E" * 32 + ":192.168.101.123:41234"
WRONG = Trouble(code="error.sync.pairing-words")
LOCKED = Trouble(code="error.sync.pairing-locked")
UNWRITABLE = Trouble(
    code="error.kiosk.folder-not-writable",
    facts=(("path", "/media/urna/STICK"), ("detail", "Read-only file system")),
)
PHRASE = Typed(most=views.MOST_PASSPHRASE, text="Sant Martí ñ 7")

VIEWS: Mapping[str, View] = {
    "naming": views.Naming(typed=Typed(most=views.MOST_NAME, layer=Layer.UPPER)),
    "named": views.Naming(typed=Typed(most=views.MOST_NAME, text="Cabina 3 de la plaça")),
    "doors": views.Doors(),
    "opening": views.Opening(door=Door.WORDS),
    "words": views.Words(words="lamo tudi seka"),
    "words-wrong": views.Words(words="lamo tudi seka", trouble=WRONG),
    "words-locked": views.Words(words="lamo tudi seka", trouble=LOCKED, locked=42.0),
    "codes": views.Codes(code=CODE),
    "codes-wrong": views.Codes(code=CODE, trouble=WRONG),
    "scanning": views.Scanning(),
    "scanning-misread": views.Scanning(misread=True),
    "checking": views.Checking(),
    "plugging": views.Plugging(),
    "plugging-wrong": views.Plugging(trouble=UNWRITABLE),
    "carrying": views.Carrying(file="request-5e5e5e5e.enrol"),
    "carrying-wrong": views.Carrying(
        file="request-5e5e5e5e.enrol", trouble=Trouble(code="error.sync.pairing-other")
    ),
    "comparing": views.Comparing(words="lamo tudi seka nofi"),
    "moving": views.Moving(),
    "different": views.Different(),
    "joined": views.Joined(),
    "failed": views.Failed(trouble=Trouble(code="error.kiosk.pairing-stopped")),
    **{
        f"locked-{layer.name.lower()}": views.Locked(typed=Typed(most=9, layer=layer))
        for layer in Layer
    },
    "locked-typed": views.Locked(typed=PHRASE),
    "locked-shown": views.Locked(typed=replace(PHRASE, text=PHRASE.text * 9), shown=True),
    "locked-wrong": views.Locked(trouble=Trouble(code="error.kiosk.passphrase-wrong")),
    "unlocking": views.Unlocking(),
    "over": views.Over(),
}


def states() -> dict[str, State]:
    """Name → state, in the first language and the smallest text."""
    first = joining_state(LANGUAGES, NAME, tuple(Door))
    found = {name: replace(first, view=view) for name, view in VIEWS.items()}
    found["doors-two"] = replace(first, doors=(Door.WORDS, Door.STICK))
    found["languages"] = replace(first, choosing_language=True)
    found["locked"] = unlocking_state(LANGUAGES)
    return found
