# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices that two facilitators have taken out: lost, broken, stolen, or not to be trusted.

What such a device wrote up to the entries that they name counts as before; nothing after them
does, it is awaited by nobody, and nobody speaks with it. A revocation counts even if one who
signed it was revoked meanwhile: of two who revoke each other both are out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ballots.record.bodies import Reach, Revoke
from ballots.record.entry import Entry
from ballots.session.acts import Act, acts
from ballots.session.chains import Chain, distinct
from ballots.session.chains import chains as chains_of
from ballots.session.oddities import Oddity, OddityCode, odd

SIGNERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """`document` is what all of `acts` say, which are by at least two other devices."""

    document: Revoke
    acts: tuple[Act, ...]


def proposed(done: Iterable[Act]) -> tuple[Revocation, ...]:
    """All that facilitators want, by the first act of each; `in_force` sorts out."""
    signed: dict[Revoke, list[Act]] = defaultdict(list)
    for act in done:
        if isinstance(act.document, Revoke) and act.document.device != act.author.device:
            signed[act.document].append(act)
    return tuple(Revocation(document=each, acts=tuple(own)) for each, own in signed.items())


def in_force(revocations: Iterable[Revocation]) -> tuple[Revocation, ...]:
    """Those that two have signed."""
    return tuple(filter(_is_in_force, revocations))


def revocation_for(entries: Iterable[Entry], device: str) -> Revoke:
    """What a facilitator signs to take a device out, as the record stands.

    It is what another one has signed already, if that reaches as far as what is known here.
    """
    found = chains_of(distinct(entries))
    own = {
        chain.segment: len(chain.followed) - 1
        for chain in found
        if chain.author and chain.author.device == device and chain.followed
    }
    for each in proposed(acts(found)[0]):
        named = {last.segment: last.number for last in each.document.segments}
        if each.document.device == device and all(n <= named.get(s, -1) for s, n in own.items()):
            return each.document
    reaches = (Reach(segment=segment, number=number) for segment, number in sorted(own.items()))
    return Revoke(device=device, segments=tuple(reaches))


def under(revocations: Iterable[Revocation], cut: Mapping[str, int]) -> tuple[Revocation, ...]:
    """Those that a seal with this cut covers, by the acts that it covers."""
    covered = (
        replace(each, acts=tuple(a for a in each.acts if a.number <= cut.get(a.segment, -1)))
        for each in revocations
    )
    return in_force(covered)


def reach(revocations: Iterable[Revocation]) -> dict[str, dict[str, int]]:
    """Device → segment → its last entry that counts; where two differ, the earlier one."""
    found: dict[str, dict[str, int]] = {}
    for document in (each.document for each in revocations):
        named = {last.segment: last.number for last in document.segments}
        before = found.get(document.device, named)
        found[document.device] = {
            segment: min(number, before[segment])
            for segment, number in named.items()
            if segment in before
        }
    return found


def shortened(chains: Sequence[Chain], revocations: Iterable[Revocation]) -> tuple[Chain, ...]:
    """The chains, those of revoked devices up to where they count."""
    ends = reach(revocations)
    return tuple(_shortened(chain, ends) for chain in chains)


def told(chains: Iterable[Chain], revocations: Iterable[Revocation]) -> tuple[Oddity, ...]:
    """Who is revoked, with how much of it does not count, and who is to be, by whom."""
    names: dict[str, str] = {}
    void: Counter[str] = Counter()
    for chain in chains:
        if chain.author:
            names[chain.author.device] = chain.author.name
            void[chain.author.device] += len(chain.void)
    revocations = tuple(revocations)
    done = {each.document.device for each in in_force(revocations)}
    taken_out = [
        odd(OddityCode.REVOKED, device=names.get(id_, id_[:8]), n=void[id_])
        for id_ in sorted(done)
    ]
    for each in revocations:
        id_ = each.document.device
        if id_ not in done:
            by = each.acts[0].author.name
            taken_out.append(odd(OddityCode.REVOKING, device=names.get(id_, id_[:8]), by=by))
    return tuple(taken_out)


def _is_in_force(revocation: Revocation) -> bool:
    return len({act.author.device for act in revocation.acts}) >= SIGNERS


def _shortened(chain: Chain, ends: Mapping[str, Mapping[str, int]]) -> Chain:
    if chain.author is None or chain.author.device not in ends:
        return chain
    last = ends[chain.author.device].get(chain.segment, -1)
    return replace(chain, followed=chain.followed[: last + 1], void=chain.followed[last + 1 :])
