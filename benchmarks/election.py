# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a ballot takes to seal and to check: CPU milliseconds, one core, nothing asserted.

Beside ours stands belenios-tool 2.0 on the same election, where it is installed: its process
time less that of `--version`. It checks each ballot that it seals; that is taken off again.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import pbkdf2_hmac
from os import urandom
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ballots.election.archive import ArchiveWriter
from ballots.election.ballot import check, encrypt
from ballots.election.board import joint_key
from ballots.election.closing import close_election
from ballots.election.election import BASE58, Election, HomomorphicQuestion
from ballots.election.elements import Group
from ballots.election.events import setup_event
from ballots.election.groups import group_named
from ballots.election.modp import ModularPower
from ballots.election.roll import roll_document
from ballots.election.setup import Setup
from ballots.election.slip import Credential
from ballots.election.trustees import TrusteeShare, make_single
from ballots.randomness import uniform

UUID = "BenchmarkExamp"
ANSWERS = (3, 10, 50)
ROUNDS = 9
VOTERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An election of one question, at most one answer marked. `codes` are Belenios 2.0's."""

    setup: Setup
    codes: tuple[str, ...]
    credentials: tuple[Credential, ...]
    share: TrusteeShare
    marks: tuple[tuple[int, ...]]


def case(group: Group, answers: int, power: ModularPower) -> Case:
    trustees, share = make_single(group, urandom)
    question = HomomorphicQuestion(
        question="?", answers=tuple(map(str, range(answers))), minimum=0, maximum=1
    )
    election = Election(
        uuid=UUID,
        name="Benchmark",
        description="",
        group=group.name,
        public_key=joint_key(group, trustees),
        questions=(question,),
    )
    codes = tuple(code() for _ in range(VOTERS))
    credentials = tuple(credential(group, code) for code in codes)
    roll = roll_document(credential.public for credential in credentials)
    return Case(
        setup=Setup.read(election.encode(), trustees, roll, power),
        codes=codes,
        credentials=credentials,
        share=share,
        marks=((1, *[0] * (answers - 1)),),
    )


def code() -> str:
    """Fourteen symbols and a check symbol, as belenios-tool 2.0 wants them."""
    digits = [uniform(urandom, 58) for _ in range(14)]
    value = sum(digit * 58**place for place, digit in enumerate(reversed(digits)))
    symbols = "".join(BASE58[digit] for digit in [*digits, 53 - value % 53])
    return "-".join(symbols[start : start + 3] for start in range(0, 15, 3))


def credential(group: Group, code: str) -> Credential:
    key = pbkdf2_hmac("sha256", code.encode(), UUID.encode(), 1000, 32)
    secret = int.from_bytes(key, "big") % group.q
    return Credential(secret=secret, public=group.text(group.generate(secret)))


def kinds() -> Iterator[tuple[str, str, ModularPower]]:
    yield "Ed25519", "Ed25519", pow
    yield "BELENIOS-2048", "BELENIOS-2048", pow
    try:
        from gmpy2 import powmod  # noqa: PLC0415 - it may not be there
    except ImportError:
        print("gmpy2 is not installed: BELENIOS-2048 with pow only")
    else:
        yield "BELENIOS-2048, gmpy2", "BELENIOS-2048", powmod


def measured(act: Callable[[], object]) -> list[float]:
    act()  # tables of powers are built once for an election
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return times


def row(label: str, answers: int, sealed: Sequence[float], checked: Sequence[float]) -> None:
    print(f"{label:24}{answers:4} answers   sealed {told(sealed):<24} checked {told(checked)}")


def told(times: Sequence[float]) -> str:
    return f"{median(times):6.1f} ({min(times):.1f} to {max(times):.1f})"


def ours(label: str, one: Case) -> None:
    body = encrypt(one.setup, one.credentials[0], one.marks, urandom).body
    row(
        label,
        len(one.marks[0]),
        measured(lambda: encrypt(one.setup, one.credentials[0], one.marks, urandom)),
        measured(lambda: check(one.setup, body)),
    )


def processes(*command: str) -> list[float]:
    """CPU time of a command, user and system, once for each round."""
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        times.append(spent * 1000)
    return times


def theirs(tool: str, label: str, one: Case) -> None:
    """Checked: an election of five ballots less one of one ballot, a quarter of it."""
    start = median(processes(tool, "--version"))
    with TemporaryDirectory() as name:
        archive, ballot, secret = (Path(name) / file for file in (f"{UUID}.bel", "b", "c"))
        writer = ArchiveWriter(0)
        writer.add(setup_event(one.setup.documents))
        archive.write_bytes(writer.finish())
        ballot.write_text(str([list(marks) for marks in one.marks]))
        secret.write_text(one.codes[0])
        seal = (tool, "election", "generate-ballot", "--dir", name)
        sealed = processes(*seal, "--ballot", str(ballot), "--privcred", str(secret))
        verified = []
        for voters in (1, VOTERS):
            bodies = [
                encrypt(one.setup, voter, one.marks, urandom).body
                for voter in one.credentials[:voters]
            ]
            archive.write_bytes(close_election(one.setup, bodies, [one.share], urandom, 0)[0])
            verified.append(processes(tool, "election", "verify", "--dir", name))
    fewest = median(verified[0])
    checked = [(most - fewest) / (VOTERS - 1) for most in verified[1]]
    row(label, len(one.marks[0]), [it - start - median(checked) for it in sealed], checked)


def main() -> None:
    print(f"CPU ms for a ballot, median (least to most) of {ROUNDS}")
    tool = shutil.which("belenios-tool") or ""
    fastest: ModularPower = pow
    for label, name, power in kinds():
        fastest = power
        for answers in ANSWERS:
            ours(label, case(group_named(name, power), answers, power))
    version = (
        subprocess.run([tool, "--version"], capture_output=True, check=True) if tool else None
    )
    if version is None or not version.stdout.startswith(b"2."):
        print("belenios-tool 2.x is not installed, so nothing to compare with")
        return
    for answers in ANSWERS:
        one = case(group_named("BELENIOS-2048", fastest), answers, fastest)
        theirs(tool, "belenios-tool 2.0, 2048", one)


if __name__ == "__main__":
    main()
