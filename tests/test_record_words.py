# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever the record refuses or finds odd is said in each language, with all its facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ballots import seal
from ballots.record.entry import Entry, decode
from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.forks import prove_fork
from ballots.record.kinds import Kind, Role
from ballots.record.roster import check_certificates
from ballots.record.segment import Segment
from ballots.record.shapes import MAX_NUMBER
from ballots.session import OddityCode
from kiosk.i18n import LANGUAGES, voice
from tests.told_evenings import ASSEMBLY, UUID, certificates, key, opened

BALLOT = opened("Cabina 1", Role.BOOTH).write(Kind.BALLOT, b"b", UUID)


def full_segment() -> Entry:
    """A segment that has come to its last number."""
    booth = opened("Cabina 1", Role.BOOTH)
    header = BALLOT.header_bytes.replace(b'"number":1,', b'"number":%d,' % MAX_NUMBER)
    signature = key("Cabina 1 segment 0").sign("urna-entry/v1", header)
    booth._last = Entry(header_bytes=header, signature=signature, body=b"b")
    return booth.write(Kind.BALLOT, b"b", UUID)


def other_assembly() -> Segment:
    chain = certificates("Cabina 1", Role.BOOTH)
    return Segment.open(key("Cabina 1"), chain, "0" * 32, bytes(16), {}, key("fresh"))


REFUSED: dict[RecordProblem, Callable[[], object]] = {
    RecordProblem.FORM: lambda: seal.read_checkpoint(""),
    RecordProblem.LENGTH: lambda: decode(b""),
    RecordProblem.SIGNATURE: lambda: Entry(
        header_bytes=BALLOT.header_bytes, signature=bytes(64), body=b"b"
    ),
    RecordProblem.BODY: BALLOT.without_body,
    RecordProblem.ROLE: lambda: opened("Taula", Role.DESK).write(Kind.BALLOT, b"b", UUID),
    RecordProblem.CERTIFICATE: lambda: check_certificates([], ASSEMBLY),
    RecordProblem.ASSEMBLY: other_assembly,
    RecordProblem.FULL: full_segment,
    RecordProblem.FORK: lambda: prove_fork(BALLOT, BALLOT),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", RecordProblem)
def test_a_refusal_is_said(problem: RecordProblem, language: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        REFUSED[problem]()
    assert refused.value.code is problem
    said = voice(language)
    assert said.knows(refused.value.key)
    assert "{" not in said.refusal(refused.value)


FACTS: dict[OddityCode, dict[str, str | int]] = {
    OddityCode.FOREIGN: {"n": 2},
    OddityCode.OPENING: {"segment": "0a1b2c3d", "reason": "certificate", "n": 2},
    OddityCode.WAITING: {"device": "Cabina 1", "number": 3, "n": 2},
    OddityCode.BROKEN: {"device": "Cabina 1", "number": 3, "n": 2},
    OddityCode.FORK: {"device": "Cabina 1", "number": 3, "n": 2},
    OddityCode.TWO_NAMES: {"device": "Cabina 1", "other": "Cabina 2"},
    OddityCode.ASSEMBLIES: {"n": 2},
    OddityCode.POLL_TWICE: {"poll": "Festa", "n": 2},
    OddityCode.POLL_UNKNOWN: {"poll": UUID, "n": 2},
    OddityCode.OMITTED: {"poll": "Festa", "device": "Cabina 1"},
    OddityCode.CONTESTED: {"poll": "Festa", "device": "Cabina 1", "n": 2},
    OddityCode.LATE: {"poll": "Festa", "device": "Cabina 1", "n": 2},
    OddityCode.SEALS: {"poll": "Festa", "n": 2},
    OddityCode.RESULTS: {"poll": "Festa", "n": 2},
    OddityCode.MINUTES: {"n": 2},
    OddityCode.REVOKED: {"device": "Cabina 1", "n": 2},
    OddityCode.REVOKING: {"device": "Cabina 1", "by": "Mesa"},
}
OF_AN_ENTRY: dict[str, str | int] = {"device": "Cabina 1", "number": 3, "kind": "ballot"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OddityCode)
def test_an_oddity_is_said(code: OddityCode, language: str) -> None:
    said, key_ = voice(language), f"oddity.{code}"
    facts = FACTS.get(code, OF_AN_ENTRY)
    assert said.knows(key_)
    assert "{" not in said.say(key_, **facts)
    if "n" in facts:
        assert said.say(key_, **facts) != said.say(key_, **(facts | {"n": 1}))
