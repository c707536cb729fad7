# SPDX-License-Identifier: AGPL-3.0-or-later
"""Certificates: from the root key down, and never more than was given."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ballots.record.errors import RecordProblem, RecordRefused
from ballots.record.kinds import MAY_WRITE, Kind, Role
from ballots.record.roster import (
    Certificate,
    assembly_id,
    certify,
    check_certificates,
    read_certificate,
)
from ballots.signing import SecretKey
from tests.told_evenings import ASSEMBLY, ROOT, key


def certificate(
    name: str,
    role: Role,
    *,
    by: SecretKey = ROOT,
    may_enrol: bool = False,
    assembly: str = ASSEMBLY,
) -> bytes:
    return certify(
        by,
        assembly=assembly,
        device=key(name).public,
        role=role,
        name=name,
        may_enrol=may_enrol,
    )


MESA = certificate("Mesa", Role.FACILITATOR, may_enrol=True)


def refusal(*chain: bytes, assembly: str = ASSEMBLY) -> object:
    with pytest.raises(RecordRefused) as refused:
        check_certificates(chain, assembly)
    return refused.value.code


def test_the_assembly_is_named_after_its_root_key() -> None:
    assert assembly_id(ROOT.public) == sha256(ROOT.public).hexdigest()[:32]


@pytest.mark.parametrize("role", Role)
def test_the_root_certifies_any_role(role: Role) -> None:
    found = check_certificates([certificate("Cabina 1", role)], ASSEMBLY)
    assert found == Certificate(
        assembly=ASSEMBLY,
        device=key("Cabina 1").public.hex(),
        issuer=ROOT.public.hex(),
        role=role,
        name="Cabina 1",
        may_enrol=False,
    )


@pytest.mark.parametrize("role", [Role.DESK, Role.BOOTH])
def test_a_facilitator_who_may_enrol_certifies_desks_and_booths(role: Role) -> None:
    below = certificate("Cabina 3", role, by=key("Mesa"))
    assert check_certificates([MESA, below], ASSEMBLY).name == "Cabina 3"


def test_a_facilitator_certifies_no_facilitator() -> None:
    below = certificate("Mesa 2", Role.FACILITATOR, by=key("Mesa"))
    assert refusal(MESA, below) is RecordProblem.CERTIFICATE


def test_nobody_passes_enrolling_on() -> None:
    below = certificate("Mesa 2", Role.FACILITATOR, by=key("Mesa"), may_enrol=True)
    assert refusal(MESA, below) is RecordProblem.CERTIFICATE


def test_a_facilitator_who_may_not_enrol_certifies_nobody() -> None:
    above = certificate("Mesa", Role.FACILITATOR)
    below = certificate("Cabina 3", Role.BOOTH, by=key("Mesa"))
    assert refusal(above, below) is RecordProblem.CERTIFICATE


@pytest.mark.parametrize("role", [Role.DESK, Role.BOOTH])
def test_a_desk_or_a_booth_never_enrols(role: Role) -> None:
    with pytest.raises(RecordRefused) as refused:
        certificate("Taula", role, may_enrol=True)
    assert refused.value.code is RecordProblem.CERTIFICATE


def test_a_chain_whose_links_do_not_meet_is_refused() -> None:
    below = certificate("Cabina 3", Role.BOOTH, by=key("someone else"))
    assert refusal(MESA, below) is RecordProblem.CERTIFICATE


def test_a_chain_without_links_or_with_three_is_refused() -> None:
    below = certificate("Cabina 3", Role.BOOTH, by=key("Mesa"))
    assert refusal() is RecordProblem.CERTIFICATE
    assert refusal(MESA, below, below) is RecordProblem.CERTIFICATE


def test_a_chain_from_another_root_is_refused() -> None:
    stranger = certificate("Cabina 1", Role.BOOTH, by=key("another root"))
    assert refusal(stranger) is RecordProblem.ASSEMBLY


def test_a_certificate_for_another_assembly_is_refused() -> None:
    elsewhere = certificate("Cabina 1", Role.BOOTH, by=key("Mesa"), assembly="0" * 32)
    assert refusal(MESA, elsewhere) is RecordProblem.ASSEMBLY
    assert refusal(MESA, assembly="0" * 32) is RecordProblem.ASSEMBLY


def test_a_certificate_that_its_issuer_did_not_sign_is_refused() -> None:
    forged = MESA.replace(b'"Mesa"', b'"Meca"')
    with pytest.raises(RecordRefused) as refused:
        read_certificate(forged)
    assert refused.value.code is RecordProblem.SIGNATURE


@pytest.mark.parametrize("name", ["", "x" * 65, "two\nlines", "bell\a", "\u2028", "\u0085"])
def test_a_label_is_one_line_of_64_characters_at_most(name: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        certificate(name, Role.BOOTH)
    assert refused.value.code is RecordProblem.FORM


def test_no_role_both_hands_out_slips_and_takes_ballots() -> None:
    for kinds in MAY_WRITE.values():
        assert not {Kind.SLIP_ISSUED, Kind.BALLOT} <= kinds
        assert not {Kind.CHECK_IN, Kind.BALLOT} <= kinds


def test_only_booths_cast_and_only_facilitators_close() -> None:
    assert [role for role in Role if Kind.BALLOT in MAY_WRITE[role]] == [Role.BOOTH]
    assert [role for role in Role if Kind.CLOSE in MAY_WRITE[role]] == [Role.FACILITATOR]
