# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts and challenges, on paper and in the record; and what stays when a person leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from ballots.ballot_paper import filled
from ballots.election.sealed.ballot import check, check_opening
from ballots.receipts.held import Holding, Others, Voucher, read_symbol, symbol
from ballots.record.kinds import Kind
from ballots.signing import SecretKey
from hardware.simulated.printer import PrinterSimulator
from kiosk.booth import Booth
from kiosk.events import (
    BallotKept,
    BallotSealed,
    CastBallot,
    ChallengeNotPrinted,
    ChallengeOpened,
    ChallengePrinted,
    CommitmentFailed,
    CommitmentPrinted,
    Forget,
    LookUpSlip,
    OpenChallenge,
    PrintChallenge,
    PrintCommitment,
    PrintNotCast,
    PrintReceipt,
    ReceiptFailed,
    ReceiptPrinted,
    ServiceWish,
)
from kiosk.i18n import LANGUAGES
from kiosk.troubles import PaperProblem
from printouts import commitment, receipt
from printouts.receipt import Receipt
from printouts.voice import Say
from tests.evenings import (
    BLANK,
    MESA,
    ONE,
    TAULA,
    TWO,
    YES,
    Around,
    Bench,
    Choices,
    Evening,
    asked,
    bench,
    bodies_of,
    look_up,
    seal,
    sealed_by,
    trackers_of,
    way_to_the_box,
)
from tests.symbols import symbols_on

RECEIPT = PrintReceipt(language="ca", copy=False)
COMMIT = PrintCommitment(language="ca")
RENDER = receipt.render


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with Evening(tmp_path) as switched_on:
        switched_on.open()
        yield switched_on


@pytest.fixture
def printer() -> Iterator[Bench]:
    with bench() as attached:
        yield attached


# --- receipts --------------------------------------------------------------------------------


def cast_with(printer: Bench, evening: Evening) -> tuple[Booth, str]:
    """A booth with a printer, just after a vote; and the vote's tracker."""
    booth = evening.booth(printer=printer.driver)
    tracker = sealed_by(booth, evening, evening.slips[0])
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=tracker, holders=1)
    return booth, tracker


def out_of_paper(simulator: PrinterSimulator) -> None:
    simulator.run_out()


def out_of_paper_within(simulator: PrinterSimulator) -> None:
    simulator.run_out(after_dots=150)


def mute(simulator: PrinterSimulator) -> None:
    simulator.mute = True


TROUBLES = [
    (out_of_paper, PrinterSimulator.load_paper, PaperProblem.PAPER),
    (out_of_paper_within, PrinterSimulator.load_paper, PaperProblem.PAPER),
    (PrinterSimulator.open_cover, PrinterSimulator.close_cover, PaperProblem.PAPER),
    (mute, lambda simulator: setattr(simulator, "mute", False), PaperProblem.SILENT),
    (PrinterSimulator.unplug, PrinterSimulator.plug_in, PaperProblem.SILENT),
]


@pytest.mark.parametrize(("fail", "mend", "reason"), TROUBLES)
def test_a_receipt_that_fails_leaves_the_vote_kept_and_can_be_printed_again(
    evening: Evening,
    printer: Bench,
    fail: Callable[[PrinterSimulator], None],
    mend: Callable[[PrinterSimulator], None],
    reason: PaperProblem,
) -> None:
    booth, tracker = cast_with(printer, evening)
    fail(printer.simulator)
    assert booth.carry_out(RECEIPT) == ReceiptFailed(reason=reason)
    assert printer.simulator.receipts == []
    assert trackers_of(evening) == [tracker]
    mend(printer.simulator)
    assert booth.carry_out(RECEIPT) == ReceiptPrinted()
    assert len(printer.simulator.receipts) == 1
    assert printer.simulator.strays == b""


