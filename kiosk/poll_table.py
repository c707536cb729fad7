# SPDX-License-Identifier: AGPL-3.0-or-later
"""One poll of an assembly's file: its questions, their options, the rules that decide them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballots.assembly import (
    MAX_OPTIONS,
    MAX_QUESTIONS,
    Alone,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Poll,
    Question,
    Quorum,
    QuorumBase,
    Reference,
    Rule,
    Thing,
    Wording,
)
from kiosk.file_problems import FileProblem
from kiosk.toml_table import Table
from sync.decidim.exported.proposals import Proposal


@dataclass(slots=True, kw_only=True)
class Known:
    """What the parts of a file must agree on. While no item is known, any may be named."""

    languages: tuple[str, ...]
    census: int
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    projects: Mapping[str, Proposal] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    polls: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)

    def things(self, kind: Thing) -> Mapping[str, Proposal]:
        """What of that kind a file may refer to, by id."""
        return self.projects if kind is Thing.PROJECT else self.proposals


def read_poll_table(table: Table, known: Known) -> Poll | None:
    """The poll that a table describes; None when something is wrong with it."""
    name = table.name("id", known.polls)
    title = table.wording("title", known.languages)
    questions = [_question(each, known) for each in table.tables("questions", 1, MAX_QUESTIONS)]
    alone = table.choice("alone", Alone) if table.has("alone") else Alone.OPEN
    table.done()
    if not table.clean:
        return None
    return Poll(id=name, title=title, questions=tuple(filter(None, questions)), alone=alone)


def _question(table: Table, known: Known) -> Question | None:
    name = table.name("id", known.questions)
    kind = table.choice("kind", Kind)
    text = table.wording("text", known.languages)
    item = table.text("item", default="")
    if item and known.items and item not in known.items:
        table.wrong(FileProblem.UNKNOWN_ITEM, "item", id=item)
    options = _options(table, known)
    if kind is Kind.YES_NO and table.clean and [each.id for each in options] != ["yes", "no"]:
        table.wrong(FileProblem.YES_NO, "options")
    several = len(options) if table.clean else MAX_OPTIONS
    most = several if kind is Kind.APPROVAL or not table.clean else 1
    maximum = table.number("max", 1, most, default=None if kind is Kind.APPROVAL else 1)
    minimum = table.number("min", 1, maximum, default=1)
    seats = 1 if kind is Kind.YES_NO and table.clean else several
    rule = _rule(table.table("rule", required=False), known, seats)
    table.done()
    if not table.clean:
        return None
    return Question(
        id=name,
        kind=kind,
        text=text,
        options=options,
        rule=rule,
        minimum=minimum,
        maximum=maximum,
        item=item,
    )


def _options(table: Table, known: Known) -> tuple[Option, ...]:
    """The options as they are written, or as `{ proposals = [ids] }` takes them over.

    `{ projects = [ids] }` does so with the projects of a budget. A written option may say which
    of them it stands for, as `proposal = id` or `project = id`.
    """
    if table.holds_table("options"):
        return _proposed(table.table("options"), known)
    taken: set[str] = set()
    options = []
    for each in table.tables("options", 2, MAX_OPTIONS):
        text = each.wording("text", known.languages)
        options.append(Option(id=each.name("id", taken), text=text, about=_about(each, known)))
        each.done()
    return tuple(options)


def _about(table: Table, known: Known) -> Reference | None:
    kind = next((each for each in Thing if table.has(each)), None)
    id_ = table.text(kind) if kind else ""
    if not kind or not id_:
        return None
    thing = known.things(kind).get(id_)
    if thing is None:
        table.wrong(FileProblem.UNKNOWN_PROPOSAL, kind, id=id_)
    elif thing.state == "withdrawn":
        table.wrong(FileProblem.WITHDRAWN, kind, id=id_)
    return Reference(kind=kind, id=id_)


def _proposed(table: Table | None, known: Known) -> tuple[Option, ...]:
    assert table
    options: dict[str, Option] = {}
    of_projects = table.has("projects") and not table.has("proposals")
    kind = Thing.PROJECT if of_projects else Thing.PROPOSAL
    key = f"{kind}s"
    for number, id_ in table.texts(key, 2, MAX_OPTIONS):
        proposal = known.things(kind).get(id_)
        if id_ in options:
            table.wrong(FileProblem.DUPLICATE, key, number, id=id_)
        elif proposal is None:
            table.wrong(FileProblem.UNKNOWN_PROPOSAL, key, number, id=id_)
        else:
            if proposal.state == "withdrawn":
                table.wrong(FileProblem.WITHDRAWN, key, number, id=id_)
            missing = [tag for tag in known.languages if tag not in proposal.title.texts]
            for tag in missing:
                facts = {"id": id_, "language": tag}
                table.wrong(FileProblem.UNTRANSLATED, key, number, **facts)
            name = f"project-{id_}" if of_projects else id_
            about = Reference(kind=kind, id=id_)
            options[id_] = Option(id=name, text=_title(proposal, known), about=about)
    table.done()
    return tuple(options.values())


def _title(proposal: Proposal, known: Known) -> Wording:
    """The title in the languages of the assembly, or all of it if it lacks them."""
    texts = proposal.title.texts
    return Wording({tag: texts[tag] for tag in known.languages if tag in texts} or texts)


def _rule(table: Table | None, known: Known, most_seats: int) -> Rule:
    if table is None:
        return Rule()
    rule = Rule(
        quorum=_quorum(table.table("quorum", required=False), known),
        majority=_majority(table.table("majority", required=False), known),
        seats=table.number("seats", 1, most_seats, default=1),
    )
    table.done()
    return rule


def _quorum(table: Table | None, known: Known) -> Quorum | None:
    if table is None:
        return None
    quorum = Quorum(share=table.share("share", zero=False), base=table.choice("base", QuorumBase))
    _check_census(table, quorum.base is QuorumBase.CENSUS, known)
    table.done()
    return quorum


def _majority(table: Table | None, known: Known) -> Majority | None:
    if table is None:
        return None
    majority = Majority(
        share=table.share("share", zero=True),
        base=table.choice("base", MajorityBase),
        strict=table.flag("strict", default=True),
    )
    if table.clean and majority.strict and majority.share == 1:
        table.wrong(FileProblem.UNREACHABLE, "share")
    _check_census(table, majority.base is MajorityBase.CENSUS, known)
    table.done()
    return majority


def _check_census(table: Table, of_census: bool, known: Known) -> None:
    if table.clean and of_census and not known.census:
        table.wrong(FileProblem.NO_CENSUS, "base")
