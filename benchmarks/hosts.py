# SPDX-License-Identifier: AGPL-3.0-or-later
"""Eight kiosks on hosts of their own: how soon they meet, and how soon a vote is on all of them.

Nothing is asserted. All eight share the cores of one machine, so eight machines are faster. What
the machine itself can do, signatures verified and syncs of a disk, stands beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from ballots.signing import SecretKey, verify_exactly
from benchmarks.figures import machine
from tests.hosts.devices import ALL, BOOTHS, DESK, LEADER
from tests.hosts.hall import Hall, apart, reason_not_to
from tests.hosts.plays import FAR, NEAR, OTHERS, settle

VOTES = 300
BEAT = 0.05  # seconds between two votes
EACH = 10_000  # entries of each of seven kiosks
APART = 8_000  # entries written while the hall is parted
IDLE = 20.0  # seconds
ONE, LAST = BOOTHS[0], BOOTHS[-1]


def row(label: str, value: str) -> None:
    print(f"{label:52} {value}", flush=True)


def limits() -> None:
    """What this machine can do at most."""
    row("signatures verified on one core", f"{verified_per_second():8.0f} /s")
    message = bytes(256)
    with TemporaryDirectory(prefix="urna-benchmark-") as folder:
        descriptor = os.open(Path(folder) / "file", os.O_CREAT | os.O_WRONLY)
        begun = time.perf_counter()
        for _ in range(500):
            os.write(descriptor, message)
            os.fdatasync(descriptor)
        row("syncs of the disk", f"{500 / (time.perf_counter() - begun):8.0f} /s")
        os.close(descriptor)


def verified_per_second() -> float:
    """Signatures, on one core."""
    key = SecretKey.from_seed(sha256(b"benchmark").digest())
    message = bytes(256)
    signature = key.sign_exactly(message)
    begun = time.perf_counter()
    for _ in range(5_000):
        verify_exactly(key.public, message, signature)
    return 5_000 / (time.perf_counter() - begun)


def meeting() -> None:
    """A late joiner, and halves that never met."""
    with Hall() as hall:
        hall.switch_on(*(name for name in ALL if name != LAST))
        for host in hall.hosts.values():
            host.ask("meet", n=OTHERS - 1)
        hall.hosts[LEADER].ask("open")
        late = []
        for _ in range(5):
            begun = time.monotonic()
            (host,) = hall.switch_on(LAST)
            on = time.monotonic()
            host.ask("meet", n=OTHERS)
            late.append((time.monotonic() - on, time.monotonic() - begun))
            host.process.stop()
            time.sleep(1)
        joined, started = zip(*late, strict=True)
        row("a late joiner is connected with all seven after", f"{median(joined):8.2f} s")
        row("  with the start of its process", f"{median(started):8.2f} s")
    met = []
    for _ in range(3):
        with Hall() as hall:
            hall.part(FAR)
            hall.switch_on(*NEAR)
            hall.switch_on(*FAR)
            for names in (NEAR, FAR):
                for name in names:
                    hall.hosts[name].ask("meet", n=len(names) - 1)
            time.sleep(8)
            hall.join()
            begun = time.monotonic()
            for host in hall.hosts.values():
                host.ask("meet", n=OTHERS)
            met.append(time.monotonic() - begun)
    row("halves that never met are all connected after", f"{median(met):8.2f} s")
    row("  at most", f"{max(met):8.2f} s")


def voting() -> None:
    """One vote on all eight, healing, idling."""
    with Hall() as hall:
        hall.switch_on(*ALL)
        for host in hall.hosts.values():
            host.ask("meet", n=OTHERS)
        hall.hosts[LEADER].ask("open")
        settle(hall.hosts.values())
        booth = hall.hosts[ONE]
        times = []
        for number in range(VOTES):
            times.append(1000 * booth.ask("cast", slip=str(number), n=OTHERS)["seconds"])
            time.sleep(BEAT)
        row("a vote is on the disks of all eight after", f"{median(times):8.1f} ms")
        row("  99 of 100", f"{quantiles(times, n=100)[98]:8.1f} ms")
        hall.part(FAR)
        for name in (DESK, ONE):
            hall.hosts[name].ask("note", count=APART // 2)
        entries = hall.hosts[ONE].ask("look")["entries"] + APART // 2
        time.sleep(20)
        hall.join()
        begun = time.monotonic()
        for host in hall.hosts.values():
            host.ask("reach", entries=entries)
        seconds = time.monotonic() - begun
        row(f"{APART} entries of two halves are everywhere after", f"{seconds:8.2f} s")
        least = len(ALL) * APART / 2 / verified_per_second() / len(os.sched_getaffinity(0))
        row("  of which this machine needs for the signatures", f"{least:8.2f} s")
        settle(hall.hosts.values())
        time.sleep(5)
        before = hall.hosts[LEADER].ask("spent")["cpu"]
        time.sleep(IDLE)
        spent = hall.hosts[LEADER].ask("spent")["cpu"] - before
        row("an idle kiosk takes of a core", f"{100 * spent / IDLE:8.1f} %")


def _long_record(hall: Hall) -> int:
    """How many entries seven kiosks have written and hold, all but the last one that will come."""
    hall.switch_on(*(name for name in ALL if name != LAST))
    for host in hall.hosts.values():
        host.ask("meet", n=OTHERS - 1)
    hall.hosts[LEADER].ask("open")
    for host in hall.hosts.values():
        host.ask("note", count=EACH)
    settle(hall.hosts.values())
    entries: int = hall.hosts[ONE].ask("look")["entries"]
    return entries


def catching_up() -> None:
    """A late kiosk and a long record."""
    with Hall() as hall:
        entries = _long_record(hall)
        begun = time.monotonic()
        (host,) = hall.switch_on(LAST)
        host.ask("reach", entries=entries)
        seconds = time.monotonic() - begun
        row(f"a late kiosk has fetched {7 * EACH} entries after", f"{seconds:8.2f} s")
        row("  entries verified and on disk", f"{7 * EACH / seconds:8.0f} /s")
        hall.hosts[DESK].ask("note", count=100_000 - entries)
        host.ask("reach", entries=100_000)
        time.sleep(10)
        row("its memory with 100000 entries", f"{host.ask('spent')['megabytes']:8.0f} MB at most")


def voting_meanwhile() -> None:
    """Votes at a late kiosk while it fetches a long record."""
    with Hall() as hall:
        entries = _long_record(hall)
        (host,) = hall.switch_on(LAST)
        host.ask("meet", n=OTHERS)
        times: list[float] = []
        while host.ask("look")["entries"] - len(times) < entries:
            slip = str(len(times))
            times.append(1000 * host.ask("cast", slip=slip, n=1)["seconds"])
            time.sleep(BEAT)
        row("a vote at it meanwhile is held by another after", f"{median(times):8.0f} ms")
        row("  at most", f"{max(times):8.0f} ms")


PARTS = (limits, meeting, voting, catching_up, voting_meanwhile)


def main() -> None:
    """In a network of its own, where that is allowed."""
    reason = reason_not_to()
    if reason:
        print(f"no network namespaces here: {reason}")
        return
    print(machine())
    subprocess.run(apart(sys.executable, "-m", "benchmarks.hosts", "--inside"), check=True)


if __name__ == "__main__":
    if "--inside" in sys.argv:
        chosen = [part for part in PARTS if part.__name__ in sys.argv] or PARTS
        for part in chosen:
            part()
    else:
        main()
