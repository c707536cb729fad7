# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file in which an organiser describes an assembly, and the one of a question born in it.

README.md of `examples/` shows both. Every problem of a file is told with line and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ballots.assembly import AgendaItem, Assembly, Call, Poll
from kiosk.file_problems import FileProblem, FileRefused
from kiosk.poll_table import Known, read_poll_table
from kiosk.toml_table import Source, Table
from sync.decidim.exported.proposals import Proposal

MAX_ITEMS = 50
MAX_POLLS = 10
MAX_CENSUS = 10_000_000
MAX_TRUSTEES = 9
MAX_SPARE = 20
MAX_LANGUAGES = 12
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)


def read_assembly_file(
    text: str, proposals: Sequence[Proposal] = (), projects: Sequence[Proposal] = ()
) -> Assembly:
    """The assembly that a TOML text describes; it may name `proposals` and `projects` by ids.

    Raises:
        FileRefused: with every problem of the text.
    """
    source = Source(text)
    by_id = [{each.id: each for each in some} for some in (proposals, projects)]
    assembly = _assembly(source.root, *by_id)
    if assembly is None:
        raise FileRefused(source.problems)
    return assembly


def read_room_question(text: str, languages: Sequence[str], *, census: int = 0) -> Poll:
    """The poll that a TOML text describes: a question born in the room, on a spare election.

    `languages` and `census` are those of the assembly.

    Raises:
        FileRefused: with every problem of the text.
    """
    source = Source(text)
    poll = read_poll_table(source.root, Known(languages=tuple(languages), census=census))
    if poll is None:
        raise FileRefused(source.problems)
    return poll


def _assembly(
    root: Table, proposals: Mapping[str, Proposal], projects: Mapping[str, Proposal]
) -> Assembly | None:
    census = root.number("census", 0, MAX_CENSUS, default=0)
    known_census = census if root.clean else MAX_CENSUS
    languages = _languages(root)
    known = Known(languages=languages, census=known_census, proposals=proposals, projects=projects)
    title, body = root.wording("title", languages), root.wording("body", languages)
    call = _call(root.table("call"))
    agenda = [_item(table, known) for table in root.tables("agenda", 1, MAX_ITEMS)]
    polls = [read_poll_table(table, known) for table in root.tables("polls", 1, MAX_POLLS)]
    trustees = root.number("trustees", 1, MAX_TRUSTEES, default=3)
    threshold = root.number("threshold", 1, trustees, default=min(2, trustees))
    place, chair, secretary = (root.text(key) for key in ("place", "chair", "secretary"))
    spare = root.number("spare_elections", 0, MAX_SPARE, default=2)
    root.done()
    if not root.clean or call is None:
        return None
    return Assembly(
        title=title,
        body=body,
        place=place,
        call=call,
        languages=languages,
        agenda=tuple(agenda),
        polls=tuple(filter(None, polls)),
        chair=chair,
        secretary=secretary,
        census=census,
        spare_elections=spare,
        threshold=threshold,
        trustees=trustees,
    )


def _languages(root: Table) -> tuple[str, ...]:
    tags: dict[str, None] = {}
    for number, tag in root.texts("languages", 1, MAX_LANGUAGES):
        if not _LANGUAGE.fullmatch(tag):
            root.wrong(FileProblem.LANGUAGE, "languages", number, tag=tag)
        elif tag in tags:
            root.wrong(FileProblem.DUPLICATE, "languages", number, id=tag)
        else:
            tags[tag] = None
    return tuple(tags)


def _call(table: Table | None) -> Call | None:
    if table is None:
        return None
    call = Call(
        convened_by=table.text("convened_by"),
        convened_on=table.day("convened_on"),
        first=table.moment("first"),
        second=table.moment("second", default=""),
        ordinary=table.flag("ordinary", default=True),
    )
    table.done()
    return call


def _item(table: Table, known: Known) -> AgendaItem:
    item = AgendaItem(
        id=table.name("id", known.items), title=table.wording("title", known.languages)
    )
    table.done()
    return item
