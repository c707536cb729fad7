# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of a played evening: as data."""

from __future__ import annotations

from pathlib import Path

from ballots.election.verify import verify_archive
from kiosk.arithmetic import best_power
from kiosk.demo.run import Played
from kiosk.errors import KioskProblem, KioskRefused


def summary(played: Played, out: Path) -> dict[str, object]:
    """The facts of `summary.json`. Refuses an evening whose residents saw what is not there."""
    _compare(played)
    minutes = played.published.minutes
    return {
        "people": {"present": minutes.attendance.present, "by_touch": played.seen.by_touch},
        "slips": played.slips,
        "ballots": {
            question.id: {
                "poll": each.state.poll.id,
                "election": each.state.uuid,
                "ballots": outcome.ballots,
                "blank": outcome.blank,
                "votes": {standing.option: standing.votes for standing in outcome.standings},
                "verdict": str(outcome.verdict),
                "chosen": list(outcome.chosen),
            }
            for each in played.counted
            for question, outcome in zip(each.state.poll.questions, each.outcomes, strict=True)
        },
        "balance": {
            "holds": minutes.balance.holds,
            "lines": [
                {"sum": str(line.sum), "holds": line.holds, **line.facts}
                for line in minutes.balance.lines
            ],
        },
        "incidents": {str(name): how for name, how in played.seen.incidents.items()},
        "challenges": sum(len(each.state.challenged) for each in played.counted),
        "conflicts": sum(each.merged.conflicts for each in played.counted),
        "bundle": {"file": str(out / "bundle.urna"), "sha256": played.published.bundle},
        "timings": played.timings,
    }


def _compare(played: Played) -> None:
    """Every tracker that a resident saw cast is counted, none that was opened, and no other."""
    opened = {each.tracker for each in played.seen.challenged}
    for each in played.counted:
        published = verify_archive(each.archive, best_power()).published
        counted = set(published.trackers) if published else set()
        seen = played.seen.cast.get(each.state.uuid, set())
        if counted != seen or counted & opened or None in each.challenged.values():
            raise KioskRefused(KioskProblem.RECEIPTS, poll=each.state.poll.id)
