# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hardware.code_framing import LIMIT, CodeFraming, Frame
from hardware.errors import DeviceCode

TEXTS = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="]"),
    min_size=1,
    max_size=LIMIT,
)
ENDS = st.sampled_from([b"\r", b"\n", b"\r\n"])


def frames(framing: CodeFraming, now: float) -> list[Frame]:
    found = []
    while (frame := framing.next(now)) is not None:
        found.append(frame)
    return found


@given(st.lists(st.tuples(st.binary(max_size=200), st.floats(0, 1))))
def test_any_bytes_at_any_time_give_printable_codes_or_a_refusal(
    arrivals: list[tuple[bytes, float]],
) -> None:
    framing, now = CodeFraming(), 0.0
    for data, pause in arrivals:
        now += pause
        framing.take(data, now)
        for frame in frames(framing, now):
            assert isinstance(frame, DeviceCode) or (frame.isprintable() and len(frame) <= LIMIT)


@given(st.lists(st.tuples(TEXTS, ENDS)), st.lists(st.integers(0, 2000)))
def test_codes_come_out_as_they_went_in_however_they_were_cut(
    codes: list[tuple[str, bytes]], cuts: list[int]
) -> None:
    data = b"".join(text.encode() + end for text, end in codes)
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    framing = CodeFraming()
    for start, end in pairwise(bounds):
        framing.take(data[start:end], 0)
    assert frames(framing, 0) == [text for text, _ in codes]


@given(st.binary(max_size=300))
def test_after_any_garbage_and_a_pause_the_next_code_is_read(garbage: bytes) -> None:
    framing = CodeFraming()
    framing.take(garbage, 0)
    framing.take(b"NEXT\r", 1)
    assert frames(framing, 1)[-1] == "NEXT"
    assert framing.due is None
