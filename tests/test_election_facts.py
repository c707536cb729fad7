# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of election archives, and that ELECTION.md says nothing that the code does not."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gmpy2
import msgspec
import pytest

import ballots.election
from ballots.election.archive import contents
from ballots.election.archive.chain import SMALL, ArchiveWriter, survey
from ballots.election.archive.contents import in_order
from ballots.election.archive.events import (
    FOLLOWS,
    Event,
    EventForm,
    EventType,
    owned_event,
    setup_event,
)
from ballots.election.archive.source import InMemory
from ballots.election.archive.tar import record
from ballots.election.course import CheckName
from ballots.election.decryption import read_partial, unmask
from ballots.election.election import read_election
from ballots.election.errors import ElectionProblem, ElectionRefused
from ballots.election.groups.elements import Group, read_key
from ballots.election.groups.modp import BELENIOS_2048
from ballots.election.groups.named import group_named
from ballots.election.mixing.forms import ShuffleProof, transcript
from ballots.election.mixing.mix import read_shuffle
from ballots.election.numerals import convert, encode, hex_hash, read_number, short_hash
from ballots.election.proofs import Pair, oracle
from ballots.election.published import VerifiedElection
from ballots.election.result import read_result
from ballots.election.roll import read_roll
from ballots.election.sealed.check import check
from ballots.election.sealed.forms import Ciphertext
from ballots.election.sealed.opening import check_challenge
from ballots.election.sealed.paper import Paper, group_of
from ballots.election.sealed.sealing import seal
from ballots.election.sealed.seed import SeedStream
from ballots.election.setup import Setup, SetupDocuments, read_roll_of
from ballots.election.slip import Credential, Slip
from ballots.election.tally import Tally, accumulate
from ballots.election.trustees.board import Board, read_board
from ballots.election.verify import verify_archive
from ballots.randomness import uniform

Vector = dict[str, Any]
FOLDER = Path(__file__).parent / "vectors" / "election-v1"
VECTORS = sorted(FOLDER.glob("*.json"))
POWER = gmpy2.powmod


def group_in(vector: Vector) -> Group:
    return group_named(vector["group"], POWER)


def setup_in(vector: Vector) -> Setup:
    """As far as the vector tells; a roll or trustees that it does not tell play no part in it."""
    election = vector["election"].encode()
    said = read_election(election)
    group = group_of(said, POWER)
    credentials = vector.get("credentials", "[]").encode()
    key = read_key(group, said.public_key)
    trustees = vector.get("trustees", "").encode()
    board = read_board(group, trustees) if trustees else Board(committees=(), joint=key)
    return Setup(
        documents=SetupDocuments(election=election, trustees=trustees, credentials=credentials),
        election=said,
        paper=Paper.of(election, said, group, key),
        board=board,
        roll=read_roll(group, credentials),
    )


def tally_in(vector: Vector, setup: Setup) -> Tally:
    group = setup.group
    rows = []
    nested = json.loads(vector["tally"])
    for question, row in zip(setup.questions, nested, strict=True):
        pairs = (convert(pair, Ciphertext, "tally") for pair in question.flat(row, "tally"))
        rows.append(tuple(Pair(group.read(it.alpha), group.read(it.beta)) for it in pairs))
    cast: int = vector.get("ballots", 0)
    return Tally(ballots=cast, weight=vector.get("weight", cast), ciphertexts=tuple(rows))


# --- what each kind of vector asks --------------------------------------------------------------


def element(vector: Vector) -> object:
    group = group_in(vector)
    read = read_key if vector.get("as") == "key" else lambda group, text: group.read(text)
    found = read(group, vector["text"])
    assert group.text(found) == vector["text"]
    return {"identity": found == group.identity, "squared": group.text(group.times(found, found))}


def challenge(vector: Vector) -> object:
    group, elements = group_in(vector), vector["elements"]
    said = vector["prefix"] + ",".join(elements)
    number = oracle(group, vector["prefix"], map(group.read, elements))
    return {"sha256": hex_hash(said.encode()), "challenge": str(number)}


