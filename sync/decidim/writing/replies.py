# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a platform answers to a question or a mutation, whatever it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec

from sync.decidim.plain import plain_line, plain_lines
from sync.decidim.refusals import DecidimProblem

Node = TypeVar("Node")
_LONGEST: Final = 200  # characters of what the platform says

REFUSED: Final[Mapping[str, DecidimProblem]] = {
    "ATTRIBUTE_VALIDATION": DecidimProblem.FIELDS_REFUSED,
    "VALIDATION": DecidimProblem.FIELDS_REFUSED,
    "INVALID_LOCALE": DecidimProblem.LOCALE_REFUSED,
    "LOCALE": DecidimProblem.LOCALE_REFUSED,
    "NOT_FOUND": DecidimProblem.GONE,
    "PERMISSION_NOT_SET": DecidimProblem.PERMISSION_UNSET,
    "UNAUTHORIZED_OBJECT": DecidimProblem.HIDDEN,
    "UNAUTHORIZED_FIELD": DecidimProblem.HIDDEN,
    "RECURSION_LIMIT_EXCEEDED": DecidimProblem.LIMITED,
    "TOO_MANY_ALIASES": DecidimProblem.LIMITED,
    "INTROSPECTION_DISABLED": DecidimProblem.LIMITED,
}
"""A code of Decidim's, without the `_ERROR` that most end in → ours."""
DENIED: Final = "MUTATION_NOT_AUTHORIZED"


class Text(msgspec.Struct, frozen=True):
    """What is said in one locale."""

    locale: str
    text: str | None = None


class Texts(msgspec.Struct, frozen=True):
    """A field in all locales, translations of machines among them."""

    translations: tuple[Text | None, ...] | None = ()

    def by_locale(self) -> dict[str, str]:
        """Locales that say something."""
        said = [each for each in self.translations or () if each and each.text]
        return {each.locale: each.text for each in said if each.text}


class PageInfo(msgspec.Struct, frozen=True):
    """Whether more follows, and after what."""

    hasNextPage: bool  # noqa: N815 - Decidim's name
    endCursor: str | None = None  # noqa: N815


class Page(msgspec.Struct, Generic[Node], frozen=True):
    """Some of a list."""

    nodes: tuple[Node | None, ...]
    pageInfo: PageInfo  # noqa: N815


class Place(msgspec.Struct, Generic[Node], frozen=True):
    """The component; empty where it is of another type."""

    found: Node | None = None


class Looked(msgspec.Struct, Generic[Node], frozen=True):
    """What is there, and whether somebody is signed in."""

    session: dict[str, Any] | None = None
    component: Place[Node] | None = None


class Told(msgspec.Struct, frozen=True):
    """What was written. `state` is told of answers, null while they are not shown."""

    id: str
    state: str | None = ""


class At(msgspec.Struct, frozen=True):
    """A place below `Mutation`."""

    told: Told | None = None
    at: At | None = None


class Changed(msgspec.Struct, frozen=True):
    """What a mutation gives back."""

    component: At | None = None

    @property
    def told(self) -> Told | None:
        """What was written, if it was."""
        place = self.component
        while place and place.at:
            place = place.at
        return place.told if place else None


class Answer(msgspec.Struct, Generic[Node], frozen=True):
    """The answer to one request. `data` is unset where nothing was carried out."""

    data: Node | msgspec.UnsetType | None = msgspec.UNSET
    errors: list[Any] | None = None

    @property
    def empty(self) -> bool:
        """Whether it is in the form of an answer, and none."""
        return self.data is msgspec.UNSET and not self.errors


def read(data: bytes, kind: type[Node]) -> Node | None:
    """The answer in this form; None for anything else."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError):
        return None


def said(errors: list[Any] | None) -> tuple[str, str]:
    """The code of the first error without `_ERROR`, and what it says, on one line."""
    first = errors[0] if errors else None
    error: Mapping[str, Any] = first if isinstance(first, dict) else {}
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    message = error.get("message")
    return (
        code.removesuffix("_ERROR") if isinstance(code, str) else "",
        plain_line(message[: 4 * _LONGEST])[:_LONGEST] if isinstance(message, str) else "",
    )


def same(wanted: Mapping[str, str], there: Mapping[str, str]) -> bool:
    """Whether what is wanted is there, as people read it; more languages may be there."""
    return all(
        plain_lines(text) == plain_lines(there.get(locale, "")) for locale, text in wanted.items()
    )
