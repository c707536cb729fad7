# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a snapshot may stand on a ballot paper, its texts plain (pure)."""

from __future__ import annotations

from ballots.assembly import Wording
from sync.decidim.exported.proposals import Proposal
from sync.decidim.plain import plain_line, plain_lines
from sync.decidim.reading.rows import ProjectRow, ProposalRow, Texts
from sync.decidim.reading.snapshot import Snapshot


def plain_texts(texts: Texts) -> dict[str, str]:
    """A title in the languages in which something of it can be printed."""
    plain = {locale: plain_line(text) for locale, text in texts.items()}
    return {locale: text for locale, text in plain.items() if text}


def proposals_of(snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The proposals that have a title; withdrawn ones bear that state."""
    found = []
    for row in snapshot.proposals:
        state = "withdrawn" if row.withdrawn else row.state
        found.append(_candidate(row, row.body, state))
    return tuple(filter(None, found))


def projects_of(snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The projects that have a title."""
    found = (_candidate(row, row.description, "") for row in snapshot.projects)
    return tuple(filter(None, found))


def _candidate(row: ProposalRow | ProjectRow, body: Texts, state: str) -> Proposal | None:
    titles = plain_texts(row.title)
    if not titles:
        return None
    lines = {locale: plain_lines(text) for locale, text in body.items()}
    said = {locale: text for locale, text in lines.items() if text}
    return Proposal(
        id=row.id,
        title=Wording(titles),
        body=Wording(said) if said else None,
        state=state,
        categories=tuple(label.id for label in row.labels),
    )