def credential(vector: Vector) -> object:
    found = Credential.derive(vector["code"], vector["uuid"], group_in(vector))
    return {"secret": str(found.secret), "public": found.public}


def slip(vector: Vector) -> object:
    found = Slip.read(vector["text"])
    return {"code": found.code, "payload": found.payload}


def roll(vector: Vector) -> object:
    document = vector["document"].encode()
    if "election" not in vector:
        return dict(read_roll(group_in(vector), document))
    said = read_election(vector["election"].encode())
    return dict(read_roll_of(group_of(said, POWER), said, document))


def trustees(vector: Vector) -> object:
    group = group_in(vector)
    board = read_board(group, vector["document"].encode())
    return {
        "public_key": group.text(board.joint),
        "threshold": board.threshold,
        "keys": {str(owner): group.text(key) for owner, key in board.keys.items()},
    }


def election(vector: Vector) -> object:
    document = vector["document"].encode()
    said = read_election(document)
    group_of(said, POWER)
    return {
        "uuid": said.uuid,
        "sha256": hex_hash(document),
        "fingerprint": short_hash(document),
        "pairs": [question.sealed for question in said.questions],
    }


def drawn(vector: Vector) -> object:
    stream, order = SeedStream(bytes.fromhex(vector["seed"])), group_in(vector).q
    return [str(uniform(stream, order)) for _ in range(vector["count"])]


def sealed(vector: Vector) -> object:
    paper = Paper.read(vector["election"].encode(), POWER)
    form = seal(paper, vector["credential"], vector["marks"], bytes.fromhex(vector["seed"]))
    return {"unsigned": encode(form).decode(), "hash": form.summary()}


def ballot(vector: Vector) -> object:
    found = check(setup_in(vector), vector["ballot"].encode())
    signed = json.loads(vector["ballot"])["signature"]["hash"]
    return {"credential": found.credential, "tracker": found.tracker, "hash": signed}


def opening(vector: Vector) -> object:
    found = check_challenge(vector["election"].encode(), vector["opening"].encode(), POWER)
    return {"tracker": found.tracker, "marks": [list(marks) for marks in found.marks]}


def tally(vector: Vector) -> object:
    setup = setup_in(vector)
    found = accumulate(setup, [check(setup, body.encode()) for body in vector["ballots"]])
    return {
        "encrypted_tally": found.encode(setup.paper).decode(),
        "sized_tally": found.sized(setup.paper).decode(),
    }


def shuffle(vector: Vector) -> object:
    setup = setup_in(vector)
    before, document = tally_in(vector, setup), vector["shuffle"].encode()
    return read_shuffle(setup, before, vector["owner"], document).encode(setup.paper).decode()


def shuffle_challenges(vector: Vector) -> object:
    setup = setup_in(vector)
    plain = json.loads(vector["shuffle"])
    went = [
        convert(pair, Ciphertext, "shuffle").read(setup.group) for pair in plain["ciphertexts"][0]
    ]
    proof = msgspec.convert(plain["proofs"][0], ShuffleProof)
    (came,) = tally_in(vector, setup).ciphertexts
    said = transcript(setup.key, setup.fingerprint, (came, went), proof.permutation)
    whole = said.challenge(proof.commitments, proof.chain)
    return {"u": list(map(str, said.challenges)), "challenge": str(whole)}


def decryption(vector: Vector) -> object:
    setup = setup_in(vector)
    found = read_partial(
        setup, tally_in(vector, setup), vector["owner"], vector["partial"].encode()
    )
    return [list(map(setup.group.text, row)) for row in found]


def result(vector: Vector) -> object:
    setup = setup_in(vector)
    summed = tally_in(vector, setup)
    given = {
        int(owner): read_partial(setup, summed, int(owner), said.encode())
        for owner, said in vector["partials"].items()
    }
    opened = unmask(setup, summed, given)
    found = read_result(setup.paper, summed, opened, vector["result"].encode())
    return [
        list(counts) if question.additive else list(map(list, votes))
        for question, counts, votes in zip(setup.questions, found.counts, found.votes, strict=True)
    ]


