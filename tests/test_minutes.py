# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes: every field of the law, every number of the vote, the same bytes, no name too many."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from ballots.assembly import Majority, MajorityBase, Question, Rule
from kiosk.i18n import LANGUAGES, voice
from printouts import minutes
from printouts.columns import Columns
from printouts.errors import PaperProblem, PaperRefused
from printouts.paper import style, text
from printouts.proceedings import Attendance, Attendee, HeldIn, Minutes, Remark, Resolution
from printouts.redaction import names_of, withhold
from tests.minuted_evening import (
    ACCOUNTS,
    CHAIR,
    SECRETARY,
    SPEAKER,
    a_balance,
    an_assembly,
    an_evening,
    approval,
    named,
    resolved,
    yes_or_no,
)
from tests.pages import fonts_of, particulars_of, pictures_of, words_of
from tests.symbols import symbols_on


def written(given: Minutes, *, public: bool = False) -> bytes:
    return minutes.pdf(given, voice(given.language).say, public=public)


def words(given: Minutes, *, public: bool = False) -> str:
    return words_of(written(given, public=public))


def with_resolution(resolution: Resolution) -> Minutes:
    evening = an_evening()
    return replace(evening, matters=(replace(evening.matters[0], resolutions=(resolution,)),))


def test_every_field_of_the_law_is_there() -> None:
    text = words(an_evening())
    for field in (
        "dissabte, 21 de novembre del 2026, de 19:03 a 20:41",  # date and time
        "Centre Cívic Exemple, plaça Exemple 12, Barcelona",  # place
        "Ordinària",
        "Junta de l\u2019Associació (dissabte, 7 de novembre del 2026)",  # who called
        "Primera: dissabte, 21 de novembre del 2026, 18:30",
        "Reunida en segona convocatòria.",
        "1. Comptes 2. Precs i preguntes",  # agenda
        "60 persones presents 6 persones representades",
        "En total, 66 de 191 amb dret a participar",  # share
        "Veí Exemple Número 66",  # attendees
        "Veí Exemple Número 60 (representació: Veí Exemple Número 1)",
        "La tresoreria presenta els comptes",  # summary of matters
        f"les paraules de {SPEAKER}",  # words asked to be recorded
        "Aprovar els comptes",  # agreement
        "Més de la meitat dels vots vàlids (sense els blancs). En calien 28 de 54.",  # majority
        "Com a mínim una quarta part de les persones amb dret a participar. En calien 48 de 191.",
        "Assolit: 58 butlletes.",
        "Votació secreta a la cabina: 58 butlletes.",  # channel
        "cap butlleta no s\u2019ha obert per separat",  # method
        "repartida entre 3 persones de confiança; en calien 2",
        "Acta aprovada en la sessió del dia",
        "Signa, la secretaria o el secretari",
        "Vist i plau, la presidència",
    ):
        assert field in text, field
    assert text.count(CHAIR) == text.count(SECRETARY) == 2


def test_the_numbers_of_the_vote_are_there() -> None:
    text = words_of(written(an_evening()), by_lines=True)
    assert "Butlleta de la tarda 58 1 2 Identificador moKpY3qnwWPc51" in text
    root = f"{'71d0' * 8} {'71d0' * 8}"
    assert f"Empremta de la llista de rebuts {root}" in text
    assert "34750f98bd59fcfc946da45aaabe933b" in text
    assert "Totes les sumes quadren." in text
    assert "4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f" in text
    assert "412 anotacions segellades." in text
    assert "2 aparells: Taula, Cabina 1." in text
    assert "urna verify" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_are_whole_in_each_language(language: str) -> None:
    for public in (False, True):
        text = words(an_evening(language), public=public)
        assert not re.search(
            r"\b(minutes|share|channel|method|verdict|fate|count|balance)\.\w", text
        )


def test_the_same_facts_give_the_same_bytes() -> None:
    for public in (False, True):
        assert written(an_evening(), public=public) == written(an_evening(), public=public)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import sys; from tests.test_minutes import an_evening, written; "
        "sys.stdout.buffer.write(written(an_evening()))"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert there.stdout == written(an_evening())


def test_the_public_copy_holds_no_name_but_those_who_sign() -> None:
    text = words(an_evening(), public=True).lower()
    for name in (SPEAKER, *(each.name for each in named(66))):
        assert name.lower() not in text
    assert "seixanta" not in text
    assert text.count(CHAIR.lower()) == text.count(SECRETARY.lower()) == 2
    assert "[nom reservat] en demana el detall" in text
    assert "els noms consten només al llibre d\u2019actes" in text


def test_the_public_copy_says_what_the_full_one_decides() -> None:
    text = words(an_evening(), public=True)
    for fact in ("60 persones presents", "Aprovar els comptes", "En calien 28 de 54."):
        assert fact in text


def test_single_devices_are_counted_in_the_full_text_only() -> None:
    taken = voice("ca").say(
        "balance.channel.holds",
        device="Cabina 2",
        poll="Butlleta de la tarda",
        cast=29,
        counted=29,
        aside=0,
    )
    assert taken in words(an_evening())
    assert "Cabina 2" not in words(an_evening(), public=True)


