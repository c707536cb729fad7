# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which event leads from which view to which. A pair without a row changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from kiosk import events as common
from kiosk.events import Event, Forget, PersonActed, Speak, Ticked
from kiosk.flow import settings
from kiosk.joining import events, steps, typing, views
from kiosk.joining.views import Locked, State, Step, Words

HIDES_AFTER = 60.0  # seconds without a person until a half-typed passphrase is dropped

Handler = Callable[..., Step]
Row = tuple[tuple[type, type[Event]], Handler]


def step(state: State, event: Event) -> Step:
    """The state after `event`, and the wishes to carry out in their order."""
    after, wishes = _step(state, event)
    if isinstance(state.view, Locked | views.Unlocking) and not isinstance(after.view, Locked):
        wishes = (*wishes, Forget())  # nothing that was drawn tells the passphrase
    if after.settings.aloud and _heard(after) != _heard(state):
        wishes = (*wishes, Speak())
    return after, wishes


def _step(state: State, event: Event) -> Step:
    if isinstance(event, Ticked):
        return _tick(state, max(0.0, event.seconds))
    present = replace(state, idle=0.0) if isinstance(event, PersonActed) else state
    handler = _ANYWHERE.get(type(event)) or _TABLE.get((type(state.view), type(event)))
    return handler(present, present.view, event) if handler else present.stay()


def _tick(state: State, seconds: float) -> Step:
    later, view = replace(state, idle=state.idle + seconds), state.view
    if isinstance(view, Words) and view.locked:
        left = max(0.0, view.locked - seconds)
        after = replace(view, locked=left, trouble=view.trouble if left else None)
        return replace(later, view=after).stay()
    if isinstance(view, Locked) and view.typed.text and later.idle >= HIDES_AFTER:
        return replace(later, view=Locked(), idle=0.0), (Forget(),)
    return later.stay()


def _heard(state: State) -> tuple[object, ...]:
    return type(state.view), state.settings, state.choosing_language


_ANYWHERE: Mapping[type[Event], Handler] = MappingProxyType(
    {
        common.LanguagesPressed: settings.languages,
        common.LanguagePicked: settings.language,
        common.SizePicked: settings.size,
        common.ContrastPicked: settings.contrast,
        common.ListenPressed: settings.listen,
    }
)

_JOINING: Mapping[tuple[type, type[Event]], Handler] = MappingProxyType(
    {
        (views.Naming, common.NextPressed): steps.named,
        (views.Doors, events.DoorPicked): steps.open_door,
        (views.Opening, events.DoorOpened): steps.opened,
        (views.Opening, events.WentWrong): steps.failed,
        (views.Words, events.WentWrong): steps.wrong,
        (views.Words, events.AnswerCame): steps.answered,
        (views.Codes, events.WentWrong): steps.wrong,
        (views.Codes, events.HostShows): steps.host_shows,
        (views.Scanning, common.CodeScanned): steps.scanned,
        (views.Scanning, events.WentWrong): steps.failed,
        (views.Checking, events.AnswerCame): steps.answered,
        (views.Checking, events.WentWrong): steps.failed,
        (views.Plugging, events.WentWrong): steps.wrong,
        (views.Plugging, events.RequestWritten): steps.written,
        (views.Plugging, events.AnswerCame): steps.answered,
        (views.Carrying, events.WentWrong): steps.wrong,
        (views.Carrying, events.AnswerCame): steps.answered,
        (views.Comparing, events.SamePressed): steps.compared,
        (views.Moving, events.Done): steps.moved_in,
        (views.Moving, events.WentWrong): steps.failed,
        (views.Failed, common.AgainPressed): steps.again,
        (views.Different, common.AgainPressed): steps.again,
        (views.Joined, common.LeavePressed): steps.leave,
    }
)

_UNLOCKING: Mapping[tuple[type, type[Event]], Handler] = MappingProxyType(
    {
        (views.Locked, events.ShowPressed): typing.show,
        (views.Locked, common.NextPressed): typing.unlock,
        (views.Unlocking, events.Done): typing.unlocked,
        (views.Unlocking, events.WentWrong): typing.refused,
    }
)


def _shared() -> Iterator[Row]:
    """Both who name and who unlock type; from every door there is a way back."""
    for view in (views.Naming, views.Locked):
        yield (view, common.KeyPressed), typing.key
        yield (view, common.ErasePressed), typing.erase
        yield (view, events.LayerPicked), typing.layer
    for door in (views.Words, views.Codes, views.Scanning, views.Plugging, views.Carrying):
        yield (door, common.BackPressed), steps.shut


_TABLE: Mapping[tuple[type, type[Event]], Handler] = MappingProxyType(
    {**_JOINING, **_UNLOCKING, **dict(_shared())}
)