def event(vector: Vector) -> object:
    said = encode(msgspec.convert(vector["event"], EventForm))
    return {"bytes": said.decode(), "hash": hex_hash(said)}


def order(vector: Vector) -> object:
    """Events of these types, with documents that nobody reads."""
    writer = ArchiveWriter(0)
    nothing = SetupDocuments(election=b"1", trustees=b"2", credentials=b"3")
    for owner, name in enumerate(vector["events"], 1):
        match EventType(name):
            case EventType.SETUP:
                writer.add(setup_event(nothing))
            case EventType.SHUFFLE | EventType.DECRYPTION as type_:
                writer.add(owned_event(type_, owner, b"4"))
            case EventType.TALLY as type_:
                size = b'{"num_tallied":0,"total_weight":0,"encrypted_tally":"%s"}'
                documents = (b"5", size % hex_hash(b"5").encode())
                writer.add(Event(type=type_, documents=documents))
            case EventType.BALLOT | EventType.RESULT as type_:
                writer.add(Event(type=type_, documents=(b"6",)))
            case type_:
                writer.add(Event(type=type_, documents=()))
    in_order(survey(InMemory(writer.finish())))
    return "complete"


def header(vector: Vector) -> object:
    whole = record(vector["file"], bytes(vector["size"]), vector["time"])
    return whole[:512].hex()


def bytes_of(vector: Vector) -> bytes:
    """The archive that a vector means: a file, maybe with a change, or a list of records."""
    if vector["of"] == "records":
        return b"".join(_records(vector))
    data = bytearray((FOLDER / vector["file"]).read_bytes())
    if "keep" in vector:
        del data[vector["keep"] :]
    if "at" in vector:
        put = bytes.fromhex(vector["bytes"])
        data[vector["at"] : vector["at"] + len(put)] = put
    return bytes(data)


def _records(vector: Vector) -> Iterator[bytes]:
    for kind, text in vector["records"]:
        body = text.encode()
        name = "BELENIOS" if kind == "header" else f"{hex_hash(body)}.{kind}.json"
        yield record(name, body, vector["time"])


def archive(vector: Vector) -> object:
    verified = verify_archive(bytes_of(vector), POWER)
    published = verified.published
    if published is None:
        raise _refusal(verified, vector)
    facts = {check.name: check.facts for check in verified.checks}
    return {
        "uuid": published.uuid,
        "fingerprint": published.fingerprint,
        "trackers": list(published.trackers),
        "counts": list(map(list, published.counts)),
        "votes": [list(map(list, votes)) for votes in published.votes],
        "head": facts[CheckName.CHAIN]["head"],
        "checks": [check.name for check in verified.checks],
    }


def _refusal(verified: VerifiedElection, vector: Vector) -> ElectionRefused:
    failed = verified.checks[-1]
    assert failed.name == vector["check"]
    facts = dict(failed.facts)
    code = str(facts.pop("code")).removeprefix("error.election.")
    return ElectionRefused(ElectionProblem(code), **facts)


READERS: dict[str, Callable[[Vector], object]] = {
    "number": lambda it: str(read_number(it["text"], group_in(it).q)),
    "element": element,
    "hold": lambda it: group_in(it).text(group_in(it).hold(it["values"])),
    "held": lambda it: list(group_in(it).held(group_in(it).read(it["element"]), it["count"])),
    "independent": lambda it: group_in(it).text(group_in(it).independent(it["index"])),
    "challenge": challenge,
    "election": election,
    "credential": credential,
    "slip": slip,
    "roll": roll,
    "trustees": trustees,
    "stream": lambda it: SeedStream(bytes.fromhex(it["seed"]))(it["size"]).hex(),
    "drawn": drawn,
    "sealed": sealed,
    "ballot": ballot,
    "opening": opening,
    "tally": tally,
    "shuffle": shuffle,
    "shuffle-challenges": shuffle_challenges,
    "decryption": decryption,
    "result": result,
    "event": event,
    "order": order,
    "record": header,
    "archive": archive,
    "records": archive,
}