def test_those_who_are_known_are_named_with_their_signatures(
    evening: Evening, printer: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[Receipt] = []
    monkeypatch.setattr(receipt, "render", lambda given, say, dots: drawn(named, given, say, dots))
    sealed: list[str] = []

    def others(_segment: str, _number: int) -> Others:
        holding = Holding(
            assembly=evening[ONE].prepared.assembly_id, election=evening.uuid, tracker=sealed[0]
        )
        keys = [evening[name].key for name in (MESA, TAULA, TWO)] + [
            SecretKey.from_seed(bytes(32))
        ]
        signatures = {key.public.hex(): holding.sign(key) for key in keys}
        return Others(number=5, signatures=signatures)

    booth = Booth(evening[ONE], printer.driver, Around(holding=others), random=evening.random)
    evening.carry()
    sealed.append(sealed_by(booth, evening, evening.slips[0]))
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=sealed[0], holders=6)
    assert booth.carry_out(RECEIPT) == ReceiptPrinted()
    ((given,), (paper,)) = named, printer.simulator.receipts
    assert given.signers[0] == evening[ONE].segment.certificate.name
    lowest = sorted((MESA, TAULA, TWO), key=lambda name: evening[name].key.public)[:2]
    assert given.signers[1:] == tuple(evening[n].segment.certificate.name for n in lowest)
    vouchers = read_symbol(symbols_on(paper)[1])
    holding = Holding(
        assembly=evening[ONE].prepared.assembly_id, election=evening.uuid, tracker=sealed[0]
    )
    devices = [evening[name].key.public.hex() for name in (ONE, *lowest)]
    assert holding.signers(vouchers, devices) == tuple(devices)


def drawn(named: list[Receipt], given: Receipt, say: Say, dots: int) -> Image.Image:
    named.append(given)
    return RENDER(given, say, dots)


# --- one paper in two parts ------------------------------------------------------------------


def committed_with(printer: Bench, evening: Evening, choices: Choices = YES) -> tuple[Booth, str]:
    """A booth whose paper hangs from the printer with a ballot's code; and the code."""
    booth = evening.booth(printer=printer.driver)
    tracker = sealed_by(booth, evening, evening.slips[0], choices)
    assert booth.carry_out(COMMIT) == CommitmentPrinted()
    assert printer.simulator.receipts == []
    return booth, tracker


def a_receipt_s(evening: Evening, tracker: str) -> list[str]:
    """What the symbols of a receipt say where the booth alone holds the vote."""
    device = evening[ONE]
    holding = Holding(assembly=device.prepared.assembly_id, election=evening.uuid, tracker=tracker)
    own = Voucher.by(device.key.public.hex(), holding.sign(device.key))
    return [f"urna:r1:{evening.uuid}:{tracker}", symbol([own])]


def test_a_vote_leaves_one_paper_with_its_code_above_and_its_receipt_below(
    evening: Evening, printer: Bench
) -> None:
    booth, tracker = committed_with(printer, evening)
    asked(booth, CastBallot(), RECEIPT, Forget())
    (paper,) = printer.simulator.receipts
    above = f"urna:k1:{evening.uuid}:{tracker}"
    assert symbols_on(paper) == [above, *a_receipt_s(evening, tracker)]
    assert printer.simulator.fragments == []


def test_a_challenge_leaves_one_paper_with_its_code_above_and_what_opens_it_below(
    evening: Evening, printer: Bench
) -> None:
    booth, tracker = committed_with(printer, evening)
    answers = asked(booth, OpenChallenge(), PrintChallenge(language="ca"))
    assert answers == [ChallengeOpened(tracker=tracker), ChallengePrinted()]
    (paper,) = printer.simulator.receipts
    (opened,) = evening.state(ONE).challenges
    assert symbols_on(paper) == [f"urna:k1:{evening.uuid}:{tracker}", opened.opening.decode()]


def test_whoever_goes_back_leaves_a_paper_without_a_receipt(
    evening: Evening, printer: Bench
) -> None:
    booth, first = committed_with(printer, evening)
    assert booth.carry_out(PrintNotCast(language="es")) is None
    sealed = booth.carry_out(seal(evening, BLANK))
    assert isinstance(sealed, BallotSealed)
    asked(booth, COMMIT, CastBallot(), RECEIPT)
    thrown, kept = printer.simulator.receipts
    assert symbols_on(thrown) == [f"urna:k1:{evening.uuid}:{first}"]
    assert symbols_on(kept)[1:] == a_receipt_s(evening, sealed.tracker)


