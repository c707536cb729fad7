# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a pull found of the things that a plan is about, and what changed since an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sync.decidim.handing_over.ledger import Target
from sync.decidim.handing_over.plan import Change, Stop, StopCode, There
from sync.decidim.reading.rows import Kind
from sync.decidim.reading.snapshot import Snapshot


def there(snapshot: Snapshot) -> There:
    """What is there; a proposal that was withdrawn takes no answer and is left out.

    External ids are None where the source does not tell them: files that Decidim exports.
    """
    told = snapshot.pull.saw(Kind.RESULTS, "external_id")
    return There(
        meetings={each.id: bool(each.closed) for each in snapshot.meetings if not each.withdrawn},
        proposals={each.id: each.state for each in snapshot.proposals if not each.withdrawn},
        projects=frozenset(each.id for each in snapshot.projects),
        external=frozenset(each.external_id for each in snapshot.results) if told else None,
    )


def changed(before: There, now: There, states: Mapping[str, str]) -> Iterator[Stop]:
    """Proposals that somebody answered since, with another state than the plan would give.

    `states` are those by id. What is no longer there at all stops a plan by itself.
    """
    for id_, state in states.items():
        was, is_ = before.proposals.get(id_), now.proposals.get(id_)
        if was is not None and is_ is not None and is_ not in (was, state):
            yield Stop(code=StopCode.CHANGED, facts={"id": id_, "before": was, "now": is_})


def places(snapshot: Snapshot) -> Callable[[Change], str]:
    """The component that a change belongs into, by its number; empty where that is open.

    A result goes into the component for results, if there is one and no other.
    """
    of: dict[Target, dict[str, str]] = {
        Target.CLOSURE: {each.id: each.component for each in snapshot.meetings},
        Target.ANSWERS: {each.id: each.component for each in snapshot.proposals},
        Target.PAPER_BALLOTS: {each.id: each.component for each in snapshot.projects},
    }
    results = [each.id for each in snapshot.components if each.kind == "Accountability"]
    usual = results[0] if len(results) == 1 else ""
    return lambda change: of.get(change.target, {}).get(
        change.id, usual if change.target is Target.RESULTS else ""
    )
