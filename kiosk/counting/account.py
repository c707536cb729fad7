# SPDX-License-Identifier: AGPL-3.0-or-later
"""A count as text for a terminal: the result as a table, then the account of how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ballots.counting.count import Budget, Count, Grades
from ballots.counting.rule_document import digest as rule_digest
from ballots.counting.variants import Variant
from kiosk.counting.counted import Counted
from kiosk.i18n import Voice
from printouts.counting import tied, varied
from printouts.counting.wording import money, reached, sentence, title, votes

WIDTH = 13  # of a column
MOST_STAGES = 12  # on a terminal of one line per option; the account and the PDF have all
MOST_GRADES = 12  # the best; the PDF has all


def summary(counted: Counted, said: Voice) -> Iterator[str]:
    """What was counted, by which rule, and who won."""
    count, say, language = counted.count, said.say, said.language
    if count.contest.title:
        yield count.contest.title
    yield say("counted.rule", rule=say(f"rule.{count.rule.name}"))
    yield say(
        "counted.ballots",
        n=count.cast.ballots,
        blank=count.cast.blank,
        spoilt=sum(count.cast.spoilt.values()),
    )
    for reason, n in sorted(count.cast.spoilt.items()):
        yield f"  {say(f'spoilt.{reason}', n=n)}"
    yield say("counted.digest", digest=counted.digest)
    yield say("counted.rule-digest", digest=rule_digest(count.rule))
    for note in counted.file.notes:
        yield f"· {sentence(note, count.contest, say, language)}"
    yield ""
    yield from _table(count, said)
    yield ""
    yield say(f"verdict.{count.verdict}")
    yield from (f"  ✓ {title(id_, count.contest)}" for id_ in count.through)
    yield from (f"  · {line}" for line in _ties(count, said))


def account(counted: Counted, variants: Sequence[Variant], said: Voice) -> Iterator[str]:
    """How it came about, why each option won or lost, and what would have changed it."""
    count, say, language = counted.count, said.say, said.language
    yield from _titled(
        say("counted.how"), [sentence(each, count.contest, say, language) for each in count.told]
    )
    for number, stage in enumerate(count.stages, 1):
        told = [sentence(each, count.contest, say, language) for each in stage.told]
        if told:
            yield from _titled(say("counted.stage", number=number), told)
    whys = [
        f"{'✓' if reason.won else '×'} {title(reason.option, count.contest)}: "
        + " ".join(sentence(each, count.contest, say, language) for each in reason.steps)
        for reason in count.reasons
    ]
    yield from _titled(say("counted.why"), whys)
    others = [varied.told(each, count, say, language) for each in variants]
    yield from _titled(say("countpaper.variants"), others)


def _titled(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield heading
        yield from (f"  {line}" for line in lines)


def _table(count: Count, said: Voice) -> Iterator[str]:
    if count.budget is not None:
        return _projects(count, count.budget, said)
    if count.grades is not None:
        return _graded(count, count.grades, said)
    return _stages(count, said.language)


def _projects(count: Count, budget: Budget, said: Voice) -> Iterator[str]:
    """Projects in the order in which the rule came to them: votes, cost, effective support."""
    say, language = said.say, said.language
    shares = ["countpaper.support"] * (budget.endowment is not None)
    heads = [say(code) for code in ("countpaper.votes", "countpaper.cost", *shares)]
    yield _row("", "", heads, "")
    for line in budget.lines:
        cells = [
            votes(line.votes, 0 if line.votes == int(line.votes) else count.decimals, language),
            money(line.cost, count.contest.currency, language),
        ]
        if shares:
            cells.append("" if line.support is None else reached(line.support, language))
        yield _row(_mark(line.funded), line.option, cells, title(line.option, count.contest))


def _graded(count: Count, grades: Grades, said: Voice) -> Iterator[str]:
    """Options from the best: how many gave each grade, and the median."""
    scale = grades.scale[: -MOST_GRADES - 1 : -1]
    yield _row("", "", [*map(str, scale), said.say("countpaper.median")], "")
    for id in (id for equal in grades.order for id in equal):
        given = grades.given[id][: -MOST_GRADES - 1 : -1]
        cells = [*(votes(n, 0, said.language) for n in given), str(grades.median.get(id, ""))]
        yield _row(_mark(id in count.through), id, cells, title(id, count.contest))


def _stages(count: Count, language: str) -> Iterator[str]:
    """Options and their votes, stage by stage as long as there is room."""
    stages = count.stages[:MOST_STAGES]
    if len(stages) > 1:
        yield _row("", "", [str(number) for number in range(1, len(stages) + 1)], "")
    for option in count.contest.options:
        cells = [votes(stage.votes[option.id], count.decimals, language) for stage in stages]
        yield _row(_mark(option.id in count.through), option.id, cells, option.title)


def _row(mark: str, id: str, cells: Sequence[str], name: str) -> str:
    figures = "".join(f" {cell:>{WIDTH}}" for cell in cells)
    return f"{mark:1} {'' if id == name else id:>{WIDTH}.{WIDTH}}{figures}  {name}".rstrip()


def _mark(won: bool) -> str:
    return "✓" if won else ""


def _ties(count: Count, said: Voice) -> Iterator[str]:
    """Those that mattered: who was equal, what decided, and who would have won otherwise."""
    for tie in count.ties:
        if tie.mattered:
            yield tied.told(tie, count, said.say, said.language)