def test_a_paper_whose_end_was_never_asked_for_is_cut_off_before_the_next(
    evening: Evening, printer: Bench
) -> None:
    booth, _ = committed_with(printer, evening)
    asked(booth, Forget(), PrintNotCast(language="ca"))
    tracker = sealed_by(booth, evening, evening.slips[1])
    asked(booth, COMMIT, CastBallot(), RECEIPT)
    (paper,) = printer.simulator.receipts
    assert len(printer.simulator.fragments) == 1
    assert symbols_on(paper)[0].endswith(tracker)


def test_a_ballot_without_paper_is_cast_and_its_receipt_is_whole(
    evening: Evening, printer: Bench
) -> None:
    booth = evening.booth(printer=printer.driver)
    tracker = sealed_by(booth, evening, evening.slips[0])
    printer.simulator.run_out()
    assert booth.carry_out(COMMIT) == CommitmentFailed(reason=PaperProblem.PAPER)
    printer.simulator.load_paper()
    asked(booth, CastBallot(), RECEIPT)
    (paper,) = printer.simulator.receipts
    assert symbols_on(paper) == a_receipt_s(evening, tracker)


@pytest.mark.parametrize(("fail", "mend", "reason"), TROUBLES)
def test_a_receipt_that_fails_after_its_code_is_printed_whole_on_a_new_paper(
    evening: Evening,
    printer: Bench,
    fail: Callable[[PrinterSimulator], None],
    mend: Callable[[PrinterSimulator], None],
    reason: PaperProblem,
) -> None:
    booth, tracker = committed_with(printer, evening)
    booth.carry_out(CastBallot())
    fail(printer.simulator)
    assert booth.carry_out(RECEIPT) == ReceiptFailed(reason=reason)
    mend(printer.simulator)
    assert booth.carry_out(RECEIPT) == ReceiptPrinted()
    (paper,) = printer.simulator.receipts
    assert symbols_on(paper) == a_receipt_s(evening, tracker)


def test_a_challenge_that_fails_after_its_code_is_printed_again_and_says_so(
    evening: Evening, printer: Bench
) -> None:
    booth, _ = committed_with(printer, evening)
    booth.carry_out(OpenChallenge())
    wish = PrintChallenge(language="ca")
    printer.simulator.run_out(after_dots=150)
    assert booth.carry_out(wish) == ChallengeNotPrinted(reason=PaperProblem.PAPER)
    printer.simulator.load_paper()
    assert booth.carry_out(wish) == ChallengePrinted()
    (paper,) = printer.simulator.receipts
    (opened,) = evening.state(ONE).challenges
    assert symbols_on(paper) == [opened.opening.decode()]


def test_what_fails_to_be_said_of_a_paper_stops_nobody(evening: Evening, printer: Bench) -> None:
    booth, _ = committed_with(printer, evening)
    printer.simulator.run_out(after_dots=20)
    assert booth.carry_out(PrintNotCast(language="ca")) is None
    printer.simulator.load_paper()
    assert printer.simulator.receipts == []


def test_nothing_is_committed_to_before_it_is_sealed_or_after_it_is_opened(
    evening: Evening, printer: Bench
) -> None:
    booth = evening.booth(printer=printer.driver)
    assert asked(booth, look_up(evening.slips[0]), COMMIT)[1] is None
    sealed_by(booth, evening, evening.slips[0])
    assert asked(booth, OpenChallenge(), COMMIT)[1] is None
    assert printer.simulator.bytes_received == 0


def test_the_paper_bears_the_tracker_that_was_shown(evening: Evening, printer: Bench) -> None:
    booth, tracker = cast_with(printer, evening)
    booth.carry_out(RECEIPT)
    (paper,) = printer.simulator.receipts
    assert symbols_on(paper) == a_receipt_s(evening, tracker)


