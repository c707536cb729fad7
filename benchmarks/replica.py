# SPDX-License-Identifier: AGPL-3.0-or-later
"""Durable entries per second, and how soon a second replica holds them over TLS; nothing asserted.

Both replicas run in this process and share one interpreter, but for the figure of two processes.
Where the folder for temporary files lies decides the first figure: on a card it is the card's.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from os import urandom
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ballots.record.entry import Entry
from ballots.record.kinds import Kind, Role
from ballots.record.roster import assembly_id, certify
from ballots.record.segment import Segment
from ballots.signing import SecretKey
from sync.bundle import import_into, write_bundle
from sync.network.certificates import twin
from sync.network.node import NetworkNode, Place
from sync.network.passport import Passport
from sync.replica import Replica

ROUNDS = 5
SINGLE = 500  # entries appended one by one
MANY = 5_000  # entries that the other replica lacks
BALLOT = 3_000  # bytes, as a ballot of ten answers
SMALL = 200  # bytes, as a check-in
CROWD = 20_000  # small entries
POLL = "BenchmarkExamp"
LONG = 120.0  # seconds

ROOT = SecretKey.from_seed(sha256(b"benchmark root").digest())
DEVICE = SecretKey.from_seed(sha256(b"benchmark device").digest())
OTHER = SecretKey.from_seed(sha256(b"benchmark other device").digest())
HERE = Place(host="127.0.0.1", is_announced=False)
ASSEMBLY = assembly_id(ROOT.public)
CERTIFICATES = [
    certify(ROOT, assembly=ASSEMBLY, device=DEVICE.public, role=Role.BOOTH, name="Booth")
]


def segment() -> Segment:
    key = SecretKey.from_seed(urandom(32))
    return Segment.open(DEVICE, CERTIFICATES, ASSEMBLY, urandom(16), {}, key)


def ballots(author: Segment, count: int, size: int = BALLOT) -> list[Entry]:
    return [author.write(Kind.BALLOT, urandom(size), POLL) for _ in range(count)]


def node(replica: Replica, device: SecretKey) -> NetworkNode:
    shown = Passport(device, [twin(ROOT, device.public)], ROOT.public, urandom(8).hex())
    return NetworkNode(replica, ASSEMBLY, shown, urandom)


def row(label: str, unit: str, values: Sequence[float]) -> None:
    least, most = min(values), max(values)
    print(f"{label:42} {median(values):9.2f} {unit} ({least:.2f} to {most:.2f})")


def appending(folder: Path) -> tuple[float, float]:
    """Entries per second one by one, and all at once."""
    author = segment()
    one_by_one = ballots(author, SINGLE)
    at_once = ballots(author, SINGLE)
    with Replica.open(folder / "append.db", create=True) as replica:
        replica.append(author.first)
        start = time.perf_counter()
        for entry in one_by_one:
            replica.append(entry)
        between = time.perf_counter()
        replica.add(at_once)
        end = time.perf_counter()
    return SINGLE / (between - start), SINGLE / (end - between)


def converging(folder: Path) -> tuple[float, float, float]:
    """Seconds until all is held twice, milliseconds for one more, seconds to open it again."""
    author = segment()
    everything = [author.first, *ballots(author, MANY)]
    with (
        Replica.open(folder / "one.db", create=True) as one,
        Replica.open(folder / "other.db", create=True) as other,
        node(one, DEVICE) as near,
        node(other, OTHER) as far,
    ):
        one.merge(everything)
        port = near.join(HERE)
        start = time.perf_counter()
        far.connect((HERE.host, port))
        assert near.wait_held(everything[-1], 1, LONG)
        caught_up = time.perf_counter() - start
        live = [live_latency(one, near, author) for _ in range(50)]
    start = time.perf_counter()
    Replica.open(folder / "other.db").close()
    return caught_up, 1000 * median(live), time.perf_counter() - start


def between_processes(folder: Path) -> float:
    """Small entries that a process has received, verified and on disk from another, a second."""
    author = segment()
    with Replica.open(folder / "crowd.db", create=True) as one:
        one.merge([author.first, *ballots(author, CROWD, SMALL)])
    command = [sys.executable, "-m", __spec__.name, str(folder / "crowd.db")]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as far,
        Replica.open(folder / "follower.db", create=True) as other,
        node(other, OTHER) as near,
    ):
        assert far.stdout
        assert far.stdin
        port = int(far.stdout.readline())
        begun = time.perf_counter()
        near.connect((HERE.host, port))
        near.wait_for(lambda: sum(other.heads().values()) >= CROWD, LONG)
        seconds = time.perf_counter() - begun
        far.stdin.close()
    return CROWD / seconds


def serve(path: Path) -> None:
    """Be the other process: tell the port, and serve until nobody is there."""
    with Replica.open(path) as replica, node(replica, DEVICE) as far:
        print(far.join(HERE), flush=True)
        sys.stdin.read()


def live_latency(replica: Replica, near: NetworkNode, author: Segment) -> float:
    (entry,) = ballots(author, 1)
    start = time.perf_counter()
    replica.append(entry)
    assert near.wait_held(entry, 1, LONG)
    return time.perf_counter() - start


def travelling(folder: Path) -> tuple[float, float]:
    """Seconds to write a bundle and read it back, and to import it."""
    with (
        Replica.open(folder / "one.db") as source,
        Replica.open(folder / "imported.db", create=True) as target,
    ):
        path = folder / "evening.urna"
        start = time.perf_counter()
        write_bundle(
            path,
            entries=source.everything(),
            elections={},
            signer=DEVICE,
            certificates=CERTIFICATES,
        )
        between = time.perf_counter()
        import_into(target, path)
        return between - start, time.perf_counter() - between


def main() -> None:
    print(f"median (least to most) of {ROUNDS}; ballots of {BALLOT} bytes")
    figures = []
    for _ in range(ROUNDS):
        with TemporaryDirectory(prefix="urna-benchmark-") as folder:
            place = Path(folder)
            figures.append(
                (
                    *appending(place),
                    *converging(place),
                    *travelling(place),
                    between_processes(place),
                )
            )
    single, many, caught_up, live, opened, written, imported, raced = zip(*figures, strict=True)
    row("durable appends, one by one", "/s", single)
    row(f"durable appends, {SINGLE} at once", "/s", many)
    row(f"a second replica holds {MANY} entries after", "s", caught_up)
    row("one more entry is held twice after", "ms", live)
    row(f"a record of {MANY} entries is opened in", "s", opened)
    row("a bundle of it is written and read back in", "s", written)
    row("the bundle is checked and imported in", "s", imported)
    row("small entries from another process", "/s", raced)


if __name__ == "__main__":
    if sys.argv[1:]:
        serve(Path(sys.argv[1]))
    else:
        main()
