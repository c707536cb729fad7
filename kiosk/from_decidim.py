# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file of an assembly, written from what Decidim says about a meeting.

The organiser can keep it, change it, and give it to `urna assembly new` again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ballots.assembly import MAX_OPTIONS, Wording
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import LANGUAGES, voice
from sync.decidim.exported.proposals import Proposal
from sync.decidim.plain import plain_line
from sync.decidim.reading.candidates import plain_texts, projects_of, proposals_of
from sync.decidim.reading.rows import MeetingRow
from sync.decidim.reading.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one question asks about: `proposals` or `projects`, by their ids."""

    of: str
    ids: tuple[str, ...]


def assembly_text(
    snapshot: Snapshot, questions: Sequence[Chosen], *, meeting: str | None, today: str
) -> str:
    """The TOML of an assembly with one ballot paper: a question for each choice.

    One thing is asked about with yes and no, several by approval.

    Raises:
        KioskRefused: `no-meeting`, `not-pulled`.
    """
    row = _meeting(snapshot, meeting, today)
    languages = _languages(row, snapshot, questions)
    return "\n".join(_lines(snapshot, row, questions, languages, today)) + "\n"


def _meeting(snapshot: Snapshot, wished: str | None, today: str) -> MeetingRow:
    """The meeting that is wished, or the next one, or the last one."""
    held = [each for each in snapshot.meetings if not each.withdrawn and plain_texts(each.title)]
    if wished is not None:
        held = [each for each in held if each.id == wished]
    held.sort(key=lambda each: each.start)
    if not held:
        raise KioskRefused(KioskProblem.NO_MEETING, path=snapshot.space.slug)
    return next((each for each in held if each.start[:10] >= today), held[-1])


def _known(snapshot: Snapshot) -> Mapping[str, Mapping[str, Proposal]]:
    return {
        "proposals": {each.id: each for each in proposals_of(snapshot)},
        "projects": {each.id: each for each in projects_of(snapshot)},
    }


def _languages(
    row: MeetingRow, snapshot: Snapshot, questions: Sequence[Chosen]
) -> tuple[str, ...]:
    """Those that we speak and that everything chosen is written in; one at least."""
    known = _known(snapshot)
    titles = [plain_texts(row.title)]
    for question in questions:
        for id_ in question.ids:
            candidate = known[question.of].get(id_)
            if candidate is None:
                raise KioskRefused(KioskProblem.NOT_PULLED, id=id_)
            titles.append(dict(candidate.title.texts))
    common = [tag for tag in LANGUAGES if all(tag in each for each in titles)]
    return tuple(common) or (next(iter(titles[-1])),)


def _lines(
    snapshot: Snapshot,
    row: MeetingRow,
    questions: Sequence[Chosen],
    languages: Sequence[str],
    today: str,
) -> Iterator[str]:
    space = plain_texts(snapshot.space.title)
    title = plain_texts(row.title)
    blank = voice(languages[0]).say("assembly.from.blank")
    place = plain_line(next(iter(row.location.values()), "")) or plain_line(row.address)
    yield f"languages = {_quoted(list(languages))}"
    yield f"place = {_quoted(place or blank)}"
    yield f"chair = {_quoted(blank)}"
    yield f"secretary = {_quoted(blank)}"
    yield f"title = {_wording(title, languages)}"
    yield f"body = {_wording(space or title, languages)}"
    yield "\n[call]"
    yield f"convened_by = {_quoted(_in(space or title, languages[0]))}"
    yield f"convened_on = {today}"
    yield f"first = {row.start[:16]}:00"
    items = [each for each in row.agenda if plain_texts(each.title)]
    for item in items:
        yield f'\n[[agenda]]\nid = "item-{item.id}"'
        yield f"title = {_wording(plain_texts(item.title), languages)}"
    vote = {tag: voice(tag).say("assembly.from.vote") for tag in languages}
    if not items:
        yield f'\n[[agenda]]\nid = "vote"\ntitle = {_wording(vote, languages)}'
    yield f'\n[[polls]]\nid = "vote"\ntitle = {_wording(vote, languages)}'
    known = _known(snapshot)
    for number, question in enumerate(questions, 1):
        yield f'\n[[polls.questions]]\nid = "question-{number}"'
        yield from _question(question, known[question.of], languages)


def _question(
    question: Chosen, known: Mapping[str, Proposal], languages: Sequence[str]
) -> Iterator[str]:
    if len(question.ids) == 1:
        title = known[question.ids[0]].title
        texts = {tag: _asked(title, tag) for tag in languages}
        words = {
            word: {tag: voice(tag).say(f"assembly.from.{word}") for tag in languages}
            for word in ("yes", "no")
        }
        thing = _quoted(question.of.removesuffix("s"))[1:-1]
        about = {"yes": f", {thing} = {_quoted(question.ids[0])}", "no": ""}
        told = ", ".join(
            f'{{ id = "{word}", text = {_wording(said, languages)}{about[word]} }}'
            for word, said in words.items()
        )
        yield f'kind = "yes-no"\ntext = {_wording(texts, languages)}\noptions = [{told}]'
    else:
        texts = {tag: voice(tag).say("assembly.from.which") for tag in languages}
        yield f'kind = "approval"\ntext = {_wording(texts, languages)}'
        yield f"max = {min(len(question.ids), MAX_OPTIONS)}"
        yield f"options.{question.of} = {_quoted(list(question.ids))}"


def _asked(title: Wording, tag: str) -> str:
    return voice(tag).say("assembly.from.one", title=title.in_language(tag))


def _in(texts: Mapping[str, str], tag: str) -> str:
    return texts.get(tag) or next(iter(texts.values()))


def _wording(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """A text in every language; where one is missing, in another."""
    said = ", ".join(f"{tag} = {_quoted(_in(texts, tag))}" for tag in languages)
    return f"{{ {said} }}"


def _quoted(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
