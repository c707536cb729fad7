# SPDX-License-Identifier: AGPL-3.0-or-later
"""What verifiers that we did not write say of our archives, and of forgeries of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.forgeries import (
    judged,
    parsed,
    put_at,
    put_together,
    signed_again,
    take_apart,
    with_document,
)
from tests.other_elections import (
    of_a_committee,
    of_one_trustee,
    with_a_ranking,
    with_a_ranking_nobody_made,
    with_ranges,
    with_two_keys,
    with_two_shuffled,
    with_weights,
    without_a_vote,
)
from tests.second_opinion import Oracle, require, second_opinion
from tests.small_elections import small_archive, small_election

ADDED_UP = (of_one_trustee, of_a_committee, with_weights, with_ranges, without_a_vote)
SHUFFLED = (with_two_keys, with_two_shuffled, with_a_ranking_nobody_made)
ACCEPTED = {
    (Oracle.BELENIOS_2, "BELENIOS-2048"): ADDED_UP,
    (Oracle.BELENIOS_2, "RFC-3526-2048"): SHUFFLED,
    (Oracle.BELENIOS_3, "BELENIOS-2048"): ADDED_UP,
    (Oracle.BELENIOS_3, "RFC-3526-2048"): SHUFFLED,
    (Oracle.BELENIOS_3, "Ed25519"): (*ADDED_UP, *SHUFFLED, with_a_ranking),
    # A second each. It knows a shuffled question only where it is first, and then no committee.
    (Oracle.SIRONA, "Ed25519"): (of_a_committee, with_ranges, with_two_keys),
}
Archive = Callable[[str], bytes]


def cases(asked: Mapping[tuple[Oracle, str], Sequence[Archive]]) -> list[object]:
    return [
        pytest.param(oracle, group, archive, id=f"{oracle}, {group}, {archive.__name__}")
        for (oracle, group), archives in asked.items()
        for archive in archives
    ]


@pytest.mark.parametrize(("oracle", "group", "election"), cases(ACCEPTED))
def test_another_verifier_accepts_our_elections(
    oracle: Oracle, group: str, election: Archive
) -> None:
    require(oracle)
    data = election(group)
    opinion = second_opinion(oracle, data)
    assert opinion.accepted, opinion.words
    assert judged(data).passed


def with_another_byte(group: str) -> bytes:
    data = bytearray(small_archive(group))
    data[9000] ^= 1
    return bytes(data)


def with_a_changed_ballot(group: str) -> bytes:
    """Its own voter signed it, so only the proofs are wrong."""
    election, story = small_election(group), take_apart(small_archive(group))
    ballot = story.events[2].documents[0]
    generator = election.group.text(election.group.generate(1))
    changed = put_at(ballot, place(ballot, "answers", 0, "choices", 0, "beta"), quoted(generator))
    signed = signed_again(changed, election.group, election.credentials)
    return put_together(with_document(story, 2, 0, signed))


def with_a_ballot_somebody_else_signed(group: str) -> bytes:
    story = take_apart(small_archive(group))
    ballot, other = (event.documents[0] for event in story.events[1:3])
    proof = place(ballot, "signature", "proof", "response")
    response = parsed(other)[-1][1][-1][1][-1][1]
    return put_together(with_document(story, 1, 0, put_at(ballot, proof, quoted(response))))


def with_another_result(group: str) -> bytes:
    story = take_apart(small_archive(group))
    result = b'{"result":[[1,1,1],[2,1,0]]}'
    assert result != story.events[-1].documents[0]
    return put_together(with_document(story, len(story.events) - 1, 0, result))


def with_another_shuffle(group: str) -> bytes:
    """The second mixer gives back what the first one gave, and says that it is another's."""
    story = take_apart(with_two_keys(group))
    one, other = (n for n, event in enumerate(story.events) if event.type == "Shuffle")
    return put_together(with_document(story, other, 0, story.events[one].documents[0]))


def with_shuffled_votes_changed(group: str) -> bytes:
    story = take_apart(with_two_keys(group))
    last = len(story.events) - 1
    result = story.events[last].documents[0].replace(b"[0,0,255]", b"[0,0,254]")
    assert result != story.events[last].documents[0]
    return put_together(with_document(story, last, 0, result))


BALLOTS = (with_another_byte, with_a_changed_ballot, with_a_ballot_somebody_else_signed)
SHUFFLES = (with_another_shuffle, with_shuffled_votes_changed)
REFUSED = {
    (Oracle.BELENIOS_2, "BELENIOS-2048"): (*BALLOTS, with_another_result),
    (Oracle.BELENIOS_2, "RFC-3526-2048"): (with_another_shuffle,),
    (Oracle.BELENIOS_3, "BELENIOS-2048"): (*BALLOTS, with_another_result),
    (Oracle.BELENIOS_3, "Ed25519"): (*BALLOTS, with_another_result, *SHUFFLES),
    (Oracle.SIRONA, "Ed25519"): (with_a_changed_ballot, with_another_shuffle),
}


@pytest.mark.parametrize(("oracle", "group", "forgery"), cases(REFUSED))
def test_another_verifier_refuses_what_we_refuse(
    oracle: Oracle, group: str, forgery: Archive
) -> None:
    require(oracle)
    data = forgery(group)
    assert not second_opinion(oracle, data).accepted
    assert not judged(data).passed


def place(document: bytes, *named: str | int) -> tuple[int, ...]:
    """The path to what is named so."""
    node, path = parsed(document), list[int]()
    for step in named:
        number = step if isinstance(step, int) else [key for key, _ in node].index(step)
        path.append(number)
        node = node[number] if isinstance(step, int) else node[number][1]
    return tuple(path)


def quoted(text: str) -> bytes:
    return b'"' + text.encode() + b'"'
