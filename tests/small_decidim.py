# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Decidim of one process on loopback, by the real schema of a version, as far as pulls ask."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql_sync

PAGE = 50


@cache
def schema_of(path: Path) -> GraphQLSchema:
    return build_schema(path.read_text(encoding="utf-8"), assume_valid=True)


def said(text: str) -> dict[str, Any]:
    return {
        "translations": [{"locale": "ca", "text": text}, {"locale": "es", "text": f"{text} (es)"}]
    }


def listed(nodes: list[dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def page(_: object, first: int = PAGE, after: str | None = None) -> dict[str, Any]:
        start = int(base64.b64decode(after)) if after else 0
        end = start + min(first, PAGE)
        cursor = base64.b64encode(str(end).encode()).decode()
        info = {"hasNextPage": end < len(nodes), "endCursor": cursor}
        return {"pageInfo": info, "nodes": nodes[start:end]}

    return page


def proposal(number: int, **more: object) -> dict[str, Any]:
    return {
        "id": number,
        "title": said(f"Proposta {number}"),
        "body": said(f"<p>Cos de la <strong>proposta</strong> {number} ✅ 🚸</p>"),
        "state": "accepted",
        "voteCount": number % 7,
        "coordinates": {"latitude": 41.37, "longitude": 2.16},
        "url": f"https://decidim.example.org/f/1/proposals/{number}",
        "createdInMeeting": False,
        "official": True,
        **more,
    }


def process(proposals: int = 3) -> dict[str, Any]:
    agenda = {
        "title": said("Ordre"),
        "items": [
            {"id": 2, "position": 1, "duration": 10, "title": said("Segon"), "items": []},
            {
                "id": 1,
                "position": 0,
                "duration": 5,
                "title": said("Primer"),
                "items": [
                    {"id": 3, "position": 0, "duration": 5, "title": said("Dins"), "items": []}
                ],
            },
        ],
    }
    meeting = {
        "id": 31,
        "title": said("Trobada"),
        "startTime": "2026-11-26T18:30:00+01:00",
        "endTime": "2026-11-26T20:30:00+01:00",
        "typeOfMeeting": "in_person",
        "closed": False,
        "address": "Carrer Exemple 1",
        "location": said("Sala Exemple"),
        "agenda": agenda,
        "registrationsEnabled": False,
        "privateMeeting": False,
        "reference": "EX-31",
        "proposalsFromMeeting": [{"__typename": "Proposal", "id": 1}],
        "url": "https://x.example/31",
        "attendeesCount": None,
        "attendeeCount": None,
        "isWithdrawn": False,
    }
    project = {
        "id": 51,
        "title": said("Projecte"),
        "budget_amount": 12000,
        "selected": False,
        "url": "https://x.example/51",
        "relatedProposals": [{"id": 1}],
    }
    budget = {
        "id": 41,
        "title": said("Pressupost"),
        "description": said(""),
        "total_budget": 50000,
        "weight": 1,
        "url": "https://x.example/41",
        "projects": [project],
    }
    result = {
        "id": 61,
        "title": said("Resultat"),
        "progress": 50.0,
        "weight": 0,
        "url": "",
        "externalId": "kiosk:1",
        "status": {"key": "on", "name": said("En marxa")},
    }
    question = {
        "id": 81,
        "body": said("Què?"),
        "mandatory": True,
        "maxCharacters": 0,
        "questionType": "single_option",
    }
    options = [{"id": 91, "body": said("Això"), "freeText": False}]
    question |= {"responseOptions": options, "answerOptions": options}
    survey = {
        "id": 71,
        "url": "",
        "questionnaire": {"title": said("Enquesta"), "questions": [question]},
    }
    parts = [
        ("Proposals", {"proposals": listed([proposal(n) for n in range(1, proposals + 1)])}),
        ("Meetings", {"meetings": listed([meeting])}),
        ("Budgets", {"budgets": listed([budget])}),
        ("Accountability", {"results": listed([result])}),
        ("Surveys", {"surveys": listed([survey])}),
        ("Component", {}),
    ]
    components = [
        {"__typename": kind, "id": n, "name": said(kind), "weight": n, "url": "", **more}
        for n, (kind, more) in enumerate(parts, 1)
    ]
    return {"id": 7, "slug": "exemple", "title": said("Procés Exemple"), "components": components}


@dataclass
class SmallDecidim:
    """`faults` are given away before answers: a status, headers and a body each."""

    schema: GraphQLSchema
    space: dict[str, Any] = field(default_factory=process)
    faults: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, body: bytes) -> bytes:
        question = json.loads(body)
        self.asked.append(question)
        known = [
            each for each in self.space["components"] if each["__typename"] in self.schema.type_map
        ]
        self.space["components"] = known
        components = {str(each["id"]): each for each in self.space["components"]}
        root = {
            "decidim": {"version": "0.31.2"},
            "participatoryProcess": lambda _, **by: (
                self.space if by in ({"slug": self.space["slug"]}, {"id": "7"}) else None
            ),
            "assemblies": [{"id": 7, "slug": "exemple"}],
            "assembly": lambda _, **by: self.space if by == {"id": "7"} else None,
            "component": lambda _, **by: components.get(by["id"]),
        }
        done = graphql_sync(
            self.schema, question["query"], root, variable_values=question["variables"]
        )
        told = done.formatted
        if told.get("data") is None:
            told.pop("data", None)  # as graphql-ruby has it for a query that is not valid
        return json.dumps(told).encode()


@contextmanager
def small_decidim(
    schema: GraphQLSchema, space: dict[str, Any] | None = None
) -> Iterator[SmallDecidim]:
    decidim = SmallDecidim(schema, space or process())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = decidim.faults.pop(0) if decidim.faults else None
            status, headers, data = fault or (200, {}, decidim.answer(body))
            if status == 0:  # cut in the middle
                self.close_connection = True
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    decidim.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield decidim
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