def vector_at(path: Path) -> Vector:
    loaded: Vector = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_fact_holds(path: Path) -> None:
    vector = vector_at(path)
    reader = READERS[vector["of"]]
    if "refused" in vector:
        with pytest.raises(ElectionRefused) as refusal:
            reader(vector)
        assert refusal.value.code == vector["refused"]
        assert vector.get("facts", {}).items() <= refusal.value.facts.items()
    else:
        assert reader(vector) == vector["expected"]


def test_every_kind_has_facts_and_none_is_told_twice() -> None:
    vectors = {path.stem: vector_at(path) for path in VECTORS}
    assert {vector["of"] for vector in vectors.values()} == set(READERS)
    refused = [name for name, vector in vectors.items() if "refused" in vector]
    assert refused == [name for name in vectors if "-refused-" in name]
    told = [{key: it[key] for key in it if key != "fact"} for it in vectors.values()]
    assert all(one not in told[:n] for n, one in enumerate(told))


# --- the specification ---------------------------------------------------------------------------

SPECIFICATION = (Path(ballots.election.__file__).parent / "ELECTION.md").read_text("utf-8")
SECTIONS = set(re.findall(r"^##+ (\d+(?:\.\d+)?)\.? ", SPECIFICATION, re.MULTILINE))
EXAMPLE = (FOLDER / "example.bel").read_bytes()
ED25519 = group_named("Ed25519")


def rows(heading: str, page: str = SPECIFICATION) -> list[list[str]]:
    """The table whose first column is headed so."""
    after = page.split(f"| {heading} |", 1)[1].splitlines()[2:]
    cells = []
    for line in after:
        if not line.startswith("| "):
            break
        cells.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return cells


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def fact(name: str) -> Any:  # noqa: ANN401 - JSON of many kinds
    return vector_at(FOLDER / f"{name}.json")["expected"]


def documents() -> list[Any]:
    """Those of the example, as JSON."""
    archive_ = survey(InMemory(EXAMPLE))
    places = [place for event in archive_.events for place in event.documents]
    return [json.loads(archive_.load(place, len(EXAMPLE))) for place in places]


def test_the_example_of_the_specification_is_the_whole_archive() -> None:
    block = SPECIFICATION.split("```\n")[1]
    assert block.startswith("header ")
    lines = re.split(r"\n(?! )", block.rstrip("\n"))
    said = [line.replace("\n" + " " * 8, "").split(maxsplit=1) for line in lines]
    assert b"".join(_records({"time": 1_795_300_209, "records": said})) == EXAMPLE


def test_every_value_in_the_specification_is_one_that_is_computed() -> None:
    accepted = [it for it in map(vector_at, VECTORS) if "refused" not in it]
    constants = (BELENIOS_2048.p, BELENIOS_2048.q, BELENIOS_2048.g)
    known = json.dumps(accepted) + EXAMPLE.decode() + "".join(map(str, constants))
    known += "2^252+27742317777372353535851937790883648493"
    known += "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    values = [
        it for it in re.findall(r"[0-9A-Za-z+/]{20,}", SPECIFICATION) if re.search(r"\d{3}", it)
    ]
    assert len(values) > 60
    assert [value for value in values if value not in known] == []


def test_every_file_that_is_called_a_worked_value_is_there_and_its_value_too() -> None:
    said = "".join(SPECIFICATION.split())
    named = re.findall(r"`([\w-]+)\.json`", SPECIFICATION)
    assert len(named) > 12
    for name in named:
        assert any(str(value) in said for value in leaves(fact(name))), name


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    elif isinstance(value, str) and len(value) > 7:  # what is found by chance says nothing
        yield "".join(value[:128].split())


