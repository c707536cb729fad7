# SPDX-License-Identifier: AGPL-3.0-or-later
"""The project's own files, and what its modules say, read without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("ballots", "hardware", "kiosk", "printouts", "sync")
MADE_BY_TOOLS = frozenset({"__pycache__", "demo", "dist", "screens-found"})


def files(suffix: str = "") -> Iterator[Path]:
    """Everything that is kept, by path; what tools leave behind is not."""
    for top in sorted(ROOT.iterdir()):
        if top.name not in MADE_BY_TOOLS and (not top.name.startswith(".") or top.name == ".ci"):
            for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
                if path.name.endswith(suffix) and path.is_file() and not _compiled(path):
                    yield path


def _compiled(path: Path) -> bool:
    return "__pycache__" in path.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """As it is imported."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(
            ".__init__"
        )

    @property
    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """The modules of these packages, or of all."""
    wanted = packages or PACKAGES
    return tuple(
        Module(path=path, tree=ast.parse(path.read_text(encoding="utf-8")))
        for path in files(".py")
        if path.relative_to(ROOT).parts[0] in wanted
    )


def called(call: ast.Call) -> str:
    """The last name of what is called: `say` of `to.say(...)`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be, as far as it says; `*` stands for what it does not."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                part.value
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else "*"
                for part in parts
            )
        case ast.IfExp(body=one, orelse=other):
            yield from texts(one)
            yield from texts(other)
        case _:
            return
