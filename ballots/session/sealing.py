# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which seal of a poll the record bears out, and who has signed it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ballots.record.errors import RecordRefused
from ballots.seal import Checkpoint, read_seal
from ballots.session.acts import Act
from ballots.session.finals import Chains, Finish, checkpoint, covered, finish, under
from ballots.session.oddities import Oddity, OddityCode, odd
from ballots.session.state import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The finals that are borne out, those of them that decide, and the seal.

    Where there is a seal, the finals under it decide.
    """

    borne_out: Finish
    deciding: Finish
    seal: Seal | None
    oddities: tuple[Oddity, ...]


def sealing(
    finals: Sequence[Act],
    seals: Iterable[Act],
    cosigns: Iterable[Act],
    chains: Chains,
    booths: Collection[str],
    title: str,
) -> Sealing:
    """Decide on the seal of one poll. Of seals that differ, none holds.

    Args:
        finals: all finals of the poll, as are `seals` and `cosigns`; by (segment, number).
        seals: see above.
        cosigns: see above.
        chains: every segment of the record.
        booths: every booth's device in the record.
        title: of the poll.
    """
    now = finish(finals, chains)
    oddities = list(now.oddities)
    holding: list[tuple[Act, Checkpoint]] = []
    for act in seals:
        sealed = _borne_out(act, finals, chains)
        if sealed:
            holding.append((act, sealed))
        else:
            oddities.append(act.odd(OddityCode.SEAL))
    texts = {sealed.text for _, sealed in holding}
    if len(texts) > 1:
        oddities.append(odd(OddityCode.SEALS, poll=title, n=len(texts)))
    if len(texts) != 1:
        return Sealing(borne_out=now, deciding=now, seal=None, oddities=tuple(oddities))
    first, sealed = holding[0]
    in_force = finish(under(finals, sealed.cut), chains)
    signed = {act.author.device for act, _ in holding}
    for act in cosigns:
        if _signed(act) == sealed:
            signed.add(act.author.device)
        else:
            oddities.append(act.odd(OddityCode.COSIGN))
    seal = Seal(
        checkpoint=sealed,
        device=first.author.device,
        cosigned=frozenset(signed),
        awaited=in_force.devices - signed,
        omitted=frozenset(booths) - in_force.devices,
    )
    names = {chain.author.device: chain.name for chain in chains.values() if chain.author}
    oddities += [
        odd(OddityCode.OMITTED, poll=title, device=names[booth]) for booth in sorted(seal.omitted)
    ]
    return Sealing(borne_out=now, deciding=in_force, seal=seal, oddities=tuple(oddities))


def _signed(act: Act) -> Checkpoint | None:
    try:
        return read_seal(act.body, bytes.fromhex(act.author.device))
    except RecordRefused:
        return None


def _borne_out(act: Act, finals: Iterable[Act], chains: Chains) -> Checkpoint | None:
    """The checkpoint of a seal that anyone who holds the record comes to as well."""
    sealed = _signed(act)
    if sealed is None or not covered(sealed.cut, chains):
        return None
    cut = finish(under(finals, sealed.cut), chains).cut
    again = checkpoint(act.entry.header.assembly, act.poll, cut, chains)
    return sealed if sealed == again else None
