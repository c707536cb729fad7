# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of a person who arrives: welcome, typing the code, waiting, turned away."""

from __future__ import annotations

from kiosk import events
from kiosk.flow.arriving import CODE_SYMBOLS, SYMBOLS
from kiosk.screens.icons import Icon
from kiosk.screens.saying import Saying
from kiosk.screens.sheet import Card, Keypad, Line, Mark, Prose, Sheet, Symbol
from kiosk.troubles import SlipProblem
from kiosk.views import Copying, Paper, TurnedAway, Typing, Welcome


def welcome(_view: Welcome, to: Saying) -> Sheet:
    """Every language is on show: nobody has to look for it."""
    return Sheet(
        name="welcome",
        title=to.word(to.title) if to.title else "",
        heading=to.say("booth.welcome.heading"),
        note=to.company(),
        emblem=Icon.SLIP,
        blocks=_languages(to),
        actions=(to.button("type", Icon.KEYS, events.TypePressed()),),
    )


def languages(to: Saying) -> Sheet:
    """The languages, over whatever the person was doing."""
    return Sheet(
        name="languages",
        heading=to.say("booth.languages.heading"),
        emblem=Icon.GLOBE,
        blocks=_languages(to),
        back=to.back(events.LanguagesPressed()),
    )


def _languages(to: Saying) -> tuple[Card, ...]:
    """One card for each language, named in itself."""
    return tuple(
        Card(
            name=f"language:{language}",
            lines=(Line(text=to.voices(language).say("booth.language")),),
            event=events.LanguagePicked(language=language),
            front=Mark.CIRCLE,
            chosen=language == to.voice.language,
        )
        for language in to.languages
    )


def typing(view: Typing, to: Saying) -> Sheet:
    """Keys of the alphabet of codes; "next" appears when the code is whole."""
    missing = CODE_SYMBOLS - len(view.code)
    groups = [view.code[start : start + 6] for start in range(0, len(view.code), 6)]
    heading = to.say("booth.typing.heading")
    erase = to.button("erase", Icon.ERASE, events.ErasePressed())
    return Sheet(
        name="typing",
        heading=heading,
        note=to.say("booth.typing.missing", n=missing) if view.code and missing else "",
        blocks=(Keypad(keys=_keys(), typed="-".join(groups), prompt=heading),),
        back=to.back(),
        actions=(erase,) if missing else (erase, to.next()),
        bare=True,
    )


def _keys() -> tuple[Symbol, ...]:
    return tuple(
        Symbol(name=f"key:{symbol}", label=symbol, event=events.KeyPressed(symbol=symbol))
        for symbol in SYMBOLS
    )


def turned_away(view: TurnedAway, to: Saying) -> Sheet:
    """What is wrong with the slip, and what the person can do."""
    said = f"booth.turned-away.{view.reason}"
    what = [Prose(text=to.say(f"{said}.what", at=view.at))]
    actions = [to.done("understood")]
    if view.copy:
        what.append(Prose(text=to.say("booth.turned-away.copy")))
        actions.insert(0, to.button("copy", Icon.PRINTER, events.CopyPressed()))
    if view.reason is SlipProblem.DAMAGED:
        actions.insert(0, to.button("type", Icon.KEYS, events.TypePressed()))
    return Sheet(
        name="turned-away",
        heading=to.say(f"{said}.heading", at=view.at),
        emblem=Icon.CARE,
        blocks=tuple(what),
        actions=tuple(actions),
    )


def copying(view: Copying, to: Saying) -> Sheet:
    """The copy of a receipt, coming or out."""
    if view.paper is not Paper.OUT:
        return to.waiting("copying", Icon.PRINTER)
    return Sheet(
        name="copied",
        heading=to.say("booth.copied.heading"),
        emblem=Icon.PRINTER,
        blocks=(Prose(text=to.say("booth.copied.what")),),
        actions=(to.done(),),
    )
