# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the booth says aloud, and the program that says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from shutil import which
from stat import S_IRWXU

import pytest

from kiosk.i18n import LANGUAGES, voice
from kiosk.screens.sheets import screen_of
from kiosk.speech import Espeak, installed_speaker, spoken
from tests.booth_states import TITLE, TRACKER, states


def said(name: str, language: str) -> str:
    state = states()[name]
    state = replace(state, settings=replace(state.settings, language=language))
    return spoken(screen_of(state, voice, TITLE))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", states())
def test_every_screen_has_something_to_say(name: str, language: str) -> None:
    text = said(name, language)
    assert text.endswith((".", "!", "?", "…", ":"))
    assert not re.search(r"\bbooth\.[a-z]", text)  # a code that no catalogue knows
    assert "  " not in text


class Asked(Mapping[str, tuple[str, ...]]):
    """Sentences that remember which of them were asked for."""

    def __init__(self, sentences: Mapping[str, tuple[str, ...]]) -> None:
        self._sentences = sentences
        self.codes: set[str] = set()

    def __getitem__(self, code: str) -> tuple[str, ...]:
        self.codes.add(code)
        return self._sentences[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)


def test_every_sentence_of_the_booth_is_said_on_some_screen_in_every_language() -> None:
    sentences = Asked(voice("ca").sentences)
    told = replace(voice("ca"), sentences=sentences)
    for state in states().values():
        for aloud in (True, False):
            reading = replace(state, settings=replace(state.settings, aloud=aloud))
            screen = screen_of(reading, lambda _: told, TITLE, speaks=True)
            spoken(screen)
            screen.voice.say("booth.page", number=1, count=2)
    asked = {code for code in sentences.codes if code.startswith("booth.")}
    for language in LANGUAGES:
        known = {code for code in voice(language).sentences if code.startswith("booth.")}
        assert known == asked


@pytest.mark.parametrize("name", ["typing", "typed", "sealed", "cast", "receipt-trouble"])
def test_codes_are_never_read_out(name: str) -> None:
    text = said(name, "ca").replace("-", "").replace(" ", "")
    assert TRACKER[:8] not in text
    assert "7Q2MX8" not in text


def test_a_question_is_read_with_its_answers_their_number_and_what_is_chosen() -> None:
    assert said("yes-no-chosen", "en").endswith(
        "budget for next year? Question 1 of 3. Option 1 of 3: Yes. Chosen. "
        "Option 2 of 3: No. Option 3 of 3: I abstain. Buttons: Next, Back."
    )


def test_how_much_of_a_code_is_typed_is_said() -> None:
    assert "Has escrit 14 símbols." in said("typing", "ca")


def program(folder: Path, script: str) -> Espeak:
    path = folder / "speaker"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(S_IRWXU)
    return Espeak(str(path))


def test_the_text_goes_to_the_program_s_input_and_the_language_to_its_arguments(
    tmp_path: Path,
) -> None:
    speaker = program(tmp_path, f'cat > {tmp_path}/heard; echo "$@" > {tmp_path}/told')
    speaker.speak("El teu vot és a la urna", "ca")
    speaker.finish()
    assert (tmp_path / "heard").read_text(encoding="utf-8") == "El teu vot és a la urna"
    assert (tmp_path / "told").read_text(encoding="utf-8") == "-v ca --stdin\n"


def test_what_is_being_read_stops_when_told_to(tmp_path: Path) -> None:
    speaker = program(tmp_path, "cat > /dev/null; exec sleep 60")
    speaker.speak("one", "en")
    speaker.speak("two", "en")
    speaker.hush()
    speaker.hush()
    speaker.finish()


def test_a_program_that_dies_at_once_harms_nobody(tmp_path: Path) -> None:
    speaker = program(tmp_path, "exit 1")
    for _ in range(20):
        speaker.speak("a" * 100_000, "en")
    speaker.hush()


def test_the_speaker_of_this_machine_is_used_if_there_is_one() -> None:
    assert (installed_speaker() is None) == (which("espeak-ng") is None)
