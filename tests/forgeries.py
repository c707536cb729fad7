# SPDX-License-Identifier: AGPL-3.0-or-later
"""Archives as a forger would leave them: one thing changed, every hash made good again.

Nothing here leans on the reader or writer of `ballots.election`, so that a fault of theirs cannot
hide a forgery, and what they could never write can be written.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random
from typing import Any

import gmpy2

from ballots.election.groups.elements import Group
from ballots.election.proofs import prove_key
from ballots.election.published import VerifiedElection
from ballots.election.slip import Credential
from ballots.election.verify import verify_archive

Node = Any  # JSON in a form in which everything can be changed
Pick = Callable[[Sequence[Any]], Any]  # takes one of many, by chance or by search
Place = tuple[int, ...]  # from the root of a document, which child, and so on down
Steps = Sequence[str | int]  # the same by name

_BLOCK = 512


def judged(data: bytes) -> VerifiedElection:
    """What our own verifier says of these bytes."""
    return verify_archive(data, gmpy2.powmod)


@dataclass(frozen=True, slots=True)
class Told:
    """An event and what comes with it. `said` is its JSON where that is forged as well."""

    type: str
    documents: tuple[bytes, ...]
    said: bytes | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An archive taken apart. `header` is its first document where that is forged."""

    time: int
    events: tuple[Told, ...]
    header: bytes | None = None

    def having(self, *events: Told) -> Story:
        """With other events."""
        return replace(self, events=events)

    def until(self, type_: str) -> Story:
        """Up to the first event of this type, and that one too."""
        types = [event.type for event in self.events]
        return self.having(*self.events[: types.index(type_) + 1])

    @property
    def uuid(self) -> str:
        """Of the election."""
        return str(json.loads(self.events[0].documents[0])["uuid"])

    def ballots(self) -> list[bytes]:
        """Each ballot as it was cast."""
        return [event.documents[0] for event in self.events if event.type == "Ballot"]


def take_apart(data: bytes) -> Story:
    """The events of a sound archive."""
    events: list[Told] = []
    documents: list[bytes] = []
    for name, body in _records(data):
        if name.endswith(".data.json"):
            documents.append(body)
        elif name.endswith(".event.json"):
            events.append(Told(json.loads(body)["type"], tuple(documents)))
            documents = []
    return Story(int(data[136:147], 8), tuple(events))


def put_together(story: Story) -> bytes:
    """The archive of a story: its chain is whole whatever it tells."""
    header = story.header if story.header is not None else _header(story.time)
    written = [_record("BELENIOS", header, story.time)]
    parent = ""
    for height, event in enumerate(story.events):
        said = said_by(event, height, parent) if event.said is None else event.said
        documents = ((document, "data") for document in event.documents)
        for body, kind in (*documents, (said, "event")):
            written.append(_record(f"{hexed(body)}.{kind}.json", body, story.time))
        parent = hexed(said)
    return b"".join(written)


def _header(time: int) -> bytes:
    return b'{"version":1,"timestamp":"%d"}' % time


def said_by(event: Told, height: int, parent: str) -> bytes:
    """An event's own JSON."""
    form: dict[str, str | int] = {"parent": parent} if parent else {}
    form |= {"height": height, "type": event.type}
    form |= {"payload": hexed(event.documents[-1])} if event.documents else {}
    return json.dumps(form, separators=(",", ":")).encode()


def hexed(document: bytes) -> str:
    """As documents are named."""
    return sha256(document).hexdigest()


def _records(data: bytes) -> Iterator[tuple[str, bytes]]:
    for start in _starts(data):
        name = data[start : start + 100].rstrip(b"\0").decode()
        yield name, data[start + _BLOCK : start + _BLOCK + _size(data, start)]


def _starts(data: bytes) -> Iterator[int]:
    """Where each record begins."""
    start = 0
    while start < len(data):
        yield start
        size = _size(data, start)
        start += _BLOCK + size + -size % _BLOCK


