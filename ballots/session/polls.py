# SPDX-License-Identifier: AGPL-3.0-or-later
"""The state of one poll: opened, voted, closed, sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ballots.record.bodies import Challenge, Close, Result
from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.seal import Checkpoint
from ballots.session.acts import Act
from ballots.session.cast import Opened, cast
from ballots.session.finals import Chains, Closing, checkpoint
from ballots.session.oddities import Oddity, OddityCode, odd
from ballots.session.revoking import Revocation
from ballots.session.sealing import Sealing, sealing
from ballots.session.state import CastBallot, OpenedBallot, PollStage, PollState


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """How far a poll has come, and what is missing."""

    closed_at: str
    stage: PollStage
    booths: tuple[str, ...]
    awaited: tuple[str, ...]
    checkpoint: Checkpoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """The ballots of a poll, sorted out."""

    counted: tuple[CastBallot, ...]
    late: tuple[CastBallot, ...]
    contested: tuple[CastBallot, ...]
    challenges: tuple[OpenedBallot, ...]
    oddities: tuple[Oddity, ...]


def poll_state(
    opened: Opened, acts: Collection[Act], chains: Chains, revocations: Sequence[Revocation]
) -> tuple[PollState, tuple[Oddity, ...]]:
    """The state of an opened poll, and what is strange about it.

    Args:
        opened: what was opened.
        acts: those of this poll, by (segment, number).
        chains: every segment of the record.
        revocations: those in force.
    """
    booths = _booths(chains)
    finals, seals, cosigns = (_of(k, acts) for k in (Kind.FINAL, Kind.SEAL, Kind.COSIGN))
    closing = Closing(finals=finals, revocations=revocations, chains=chains)
    sealed = sealing(closing, seals, cosigns, booths, opened.title)
    ending = _ending(opened, acts, chains, sealed, booths)
    box = _sort_out(opened, acts, chains, sealed)
    result, contradictions = _result(opened, acts)
    state = PollState(
        uuid=opened.uuid,
        poll=opened.poll,
        election=opened.election,
        election_hash=sha256(opened.election).hexdigest(),
        opened_at=opened.at,
        closed_at=ending.closed_at,
        stage=ending.stage,
        ballots=box.counted,
        late=box.late,
        contested=box.contested,
        challenges=box.challenges,
        booths=ending.booths,
        awaited=ending.awaited,
        again=sealed.again,
        checkpoint=ending.checkpoint,
        seal=sealed.seal,
        seed=sealed.deciding.seed,
        result=result,
    )
    return state, sealed.oddities + box.oddities + contradictions


def _ending(
    opened: Opened, acts: Iterable[Act], chains: Chains, sealed: Sealing, booths: frozenset[str]
) -> _Ending:
    closes = [act.document.at for act in acts if isinstance(act.document, Close)]
    borne_out = sealed.borne_out
    awaited = (booths - borne_out.devices - borne_out.revoked) | sealed.again
    finished = bool(closes and borne_out.finals and borne_out.is_whole and not awaited)
    if sealed.seal:
        stage = PollStage.FINISHED if sealed.seal.awaited else PollStage.SEALED
        booths &= sealed.deciding.devices
    elif finished:
        stage = PollStage.FINISHED
    else:
        stage = PollStage.CLOSING if closes else PollStage.OPEN
    cut = sealed.borne_out.cut
    return _Ending(
        closed_at=closes[0] if closes else "",
        stage=stage,
        booths=tuple(sorted(booths)),
        awaited=tuple(sorted(awaited)),
        checkpoint=checkpoint(opened.assembly, opened.uuid, cut, chains) if finished else None,
    )


def _of(kind: Kind, acts: Iterable[Act]) -> list[Act]:
    return [act for act in acts if act.kind is kind]


def _booths(chains: Chains) -> frozenset[str]:
    authors = (chain.author for chain in chains.values())
    return frozenset(author.device for author in authors if author and author.role is Role.BOOTH)


def _sort_out(opened: Opened, acts: Collection[Act], chains: Chains, sealed: Sealing) -> _Box:
    oddities: list[Oddity] = []
    challenges: list[OpenedBallot] = []
    for act in _of(Kind.CHALLENGE, acts):
        if isinstance(act.document, Challenge) and _in_time(act.entry, act.author.device, sealed):
            challenges.append(_opened_ballot(act, act.document))
        else:
            oddities.append(act.odd(OddityCode.LATE_CHALLENGE))
    challenged = {(each.device, each.tracker) for each in challenges}
    counted: list[CastBallot] = []
    late: list[CastBallot] = []
    contested: list[CastBallot] = []
    for act in _of(Kind.BALLOT, acts):
        ballot = cast(act.entry, act.author.device)
        if ballot is None:
            oddities.append(act.odd(OddityCode.BALLOT))
        elif (ballot.device, ballot.tracker) in challenged:
            oddities.append(act.odd(OddityCode.SPOILED))
        else:
            in_time = _in_time(act.entry, act.author.device, sealed)
            (counted if in_time else late).append(ballot)
    for chain in chains.values():
        late += _ballots(opened.uuid, chains, chain.void)
        contested += _ballots(opened.uuid, chains, chain.contested)
    return _Box(
        counted=tuple(counted),
        late=tuple(late),
        contested=tuple(contested),
        challenges=tuple(challenges),
        oddities=(
            *oddities,
            *_per_device(OddityCode.LATE, opened.title, late, chains),
            *_per_device(OddityCode.CONTESTED, opened.title, contested, chains),
        ),
    )


def _opened_ballot(act: Act, document: Challenge) -> OpenedBallot:
    return OpenedBallot(
        device=act.author.device,
        tracker=document.tracker,
        ballot=document.ballot.encode(),
        opening=document.opening.encode(),
    )


def _in_time(entry: Entry, device: str, sealed: Sealing) -> bool:
    segment, number = entry.header.segment, entry.header.number
    under_it = sealed.seal is None or number <= sealed.seal.checkpoint.cut.get(segment, -1)
    return under_it and sealed.deciding.includes(device, segment, number)


def _ballots(uuid: str, chains: Chains, entries: Iterable[Entry]) -> Iterable[CastBallot]:
    """The ballots of a poll among entries that are followed no more."""
    for entry in entries:
        header, author = entry.header, chains[entry.header.segment].author
        if header.kind is Kind.BALLOT and header.poll == uuid and author:
            ballot = cast(entry, author.device)
            if ballot:
                yield ballot


def _per_device(
    code: OddityCode, title: str, ballots: Iterable[CastBallot], chains: Chains
) -> Iterable[Oddity]:
    names = Counter(chains[ballot.segment].name for ballot in ballots)
    return (odd(code, poll=title, device=name, n=n) for name, n in sorted(names.items()))


def _result(opened: Opened, acts: Iterable[Act]) -> tuple[Result | None, tuple[Oddity, ...]]:
    results = {act.body: act.document for act in acts if isinstance(act.document, Result)}
    if len(results) > 1:
        return None, (odd(OddityCode.RESULTS, poll=opened.title, n=len(results)),)
    return next(iter(results.values()), None), ()
