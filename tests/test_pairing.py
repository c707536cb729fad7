# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new kiosk and the assembly: what is asked and answered, and who may listen in."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import canonical
from ballots.record.kinds import Role
from ballots.record.roster import certify
from sync.errors import SyncError, SyncProblem
from sync.network.certificates import twin
from sync.pairing.meeting import (
    LOCKED,
    MOST_GUESSES,
    Guesses,
    be_guest,
    be_host_by_code,
    be_host_by_words,
    code_of,
)
from sync.pairing.papers import answer, read_answer, read_request, request
from sync.pairing.secret_line import SecretLine
from sync.pairing.words import SYLLABLES, draw_words, fingerprint, read_words
from tests.kept_records import ASSEMBLY, ROOT, key

LEADER, NEW, OTHER = key("leader"), key("new"), key("other")
ASKED = request(NEW, "Cabina 3", Role.BOOTH)
PARTS = {"group": b"Ed25519\n", "rolls/00-x.json": b"[]"}
OF_LEADER = certify(
    ROOT,
    assembly=ASSEMBLY,
    device=LEADER.public,
    role=Role.FACILITATOR,
    name="Mesa",
    may_enrol=True,
)
WORDS = "lamo tudi seka"


def granted(asked: bytes = ASKED) -> bytes:
    wish = read_request(asked)
    device = bytes.fromhex(wish.device)
    own = certify(LEADER, assembly=ASSEMBLY, device=device, role=wish.role, name=wish.name)
    return answer(
        LEADER,
        asked,
        certificates=(OF_LEADER, own),
        twins=(twin(ROOT, LEADER.public, may_enrol=True), twin(LEADER, device)),
        parts=PARTS,
    )


ANSWERED = granted()


# Words.


@given(st.integers())
def test_three_words_are_drawn_that_can_be_said(seed: int) -> None:
    words = draw_words(Random(seed).randbytes).split()
    assert len(words) == 3
    assert all(word[:2] in SYLLABLES and word[2:] in SYLLABLES for word in words)


@pytest.mark.parametrize("typed", ["lamo tudi seka", " LAMO  Tudi\tseka ", "lamo-tudi-seka"])
def test_words_may_be_typed_as_one_likes(typed: str) -> None:
    assert read_words(typed) == WORDS


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_four_words_are_of_these_bytes_alone(one: bytes, other: bytes) -> None:
    assert len(fingerprint(one, other).split()) == 4
    assert fingerprint(one, other) == fingerprint(one, other)
    assert fingerprint(one, other + b"x") != fingerprint(one, other)
    assert fingerprint(one + b"x", other) != fingerprint(one, b"x" + other)


# Papers.


def test_what_is_asked_is_read() -> None:
    asked = read_request(ASKED)
    assert (asked.device, asked.name, asked.role) == (NEW.public.hex(), "Cabina 3", Role.BOOTH)


def test_what_is_answered_is_read() -> None:
    taken = read_answer(ANSWERED, ASKED)
    assert taken.certificate.device == NEW.public.hex()
    assert (taken.root, taken.parts) == (ROOT.public, PARTS)
    assert len(taken.certificates) == len(taken.twins) == 2


@pytest.mark.parametrize("name", ["", "x" * 65, "two\nlines"])
def test_a_name_is_a_line(name: str) -> None:
    with pytest.raises(SyncError) as caught:
        request(NEW, name, Role.BOOTH)
    assert caught.value.code is SyncProblem.PAIRING_FORM


def test_nobody_asks_to_be_a_facilitator() -> None:
    with pytest.raises(SyncError):
        request(NEW, "Mesa 2", Role.FACILITATOR)


def test_the_answer_to_another_request_is_refused() -> None:
    other = request(OTHER, "Cabina 3", Role.BOOTH)
    with pytest.raises(SyncError) as caught:
        read_answer(granted(other), ASKED)
    assert caught.value.code is SyncProblem.PAIRING_OTHER


