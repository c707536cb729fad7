# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every code has a sentence, in Catalan, Spanish and English, with the facts that come with it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from ballots.balance import Sum
from ballots.counting.budgets.told import BudgetTold
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.grades.told import GradeTold
from ballots.counting.pairs.told import PairTold
from ballots.counting.rounds.told import RoundTold
from ballots.counting.rule import RULES
from ballots.counting.rule_document import settings
from ballots.counting.sums.outcome import Fate, Verdict
from ballots.counting.sums.told import SumTold
from ballots.counting.trace import Told
from ballots.election.course import CheckName
from ballots.errors import FileRefusal, Refusal, WholeFile
from ballots.receipts.audit import Answer
from ballots.session import OddityCode
from hardware.self_test import Health
from kiosk.file_problems import FileProblem, FileRefused
from kiosk.i18n import FALLBACK, LANGUAGES, Voice, catalogues, voice
from kiosk.troubles import BallotProblem, PaperProblem, SlipProblem
from kiosk.views import Notice
from printouts.proceedings import Channel, HeldIn
from sync.decidim.exported.errors import ImportProblem, ImportRefused
from sync.errors import SyncError, SyncProblem
from tests.sources import ROOT, Module, called, modules, texts

LOCALES = ROOT / "kiosk" / "locales"
PLURAL_FORMS = "nplurals=2; plural=(n != 1)"
SAYING = frozenset({"say", "tell"})
PARTS = re.compile(r"[a-z-]+\.[a-z*.-]+|\*\.[a-z-]+")  # `booth.*.heading`, `*.what`; never `*.*`
PROBLEMS_ENDING = ("Problem", "Code")


# --- the catalogues -----------------------------------------------------------------------------


@cache
def domains(language: str) -> dict[str, Catalog]:
    """The catalogues of a language by the name of their file."""
    return {
        path.stem: read_po(BytesIO(path.read_bytes()), locale=language)
        for path in sorted((LOCALES / language).glob("*.po"))
    }


