# SPDX-License-Identifier: AGPL-3.0-or-later
"""The double as a server on loopback, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    parse,
    validate,
)
from yarl import URL

import tests.decidim_double.writing  # noqa: F401  (its fields are remembered)
from tests.decidim_double.doors import Doors
from tests.decidim_double.exports import as_csv, as_json, export, open_data
from tests.decidim_double.faults import Busy, Changed, Cut, Failing, Faults, Instead, Slow
from tests.decidim_double.fields import Asked, bound, resolve
from tests.decidim_double.limits import Limits, beyond, weigh
from tests.decidim_double.schemas import schema_of
from tests.decidim_double.serialized import ENTITIES
from tests.decidim_double.world import World

# How graphql-ruby words what graphql-core found; the code is its too.
_RUBY = (
    (
        r"Cannot query field '(\w+)' on type '(\w+)'",
        r"Field '\1' doesn't exist on type '\2'",
        "undefinedField",
    ),
    (
        r"Unknown argument '(\w+)' on field '\w+\.(\w+)'",
        r"Field '\2' doesn't accept argument '\1'",
        "argumentNotAccepted",
    ),
    (
        r"Unknown type '(\w+)'",
        r"No such type \1, so it can't be a fragment condition",
        "undefinedType",
    ),
)


class DecidimDouble:
    """A Decidim of one version. `world` may be read and set while it runs."""

    def __init__(
        self,
        version: str = "0.31",
        world: World | None = None,
        faults: Faults | None = None,
        limits: Limits | None = None,
        now: Callable[[], int] = lambda: 0,
        *,
        own_schema: bool = False,
    ) -> None:
        self.version = version
        self.world = world or World()
        self.faults = faults or Faults()
        self.limits = limits or Limits()
        self.url = ""
        self.browser: int | None = None  # who is signed in to the site, for OAuth
        self.requests = 0
        self._now = now
        self._doors = Doors()
        self._schema: GraphQLSchema = bound(schema_of(version, own=own_schema))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self._moments: list[int] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._runner
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(middlewares=[self._befall])
        app.add_routes(self._routes())
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api", self._api),
            web.post("/api/sign_in", self._sign_in),
            web.delete("/api/sign_out", self._sign_out),
            web.get("/oauth/authorize", self._authorize),
            web.post("/oauth/token", self._redeem),
            web.post("/oauth/revoke", self._revoke),
            web.get("/open-data/download", self._open_data),
            web.get("/admin/exports/{component}/{entity}.{format}", self._export),
        ]

    # --- doors, from 0.31 on --------------------------------------------------------------------

    async def _sign_in(self, request: web.Request) -> web.Response:
        token = self._doors.sign_in(self.world, await _form(request), self._now())
        if token is None or self.version < "0.31":
            return web.Response(status=401 if self.version >= "0.31" else 404)
        return web.json_response({}, headers={"Authorization": f"Bearer {token}"})

    async def _sign_out(self, request: web.Request) -> web.Response:
        self._doors.revoke(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return web.Response()

    async def _authorize(self, request: web.Request) -> web.Response:
        """As if `self.browser` were signed in there, and agreed."""
        asked = request.query
        code = self.browser and self._doors.consent(self.world, asked, self.browser)
        if not code or self.version < "0.31":
            return web.Response(status=400)
        back = URL(asked["redirect_uri"]).with_query(code=code, state=asked.get("state", ""))
        return web.Response(status=302, headers={"Location": str(back)})

    async def _redeem(self, request: web.Request) -> web.Response:
        token = self._doors.redeem(await _form(request), self._now())
        wrong = {"error": "invalid_grant"}
        return web.json_response(token or wrong, status=200 if token else 400)

    async def _revoke(self, request: web.Request) -> web.Response:
        self._doors.revoke((await _form(request)).get("token", ""))
        return web.json_response({})

    # --- files ----------------------------------------------------------------------------------

    async def _open_data(self, _: web.Request) -> web.Response:
        data = open_data(self.world, self.version)
        return web.Response(body=data, content_type="application/zip")

    async def _export(self, request: web.Request) -> web.Response:
        """As if an admin were signed in; Decidim sends it by mail."""
        asked = request.match_info
        if asked["entity"] not in ENTITIES:
            return web.Response(status=404)
        component = int(asked["component"])
        records = export(self.world, self.version, asked["entity"], component, public=False)
        if asked["format"] == "json":
            return web.Response(body=as_json(records), content_type="application/json")
        return web.Response(body=as_csv(records, self.world.separator), content_type="text/csv")

    # --- faults ---------------------------------------------------------------------------------

    @web.middleware
    async def _befall(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests += 1
        if self._too_many():
            return web.Response(status=429, text="Retry later\n")
        fault = self.faults.planned.get(self.requests)
        match fault:
            case Busy(retry_after=seconds):
                headers = {} if seconds is None else {"Retry-After": str(seconds)}
                return web.Response(status=429, text="Retry later\n", headers=headers)
            case Failing(status=status):
                page = "<html><body>We're sorry, but something went wrong.</body></html>"
                return web.Response(status=status, text=page, content_type="text/html")
            case Instead(status=status, body=body, headers=headers):
                return web.Response(status=status, body=body, headers=headers)
            case Slow(seconds=seconds):
                await asyncio.sleep(seconds)
            case Changed(how=how):
                self.world = how(self.world)
            case _:
                pass
        answer: web.StreamResponse = await handler(request)
        return await _cut(request, answer, fault.after) if isinstance(fault, Cut) else answer

    def _too_many(self) -> bool:
        now = self._now()
        self._moments = [moment for moment in self._moments if moment > now - 60] + [now]
        return self.limits.requests is not None and len(self._moments) > self.limits.requests

    # --- the API --------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.Response:
        try:
            sent = json.loads(await request.text())
        except ValueError:
            return web.Response(status=400)
        session = self._doors.session(self.world, request.headers, self._now())
        user = session.user if session else None
        if self.world.api_closed and not user:
            return web.json_response({"error": "unauthorized"}, status=401)
        may_write = session is not None and "api:write" in session.scopes
        asked = Asked(self.world, user, self.version, self.limits, may_write)
        answer = self.answer(sent, asked)
        self.world = asked.world
        return web.json_response(answer)

    def answer(self, sent: dict[str, Any], asked: Asked) -> dict[str, Any]:
        """What is said to a query; `asked.world` is what it has become."""
        variables = sent.get("variables") or {}
        try:
            document = parse(sent.get("query") or "")
        except GraphQLError as error:
            return {"errors": [error.formatted]}
        wrong = [_as_ruby(error) for error in validate(self._schema, document)]
        if wrong:
            return {"errors": wrong}
        if self._schema.mutation_type is None and _changes(document):
            said = GraphQLError("Schema is not configured for mutations")
            return {"errors": [said.formatted]}
        weighed = weigh(self._schema, document, variables, self.limits.page)
        if refusal := beyond(self.limits, weighed):
            return {"errors": [refusal.formatted]}
        result = execute_sync(
            self._schema,
            document,
            context_value=asked,
            variable_values=variables,
            operation_name=sent.get("operationName"),
            field_resolver=resolve,
        )
        return dict(result.formatted)


def _changes(document: DocumentNode) -> bool:
    return any(
        isinstance(part, OperationDefinitionNode) and part.operation is OperationType.MUTATION
        for part in document.definitions
    )


def _as_ruby(error: GraphQLError) -> dict[str, Any]:
    said: dict[str, Any] = dict(error.formatted)
    for pattern, wording, code in _RUBY:
        if found := re.match(pattern, error.message):
            return said | {"message": found.expand(wording), "extensions": {"code": code}}
    return said


async def _form(request: web.Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.post()).items()}


async def _cut(request: web.Request, answer: web.StreamResponse, after: int) -> web.StreamResponse:
    """Promises the whole, sends a part and hangs up."""
    assert isinstance(answer, web.Response)
    body = answer.body
    assert isinstance(body, bytes)
    partial = web.StreamResponse(headers={"Content-Type": "application/json"})
    partial.content_length = len(body)
    await partial.prepare(request)
    await partial.write(body[:after])
    assert request.transport
    request.transport.abort()
    return partial
