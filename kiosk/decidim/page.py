# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan as a page that a person reads before anything is uploaded: one file, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from kiosk.i18n import Voice
from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.plan import Change, Plan, Stop, StopCode

STYLE = """
body{font:16px/1.5 "Source Sans 3","Source Sans Pro",sans-serif;color:#242424;margin:2rem auto;
max-width:60rem;padding:0 1rem}
h1{font-size:24px}h2{font-size:20px;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #e1e5ef;padding:.4rem .6rem;text-align:start;vertical-align:top;
overflow-wrap:anywhere}
th{white-space:nowrap}.n{text-align:end;white-space:nowrap}
.stop{border-inline-start:6px solid #ed1c24;background:#f6f8fa;padding:.5rem 1rem}
.field{border:1px solid #3e4c5c;padding:.4rem .8rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}
code{font-size:13px}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
"""


def plan_page(plan: Plan, said: Voice) -> str:
    """The page of a plan in one language."""
    return page(said.say("decidim.plan.title"), said, _body(plan, said))


def page(title: str, said: Voice, body: Iterable[str]) -> str:
    """A whole page; `body` is HTML."""
    return (
        f'<!doctype html>\n<html lang="{said.language}" dir="{said.direction}">\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n{''.join(body)}</html>\n"
    )


def _body(plan: Plan, said: Voice) -> Iterator[str]:
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
            yield from _table(changes, said)
    yield f"<p>{_say(said, 'decidim.plan.unchanged', n=plan.unchanged)}</p>\n"
    yield f"<h2>{_say(said, 'decidim.plan.bundles')}</h2>\n<ul>"
    yield from (f"<li><code>{escape(bundle)}</code></li>" for bundle in plan.bundles)
    yield "</ul>\n"


def stop_line(stop: Stop, said: Voice) -> str:
    """Why the plan may not go on, and what to do."""
    kind = "stop" if stop.code in set(StopCode) else "contradiction"
    return said.say(f"decidim.{kind}.{stop.code}", **stop.facts)


def _table(changes: Iterable[Change], said: Voice) -> Iterator[str]:
    columns = ("what", "there", "before", "after", "why", "sources")
    heads = "".join(f"<th>{_say(said, f'decidim.plan.{name}')}</th>" for name in columns)
    yield f"<table><tr><th>id</th>{heads}</tr>\n"
    for change in changes:
        sources = "<br>".join(
            f"{given.number} <code>{escape(given.bundle[:12])}</code>" for given in change.given
        )
        yield (
            f"<tr><td>{escape(change.id)}</td><td>{escape(change.name)}</td>"
            f"<td>{escape(change.there) or '–'}</td>"
            f'<td class="n">{change.before}</td><td class="n">{change.after}</td>'
            f"<td>{_say(said, f'decidim.why.{change.why}')}</td><td>{sources}</td></tr>\n"
        )
    yield "</table>\n"


def _say(said: Voice, code: str, **facts: str | int) -> str:
    return escape(said.say(code, **facts))
