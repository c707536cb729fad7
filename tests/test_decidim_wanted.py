# SPDX-License-Identifier: AGPL-3.0-or-later
"""From evenings to plans, files and pages: what is answered, added, created and shown."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ballots.assembly import Kind, Thing, Wording
from ballots.counting import Fate
from kiosk.decidim.page import COLUMNS, plan_page
from kiosk.decidim.paste_sheet import paste_sheet
from kiosk.i18n import LANGUAGES, voice
from sync.decidim.handing_over.evenings import Evening
from sync.decidim.handing_over.ledger import Ledger, Target
from sync.decidim.handing_over.plan import Plan, StopCode, There, plan
from sync.decidim.handing_over.together import together
from sync.decidim.handing_over.wanted import Choices, Prepared, files, prepare
from sync.decidim.handing_over.wording import of_evening
from sync.decidim.reading.rows import SpaceRow
from sync.decidim.uploads.closure import Closure
from tests.test_decidim_together import a_question, an_evening, digest

VOICES = {language: voice(language).say for language in LANGUAGES}
HOSTILE = "<script>alert(1)</script>"
THERE = There(proposals={"12": "", "120": "evaluating"}, projects=frozenset({"12", "120"}))


def planned(
    *evenings: Evening, choices: Choices | None = None, ledger: Ledger | None = None
) -> tuple[Plan, Prepared]:
    prepared = prepare(together(evenings).results, choices or Choices(), VOICES)
    return plan(prepared.wanted, ledger or Ledger(), THERE), prepared


def a_budget(assembly: str, *tally: int, version: int = 1) -> Evening:
    asked = a_question("12", "120", kind=Thing.PROJECT)
    return an_evening(assembly, *tally, question=asked, version=version)


def written(
    *evenings: Evening, choices: Choices | None = None, ledger: Ledger | None = None
) -> dict[str, bytes]:
    """The files without the state of the ledger in their names."""
    made, prepared = planned(*evenings, choices=choices, ledger=ledger)
    found = files(ledger or Ledger(), made.changes, prepared.texts, lambda _: "", ())
    assert all(name.startswith(made.ledger[:12]) for name in found)
    return {name.split("-", 2)[2]: content for name, content in found.items()}


def test_what_was_chosen_is_answered_and_the_rest_is_left_alone() -> None:
    made, prepared = planned(an_evening("a", 40, 30))
    assert [change.id for change in made.changes] == ["12"]
    assert prepared.texts.answer("12").state == "accepted"
    lines = written(an_evening("a", 40, 30))["answers.csv"].decode().splitlines()
    assert lines[0] == "id;state;answer/ca;answer/es;answer/en"
    assert len(lines) == 2
    assert "40 vots en 50 paperetes" in lines[1]
    assert digest("a 1 (40, 30)") in lines[1]


def test_the_organiser_says_which_state_follows_from_what_became_of_a_proposal() -> None:
    states = {Fate.CHOSEN: "accepted", Fate.OUTVOTED: "evaluating"}
    _, prepared = planned(an_evening("a", 40, 30), choices=Choices(states=states))
    assert {each.proposal: each.state for each in prepared.texts.answers} == {
        "12": "accepted",
        "120": "evaluating",
    }


def test_an_answer_tells_the_sum_of_its_sites_and_never_how_one_voted() -> None:
    _, prepared = planned(an_evening("a", 40, 30), an_evening("b", 37, 30))
    told = prepared.texts.answer("12").texts["ca"]
    assert "77 vots en 100 paperetes" in told
    assert "40" not in told.replace(digest("a 1 (40, 30)"), "").replace(digest("b 1 (37, 30)"), "")


def test_a_proposal_that_a_correction_no_longer_chooses_is_taken_back_by_hand() -> None:
    made, _ = planned(an_evening("a", 40, 30))
    ledger = made.carried_out(Ledger())
    corrected, _ = planned(an_evening("a", 30, 40, version=2), ledger=ledger)
    assert [(stop.code, stop.facts["id"]) for stop in corrected.stops] == [
        (StopCode.BY_HAND, "12")
    ]
    assert corrected.carried_out(ledger) == ledger


def test_votes_for_projects_go_in_as_differences_whatever_was_decided() -> None:
    evenings = a_budget("a", 40, 30), a_budget("b", 37, 30)
    made, _ = planned(*evenings)
    assert written(*evenings) == {
        "paper-ballots.csv": b"id;paper_ballots_to_import\n12;77\n120;60\n"
    }
    ledger = made.carried_out(Ledger())
    assert written(a_budget("b", 30, 30, version=2), ledger=ledger) == {
        "paper-ballots.csv": b"id;paper_ballots_to_import\n12;-7\n"
    }
    assert written(evenings[1], ledger=ledger) == {}


def test_a_platform_without_the_module_gets_no_paper_ballots() -> None:
    assert written(a_budget("a", 40, 30), choices=Choices(paper_ballots=False)) == {}


def test_a_proposal_and_a_project_of_one_number_are_two_things() -> None:
    evenings = an_evening("a", 40, 30), a_budget("b", 37, 30)
    assert not together(evenings).contradictions
    targets = {(each.target, each.id) for each in planned(*evenings)[0].changes}
    assert targets == {
        (Target.ANSWERS, "12"),
        (Target.PAPER_BALLOTS, "12"),
        (Target.PAPER_BALLOTS, "120"),
    }


def test_a_proposal_that_was_asked_about_with_yes_and_no_is_answered() -> None:
    asked = a_question("12", "120")
    options = tuple(
        replace(option, id=id_, about=about)
        for id_, option, about in zip(
            ("yes", "no"), asked.options, (asked.options[0].about, None), strict=True
        )
    )
    asked = replace(asked, kind=Kind.YES_NO, options=options, maximum=1)
    made, prepared = planned(an_evening("a", 30, 20, question=asked))
    assert [(change.id, change.name) for change in made.changes] == [("12", "Quines?")]
    assert prepared.texts.answer("12").state == "accepted"
    assert not planned(an_evening("a", 20, 30, question=asked))[0].changes


def test_a_result_keeps_its_id_when_it_is_corrected_or_a_site_is_added() -> None:
    choices = Choices(accountability=frozenset({"q"}))
    ids = [
        {each.id for each in planned(*evenings, choices=choices)[1].wanted}
        for evenings in (
            [an_evening("a", 40, 30)],
            [an_evening("a", 30, 40, version=2)],
            [an_evening("a", 40, 30), an_evening("b", 37, 30)],
        )
    ]
    external = [{id_ for id_ in each if id_.startswith("urna:")} for each in ids]
    assert external[0] == external[1] == external[2]
    assert len(external[0]) == 1


def hostile() -> Evening:
    asked = a_question("12", "120")
    options = (
        replace(asked.options[0], text=Wording({"ca": HOSTILE})),
        asked.options[1],
    )
    question = replace(asked, text=Wording({"ca": HOSTILE}), options=options)
    evening = an_evening("a", 40, 30, question=question)
    return replace(evening, title=Wording({"ca": HOSTILE}), place=HOSTILE)


@pytest.mark.parametrize("choices", [Choices(), Choices(accountability=frozenset({"q"}))])
def test_mark_up_of_others_is_text_in_every_file(choices: Choices) -> None:
    for content in written(hostile(), choices=choices).values():
        assert b"<script" not in content


# --- pages --------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """Names of elements, and whatever they would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.fetched: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.fetched += [name for name, _ in attrs if name in ("src", "href", "onload")]


