# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna rules`: every rule and its settings, a line each; or the document of one rule."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from enum import EnumMeta
from typing import Any

import msgspec

from ballots.counting.rule import RULES, Rule
from ballots.counting.rule_document import NAMED, digest, encode, settings, typed
from kiosk.commands.parsers import Commands, setting
from kiosk.i18n import Voice


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "rules",
        help="list the rules that ballots are counted by, and their settings",
        description="Lists rules and settings, a line each, with default values. With RULE: the "
        "document of that rule, and the digest to write down before the vote opens.",
    )
    parser.add_argument(
        "rule", nargs="?", choices=tuple(NAMED), metavar="RULE", help="print its document"
    )
    parser.add_argument(
        "--option",
        type=setting,
        action="append",
        default=[],
        metavar="K=V",
        help="a setting of the rule; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print them as data")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """List them, or print the document of one."""
    if chosen.rule:
        rule = typed(chosen.rule, dict(chosen.option))
        print(encode(rule).decode())
        print(digest(rule))
        return 0
    if chosen.json:
        facts = {
            kind().name: {each.encode_name: _described(kind, each) for each in _fields(kind)}
            for kind in RULES
        }
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return 0
    for kind in RULES:
        print("\n".join(_lines(kind, said)))
    return 0


def _lines(kind: type[Rule], said: Voice) -> Iterator[str]:
    rule = kind()
    yield f"{rule.name:18} {said.say(f'rule.{rule.name}')}"
    for field in _fields(kind):
        described = _described(kind, field)
        own = f"setting.{rule.name}.{field.encode_name}"
        code = own if said.knows(own) else f"setting.{field.encode_name}"
        shown = f"{field.encode_name}={_shown(described['default'])}"
        values = f" ({'|'.join(described['values'])})" if described["values"] else ""
        yield f"  {shown:30} {said.say(code)}{values}"


def _fields(kind: type[Rule]) -> list[msgspec.structs.FieldInfo]:
    """Own settings first, what all rules have last."""
    fields = msgspec.structs.fields(kind)
    return sorted(fields, key=lambda field: field.encode_name == "ties")


def _described(kind: type[Rule], field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    return {
        "default": settings(kind())[field.encode_name],
        "values": _values(field.type),
    }


def _values(type_: object) -> list[str]:
    if isinstance(type_, EnumMeta):
        return [str(value) for value in type_]  # type: ignore[var-annotated]
    return ["yes", "no"] if type_ is bool else []


def _shown(default: object) -> str:
    match default:
        case None | {} | () | []:
            return ""
        case bool():
            return "yes" if default else "no"
        case str() if default.endswith("/1"):
            return default.removesuffix("/1")
        case _:
            return str(default)
