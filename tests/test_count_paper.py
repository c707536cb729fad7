# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts on paper: every winner and every number, whole in each language, the same bytes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from ballots.counting.contest import Contest, Option
from ballots.counting.count import Count, Payment, Reason, Stage, Tie
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.profile import Cast
from ballots.counting.rule import Irv, Plurality, StvMeek
from ballots.counting.sums.outcome import Verdict
from ballots.counting.trace import Told, step
from kiosk.i18n import LANGUAGES, voice
from printouts.counting.count_paper import pdf
from printouts.counting.payment_sheet import prices
from printouts.counting.teller import Basis
from printouts.counting.wording import money, votes
from printouts.errors import PaperProblem, PaperRefused
from tests.counted_samples import (
    EVERY,
    LONG,
    approval,
    council,
    drawn,
    equal_shares,
    grades,
    greedy,
    named,
    schulze,
    tennessee,
    yes_no,
)
from tests.pages import fonts_of, particulars_of, pictures_of, words_of

BASIS = Basis(ballots="9c3a" * 16, rule="71d0" * 16, dice="4 6 1 1 3 5")
SMALL = [name for name in EVERY if name not in ("many-projects", "many-shares", "wide", "square")]


def paper(count: Count, language: str = "ca", basis: Basis = BASIS) -> bytes:
    return pdf(count, basis, voice(language).say, language)


@cache
def sample(name: str, language: str = "ca") -> bytes:
    """A sample, printed once: the long ones take seconds."""
    return paper(EVERY[name], language)


def words(count: Count, language: str = "ca", *, by_lines: bool = False) -> str:
    return words_of(paper(count, language), by_lines=by_lines)


def pages(count: Count) -> int:
    return int(particulars_of(paper(count))["Pages"])


# --- all papers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_paper_is_whole_in_each_language(name: str, language: str) -> None:
    count, text = EVERY[name], words_of(sample(name, language))
    assert not re.search(r"\b(countpaper|count|rule|verdict|tie|spoilt)\.[a-z]", text)
    assert voice(language).say(f"rule.{count.rule.name}") in text
    assert voice(language).say(f"verdict.{count.verdict}") in text
    for winner in count.winners:
        option = count.contest.options[count.contest.place(winner)]
        assert " ".join(option.name.split()[:3]) in text


@pytest.mark.parametrize("name", EVERY)
def test_only_source_sans_is_used_and_embedded(name: str) -> None:
    ours = {f"SourceSans3-{weight} yes" for weight in ("Regular", "SemiBold", "Bold")}
    assert set(fonts_of(sample(name))) <= ours


@pytest.mark.parametrize("name", SMALL)
def test_the_same_count_gives_the_same_bytes(name: str) -> None:
    assert paper(EVERY[name]) == paper(EVERY[name])


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import sys; from tests.test_count_paper import *; "
        "sys.stdout.buffer.write(b''.join(paper(EVERY[name]) for name in SMALL))"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert there.stdout == b"".join(paper(EVERY[name]) for name in SMALL)


def test_pages_carry_their_number_and_the_digest_of_the_ballots() -> None:
    text, number = words(tennessee()), pages(tennessee())
    assert number == 3
    for page in range(1, number + 1):
        assert f"Pàgina {page} de {number}" in text
    assert text.count(f"Butlletes SHA-256 {BASIS.ballots}") == number


def test_the_document_knows_its_title_and_language() -> None:
    document = paper(tennessee(), "es")
    title = "Cómo se han contado los votos · Capital de Tennessee"
    assert particulars_of(document)["Title"] == title
    assert b"/Lang (es)" in document


def test_what_the_count_rests_on_is_there() -> None:
    text = words(tennessee())
    for fact in (BASIS.ballots, BASIS.rule, "".join(BASIS.dice.split())):
        assert fact in text
    assert "Daus" not in words_of(paper(tennessee(), basis=replace(BASIS, dice="")))


