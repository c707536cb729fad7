# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an election stands on: its document, its trustees and its roll, checked together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ballots.election.board import Board, read_board
from ballots.election.election import Election, HomomorphicQuestion, read_election
from ballots.election.elements import Group
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups import group_named
from ballots.election.modp import ModularPower
from ballots.election.numerals import short_hash
from ballots.election.proofs import SealingKey
from ballots.election.roll import read_roll


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
    fingerprint: str
    key: SealingKey
    board: Board
    roll: Mapping[str, int]

    @property
    def uuid(self) -> str:
        """Of the election."""
        return self.election.uuid

    @property
    def group(self) -> Group:
        """That everything is computed in."""
        return self.key.group

    @property
    def public_key(self) -> str:
        """That ballots are sealed with."""
        return self.election.public_key

    @property
    def questions(self) -> tuple[HomomorphicQuestion, ...]:
        """In the order of the ballot paper."""
        return self.election.questions

    @classmethod
    def read(
        cls, election: bytes, trustees: bytes, credentials: bytes, power: ModularPower = pow
    ) -> Setup:
        """The three documents, each checked, and the key compared with the trustees'."""
        documents = SetupDocuments(election=election, trustees=trustees, credentials=credentials)
        said = read_election(election)
        group = group_named(said.group, power)
        board = read_trustees_of(group, said, trustees)
        return cls.of(documents, said, board, read_roll(group, credentials), group)

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
            fingerprint=short_hash(documents.election),
            key=SealingKey.of(group, board.joint),
            board=board,
            roll=roll,
        )


def read_trustees_of(group: Group, election: Election, document: bytes) -> Board:
    """The trustees, whose joint key must be the election's."""
    board = read_board(group, document)
    if group.text(board.joint) != election.public_key:
        raise ElectionRefused(ElectionProblem.PUBLIC_KEY)
    return board