def test_a_breach_is_shown_in_public_too_and_names_the_device() -> None:
    broken = replace(an_evening(), balance=a_balance(booth_two=31))
    text = words(broken, public=True)
    assert "Hi ha sumes que no quadren: el resultat no es pot publicar." in text
    assert "(Cabina 2)" in text


def test_pages_carry_their_number_and_the_hash() -> None:
    document = written(an_evening(people=200))
    text, pages = words_of(document), int(particulars_of(document)["Pages"])
    assert pages >= 4
    for page in range(1, pages + 1):
        assert f"Pàgina {page} de {pages}" in text
    assert text.count(f"SHA-256 {'9c3a' * 16}") == pages


def test_the_symbols_say_the_hash_of_the_bundle_and_the_seal() -> None:
    pages = pictures_of(written(an_evening()), dots_per_inch=150)
    found = {text for page in pages for text in symbols_on(page)}
    origin = "urna/34750f98bd59fcfc946da45aaabe933b/moKpY3qnwWPc51"
    root = b64encode(bytes.fromhex("4f" * 32)).decode()
    assert found == {"urna:b1:" + "9c3a" * 16, f"{origin}\n412\n{root}\n"}


def test_only_source_sans_is_used_and_embedded() -> None:
    for public in (False, True):
        fonts = set(fonts_of(written(an_evening(), public=public)))
        assert fonts == {f"SourceSans3-{weight} yes" for weight in ("Regular", "SemiBold", "Bold")}


def test_the_document_knows_its_title_and_language() -> None:
    document = written(an_evening("es"))
    told = particulars_of(document)
    assert told["Title"] == "Acta · Assemblea general de tardor (es)"
    assert told["Author"] == "Associació de Veïns i Veïnes Exemple (es)"
    assert b"/Lang (es)" in document


def test_two_hundred_names_are_all_there() -> None:
    text = words(an_evening(people=200))
    for each in named(200):
        assert each.name in text


def test_fifty_long_options_lay_out_over_pages() -> None:
    long = ["Recuperació de l\u2019antic teatre com a equipament veïnal autogestionat"] * 49
    question = approval([*long, "Desinstitucionalització" * 12])
    document = written(with_resolution(resolved(question, [0, 30, *([1] * 49)], 58)))
    text = words_of(document)
    assert text.count("Recuperació") >= 49
    assert text.count("Opció Vots Resultat") >= 2  # the heads come again on each page


def test_signs_of_markup_and_of_control_are_plain_text() -> None:
    evening = an_evening()
    matter = replace(evening.matters[0], title="<b>Comptes</b> & R\x1eD", summary=("nou < deu",))
    text = words(replace(evening, matters=(matter,)))
    assert "1. <b>Comptes</b> & R D" in text
    assert "nou < deu" in text


def majority_said(
    rule: Rule, question: Question | None = None, tally: list[int] | None = None
) -> str:
    asked = question or yes_or_no("q", "Pregunta", rule)
    return words(with_resolution(resolved(asked, tally or [4, 41, 13], 58)))


@pytest.mark.parametrize(
    ("share", "base", "strict", "said"),
    [
        ("1/2", "cast", True, "Més de la meitat dels vots emesos (blancs inclosos). En calien 30"),
        ("2/3", "valid", False, "Com a mínim dos terços dels vots vàlids (sense els blancs). En"),
        ("1/3", "present", True, "Més de un terç de les persones presents. En calien 21 de 60."),
        ("3/20", "census", False, "Com a mínim 3/20 de les persones amb dret a participar. En"),
    ],
)
def test_the_majority_that_was_used_is_in_words(
    share: str, base: str, strict: bool, said: str
) -> None:
    majority = Majority(share=Fraction(share), base=MajorityBase(base), strict=strict)
    assert said in majority_said(Rule(majority=majority))


def test_without_a_majority_the_larger_number_is_said() -> None:
    assert "més vots a favor que en contra" in majority_said(Rule())
    assert "No se\u2019n demana cap." in majority_said(Rule())
    projects = approval(["Hort", "Lavabo", "Ombra", "Biblioteca"])
    assert "Les 3 opcions més votades." in majority_said(Rule(), projects, [2, 30, 20, 10, 5])


def test_a_missed_quorum_is_said() -> None:
    text = words(with_resolution(resolved(ACCOUNTS, [0, 30, 10], 40)))
    assert "No assolit: 40 butlletes." in text


def test_an_evening_past_midnight_names_both_days() -> None:
    text = words(replace(an_evening(), closed="2026-11-22T00:20"))
    assert "21 de novembre del 2026, 19:03, fins diumenge, 22 de novembre del 2026, 0:20" in text


def test_approved_minutes_say_when() -> None:
    text = words(replace(an_evening(), approved_on="2026-12-12"))
    assert "Acta aprovada: dissabte, 12 de desembre del 2026." in text


def test_one_trustee_is_said_to_hold_the_secret() -> None:
    alone = replace(an_assembly(("Comptes",)), trustees=1, threshold=1)
    assert "el secret de les butlletes depèn d\u2019ella" in words(
        replace(an_evening(), assembly=alone)
    )