def _size(data: bytes, start: int) -> int:
    stated = data[start + 124 : start + 135]
    if not stated.isdigit():
        raise ValueError(stated)
    return int(stated, 8)


def _record(name: str, body: bytes, time: int) -> bytes:
    head = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
    head += b"%011o\0%011o\0" % (len(body), time)
    tail = b"0".ljust(_BLOCK - 156, b"\0")
    checksum = sum(head) + sum(tail) + 8 * ord(" ")
    return head + b"%06o\0 " % checksum + tail + body + bytes(-len(body) % _BLOCK)


def with_header(data: bytes, number: int, field: str, value: bytes) -> bytes:
    """The archive with another field in the tar header of a record, whose checksum is right."""
    starts = list(_starts(data))
    start, length = FIELDS[field]
    begin = starts[number % len(starts)]
    head = bytearray(data[begin : begin + _BLOCK])
    head[start : start + length] = value[:length].ljust(length, b"\0")
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return data[:begin] + bytes(head) + data[begin + _BLOCK :]


FIELDS: Mapping[str, tuple[int, int]] = {
    "name": (0, 100),
    "mode": (100, 8),
    "owner": (108, 8),
    "group": (116, 8),
    "size": (124, 12),
    "time": (136, 12),
    "type": (156, 1),
    "link": (157, 100),
    "magic": (257, 8),
    "prefix": (345, 155),
}
FIELD_VALUES: Sequence[bytes] = (
    *(
        b"",
        b"0",
        b"1",
        b"5",
        b"L",
        b"x",
        b"ustar  ",
        b"BELENIOS",
        b"../../etc/passwd",
        b"\xff" * 155,
    ),
    *(b"-0000001000", b"-0000000001", b"-7777777777", b"+0000000010", b"00000000000"),
    *(
        b"77777777777",
        b"       1000",
        b"1000       ",
        b"0x000000010",
        b"0_000000010",
        b"1e000000010",
    ),
    *(b"00000001000 ", b"000000010000", b"\x80" + bytes(10) + b"\x01", b"\xff" * 12),
)


class Raw(bytes):
    """JSON that is written as it is, sound or not."""


class Pairs(list[tuple[str, Any]]):
    """A JSON object whose keys may stand twice and in any order."""


def parsed(document: bytes) -> Node:
    """A document in a form in which everything can be changed."""
    return json.loads(document, object_pairs_hook=Pairs)


def spelled(node: Node) -> bytes:
    """The document of such a form, compact."""
    if isinstance(node, Raw):
        return bytes(node)
    if isinstance(node, Pairs):
        pairs = [
            json.dumps(key, ensure_ascii=False).encode() + b":" + spelled(value)
            for key, value in node
        ]
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(node, list):
        return b"[" + b",".join(map(spelled, node)) + b"]"
    return json.dumps(node, ensure_ascii=False).encode()


def paths(node: Node, above: Place = ()) -> Iterator[Place]:
    """Every place in a document, the whole of it first."""
    yield above
    if isinstance(node, list):
        for number, child in enumerate(node):
            value = child[1] if isinstance(node, Pairs) else child
            yield from paths(value, (*above, number))


def steps(document: bytes, path: Place) -> Steps:
    """A path in words: keys of objects, places in lists."""
    node, named = parsed(document), list[str | int]()
    for number in path:
        named.append(node[number][0] if isinstance(node, Pairs) else number)
        node = node[number][1] if isinstance(node, Pairs) else node[number]
    return named


Way = Callable[[list[Any], int, bytes], None]


def _put(parent: list[Any], number: int, raw: bytes) -> None:
    value = Raw(raw)
    parent[number] = (parent[number][0], value) if isinstance(parent, Pairs) else value


def _drop(parent: list[Any], number: int, _: bytes) -> None:
    del parent[number]


def _repeat(parent: list[Any], number: int, _: bytes) -> None:
    parent.insert(number, parent[number])


def _swap(parent: list[Any], number: int, _: bytes) -> None:
    parent[number], parent[0] = parent[0], parent[number]


