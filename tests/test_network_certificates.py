# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets through TLS: devices of the assembly, whatever the clock says, and nobody else."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ballots.signing import SecretKey
from sync.errors import SyncError, SyncProblem
from sync.network.certificates import authority, leaf, party_of, pem, read_pem, twin
from sync.network.passport import Passport
from tests.kept_records import ROOT, key
from tests.passports import LONG, dated, name_of, passport, signed_again

LEADER = key("leader")
OTHER_ROOT = key("another root")


def enrolled(name: str, issuer: SecretKey = LEADER) -> Passport:
    """A device whose certificate a facilitator issued."""
    twins = [twin(ROOT, LEADER.public, may_enrol=True), twin(issuer, key(name).public)]
    return Passport(key(name), twins, ROOT.public, "start")


def shake(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[str, str]:
    """Whom each side takes the other for; empty where it refuses."""
    seen = {}
    near, far = socket.socketpair()
    near.settimeout(LONG)
    far.settimeout(LONG)

    def serve() -> None:
        try:
            with server.wrap_socket(far, server_side=True) as line:
                seen["server"] = party_of(line.getpeercert(True)).device
                line.sendall(b"x")
        except (OSError, SyncError):
            far.close()

    thread = Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(near) as line:
            if line.recv(1):
                seen["client"] = party_of(line.getpeercert(True)).device
    except OSError:
        near.close()
    thread.join()
    return seen.get("server", ""), seen.get("client", "")


def test_devices_of_one_assembly_know_each_other_by_their_keys() -> None:
    assert shake(passport("one").server, passport("two").client) == (
        name_of("two"),
        name_of("one"),
    )


def test_a_device_that_a_facilitator_enrolled_is_one_of_them() -> None:
    assert shake(passport("one").server, enrolled("two").client) == (
        name_of("two"),
        name_of("one"),
    )
    assert shake(enrolled("two").server, passport("one").client) == (
        name_of("one"),
        name_of("two"),
    )


def test_a_protocol_before_tls_1_3_is_refused() -> None:
    client = passport("two").client
    client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_2
    assert shake(passport("one").server, client) == ("", "")


def no_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def of_another_assembly() -> ssl.SSLContext:
    return passport("two", OTHER_ROOT).client


def of_another_assembly_with_our_names() -> ssl.SSLContext:
    """A root that calls itself as ours; its key is another."""
    forged = x509.load_der_x509_certificate(twin(OTHER_ROOT, key("two").public))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ROOT.public.hex())])
    return _showing(signed_again(forged, OTHER_ROOT, issuer=name))


def enrolled_by_a_booth() -> ssl.SSLContext:
    twins = [twin(ROOT, key("one").public), twin(key("one"), key("two").public)]
    return Passport(key("two"), twins, ROOT.public, "start").client


def enrolled_by_whom_nobody_certified() -> ssl.SSLContext:
    return enrolled("two", issuer=key("nobody")).client


def with_another_key() -> ssl.SSLContext:
    """A device's certificates in the hands of who has another key."""
    return Passport(key("nobody"), [twin(ROOT, key("two").public)], ROOT.public, "start").client


@pytest.mark.parametrize(
    "who",
    [
        no_certificate,
        of_another_assembly,
        of_another_assembly_with_our_names,
        enrolled_by_a_booth,
        enrolled_by_whom_nobody_certified,
        with_another_key,
    ],
)
def test_nobody_else_gets_through(who: Callable[[], ssl.SSLContext]) -> None:
    assert shake(passport("one").server, who()) == ("", "")


@pytest.mark.parametrize("years", [-40, 40])
def test_certificates_that_are_past_or_to_come_are_as_good(years: int) -> None:
    """A kiosk without a battery for its clock lives in 1970, or in 2050."""
    then = datetime.now(UTC) + timedelta(days=365 * years)
    shown = dated(twin(ROOT, key("two").public), ROOT, then)
    assert shake(passport("one").server, _showing(shown))[0] == name_of("two")


def _showing(above: bytes) -> ssl.SSLContext:
    return Passport(key("two"), [above], ROOT.public, "start").client


@given(st.binary(max_size=400))
def test_any_bytes_are_a_stranger(data: bytes) -> None:
    with pytest.raises(SyncError) as caught:
        party_of(data)
    assert caught.value.code is SyncProblem.PEER_STRANGER


def test_a_certificate_of_no_version_that_there_is_is_a_stranger() -> None:
    der = leaf(key("one"), Ed25519PrivateKey.generate().public_key(), "start")
    strange = der.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020121"), 1)
    assert strange != der
    with pytest.raises(SyncError) as caught:
        party_of(strange)
    assert caught.value.code is SyncProblem.PEER_STRANGER


def test_no_certificate_is_a_stranger() -> None:
    with pytest.raises(SyncError):
        party_of(None)


def test_a_name_that_did_not_sign_is_a_stranger() -> None:
    connection = Ed25519PrivateKey.generate()
    mine = x509.load_der_x509_certificate(leaf(key("one"), connection.public_key(), "start"))
    two = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name_of("two"))])
    with pytest.raises(SyncError):
        party_of(signed_again(mine, key("one"), issuer=two))


def test_the_same_device_makes_the_same_twin() -> None:
    assert twin(ROOT, key("one").public) == twin(ROOT, key("one").public)


def test_certificates_are_read_as_they_were_written() -> None:
    twins = (twin(ROOT, LEADER.public, may_enrol=True), twin(LEADER, key("one").public))
    assert read_pem(pem(twins).encode()) == twins
    with pytest.raises(ValueError, match="PEM"):
        read_pem(b"nothing of the kind")


def test_the_authority_is_made_of_a_public_key_alone() -> None:
    made = x509.load_der_x509_certificate(authority(ROOT.public))
    assert made.public_key().public_bytes_raw() == ROOT.public  # type: ignore[union-attr]


def test_a_passport_does_not_print_what_is_in_it() -> None:
    made = passport("one")
    assert repr(made) == f"Passport({name_of('one')[:8]}…)"