@given(st.binary(max_size=400))
def test_any_bytes_are_neither(data: bytes) -> None:
    for read in (read_request, lambda it: read_answer(it, ASKED)):
        with pytest.raises(SyncError):
            read(data)


@given(st.integers(0, 1 << 20), st.integers(1, 255))
def test_a_changed_byte_is_refused(at: int, change: int) -> None:
    for paper, read in ((ASKED, read_request), (ANSWERED, lambda it: read_answer(it, ASKED))):
        changed = bytearray(paper)
        changed[at % len(paper)] ^= change
        with pytest.raises(SyncError):
            read(bytes(changed))


@pytest.mark.parametrize("wrong", [None, 1, "", [], {}, "zz", True])
def test_a_wrong_value_in_any_field_is_refused(wrong: object) -> None:
    answered = json.loads(ANSWERED)
    for name in answered["grant"]:
        grant = answered["grant"] | {name: wrong}
        if name == "parts" and wrong == {}:
            continue  # it is signed by nobody, and would else be right
        with pytest.raises(SyncError):
            read_answer(canonical.encode(answered | {"grant": grant}), ASKED)


def test_who_may_not_enrol_answers_in_vain() -> None:
    """A booth that certifies, and a facilitator whom nobody let enrol."""
    for role, may_enrol in ((Role.BOOTH, False), (Role.FACILITATOR, False)):
        above = certify(
            ROOT,
            assembly=ASSEMBLY,
            device=LEADER.public,
            role=role,
            name="Mesa",
            may_enrol=may_enrol,
        )
        own = certify(
            LEADER, assembly=ASSEMBLY, device=NEW.public, role=Role.BOOTH, name="Cabina 3"
        )
        twins = (twin(ROOT, LEADER.public), twin(LEADER, NEW.public))
        made = answer(LEADER, ASKED, certificates=(above, own), twins=twins, parts=PARTS)
        with pytest.raises(SyncError) as caught:
            read_answer(made, ASKED)
        assert caught.value.code is SyncProblem.PAIRING_FORM


# A line.


def lines(words: str, others: str) -> tuple[SecretLine, SecretLine]:
    host, guest = SecretLine(words, is_host=True), SecretLine(others, is_host=False)
    host_hello, guest_hello = host.hello, guest.hello
    host.agree(guest_hello)
    guest.agree(host_hello)
    return host, guest


def test_who_has_the_same_words_understands_and_nobody_else() -> None:
    host, guest = lines(WORDS, WORDS)
    assert guest.open(host.seal(b"hello")) == b"hello"
    assert host.open(guest.seal(b"hello")) == b"hello"
    assert b"hello" not in host.seal(b"hello")
    host, guest = lines(WORDS, "lamo tudi seki")
    with pytest.raises(SyncError) as caught:
        guest.open(host.seal(b"hello"))
    assert caught.value.code is SyncProblem.PAIRING_WORDS


def test_what_is_sent_back_to_who_said_it_is_not_understood() -> None:
    host, _ = lines(WORDS, WORDS)
    with pytest.raises(SyncError):
        host.open(host.seal(b"hello"))


@pytest.mark.parametrize(
    "hello",
    [
        b"B" + bytes.fromhex("e885f83ef9a74dc6b2eed880d29f30f68ea40464a0102046d4f2f6ce5b4c23ea"),
        b"B" + bytes(32),
        b"A" + bytes(32),
        b"",
    ],
    ids=["not on the curve", "zero", "of the same side", "nothing"],
)
def test_a_hello_that_is_none_is_refused(hello: bytes) -> None:
    with pytest.raises(SyncError) as refused:
        SecretLine(WORDS, is_host=True).agree(hello)
    assert refused.value.code is SyncProblem.PAIRING_LINE


@given(st.binary(max_size=40))
def test_any_bytes_for_a_hello_are_refused_or_lead_nowhere(data: bytes) -> None:
    host, guest = SecretLine(WORDS, is_host=True), SecretLine(WORDS, is_host=False)
    try:
        host.agree(data)
    except SyncError:
        return
    guest.agree(host.hello)
    with pytest.raises(SyncError):
        guest.open(host.seal(b"x"))


