# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna verify PATH`: every check by name; exits 1 at the first that fails."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

from ballots.checks import Check
from ballots.receipts.code import read_code
from ballots.receipts.held import read_symbol
from kiosk.arithmetic import best_power
from kiosk.commands.parsers import Commands, whole
from kiosk.commands.progress import Progress
from kiosk.commands.published_results import published_facts, published_table
from kiosk.cores import Cores
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import Voice
from kiosk.receipts import LIST, PROOF, Asked, write_proof
from kiosk.verifying import EVIDENCE, Means, Verified, verify

MOST_JOBS = 256
LAST = {
    "verify.receipt.missing": "verify.receipt-missing",
    "verify.receipt.not-signed": "verify.receipt-not-signed",
}

EPILOG = """\
A receipt's code is typed as it is printed, or given as its QR symbol says it. A list and a proof
prove something only together with the minutes: compare the roots with those on paper, or type
them with --root.

The receipt's second QR code (--held) bears signatures of devices that held the ballot. If these
are right and the ballot is not in the bundle, that is evidence: it was lost or taken out, or its
signers lied.

A proof file tells at which booth a ballot was cast and as which one in its order, which the
bundle tells too. Whoever noted who stood there when can match it to a person, though not to a
choice. Show the receipt and the published list instead where that matters: they tell no order.
"""


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "verify",
        help="check an archive (.bel), a bundle (.urna), a record (.db), a list, a proof",
        description="Checks everything that can be checked, without any secret.",
    )
    parser.epilog, parser.formatter_class = EPILOG, argparse.RawDescriptionHelpFormatter
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="print each check as data")
    parser.add_argument(
        "--receipt", metavar="CODE", help="find the ballot of a receipt, and say if it counted"
    )
    parser.add_argument(
        "--held",
        metavar="SYMBOL",
        help="what the receipt's second QR code says: who signed to hold the ballot",
    )
    parser.add_argument(
        "--root",
        type=_root,
        action="append",
        default=[],
        metavar="HEX",
        help="the root of a poll's receipts as the minutes print it; may be repeated",
    )
    parser.add_argument(
        "--proof",
        type=Path,
        metavar="OUT",
        help=f"write what proves it into a small file, which ends in {PROOF}",
    )
    parser.add_argument(
        "--jobs",
        type=whole(1, MOST_JOBS),
        metavar="N",
        help="processes that work at once; else one for each core",
    )
    parser.set_defaults(do=run, misused=parser.error)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Check, and tell."""
    if chosen.proof is not None and (chosen.receipt is None or chosen.path.suffix != ".urna"):
        chosen.misused("--proof: PATH.urna --receipt CODE")
    if chosen.proof is not None and chosen.proof.suffix != PROOF:
        raise KioskRefused(KioskProblem.NOT_A_PROOF, path=str(chosen.proof), suffix=PROOF)
    if chosen.held is not None and (chosen.receipt is None or chosen.path.suffix != ".urna"):
        chosen.misused("--held: PATH.urna --receipt CODE")
    code = None if chosen.receipt is None else read_code(chosen.receipt)
    held = () if chosen.held is None else read_symbol(chosen.held)
    asked = Asked(receipt=code, held=held, roots=tuple(chosen.root))
    cores = Cores(chosen.jobs) if chosen.jobs else Cores.all()
    with Progress(said, sys.stderr, time.monotonic).shown() as progress:
        means = Means(power=best_power(), spread=cores, watch=progress)
        verified = verify(chosen.path, means, asked)
    written = chosen.proof is not None and verified.failed is None
    if written:
        assert verified.paper.proof is not None, "every check of the receipt passed"
        write_proof(chosen.proof, verified.paper.proof)
    if chosen.json:
        print(json.dumps(as_facts(verified), ensure_ascii=False, indent=1))
    else:
        _tell(verified, chosen.path, said)
        if written:
            print(said.say("verify.proof-written", path=str(chosen.proof)))
    return 0 if verified.failed is None else 1


def as_facts(verified: Verified) -> dict[str, object]:
    """The checks as plain data, and what to compare with the minutes."""
    return {
        "passed": verified.failed is None,
        "checks": [
            {
                "name": check.name,
                "passed": check.passed,
                "place": check.place,
                "facts": dict(check.facts),
            }
            for check in verified.checks
        ],
        "oddities": [
            {"code": str(oddity.code), "facts": dict(oddity.facts)} for oddity in verified.oddities
        ],
        "challenged": [
            {"tracker": each.tracker, "marked": dict(each.marked)} for each in verified.challenged
        ],
        "results": [published_facts(each) for each in verified.published],
        "minutes": {"assembly": verified.paper.assembly, "roots": verified.paper.roots},
    }


def _tell(verified: Verified, path: Path, said: Voice) -> None:
    for check in verified.checks:
        print(_line(check, said))
    for oddity in verified.oddities:
        print(f"  · {said.say(oddity.key, **oddity.facts)}")
    for each in verified.challenged:
        marks = "; ".join(f"{q}: {', '.join(ids) or '–'}" for q, ids in each.marked.items())
        print(f"  · {said.say('verify.opened', tracker=each.tracker, marks=marks)}")
    failed = verified.failed
    if failed is None:
        if verified.published:
            print(published_table(verified.published, said) + "\n")
        code = "verify.evidence" if path.suffix == EVIDENCE else "verify.passed"
        print(said.say(code, n=len(verified.checks), path=str(path)))
        _compare(verified, path, said)
    elif failed.name.startswith("receipt."):
        last = LAST.get(str(failed.facts.get("code")), "verify.receipt-not-counted")
        print(said.say(last, path=str(path)))
    else:
        at_home = "-at-home" if path.suffix in (LIST, PROOF) else ""  # a resident's own file
        print(said.say(f"verify.failed{at_home}", path=str(path), check=failed.name))


def _compare(verified: Verified, path: Path, said: Voice) -> None:
    """The receipt's answer in words, and what only paper can confirm."""
    for check in verified.checks:
        if check.name == "receipt.counted":
            place, of = check.facts["place"], check.facts["of"]
            print(said.say("verify.receipt-counted", place=place, of=of))
    if path.suffix == LIST:
        print(said.say("verify.compare-list"))
    elif path.suffix == PROOF:
        print(said.say("verify.compare-proof", assembly=verified.paper.assembly))


def _line(check: Check, said: Voice) -> str:
    title = said.say(f"check.{check.name}")
    if check.passed:
        seen = ", ".join(f"{name} {value}" for name, value in check.facts.items())
        return f"✓ {check.name:18}  {title}" + (f" ({seen})" if seen else "")
    facts = dict(check.facts)
    reason = said.say(str(facts.pop("code")), **facts) if "code" in facts else ""
    place = f" [{check.place}]" if check.place else ""
    return f"× {check.name:18}  {title}{place}" + (f"\n  {reason}" if reason else "")


def _root(text: str) -> str:
    """A root as it was copied from paper: 64 hexadecimal digits, white space between them."""
    root = "".join(text.split()).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", root):
        raise argparse.ArgumentTypeError("64 × 0-9, a-f")
    return root
