# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the record to the facts that minutes print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ballots.assembly import Assembly
from ballots.balance import Balance
from ballots.receipts.listing import root_of
from ballots.record.kinds import Kind
from ballots.session import Session
from kiosk.confidential import Note, open_name, open_note
from kiosk.device import Device
from kiosk.tallying import Counted
from printouts.proceedings import (
    Attendance,
    Attendee,
    Channel,
    ChannelVotes,
    HeldIn,
    Intervention,
    Matter,
    Minutes,
    PollOnRecord,
    Remark,
    Resolution,
    SealedRecord,
)


def minutes(
    device: Device,
    counted: Sequence[Counted],
    weighed: Balance,
    *,
    bundle: str,
    language: str,
    held_in: HeldIn,
) -> Minutes:
    """The minutes of an evening whose polls were all counted; `bundle` is its SHA-256 in hex."""
    session, assembly = device.session(), device.prepared.assembly
    day = (assembly.call.first if held_in is HeldIn.FIRST else assembly.call.second)[:10]
    last = max(counted, key=lambda each: _sealed(each).entries)
    return Minutes(
        language=language,
        assembly=assembly,
        held_in=held_in,
        opened=f"{day}T{min(each.state.opened_at for each in counted)}",
        closed=f"{day}T{max(each.state.closed_at for each in counted)}",
        attendance=Attendance(present=session.present, names=tuple(_names(device))),
        matters=tuple(_matters(device, assembly, counted, language)),
        polls=tuple(_poll(each, language) for each in counted),
        balance=weighed,
        seal=_sealed(last, session),
        bundle=bundle,
        assembly_id=session.assembly_id,
        remarks=tuple(Remark(code=odd.key, facts=odd.facts) for odd in session.oddities),
    )


def _bodies(device: Device, kind: Kind) -> Iterator[bytes | None]:
    return (entry.body for entry in device.replica.everything() if entry.header.kind is kind)


def _names(device: Device) -> Iterator[Attendee]:
    """Names by alphabet: the order of arrival is nobody's business."""
    names = (open_name(body, device.key) for body in _bodies(device, Kind.CHECK_IN))
    yield from (Attendee(name=name) for name in sorted(filter(None, names)))


def _matters(
    device: Device, assembly: Assembly, counted: Iterable[Counted], language: str
) -> Iterator[Matter]:
    """The agenda's items in order; a question that belongs to none comes at the end."""
    resolutions: dict[str, list[Resolution]] = {}
    titles = {item.id: item.title.in_language(language) for item in assembly.agenda}
    for each in counted:
        for question, outcome in zip(each.state.poll.questions, each.outcomes, strict=True):
            votes = ChannelVotes(channel=Channel.KIOSK, ballots=outcome.ballots)
            resolution = Resolution(question=question, outcome=outcome, channels=(votes,))
            item = question.item if question.item in titles else each.state.poll.id
            titles.setdefault(item, each.state.poll.title.in_language(language))
            resolutions.setdefault(item, []).append(resolution)
    opened = (open_note(body, device.key) for body in _bodies(device, Kind.NOTE))
    notes = [note for note in opened if note]
    for item, title in titles.items():
        yield _matter(
            title, [note for note in notes if note.item == item], resolutions.get(item, ())
        )


def _matter(title: str, notes: Sequence[Note], resolutions: Iterable[Resolution]) -> Matter:
    return Matter(
        title=title,
        summary=tuple(note.text for note in notes if not note.speaker),
        interventions=tuple(
            Intervention(speaker=note.speaker, words=note.text) for note in notes if note.speaker
        ),
        resolutions=tuple(resolutions),
    )


def _poll(counted: Counted, language: str) -> PollOnRecord:
    state = counted.state
    return PollOnRecord(
        id=state.poll.id,
        title=state.poll.title.in_language(language),
        election=state.uuid,
        ballots=len(counted.merged.counted),
        receipts=root_of(ballot.tracker for ballot in counted.merged.counted).hex(),
        conflicts=counted.merged.conflicts,
        challenges=len(state.challenged),
    )


def _sealed(counted: Counted, session: Session | None = None) -> SealedRecord:
    sealed = counted.state.seal
    assert sealed is not None, "count_poll refuses polls without a seal"
    names = [session.devices[id_].name for id_ in sealed.cosigned] if session else []
    return SealedRecord(
        election=counted.state.uuid,
        root=sealed.checkpoint.root.hex(),
        entries=sealed.checkpoint.size,
        cosigners=tuple(sorted(names)),
    )
