# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a ballot takes to seal and to check: CPU milliseconds, one core, nothing asserted.

Beside ours stands belenios-tool on the same election, where it is installed (`BELENIOS_TOOL`, or
on the PATH): its process time less that of `--version`. It checks each ballot that it seals; that
is taken off again. Version 2.x knows BELENIOS-2048; 3.x is asked about Ed25519, ballot by ballot.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import pbkdf2_hmac
from os import urandom
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ballots.election.archive.chain import ArchiveWriter
from ballots.election.archive.events import setup_event
from ballots.election.closing import close_election
from ballots.election.election import BASE58, Election, HomomorphicQuestion, Question
from ballots.election.groups.elements import Group
from ballots.election.groups.modp import ModularPower
from ballots.election.groups.named import group_named
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import check, encrypt
from ballots.election.setup import Setup
from ballots.election.slip import Credential
from ballots.election.trustees.board import joint_key
from ballots.election.trustees.share import TrusteeShare, make_single
from ballots.randomness import uniform
from benchmarks.figures import Figure, show

UUID = "BenchmarkExamp"
ANSWERS = (3, 10, 50)
ROUNDS = 9
VOTERS = 5
POWERS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An election of one question, at most one answer marked."""

    setup: Setup
    codes: tuple[str, ...]
    credentials: tuple[Credential, ...]
    share: TrusteeShare
    marks: tuple[tuple[int, ...]]

    @property
    def what(self) -> str:
        return f"{len(self.marks[0])} answers"


class Credentials(NamedTuple):
    """How a version of belenios-tool spells a credential, and makes a key of it."""

    code: Callable[[], str]
    key: Callable[[Group, str], Credential]
    option: str  # of `generate-ballot`, that names the file with the choice


def document(group: Group, trustees: bytes, question: Question) -> bytes:
    """An election of one question."""
    return Election(
        uuid=UUID,
        name="Benchmark",
        description="",
        group=group.name,
        public_key=joint_key(group, trustees),
        questions=(question,),
    ).encode()


def case(group: Group, answers: int, power: ModularPower, spelt: Credentials) -> Case:
    trustees, share = make_single(group, urandom)
    question = HomomorphicQuestion(
        question="?", answers=tuple(map(str, range(answers))), minimum=0, maximum=1
    )
    election = document(group, trustees, question)
    codes = tuple(spelt.code() for _ in range(VOTERS))
    credentials = tuple(spelt.key(group, code) for code in codes)
    roll = roll_document(credential.public for credential in credentials)
    return Case(
        setup=Setup.read(election, trustees, roll, power),
        codes=codes,
        credentials=credentials,
        share=share,
        marks=((1, *[0] * (answers - 1)),),
    )


def code_of_2() -> str:
    """Fourteen symbols and a check symbol in threes."""
    digits = [uniform(urandom, 58) for _ in range(14)]
    value = sum(digit * 58**place for place, digit in enumerate(reversed(digits)))
    symbols = "".join(BASE58[digit] for digit in [*digits, 53 - value % 53])
    return "-".join(symbols[start : start + 3] for start in range(0, 15, 3))


def key_of_2(group: Group, code: str) -> Credential:
    key = pbkdf2_hmac("sha256", code.encode(), UUID.encode(), 1000, 32)
    secret = int.from_bytes(key, "big") % group.q
    return Credential(secret=secret, public=group.text(group.generate(secret)))


def code_of_3() -> str:
    """Twenty-two symbols, five, six, five and six."""
    symbols = "".join(BASE58[uniform(urandom, 58)] for _ in range(22))
    return "-".join((symbols[:5], symbols[5:11], symbols[11:16], symbols[16:]))


def key_of_3(group: Group, code: str) -> Credential:
    return Credential.derive(code, UUID, group)


OF_2 = Credentials(code_of_2, key_of_2, "--ballot")
OF_3 = Credentials(code_of_3, key_of_3, "--choice")


def kinds() -> Iterator[tuple[str, str, ModularPower]]:
    yield "Ed25519", "Ed25519", pow
    yield "BELENIOS-2048", "BELENIOS-2048", pow
    try:
        from gmpy2 import powmod  # noqa: PLC0415 - it may not be there
    except ImportError:
        print("gmpy2 is not installed: BELENIOS-2048 with pow only")
    else:
        yield "BELENIOS-2048 with gmpy2", "BELENIOS-2048", powmod


def measured(act: Callable[[], object]) -> list[float]:
    act()  # tables of powers are built once for an election
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return times


def ours(label: str, one: Case) -> Figure:
    body = encrypt(one.setup, one.credentials[0], one.marks, urandom).body
    return Figure(
        who=label,
        what=one.what,
        made=measured(lambda: encrypt(one.setup, one.credentials[0], one.marks, urandom)),
        checked=measured(lambda: check(one.setup, body)),
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


def theirs(tool: str, label: str, one: Case, spelt: Credentials) -> Figure:
    """What sealing takes, less the start and the check of what was sealed; and checking."""
    start = median(processes(tool, "--version"))
    with TemporaryDirectory() as name:
        archive, ballot, secret = (Path(name) / file for file in (f"{UUID}.bel", "b", "c"))
        archive.write_bytes(set_up(one))
        ballot.write_text(json.dumps(one.marks))
        secret.write_text(one.codes[0])
        seal = (tool, "election", "generate-ballot", "--dir", name)
        sealed = processes(*seal, spelt.option, str(ballot), "--privcred", str(secret))
        checked = (
            by_archive(tool, one, archive, name) if spelt is OF_2 else by_ballot(tool, one, name)
        )
    return Figure(
        who=label,
        what=one.what,
        made=[it - start - median(checked) for it in sealed],
        checked=checked,
    )


def set_up(one: Case) -> bytes:
    writer = ArchiveWriter(0)
    writer.add(setup_event(one.setup.documents))
    return writer.finish()


def by_archive(tool: str, one: Case, archive: Path, folder: str) -> list[float]:
    """An election of five ballots less one of one ballot, a quarter of it."""
    verified = []
    for voters in (1, VOTERS):
        bodies = [
            encrypt(one.setup, voter, one.marks, urandom).body
            for voter in one.credentials[:voters]
        ]
        archive.write_bytes(close_election(one.setup, bodies, [one.share], urandom, 0)[0])
        verified.append(processes(tool, "election", "verify", "--dir", folder))
    fewest = median(verified[0])
    return [(most - fewest) / (VOTERS - 1) for most in verified[1]]


def by_ballot(tool: str, one: Case, folder: str) -> list[float]:
    """`verify-ballot` less a start; reading the setup is in it."""
    ballot = Path(folder) / "sealed"
    ballot.write_bytes(encrypt(one.setup, one.credentials[0], one.marks, urandom).body)
    start = median(processes(tool, "--version"))
    ask = (tool, "election", "verify-ballot", "--dir", folder, "--ballot", str(ballot))
    return [it - start for it in processes(*ask)]


def powers() -> list[Figure]:
    """One power of an element: what all else is made of, so that machines can be compared."""
    figures = []
    for label, name, power in kinds():
        times = [t / POWERS for t in measured(partial(many, group_named(name, power)))]
        figures.append(Figure(who=label, what="one power", checked=times))
        show(figures[-1])
    return figures


def many(group: Group) -> None:
    base = group.generate(3)
    for exponent in range(group.q - POWERS, group.q):
        group.power(base, exponent)


def installed() -> dict[str, str]:
    """Major version → belenios-tool."""
    found = {}
    for name in (os.environ.get("BELENIOS_TOOL", ""), "belenios-tool"):
        tool = shutil.which(name)
        if tool:
            said = subprocess.run([tool, "--version"], capture_output=True, check=True, text=True)
            found[said.stdout.strip()[:1]] = tool
    return found


def main() -> list[Figure]:
    """Measure, print, and give what was measured."""
    print(f"CPU ms for a ballot, median (least to most) of {ROUNDS}")
    tools, figures = installed(), powers()
    for label, name, power in kinds():
        spelt, version = (OF_3, "3") if name == "Ed25519" else (OF_2, "2")
        for answers in ANSWERS:
            one = case(group_named(name, power), answers, power, spelt)
            figures.append(ours(label, one))
            show(figures[-1])
            if version in tools and (power is not pow or name == "Ed25519"):
                label_ = f"belenios-tool {version}.x, {name}"
                figures.append(theirs(tools[version], label_, one, spelt))
                show(figures[-1])
    for version, group in (("2", "BELENIOS-2048"), ("3", "Ed25519")):
        if version not in tools:
            print(f"belenios-tool {version}.x is not installed: nothing to compare {group} with")
    return figures


if __name__ == "__main__":
    main()
