# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verifying an archive: named checks in order, the first that fails ends it (ELECTION.md §12)."""

from __future__ import annotations

from collections.abc import Callable

from ballots.election.archive.ballot_box import Judge, Spread, judge_box, read_box, tracker_of
from ballots.election.archive.chain import Archive, survey
from ballots.election.archive.contents import (
    MOST_PARTIAL,
    MOST_RESULT,
    MOST_SHUFFLE,
    MOST_TALLY,
    Contents,
    in_order,
)
from ballots.election.archive.events import EventType
from ballots.election.archive.source import InMemory, Source
from ballots.election.course import CheckName, Course
from ballots.election.decryption import Factors, read_partial, unmask
from ballots.election.election import read_election
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.modp import ModularPower
from ballots.election.mixing.mix import is_mixed, read_shuffle
from ballots.election.published import Published, VerifiedElection
from ballots.election.result import Result, read_result
from ballots.election.sealed.paper import group_of
from ballots.election.setup import Setup, read_roll_of, read_trustees_of
from ballots.election.tally import Tally, require_size, require_sum

Watch = Callable[[CheckName, int, int], None]
"""Told which check is being made, and how many of how many things it has looked at."""


def unwatched(_name: CheckName, _done: int, _of: int) -> None:
    """Nobody is told."""


def verify_archive(
    source: Source | bytes,
    power: ModularPower = pow,
    *,
    spread: Spread = map,
    watch: Watch = unwatched,
) -> VerifiedElection:
    """Verifies whatever bytes it is given; raises nothing but what reading them raises.

    Args:
        source: the archive, read a piece at a time.
        power: may be `gmpy2.powmod`.
        spread: does pieces of work in order, by default here and one after the other.
        watch: is told how far it is.
    """
    course = Course()
    held = InMemory(source) if isinstance(source, bytes) else source
    try:
        published = _Verification(course, spread, watch).verify(held, power)
    except ElectionRefused:
        return VerifiedElection(checks=tuple(course.checks), published=None)
    return VerifiedElection(checks=tuple(course.checks), published=published)