def test_a_copy_is_marked_as_one(evening: Evening, printer: Bench) -> None:
    booth, tracker = cast_with(printer, evening)
    booth.carry_out(RECEIPT)
    asked(booth, Forget(), look_up(evening.slips[0]), PrintReceipt(language="ca", copy=True))
    first, copy = printer.simulator.receipts
    assert symbols_on(copy) == a_receipt_s(evening, tracker)
    same_height = (0, 0, first.width, min(first.height, copy.height))
    different = ImageChops.logical_xor(first.crop(same_height), copy.crop(same_height))
    assert different.getbbox() is not None


@pytest.mark.parametrize("language", [*LANGUAGES, "eu"])
def test_receipts_and_challenges_come_in_the_language_that_was_chosen(
    evening: Evening, printer: Bench, language: str
) -> None:
    booth, _ = cast_with(printer, evening)
    assert booth.carry_out(PrintReceipt(language=language, copy=False)) == ReceiptPrinted()
    sealed_by(booth, evening, evening.slips[1])
    answers = asked(booth, OpenChallenge(), PrintChallenge(language=language))
    assert answers[-1] == ChallengePrinted()
    assert len(printer.simulator.receipts) == 2


# --- challenges ------------------------------------------------------------------------------


@pytest.mark.parametrize("choices", [YES, BLANK])
def test_an_opened_ballot_holds_what_was_marked_is_spoilt_and_the_slip_votes_afterwards(
    evening: Evening, choices: Choices
) -> None:
    booth = evening.booth()
    spoilt = sealed_by(booth, evening, evening.slips[0], choices)
    assert evening.state(ONE).challenges == ()
    assert booth.carry_out(OpenChallenge()) == ChallengeOpened(tracker=spoilt)
    (opened,) = evening.state(ONE).challenges
    each = zip(evening.setup().questions, evening.paper.questions, strict=True)
    meant = tuple(filled(asked, question, choices[question.id]) for asked, question in each)
    assert check_opening(evening.setup(), opened.ballot, opened.opening) == meant
    assert check(evening.setup(), opened.ballot).tracker == spoilt

    assert booth.carry_out(CastBallot()) is None
    assert bodies_of(evening) == []
    second = booth.carry_out(seal(evening, choices))
    assert isinstance(second, BallotSealed)
    assert booth.carry_out(CastBallot()) == BallotKept(tracker=second.tracker, holders=1)
    evening.carry()
    assert evening.state().challenged == {spoilt}
    assert trackers_of(evening, MESA) == [second.tracker]


def test_a_challenge_is_recorded_once_however_often_it_is_asked_for(evening: Evening) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    answers = asked(booth, OpenChallenge(), OpenChallenge())
    assert answers == [ChallengeOpened(tracker=tracker)] * 2
    assert evening[ONE].session().challenges == 1


def test_a_ballot_in_the_box_cannot_be_opened(evening: Evening) -> None:
    booth = evening.booth()
    tracker = sealed_by(booth, evening, evening.slips[0])
    assert asked(booth, CastBallot(), OpenChallenge())[1] is None
    assert evening.state(ONE).challenged == frozenset()
    assert trackers_of(evening) == [tracker]


def test_a_spoilt_ballot_that_is_recorded_all_the_same_is_not_counted(evening: Evening) -> None:
    booth = evening.booth()
    spoilt = sealed_by(booth, evening, evening.slips[0])
    booth.carry_out(OpenChallenge())
    (opened,) = evening.state(ONE).challenges
    evening[ONE].write(Kind.BALLOT, opened.ballot, evening.uuid)
    assert spoilt not in trackers_of(evening)


def test_the_paper_of_a_challenge_may_fail_and_be_printed_again(
    evening: Evening, printer: Bench
) -> None:
    booth = evening.booth(printer=printer.driver)
    sealed_by(booth, evening, evening.slips[0])
    booth.carry_out(OpenChallenge())
    printer.simulator.run_out()
    wish = PrintChallenge(language="ca")
    assert booth.carry_out(wish) == ChallengeNotPrinted(reason=PaperProblem.PAPER)
    printer.simulator.load_paper()
    assert booth.carry_out(wish) == ChallengePrinted()
    assert len(printer.simulator.receipts) == 1


