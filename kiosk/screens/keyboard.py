# SPDX-License-Identifier: AGPL-3.0-or-later
"""A keyboard of three rows of symbols, a row of layers and the space, and the buttons below."""

from __future__ import annotations

from kiosk.events import ErasePressed, KeyPressed
from kiosk.joining.events import LayerPicked
from kiosk.joining.keyboard import COLUMNS, ROWS, SPACE, Layer, Typed
from kiosk.screens.icons import Icon
from kiosk.screens.saying import Saying
from kiosk.screens.sheet import Action, Keypad, Symbol

HIDDEN = "•"
SPACE_SHOWN = "\N{NO-BREAK SPACE}"


def keyboard(typed: Typed, prompt: str, to: Saying, *, hidden: bool = False) -> Keypad:
    """Keys, and what was typed: as it is, or as so many dots."""
    keys = [
        Symbol(name=f"key:{symbol}", label=symbol, event=KeyPressed(symbol=symbol))
        for row in ROWS[typed.layer]
        for symbol in row
    ]
    keys += [
        Symbol(
            name=f"layer:{layer.name.lower()}",
            label=layer,
            event=LayerPicked(layer=layer),
            chosen=layer is typed.layer,
        )
        for layer in Layer
    ]
    label, rest = to.say("joining.space"), COLUMNS - len(Layer)
    keys.append(Symbol(name="space", label=label, event=KeyPressed(symbol=SPACE), span=rest))
    text = HIDDEN * len(typed.text) if hidden else typed.text.replace(SPACE, SPACE_SHOWN)
    return Keypad(keys=tuple(keys), typed=text, prompt=prompt, columns=COLUMNS)


def erase(to: Saying) -> Action:
    """One symbol less."""
    return to.button("erase", Icon.ERASE, ErasePressed())
