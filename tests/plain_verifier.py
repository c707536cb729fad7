# SPDX-License-Identifier: AGPL-3.0-or-later
"""A verifier written from `ballots/election/ELECTION.md` alone, by the standard library alone.

It imports nothing of ours, so it shows that the page says enough for another to be written, and
judges our archives a second time. It tells nothing but that it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from tests.plain_groups import (
    Element,
    Json,
    Refused,
    compact,
    count,
    decimal,
    decoded,
    exactly,
    groups,
    hexed,
    in_base64,
    joined,
    require,
)

Pair = tuple[Element, Element]

# --- §11 ----------------------------------------------------------------------------------------

_AFTER = {
    "Setup": (),
    "Ballot": ("Setup", "Ballot"),
    "EndBallots": ("Setup", "Ballot"),
    "EncryptedTally": ("EndBallots",),
    "Shuffle": ("EncryptedTally", "Shuffle"),
    "EndShuffles": ("Shuffle",),
    "PartialDecryption": ("EncryptedTally", "EndShuffles", "PartialDecryption"),
    "Result": ("PartialDecryption",),
}
_DOCUMENTS = {
    "Setup": (4, 5),
    "Ballot": (1,),
    "EndBallots": (0,),
    "EndShuffles": (0,),
    "Result": (1,),
}
_NAMED = {
    "Setup": ("election", "trustees", "credentials", "credentials_certificate"),
    "EncryptedTally": ("encrypted_tally",),
    "Shuffle": ("payload",),
    "PartialDecryption": ("payload",),
}
Event = tuple[str, list[bytes]]


def _header(name: bytes, size: int, time: int) -> bytes:
    head = (
        name.ljust(100, b"\0")
        + b"0000644\x000000000\x000000000\x00"
        + b"%011o\x00%011o\x00" % (size, time)
    )
    tail = b"0".ljust(356, b"\0")
    return head + b"%06o\x00 " % sum(head + b" " * 8 + tail) + tail


def records(data: bytes) -> Iterable[tuple[str, bytes]]:
    require(re.fullmatch(b"[0-7]{11}", data[136:147]) is not None)
    time = int(data[136:147], 8)
    while data:
        require(re.fullmatch(b"[0-7]{11}", data[124:135]) is not None)
        size = int(data[124:135], 8)
        name, end = data[:100].rstrip(b"\0"), 512 + size
        require(data[:512] == _header(name, size, time) and len(data) >= end + -size % 512)
        require(not any(data[end : end + -size % 512]))
        yield name.decode(), data[512:end]
        data = data[end + -size % 512 :]


def events_of(data: bytes) -> list[Event]:
    read = records(data)
    name, first = next(iter(read))
    require(
        name == "BELENIOS" and first == b'{"version":1,"timestamp":"%d"}' % int(data[136:147], 8)
    )
    events: list[Event] = []
    documents: list[bytes] = []
    parent = ""
    for name, body in list(records(data))[1:]:
        if name == f"{hexed(body)}.data.json":
            documents.append(body)
            continue
        require(name == f"{hexed(body)}.event.json")
        type_ = decoded(body, most=4096)["type"]
        said: dict[str, str | int] = {"parent": parent} if parent else {}
        said |= {"height": len(events), "type": type_}
        said |= {"payload": hexed(documents[-1])} if documents else {}
        require(compact(said) == body and len(documents) in _DOCUMENTS.get(type_, (2,)))
        if type_ in _NAMED:
            *named, last = documents
            form = decoded(last, most=4096)
            hashes = [form[key] for key in _NAMED[type_] if key in form]
            require(hashes == list(map(hexed, named)))
        events.append((type_, documents))
        documents, parent = [], hexed(body)
    require(not documents)
    for before, after in zip([None, *events], [*events, None], strict=True):
        if before is None or after is None:
            require((after or before or ("",))[0] == ("Setup" if before is None else "Result"))
        else:
            require(before[0] in _AFTER[after[0]])
    return events


# --- the rest, for one election -----------------------------------------------------------------


def flattened(rows: Sequence[Sequence[Json]]) -> list[Json]:
    return list(chain.from_iterable(rows))


class Verifier:
    def __init__(self, page: str, data: bytes) -> None:
        self.events = events_of(data)
        self.election, self.trustees, self.credentials, *_ = self.events[0][1]
        form = decoded(self.election)
        self.group = groups(page)[form["group"]]
        self.phi = in_base64(self.election)
        self.uuid, self.questions = form["uuid"], form["questions"]
        require(form["version"] == 1 and len(self.questions) > 0)
        require(re.fullmatch("[1-9A-HJ-NP-Za-km-z]{14,}", self.uuid) is not None)
        self.text_of_key = form["public_key"]
        self.key = self.strict(self.text_of_key)
        self.roll_hash = form.get("x_assembly", {}).get("roll", hexed(self.credentials))

    def verify(self) -> Json:
        self.read_trustees()
        self.read_roll()
        tally = self.read_tally(self.read_ballots())
        return self.read_result(self.read_shuffles(tally))

    def of_type(self, type_: str) -> list[list[bytes]]:
        return [documents for name, documents in self.events if name == type_]

    # §1, §2

    def strict(self, text: Json) -> Element:
        element = self.group.read(text)
        require(element != self.group.one)
        return element

    def product(self, elements: Iterable[Element]) -> Element:
        total = self.group.one
        for element in elements:
            total = self.group.times(total, element)
        return total

    def powers(self, bases: Iterable[Element], exponents: Iterable[int]) -> Element:
        return self.product(map(self.group.power, bases, exponents))

    def oracle(self, prefix: str, *elements: Element) -> int:
        said = prefix + ",".join(map(self.group.text, elements))
        return int(hexed(said.encode()), 16) % self.group.q

    def proof(self, form: Json) -> tuple[int, int]:
        c, r = exactly(form, "challenge", "response")
        return decimal(c, self.group.q), decimal(r, self.group.q)

    def require_key(self, prefix: str, key: Element, form: Json) -> None:
        c, r = self.proof(form)
        require(c == self.oracle(prefix, self.powers((self.group.g, key), (r, c))))

    # §5

    def read_key(self, form: Json) -> Element:
        text = form["public_key"]
        key = self.strict(text)
        self.require_key(f"pok|{self.group.name}|{text}|", key, form["pok"])
        return key

    def read_trustees(self) -> None:
        self.keys: dict[int, Element] = {}
        self.committees: list[tuple[range, int]] = []
        joint = self.group.one
        for kind, form in decoded(self.trustees):
            first = len(self.keys) + 1
            if kind == "Single":
                self.keys[first] = self.read_key(form)
                self.committees.append((range(first, first + 1), 1))
                joint = self.group.times(joint, self.keys[first])
            else:
                require(kind == "Pedersen")
                constant, keys = self.read_committee(form)
                self.keys |= {first + n: key for n, key in enumerate(keys)}
                self.committees.append((range(first, first + len(keys)), form["threshold"]))
                joint = self.group.times(joint, constant)
        require(joint == self.key)

    def read_committee(self, form: Json) -> tuple[Element, list[Element]]:
        t, n = form["threshold"], len(form["certs"])
        require(1 <= t <= n)
        signers, polynomials = [], []
        lists = (form["certs"], form["coefexps"], form["signatures"])
        for i, (cert, published, acknowledged) in enumerate(zip(*lists, strict=True), 1):
            context, key, other = exactly(
                decoded(cert["message"].encode()), "context", "verification", "encryption"
            )
            said = {"group": self.group.name, "size": n, "threshold": t, "index": i}
            require(compact(context) == compact(said))
            signers.append(self.strict(key))
            self.strict(other)
            self.require_signature(cert["message"], signers[-1], cert["signature"])
            self.require_signature(published["message"], signers[-1], published["signature"])
            (terms,) = exactly(decoded(published["message"].encode()), "coefexps")
            require(len(terms) == t)
            polynomials.append(list(map(self.strict, terms)))
            whole = compact({"certs": form["certs"], "coefexps": terms}).decode()
            self.require_signature(f"certs_sig|{whole}", signers[-1], acknowledged)
        keys = []
        for i, (published, signer) in enumerate(
            zip(form["verification_keys"], signers, strict=True), 1
        ):
            keys.append(self.read_key(published))
            self.require_signature(published["public_key"], signer, published["signature"])
            steps = [i**k for k in range(t)]
            require(keys[-1] == self.product(self.powers(terms, steps) for terms in polynomials))
        return self.product(terms[0] for terms in polynomials), keys

    def require_signature(self, message: str, key: Element, form: Json) -> None:
        self.require_key(f"sigmsg|{message}|", key, form)

    # §4

    def read_roll(self) -> None:
        require(self.roll_hash == hexed(self.credentials))
        self.roll: dict[str, int] = {}
        for line in decoded(self.credentials, most=1 << 26):
            key, *more = line.split(",")
            require(key not in self.roll and len(more) <= 2)
            self.strict(key)
            bare = not more or (len(more) == 2 and not more[0])
            self.roll[key] = 1 if bare else decimal(more[0], 10**11 + 1)
        if any(question.get("type") == "NonHomomorphic" for question in self.questions):
            require(set(self.roll.values()) <= {1})

    # §6

    def read_ballots(self) -> dict[str, list[list[Pair]]]:
        last: dict[str, list[list[Pair]]] = {}
        bodies = [body for (body,) in self.of_type("Ballot")]
        require(len(set(bodies)) == len(bodies))
        for body in bodies:
            form = decoded(body)
            uuid, phi, credential, answers, signature = exactly(
                form, "election_uuid", "election_hash", "credential", "answers", "signature"
            )
            require((uuid, phi) == (self.uuid, self.phi) and credential in self.roll)
            signed, proof = exactly(signature, "hash", "proof")
            require(signed == in_base64(compact({k: form[k] for k in form if k != "signature"})))
            self.require_key(f"sig|{signed}|", self.group.read(credential), proof)
            said = f"{phi}|{credential}"
            last[credential] = [
                self.read_answer(question, answer, said)
                for question, answer in zip(self.questions, answers, strict=True)
            ]
        return last

    def read_answer(self, question: Json, answer: Json, said: str) -> list[Pair]:
        match question.get("type"):
            case "NonHomomorphic":
                return self.read_numbers(answer, said)
            case "Lists":
                return self.read_lists(question["value"]["answers"], answer, said)
            case kind:
                require(kind is None)
                return self.read_marks(question, answer, said)

    def pair(self, form: Json) -> Pair:
        alpha, beta = exactly(form, "alpha", "beta")
        return self.strict(alpha), self.strict(beta)

    def said_of(self, pair: Pair) -> str:
        return ",".join(map(self.group.text, pair))

    def total(self, pairs: Sequence[Pair]) -> Pair:
        return self.product(a for a, _ in pairs), self.product(b for _, b in pairs)

    def require_one(self, prefix: str, claims: Sequence[tuple[Pair, int]], proofs: Json) -> None:
        g, commitments, whole = self.group.g, [], 0
        for ((alpha, beta), value), form in zip(claims, proofs, strict=True):
            c, r = self.proof(form)
            bare = self.group.times(beta, self.group.power(g, -value))
            commitments += [self.powers((g, alpha), (r, c)), self.powers((self.key, bare), (r, c))]
            whole += c
        require(self.oracle(prefix, *commitments) == whole % self.group.q)

    def require_slots(self, said: str, slots: Sequence[Pair], proofs: Json) -> str:
        """S1, once each slot holds 0 or 1."""
        for slot, each in zip(slots, proofs, strict=True):
            self.require_one(f"prove|{said}|{self.said_of(slot)}|", [(slot, 0), (slot, 1)], each)
        return f"{said}|" + ",".join(map(self.said_of, slots))

    def read_marks(self, question: Json, answer: Json, said: str) -> list[Pair]:
        blank = question.get("blank", False)
        least, most = question["min"], question["max"]
        require(0 <= least <= most <= len(question["answers"]) > 0)
        keys = ("choices", "individual_proofs", "overall_proof", *["blank_proof"][: int(blank)])
        choices, individual, overall, *more = exactly(answer, *keys)
        slots = list(map(self.pair, choices))
        require(len(slots) == len(question["answers"]) + blank)
        text = self.require_slots(said, slots, individual)
        total = self.total(slots[blank:])
        allowed = [(total, value) for value in range(least, most + 1)]
        if blank:
            self.require_one(f"bproof0|{text}|", [(slots[0], 0), (total, 0)], more[0])
            self.require_one(f"bproof1|{text}|", [(slots[0], 1), *allowed], overall)
        else:
            self.require_one(f"prove|{text}|{self.said_of(total)}|", allowed, overall)
        return slots

    def read_numbers(self, answer: Json, said: str) -> list[Pair]:
        choices, proof = exactly(answer, "choices", "proof")
        pair = self.pair(choices)
        self.require_key(f"raweg|{said}|{self.text_of_key},{self.said_of(pair)}|", pair[0], proof)
        return [pair]

    def read_lists(self, lists: Json, answer: Json, said: str) -> list[Pair]:
        choices, individual, overall, of_lists, nonzero = exactly(
            answer, "choices", "individual_proofs", "overall_proof", "list_proofs", "nonzero_proof"
        )
        sizes = list(map(len, lists))
        require(sizes == list(map(len, choices)) == list(map(len, individual)))
        rows = [list(map(self.pair, row)) for row in choices]
        text = self.require_slots(said, flattened(rows), flattened(individual))
        chosen = self.total([row[0] for row in rows])
        self.require_one(f"prove|{text}|{self.said_of(chosen)}|", [(chosen, 1)], [overall])
        for row, proofs in zip(rows, of_lists, strict=True):
            claims = [(row[0], 1), (self.total(row[1:]), 0)]
            self.require_one(f"lproof|{text}|", claims, proofs)
        alpha, beta = self.total(flattened([row[1:] for row in rows]))
        first, challenge, response = exactly(nonzero, "commitment", "challenge", "response")
        t0, c = self.strict(first), decimal(challenge, self.group.q)
        s1, s2 = (decimal(number, self.group.q) for number in response)
        t1 = self.powers((alpha, self.group.g), (s1, s2))
        t2 = self.powers((beta, self.key, t0), (s1, s2, c))
        require(c == self.oracle(f"nonzero|{text}|", t0, t1, t2))
        return flattened(rows)

    # §8

    def nested(self, question: Json, flat: Sequence[Json]) -> list[Json]:
        if question.get("type") != "Lists":
            return list(flat)
        parts = iter(flat)
        return [[next(parts) for _ in row] for row in question["value"]["answers"]]

    def flat(self, question: Json, nested: Json) -> list[Json]:
        if question.get("type") != "Lists":
            return list(nested)
        sizes = list(map(len, question["value"]["answers"]))
        require(list(map(len, nested)) == sizes)
        return flattened(nested)

    def slots(self, question: Json) -> int:
        if question.get("type") == "Lists":
            return sum(map(len, question["value"]["answers"]))
        return len(question["answers"]) + bool(question.get("blank"))

    def read_tally(self, ballots: dict[str, list[list[Pair]]]) -> list[list[Pair]]:
        tally: list[list[Pair]] = []
        for n, question in enumerate(self.questions):
            cast = {who: answers[n] for who, answers in ballots.items()}
            if question.get("type") == "NonHomomorphic":
                pairs = [pair for (pair,) in cast.values()]
                tally.append(sorted(pairs, key=lambda pair: [*map(self.group.place, pair)]))
                continue
            weighed = [
                [tuple(self.group.power(half, self.roll[who]) for half in pair) for pair in answer]
                for who, answer in cast.items()
            ]
            slots = range(self.slots(question))
            tally.append([self.total([answer[slot] for answer in weighed]) for slot in slots])
        ((sealed, size),) = self.of_type("EncryptedTally")
        said = [
            self.nested(
                question,
                [
                    dict(zip(("alpha", "beta"), map(self.group.text, it), strict=True))
                    for it in row
                ],
            )
            for question, row in zip(self.questions, tally, strict=True)
        ]
        require(compact(said) == sealed)
        form = decoded(size, most=4096)
        self.weight = sum(self.roll[who] for who in ballots)
        counted = (count(form["num_tallied"]), count(form["total_weight"]))
        require(counted == (len(ballots), self.weight))
        return tally

    # §9

    def read_shuffles(self, tally: list[list[Pair]]) -> list[list[Pair]]:
        mixed = [n for n, it in enumerate(self.questions) if it.get("type") == "NonHomomorphic"]
        shuffles = self.of_type("Shuffle")
        require(bool(mixed) == bool(shuffles))
        for document, owner in shuffles:
            require(exactly(decoded(owner, most=4096), "owner", "payload")[0] in self.keys)
            form = decoded(document, most=1 << 28)
            each = zip(mixed, form["ciphertexts"], form["proofs"], strict=True)
            for n, pairs, proof in each:
                went = [(self.strict(it["alpha"]), self.strict(it["beta"])) for it in pairs]
                self.require_shuffle(tally[n], went, proof)
                tally[n] = went
        return tally

    def require_shuffle(self, e: list[Pair], went: list[Pair], proof: Json) -> None:
        group, q, g, size = self.group, self.group.q, self.group.g, len(e)
        (t1, t2, t3, (t4b, t4a), tau), (*single, sigma, pi), ct, dt = proof
        require(all(len(it) == size for it in (went, tau, sigma, pi, ct, dt)))
        s1, s2, s3, s4 = (decimal(number, q) for number in single)
        sigma, pi = ([decimal(number, q) for number in numbers] for numbers in (sigma, pi))
        c_, d = list(map(group.read, ct)), [group.independent(-1), *map(group.read, dt)]
        h = list(map(group.independent, range(size)))
        said = joined(self.said_of(pair) for pair in (*e, *went)) + joined(ct)
        start = hexed(f"shuffle-challenges|{self.phi}|{said}".encode())
        u = [int(hexed((start + hexed(str(i).encode())).encode()), 16) % q for i in range(size)]
        listed = joined([t1, t2, t3, t4b, t4a, *tau])
        whole = f"shuffle-challenge|{self.phi}|{listed}{said}{joined(dt)}{self.text_of_key}"
        c = int(hexed(whole.encode()), 16) % q
        every = 1
        for number in u:
            every = every * number % q
        ratio = self.powers((self.product(c_), self.product(h)), (1, -1))
        end = self.powers((d[size], d[0]), (1, -every))
        moved = [self.powers([pair[half] for pair in e], u) for half in (0, 1)]
        gone = [self.powers([pair[half] for pair in went], pi) for half in (0, 1)]
        must = [
            self.powers((ratio, g), (-c, s1)),
            self.powers((end, g), (-c, s2)),
            self.powers((self.powers(c_, u), g, *h), (-c, s3, *pi)),
            self.powers((moved[1], self.key, gone[1]), (-c, -s4, 1)),
            self.powers((moved[0], g, gone[0]), (-c, -s4, 1)),
            *(self.powers((d[i + 1], g, d[i]), (-c, sigma[i], pi[i])) for i in range(size)),
        ]
        require([t1, t2, t3, t4b, t4a, *tau] == list(map(group.text, must)))

    # §10

    def read_factors(self, tally: list[list[Pair]]) -> dict[int, list[list[Element]]]:
        given: dict[int, list[list[Element]]] = {}
        for document, owned in self.of_type("PartialDecryption"):
            owner, _ = exactly(decoded(owned, most=4096), "owner", "payload")
            require(owner in self.keys and owner not in given)
            form, key = decoded(document, most=1 << 26), self.keys[owner]
            prefix = f"decrypt|{self.phi}|{self.group.text(key)}|"
            given[owner] = []
            parts = (self.questions, tally, form["decryption_factors"], form["decryption_proofs"])
            for question, row, factors, proofs in zip(*parts, strict=True):
                read = list(map(self.group.read, self.flat(question, factors)))
                each = zip(row, read, self.flat(question, proofs), strict=True)
                for (alpha, _), factor, proof in each:
                    c, r = self.proof(proof)
                    one = self.powers((self.group.g, key), (r, c))
                    other = self.powers((alpha, factor), (r, c))
                    require(c == self.oracle(prefix, one, other))
                given[owner].append(read)
        return given

    def read_result(self, tally: list[list[Pair]]) -> Json:
        given = self.read_factors(tally)
        exponents: dict[int, int] = {}
        for owners, threshold in self.committees:
            came = [n for n, owner in enumerate(owners, 1) if owner in given][:threshold]
            require(len(came) == threshold)
            for i in came:
                exponent = 1
                for k in came:
                    exponent = exponent * (k * pow(k - i, -1, self.group.q) if k != i else 1)
                exponents[owners[i - 1]] = exponent % self.group.q
        ((document,),) = self.of_type("Result")
        said = decoded(document, most=1 << 26)["result"]
        for n, (question, row, stated) in enumerate(zip(self.questions, tally, said, strict=True)):
            each = zip(row, self.flat(question, stated), strict=True)
            for slot, ((_, beta), value) in enumerate(each):
                factors = [given[owner][n][slot] for owner in exponents]
                mask = self.powers(factors, exponents.values())
                self.require_value(question, self.powers((beta, mask), (1, -1)), value)
        return said

    def require_value(self, question: Json, opened: Element, value: Json) -> None:
        if question.get("type") == "NonHomomorphic":
            require(self.group.held(opened, len(question["value"]["answers"])) == value)
        else:
            require(0 <= count(value) <= self.weight)
            require(self.group.power(self.group.g, count(value)) == opened)


def verify(page: str, data: bytes) -> Json:
    """What the archive counts to; `Refused` where ELECTION.md (`page`) refuses it."""
    try:
        return Verifier(page, data).verify()
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise Refused from error
