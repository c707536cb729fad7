# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna assembly show`: what the assembly is about, and how far it is. Writes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ballots.assembly import Kind as QuestionKind
from ballots.assembly import Majority, Poll, Question, Quorum
from ballots.session import PollState, Session, fold
from kiosk.commands.folders import RECORD
from kiosk.ending import names_of
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.prepared import Prepared, load_prepared
from sync.replica import Replica

PLANNED, COUNTED = "planned", "counted"  # stages before and after those of `PollStage`


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a folder says. Polls: those planned, then those born in the room.

    A planned poll that was not opened has no state.
    """

    prepared: Prepared
    session: Session
    polls: tuple[tuple[Poll, PollState | None], ...]

    @property
    def spare_left(self) -> int:
        """How many questions can still be born in the room."""
        return sum(uuid not in self.session.polls for uuid in self.prepared.spare)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Read the folder, and tell."""
    shown = _read(chosen.folder)
    if chosen.election is not None:
        print(_election(shown, chosen.election))
    elif chosen.json:
        print(json.dumps(_facts(shown, said), ensure_ascii=False, indent=1))
    else:
        for line in _lines(shown, said):
            print(line)
    return 0


def _read(folder: Path) -> Shown:
    prepared = load_prepared(folder / "assembly")
    with Replica.open(folder / RECORD, read_only=True) as replica:
        session = fold(replica.everything(), prepared.assembly_id)
    planned = [
        (poll, session.polls.get(prepared.planned[poll.id])) for poll in prepared.assembly.polls
    ]
    born = [session.polls[uuid] for uuid in prepared.spare if uuid in session.polls]
    return Shown(
        prepared=prepared,
        session=session,
        polls=(*planned, *((state.poll, state) for state in born)),
    )


def _election(shown: Shown, wanted: str) -> str:
    """The exact text of a poll's election: whoever checks a challenge needs nothing else."""
    known = {poll.id: state for poll, state in shown.polls}
    if wanted not in known:
        raise KioskRefused(KioskProblem.POLL_UNKNOWN, poll=wanted, known=", ".join(known))
    state = known[wanted]
    if state is None:
        raise KioskRefused(KioskProblem.POLL_NOT_OPENED, poll=wanted)
    return state.election.decode()


def _stage(state: PollState | None) -> str:
    if state is None:
        return PLANNED
    return str(state.stage) if state.result is None else COUNTED


def _awaited(session: Session, state: PollState | None) -> str:
    """Who has to finish or, under a seal, to cosign; nobody before the poll is closed."""
    if state is None or not state.closed_at:
        return ""
    return names_of(session, state.seal.awaited if state.seal else state.awaited)


def _lines(shown: Shown, said: Voice) -> Iterator[str]:
    assembly, session, say = shown.prepared.assembly, shown.session, said.say
    call, language = assembly.call, said.language
    yield f"{assembly.title.in_language(language)} · {assembly.body.in_language(language)}"
    yield say("assembly.show.call", by=call.convened_by, on=call.convened_on, first=call.first)
    if call.second:
        yield say("assembly.show.second", second=call.second)
    yield say(
        "assembly.show.place",
        place=assembly.place,
        chair=assembly.chair,
        secretary=assembly.secretary,
    )
    if assembly.census:
        yield say("assembly.show.census", n=assembly.census)
    yield ""
    for number, item in enumerate(assembly.agenda, 1):
        yield f"{number:3}. {item.title.in_language(language)}"
    for poll, state in shown.polls:
        yield ""
        yield from _poll(poll, state, session, said)
    yield ""
    yield say("assembly.show.spare", n=shown.spare_left)
    yield say(
        "assembly.show.trustees",
        n=assembly.trustees,
        threshold=assembly.threshold,
        group=shown.prepared.group,
    )
    yield say("assembly.show.present", n=session.present)
    yield say("assembly.show.slips", **_slips(session))