def test_the_worked_challenges_are_those_of_the_example() -> None:
    _, trustees_, _, _, ballot_, _, _, partial, *_ = documents()
    ((_, key),) = trustees_
    assert fact("challenge-trustee")["challenge"] == key["pok"]["challenge"]
    assert fact("challenge-signature")["challenge"] == ballot_["signature"]["proof"]["challenge"]
    ((zero, one),) = ballot_["answers"][0]["individual_proofs"]
    total = (int(zero["challenge"]) + int(one["challenge"])) % ED25519.q
    assert fact("challenge-mark")["challenge"] == str(total)
    ((factor,),) = partial["decryption_proofs"]
    assert fact("challenge-decryption")["challenge"] == factor["challenge"]


def test_the_worked_number_makes_the_pair_of_the_example() -> None:
    randomness = int(fact("seed-numbers-ed25519")[0])
    (pair,) = documents()[4]["answers"][0]["choices"]
    key = ED25519.read(documents()[0]["public_key"])
    beta = ED25519.times(ED25519.power(key, randomness), ED25519.generate(1))
    assert pair == {
        "alpha": ED25519.text(ED25519.generate(randomness)),
        "beta": ED25519.text(beta),
    }
    assert pair["alpha"] in SPECIFICATION


def test_the_table_of_checks_is_what_is_enforced() -> None:
    told = {check: set(quoted(codes)) for (check,), codes in map(_named, rows("check"))}
    assert list(told) == list(CheckName)
    assert set().union(*told.values()) <= set(ElectionProblem)
    refused: dict[str, set[str]] = {check: set() for check in told}
    for vector in map(vector_at, VECTORS):
        if "check" in vector:
            refused[vector["check"]].add(vector["refused"])
    assert all(codes and codes <= told[check] for check, codes in refused.items()), refused


def _named(row: list[str]) -> tuple[list[str], str]:
    return quoted(row[0]), row[-1]


def test_the_table_of_sizes_is_what_is_enforced() -> None:
    told = {
        name: int(most.replace(",", ""))
        for names, most in rows("document")
        for name in names.split(", ")
    }
    small = dict.fromkeys(("setup", "size", "owner", "header", "event"), SMALL)
    assert told == small | {
        "election": contents.MOST_ELECTION,
        "trustees": contents.MOST_TRUSTEES,
        "ballot": contents.MOST_BALLOT,
        "credentials": contents.MOST_ROLL,
        "tally": contents.MOST_TALLY,
        "decryption": contents.MOST_PARTIAL,
        "result": contents.MOST_RESULT,
        "shuffle": contents.MOST_SHUFFLE,
    }


def test_the_table_of_events_is_what_is_enforced() -> None:
    told = {name: set(quoted(after)) for (name,), after in map(_named, rows("event"))}
    assert list(told) == list(EventType)
    assert told == {
        type_: {before for before, after in FOLLOWS.items() if before and type_ in after}
        for type_ in EventType
    }


def test_every_module_opens_with_the_section_that_it_implements() -> None:
    folder = Path(ballots.election.__file__).parent
    cited = {
        path.stem: re.findall(
            r"§(\d+(?:\.\d+)?)", ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        )
        for path in folder.rglob("*.py")
    }
    without = {"__init__", "card", "pin", "secrecy", "spoilt"}  # not of the format
    assert {name for name, sections in cited.items() if not sections} <= without
    for name in cited.keys() - without:
        assert set(cited[name]) <= SECTIONS, name


def test_the_first_page_of_the_room_shows_every_module_and_every_check() -> None:
    folder = Path(ballots.election.__file__).parent
    page = (folder / "README.md").read_text("utf-8")
    tables = [f"| module |{table}" for table in page.split("| module |")[1:]]
    shown = [name for it in tables for row in rows("module", it) for name in quoted(row[0])]
    modules = [path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py")]
    assert {str(it) for it in modules if it.name != "__init__"} == set(shown)
    assert len(set(shown)) == len(shown)
    assert [quoted(row[0])[0] for row in rows("check", page)] == list(CheckName)
