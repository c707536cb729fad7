# SPDX-License-Identifier: AGPL-3.0-or-later
"""RULES.md tells the truth: its table, its example, its hashes."""

from __future__ import annotations

import re
from hashlib import sha256

from ballots.counting.contest import Contest, Option
from ballots.counting.counts import count_batch
from ballots.counting.dice import dice_order, digest
from ballots.counting.profile import Batch, Rankings, Spoilt
from ballots.counting.rule import Irv
from ballots.counting.rule_document import NAMED, encode
from tests.sources import ROOT

PAGE = (ROOT / "ballots" / "counting" / "RULES.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("| rule |") : PAGE.index("## Ballots")]
BENCH, FOUNTAIN, TREE = range(3)
EXAMPLE = Batch(
    contest=Contest(options=tuple(Option(id=id_) for id_ in ("bench", "fountain", "tree"))),
    profile=Rankings({((BENCH,), (FOUNTAIN,)): 2, ((FOUNTAIN,),): 1, ((TREE,), (FOUNTAIN,)): 2}),
)


def test_every_rule_is_described() -> None:
    first_cells = "".join(line.split("|")[1] for line in TABLE.splitlines()[2:] if line)
    assert re.findall(r"`([\w-]+)`", first_cells) == list(NAMED)


def test_every_reason_to_spoil_a_ballot_is_described() -> None:
    assert re.findall(
        r"^\| `([\w-]+)` \| (?:more|fewer|one|an|points|options)", PAGE, re.MULTILINE
    ) == list(Spoilt)


def test_the_rule_of_the_example_is_its_document() -> None:
    assert f"rule     {encode(Irv()).decode()}\n" in PAGE


def test_the_ballots_of_the_example_are_what_is_hashed() -> None:
    text = re.search(r"```\n(urna-ballots/v1\n.*?)```", PAGE, re.DOTALL)
    assert text
    assert digest(EXAMPLE) == sha256(text[1].encode()).hexdigest()


def test_the_dice_of_the_example_decide_it() -> None:
    order = dice_order(EXAMPLE.contest, digest(EXAMPLE), "3 1 6 2 5")
    count = count_batch(Irv(), EXAMPLE, order)
    (tie,) = count.ties
    ids = EXAMPLE.contest.ids(order.options)
    assert tie.options == ("bench", "tree")
    assert count.winners == (min(("bench", "tree"), key=ids.index),)
    assert tie.otherwise