class _Verification:
    """The steps in order."""

    def __init__(self, course: Course, spread: Spread, watch: Watch) -> None:
        self._course = course
        self._spread = spread
        self._watch = watch

    def verify(self, source: Source, power: ModularPower) -> Published:
        archive = self._course.take(
            (CheckName.FORM, CheckName.CHAIN),
            lambda: survey(source),
            lambda it: (
                {"bytes": source.size, "records": _records(it)},
                {"events": len(it.events), "head": it.head},
            ),
        )
        contents = self._course.take(
            CheckName.ORDER,
            lambda: in_order(archive),
            lambda it: {
                "ballots": len(it.ballots),
                "shuffles": len(it.shuffles),
                "decryptions": len(it.partials),
            },
        )
        setup = self._setup(contents, power)
        tally = self._ballots(setup, contents)
        result = self._opening(setup, contents, self._shuffles(setup, contents, tally))
        return Published(
            uuid=setup.uuid,
            fingerprint=setup.fingerprint,
            name=setup.election.name,
            description=setup.election.description,
            group=setup.group.name,
            questions=setup.questions,
            counts=result.counts,
            votes=result.votes,
            trackers=tuple(map(tracker_of, contents.ballots)),
            voters=tally.ballots,
            weight=tally.weight,
            roll=len(setup.roll),
            trustees=len(setup.board.keys),
            threshold=setup.board.threshold,
            mixers=len({owner for owner, _ in contents.shuffles}),
            timestamp=archive.timestamp,
            x_assembly=setup.election.x_assembly,
            setup=setup,
        )

    def _setup(self, contents: Contents, power: ModularPower) -> Setup:
        documents, (election, group) = self._course.take(
            CheckName.ELECTION,
            lambda: (
                (held := contents.setup()),
                ((said := read_election(held.election)), group_of(said, power)),
            ),
            lambda it: {"questions": len(it[1][0].questions), "group": it[1][1].name},
        )
        board = self._course.take(
            CheckName.TRUSTEES,
            lambda: read_trustees_of(group, election, documents.trustees),
            lambda it: {"trustees": len(it.keys), "threshold": it.threshold},
        )
        roll = self._course.take(
            CheckName.ROLL,
            lambda: read_roll_of(group, election, documents.credentials),
            lambda it: {"credentials": len(it), "weight": sum(it.values())},
        )
        return Setup.of(documents, election, board, roll, group)

    def _ballots(self, setup: Setup, contents: Contents) -> Tally:
        archive, places = contents.archive, contents.ballots
        box = self._course.take(
            (
                CheckName.BALLOT_FORM,
                CheckName.BALLOT_ELECTION,
                CheckName.BALLOT_ONCE,
                CheckName.BALLOT_ROLL,
            ),
            lambda: read_box(
                archive, setup.paper, setup.roll, places, self._watching(CheckName.BALLOT_FORM)
            ),
            lambda it: (
                {"ballots": len(it)},
                {"fingerprint": setup.fingerprint},
                {"trackers": len(it)},
                {"voters": sum(weight is not None for _, weight in it)},
            ),
        )
        tally = self._course.take(
            (CheckName.BALLOT_SIGNATURES, CheckName.BALLOT_PROOFS),
            lambda: judge_box(
                Judge(archive=archive, paper=setup.paper),
                box,
                self._spread,
                self._watching(CheckName.BALLOT_PROOFS),
            ),
            lambda _: ({"signatures": len(box)}, {"ballots": len(box)}),
        )
        self._tally(setup, contents, tally)
        return tally

    def _tally(self, setup: Setup, contents: Contents, tally: Tally) -> None:
        load, event = contents.archive.load, contents.number_of(EventType.TALLY)
        self._course.take(
            CheckName.TALLY_SIZE,
            lambda: require_size(tally, load(contents.sized_tally, MOST_TALLY)),
            lambda _: {"ballots": tally.ballots, "weight": tally.weight},
            event=event,
        )
        self._course.take(
            CheckName.TALLY_SUM,
            lambda: require_sum(setup.paper, tally, load(contents.encrypted_tally, MOST_TALLY)),
            lambda _: {"pairs": sum(map(len, tally.ciphertexts))},
            event=event,
        )

    def _shuffles(self, setup: Setup, contents: Contents, tally: Tally) -> Tally:
        """The tally that comes out of the shuffles, if there are to be any."""
        if not is_mixed(setup.paper) and not contents.shuffles:
            return tally
        return self._course.take(
            CheckName.SHUFFLES,
            lambda: self._mixed(setup, contents, tally),
            lambda _: {
                "shuffles": len(contents.shuffles),
                "mixers": len({owner for owner, _ in contents.shuffles}),
            },
            event=contents.number_of(EventType.SHUFFLE),
        )

    def _mixed(self, setup: Setup, contents: Contents, tally: Tally) -> Tally:
        if not is_mixed(setup.paper):
            raise ElectionRefused(ElectionProblem.SHUFFLE_UNASKED)
        if not contents.shuffles:
            raise ElectionRefused(ElectionProblem.SHUFFLES_MISSING, needed=1, given=0)
        for done, (owner, place) in enumerate(contents.shuffles):
            self._watch(CheckName.SHUFFLES, done, len(contents.shuffles))
            document = contents.archive.load(place, MOST_SHUFFLE)
            tally = read_shuffle(setup, tally, owner, document)
        return tally

    def _opening(self, setup: Setup, contents: Contents, tally: Tally) -> Result:
        load = contents.archive.load
        opened = self._course.take(
            CheckName.DECRYPTION,
            lambda: self._opened(setup, contents, tally),
            lambda _: {"trustees": len(contents.partials), "needed": setup.board.threshold},
            event=contents.number_of(EventType.DECRYPTION),
        )
        return self._course.take(
            CheckName.RESULT,
            lambda: read_result(setup.paper, tally, opened, load(contents.result, MOST_RESULT)),
            lambda it: {
                "questions": len(it.counts),
                "counts": sum(map(len, it.counts)),
                "votes": sum(map(len, it.votes)),
            },
            event=contents.number_of(EventType.RESULT),
        )

    def _opened(self, setup: Setup, contents: Contents, tally: Tally) -> Factors:
        given = {}
        for done, (owner, place) in enumerate(contents.partials.items()):
            self._watch(CheckName.DECRYPTION, done, len(contents.partials))
            document = contents.archive.load(place, MOST_PARTIAL)
            given[owner] = read_partial(setup, tally, owner, document)
        return unmask(setup, tally, given)

    def _watching(self, name: CheckName) -> Callable[[int, int], None]:
        return lambda done, of: self._watch(name, done, of)


def _records(archive: Archive) -> int:
    """Header, documents and events."""
    return 1 + sum(1 + len(event.documents) for event in archive.events)
