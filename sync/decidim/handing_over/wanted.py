# SPDX-License-Identifier: AGPL-3.0-or-later
"""From results to what Decidim should have in the end, as the organiser chose it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ballots.assembly import Kind, Option, Reference, Thing
from ballots.counting import Fate, Standing
from sync.decidim.handing_over.evenings import Evening
from sync.decidim.handing_over.ledger import Ledger, Target
from sync.decidim.handing_over.plan import Change, Given, Wanted
from sync.decidim.handing_over.texts import (
    Closing,
    Texts,
    digest,
    digest_of_answer,
    digest_of_closure,
    digest_of_result,
)
from sync.decidim.handing_over.together import Result
from sync.decidim.handing_over.wording import Voices, of_evening, of_option, of_result
from sync.decidim.plain import plain_line
from sync.decidim.reading.rows import MeetingRow
from sync.decidim.uploads.accountability import NewResult, results_csv
from sync.decidim.uploads.answers import Answer, answers_csv, answers_json
from sync.decidim.uploads.closure import Closure
from sync.decidim.uploads.ids import in_order
from sync.decidim.uploads.paper_ballots import paper_ballots_csv
from sync.decidim.uploads.rich import title


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the organiser chose.

    `states` are tokens by what became of a proposal: others are not answered, since not to be
    chosen first is not to be rejected. `paper_ballots` tells whether the platform has the module
    that takes votes for projects. `accountability` are ids of questions whose result is to be
    followed up.
    """

    states: Mapping[Fate, str] = field(default_factory=lambda: {Fate.CHOSEN: "accepted"})
    paper_ballots: bool = True
    accountability: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is wanted, and the texts that files will hold."""

    wanted: tuple[Wanted, ...]
    texts: Texts


def prepare(results: Sequence[Result], choices: Choices, voices: Voices) -> Prepared:
    """Everything that follows from the results."""
    locale = next(iter(voices))
    wanted: list[Wanted] = []
    answers: list[Answer] = []
    new: list[NewResult] = []
    for result in results:
        for option, about, standing in _referenced(result):
            if about.kind is Thing.PROJECT:
                if choices.paper_ballots:
                    wanted.append(_of_option(Target.PAPER_BALLOTS, result, option, locale))
            elif standing.fate in choices.states:
                state = choices.states[standing.fate]
                texts = of_option(result, option.id, voices)
                answers.append(Answer(proposal=about.id, state=state, texts=texts))
                content = digest_of_answer(answers[-1])
                wanted.append(_of_option(Target.ANSWERS, result, option, locale, content))
            else:
                wanted.append(
                    Wanted(target=Target.ANSWERS, id=about.id, name=_name(result, option, locale))
                )
        if result.question.id in choices.accountability:
            new.append(_new_result(result, voices))
            wanted.append(_of_result(result, new[-1], locale))
    texts_of_all = Texts(answers=tuple(answers), results=tuple(new))
    return Prepared(wanted=tuple(wanted), texts=texts_of_all)


def to_close(
    meeting: MeetingRow, evening: Evening, results: Sequence[Result], voices: Voices
) -> Prepared:
    """A meeting that is closed with what one evening tells of the questions that were its own."""
    locale = next(iter(voices))
    own = tuple(each for each in results if {site.evening for site in each.sites} == {evening})
    options = (option for vote in evening.votes for option in vote.question.options)
    about = {option.about for option in options if option.about}
    closure = Closure(
        reports=of_evening(evening, own, voices),
        present=evening.present,
        proposals=tuple(in_order(each.id for each in about if each.kind is Thing.PROPOSAL)),
    )
    given = Given(
        assembly=evening.assembly,
        bundle=evening.bundle,
        entries=len(evening.entries),
        number=evening.present,
    )
    wanted = Wanted(
        target=Target.CLOSURE,
        id=meeting.id,
        name=plain_line(meeting.title.get(locale) or next(iter(meeting.title.values()), "")),
        given=(given,),
        content=digest_of_closure(closure),
    )
    closing = Closing(meeting=meeting.id, closure=closure)
    return Prepared(wanted=(wanted,), texts=Texts(closings=(closing,)))


def files(
    ledger: Ledger,
    changes: Iterable[Change],
    texts: Texts,
    places: Callable[[Change], str],
    there: Collection[str],
    separator: str = ";",
) -> dict[str, bytes]:
    """The files for some changes, one for each target and component: no form takes another's.

    Their names tell from which state of the ledger to which they lead, so that none takes the
    place of another. `places` tells the component of a change, empty where nobody knows it;
    `there` are the external ids that results have already.
    """
    some = tuple(changes)
    by_place: dict[tuple[Target, str], list[Change]] = {}
    for change in some:
        by_place.setdefault((change.target, places(change)), []).append(change)
    after = ledger.with_rows(row for change in some for row in change.handed).digest
    made: dict[str, bytes] = {}
    for (target, place), own in by_place.items():
        name = f"{ledger.digest[:12]}-{after[:12]}-{target}{place and f'-{place}'}"
        if target is Target.ANSWERS:
            answers = [texts.answer(change.id) for change in own]
            made[f"{name}.csv"] = answers_csv(answers, separator)
            made[f"{name}.json"] = answers_json(answers)
        elif target is Target.RESULTS:
            new = [texts.result(change.id) for change in own]
            made[f"{name}.csv"] = results_csv(new, there, separator)
        elif target is Target.PAPER_BALLOTS:
            differences = {change.id: change.after - change.before for change in own}
            if any(differences.values()):  # corrections of two sites may even out
                made[f"{name}.csv"] = paper_ballots_csv(differences, separator)
    return made


def _referenced(result: Result) -> Iterator[tuple[Option, Reference, Standing]]:
    pairs = zip(result.question.options, result.outcome.standings, strict=True)
    return ((option, option.about, standing) for option, standing in pairs if option.about)


def _name(result: Result, option: Option, locale: str) -> str:
    """What is voted on: of a question that is answered with yes or no, the question."""
    whole = result.question.kind is Kind.YES_NO
    return (result.question if whole else option).text.in_language(locale)


def _of_option(
    target: Target, result: Result, option: Option, locale: str, content: str = ""
) -> Wanted:
    assert option.about
    return Wanted(
        target=target,
        id=option.about.id,
        name=_name(result, option, locale),
        given=_given(result, result.votes(option.id)),
        content=content,
    )


def _new_result(result: Result, voices: Voices) -> NewResult:
    """Its id stays the same when its numbers are corrected, and when sites are added."""
    about = [[about.kind, about.id] for _, about, _ in _referenced(result)]
    sites = [f"{site.evening.assembly}/{site.vote.election}" for site in result.sites]
    asked = digest([result.question.id, *(about or sites)])[:24]
    return NewResult(
        external_id=f"urna:{asked}",
        titles={locale: title(result.question.text.in_language(locale)) for locale in voices},
        descriptions=of_result(result, voices),
        proposals=tuple(
            each.id for _, each, _ in _referenced(result) if each.kind is Thing.PROPOSAL
        ),
    )


def _of_result(result: Result, made: NewResult, locale: str) -> Wanted:
    ballots: dict[str, int] = {}
    for site in result.sites:
        ballots[site.evening.assembly] = ballots.get(site.evening.assembly, 0) + site.vote.ballots
    return Wanted(
        target=Target.RESULTS,
        id=made.external_id,
        name=result.question.text.in_language(locale),
        given=_given(result, ballots),
        content=digest_of_result(made),
    )


def _given(result: Result, numbers: Mapping[str, int]) -> tuple[Given, ...]:
    evenings = {site.evening.assembly: site.evening for site in result.sites}
    return tuple(
        Given(
            assembly=assembly,
            bundle=evening.bundle,
            entries=len(evening.entries),
            number=numbers[assembly],
        )
        for assembly, evening in sorted(evenings.items())
    )
