# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan as a page that a person reads before anything is uploaded: one file, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Final

from kiosk.i18n import Voice
from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.plan import Change, Plan, Stop, StopCode
from sync.decidim.handing_over.texts import Texts
from sync.decidim.plain import plain_line
from sync.decidim.reading.rows import SpaceRow
from sync.decidim.uploads.rich import Rich

STYLE = """
body{font:16px/1.5 "Source Sans 3","Source Sans Pro",sans-serif;color:#242424;margin:2rem auto;
max-width:60rem;padding:0 1rem}
h1{font-size:24px}h2{font-size:20px;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #e1e5ef;padding:.4rem .6rem;text-align:start;vertical-align:top;
overflow-wrap:anywhere}
th{white-space:nowrap}th.n,td.n{text-align:end;white-space:nowrap}td>p:first-of-type{margin-top:.3rem}
td p,td ul{margin:.3rem 0}td ul{padding-inline-start:1.2rem}
.stop{border-inline-start:6px solid #ed1c24;background:#f6f8fa;padding:.5rem 1rem}
.field p,.field ul{margin:.2rem 0}summary{cursor:pointer}
.field{border:1px solid #3e4c5c;padding:.4rem .8rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}
code{font-size:13px}td:first-child{white-space:nowrap}td:nth-child(2){min-width:9rem}td,p,li{unicode-bidi:plaintext}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
"""


def plan_page(plan: Plan, texts: Texts, space: SpaceRow, said: Voice) -> str:
    """The page of a plan for a space, in one language; `texts` are those of the plan."""
    return page(said.say("decidim.plan.title"), said, _body(plan, texts, space, said))


def page(title: str, said: Voice, body: Iterable[str]) -> str:
    """A whole page; `body` is HTML."""
    return (
        f'<!doctype html>\n<html lang="{said.language}" dir="{said.direction}">\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n{''.join(body)}</html>\n"
    )


def _body(plan: Plan, texts: Texts, space: SpaceRow, said: Voice) -> Iterator[str]:
    title = space.title.get(said.language) or next(iter(space.title.values()), space.slug)
    yield f"<p>{escape(plain_line(title) or space.slug)}<br><code>{escape(space.url)}</code></p>\n"
    if plan.stops:
        yield f'<div class="stop"><p>{_say(said, "decidim.plan.stopped")}</p><ul>'
        yield from (f"<li>{escape(stop_line(stop, said))}</li>" for stop in plan.stops)
        yield "</ul></div>\n"
    elif not plan.changes:
        yield f"<p>{_say(said, 'decidim.plan.nothing')}</p>\n"
    for target in Target:
        changes = [change for change in plan.changes if change.target is target]
        if changes:
            yield f"<h2>{_say(said, f'decidim.target.{target}')}</h2>\n"
            yield from _table(target, changes, texts, said)
    yield f"<p>{_say(said, 'decidim.plan.unchanged', n=plan.unchanged)}</p>\n"
    yield f"<h2>{_say(said, 'decidim.plan.bundles')}</h2>\n<ul>"
    yield from (f"<li><code>{escape(bundle)}</code></li>" for bundle in plan.bundles)
    yield "</ul>\n"


def stop_line(stop: Stop, said: Voice) -> str:
    """Why the plan may not go on, and what to do."""
    kind = "stop" if stop.code in set(StopCode) else "contradiction"
    return said.say(f"decidim.{kind}.{stop.code}", **stop.facts)


Cell = Callable[[Change, Texts, Voice], str]


def _table(target: Target, changes: Iterable[Change], texts: Texts, said: Voice) -> Iterator[str]:
    columns = COLUMNS[target]
    heads = "".join(
        f"<th{_side(name)}>{_say(said, f'decidim.plan.{name}')}</th>" for name in columns
    )
    yield f"<table><tr><th>id</th>{heads}</tr>\n"
    for change in changes:
        cells = (f"<td{_side(name)}>{CELLS[name](change, texts, said)}</td>" for name in columns)
        yield f"<tr><td><code>{escape(change.id)}</code></td>{''.join(cells)}</tr>\n"
    yield "</table>\n"


def _side(column: str) -> str:
    return ' class="n"' if column in NUMBERS else ""


def _becomes(change: Change, texts: Texts, said: Voice) -> str:
    """The state and the words, as Decidim will show them."""
    if change.target is Target.CLOSURE:
        report = _spoken(texts.closure(change.id).reports, said)
        folded = f"<summary>{_say(said, 'decidim.plan.report')}</summary>{report}"
        return f"<details>{folded}</details>"
    if change.target is Target.ANSWERS:
        answer = texts.answer(change.id)
        return f"<code>{escape(answer.state)}</code>{_spoken(answer.texts, said)}"
    return _spoken(texts.result(change.id).descriptions, said)


def _spoken(words: Mapping[str, Rich], said: Voice) -> str:
    return words.get(said.language) or next(iter(words.values()))


def _sources(change: Change, _texts: Texts, _said: Voice) -> str:
    return "<br>".join(
        f"{given.number} <code>{escape(given.bundle[:12])}</code>" for given in change.given
    )


COLUMNS: Final[Mapping[Target, tuple[str, ...]]] = {
    Target.CLOSURE: ("what", "becomes", "attendees", "why", "sources"),
    Target.ANSWERS: ("what", "there", "becomes", "why", "sources"),
    Target.PAPER_BALLOTS: ("what", "before", "adds", "after", "why", "sources"),
    Target.RESULTS: ("what", "becomes", "why", "sources"),
}
NUMBERS: Final = frozenset({"attendees", "before", "adds", "after"})
CELLS: Final[Mapping[str, Cell]] = {
    "what": lambda change, _, __: escape(change.name),
    "there": lambda change, _, __: escape(change.there) or "–",
    "becomes": _becomes,
    "attendees": lambda change, texts, _: str(texts.closure(change.id).attendees),
    "before": lambda change, _, __: str(change.before),
    "adds": lambda change, _, __: f"{change.after - change.before:+d}",
    "after": lambda change, _, __: str(change.after),
    "why": lambda change, _, said: _say(said, f"decidim.why.{change.why}"),
    "sources": _sources,
}


def _say(said: Voice, code: str, **facts: str | int) -> str:
    return escape(said.say(code, **facts))
