# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form by which an admin closes a meeting of the organisation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.decidim_double.files import Seen, Verdict
from tests.decidim_double.world import Meeting, Proposal, Texts, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The fields of the form. None is one that was left empty."""

    report: Texts
    attendees: int | None
    contributions: int | None = None
    organizations: str | None = None
    proposals: tuple[int, ...] = ()
    visible: bool = True


def close_meeting(world: World, meeting: int, form: Closing) -> tuple[World, Seen]:
    """Refused fields are named in `Seen.detail`."""
    row = world.get(Meeting, meeting)
    assert row
    counts = {"attendees_count": form.attendees, "contributions_count": form.contributions}
    wrong = [name for name, count in counts.items() if count is not None and count < 0]
    if form.attendees is None or form.attendees > 999:
        wrong.append("attendees_count")
    if not form.report.get(world.default_locale):
        wrong.append("closing_report")
    if any(world.get(Proposal, number) is None for number in form.proposals):
        wrong.append("proposal_ids")
    if wrong:
        return world, Seen(Verdict.ROWS, tuple(wrong))
    closed = replace(
        row,
        closed_at=world.now,
        closing_report=form.report,
        closing_visible=form.visible,
        attendees=form.attendees,
        contributions=form.contributions,
        organizations=form.organizations,
        proposals=form.proposals,
    )
    return world.having(closed).mailed(f"meeting {meeting} closed"), Seen(Verdict.TAKEN)
