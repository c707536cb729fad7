# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long a whole election takes to verify, and how much memory; nothing asserted.

python -m benchmarks.archive [VOTERS]: also an archive of that many ballots, verified by
`urna verify` as a process of its own, on one core and on all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from os import urandom
from pathlib import Path
from tempfile import TemporaryDirectory

from ballots.election.archive.chain import ArchiveWriter
from ballots.election.archive.events import Event, EventType, owned_event, setup_event
from ballots.election.closing import close_election
from ballots.election.decryption import decrypt, partial_decryption
from ballots.election.election import HomomorphicQuestion, NonHomomorphicQuestion
from ballots.election.groups.elements import Group
from ballots.election.groups.named import group_named
from ballots.election.questions.question import Question
from ballots.election.result import result_of
from ballots.election.roll import roll_document
from ballots.election.sealed.ballot import encrypt
from ballots.election.sealed.check import Sealed
from ballots.election.sealed.forms import Ciphertext
from ballots.election.setup import Setup
from ballots.election.slip import Credential, Slip
from ballots.election.tally import Urn
from ballots.election.trustees.pedersen import ceremony
from ballots.election.trustees.share import TrusteeShare
from ballots.election.verify import verify_archive
from benchmarks.election import UUID, document
from benchmarks.figures import Figure, show
from kiosk.cores import Cores

ROUNDS = 5
VOTERS = 200
TEN = HomomorphicQuestion(question="?", answers=tuple("abcdefghij"), minimum=0, maximum=1)
THREE = HomomorphicQuestion(question="?", answers=tuple("abc"), minimum=0, maximum=1)
RANKING = NonHomomorphicQuestion(question="?", answers=tuple("abcdefgh"))


def elected(
    group: Group, question: Question, voters: int
) -> tuple[Setup, list[Credential], tuple[TrusteeShare, ...]]:
    """An election of one question with a committee of 2 of 3."""
    trustees, shares = ceremony(group, 3, 2, urandom)
    credentials = [Slip.draw(urandom).credential(UUID, group) for _ in range(voters)]
    election = document(group, trustees, question)
    roll = roll_document(credential.public for credential in credentials)
    return Setup.read(election, trustees, roll), credentials, shares[:2]


def marks(question: Question) -> tuple[tuple[int, ...]]:
    if question.additive:
        return ((1, *[0] * (question.sealed - 1)),)
    return (tuple(range(1, question.values + 1)),)


def small(question: Question) -> bytes:
    setup, credentials, shares = elected(group_named("Ed25519"), question, VOTERS)
    bodies = [encrypt(setup, voter, marks(question), urandom).body for voter in credentials]
    return close_election(setup, bodies, shares, urandom, 0)[0]


def large(voters: int) -> bytes:
    """Ballots that were made here need no check, so the closing is done by hand."""
    setup, credentials, shares = elected(group_named("Ed25519"), THREE, voters)
    urn, writer = Urn(setup.paper), ArchiveWriter(0)
    writer.add(setup_event(setup.documents))
    for body in Cores.all()(Sealing(setup), credentials):
        urn.add(pairs_of(setup, body), 1)
        writer.add(Event(type=EventType.BALLOT, documents=(body,)))
    writer.add(Event(type=EventType.END_BALLOTS, documents=()))
    tally = urn.tally()
    sealed = (tally.encode(setup.paper), tally.sized(setup.paper))
    writer.add(Event(type=EventType.TALLY, documents=sealed))
    partials = {it.owner: partial_decryption(setup, tally, it, urandom) for it in shares}
    for owner, partial in partials.items():
        writer.add(owned_event(EventType.DECRYPTION, owner, partial))
    result = result_of(setup.paper, tally, decrypt(setup, tally, partials))
    writer.add(Event(type=EventType.RESULT, documents=(result.encode(setup.paper),)))
    return writer.finish()


class Sealing:
    """Seals one vote; the processes that do it share what was prepared."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def __call__(self, voter: Credential) -> bytes:
        return encrypt(self._setup, voter, marks(THREE), urandom).body


def pairs_of(setup: Setup, body: bytes) -> Sealed:
    said = json.loads(body)["answers"]
    return tuple(
        tuple(Ciphertext(**choice).claimed(setup.group) for choice in answer["choices"])
        for answer in said
    )


def verified(path: Path, jobs: int) -> str:
    """CPU and wall seconds of `urna verify`, and the memory of its largest process."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "kiosk", "verify", str(path), "--jobs", str(jobs)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    wall, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    return f"{wall:.1f} s, CPU {cpu:.1f} s, largest process {used.ru_maxrss / 1024:.0f} MB"


def main(voters: int = 0) -> list[Figure]:
    """Measure, print, and give what was measured."""
    figures = []
    print(f"A whole election of {VOTERS} voters, verified on one core (CPU ms)")
    for label, question in (("10 answers", TEN), ("a ranking of 8, 2 shuffles", RANKING)):
        data, times = small(question), []
        for _ in range(ROUNDS):
            start = time.process_time()
            assert verify_archive(data).passed
            times.append((time.process_time() - start) * 1000)
        who = f"whole election, {VOTERS} voters"
        figures.append(Figure(who=who, what=label, checked=times))
        show(figures[-1])
    if voters:
        with TemporaryDirectory() as name:
            path = Path(name) / f"{UUID}.bel"
            # In a process of its own, so that this one stays small: a process is counted with
            # what it had of its parent when it began.
            subprocess.run([sys.executable, "-m", __spec__.name, str(voters), path], check=True)
            size = path.stat().st_size / 1e6
            print(f"`urna verify` of {voters} ballots of 3 answers, {size:.0f} MB")
            for jobs in sorted({1, len(os.sched_getaffinity(0))}):
                print(f"  --jobs {jobs}: {verified(path, jobs)}")
    return figures


if __name__ == "__main__":
    if sys.argv[2:]:
        Path(sys.argv[2]).write_bytes(large(int(sys.argv[1])))
    else:
        main(*map(int, sys.argv[1:]))
