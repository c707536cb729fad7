# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every refusal of the election room has its sentence, with the facts that come with it."""

from __future__ import annotations

import pytest

from ballots.election.errors import ElectionProblem, ElectionRefused, at
from kiosk.i18n import LANGUAGES, voice

P = ElectionProblem
FACTS: dict[ElectionProblem, dict[str, str | int]] = {
    P.FORM: {"what": "trustees"},
    P.GROUP: {"group": "Ed448"},
    P.ELECTION: {"what": "uuid"},
    P.BOUND: {"what": "roll"},
    P.TOO_MANY_ANSWERS: {"question": 2, "group": "Ed25519", "most": 30},
    P.TOO_LARGE: {"size": 99999, "most": 4096},
    P.SHUFFLE: {"owner": 2},
    P.SHUFFLES_MISSING: {"needed": 2, "given": 1},
    P.TRUSTEE: {"owner": 2, "what": "proof"},
    P.ROLL: {"line": 3},
    P.SHARE: {"owner": 2},
    P.SHARES_MISSING: {"needed": 2, "given": 1},
    P.CARD_ROW: {"row": 3},
    P.CARD_ASSEMBLY: {"owner": 2},
    P.CARD_PIN: {"owner": 2},
    P.CARD_MEMORY: {"mebibytes": 128},
    P.PIN_FORM: {"least": 6, "most": 12},
    P.CEREMONY: {"owner": 2},
    P.SLIP_LENGTH: {"n": 23},
    P.SLIP_SYMBOL: {"position": 5},
    P.MARKS: {"question": 1},
    P.BALLOT_PROOF: {"question": 1},
    P.ARCHIVE_RECORD: {"byte": 2048},
    P.ARCHIVE_LINK: {"event": 7},
    P.ARCHIVE_ORDER: {"event": 7, "type": "Ballot"},
    P.ARCHIVE_UNFINISHED: {"event": 7},
    P.TALLY_SIZE: {"ballots": 41, "weight": 43},
    P.DECRYPTION: {"owner": 2},
    P.RESULT: {"question": 1},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ElectionProblem)
def test_every_refusal_is_said_with_its_facts(code: ElectionProblem, language: str) -> None:
    refusal = ElectionRefused(code, **FACTS.get(code, {}))
    said = voice(language).refusal(refusal)
    assert voice(language).knows(refusal.key)
    assert all(str(fact) in said for fact in refusal.facts.values())
    assert said.endswith(".")


def test_one_symbol_and_many_are_said_apart() -> None:
    one, many = (voice("en").refusal(ElectionRefused(P.SLIP_LENGTH, n=n)) for n in (1, 2))
    assert one.startswith("1 symbol was")
    assert many.startswith("2 symbols were")


def test_the_place_nearest_to_the_fault_is_kept() -> None:
    with pytest.raises(ElectionRefused) as refusal, at("outer"), at("inner"):
        raise ElectionRefused(P.NUMBER)
    assert refusal.value.facts == {"place": "inner"}