def test_a_line_does_not_print_its_words() -> None:
    assert WORDS not in repr(SecretLine(WORDS, is_host=True))


# A meeting.


class Ends:
    """A guest in a thread; the test is the host."""

    def __init__(self, words: str = WORDS, guesses: Guesses | None = None) -> None:
        self.line, self._far = socket.socketpair()
        self.taken: bytes | None = None
        self.refused: SyncError | None = None
        self.confirm: Callable[[str], bool] = lambda shown: shown == code_of(ANSWERED)
        self._words = words
        self._guesses = guesses or Guesses(lambda: 0.0)
        self._thread = Thread(target=self._be_guest)
        self._thread.start()

    def _be_guest(self) -> None:
        try:
            self.taken = be_guest(
                self._far,
                ASKED,
                self._words,
                self._guesses,
                lambda shown: self.confirm(shown),  # noqa: PLW0108 - as it is then
            )
        except SyncError as error:
            self.refused = error
        finally:
            self._far.close()

    def end(self) -> None:
        self.line.close()
        self._thread.join()


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.end()


def test_by_words_both_have_request_and_answer(ends: Ends) -> None:
    assert be_host_by_words(ends.line, WORDS, granted) == (ASKED, ANSWERED)
    ends.end()
    assert ends.taken == ANSWERED


def test_by_wrong_words_neither_has_anything(ends: Ends) -> None:
    with pytest.raises(SyncError) as caught:
        be_host_by_words(ends.line, "lamo tudi seki", granted)
    ends.end()
    assert caught.value.code is SyncProblem.PAIRING_WORDS
    assert ends.refused is not None
    assert ends.refused.code is SyncProblem.PAIRING_WORDS
    assert ends.taken is None


def test_after_three_guesses_nobody_guesses_for_a_minute() -> None:
    now = [0.0]
    guesses = Guesses(lambda: now[0])

    def tried(words: str) -> SyncProblem | None:
        ends = Ends(guesses=guesses)
        with suppress(SyncError):
            be_host_by_words(ends.line, words, granted)
        ends.end()
        return None if ends.refused is None else SyncProblem(ends.refused.code)

    assert [tried(f"word {n}") for n in range(MOST_GUESSES)] == [SyncProblem.PAIRING_WORDS] * 3
    assert tried(WORDS) is SyncProblem.PAIRING_LOCKED
    now[0] = LOCKED
    assert tried(WORDS) is None
    assert tried("wrong again") is SyncProblem.PAIRING_WORDS
    assert tried(WORDS) is None


def test_by_codes_both_have_request_and_answer(ends: Ends) -> None:
    shown: list[str] = []
    found = be_host_by_code(ends.line, code_of(ASKED), granted, shown.append)
    ends.end()
    assert found == (ASKED, ANSWERED)
    assert shown == [code_of(ANSWERED)]
    assert ends.taken == ANSWERED


def test_by_the_code_of_another_guest_nothing_is_answered(ends: Ends) -> None:
    with pytest.raises(SyncError) as caught:
        be_host_by_code(ends.line, code_of(b"another"), granted, lambda _: None)
    assert caught.value.code is SyncProblem.PAIRING_WORDS


def test_where_the_host_shows_another_code_nothing_is_taken(ends: Ends) -> None:
    ends.confirm = lambda _: False
    with pytest.raises(SyncError):
        be_host_by_code(ends.line, code_of(ASKED), granted, lambda _: None)
    ends.end()
    assert ends.taken is None
    assert ends.refused is not None
    assert ends.refused.code is SyncProblem.PAIRING_WORDS


@pytest.mark.parametrize("said", [b"\xff\xff\xff\xff", b"\0\0\0\x01Z", b"\0\0\0\x05Whiho", b""])
def test_who_says_anything_else_is_left(ends: Ends, said: bytes) -> None:
    ends.line.sendall(said)
    ends.line.shutdown(socket.SHUT_WR)
    ends.end()
    assert ends.refused is not None
    assert ends.refused.code is SyncProblem.PAIRING_LINE