def test_ballots_blank_and_spoilt_are_counted_apart() -> None:
    assert "103 100 2 1 Butlletes Amb vot En blanc Nul·les, no comptades" in words(
        tennessee(), by_lines=True
    )
    assert "1 butlleta nul·la repeteix una opció." in words(tennessee())


def test_the_account_is_said_in_words() -> None:
    text = words(tennessee())
    assert "S’han comptat 103 butlletes: 100 amb vot i 2 en blanc." in text
    assert "Escollida: «Knoxville», amb 58 vots." in text


def test_options_that_lost_are_told_why_and_winners_are_not() -> None:
    text = words(tennessee(), "en").partition("Why the others did not win")[2]
    assert "“Memphis” had 42: it was 9 votes short." in text
    assert "Chosen: “Knoxville”" not in text


@pytest.mark.parametrize("problem", ["", "9C3A" * 16, "9c3a"])
def test_a_digest_that_is_none_is_refused(problem: str) -> None:
    for field in ("ballots", "rule"):
        with pytest.raises(PaperRefused) as refused:
            replace(BASIS, **{field: problem})
        assert refused.value.code is PaperProblem.DIGEST
        assert refused.value.facts == {"place": field}


def test_a_colour_that_is_too_light_is_refused() -> None:
    with pytest.raises(PaperRefused) as refused:
        pdf(tennessee(), BASIS, voice("ca").say, "ca", "#FFE27F")
    assert refused.value.code is PaperProblem.COLOUR


# --- ties ---------------------------------------------------------------------------------------


def test_a_tie_that_mattered_names_who_would_have_won() -> None:
    text = words(drawn(), "en")
    assert (
        "Stage 3: Berta Exemple and Dídac Exemple were tied for exclusion. Decided by lot: Berta "
        "Exemple. Had it been Dídac Exemple, Berta Exemple would have won instead of Carme "
        "Exemple." in text
    )
    assert "There was 1 more tie. It made no difference to who won." in text


def test_ties_that_changed_nothing_are_only_counted() -> None:
    quiet = replace(drawn(), ties=drawn().ties[1:])
    text = words(quiet, "en")
    assert "There was 1 tie. It made no difference to who won." in text
    assert "Ties that mattered" not in text


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (("o1", "o2", "o3"), "Had it been Dídac Exemple, Berta Exemple would have won as well."),
        (("o1",), "Had it been Dídac Exemple, Carme Exemple would not have won."),
    ],
)
def test_more_or_fewer_winners_are_told_apart(others: tuple[str, ...], said: str) -> None:
    tie = replace(drawn().ties[0], stage=0, what=TieFor.FUNDING, otherwise={"o4": others})
    text = words(replace(drawn(), ties=(tie,)), "en")
    assert "were tied for the money." in text
    assert said in text


# --- stages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tennessee", "council", "wide"])
def test_every_number_of_every_stage_is_there(name: str) -> None:
    count = EVERY[name]
    printed = set(words_of(sample(name)).split())
    for stage in count.stages:
        for value in (*stage.votes.values(), stage.exhausted, stage.needed or 0):
            if value:
                assert votes(value, count.decimals, "ca") in printed


def test_who_is_elected_and_who_leaves_is_marked_beside_the_votes() -> None:
    text = words(council(), by_lines=True)
    assert "Aina Exemple ✓ 40,00000 34,00000 34,00000 34,00000" in text
    assert "Enric Exemple 10,00000 ✗ 10,00000 0,00000" in text
    assert "Sense més preferències 0,00000 0,75000 4,75000 4,75000" in text
    assert "Quota 34,00000 34,00000 34,00000 34,00000" in text


def test_what_came_and_went_is_printed_with_its_sign() -> None:
    text = words(council())
    for moved in ("\u22126,00000", "+0,75000", "+13,50000", "\u221218,50000"):
        assert moved in text


