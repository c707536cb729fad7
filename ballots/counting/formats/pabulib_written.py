# SPDX-License-Identifier: AGPL-3.0-or-later
"""Projects and votes as a .pb file (pabulib.org/format)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count as numbers
from itertools import islice
from typing import Any, Final

from ballots.counting.contest import Amount, Option
from ballots.counting.count import Count
from ballots.counting.formats.amounts import exact
from ballots.counting.formats.errors import BallotFileProblem, BallotFileRefused
from ballots.counting.formats.pabulib_labels import label_of
from ballots.counting.formats.pabulib_votes import VoteType
from ballots.counting.profile import Approvals, Batch, Profile, Rankings
from ballots.counting.rule import Budgeted, Greedy, Rule
from ballots.errors import Problem

MOST_VOTES: Final = 1_000_000  # each is a line


def write_pabulib(
    batch: Batch,
    rule: Rule | None = None,
    count: Count | None = None,
    meta: Mapping[str, str] | None = None,
) -> bytes:
    """A .pb file. Voters are numbered in the order of what ballots say, never as they were cast.

    Args:
        batch: projects and valid ballots; spoilt ones are left out.
        rule: the one to be named, with its threshold; one without a label is `unknown`.
        count: the result, for the column `selected`.
        meta: further keys, such as country, unit, instance, date_begin and date_end, which
            Pabulib asks for.

    Raises:
        BallotFileRefused: ids with commas, equal ranks, costs that are no decimals, or too many
            ballots.
    """
    cast = batch.cast
    if cast.ballots > MOST_VOTES:
        raise _unwritable(BallotFileProblem.VOTES, most=MOST_VOTES)
    votes = _Votes(batch, rule)
    rows: list[list[str]] = [["META"], ["key", "value"], *_meta(batch, rule, votes, meta or {})]
    rows += [["PROJECTS"], *_projects(batch, count, votes)]
    rows += [["VOTES"], ["voter_id", *(name.decode() for name in votes.type.columns)]]
    text = "".join(f"{';'.join(map(_cell, row))}\n" for row in rows)
    return (text + "".join(votes.lines())).encode()


def _unwritable(code: BallotFileProblem, **facts: str | int) -> BallotFileRefused:
    return BallotFileRefused([Problem(code, 1, 1, facts)])


def _cell(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""')) if ";" in text or '"' in text else text


def _amount(amount: Amount) -> str:
    written = exact(amount)
    if "/" in written:
        raise _unwritable(BallotFileProblem.AMOUNT, word=written)
    return written


class _Votes:
    """Ballots as cells: projects in the order of a ballot, and the points that each is given."""

    def __init__(self, batch: Batch, rule: Rule | None) -> None:
        self._ids = [_id(option) for option in batch.contest.options]
        self._counts = batch.profile.counts
        self.type = _type(batch.profile)
        longest = max(map(len, self._counts), default=0)
        self.first = rule.first_place if isinstance(rule, Budgeted) else 0
        self._first = self.first or longest
        self.votes: Counter[int] = Counter()
        self.score: Counter[int] = Counter()
        self.most = 0  # points on one ballot
        for ballot, n in self._counts.items():
            given = self._given(ballot)
            for option, points in given:
                self.votes[option] += n
                self.score[option] += n * points
            self.most = max(self.most, sum(points for _, points in given))

    def _given(self, ballot: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - of any kind
        match self.type:
            case VoteType.APPROVAL:
                return [(option, 1) for option in ballot]
            case VoteType.ORDINAL:
                if any(len(rank) > 1 for rank in ballot):
                    raise _unwritable(BallotFileProblem.EQUAL)
                return [(rank[0], self._first - place) for place, rank in enumerate(ballot)]
            case _:
                return list(ballot)

    def lines(self) -> Iterator[str]:
        """A line for each ballot."""
        voters = numbers(1)
        for ballot, n in sorted(self._counts.items()):
            given = self._given(ballot)
            cells = [_cell(",".join(self._ids[option] for option, _ in given))]
            if b"points" in self.type.columns:
                cells.append(",".join(str(points) for _, points in given))
            for voter in islice(voters, n):
                yield f"{voter};{';'.join(cells)}\n"


def _id(option: Option) -> str:
    if "," in option.id:
        raise _unwritable(BallotFileProblem.ID, option=option.id)
    return option.id


def _type(profile: Profile) -> VoteType:
    match profile:
        case Approvals():
            return VoteType.APPROVAL
        case Rankings():
            return VoteType.ORDINAL
        case _:
            below_zero = any(points < 0 for ballot in profile.counts for _, points in ballot)
            return VoteType.SCORING if below_zero else VoteType.CUMULATIVE


def _meta(
    batch: Batch, rule: Rule | None, votes: _Votes, meta: Mapping[str, str]
) -> Iterator[list[str]]:
    contest, budgeted = batch.contest, rule if isinstance(rule, Budgeted) else Greedy()
    valid = sum(batch.profile.counts.values())
    told = {
        "description": contest.title,
        **meta,
        "num_projects": str(len(contest.options)),
        "num_votes": str(valid),
        "budget": _amount(budgeted.budget or contest.budget),
        "vote_type": str(votes.type),
        "rule": label_of(rule),
        "currency": contest.currency,
        "max_length": str(votes.first or ""),
        "max_sum_points": str(votes.most) if votes.type is VoteType.CUMULATIVE else "",
        "min_project_score_threshold": str(budgeted.threshold or ""),
    }
    return ([key, value] for key, value in told.items() if value)


def _projects(batch: Batch, count: Count | None, votes: _Votes) -> Iterator[list[str]]:
    score = votes.type is not VoteType.APPROVAL
    columns = ["project_id", "cost", "votes", "score", "name", "selected"]
    kept = {"score": score, "selected": count is not None}
    shown = [column for column in columns if kept.get(column, True)]
    yield shown
    for place, option in enumerate(batch.contest.options):
        cells = {
            "project_id": option.id,
            "cost": _amount(option.cost),
            "votes": str(votes.votes[place]),
            "score": str(votes.score[place]),
            "name": option.name,
            "selected": str(int(count is not None and option.id in count.winners)),
        }
        yield [cells[column] for column in shown]
