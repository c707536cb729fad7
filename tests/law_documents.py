# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballots.assembly import (
    AgendaItem,
    Alone,
    Assembly,
    AssemblyRefused,
    Call,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Poll,
    Question,
    Quorum,
    QuorumBase,
    Reference,
    Rule,
    Thing,
    Wording,
)
from ballots.documents import assembly_document, poll_document, read_assembly, read_poll, rule_hash

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)
WORDINGS = st.builds(Wording, st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3))
IDS = st.text("abcdefgh-", min_size=1, max_size=6)
SHARES = st.fractions(min_value=0, max_value=1)
ABOUT = st.none() | st.builds(Reference, kind=st.sampled_from(Thing), id=IDS)
RULES = st.builds(
    Rule,
    quorum=st.none()
    | st.builds(Quorum, share=SHARES.filter(bool), base=st.sampled_from(QuorumBase)),
    majority=st.none()
    | st.builds(Majority, share=SHARES, base=st.sampled_from(MajorityBase), strict=st.booleans()),
    seats=st.integers(1, 2),
)


@st.composite
def questions(draw: st.DrawFn, id_: str) -> Question:
    kind = draw(st.sampled_from(Kind))
    ids = ["yes", "no"]
    if kind is not Kind.YES_NO:
        ids = draw(st.lists(IDS, min_size=2, max_size=3, unique=True))
    return Question(
        id=id_,
        kind=kind,
        text=draw(WORDINGS),
        options=tuple(Option(id=each, text=draw(WORDINGS), about=draw(ABOUT)) for each in ids),
        rule=draw(RULES),
        maximum=draw(st.integers(1, len(ids))) if kind is Kind.APPROVAL else 1,
    )


@st.composite
def polls(draw: st.DrawFn, id_: str = "paper") -> Poll:
    asked = [draw(questions(f"{id_}-{number}")) for number in range(draw(st.integers(1, 2)))]
    return Poll(
        id=id_,
        title=draw(WORDINGS),
        questions=tuple(asked),
        alone=draw(st.sampled_from(Alone)),
    )


@st.composite
def assemblies(draw: st.DrawFn) -> Assembly:
    trustees = draw(st.integers(1, 9))
    return Assembly(
        title=draw(WORDINGS),
        body=draw(WORDINGS),
        place=draw(TEXTS),
        call=Call(
            convened_by=draw(TEXTS),
            convened_on="2026-11-12",
            first="2026-11-26T18:30",
            ordinary=draw(st.booleans()),
        ),
        languages=tuple(draw(st.lists(IDS, min_size=1, max_size=3))),
        agenda=(AgendaItem(id="acta", title=draw(WORDINGS)),),
        polls=tuple(draw(polls(id_)) for id_ in ["a", "b"][: draw(st.integers(1, 2))]),
        chair=draw(TEXTS),
        secretary=draw(TEXTS),
        census=draw(st.integers(0, 10**9)),
        trustees=trustees,
        threshold=draw(st.integers(1, trustees)),
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def places(tree: object) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON tree."""
    match tree:
        case dict():
            inner = list(tree.items())
        case list():
            inner = list(enumerate(tree))
        case _:
            return []
    return [(tree, key) for key, _ in inner] + [each for _, v in inner for each in places(v)]


@given(assemblies())
def test_reading_an_assembly_gives_back_what_was_written(assembly: Assembly) -> None:
    document = assembly_document(assembly)
    assert read_assembly(document) == assembly
    assert assembly_document(read_assembly(document)) == document


@given(polls(), polls())
def test_polls_have_one_rule_hash_only_if_they_are_equal(one: Poll, other: Poll) -> None:
    assert read_poll(poll_document(one)) == one
    assert (rule_hash(one) == rule_hash(other)) is (one == other)


@given(st.binary())
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    for read in (read_assembly, read_poll):
        try:
            read(data)
        except AssemblyRefused:
            continue
        raise AssertionError(data)


@given(assemblies(), ANYTHING, st.data())
def test_a_value_of_any_type_in_any_place_is_read_or_refused_in_one_way(
    assembly: Assembly, value: object, data: st.DataObject
) -> None:
    tree = json.loads(assembly_document(assembly))
    container, key = data.draw(st.sampled_from(places(tree)))
    container[key] = value
    written = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        read = read_assembly(written)
    except AssemblyRefused:
        return
    assert assembly_document(read) == written
