# SPDX-License-Identifier: AGPL-3.0-or-later
"""A rule as canonical JSON, its digest, and a rule from settings as somebody types them.

A document is one object: `format` beside the rule's name and every one of its settings, those
with default values too. Shares and numbers that need not be whole are text, in lowest terms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

import msgspec

from ballots import canonical
from ballots.counting.errors import CountingProblem, CountingRefused
from ballots.counting.rule import RULES, Rule
from ballots.errors import Refusal

FORMAT: Final = "urna-rule/v1"
NAMED: Final[Mapping[str, type[Rule]]] = {str(each.__struct_config__.tag): each for each in RULES}
_EXACT: Final = re.compile(r"(0|[1-9][0-9]{0,29})/([1-9][0-9]{0,29})", re.ASCII)
_TYPED: Final = re.compile(r"([0-9]{1,20})(?:(/|:|\.)([0-9]{1,20}))?(%)?", re.ASCII)


def encode(rule: Rule) -> bytes:
    """The canonical document of a rule; equal rules have equal bytes."""
    return canonical.encode({"format": FORMAT, **settings(rule), "rule": rule.name})


def digest(rule: Rule) -> str:
    """SHA-256 of the document in hex: what is fixed before the vote opens."""
    return sha256(encode(rule)).hexdigest()


def settings(rule: Rule) -> dict[str, Any]:
    """Every setting by its name in documents, as plain data."""
    plain: dict[str, Any] = msgspec.to_builtins(rule, enc_hook=_plain)
    del plain["rule"]
    return plain


def read(document: bytes) -> Rule:
    """The rule of a document.

    Raises:
        CountingRefused: `document`, for anything that `encode` does not write.
    """
    try:
        tree = canonical.decode(document, dict[str, Any])
        kind = NAMED[tree.pop("rule")]
        if tree.pop("format") == FORMAT:
            rule = msgspec.convert({**tree, "rule": _tag(kind)}, kind, dec_hook=_exact)
            if encode(rule) == document:
                return rule
    except (Refusal, msgspec.ValidationError, KeyError, TypeError):
        pass
    raise CountingRefused(CountingProblem.DOCUMENT)


def typed(name: str, given: Mapping[str, str], base: Rule | None = None) -> Rule:
    """The rule `name` with settings as text, as they are given on a command line.

    Settings that are not given are those of `base`, as far as this rule has them. A share may be
    `2/3`, `0.5`, `60%` or, for a majority of 2 to 1, `2:1`. A list separates its parts with
    commas; those of an exclusive group are joined by `+`.

    Raises:
        CountingRefused: `rule` or `setting`, with what was wrong.
    """
    if name not in NAMED:
        raise CountingRefused(CountingProblem.RULE, rule=name)
    kind = NAMED[name]
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    known = {} if base is None else settings(base)
    tree: dict[str, object] = {key: known[key] for key in fields if key in known}
    for key, text in given.items():
        if key not in fields:
            raise CountingRefused(
                CountingProblem.UNKNOWN_SETTING, setting=key, rule=name, known=", ".join(fields)
            )
        tree[key] = _structured(fields[key].type, text)
        try:
            msgspec.convert(tree, kind, dec_hook=_loose, strict=False)
        except msgspec.ValidationError as error:
            raise CountingRefused(CountingProblem.SETTING, setting=key, value=text) from error
        except CountingRefused:
            continue  # it may need another setting, which comes later
    return msgspec.convert(tree, kind, dec_hook=_loose, strict=False)


def _structured(type_: object, text: str) -> object:
    """Lists and tables out of one line of text."""
    if type_ == dict[str, Fraction]:
        parts = [part.rpartition(":") for part in text.split(",") if part]
        return {key: ratio for key, _, ratio in parts} if all(key for key, _, _ in parts) else text
    if type_ == tuple[tuple[str, ...], ...]:
        return [group.split("+") for group in text.split(",") if group]
    return {"yes": "true", "no": "false"}.get(text, text)


def _tag(kind: type[Rule]) -> str:
    return str(kind.__struct_config__.tag)


def _plain(value: object) -> object:
    assert isinstance(value, Fraction)
    return f"{value.numerator}/{value.denominator}"


def _exact(_type: type, written: object) -> Fraction:
    found = _EXACT.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(written)
    return Fraction(int(found[1]), int(found[2]))


def _loose(_type: type, written: object) -> Fraction:
    found = _TYPED.fullmatch(str(written))
    if found is None or (found[2] == "/" and not int(found[3])):
        raise ValueError(written)
    first, by, second, percent = found.groups()
    match by:
        case ":":
            value = Fraction(int(first), int(first) + int(second))
        case "/":
            value = Fraction(int(first), int(second))
        case _:
            value = Fraction(f"{first}.{second or 0}")
    return value / 100 if percent else value
