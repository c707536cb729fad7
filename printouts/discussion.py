# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agenda as it went: what was said, what someone asked to have on record, what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import CondPageBreak, Flowable

from printouts.paper import Around, style, text
from printouts.proceedings import Intervention, Minutes
from printouts.result_table import WORTH_BEGINNING, resolution_block
from printouts.scribe import Scribe

_HEADING = 60.0  # points: a heading and a line or two


def matters(minutes: Minutes, scribe: Scribe) -> Iterator[Flowable]:
    """Each matter in turn."""
    for place, matter in enumerate(minutes.matters, 1):
        # A heading alone at the foot of a page heads nothing.
        room = WORTH_BEGINNING + _HEADING if matter.resolutions else _HEADING
        yield CondPageBreak(room if place > 1 else room + _HEADING)
        if place == 1:
            yield scribe.chapter(scribe.say("minutes.proceedings"))
        yield scribe.heading(f"{place}. {matter.title}")
        for paragraph in matter.summary:
            yield scribe.body(scribe.discreet(paragraph))
        for intervention in matter.interventions:
            yield _on_record(intervention, scribe)
        for resolution in matter.resolutions:
            yield from resolution_block(resolution, minutes.language, scribe)


def _on_record(intervention: Intervention, scribe: Scribe) -> Flowable:
    words = scribe.discreet(intervention.words)
    sentence = (
        scribe.say("minutes.on-record-unnamed", words=words)
        if scribe.public
        else scribe.say("minutes.on-record", words=words, name=intervention.speaker)
    )
    return text(sentence, style(10, around=Around(before=1, after=5, indent=12)))