def codes(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if message.id:
            yield message.id if isinstance(message.id, str) else message.id[0]


def said_by(message: Message) -> tuple[str, ...]:
    """Every form of a message, as its file has it."""
    match message.string:
        case str(text):
            return (text,)
        case forms_:
            return tuple(forms_ or ())


def forms(language: str, code: str) -> tuple[str, ...]:
    return voice(language).sentences[code]


def placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def facts_of(language: str, code: str) -> frozenset[str]:
    """The facts that any form of a sentence names."""
    return frozenset().union(*map(placeholders, forms(language, code)))


EVERY_CODE = sorted(voice(FALLBACK).sentences)


def test_the_languages_are_those_of_the_folder() -> None:
    assert {path.name for path in LOCALES.iterdir() if path.is_dir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_codes_in_the_same_domains(language: str) -> None:
    assert {name: set(codes(each)) for name, each in domains(language).items()} == {
        name: set(codes(each)) for name, each in domains(FALLBACK).items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_stands_in_two_places(language: str) -> None:
    """Counted in the text: a reader of catalogues takes the last of two and says nothing."""
    written = Counter(
        code
        for path in (LOCALES / language).glob("*.po")
        for code in re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert [code for code, times in written.items() if times > 1] == []
    assert written.keys() == voice(language).sentences.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy_empty_or_obsolete(language: str) -> None:
    for name, catalogue in domains(language).items():
        said = [message for message in catalogue if message.id]
        assert [each.id for each in said if each.fuzzy] == [], name
        assert not catalogue.obsolete, name
        for message in said:
            assert said_by(message)
            assert all(text.strip() for text in said_by(message)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_code_twice_and_two_forms(language: str) -> None:
    for name, catalogue in domains(language).items():
        assert dict(catalogue.mime_headers)["Plural-Forms"].rstrip(";") == PLURAL_FORMS, name
        assert dict(catalogue.mime_headers)["Language"] == language, name
        for message in catalogue:
            if isinstance(message.id, tuple | list):
                assert message.id[0] == message.id[1]
                assert len(said_by(message)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_is_said_apart_from_none_and_many(language: str) -> None:
    said = voice(language)
    assert said.plural(1) == 0
    code = "booth.typing.missing"
    one, many = forms(language, code)
    for n in (0, 2, 21, 1_000_000):
        assert said.say(code, n=n) == many.format(n=n)
    assert said.say(code, n=1) == one.format(n=1)


def test_a_sentence_has_the_same_facts_and_forms_in_every_language() -> None:
    shapes = {
        code: {
            language: (len(forms(language, code)), facts_of(language, code))
            for language in LANGUAGES
        }
        for code in EVERY_CODE
    }
    assert [code for code, each in shapes.items() if len(set(each.values())) > 1] == []


def test_facts_have_names_and_no_formats() -> None:
    """`{n}` and nothing else: what is not a name would be a mistake that only shows when said."""
    assert all(name.isidentifier() for code in EVERY_CODE for name in facts_of(FALLBACK, code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_for_many_has_all_facts(language: str) -> None:
    for code in EVERY_CODE:
        assert facts_of(language, code) == placeholders(forms(language, code)[-1]), code


# --- the voice ----------------------------------------------------------------------------------


def test_a_sentence_that_a_language_lacks_is_said_in_english() -> None:
    mute = Voice(language="ca", direction="ltr", sentences={}, plural=lambda _: 0)
    assert mute.say("booth.typing.missing", n=2) == voice("en").say("booth.typing.missing", n=2)
    assert not mute.knows("booth.typing.missing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_nobody_knows_is_said_as_itself(language: str) -> None:
    assert voice(language).say("nobody.knows", n=3, place="x") == "nobody.knows"


def test_a_language_without_catalogues_speaks_english() -> None:
    assert voice("eo") is not voice("en")
    assert voice("eo").language == "en"
    assert voice("eo").say("booth.back") == voice("en").say("booth.back")


def test_a_refusal_is_said_with_its_facts() -> None:
    refusal = SyncError(SyncProblem.PORT_TAKEN, port=4711)
    for language in LANGUAGES:
        assert "4711" in voice(language).refusal(refusal)


def test_the_voice_holds_all_that_its_catalogues_say() -> None:
    for language in LANGUAGES:
        said = {code for catalogue in catalogues(language) for code in codes(catalogue)}
        assert said == voice(language).sentences.keys()


def test_catalan_spanish_and_english_are_written_from_left_to_right() -> None:
    assert {voice(language).direction for language in LANGUAGES} == {"ltr"}


# --- what can be refused ------------------------------------------------------------------------


def defines_refusals(module: Module) -> bool:
    return any(
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "family"
        for node in ast.walk(module.tree)
    )


@cache
def families() -> dict[str, tuple[type[Refusal], tuple[type[StrEnum], ...]]]:
    """Every family by its name, with the lists of problems that stand beside it."""
    found: dict[str, tuple[type[Refusal], tuple[type[StrEnum], ...]]] = {}
    for module in filter(defines_refusals, modules()):
        values = vars(import_module(module.name)).values()
        own = [v for v in values if isinstance(v, type) and v.__module__ == module.name]
        problems = tuple(
            each
            for each in own
            if issubclass(each, StrEnum) and each.__name__.endswith(PROBLEMS_ENDING)
        )
        for each in own:
            if issubclass(each, Refusal) and "family" in vars(each) and each is not Refusal:
                assert each.family not in found, "two families of one name"
                found[each.family] = each, problems
    return found


def all_below(kind: type[Refusal]) -> set[type[Refusal]]:
    below = set(kind.__subclasses__())
    return below.union(*map(all_below, below))


def test_every_kind_of_refusal_belongs_to_a_family_with_problems() -> None:
    found = families()
    ours = {each for each in all_below(Refusal) if not each.__module__.startswith("tests.")}
    ours.remove(FileRefusal)
    assert {each.family for each in ours} == set(found)
    assert all(problems for _, problems in found.values())
    assert found["import"] == (ImportRefused, (ImportProblem,))
    assert found["assembly-file"] == (FileRefused, (FileProblem,))


@pytest.mark.parametrize("family", sorted(families()))
def test_every_refusal_of_a_family_is_said(family: str) -> None:
    expected = {
        f"error.{family}.{problem}" for problems in families()[family][1] for problem in problems
    }
    if issubclass(families()[family][0], FileRefusal):
        expected.add(f"error.{family}.{WholeFile.PROBLEMS}")
    in_catalogues = {code for code in EVERY_CODE if code.startswith(f"error.{family}.")}
    assert in_catalogues == expected


def test_no_sentence_is_about_a_family_that_does_not_exist() -> None:
    said = {code.split(".")[1] for code in EVERY_CODE if code.startswith("error.")}
    assert said == set(families())


def refused(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Each place where a problem is made into a refusal, with its key in the catalogues."""
    kinds = {kind.__name__: kind for kind in all_below(Refusal)}
    lists = {each.__name__: each for _, problems in families().values() for each in problems}
    for call in module.calls:
        kind = kinds.get(called(call))
        match call.args:
            case [ast.Attribute(value=ast.Name(id=name), attr=member), *_] if kind:
                if name in lists:
                    yield call, f"error.{kind.family}.{lists[name][member]}"


def test_each_problem_is_refused_by_its_own_family() -> None:
    for module in modules():
        for call, key in refused(module):
            assert key in EVERY_CODE, f"{module.name}:{call.lineno}"


def facts_missing(call: ast.Call, code: str) -> set[str]:
    """Facts that a sentence needs and a call does not give; none where it hands on a mapping."""
    given = {keyword.arg for keyword in call.keywords}
    if None in given or code not in EVERY_CODE:
        return set()
    return set(facts_of(FALLBACK, code) - given)


def test_a_refusal_brings_the_facts_that_its_sentence_needs() -> None:
    lacking = [
        f"{module.name}:{call.lineno} {key} {sorted(facts_missing(call, key))}"
        for module in modules()
        for call, key in refused(module)
        if facts_missing(call, key)
    ]
    assert lacking == []


# --- what the rooms tell ------------------------------------------------------------------------

TOLD: tuple[tuple[str, type[StrEnum]], ...] = (
    ("oddity.{}", OddityCode),
    ("verdict.{}", Verdict),
    ("fate.{}", Fate),
    ("tie.for.{}", TieFor),
    ("tie.by.{}", TieBy),
    ("{}", Told),
    ("{}", SumTold),
    ("{}", GradeTold),
    ("{}", PairTold),
    ("{}", RoundTold),
    ("{}", BudgetTold),
    ("balance.{}.holds", Sum),
    ("balance.{}.breach", Sum),
    ("check.{}", CheckName),
    ("verify.receipt.{}", Answer),
    ("device.{}", Health),
    ("booth.turned-away.{}.heading", SlipProblem),
    ("booth.turned-away.{}.what", SlipProblem),
    ("booth.not-kept.{}", BallotProblem),
    ("booth.receipt.{}", PaperProblem),
    ("minutes.held.{}", HeldIn),
    ("channel.{}", Channel),
    ("method.{}", Channel),
)


@pytest.mark.parametrize(("form", "kind"), TOLD)
def test_every_value_that_is_told_has_a_sentence(form: str, kind: type[StrEnum]) -> None:
    assert [value for value in kind if form.format(value) not in EVERY_CODE] == []


@pytest.mark.parametrize("answer", sorted(set(Answer) - {Answer.LIST_CHANGED, Answer.MISSING}))
def test_an_answer_about_a_receipt_needs_no_facts(answer: Answer) -> None:
    assert facts_of(FALLBACK, f"verify.receipt.{answer}") == frozenset()


@pytest.mark.parametrize("notice", sorted(set(Notice) - {Notice.INSTEAD}))
def test_every_notice_of_a_ballot_paper_has_its_sentences(notice: Notice) -> None:
    assert f"booth.notice.{notice}.heading" in EVERY_CODE
    assert f"booth.notice.{notice}.what" in EVERY_CODE


CHECKING = (
    "ballots.audit",
    "ballots.election.sealed.spoilt",
    "ballots.receipts.audit",
    "ballots.receipts.listing",
    "kiosk.receipts",
    "kiosk.verifying",
)


def check_names() -> set[str]:
    """Every name that a check is given outside of the verification of archives."""
    names: set[str] = set()
    for module in modules("ballots", "kiosk"):
        if module.name in CHECKING:
            for call in module.calls:
                if called(call) in ("Check", "_check", "_failed", "_refused", "answered"):
                    given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "name")]
                    names |= {text for each in given for text in texts(each)}
    return names


def test_every_check_is_said_and_no_other() -> None:
    names = check_names()
    assert {"record.form", "bundle.form", "record.forks", "poll.result", "balance"} <= names
    said = {code.removeprefix("check.") for code in EVERY_CODE if code.startswith("check.")}
    assert said == names | set(CheckName)


# --- what is said -------------------------------------------------------------------------------


def said_in(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """The codes that a module says in so many letters; `*` stands for a part that varies."""
    for call in module.calls:
        if called(call) in SAYING and call.args:
            for code in texts(call.args[0]):
                yield call, code


def test_every_code_that_is_said_has_a_sentence() -> None:
    silent = [
        f"{module.name}:{call.lineno} {code}"
        for module in modules("kiosk", "printouts")
        for call, code in said_in(module)
        if not any(fnmatchcase(each, code) for each in EVERY_CODE)
    ]
    assert silent == []


def test_a_sentence_is_said_with_the_facts_that_it_needs() -> None:
    lacking = [
        f"{module.name}:{call.lineno} {code} {sorted(facts_missing(call, code))}"
        for module in modules("kiosk", "printouts")
        for call, code in said_in(module)
        if facts_missing(call, code)
    ]
    assert lacking == []


@cache
def written() -> tuple[frozenset[str], frozenset[str]]:
    """Every text in the modules; then those with parts that vary, which may make a code."""
    every = {
        text
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for text in texts(node)
    }
    varying = {text for text in every if "*" in text and PARTS.fullmatch(text)}
    named = {setting for kind in RULES for setting in settings(kind())}  # by their fields
    return frozenset(every | named), frozenset(varying)


def can_be_said(code: str, depth: int = 2) -> bool:
    """Whether some module has this text, or has its parts and puts them together."""
    every, varying = written()
    if code in every:
        return True
    found = (re.fullmatch(re.escape(form).replace(r"\*", "(.+)"), code) for form in varying)
    return depth > 0 and any(
        all(can_be_said(part, depth - 1) for part in match.groups()) for match in found if match
    )


def test_every_sentence_is_said_by_somebody() -> None:
    assert [code for code in EVERY_CODE if not can_be_said(code)] == []


def test_a_sentence_that_nobody_says_would_be_found() -> None:
    assert not can_be_said("booth.nobody-says-this")
    assert not can_be_said("minutes.nobody.says-this")
    assert can_be_said("booth.turned-away.used.heading")
