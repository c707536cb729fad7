# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which seal of a poll the record bears out, and who has signed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ballots.record.errors import RecordRefused
from ballots.seal import Checkpoint, read_seal
from ballots.session.acts import Act
from ballots.session.finals import Closing, Finish, checkpoint, covered
from ballots.session.oddities import Oddity, OddityCode, odd
from ballots.session.state import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The finals that are borne out, those of them that decide, and the seal.

    Where there is a seal, the finals under it decide. Where there is none because those that
    stand cannot be signed by all any more, `again` has to finish once more: their signatures
    are not under any finals yet.
    """

    borne_out: Finish
    deciding: Finish
    seal: Seal | None
    again: frozenset[str]
    oddities: tuple[Oddity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A text that the record bears out. `signers` are devices with the entries of theirs."""

    checkpoint: Checkpoint
    first: Act
    finish: Finish
    signers: Mapping[str, Sequence[Act]]

    @property
    def awaited(self) -> frozenset[str]:
        return self.finish.devices - self.signers.keys()

    def is_blocked_by(self, other: _Standing) -> bool:
        """Whether somebody who has to sign this text is bound to another.

        What lies under this text itself binds nobody: it was taken back by finishing again.
        """
        return any(
            act.number > self.checkpoint.cut.get(act.segment, -1)
            for device in self.awaited & other.signers.keys()
            for act in other.signers[device]
        )


def sealing(
    closing: Closing,
    seals: Sequence[Act],
    cosigns: Sequence[Act],
    booths: Collection[str],
    title: str,
) -> Sealing:
    """Decide on the seal of one poll.

    It is the text that everybody under it has signed; else the first of those that everybody
    still can sign. Whoever has signed one text signs no other before all are blocked.

    Args:
        closing: how the poll ends.
        seals: all of the poll, as are `cosigns`; by (segment, number).
        cosigns: see above.
        booths: every booth's device in the record.
        title: of the poll.
    """
    now = closing.finish()
    standing, oddities, in_vain = _standing(closing, seals, cosigns)
    if len(standing) > 1:
        oddities.append(odd(OddityCode.SEALS, poll=title, n=len(standing)))
    chosen = _chosen(standing, now.revoked)
    if chosen is None:
        return Sealing(
            borne_out=now,
            deciding=now,
            seal=None,
            again=_bound(standing, now) - now.revoked,
            oddities=(*now.oddities, *oddities),
        )
    seal = Seal(
        checkpoint=chosen.checkpoint,
        device=chosen.first.author.device,
        cosigned=frozenset(chosen.signers),
        awaited=chosen.awaited,
        omitted=frozenset(booths) - chosen.finish.devices - chosen.finish.revoked,
    )
    names = {chain.author.device: chain.name for chain in closing.chains.values() if chain.author}
    omitted = [
        odd(OddityCode.OMITTED, poll=title, device=names[booth]) for booth in sorted(seal.omitted)
    ]
    return Sealing(
        borne_out=now,
        deciding=chosen.finish,
        seal=seal,
        again=frozenset(),
        oddities=(*now.oddities, *oddities, *in_vain, *omitted),
    )


def _standing(
    closing: Closing, seals: Sequence[Act], cosigns: Sequence[Act]
) -> tuple[list[_Standing], list[Oddity], list[Oddity]]:
    """The texts that stand, by the first seal of each; seals and cosignatures of others.

    While there is no seal, its cosignatures may just have come before it.
    """
    oddities: list[Oddity] = []
    in_vain: list[Oddity] = []
    texts: dict[str, tuple[Act, Checkpoint]] = {}
    signers: dict[str, dict[str, list[Act]]] = defaultdict(lambda: defaultdict(list))
    for act in seals:
        sealed = _borne_out(act, closing)
        if sealed:
            texts.setdefault(sealed.text, (act, sealed))
            signers[sealed.text][act.author.device].append(act)
        else:
            oddities.append(act.odd(OddityCode.SEAL))
    for act in cosigns:
        signed = _signed(act)
        if signed and signed.text in texts:
            signers[signed.text][act.author.device].append(act)
        else:
            in_vain.append(act.odd(OddityCode.COSIGN))
    standing = [
        _Standing(
            checkpoint=sealed,
            first=first,
            finish=closing.finish_under(sealed.cut),
            signers=signers[text],
        )
        for text, (first, sealed) in texts.items()
    ]
    return standing, oddities, in_vain


def _chosen(standing: Sequence[_Standing], revoked: frozenset[str]) -> _Standing | None:
    """Two that all have signed can only be where devices lied; then neither holds.

    Where one is revoked before it has signed, nobody waits for its signature.
    """
    whole = [each for each in standing if not each.awaited]
    if whole:
        return whole[0] if len(whole) == 1 else None
    possible = (
        each
        for each in standing
        if not each.awaited & revoked
        and not any(each.is_blocked_by(other) for other in standing if other is not each)
    )
    return next(possible, None)


def _bound(standing: Sequence[_Standing], now: Finish) -> frozenset[str]:
    """Devices with signatures that are not under their finals."""
    cut = now.cut
    return frozenset(
        device
        for each in standing
        for device, acts in each.signers.items()
        if any(act.number > cut.get(act.segment, -1) for act in acts)
    )


def _signed(act: Act) -> Checkpoint | None:
    try:
        return read_seal(act.body, bytes.fromhex(act.author.device))
    except RecordRefused:
        return None


def _borne_out(act: Act, closing: Closing) -> Checkpoint | None:
    """The checkpoint of a seal that anyone who holds the record comes to as well."""
    sealed = _signed(act)
    if sealed is None or not covered(sealed.cut, closing.chains):
        return None
    cut = closing.finish_under(sealed.cut).cut
    if not covered(cut, closing.chains):
        return None
    again = checkpoint(act.entry.header.assembly, act.poll, cut, closing.chains)
    return sealed if sealed == again else None
