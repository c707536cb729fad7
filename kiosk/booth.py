# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth's services: carries out what its flow wishes, one wish at a time.

Between two residents it holds nothing: `Forget` drops slip, ballot, opening and receipt. A choice
exists here only while it is being encrypted.
"""

from __future__ import annotations

from typing import assert_never

from ballots.ballot_paper import filled
from ballots.election.errors import SlipRefused
from ballots.election.groups.modp import ModularPower
from ballots.election.sealed.ballot import SealedBallot, encrypt
from ballots.election.slip import Slip
from ballots.errors import Refusal
from ballots.randomness import Randomness
from ballots.receipts.held import Holding, Others, Voucher
from ballots.record import bodies
from ballots.record.kinds import Kind
from ballots.session import PollStage
from hardware.devices import ReceiptPrinter
from hardware.errors import DeviceCode, DeviceError
from kiosk import events
from kiosk.admission import Admission, Company, Paper
from kiosk.device import Device
from kiosk.events import Event, ServiceWish
from kiosk.papers import OnPaper, Papers, Proof
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem
from sync.errors import SyncError

NO_PAPER = frozenset({DeviceCode.PAPER_OUT, DeviceCode.COVER_OPEN})


class Booth:
    """One booth. Use from one thread at a time."""

    def __init__(
        self,
        device: Device,
        printer: ReceiptPrinter,
        company: Company,
        *,
        random: Randomness,
        power: ModularPower = pow,
    ) -> None:
        """The booth that runs on `device`, prints on `printer`, and is in the `company`."""
        self._device = device
        self._papers = Papers(device, printer)
        self._company = company
        self._admission = Admission(device, company, power)
        self._random = random
        self._forget()

    def carry_out(self, wish: ServiceWish) -> Event | None:
        """Do what the flow wishes, and tell what came of it. Refusals become events."""
        answer: Event | None = None
        match wish:
            case events.LookUpSlip():
                answer = self._look_up(wish.code)
            case events.SealBallot():
                answer = self._seal(wish)
            case events.PrintCommitment():
                answer = self._print_commitment(wish.language)
            case events.PrintNotCast():
                self._papers.not_cast(wish.language)
            case events.CastBallot():
                answer = self._cast()
            case events.PrintReceipt():
                answer = self._print_receipt(wish.language, copy=wish.copy)
            case events.OpenChallenge():
                answer = self._open_challenge()
            case events.PrintChallenge():
                answer = self._print_challenge(wish.language)
            case events.Forget():
                self._forget()
            case _:
                assert_never(wish)
        return answer

    def _forget(self) -> None:
        self._company.put_back()
        self._slip: Slip | None = None
        self._paper: Paper | None = None
        self._sealed: SealedBallot | None = None
        self._proof: Proof | None = None
        self._spoilt = False
        self._papers.forget()

    def _look_up(self, code: str) -> Event:
        self._forget()
        try:
            slip = Slip.read(code)
        except SlipRefused:
            return events.SlipTurnedAway(reason=SlipProblem.DAMAGED)
        found = self._admission.admit(slip)
        if isinstance(found, Paper):
            self._slip, self._paper = slip, found
            return events.SlipWelcomed(uuid=found.uuid, poll=found.poll)
        if found.voted is not None:
            ballot, cast = found.voted
            self._proof = self._proven(ballot, cast.segment, cast.number)
        copy = self._proof is not None
        return events.SlipTurnedAway(reason=found.reason, copy=copy, at=found.at)

    def _proven(self, ballot: OnPaper, segment: str, number: int) -> Proof:
        """This device holds the ballot and signs that, whatever can be told of others."""
        try:
            others = self._company.others(segment, number)
        except SyncError:
            others = Others()
        holding = Holding(
            assembly=self._device.prepared.assembly_id,
            election=ballot.uuid,
            tracker=ballot.tracker,
        )
        names, key, own = (
            self._admission.names,
            self._device.key,
            self._device.segment.certificate.name,
        )
        signed = {key.public.hex(): holding.sign(key), **others.chosen(names)}
        return Proof(
            ballot=ballot,
            holders=1 + others.number,
            vouchers=tuple(Voucher.by(device, signature) for device, signature in signed.items()),
            signers=tuple(names.get(device, own) for device in signed),
        )

    def _seal(self, wish: events.SealBallot) -> Event | None:
        self._sealed, self._spoilt = None, False
        if self._slip is None or self._paper is None or wish.uuid != self._paper.uuid:
            return None
        paper = self._paper
        credential = self._slip.credential(paper.uuid, paper.setup.group)
        try:
            marks = [
                filled(asked, question, wish.choices.get(question.id, frozenset()))
                for asked, question in zip(
                    paper.setup.questions, paper.poll.questions, strict=True
                )
            ]
            self._sealed = encrypt(paper.setup, credential, marks, self._random)
        except Refusal:  # a choice that no screen offers
            return events.BallotNotKept(reason=BallotProblem.STORAGE)
        return events.BallotSealed(tracker=self._sealed.tracker)

    def _cast(self) -> Event | None:
        if self._paper is None:
            return None
        if self._proof is None:
            if self._sealed is None or self._slip is None or self._spoilt:
                return None
            credential = self._slip.credential(self._paper.uuid, self._paper.setup.group).public
            try:
                place = self._put_in_the_box(self._paper, self._sealed, credential)
            except SyncError:
                return events.BallotNotKept(reason=BallotProblem.STORAGE)
            if isinstance(place, BallotProblem):
                return events.BallotNotKept(reason=place)
            ballot = self._paper.sealed(self._sealed.tracker)
            self._proof = self._proven(ballot, *place)
            self._slip = self._sealed = None  # what would open a ballot in the box is gone
        return events.BallotKept(tracker=self._proof.ballot.tracker, holders=self._proof.holders)

    def _put_in_the_box(
        self, paper: Paper, sealed: SealedBallot, credential: str
    ) -> tuple[str, int] | BallotProblem:
        """Where the ballot stands in the record, or why it does not.

        The device is held from looking to writing: a final in between would leave the ballot out.
        """
        with self._device.alone():
            state = self._device.session().polls.get(paper.uuid)
            voted = self._admission.voted(state, paper.setup, credential) if state else None
            if voted is not None:
                same = voted.tracker == sealed.tracker
                return (voted.segment, voted.number) if same else BallotProblem.USED
            if state is None or state.stage is not PollStage.OPEN:
                return BallotProblem.CLOSED
            header = self._device.write(Kind.BALLOT, sealed.body, paper.uuid).header
            return header.segment, header.number

    def _print_commitment(self, language: str) -> Event | None:
        if self._sealed is None or self._paper is None or self._spoilt:
            return None
        try:
            self._papers.begin(self._paper.sealed(self._sealed.tracker), language)
        except DeviceError as error:
            return events.CommitmentFailed(reason=_paper_problem(error))
        return events.CommitmentPrinted()

    def _print_receipt(self, language: str, *, copy: bool) -> Event | None:
        if self._proof is None:
            return None
        try:
            self._papers.receipt(self._proof, language, copy=copy)
        except DeviceError as error:
            return events.ReceiptFailed(reason=_paper_problem(error))
        return events.ReceiptPrinted()

    def _open_challenge(self) -> Event | None:
        """What is cast is never opened, and what is opened is never cast."""
        if self._sealed is None or self._paper is None or self._proof is not None:
            return None
        tracker = self._sealed.tracker
        if not self._spoilt:
            opened = bodies.Challenge(
                ballot=self._sealed.body.decode(),
                opening=self._sealed.opening.reveal().decode(),
            )
            try:
                self._device.write(Kind.CHALLENGE, opened.encode(), self._paper.uuid)
            except SyncError:
                return events.BallotNotKept(reason=BallotProblem.STORAGE)
            self._spoilt = True
        return events.ChallengeOpened(tracker=tracker)

    def _print_challenge(self, language: str) -> Event | None:
        if self._sealed is None or self._paper is None or not self._spoilt:
            return None
        ballot = self._paper.sealed(self._sealed.tracker)
        try:
            self._papers.challenge(ballot, self._sealed.opening.reveal().decode(), language)
        except DeviceError as error:
            return events.ChallengeNotPrinted(reason=_paper_problem(error))
        return events.ChallengePrinted()


def _paper_problem(error: DeviceError) -> PaperProblem:
    return PaperProblem.PAPER if error.code in NO_PAPER else PaperProblem.SILENT
