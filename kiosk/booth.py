# SPDX-License-Identifier: AGPL-3.0-or-later
"""The booth's services: carries out what its flow wishes, one wish at a time.

Between two residents it holds nothing: `Forget` drops slip, ballot, opening and receipt. A choice
exists here only while it is being encrypted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from ballots.assembly import Alone, Poll
from ballots.election.errors import SlipRefused
from ballots.election.groups.modp import ModularPower
from ballots.election.sealed.ballot import SealedBallot, encrypt
from ballots.election.setup import Setup
from ballots.election.slip import Slip
from ballots.errors import Refusal
from ballots.merge import marks_of, takes
from ballots.one_slip import home
from ballots.randomness import Randomness
from ballots.receipts.held import Holding, Others, Voucher
from ballots.record import bodies
from ballots.record.kinds import Kind
from ballots.session import CastBallot as Cast
from ballots.session import PollStage, PollState
from hardware.devices import ReceiptPrinter
from hardware.errors import DeviceCode, DeviceError
from kiosk import events
from kiosk.device import Device
from kiosk.errors import KioskRefused
from kiosk.events import Event, ServiceWish
from kiosk.papers import OnPaper, Papers, Proof
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem
from sync.errors import SyncError

AskOthers = Callable[[str, int], Others]
"""Segment and number of a ballot → who else holds it, after a short wait."""

NO_PAPER = frozenset({DeviceCode.PAPER_OUT, DeviceCode.COVER_OPEN})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Paper:
    """The ballot paper that the slip in hand may fill in."""

    uuid: str
    poll: Poll
    setup: Setup

    def sealed(self, tracker: str) -> OnPaper:
        """A ballot of it, as paper speaks of one."""
        return OnPaper(uuid=self.uuid, poll=self.poll, tracker=tracker)


class Booth:
    """One booth. Use from one thread at a time."""

    def __init__(
        self,
        device: Device,
        printer: ReceiptPrinter,
        *,
        others: AskOthers,
        random: Randomness,
        power: ModularPower = pow,
        alone: Callable[[], bool] = lambda: False,
    ) -> None:
        """The booth that runs on `device` and prints on `printer`.

        While it is `alone`, slips of a strict poll are taken at their home booth and nowhere
        else, so that none can be used on both sides of a cable that is out.
        """
        self._device = device
        self._papers = Papers(device, printer)
        self._ask_others = others
        self._random = random
        self._power = power
        self._alone = alone
        self._setups: dict[str, Setup] = {}
        self._names: dict[str, str] = {}  # of devices (keys in hex), as they were last looked up
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
        try:
            polls = self._open_polls()
        except SyncError:
            return events.SlipTurnedAway(reason=SlipProblem.UNREADY)
        if not polls:
            return events.SlipTurnedAway(reason=SlipProblem.CLOSED)
        known = ready = False
        for uuid, state in polls.items():
            try:
                setup = self._setup(state)
            except KioskRefused:
                continue
            ready = True
            credential = slip.credential(uuid, setup.group).public
            if credential not in setup.roll:
                continue
            known = True
            voted = self._voted(state, setup, credential)
            if voted is None:
                return self._receive(slip, credential, state, setup)
            self._remember(uuid, state.poll, voted)
        if not ready:
            return events.SlipTurnedAway(reason=SlipProblem.UNREADY)
        reason = SlipProblem.USED if known else SlipProblem.UNKNOWN
        return events.SlipTurnedAway(reason=reason, copy=self._proof is not None)

    def _receive(self, slip: Slip, credential: str, state: PollState, setup: Setup) -> Event:
        """Hand a slip that may vote its ballot paper, unless it has to go to another booth."""
        if at := self._elsewhere(state, credential):
            return events.SlipTurnedAway(reason=SlipProblem.ELSEWHERE, home=at)
        self._proof = None  # what this slip cast in another poll is not on this paper
        self._slip = slip
        self._paper = Paper(uuid=state.uuid, poll=state.poll, setup=setup)
        return events.SlipWelcomed(uuid=state.uuid, poll=state.poll)

    def _open_polls(self) -> Mapping[str, PollState]:
        """Polls that take ballots, in the order of the preparation; none at a revoked booth."""
        session = self._device.session()
        self._names = {key: device.name for key, device in session.devices.items()}
        polls = {} if self._device.key.public.hex() in session.revoked else session.polls
        return {
            uuid: polls[uuid]
            for uuid in self._device.prepared.rolls
            if uuid in polls and polls[uuid].stage is PollStage.OPEN
        }

    def _setup(self, state: PollState) -> Setup:
        if state.uuid not in self._setups:
            self._setups[state.uuid] = self._device.prepared.setup(state, self._power)
        return self._setups[state.uuid]

    def _voted(self, state: PollState, setup: Setup, credential: str) -> Cast | None:
        """The ballot that a slip has in the box already.

        What other devices recorded is believed once the election takes it: anyone can write a
        credential into something that is no ballot. What was truly opened is in no box; a claim
        to have opened it is not enough, or a slip could vote twice.
        """
        me = self._device.key.public.hex()
        for cast in state.ballots:
            if cast.credential != credential or _opened(state, setup, cast.tracker):
                continue
            if cast.device == me or takes(setup, cast.body):
                return cast
        return None

    def _elsewhere(self, state: PollState, credential: str) -> str:
        """What the booth is called that a slip has to go to; empty where it may vote here."""
        me = self._device.key.public.hex()
        if state.poll.alone is Alone.OPEN or not self._alone() or me not in state.booths:
            return ""
        at = home(credential, state.booths)
        return "" if at == me else self._device.session().devices[at].name

    def _proven(self, ballot: OnPaper, segment: str, number: int) -> Proof:
        """This device holds the ballot and signs that, whatever can be told of others."""
        try:
            others = self._ask_others(segment, number)
        except SyncError:
            others = Others()
        holding = Holding(
            assembly=self._device.prepared.assembly_id,
            election=ballot.uuid,
            tracker=ballot.tracker,
        )
        key, own = self._device.key, self._device.segment.certificate.name
        signed = {key.public.hex(): holding.sign(key), **others.chosen(self._names)}
        return Proof(
            ballot=ballot,
            holders=1 + others.number,
            vouchers=tuple(Voucher.by(device, signature) for device, signature in signed.items()),
            signers=tuple(self._names.get(device, own) for device in signed),
        )

    def _remember(self, uuid: str, poll: Poll, voted: Cast) -> None:
        """A receipt can be had again where the vote was cast, and nowhere else."""
        if voted.device == self._device.key.public.hex():
            ballot = OnPaper(uuid=uuid, poll=poll, tracker=voted.tracker)
            self._proof = self._proven(ballot, voted.segment, voted.number)

    def _seal(self, wish: events.SealBallot) -> Event | None:
        self._sealed, self._spoilt = None, False
        if self._slip is None or self._paper is None or wish.uuid != self._paper.uuid:
            return None
        paper = self._paper
        credential = self._slip.credential(paper.uuid, paper.setup.group)
        try:
            marks = [
                question.positions(wish.choices.get(question.id, frozenset()))
                for question in paper.poll.questions
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
            voted = self._voted(state, paper.setup, credential) if state else None
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


def _opened(state: PollState, setup: Setup, tracker: str) -> bool:
    claims = (opened for opened in state.challenges if opened.tracker == tracker)
    return any(marks_of(setup, opened) is not None for opened in claims)


def _paper_problem(error: DeviceError) -> PaperProblem:
    return PaperProblem.PAPER if error.code in NO_PAPER else PaperProblem.SILENT
