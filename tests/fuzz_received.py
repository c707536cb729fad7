# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `make fuzz` holds those to who read what comes by wire, on a stick or from Decidim.

The first byte of an input says who reads the rest. Each has one family of errors, and takes no
more memory than what it may be sent is large.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec

from ballots import canonical
from ballots.errors import Refusal
from ballots.receipts.held import Voucher, read_symbol, symbol
from ballots.record.entry import CONTEXT, PREFIX_SIZE, Entry, decode
from ballots.record.evidence import check_evidence, evidence
from ballots.record.forks import prove_fork
from sync.bundle import import_into
from sync.decidim.exported.findings import Exported, Findings
from sync.decidim.reading.rows import ROWS
from sync.heads import Tip
from sync.network.certificates import party_of, twin
from sync.pairing.papers import read_answer, read_request
from sync.pairing.secret_line import SecretLine
from sync.wire import (
    Deframer,
    Fetch,
    Heads,
    Hello,
    Message,
    Page,
    Reserve,
    Reserved,
    Rivals,
    Vouch,
    Vouched,
    encode,
)
from tests.kept_records import ASSEMBLY, ROOT, chain, forked, key
from tests.party_line import replica_in_memory
from tests.test_bundle import made
from tests.test_pairing import ANSWERED, ASKED, WORDS

LARGEST = 64 * 1024  # bytes of an input
HELLO = 33  # bytes of a side and a point
BOOTH = chain("booth", 3)
FIRST = BOOTH[0].header.segment
RIVALS = [branch[3] for branch in forked("booth", 2, (1, 1))]
SEGMENT = key("segment booth 0")
EXPORTED = [
    path
    for path in (Path(__file__).parent / "vectors" / "exported").iterdir()
    if path.suffix != ".said" and path.stat().st_size < LARGEST
]


def read_wire(data: bytes) -> None:
    """A stream of frames, cut in two: wherever it is cut, the same."""
    half = len(data) // 2
    deframer = Deframer()
    cut = [*deframer.feed(data[:half]), *deframer.feed(data[half:])]
    assert cut == Deframer().feed(data)


def read_entry(data: bytes) -> None:
    """An entry, which has one form alone."""
    assert decode(data).encode() == data


def take_bundle(data: bytes) -> None:
    """A stick's file, into a record that holds nothing yet."""
    replica = replica_in_memory()
    try:
        with _as_file(data) as path:
            import_into(replica, path)
    finally:
        replica.close()


def take_hello(data: bytes) -> None:
    """The first message of somebody who says to know the words, and the second."""
    line = SecretLine(WORDS, is_host=True)
    line.agree(data[:HELLO])
    line.open(data[HELLO:])


def read_held(data: bytes) -> None:
    """The second symbol of a receipt, which has one form alone but for white space."""
    text = data.decode(errors="replace")
    assert symbol(read_symbol(text)) == "".join(text.split())


def take_exported(data: bytes) -> None:
    """A file that Decidim is said to have exported: CSV, JSON or an archive of them."""
    findings = Findings()
    findings.take(Exported("file", data))
    for (kind, _), found in findings.found.items():  # what was taken can be written and read
        assert canonical.decode(canonical.encode(found.row), ROWS[kind]) == found.row


READERS: dict[bytes, Callable[[bytes], object]] = {
    b"w": read_wire,
    b"e": read_entry,
    b"b": take_bundle,
    b"q": read_request,
    b"a": lambda data: read_answer(data, ASKED),
    b"v": check_evidence,
    b"c": party_of,
    b"h": take_hello,
    b"d": read_held,
    b"x": take_exported,
}


def seeds() -> dict[str, bytes]:
    """What is as it should be, one of each."""
    encoded = tuple(entry.encode() for entry in BOOTH)
    tips = {FIRST: Tip(len(BOOTH) - 1, BOOTH[-1].id)}
    messages: dict[str, Message] = {
        "hello": Hello("urna-sync/v2", ASSEMBLY, "booth"),
        "heads": Heads(tips),
        "fetch": Fetch(FIRST, -1, 100),
        "page": Page(FIRST, -1, encoded),
        "rivals": Rivals(*(entry.encode() for entry in RIVALS)),
        "vouch": Vouch(FIRST, 1, BOOTH[1].id),
        "vouched": Vouched(FIRST, 1, bytes(64)),
        "reserve": Reserve(bytes(32)),
        "reserved": Reserved(bytes(32), True),
    }
    wire = {name: b"w" + encode(message) for name, message in messages.items()}
    exported = {path.name: b"x" + path.read_bytes() for path in EXPORTED}
    proof = evidence(prove_fork(*RIVALS), BOOTH[0])
    known = {
        "entry": b"e" + encoded[1],
        "bundle": b"b" + made(encoded[0]),
        "request": b"q" + ASKED,
        "answer": b"a" + ANSWERED,
        "evidence": b"v" + proof,
        "certificate": b"c" + twin(ROOT, key("booth").public),
        "held": b"d" + symbol([Voucher(bytes(8), bytes(64))]).encode(),
        "words": b"h" + SecretLine(WORDS, is_host=False).hello,
    }
    return wire | exported | known


class Search:
    """What libFuzzer calls, again and again. `mutate` changes bytes, to a size at most."""

    def __init__(self, mutate: Callable[[bytes, int], bytes]) -> None:
        self._mutate = mutate

    def judge(self, data: bytes) -> None:
        """Fails unless it is read, or refused by the one family of errors."""
        read = READERS.get(data[:1])
        if read:
            with suppress(Refusal):
                read(data[1:])

    def change(self, data: bytes, largest: int, seed: int) -> bytes:
        """Other bytes; of entries and bundles, half of the time ones that are signed again."""
        chance = Random(seed)
        if data[:1] in (b"e", b"b") and chance.random() < 0.5:
            changed = self._signed(chance.choice(BOOTH), of_header=chance.random() < 0.5)
            return (data[:1] + (made(changed) if data[:1] == b"b" else changed))[:largest]
        return data[:1] + self._mutate(data[1:], largest - 1)

    def _signed(self, entry: Entry, *, of_header: bool) -> bytes:
        """An entry with another header, or with another body that its header fits."""
        header, body = entry.header_bytes, entry.body or b""
        if of_header:
            header = self._mutate(header, LARGEST // 4)
        else:
            body = self._mutate(body, LARGEST // 4)
            told = msgspec.to_builtins(entry.header)
            told |= {"body_hash": sha256(body).hexdigest(), "body_size": len(body)}
            header = canonical.encode(told)
        signature = SEGMENT.sign(CONTEXT, header)
        rest = len(header).to_bytes(2) + header + signature + body
        return len(rest).to_bytes(PREFIX_SIZE) + rest


@contextmanager
def _as_file(data: bytes) -> Iterator[Path]:
    """A file in memory."""
    descriptor = os.memfd_create("stick")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
