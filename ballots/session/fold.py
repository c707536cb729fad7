# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fold: a set of entries becomes the state of the assembly, whatever order they came in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ballots.assembly import Assembly, AssemblyRefused
from ballots.documents import read_assembly
from ballots.record.bodies import Leftover, Minutes, Slips
from ballots.record.entry import Entry
from ballots.record.kinds import Kind
from ballots.session import revoking
from ballots.session.acts import Act, acts
from ballots.session.cast import Opened, opened
from ballots.session.chains import Chain, chains, distinct
from ballots.session.finals import Chains
from ballots.session.hubs import kept
from ballots.session.oddities import Oddity, OddityCode, odd
from ballots.session.polls import poll_state
from ballots.session.revoking import Revocation
from ballots.session.starts import restored
from ballots.session.state import Device, PollState, Session


def fold(entries: Iterable[Entry], assembly: str = "") -> Session:
    """The state of `assembly`, or of the one with most entries (the lower id, where equal).

    The entries come from `entry.decode` or a `Segment`, so that each is signed by its segment.
    Equal for equal sets: order and repetitions mean nothing. Never raises: what is strange
    becomes an oddity, in an order that is fixed too.
    """
    everything = distinct(entries)
    id_ = assembly or _largest(everything)
    own = [entry for entry in everything if entry.header.assembly == id_]
    session = _told(id_, chains(own))
    foreign = len(everything) - len(own)
    if not foreign:
        return session
    return replace(session, oddities=(odd(OddityCode.FOREIGN, n=foreign), *session.oddities))


def _told(assembly: str, found: Sequence[Chain]) -> Session:
    done, strange = acts(found)
    wanted, whole = revoking.proposed(done), found
    revocations = revoking.in_force(wanted)
    if revocations:
        found = revoking.shortened(found, revocations)
        done, strange = acts(found)
    devices, two_names = _devices(found)
    document, unclear = _assembly(done)
    polls, about_polls = _polls(done, {chain.segment: chain for chain in found}, revocations)
    minutes, differ = _minutes(done)
    held, untrue = kept(done, {chain.segment: chain for chain in whole})
    broken = [oddity for chain in found for oddity in chain.oddities]
    return Session(
        assembly_id=assembly,
        assembly=document,
        devices=devices,
        polls=polls,
        present=sum(act.kind is Kind.CHECK_IN for act in done),
        slips_printed=_counted(Kind.SLIPS_PRINTED, done),
        slips_issued=_counted(Kind.SLIP_ISSUED, done),
        slips_returned=_counted(Kind.SLIP_RETURNED, done),
        slips_left=sum(leftover.left for leftover in _leftovers(done)),
        slips_void=sum(leftover.void for leftover in _leftovers(done)),
        challenges=sum(len(state.challenges) for state in polls.values()),
        revoked=frozenset(each.document.device for each in revocations),
        minutes=minutes,
        kept=held,
        forks=tuple(chain.fork for chain in found if chain.fork),
        oddities=(
            *(*broken, *restored(whole), *two_names, *revoking.told(found, wanted)),
            *(*strange, *unclear, *about_polls, *differ, *untrue),
        ),
    )


def _largest(entries: Iterable[Entry]) -> str:
    sizes = Counter(entry.header.assembly for entry in entries)
    return min(sizes, key=lambda id_: (-sizes[id_], id_), default="")


def _counted(kind: Kind, done: Iterable[Act]) -> int:
    documents = (act.document for act in done if act.kind is kind)
    return sum(document.count for document in documents if isinstance(document, Slips))


def _leftovers(done: Iterable[Act]) -> list[Leftover]:
    return [act.document for act in done if isinstance(act.document, Leftover)]


def _devices(found: Iterable[Chain]) -> tuple[Mapping[str, Device], list[Oddity]]:
    """Of a key whose certificates disagree, the name and role that come first are shown."""
    segments: dict[str, list[Chain]] = defaultdict(list)
    for chain in found:
        if chain.author:
            segments[chain.author.device].append(chain)
    devices: dict[str, Device] = {}
    oddities: list[Oddity] = []
    for id_, own in sorted(segments.items()):
        known = sorted({(c.author.name, c.author.role) for c in own if c.author})
        (name, role), *others = known
        oddities += [odd(OddityCode.TWO_NAMES, device=name, other=other) for other, _ in others]
        devices[id_] = Device(
            id=id_, role=role, name=name, segments=tuple(chain.segment for chain in own)
        )
    return MappingProxyType(devices), oddities


def _assembly(done: Iterable[Act]) -> tuple[Assembly | None, list[Oddity]]:
    """The assembly's document; of documents that differ, none, until a correction voids one."""
    read: dict[bytes, Assembly] = {}
    oddities: list[Oddity] = []
    for act in done:
        if act.kind is Kind.ASSEMBLY:
            try:
                read[act.body] = read_assembly(act.body)
            except AssemblyRefused:
                oddities.append(act.odd(OddityCode.BODY))
    if len(read) > 1:
        return None, [*oddities, odd(OddityCode.ASSEMBLIES, n=len(read))]
    return next(iter(read.values()), None), oddities


def _minutes(done: Iterable[Act]) -> tuple[Minutes | None, list[Oddity]]:
    written = {act.body: act.document for act in done if isinstance(act.document, Minutes)}
    if len(written) > 1:
        return None, [odd(OddityCode.MINUTES, n=len(written))]
    return next(iter(written.values()), None), []


def _polls(
    done: Iterable[Act], chains: Chains, revocations: Sequence[Revocation]
) -> tuple[Mapping[str, PollState], list[Oddity]]:
    """The polls that can be used. One that was opened twice with other content cannot."""
    of_poll: dict[str, list[Act]] = defaultdict(list)
    for act in done:
        if act.poll:
            of_poll[act.poll].append(act)
    polls: dict[str, PollState] = {}
    oddities: list[Oddity] = []
    for uuid, own in sorted(of_poll.items()):
        openings, unreadable = _openings(own)
        oddities += unreadable
        if len({(opening.election, opening.poll) for opening in openings}) == 1:
            polls[uuid], strange = poll_state(openings[0], own, chains, revocations)
            oddities += strange
        elif openings:
            oddities.append(odd(OddityCode.POLL_TWICE, poll=openings[0].title, n=len(openings)))
        else:
            oddities.append(odd(OddityCode.POLL_UNKNOWN, poll=uuid, n=len(own)))
    return MappingProxyType(polls), oddities


def _openings(own: Sequence[Act]) -> tuple[list[Opened], list[Oddity]]:
    read = [(act, opened(act)) for act in own if act.kind is Kind.POLL_OPEN]
    return (
        [opening for _, opening in read if opening],
        [act.odd(OddityCode.BODY) for act, opening in read if opening is None],
    )
