# SPDX-License-Identifier: AGPL-3.0-or-later
"""Worlds that nobody could take for a real place, with texts that break careless code."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.decidim_double.world import (
    STATES,
    AgendaItem,
    Budget,
    Client,
    Component,
    Meeting,
    Order,
    Project,
    Proposal,
    ProposalState,
    Question,
    Registration,
    Result,
    Row,
    Space,
    Status,
    Survey,
    Taxonomy,
    Texts,
    User,
    World,
)

ASSEMBLY, PROCESS, PRIVATE = 1, 2, 3
MEETINGS, PROPOSALS, BUDGETS, RESULTS, SURVEYS, ELECTIONS, HIDDEN, UNPUBLISHED = range(11, 19)
MEETING, OWN_MEETING, BUDGET = 21, 22, 31
ADMIN, MACHINE, NEIGHBOUR = 1, 2, 3
CODES = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
NASTY = (
    '<script>alert("1")</script><p>Més <em>ombra</em> &amp; <strong>bancs</strong></p>',
    "🐙🌊 Polp comunitari 👩‍👩‍👧",
    "=1+1",
    "@everyone; sí, no",
    "-2+3 graus",
    "+1",
    'Una línia\nuna altra;\r\ni "cometes" d\'algú',
    "ساحة أكثر خضرة",
    "\u202eodatxiferc\u202c",
    "Donaudampfschifffahrts" * 12,
    "'ja tenia un apòstrof",
    "Arbres, molts arbres",
)


def texts(text: str, *more: str) -> Texts:
    """In Catalan, then Spanish, then English."""
    return dict(zip(("ca", "es", "en"), (text, *more), strict=False))


def invented(random: Random, *, proposals: int = 24, projects: int = 6, orders: int = 10) -> World:
    """An assembly with all that a kiosk can pull, a process, and a space nobody may see."""
    rows: list[Row] = [*_people(), *_spaces(), *_meetings(random)]
    rows += _proposals(random, proposals)
    rows += _budget(random, projects, orders)
    rows += _results()
    questions = (
        Question(id=1, body=texts("Quin color té el drac?"), options=(texts("Blau"), texts("="))),
        Question(id=2, body=texts("Per què?"), question_type="long_response", position=1),
    )
    rows.append(Survey(id=61, component=SURVEYS, title=texts("Dracs"), questions=questions))
    return World(rows=tuple(rows))


def _people() -> Iterator[Row]:
    yield User(id=ADMIN, name="Invented Admin", email="admin@nowhere.invalid", role="admin")
    machine = {"key": "invented-key", "secret": "invented-secret", "role": "api"}
    yield User(id=MACHINE, name="Machine", email="machine@nowhere.invalid", **machine)
    yield User(id=NEIGHBOUR, name="Neighbour 3", email="neighbour3@nowhere.invalid")
    yield Client(id=1, uid="invented-client", redirect_uri="http://127.0.0.1/back")


def _spaces() -> Iterator[Row]:
    yield Space(id=ASSEMBLY, slug="drac", title=texts("Assemblea del Drac", "Asamblea", "Dragon"))
    process = texts("Procés del Polp", "Proceso", "Octopus")
    yield Space(id=PROCESS, slug="polp", title=process, kind="ParticipatoryProcess")
    yield Space(id=PRIVATE, slug="amagada", title=texts("Amagada"), private_space=True)
    kinds = {
        MEETINGS: ("Meetings", "Trobades"),
        PROPOSALS: ("Proposals", "Propostes"),
        BUDGETS: ("Budgets", "Pressupostos"),
        RESULTS: ("Accountability", "Resultats"),
        SURVEYS: ("Surveys", "Enquestes"),
        ELECTIONS: ("Elections", "Eleccions"),
    }
    for weight, (number, (manifest, name)) in enumerate(kinds.items()):
        settings = frozenset({"show_votes", "publish_answers_immediately"})
        yield Component(
            id=number,
            space=ASSEMBLY,
            manifest=manifest,
            name=texts(name),
            weight=weight,
            settings=settings,
        )
    yield Component(id=HIDDEN, space=PRIVATE, manifest="Proposals", name=texts("Secretes"))
    yield Component(
        id=UNPUBLISHED, space=ASSEMBLY, manifest="Proposals", name=texts("Nova"), published=False
    )
    for number, state in enumerate(STATES, start=1):
        yield ProposalState(id=number, component=PROPOSALS, token=state, title=texts(state))
    yield Taxonomy(id=4, name=texts("Places, carrers", "Plazas, calles"))
    yield Taxonomy(id=9, name=texts("Monstres marins"))


def _meetings(random: Random) -> Iterator[Row]:
    below = (AgendaItem(id=3, title=texts("Votar", "Votar"), duration=20, position=0),)
    agenda = (
        AgendaItem(id=1, title=texts("Benvinguda", "Bienvenida"), duration=10, position=0),
        AgendaItem(id=2, title=texts(NASTY[0]), duration=45, position=1, items=below),
    )
    start, end = "2026-11-14T18:00:00Z", "2026-11-14T20:00:00Z"
    yield Meeting(
        id=MEETING,
        component=MEETINGS,
        title=texts("Assemblea oberta", "Asamblea abierta", "Open assembly"),
        location=texts("Cova del Drac"),
        address="Carrer Inventat 0",
        agenda=agenda,
        start_time=start,
        end_time=end,
    )
    yield Meeting(
        id=OWN_MEETING,
        component=MEETINGS,
        title=texts("="),
        author=MACHINE,
        start_time=start,
        end_time=end,
    )
    for number in range(1, 6):
        code = "".join(random.choices(CODES, k=8))
        email = f"neighbour{number}@nowhere.invalid"
        name = f"Neighbour {number}"
        yield Registration(id=number, meeting=MEETING, code=code, name=name, email=email)


def _proposals(random: Random, how_many: int) -> Iterator[Row]:
    for number in range(1, how_many + 1):
        nasty = NASTY[number % len(NASTY)]
        yield Proposal(
            id=100 + number,
            component=PROPOSALS,
            title=texts(f"{nasty} {number}", f"Propuesta {number}"),
            body=texts(f"<p>{nasty}</p>", f"<p>Cuerpo {number}</p>"),
            votes=random.randrange(200),
            withdrawn=number % 11 == 10,
            author=NEIGHBOUR,
            taxonomies=((), (4,), (4, 9))[number % 3],
            latitude=41.0 + number / 1000,
            longitude=2.0,
        )
    title, body = texts("Esmena"), texts("<p>Esmena</p>")
    yield Proposal(id=99, component=PROPOSALS, title=title, body=body, amendment_of=101)
    yield Proposal(id=98, component=HIDDEN, title=texts("Secreta"), body=texts("<p>Secreta</p>"))
    yield Proposal(id=97, component=PROPOSALS, title=title, body=body, published=False)


def _budget(random: Random, projects: int, orders: int) -> Iterator[Row]:
    yield Budget(id=BUDGET, component=BUDGETS, title=texts("Tresor"), total_budget=100_000)
    numbers = range(81, 81 + projects)
    for number in numbers:
        yield Project(
            id=number,
            budget=BUDGET,
            title=texts(NASTY[number % len(NASTY)], f"Proyecto {number}"),
            description=texts("<p>Per al drac</p>"),
            budget_amount=random.randrange(1, 50) * 1000,
            proposals=(101,) if number == 81 else (),
        )
    for number in range(1, orders + 1):
        chosen = tuple(sorted(random.sample(numbers, k=min(3, projects))))
        yield Order(
            id=number,
            budget=BUDGET,
            user=1000 + number,
            projects=chosen,
            checked_out=number % 5 > 0,
        )


def _results() -> Iterator[Row]:
    yield Status(id=3, component=RESULTS, key="planned", name=texts("Previst", "Previsto"))
    title = texts("Més ombra", "Más sombra")
    yield Result(id=51, component=RESULTS, title=title, status=3, progress=10.0, external_id="a")
    yield Result(id=52, component=RESULTS, title=texts("Pas 1"), parent=51)