def test_a_long_count_is_parted_and_its_chart_says_what_is_not_in_it() -> None:
    text = words_of(sample("wide", "en"))
    for stage in range(1, 36):
        assert f"Stage {stage} " in text
    assert "The chart begins at stage 22, so that it can be read" in text
    assert "Drawn under “Others”: Persona Inventada Número" in text
    assert {page.width > page.height for page in pictures_of(sample("wide"), 20)} == {True, False}


def test_a_count_of_one_stage_is_a_table_of_votes() -> None:
    only = replace(tennessee(), stages=tennessee().stages[-1:])
    text = words(only, by_lines=True)
    assert "Knoxville 58 ✓ escollida" in text
    assert "Etapa 1 Escollida: «Knoxville», amb 58 vots." in text
    assert "Per tornar-ho a comptar a mà" not in text


def test_meek_has_no_sheet_for_counting_by_hand() -> None:
    assert "Per tornar-ho a comptar a mà" not in words(replace(council(), rule=StvMeek(seats=2)))


def test_whoever_goes_on_to_a_second_round_is_named_large_and_may_hang_on_a_tie() -> None:
    tie = Tie(
        stage=0,
        what=TieFor.SECOND_ROUND,
        by=TieBy.LOT,
        options=("o1", "o2"),
        picked="o2",
        otherwise={"o1": ("o3", "o1")},
    )
    first = replace(approval(), rule=Plurality(second_round=True), winners=(), ties=(tie,))
    text = words(replace(first, second_round=("o3", "o2")), "en")
    assert "1. Ombra a la plaça 2. Hort" in text
    assert "→ second round" in text
    assert "Had it been Festa major, Festa major would have won instead of Hort." in text


def test_a_withdrawn_option_is_said_to_be_withdrawn() -> None:
    contest = tennessee().contest
    options = (*contest.options[:3], replace(contest.options[3], withdrawn=True))
    for count in (tennessee(), replace(tennessee(), stages=tennessee().stages[:1])):
        gone = replace(count, winners=(), contest=replace(contest, options=options))
        assert "retirada" in words(gone)


# --- sums, pairs, grades ------------------------------------------------------------------------


def test_votes_that_are_added_up_come_with_what_was_needed() -> None:
    text = words(yes_no(), "en", by_lines=True)
    assert "Sí 41 ✓ chosen No 13" in text
    assert "The line across the bars is at 28 votes: what was needed." in text


def test_nobody_won_and_nobody_is_named_large() -> None:
    stage = Stage(votes={"yes": 13, "no": 41})
    lost = replace(yes_no(), winners=(), verdict=Verdict.REJECTED, stages=(stage,))
    text = words(lost)
    assert "Rebutjada" in text
    assert "escollida" not in text
    assert "ratlla" not in text


def test_every_duel_and_every_strength_is_there_in_the_order_of_the_outcome() -> None:
    text = words(schulze(), by_lines=True)
    assert "1 Eucaliptus 4 2 Alzina 3 3 Castanyer 2 4 Bedoll 1 5 Dacsa 0" in text
    assert "1 Eucaliptus 23 21 27 31" in text
    assert "2 Alzina 22 26 20 30" in text
    assert "1 Eucaliptus 25 28 28 31" in text
    assert "Mètode de Copeland Eucaliptus" in text


def test_equal_options_share_a_place_and_those_left_out_are_named() -> None:
    duels = schulze().duels
    assert duels is not None
    tied = replace(
        duels, order=(("o5", "o1"), ("o3",)), left_out=("o2", "o4"), others={"borda": ()}
    )
    text = words(replace(schulze(), duels=tied), by_lines=True)
    assert "1 Eucaliptus 4 1 Alzina 3 3 Castanyer 2" in text
    assert "per falta de quòrum o de majoria: Bedoll i Dacsa." in text
    assert "Recompte de Borda Ningú" in text


