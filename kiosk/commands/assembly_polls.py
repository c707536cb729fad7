# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly open` and `close`: what the facilitator does to polls."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from time import strftime

from ballots.assembly import Poll
from ballots.record.kinds import Role
from ballots.session import PollStage, PollState, Session
from kiosk.commands.company import in_company
from kiosk.commands.folders import switched_on
from kiosk.device import Device
from kiosk.ending import names_of
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.facilitator import Facilitator, settle
from kiosk.i18n import Voice
from kiosk.organiser_files import read_question

SEALS = 10.0  # seconds that devices have to finish and sign, where they are on the network


def clock() -> str:
    """The time on the wall, as HH:MM."""
    return strftime("%H:%M")


def open_(chosen: argparse.Namespace, said: Voice) -> int:
    """Open a poll, and say how booths get to know of it."""
    with (
        switched_on(chosen.folder, Role.FACILITATOR) as device,
        in_company(device, chosen, said) as company,
    ):
        if chosen.question is not None:
            about = device.prepared.assembly
            poll = read_question(chosen.question, about.languages, census=about.census)
            _require_new(poll, device)
        else:
            poll = _planned(device, chosen.poll)
        Facilitator(device, clock).open_poll(poll)
    title = poll.title.in_language(said.language)
    code = "assembly.open.told" if company.is_met else "assembly.open.done"
    print(said.say(code, poll=title, id=poll.id, folder=str(chosen.folder)))
    return 0


def close(chosen: argparse.Namespace, said: Voice) -> int:
    """Close a poll, seal what can be sealed, and say who is awaited."""
    with switched_on(chosen.folder, Role.FACILITATOR) as device:
        with in_company(device, chosen, said, settle) as company:
            state = _open_poll(device, chosen.poll)
            Facilitator(device, clock).close_poll(state.uuid)
            if company.node and company.is_met:
                company.node.wait_for(lambda: _is_sealed(device, state.uuid), SEALS)
        settle(device)
        session = device.session()
    title = state.poll.title.in_language(said.language)
    print(said.say("assembly.close.done", poll=title))
    for line in closing_news(session, said):
        print(line)
    return 0


def _is_sealed(device: Device, uuid: str) -> bool:
    return device.session().polls[uuid].stage is PollStage.SEALED


def closing_news(session: Session, said: Voice) -> Iterator[str]:
    """Of every poll that is closed: who is awaited, and what to do."""
    for state in session.polls.values():
        if state.stage is PollStage.OPEN:
            continue
        poll = state.poll.title.in_language(said.language)
        if state.stage is PollStage.SEALED:
            yield said.say("assembly.poll.sealed", poll=poll)
        elif state.seal is not None:
            names = names_of(session, state.seal.awaited)
            yield said.say("assembly.poll.cosign", poll=poll, names=names)
        elif state.awaited:
            names = names_of(session, state.awaited)
            yield said.say("assembly.poll.awaited", poll=poll, names=names)
        else:
            yield said.say("assembly.poll.finished", poll=poll)


def _planned(device: Device, wanted: str | None) -> Poll:
    """The planned poll of that id, or the first that was not opened yet."""
    opened = {state.poll.id for state in device.session().polls.values()}
    polls = device.prepared.assembly.polls
    if wanted is None:
        for poll in polls:
            if poll.id not in opened:
                return poll
        raise KioskRefused(KioskProblem.NO_POLL_LEFT)
    if wanted in opened:
        raise KioskRefused(KioskProblem.POLL_OPENED, poll=wanted)
    for poll in polls:
        if poll.id == wanted:
            return poll
    raise _unknown(wanted, device)


def _require_new(poll: Poll, device: Device) -> None:
    """Refuses a question with the id of another: results and minutes could not tell them apart."""
    others = [state.poll for state in device.session().polls.values()]
    others += device.prepared.assembly.polls
    taken = {other.id for other in others}
    taken |= {question.id for other in others for question in other.questions}
    for id_ in (poll.id, *(question.id for question in poll.questions)):
        if id_ in taken:
            raise KioskRefused(KioskProblem.ID_TAKEN, id=id_)


def _open_poll(device: Device, wanted: str) -> PollState:
    for state in device.session().polls.values():
        if state.poll.id == wanted:
            if state.stage is not PollStage.OPEN:
                raise KioskRefused(KioskProblem.POLL_CLOSED, poll=wanted)
            return state
    if wanted in device.prepared.planned:
        raise KioskRefused(KioskProblem.POLL_NOT_OPENED, poll=wanted)
    raise _unknown(wanted, device)


def _unknown(wanted: str, device: Device) -> KioskRefused:
    known = [poll.id for poll in device.prepared.assembly.polls]
    known += [state.poll.id for state in device.session().polls.values()]
    names = ", ".join(dict.fromkeys(known))
    return KioskRefused(KioskProblem.POLL_UNKNOWN, poll=wanted, known=names)
