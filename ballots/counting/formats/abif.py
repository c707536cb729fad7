# SPDX-License-Identifier: AGPL-3.0-or-later
"""ABIF, the aggregated ballot information format (electorama/abif, and what abiftool reads).

`{title: "…"}`; `=A:[Ann Example]`; `27:A>B=C`, `27:A/5,B/4`, `27*…`, `27:` for blank ballots.
Names may stand in brackets or quotation marks; a `#` outside of these begins a comment. Scores
are scores if every ballot has them, else the file is read as rankings. An option's id is its
token; those that ballots name without a declaration come after the declared ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from ballots.counting.contest import Contest, Option
from ballots.counting.formats.abif_lines import Ballot, Lines
from ballots.counting.formats.ballot_file import BallotFile, FileKind, Noted
from ballots.counting.formats.errors import BallotFileProblem
from ballots.counting.formats.source import MOST_OPTIONS, Source
from ballots.counting.formats.tally import Flaw, Found, Section, flaw
from ballots.counting.profile import Approvals, Batch, Profile, Rankings, Scores
from ballots.counting.trace import Step, step

MARKED: Final = "choose_many"  # the `ballot_type` of ballots that but mark options

Kind = tuple[Callable[[Mapping[Any, int]], Profile], Callable[[Ballot], Any], tuple[Step, ...]]
"""A profile, what a line comes to in it (or what is wrong with it), and what there is to tell."""


def read_abif(source: Source) -> BallotFile:
    """An ABIF file; raises `BallotFileRefused` with all of its problems."""
    source.must_be_utf8()
    section = Section(source=source, start=0, end=len(source.data))
    counts, lines = section.counted(), Lines()
    read: dict[bytes, Found] = {}
    for line, n in counts.items():
        if not _has_weight(line):
            read[line] = lines.declaration(line, n)
    for line in filter(_has_weight, counts):
        read[line] = lines.ballot(line)
    profile, shape, notes = _kind(list(filter(None, map(_ballot, read.values()))), lines)

    def shaped(line: bytes) -> Found:
        found, ballot = read[line], _ballot(read[line])
        if ballot is None or not isinstance(found, tuple):
            return found
        as_read = shape(ballot)
        return as_read if isinstance(as_read, Flaw) else (found[0], as_read)

    tally = section.tally(shaped, counts)
    source.check()
    if not lines.places:
        raise source.refusal(BallotFileProblem.OPTIONS, 0, most=MOST_OPTIONS)
    batch = Batch(
        contest=_contest(lines), profile=profile(tally.counts), spoilt=dict(tally.spoilt)
    )
    undeclared = len(lines.places) - len(lines.names)
    if lines.names and undeclared:
        notes = (*notes, step(Noted.UNDECLARED, n=undeclared))
    return BallotFile(kind=FileKind.ABIF, batch=batch, notes=notes)


def _contest(lines: Lines) -> Contest:
    options = [Option(id=token, name=lines.names.get(token, "")) for token in lines.places]
    title = lines.said.get("title") or lines.said.get("description", "")
    return Contest(title=title, options=tuple(options))


def _has_weight(line: bytes) -> bool:
    return line.lstrip()[:1].isdigit()


def _ballot(found: Found) -> Ballot | None:
    """The ballot of a line, where one was read."""
    ballot = found[1] if isinstance(found, tuple) else None
    return ballot if isinstance(ballot, Ballot) else None


def _kind(ballots: Collection[Ballot], lines: Lines) -> Kind:
    """What kind of ballots all of these are."""
    marked = [ballot for ballot in ballots if ballot.ranks]
    if not any(ballot.scores for ballot in marked):
        return Rankings, lambda ballot: ballot.ranks, ()
    if all(ballot.scored for ballot in marked):
        points = {points for ballot in marked for _, points in ballot.scores}
        if lines.said.get("ballot_type") == MARKED and points <= {0, 1}:
            return Approvals, _approved, ()
        return Scores, lambda ballot: ballot.scores, ()
    if any(ballot.listed and ballot.scores for ballot in marked):
        return Scores, _scored, ()
    return Rankings, lambda ballot: ballot.ranks, (step(Noted.SCORES),)


def _approved(ballot: Ballot) -> Any:  # noqa: ANN401 - a ballot
    return tuple(option for option, points in ballot.scores if points)


def _scored(ballot: Ballot) -> Any:  # noqa: ANN401 - a ballot or a flaw
    lacks = ballot.ranks and not ballot.scored
    return flaw(BallotFileProblem.MIXED) if lacks else ballot.scores