def _add(parent: list[Any], number: int, raw: bytes) -> None:
    parent.insert(number, ("x_more", Raw(raw)) if isinstance(parent, Pairs) else Raw(raw))


def _cut(parent: list[Any], number: int, _: bytes) -> None:
    del parent[number:]


def _multiply(parent: list[Any], number: int, _: bytes) -> None:
    parent[number:number] = [parent[number]] * 50


WAYS: Sequence[Way] = (_put, _put, _put, _put, _drop, _repeat, _swap, _add, _cut, _multiply)


def changed(document: bytes, path: Place, way: Way, raw: bytes) -> bytes:
    """The document with one place of it changed."""
    if not path:
        return raw
    root = parsed(document)
    parent = root
    for number in path[:-1]:
        parent = parent[number][1] if isinstance(parent, Pairs) else parent[number]
    way(parent, path[-1], raw)
    return spelled(root)


def put_at(document: bytes, path: Place, raw: bytes) -> bytes:
    """The document with this JSON in one place of it."""
    return changed(document, path, _put, raw)


_ORDER = 2**252 + 27742317777372353535851937790883648493
VALUES: Sequence[bytes] = (
    *(
        b"null",
        b"true",
        b"false",
        b"[]",
        b"{}",
        b"[[]]",
        b"[null]",
        b'{"":0}',
        b"NaN",
        b"-Infinity",
    ),
    *(b"0", b"-0", b"1", b"-1", b"2", b"255", b"256", b"1.0", b"0.5", b"1e999", b"1e3"),
    *(b"2147483648", b"9223372036854775807", b"18446744073709551616", b"9" * 400, b"01", b"+1"),
    *(
        b'""',
        b'"0"',
        b'"1"',
        b'"-1"',
        b'"01"',
        b'" 1"',
        b'"1 "',
        b'"1_0"',
        b'"\xd9\xa1"',
        b'"' + b"9" * 5000 + b'"',
    ),
    *(b'"%d"' % number for number in (_ORDER - 1, _ORDER, _ORDER + 1, 2**256 - 1, 2**2048)),
    *(b'"' + bytes(f"{number:064x}", "ascii") + b'"' for number in (0, 1, 2, 2**255, 2**256 - 1)),
    b'"' + b"6" * 63 + b'8"',  # the generator of Ed25519
    *(
        b'"' + b"F" * 64 + b'"',
        b'"' + b"0" * 63 + b'"',
        b'"\\u0000"',
        b'"\\ud800"',
        b'"\\/"',
        b'"\xff"',
    ),
    *(
        b'"Ed25519"',
        b'"BELENIOS-2048"',
        b'"RFC-3526-2048"',
        b'"Pedersen"',
        b'"NonHomomorphic"',
        b'"Lists"',
    ),
    *(
        b"[" * 3000 + b"]" * 3000,
        b'{"a":' * 3000 + b"0" + b"}" * 3000,
        b"[" * 100,
        b"",
        b" ",
        b"\x00",
    ),
    *(b'"' + b"a" * 100_000 + b'"', b"[" + b",".join([b"0"] * 20_000) + b"]"),
)


def linked(event: Told, forged: int = -1) -> Told:
    """The event with the hashes in its documents made good, but for the document `forged`."""
    *named, last = event.documents or (b"",)
    hashes = [hexed(document) for document in named]
    keys = {
        "Setup": ("election", "trustees", "credentials", "credentials_certificate"),
        "EncryptedTally": ("encrypted_tally",),
        "Shuffle": ("payload",),
        "PartialDecryption": ("payload",),
    }.get(event.type, ())
    if not keys or forged == len(named):
        return event
    form = dict(parsed(last)) | dict(zip(keys, hashes, strict=False))
    return replace(event, documents=(*named, spelled(Pairs(form.items()))))


