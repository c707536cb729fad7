# SPDX-License-Identifier: AGPL-3.0-or-later
"""What hubs have signed that they hold, and how much of the record that is.

A hub keeps and signs for what others write, not for what hubs write: two of them would go on
signing for each other's receipts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ballots.record.bodies import HubReceipt
from ballots.record.entry import Entry
from ballots.record.kinds import Role
from ballots.seal import merkle_root
from ballots.session.acts import Act
from ballots.session.chains import chains as chains_of
from ballots.session.chains import distinct
from ballots.session.finals import Chains, covered, leaves
from ballots.session.oddities import Oddity, OddityCode
from ballots.session.state import Kept, Session


def receipt_of(entries: Iterable[Entry]) -> HubReceipt | None:
    """What a hub that holds these entries signs for; None where there is nothing.

    Nothing in it is a choice. Segments whose author is not known are left out.
    """
    chains = {
        chain.segment: chain
        for chain in chains_of(distinct(entries))
        if chain.author and chain.author.role is not Role.HUB and chain.followed
    }
    cut = {segment: len(chain.followed) - 1 for segment, chain in chains.items()}
    return HubReceipt(heads=cut, root=merkle_root(leaves(cut, chains)).hex()) if cut else None


def kept(done: Iterable[Act], chains: Chains) -> tuple[tuple[Kept, ...], tuple[Oddity, ...]]:
    """Of each hub the most that it has signed for, by device; and receipts that are not so.

    Of one segment the last receipt speaks. One that names what is not here says nothing yet.
    """
    last: dict[str, Act] = {}
    for act in done:
        if isinstance(act.document, HubReceipt) and covered(act.document.heads, chains):
            last[act.segment] = act
    found: dict[str, list[Kept]] = defaultdict(list)
    oddities: list[Oddity] = []
    for act in last.values():
        assert isinstance(act.document, HubReceipt)
        cut = act.document.heads
        if merkle_root(leaves(cut, chains)).hex() == act.document.root:
            found[act.author.device].append(Kept(device=act.author.device, cut=cut))
        else:
            oddities.append(act.odd(OddityCode.HUB))
    most = (max(own, key=lambda it: it.size) for _, own in sorted(found.items()))
    return tuple(most), tuple(oddities)


def lacking(kept: Kept | None, session: Session, heads: Mapping[str, int]) -> int:
    """How many entries up to these heads a hub has not signed for; those of hubs do not count."""
    hubs = {it for device in _hubs(session) for it in device}
    cut = kept.cut if kept else {}
    return sum(
        max(0, number - cut.get(segment, -1))
        for segment, number in heads.items()
        if segment not in hubs
    )


def _hubs(session: Session) -> Sequence[tuple[str, ...]]:
    return [it.segments for it in session.devices.values() if it.role is Role.HUB]
