# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signatures under a named context."""

from __future__ import annotations

import pytest

from ballots.signing import SecretKey, verify, verify_exactly
from tests.told_evenings import key

MESSAGE = b"one vote"


def test_a_signature_holds_for_its_key_context_and_message_only() -> None:
    ana, pau = key("ana"), key("pau")
    signature = ana.sign("urna-entry/v1", MESSAGE)
    assert verify(ana.public, "urna-entry/v1", MESSAGE, signature)
    assert not verify(pau.public, "urna-entry/v1", MESSAGE, signature)
    assert not verify(ana.public, "urna-entry/v2", MESSAGE, signature)
    assert not verify(ana.public, "urna-entry/v1", MESSAGE + b"s", signature)


def test_the_signed_bytes_are_context_zero_and_message() -> None:
    ana = key("ana")
    signature = ana.sign("urna-entry/v1", MESSAGE)
    assert verify_exactly(ana.public, b"urna-entry/v1\0one vote", signature)


def test_the_key_is_that_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    secret = SecretKey.from_seed(seed)
    assert (secret.seed, secret.public.hex()) == (seed, public)
    assert secret.sign_exactly(b"").hex() == signature


@pytest.mark.parametrize(
    ("public", "signature"),
    [(b"", bytes(64)), (bytes(31), bytes(64)), (bytes(32), b""), (bytes(32), bytes(65))],
)
def test_bytes_that_are_no_key_or_no_signature_hold_for_nothing(
    public: bytes, signature: bytes
) -> None:
    assert not verify(public, "urna-entry/v1", MESSAGE, signature)


def test_a_key_of_small_order_signs_nothing() -> None:
    neutral = bytes([1]) + bytes(31)
    assert not verify_exactly(neutral, MESSAGE, neutral + bytes(32))


def test_a_signature_cannot_be_rewritten_into_another() -> None:
    ana = key("ana")
    signature = ana.sign_exactly(MESSAGE)
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(signature[32:], "little") + order
    rewritten = signature[:32] + scalar.to_bytes(32, "little")
    assert not verify_exactly(ana.public, MESSAGE, rewritten)


def test_a_secret_key_does_not_print_its_secret() -> None:
    ana = key("ana")
    assert repr(ana) == str(ana) == "SecretKey(…)"


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        SecretKey.from_seed(b"short")