def summed_up(ballot: bytes) -> bytes:
    """The ballot with the hash that its signature covers made good, where it can be read."""
    try:
        form = dict(parsed(ballot))
        signature = dict(form.pop("signature"))
        digest = sha256(spelled(Pairs(form.items()))).digest()
        signature["hash"] = b64encode(digest).rstrip(b"=").decode()
        form["signature"] = Pairs(signature.items())
        return spelled(Pairs(form.items()))
    except (ValueError, KeyError, TypeError, RecursionError):
        return ballot


def signed_hash(ballot: bytes) -> str:
    """The hash that the ballot says its signature covers; empty where it says none."""
    try:
        return str(json.loads(ballot)["signature"]["hash"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def signed_again(ballot: bytes, group: Group, credentials: Sequence[Credential]) -> bytes:
    """The ballot signed again by whose it is, so that its own voter is the forger."""
    ballot = summed_up(ballot)
    try:
        form = dict(parsed(ballot))
        signature = dict(form["signature"])
        (secret,) = [each.secret for each in credentials if each.public == form["credential"]]
        prefix = f"sig|{signature['hash']}|"
        proof = prove_key(group, prefix, secret, Random(4).randbytes)
        signature["proof"] = Pairs([("challenge", proof.challenge), ("response", proof.response)])
        form["signature"] = Pairs(signature.items())
        return spelled(Pairs(form.items()))
    except (ValueError, KeyError, TypeError, RecursionError):
        return ballot


def with_document(story: Story, event: int, number: int, document: bytes) -> Story:
    """The story with another document in an event."""
    told = story.events[event]
    documents = (*told.documents[:number], document, *told.documents[number + 1 :])
    events = list(story.events)
    events[event] = linked(replace(told, documents=documents), number)
    return story.having(*events)


def forged(
    data: bytes,
    pick: Pick,
    sealed: Callable[[bytes], bytes] = summed_up,
) -> bytes:
    """A forgery of a sound archive.

    `sealed` makes good what a changed ballot says of itself.
    """
    story = take_apart(data)
    match pick(["document"] * 8 + ["event", "header", "order", "tar"]):
        case "document":
            story = _another_document(story, pick, sealed)
        case "event":
            story = _another_event(story, pick)
        case "tar":
            number = pick(range(1 + sum(len(each.documents) + 1 for each in story.events)))
            return with_header(data, number, pick(sorted(FIELDS)), pick(FIELD_VALUES))
        case "header":
            story = replace(story, header=_mischief(_header(story.time), pick))
        case _:
            story = _other_order(story, pick)
    return put_together(story)


def _another_document(story: Story, pick: Pick, sealed: Callable[[bytes], bytes]) -> Story:
    event = pick([n for n, event in enumerate(story.events) if event.documents])
    number = pick(range(len(story.events[event].documents)))
    document = _mischief(story.events[event].documents[number], pick)
    if story.events[event].type == "Ballot" and pick((True, True, False)):
        document = sealed(document)
    return with_document(story, event, number, document)


def _another_event(story: Story, pick: Pick) -> Story:
    number = pick(range(len(story.events)))
    told = story.events[number]
    said = _mischief(said_by(told, number, _parent(story, number)), pick)
    return story.having(
        *story.events[:number], replace(told, said=said), *story.events[number + 1 :]
    )


def _parent(story: Story, number: int) -> str:
    parent = ""
    for height, event in enumerate(story.events[:number]):
        parent = hexed(said_by(event, height, parent))
    return parent


def _other_order(story: Story, pick: Pick) -> Story:
    events = list(story.events)
    places = range(len(events))
    one, other = pick(places), pick(places)
    match pick(("drop", "repeat", "swap", "move", "cut", "mix")):
        case "drop":
            del events[one]
        case "repeat":
            events.insert(other, events[one])
        case "swap":
            events[one], events[other] = events[other], events[one]
        case "move":
            events.insert(other, events.pop(one))
        case "cut":
            del events[one:]
        case _:
            events[one] = replace(events[one], documents=events[other].documents)
    return story.having(*events)


def _mischief(document: bytes, pick: Pick) -> bytes:
    path = pick(list(paths(parsed(document))))
    return changed(document, path, pick(WAYS), pick(VALUES))