# --- what stays ------------------------------------------------------------------------------


def remembered(booth: Booth) -> list[object]:
    """Everything in the booth that belongs to one person."""
    return [booth._slip, booth._paper, booth._sealed, booth._proof]


@pytest.mark.parametrize("steps", range(1, 5))
@pytest.mark.parametrize("last", [CastBallot(), OpenChallenge()])
def test_forget_drops_everything_wherever_the_person_was(
    evening: Evening, steps: int, last: ServiceWish
) -> None:
    booth = evening.booth()
    wishes = (look_up(evening.slips[0]), seal(evening), last, CastBallot())
    asked(booth, *wishes[:steps])
    assert any(remembered(booth))
    assert booth.carry_out(Forget()) is None
    assert remembered(booth) == [None] * 4
    assert not booth._spoilt
    later = asked(booth, seal(evening), CastBallot(), OpenChallenge(), RECEIPT)
    assert later == [None] * 4


def test_a_slip_that_is_scanned_drops_what_the_last_person_left(evening: Evening) -> None:
    booth = evening.booth()
    sealed_by(booth, evening, evening.slips[0])
    booth.carry_out(LookUpSlip(code="?"))
    assert remembered(booth) == [None] * 4


def test_once_the_ballot_is_in_the_box_what_would_open_it_is_gone(evening: Evening) -> None:
    booth = evening.booth()
    asked(booth, *way_to_the_box(evening.uuid, evening.slips[0]))
    assert booth._sealed is None
    assert booth._slip is None


def words_of(booth: Booth) -> str:
    """What a booth and everything in it print."""
    return " ".join([repr(booth), *map(repr, vars(booth).values())])


def test_nothing_that_prints_shows_a_choice_or_a_slip(evening: Evening) -> None:
    booth, slip = evening.booth(), evening.slips[0]
    printed = []
    for wish in way_to_the_box(evening.uuid, slip):
        answer = booth.carry_out(wish)
        printed += [repr(wish), repr(answer), words_of(booth)]
    booth.carry_out(Forget())
    booth.carry_out(look_up(evening.slips[1]))
    asked(booth, seal(evening), OpenChallenge())
    printed.append(words_of(booth))
    everything = " ".join(printed)
    for one in (slip, evening.slips[1]):
        assert one.symbols not in everything
        assert one.code not in everything
    credential = slip.credential(evening.uuid, evening.setup().group)
    assert str(credential.secret) not in everything
    assert "frozenset" not in everything
    assert "marks" not in everything


def test_no_slip_choice_or_name_is_in_the_bytes_of_the_record(evening: Evening) -> None:
    evening.arrive(2)
    booth, slips = evening.booth(), evening.slips[:2]
    sealed_by(booth, evening, slips[0])
    assert booth._sealed is not None
    opened = booth._sealed.opening
    booth.carry_out(CastBallot())
    evening.cast(ONE, slips[1], BLANK)
    evening.carry()
    for folder in (ONE, MESA, "Taula"):
        kept = b"".join(p.read_bytes() for p in (evening.folder / folder).glob("record.db*"))
        assert len(kept) > 10_000
        for slip in slips:
            secret = slip.credential(evening.uuid, evening.setup().group).secret
            for needle in (slip.symbols, slip.code, str(secret)):
                assert needle.encode() not in kept
        assert opened.reveal() not in kept
        assert opened.seed not in kept
        assert opened.seed.hex().encode() not in kept
        assert b"Exemple 1" not in kept  # the name that the desk took down


def test_the_paper_in_the_printer_bears_no_choice() -> None:
    """Receipts are made from values that have no room for one."""
    fields = set(receipt.Receipt.__dataclass_fields__) | set(
        commitment.Commitment.__dataclass_fields__
    )
    assert not fields & {"choices", "marks", "answers", "slip", "code", "name"}
