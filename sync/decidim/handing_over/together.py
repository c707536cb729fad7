# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many evenings as one result: exact, the same in any order and with any repetition.

- The same bundle twice is one.
- Of two bundles of one assembly, that whose record holds all entries of the other is the newer
  one, and stands for both. Where neither does, they have to say the same.
- A question on options that bear numbers of Decidim, asked word for word the same under the same
  rule, is one ballot at several sites: its numbers are added up, and its rule is applied to
  the sum. Any other question is its assembly's own.
- A proposal or project that two different questions decided is contradictory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from ballots.assembly import Question, Reference
from ballots.counting import CountingProblem, CountingRefused, Outcome, decide, with_conflicts
from sync.decidim.handing_over.evenings import Evening, Vote


class ContradictionCode(StrEnum):
    """Why bundles do not make one result; said as `decidim.contradiction.<value>`."""

    ASSEMBLY = "assembly"  # assembly, bundles: neither is newer, and they say different things
    REFERENCE = "reference"  # id, questions: different questions decided one thing
    CENSUS = "census"  # question: its rule asks for a census that some site does not know
    TALLY = "tally"  # question: votes that cannot come from so many ballots


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One contradiction, by name."""

    code: ContradictionCode
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a number comes from: what one evening gave to a result."""

    evening: Evening
    vote: Vote

    def votes(self) -> dict[str, int]:
        """Of each option, by its id."""
        ids = (option.id for option in self.vote.question.options)
        return dict(zip(ids, self.vote.tally[1:], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One question, its sites by assembly, and what all of them together come to."""

    question: Question
    sites: tuple[Site, ...]
    outcome: Outcome

    def votes(self, option: str) -> dict[str, int]:
        """Assembly → its votes for an option: they add up to those of the outcome."""
        votes: dict[str, int] = {}
        for site in self.sites:
            assembly = site.evening.assembly
            votes[assembly] = votes.get(assembly, 0) + site.votes()[option]
        return votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Evenings by assembly, the bundles that newer ones stand for, results, contradictions."""

    evenings: tuple[Evening, ...]
    superseded: tuple[str, ...]
    results: tuple[Result, ...]
    contradictions: tuple[Contradiction, ...]


def together(evenings: Iterable[Evening]) -> Together:
    """What these evenings come to. Where they contradict each other, nobody may go on."""
    every = sorted({each.bundle: each for each in evenings}.values(), key=lambda e: e.bundle)
    wrong: list[Contradiction] = []
    latest = tuple(_latest(every, wrong))
    kept = {each.bundle for each in latest}
    results = tuple(_results(latest, wrong))
    wrong += _decided_twice(results)
    return Together(
        evenings=latest,
        superseded=tuple(each.bundle for each in every if each.bundle not in kept),
        results=results,
        contradictions=tuple(wrong),
    )


def _latest(every: list[Evening], wrong: list[Contradiction]) -> Iterator[Evening]:
    """One evening an assembly."""
    for assembly in sorted({each.assembly for each in every}):
        own = [each for each in every if each.assembly == assembly]
        newest = [each for each in own if not any(each.entries < other.entries for other in own)]
        if len({each.facts for each in newest}) > 1:
            names = ", ".join(each.bundle[:12] for each in newest)
            facts = {"assembly": assembly, "bundles": names}
            wrong.append(Contradiction(code=ContradictionCode.ASSEMBLY, facts=facts))
        else:
            yield newest[0]


def _results(evenings: tuple[Evening, ...], wrong: list[Contradiction]) -> Iterator[Result]:
    found: dict[tuple[str, str, Question], list[Site]] = {}
    for evening in evenings:
        for vote in evening.votes:
            question = replace(vote.question, item="")
            shared = any(option.about for option in question.options)
            whose = ("", "") if shared else (evening.assembly, vote.election)
            found.setdefault((*whose, question), []).append(Site(evening=evening, vote=vote))
    for (*_, question), sites in found.items():
        try:
            outcome = _outcome(question, sites)
        except CountingRefused as refusal:
            of_census = refusal.code is CountingProblem.CENSUS
            code = ContradictionCode.CENSUS if of_census else ContradictionCode.TALLY
            wrong.append(Contradiction(code=code, facts={"question": question.id}))
        else:
            yield Result(question=question, sites=tuple(sites), outcome=outcome)


def _outcome(question: Question, sites: list[Site]) -> Outcome:
    """An assembly that asked twice has its people counted once."""
    evenings = {site.evening.assembly: site.evening for site in sites}.values()
    known = all(evening.census for evening in evenings)
    outcome = decide(
        question,
        [sum(numbers) for numbers in zip(*(site.vote.tally for site in sites), strict=True)],
        ballots=sum(site.vote.ballots for site in sites),
        present=sum(evening.present for evening in evenings),
        census=sum(evening.census for evening in evenings) if known else 0,
    )
    return with_conflicts(outcome, sum(site.vote.conflicts for site in sites))


def _decided_twice(results: tuple[Result, ...]) -> Iterator[Contradiction]:
    asked: dict[Reference, list[str]] = {}
    for result in results:
        for option in result.question.options:
            if option.about:
                asked.setdefault(option.about, []).append(result.question.id)
    for about, questions in sorted(asked.items(), key=lambda each: (each[0].kind, each[0].id)):
        if len(questions) > 1:
            facts = {"id": about.id, "questions": ", ".join(sorted(questions))}
            yield Contradiction(code=ContradictionCode.REFERENCE, facts=facts)