def test_one_call_an_extraordinary_assembly_and_an_unknown_census() -> None:
    evening = an_evening()
    call = replace(evening.assembly.call, second="", ordinary=False)
    given = replace(
        evening,
        held_in=HeldIn.FIRST,
        assembly=replace(evening.assembly, call=call, census=0),
        attendance=Attendance(present=60),
        polls=(),
    )
    text = words(given)
    assert "Extraordinària" in text
    assert "Reunida en primera convocatòria." in text
    for absent in ("Segona:", "amb dret a participar En", "Assistents", "Votació Butlletes"):
        assert absent not in text


def test_oddities_are_said_by_their_code() -> None:
    assert "No n\u2019hi ha hagut cap." in words(an_evening())
    remark = Remark(code="minutes.sealed-entries", facts={"n": 7})
    text = words(replace(an_evening(), remarks=(remark,)))
    assert "7 anotacions segellades." in text
    assert "No n\u2019hi ha hagut cap." not in text


def test_names_are_found_whole_in_any_case_and_spacing() -> None:
    names = frozenset({"Pere", "Pere Exemple"})
    assert withhold("PERE  exemple i Pere; Pereta no.", names, "[x]") == "[x] i [x]; Pereta no."
    assert withhold("ningú", frozenset(), "[x]") == "ningú"
    assert withhold("Nu\u0301ria", frozenset({"N\u00faria"}), "[x]") == "[x]"


def test_those_who_sign_keep_their_names() -> None:
    evening = an_evening()
    given = replace(
        evening,
        attendance=Attendance(
            present=1,
            represented=1,
            names=(Attendee(name=CHAIR), Attendee(name="A", represented_by="B")),
        ),
    )
    assert names_of(given) == {"A", "B", SPEAKER}


@pytest.mark.parametrize(
    ("change", "problem", "place"),
    [
        ({"opened": "seven"}, PaperProblem.DATE, "opened"),
        ({"closed": "2026-11-21T20:41+01:00"}, PaperProblem.DATE, "closed"),
        ({"approved_on": "12/12"}, PaperProblem.DATE, "approved_on"),
        ({"bundle": "9C" * 32}, PaperProblem.DIGEST, "bundle"),
        ({"assembly_id": "9c" * 32}, PaperProblem.DIGEST, "assembly_id"),
        ({"accent": "blue"}, PaperProblem.COLOUR, None),
        ({"accent": "#FFE27F"}, PaperProblem.COLOUR, None),
    ],
)
def test_facts_that_cannot_be_printed_are_refused(
    change: dict[str, str], problem: PaperProblem, place: str | None
) -> None:
    with pytest.raises(PaperRefused) as refused:
        replace(an_evening(), **change)  # type: ignore[arg-type]  # the table mixes fields
    assert refused.value.code is problem
    assert refused.value.facts.get("place") == place


def test_a_root_of_receipts_that_is_none_is_refused() -> None:
    (poll,) = an_evening().polls
    with pytest.raises(PaperRefused) as refused:
        replace(poll, receipts="")
    assert refused.value.code is PaperProblem.DIGEST
    assert refused.value.facts == {"place": "poll.poll-1.receipts"}


def test_channels_that_do_not_add_up_are_refused() -> None:
    resolution = resolved(ACCOUNTS, [4, 41, 13], 58)
    for ballots in (57, 59):
        votes = replace(resolution.channels[0], ballots=ballots)
        with pytest.raises(PaperRefused) as refused:
            replace(resolution, channels=(votes,))
        assert refused.value.code is PaperProblem.COUNT


def test_more_names_than_people_are_refused() -> None:
    with pytest.raises(PaperRefused):
        Attendance(present=1, names=(Attendee(name="A"), Attendee(name="B")))
    with pytest.raises(PaperRefused):
        Attendance(present=1, represented=0, names=(Attendee(name="A", represented_by="B"),))


def test_a_long_title_is_cut_at_the_head_of_pages_only() -> None:
    evening = an_evening()
    title = "Assemblea extraordinària sobre la desinstitucionalització de tot el barri " * 3
    long = replace(evening.assembly, title=replace(evening.assembly.title, texts={"ca": title}))
    text = words(replace(evening, assembly=long))
    assert title.strip() in text
    assert "…" in text


def test_names_fill_columns_evenly_and_are_parted_between_pages() -> None:
    entries = [text(f"Veí Exemple {n}", style(9)) for n in range(200)]
    columns = Columns(entries, count=3, gap=12)
    line = entries[0].wrap(150, 100)[1]
    assert columns.wrap(470, 700)[1] == pytest.approx(67 * line, abs=line / 2)
    first, rest = columns.split(470, 20.5 * line)
    assert isinstance(first, Columns)
    assert isinstance(rest, Columns)
    assert (len(first.entries), len(rest.entries)) == (60, 140)
    assert first.entries + rest.entries == entries
    assert columns.split(470, 2 * line) == []
    almost = columns.split(470, 66.5 * line)[1]
    assert isinstance(almost, Columns)
    assert len(almost.entries) == 3