def test_a_large_square_goes_over_pages_with_its_heads() -> None:
    text = words_of(sample("square"))
    for value in (12_150, 17_100, 6_900):
        assert votes(value, 0, "ca") in text
    assert int(particulars_of(sample("square"))["Pages"]) <= 6


def test_grades_are_printed_as_shares_and_as_numbers_with_their_median() -> None:
    text = words(grades(), by_lines=True)
    assert "Un aparcament 17 % 17 % 17 % 17 % 17 % 17 % 2" in text.replace("\u00a0", " ")
    assert "Una escola bressol 30 20 4 3 2 1" in text


# --- budgets ------------------------------------------------------------------------------------


def test_every_project_comes_with_votes_cost_support_and_what_was_left() -> None:
    text = words(equal_shares(), by_lines=True).replace("\u00a0", " ")
    assert "1 Pintar els bancs 8 400 € 1.000 € ✓ finançat 200,0 %" in text
    assert "4 Rètols per als arbres 4 250 € 100 € ✗ no finançat 40,0 %" in text
    assert "3 de 4 projectes finançats. Pressupost 1.000 €, gastat 900 €, sobrant 100 €." in text
    assert "Cada votant té 100 € per gastar." in text


def test_many_projects_have_heads_and_sums_on_every_page() -> None:
    count = EVERY["many-projects"]
    assert count.budget is not None
    text = words_of(sample("many-projects")).replace("\u00a0", " ")
    sheet = text.partition("Per tornar-ho")[0]
    assert len(re.findall(r"\d+ de 160 projectes finançats\.", sheet)) >= 6
    for line in count.budget.lines:
        assert money(line.cost, "EUR", "ca").replace("\u00a0", " ") in text


def test_raised_shares_and_unknown_support_are_said_or_left_out() -> None:
    budget = equal_shares().budget
    assert budget is not None
    lines = tuple(replace(line, support=None) for line in budget.lines)
    raised = replace(equal_shares(), budget=replace(budget, raised=3, lines=lines))
    text = words(raised)
    assert "Aquesta part s’ha apujat 3 vegades" in text
    assert "200,0" not in text


# --- sheets for a team --------------------------------------------------------------------------


@pytest.mark.parametrize("count", [tennessee(), council(), equal_shares(), greedy()])
def test_a_sheet_for_recounting_fits_one_page(count: Count) -> None:
    (_, *behind) = words(count).split("Per tornar-ho a comptar a mà")
    assert len(behind) == 1
    assert behind[0].count("Pàgina") == 1
    assert "Ho ha comptat 4" in behind[0]


def test_the_sheet_for_stages_says_what_moves_and_what_it_is_worth() -> None:
    text = words(council()).partition("Per tornar-ho a comptar a mà")[2]
    for said in (
        "Quota: 34.",
        "Repartiu: Aina Exemple",
        "Cadascuna val 0,15000",
        "+4,50000",
        "100,00000 100,00000 100,00000 100,00000",
        "✓ Carme Exemple",
        "✗ Berta Exemple",
    ):
        assert said in text


def test_the_sheet_for_equal_shares_says_who_pays_how_much() -> None:
    text = words(equal_shares(), by_lines=True).partition("Per tornar-ho")[2]
    text = text.replace("\u00a0", " ")
    assert "1 Pintar els bancs 50 € 8 400 € 400 €" in text
    assert "3 Testos 100 € 1 100 € 50 € 2 100 € 200 €" in text


def test_voters_who_pay_the_same_are_told_together_the_highest_price_first() -> None:
    paid = [Payment(voters=n, each=each) for n, each in ((2, 5), (1, Fraction(1, 2)), (3, 5))]
    assert list(prices(paid)) == [(5, 5), (Fraction(1, 2), 1)]


def test_many_prices_are_drawn_together_and_still_make_the_cost() -> None:
    text = words_of(sample("many-shares"), by_lines=True)
    assert "menys 2" in text


