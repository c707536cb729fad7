# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an election stands on, checked together (ELECTION.md §3 to §5).

The election document, whose key must be that of its trustees, and the roll, which must be the one
whose hash the document states, if it states any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ballots.election.election import Election, Question, read_election
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Group
from ballots.election.groups.modp import ModularPower
from ballots.election.numerals import hex_hash
from ballots.election.proofs import SealingKey
from ballots.election.roll import read_roll
from ballots.election.sealed.paper import Paper, group_of
from ballots.election.trustees.board import Board, read_board


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupDocuments:
    """The exact bytes that the archive publishes."""

    election: bytes
    trustees: bytes
    credentials: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A valid setup. `roll` maps a public credential to its weight."""

    documents: SetupDocuments
    election: Election
    paper: Paper
    board: Board
    roll: Mapping[str, int]

    @property
    def uuid(self) -> str:
        """Of the election."""
        return self.paper.uuid

    @property
    def fingerprint(self) -> str:
        """Of the election document."""
        return self.paper.fingerprint

    @property
    def key(self) -> SealingKey:
        """That ballots are sealed with."""
        return self.paper.key

    @property
    def group(self) -> Group:
        """That everything is computed in."""
        return self.paper.group

    @property
    def questions(self) -> tuple[Question, ...]:
        """In the order of the ballot paper."""
        return self.paper.questions

    @classmethod
    def read(
        cls, election: bytes, trustees: bytes, credentials: bytes, power: ModularPower = pow
    ) -> Setup:
        """The three documents, each checked, and the key compared with the trustees'."""
        documents = SetupDocuments(election=election, trustees=trustees, credentials=credentials)
        said = read_election(election)
        group = group_of(said, power)
        board = read_trustees_of(group, said, trustees)
        return cls.of(documents, said, board, read_roll_of(group, said, credentials), group)

    @classmethod
    def of(
        cls,
        documents: SetupDocuments,
        election: Election,
        board: Board,
        roll: Mapping[str, int],
        group: Group,
    ) -> Setup:
        """From parts that have been checked one by one."""
        return cls(
            documents=documents,
            election=election,
            paper=Paper.of(documents.election, election, group, board.joint),
            board=board,
            roll=roll,
        )


def read_trustees_of(group: Group, election: Election, document: bytes) -> Board:
    """The trustees, whose joint key must be the election's."""
    board = read_board(group, document)
    if group.text(board.joint) != election.public_key:
        raise ElectionRefused(ElectionProblem.PUBLIC_KEY)
    return board


def read_roll_of(group: Group, election: Election, document: bytes) -> Mapping[str, int]:
    """The roll; where answers are opened one by one every vote weighs 1 (ELECTION.md §4).

    An election of ours states its hash, so that nobody can exchange it later: `BOUND`.
    """
    if election.x_assembly.get("roll") not in (None, hex_hash(document)):
        raise ElectionRefused(ElectionProblem.BOUND, what="roll")
    roll = read_roll(group, document)
    if not all(question.additive for question in election.questions):
        for line, weight in enumerate(roll.values(), 1):
            if weight != 1:
                raise ElectionRefused(ElectionProblem.ROLL, line=line, place=f"credential:{line}")
    return roll