def _poll(poll: Poll, state: PollState | None, session: Session, said: Voice) -> Iterator[str]:
    stage = said.say(f"assembly.stage.{_stage(state)}")
    yield f"{poll.title.in_language(said.language)} [{poll.id}]: {stage}"
    if state is not None:
        yield "  " + said.say("assembly.show.ballots", n=len(state.ballots))
    if awaited := _awaited(session, state):
        yield "  " + said.say("assembly.show.awaited", names=awaited)
    for question in poll.questions:
        yield f"  {question.text.in_language(said.language)}"
        for option in question.options:
            yield f"    · {option.text.in_language(said.language)}"
        yield "    " + " ".join(_rule(question, said))


def _rule(question: Question, said: Voice) -> Iterator[str]:
    """How many may be marked, what wins, and what must be reached: as the minutes word it."""
    rule = question.rule
    if question.kind is QuestionKind.APPROVAL:
        yield said.say("assembly.show.choose", n=question.maximum, least=question.minimum)
    if question.kind is not QuestionKind.YES_NO:
        yield said.say("minutes.majority.most-votes", n=rule.seats)
    elif rule.majority is None:
        yield said.say("minutes.majority.more-votes")
    if rule.majority is not None:
        code = "minutes.more-than" if rule.majority.strict else "minutes.at-least"
        yield _asked(code, rule.majority, said)
    if rule.quorum is not None:
        asked = _asked("minutes.at-least", rule.quorum, said)
        yield said.say("assembly.show.quorum", asked=asked)


def _asked(code: str, share: Majority | Quorum, said: Voice) -> str:
    part, whole = share.share.numerator, share.share.denominator
    fraction = said.say("share.fraction", part=part, whole=whole)
    return said.say(code, share=fraction, base=said.say(f"minutes.base.{share.base}"))


def _slips(session: Session) -> dict[str, int]:
    return {
        "printed": session.slips_printed,
        "issued": session.slips_issued,
        "returned": session.slips_returned,
        "left": session.slips_left,
        "void": session.slips_void,
    }


def _facts(shown: Shown, said: Voice) -> dict[str, object]:
    """The same as data, texts in one language; no name of a resident is among it."""
    assembly, session, language = shown.prepared.assembly, shown.session, said.language
    call = assembly.call
    return {
        "assembly": shown.prepared.assembly_id,
        "title": assembly.title.in_language(language),
        "body": assembly.body.in_language(language),
        "place": assembly.place,
        "chair": assembly.chair,
        "secretary": assembly.secretary,
        "census": assembly.census,
        "languages": list(assembly.languages),
        "call": {
            "convened_by": call.convened_by,
            "convened_on": call.convened_on,
            "first": call.first,
            "second": call.second,
            "ordinary": call.ordinary,
        },
        "agenda": [
            {"id": item.id, "title": item.title.in_language(language)} for item in assembly.agenda
        ],
        "polls": [_poll_facts(poll, state, session, language) for poll, state in shown.polls],
        "spare_left": shown.spare_left,
        "group": shown.prepared.group,
        "trustees": assembly.trustees,
        "threshold": assembly.threshold,
        "present": session.present,
        "slips": _slips(session),
    }


def _poll_facts(
    poll: Poll, state: PollState | None, session: Session, language: str
) -> dict[str, object]:
    return {
        "id": poll.id,
        "title": poll.title.in_language(language),
        "stage": _stage(state),
        "election": state.uuid if state else "",
        "ballots": len(state.ballots) if state else 0,
        "awaited": _awaited(session, state),
        "questions": [_question_facts(question, language) for question in poll.questions],
    }


def _question_facts(question: Question, language: str) -> dict[str, object]:
    rule = question.rule
    majority, quorum = rule.majority, rule.quorum
    return {
        "id": question.id,
        "kind": str(question.kind),
        "text": question.text.in_language(language),
        "item": question.item,
        "options": [
            {"id": option.id, "text": option.text.in_language(language)}
            for option in question.options
        ],
        "min": question.minimum,
        "max": question.maximum,
        "rule": {
            "seats": rule.seats,
            "quorum": quorum and {"share": str(quorum.share), "base": str(quorum.base)},
            "majority": majority
            and {
                "share": str(majority.share),
                "base": str(majority.base),
                "strict": majority.strict,
            },
        },
    }