def test_the_sheet_for_most_votes_first_has_the_running_remainder() -> None:
    text = words(greedy(), by_lines=True).partition("Per tornar-ho")[2].replace("\u00a0", " ")
    assert "1 Pintar els bancs 8 400 € 800 € ✓" in text
    assert "3 Rètols per als arbres 4 250 € 100 € ✗" in text
    assert "Sobrant 100 €" in text


# --- extremes -----------------------------------------------------------------------------------


def test_one_option_alone_is_printed() -> None:
    alone = Count(
        rule=Plurality(),
        contest=Contest(options=(Option(id="x"),)),
        cast=Cast(ballots=0, blank=0),
        winners=(),
        verdict=Verdict.NOTHING_CHOSEN,
        stages=(Stage(votes={"x": 0}),),
    )
    text = words(alone)
    assert "Una votació" in text
    assert "Cap opció escollida" in text
    alone = replace(alone, rule=Irv(), stages=alone.stages * 2)
    assert "Cap a on han anat els vots" in words(alone)


@pytest.mark.parametrize("name", [*SMALL, "many-projects", "square"])
def test_names_of_250_letters_are_printed(name: str) -> None:
    assert len(LONG) == 250
    assert LONG.split()[-1] in words(named(EVERY[name], LONG))


@pytest.mark.parametrize("letters", ["", " ", "W" * 3000, "a " * 2000, "مقترح الحي", "\x00\x1e\n"])
@pytest.mark.parametrize("name", SMALL)
def test_no_name_breaks_a_paper(name: str, letters: str) -> None:
    assert paper(named(EVERY[name], letters)).startswith(b"%PDF")


@pytest.mark.parametrize("name", SMALL)
def test_signs_of_markup_are_plain_text(name: str) -> None:
    assert "<b>Hort</b> & R{n}D" in words(named(EVERY[name], "<b>Hort</b> & R{n}D"))


def test_many_long_sentences_about_one_option_are_parted_and_none_is_lost() -> None:
    steps = tuple(step(Told.OUTVOTED, option="o1", votes=n, n=1) for n in range(1000, 1200))
    told = Reason(option="o1", won=False, steps=steps)
    text = words(replace(tennessee(), reasons=(told,)), "en")
    for votes_ in ("1,000", "1,100", "1,199"):
        assert f"“Memphis” had {votes_}: it was 1 vote short." in text


def test_nothing_to_compare_has_no_order() -> None:
    duels = schulze().duels
    assert duels is not None
    nothing = replace(schulze(), winners=(), duels=replace(duels, order=(), others={}))
    text = words(nothing)
    assert "Ordre que en surt" not in text
    assert "Cada opció contra cada altra" in text


def test_a_thousand_grades_are_printed_and_so_are_none() -> None:
    given = {
        option.id: tuple(1 if number % 50 == place else 0 for number in range(1000))
        for place, option in enumerate(grades().contest.options)
    }
    found = grades().grades
    assert found is not None
    many = replace(found, scale=tuple(range(1000)), given=given)
    text = words(replace(grades(), grades=many), by_lines=True)
    assert all(f" {grade} " in text for grade in (953, 501, 0))
    nothing = replace(many, given=dict.fromkeys(given, (0,) * 1000), median={})
    assert "Mediana Una escola bressol –" in words(replace(grades(), grades=nothing))


def test_any_amount_of_money_in_any_currency_fits_its_column() -> None:
    budget = equal_shares().budget
    assert budget is not None
    lines = tuple(replace(line, cost=10**40 + 1, left=10**40) for line in budget.lines)
    rich = replace(budget, budget=10**41, spent=3 * 10**40, lines=lines)
    contest = replace(equal_shares().contest, currency="a very long name of a currency")
    for endowment in (Fraction(10**40, 3), None):
        paid = replace(rich, endowment=endowment)
        text = words(replace(equal_shares(), budget=paid, contest=contest))
        assert "a very long" in text
