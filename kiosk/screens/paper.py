# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sheets of filling in the ballot paper: a question, its notices, leaving, the review."""

from __future__ import annotations

from ballots.assembly import Kind, Question
from kiosk import events
from kiosk.screens.icons import Icon
from kiosk.screens.saying import Saying
from kiosk.screens.sheet import Card, Line, Mark, Prose, Sheet
from kiosk.views import BLANK, Asking, Leaving, Notice, Reviewing


def asking(view: Asking, to: Saying) -> Sheet:
    """One question with its options in the order of the paper, the blank vote last."""
    if view.notice is not None:
        return _notice(view, view.notice, to)
    place = to.say("booth.place", number=view.index + 1, count=len(view.visit.poll.questions))
    several = view.question.kind is Kind.APPROVAL
    return Sheet(
        name=f"question:{view.index}",
        heading=to.word(view.question.text),
        hint=f"{place}. {_allowed(view.question, to)}" if several else "",
        note=_count(view, to) if several else place,
        blocks=(*_options(view, to), _blank(view, to)),
        back=to.back(),
        actions=(to.next(),),
    )


def _allowed(question: Question, to: Saying) -> str:
    """How many may be chosen."""
    fewest, most = question.minimum, question.maximum
    if fewest == most:
        return to.say("booth.asking.exactly", n=most)
    if fewest > 1:
        return to.say("booth.asking.between", minimum=fewest, maximum=most)
    return to.say("booth.asking.up-to", n=most)


def _count(view: Asking, to: Saying) -> str:
    """How many are chosen."""
    count = len(view.chosen or BLANK)
    return to.say("booth.asking.chosen", count=count, most=view.question.maximum)


def _options(view: Asking, to: Saying) -> tuple[Card, ...]:
    chosen = view.chosen or BLANK
    most = view.question.maximum
    return tuple(
        Card(
            name=f"option:{option.id}",
            lines=(Line(text=to.word(option.text)),),
            event=events.OptionToggled(option=option.id),
            front=_mark(view.question),
            chosen=option.id in chosen,
            full=1 < most <= len(chosen) and option.id not in chosen,
        )
        for option in view.question.options
    )


def _blank(view: Asking, to: Saying) -> Card:
    return Card(
        name="blank",
        lines=(Line(text=blank(view.question, to)),),
        event=events.BlankPicked(),
        front=_mark(view.question),
        chosen=view.chosen == BLANK,
    )


def _mark(question: Question) -> Mark:
    return Mark.SQUARE if question.maximum > 1 else Mark.CIRCLE


def blank(question: Question, to: Saying) -> str:
    """What choosing nothing is called in this kind of question."""
    return to.say("booth.abstain" if question.kind is Kind.YES_NO else "booth.blank")


def named(question: Question, chosen: frozenset[str], to: Saying) -> tuple[str, ...]:
    """The texts of a choice, in the order of the paper."""
    texts = tuple(to.word(option.text) for option in question.options if option.id in chosen)
    return texts or (blank(question, to),)


def _notice(view: Asking, notice: Notice, to: Saying) -> Sheet:
    """Why the booth does not go on."""
    if notice is Notice.INSTEAD:
        return _instead(view, to)
    question = view.question
    facts: dict[str, str | int] = {
        "n": question.maximum if notice is Notice.FULL else question.minimum,
        "blank": blank(question, to),
    }
    read = events.NoticeRead()
    understood = to.button("keep", Icon.CHECK, read, "understood", strong=True)
    return Sheet(
        name=f"notice:{notice}",
        heading=to.say(f"booth.notice.{notice}.heading", **facts),
        emblem=Icon.CARE,
        blocks=(Prose(text=to.say(f"booth.notice.{notice}.what", **facts)),),
        actions=(understood,),
    )


def _instead(view: Asking, to: Saying) -> Sheet:
    """What would be taken off is named and asked about."""
    chosen, wanted = view.chosen or BLANK, frozenset({view.wanted} - {""})
    return Sheet(
        name="notice:instead",
        heading=to.say("booth.notice.instead.heading"),
        emblem=Icon.CARE,
        blocks=(
            Prose(text=to.say("booth.notice.instead.now", choice=_list(view, chosen, to))),
            Prose(text=to.say("booth.notice.instead.then", choice=_list(view, wanted, to))),
        ),
        back=to.button("keep", Icon.BACK, events.NoticeRead()),
        actions=(to.button("change", Icon.CHECK, events.ChangePressed(), strong=True),),
    )


def _list(view: Asking, chosen: frozenset[str], to: Saying) -> str:
    return " · ".join(named(view.question, chosen, to))


def leaving(_view: Leaving, to: Saying) -> Sheet:
    """Out of the booth without a vote?"""
    return Sheet(
        name="leaving",
        heading=to.say("booth.leaving.heading"),
        emblem=Icon.LEAVE,
        blocks=(Prose(text=to.say("booth.leaving.what")),),
        back=to.leave(),
        actions=(to.again("stay", Icon.CHECK),),
    )


def reviewing(view: Reviewing, to: Saying) -> Sheet:
    """Every question with its choice; each is a way back to it."""
    return Sheet(
        name="review",
        heading=to.say("booth.review.heading"),
        hint=to.say("booth.review.hint"),
        blocks=tuple(
            _answer(index, question, view, to)
            for index, question in enumerate(view.visit.poll.questions)
        ),
        back=to.back(),
        actions=(to.next("seal", Icon.SEAL),),
    )


def _answer(index: int, question: Question, view: Reviewing, to: Saying) -> Card:
    chosen = view.visit.chosen(question)
    lines = [Line(text=to.word(question.text))]
    open_still = (to.say("booth.notice.choose.heading"),)
    texts = open_still if chosen is None else named(question, chosen, to)
    lines += [Line(text=text, strong=True) for text in texts]
    left = question.maximum - len(chosen or BLANK)
    if chosen and left and question.kind is Kind.APPROVAL:
        lines.append(Line(text=to.say("booth.review.left", n=left)))
    return Card(
        name=f"question:{index}",
        lines=tuple(lines),
        event=events.QuestionPicked(index=index),
        front=Icon.PENCIL,
    )
