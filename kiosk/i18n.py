# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place where a code becomes a sentence.

Every room below hands up codes with facts; the catalogues in `locales/<language>/<domain>.po`
hold one sentence per code, the code being the msgid. Several `.po` files (domains) make one
voice, so that each room's words lie in a file of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from ballots.errors import Refusal

Say = Callable[..., str]
"""Says a code with its facts in one language."""

LANGUAGES = ("ca", "es", "en")
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Voice:
    """Says codes in one language. `direction` is `ltr` or `rtl`."""

    language: str
    direction: str
    sentences: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def say(self, code: str, /, **facts: str | int) -> str:
        """The sentence for `code` with its facts filled in.

        A fact named `n` chooses the plural form. A code that no catalogue knows is said in
        English, or failing that as itself: a missing sentence must not stop an assembly.
        """
        forms = self.sentences.get(code)
        if forms is None:
            return code if self.language == FALLBACK else voice(FALLBACK).say(code, **facts)
        count = facts.get("n")
        form = self.plural(count) if isinstance(count, int) else 0
        return forms[min(form, len(forms) - 1)].format(**facts)

    def knows(self, code: str) -> bool:
        """Whether this language has a sentence of its own for `code`."""
        return code in self.sentences

    def refusal(self, refusal: Refusal) -> str:
        """What went wrong, why, and what to do."""
        return self.say(refusal.key, **refusal.facts)


@cache
def voice(language: str) -> Voice:
    """The voice of a language; a language without catalogues speaks English."""
    if language not in LANGUAGES:
        language = FALLBACK
    sentences: dict[str, tuple[str, ...]] = {}
    for catalogue in catalogues(language):
        sentences.update(_sentences(catalogue))
    locale = Locale.parse(language)
    return Voice(
        language=language,
        direction="rtl" if locale.text_direction == "rtl" else "ltr",
        sentences=sentences,
        plural=_plural_of(locale),
    )


def _plural_of(locale: Locale) -> Callable[[int], int]:
    """Index of the gettext form for a number: CLDR's categories in their fixed order."""
    used = {*locale.plural_form.tags, "other"}
    order: list[str] = [
        tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in used
    ]
    return lambda n: order.index(locale.plural_form(n))


def catalogues(language: str) -> Iterator[Catalog]:
    """The catalogues of a language, by name of domain."""
    folder = files("kiosk") / "locales" / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".po"):
            yield read_po(BytesIO(file.read_bytes()), locale=language)


def _sentences(catalogue: Catalog) -> Iterator[tuple[str, tuple[str, ...]]]:
    for message in catalogue:
        if not message.id:
            continue
        code = message.id if isinstance(message.id, str) else message.id[0]
        said = (message.string,) if isinstance(message.string, str) else message.string
        if said and all(said):
            yield code, tuple(said)