SPACE = SpaceRow(
    id="1",
    kind="process",
    slug="exemple",
    title={"ca": HOSTILE, "en": "Example"},
    description={},
    url="https://decidim.example.org/processes/exemple",
)


def page_of(*evenings: Evening, language: str = "en", choices: Choices | None = None) -> str:
    made, prepared = planned(*evenings, choices=choices)
    return plan_page(made, prepared.texts, SPACE, voice(language))


def a_page(language: str, *, stopped: bool = False) -> str:
    if stopped:
        evening = an_evening("a", 45, 9, question=a_question("77", "120"))
        return page_of(evening, language=language)
    return page_of(hostile(), a_budget("b", 37, 30), language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stopped", [False, True])
def test_the_page_of_a_plan_is_one_file_in_which_text_stays_text(
    language: str, stopped: bool
) -> None:
    found = Elements(a_page(language, stopped=stopped))
    assert found.fetched == []
    assert "script" not in found.names
    assert f'lang="{language}"' in a_page(language, stopped=stopped)


def test_the_page_says_first_why_a_plan_is_stopped() -> None:
    shown = page_of(an_evening("a", 9, 45, question=a_question("7", "8")))
    assert shown.index("Decidim does not have 8") < shown.index("Unchanged")


def test_every_target_has_a_place_on_the_page() -> None:
    choices = Choices(accountability=frozenset({"q"}))
    shown = page_of(an_evening("a", 40, 30), choices=choices)
    assert "Answers to proposals" in shown
    assert "Accountability results" in shown
    assert set(COLUMNS) == set(Target)


def test_the_page_shows_what_will_be_said_and_what_is_added() -> None:
    shown = page_of(an_evening("a", 40, 30), a_budget("b", 37, 30), language="ca")
    assert "<code>accepted</code><p><strong>Quines?</strong></p>" in shown
    assert "40 vots en 50 paperetes" in shown
    assert '<td class="n">+37</td>' in shown


def test_the_sheet_has_the_fields_of_the_form_in_its_order() -> None:
    evening = replace(hostile(), present=1200)
    reports = of_evening(evening, together([evening]).results, VOICES)
    closure = Closure(reports=reports, present=evening.present, proposals=("12",))
    shown = paste_sheet(closure, voice("en"))
    labels = ["Minutes (ca)", "Attendees", "Contributions", "organizations", "Proposals", "Video"]
    places = [shown.index(label) for label in labels]
    assert places == sorted(places)
    assert "999 (" in shown
    assert "People present: 1200" in shown
    assert "no more than 999" in reports["en"]
    assert "script" not in Elements(shown).names
