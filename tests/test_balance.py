# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from ballots.balance import Balance, Batch, Channel, PollBallots, Sum, balance
from ballots.counting import CountingProblem, CountingRefused
from kiosk.i18n import LANGUAGES, voice

BATCH = Batch(name="A", printed=80, issued=60, void=3, left=17)
CHANNELS = (
    Channel(device="booth-1", cast=30, counted=30),
    Channel(device="booth-2", cast=28, counted=27, aside=1),
)
POLL = PollBallots(poll="paper", ballots=57, channels=CHANNELS)


def weighed(
    present: int = 60, returned: int = 1, batch: Batch = BATCH, poll: PollBallots = POLL
) -> Balance:
    return balance(present=present, returned=returned, batches=[batch], polls=[poll])


def breaches(found: Balance) -> list[tuple[Sum, tuple[str, ...]]]:
    return [(line.sum, line.named) for line in found.breaches]


def test_an_evening_that_agrees_holds_on_every_line() -> None:
    found = weighed()
    assert found.holds
    assert [line.code for line in found.lines] == [
        "balance.present.holds",
        "balance.printed.holds",
        "balance.ballots.holds",
        "balance.channel.holds",
        "balance.channel.holds",
        "balance.total.holds",
    ]


def test_each_line_gives_its_numbers() -> None:
    assert [dict(line.facts) for line in weighed().lines] == [
        {"present": 60, "issued": 60, "returned": 1, "out": 59},
        {"batch": "A", "printed": 80, "issued": 60, "void": 3, "left": 17},
        {"poll": "paper", "out": 59, "ballots": 57},
        {"poll": "paper", "device": "booth-1", "cast": 30, "counted": 30, "aside": 0},
        {"poll": "paper", "device": "booth-2", "cast": 28, "counted": 27, "aside": 1},
        {"poll": "paper", "ballots": 57, "counted": 57},
    ]


def test_more_slips_out_than_people_is_a_breach() -> None:
    found = weighed(present=58)
    assert breaches(found) == [(Sum.PRESENT, ())]
    assert found.breaches[0].code == "balance.present.breach"


def test_as_many_slips_out_as_people_holds() -> None:
    assert weighed(present=59).holds


def test_more_slips_given_back_than_were_issued_is_a_breach() -> None:
    found = weighed(returned=61)
    assert Sum.PRESENT in [line.sum for line in found.breaches]


@pytest.mark.parametrize("left", [16, 18])
def test_a_batch_that_does_not_add_up_is_named(left: int) -> None:
    batch = Batch(name="A", printed=80, issued=60, void=3, left=left)
    assert breaches(weighed(batch=batch)) == [(Sum.PRINTED, ("A",))]


def test_slips_are_issued_from_all_batches_together() -> None:
    other = Batch(name="B", printed=10, issued=2, void=0, left=8)
    found = balance(present=60, returned=1, batches=[BATCH, other], polls=[])
    assert breaches(found) == [(Sum.PRESENT, ())]
    assert found.lines[0].facts["issued"] == 62


def test_more_ballots_than_slips_out_is_a_breach() -> None:
    assert breaches(weighed(returned=4)) == [(Sum.BALLOTS, ())]


def test_a_device_with_more_ballots_than_there_are_slips_is_named() -> None:
    stuffed = Channel(device="booth-3", cast=70, counted=70)
    poll = PollBallots(poll="paper", ballots=127, channels=(*CHANNELS, stuffed))
    assert breaches(weighed(poll=poll)) == [(Sum.BALLOTS, ("booth-3",))]


def test_a_device_that_took_other_than_was_counted_is_named() -> None:
    short = Channel(device="booth-2", cast=28, counted=27)
    poll = PollBallots(poll="paper", ballots=57, channels=(CHANNELS[0], short))
    assert breaches(weighed(poll=poll)) == [(Sum.CHANNEL, ("booth-2",))]


@pytest.mark.parametrize("ballots", [56, 58])
def test_a_total_that_is_not_the_sum_of_its_channels_is_a_breach(ballots: int) -> None:
    poll = PollBallots(poll="paper", ballots=ballots, channels=CHANNELS)
    assert breaches(weighed(poll=poll)) == [(Sum.TOTAL, ())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_a_sentence_for_its_numbers(language: str) -> None:
    short = Channel(device="booth-1", cast=28, counted=70)
    poll = PollBallots(poll="paper", ballots=71, channels=(short,))
    batch = Batch(name="A", printed=80, issued=60, void=3, left=7)
    broken = weighed(present=1, batch=batch, poll=poll)
    assert {line.sum for line in broken.breaches} == set(Sum)
    for line in (*weighed().lines, *broken.lines):
        said = voice(language).say(line.code, **line.facts)
        assert said.endswith(".")
        assert all(str(value) in said for value in line.facts.values())


def test_equal_lines_have_equal_hashes() -> None:
    assert len({*weighed().lines, *weighed().lines}) == 6


def test_a_negative_number_is_refused() -> None:
    for wrong in (
        lambda: weighed(present=-1),
        lambda: weighed(returned=-1),
        lambda: Batch(name="A", printed=1, issued=2, void=-1, left=0),
        lambda: Channel(device="booth-1", cast=1, counted=2, aside=-1),
        lambda: PollBallots(poll="paper", ballots=-1, channels=()),
    ):
        with pytest.raises(CountingRefused) as refused:
            wrong()
        assert refused.value.code is CountingProblem.RANGE
