# SPDX-License-Identifier: AGPL-3.0-or-later
"""A space pulled through the API into a folder, page by page.

Every answer is on disk before the next question. A pull that was cut short is done again with the
answers that are there: a question that has one is not asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from ballots import canonical
from ballots.record.errors import RecordRefused
from sync.decidim.address import Wish
from sync.decidim.reading import ladder
from sync.decidim.reading.answers import component_row, rows_of, space_row
from sync.decidim.reading.rows import Kind, Row
from sync.decidim.reading.snapshot import (
    FORMAT,
    PULL,
    Pull,
    SpaceName,
    read_pull,
    verified,
    write_pull,
    write_rows,
)
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.durable import keep

Ask = Callable[[bytes], bytes]
Progress = Callable[[Kind, int], None]
"""Told how many rows of a kind there are so far."""

_HIDDEN: Final = ("UNAUTHORIZED_OBJECT_ERROR", "UNAUTHORIZED_FIELD")
_FOLDERS: Final = {"process": "processes", "assembly": "assemblies"}


def pull(site: str, wish: Wish, folder: Path, ask: Ask, progress: Progress) -> Pull:
    """Pull a space, or go on with the pull that was begun in `folder`.

    Raises:
        DecidimRefused: what the site answers, or what the folder holds, is not as it must be.
    """
    try:
        return _Pulling(site, wish, folder, ask, progress).run()
    except (LookupError, TypeError, AttributeError, RecordRefused) as error:  # another shape
        raise DecidimRefused(DecidimProblem.NOT_DECIDIM, host=site) from error
    except OSError as error:
        detail = error.strerror or str(error)
        raise DecidimRefused(
            DecidimProblem.FOLDER_UNWRITABLE, path=str(folder), detail=detail
        ) from error


def begun(site: str, wish: object, folder: Path) -> Pull:
    """What a folder that may be written holds of the pull that is wished: nothing, or a part.

    Raises:
        DecidimRefused: `folder-taken`, or as `read_pull`.
    """
    said = hashlib.sha256(repr((site, wish)).encode()).hexdigest()
    fresh = Pull(
        format=FORMAT, address=site, space=None, rung="", finished=False, files={}, wish=said
    )
    if not folder.exists() or not any(folder.iterdir()):
        return fresh
    if not (folder / PULL).exists():
        raise DecidimRefused(DecidimProblem.FOLDER_TAKEN, path=str(folder))
    known = read_pull(folder)
    if known.finished or known.wish != said:
        raise DecidimRefused(DecidimProblem.FOLDER_TAKEN, path=str(folder))
    return known


class _Pulling:
    def __init__(self, site: str, wish: Wish, folder: Path, ask: Ask, progress: Progress) -> None:
        self._site = site
        self._wish = wish
        self._folder = folder
        self._ask = ask
        self._progress = progress
        self._pull = begun(site, wish, folder)
        self._names = {digest: name for name, digest in self._pull.requests.items()}
        self._rows: dict[Kind, dict[str, Row]] = {kind: {} for kind in Kind}
        self._rungs: dict[str, None] = {}
        self._page = ladder.PAGE

    def run(self) -> Pull:
        node = self._space()
        place = f"{self._site}/{_FOLDERS[self._wish.kind]}/{node['slug']}"
        space = space_row(node, self._wish.kind, place)
        self._add(Kind.SPACE, space)
        for component in self._components(node):
            id_ = str(component["id"])
            row = component_row(component, f"{place}/f/{id_}/")
            self._add(Kind.COMPONENTS, row)
            if row.kind in ladder.LISTS:
                self._list(row.kind, id_)
        rows = {kind: list(found.values()) for kind, found in self._rows.items()}
        files = self._pull.files | write_rows(self._folder, rows)
        name = SpaceName(kind=space.kind, id=space.id, slug=space.slug, title=space.title)
        oldest = max(self._rungs, key=list(ladder.RUNGS).index, default="")
        done = msgspec.structs.replace(
            self._pull, space=name, rung=oldest, finished=True, files=files
        )
        write_pull(self._folder, done)
        return done

    def _add(self, kind: Kind, row: Row) -> None:
        self._rows[kind][row.id] = row
        self._progress(kind, len(self._rows[kind]))

    # --- the space ------------------------------------------------------------------------------

    def _space(self) -> Mapping[str, Any]:
        data = self._data(*self._space_query())
        node = data.get("space")
        if not node:
            raise DecidimRefused(DecidimProblem.SPACE_UNKNOWN, space=self._wish.space)
        version = (data.get("decidim") or {}).get("version") or ""
        self._pull = msgspec.structs.replace(self._pull, version=version)
        return dict(node)

    def _space_query(self) -> tuple[str, dict[str, object]]:
        wished = self._wish.space
        if self._wish.kind == "process":
            number = wished.isdecimal()
            query = ladder.PROCESS_BY_ID if number else ladder.PROCESS
            return query, {"id" if number else "slug": wished}
        if not wished.isdecimal():  # no version finds an assembly by its slug
            spaces = self._data(ladder.ASSEMBLIES, {}).get("assemblies") or ()
            ids = [str(each["id"]) for each in spaces if each["slug"] == wished]
            if not ids:
                raise DecidimRefused(DecidimProblem.SPACE_UNKNOWN, space=wished)
            wished = ids[0]
        return ladder.ASSEMBLY, {"id": wished}

    def _components(self, space: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        if space.get("components") is None:  # a fault; a space without any has an empty list
            raise DecidimRefused(DecidimProblem.SPACE_BROKEN, space=self._wish.space)
        found = {str(each["id"]): each for each in space["components"] if each}
        for wished in self._wish.components:
            if wished not in found:
                known = ", ".join(found)
                raise DecidimRefused(
                    DecidimProblem.COMPONENT_UNKNOWN, component=wished, known=known
                )
        wishes = self._wish.components or tuple(found)
        return [found[id_] for id_ in wishes]

    # --- pages ----------------------------------------------------------------------------------

    def _list(self, component: str, id_: str) -> None:
        kind, _ = ladder.LISTS[component]
        for node in self._nodes(component, id_):
            for row_kind, row in rows_of(kind, node, id_):
                self._add(row_kind, row)

    def _nodes(self, component: str, id_: str) -> Iterator[Mapping[str, Any]]:
        after, rung = None, ""
        while True:
            rung, page = self._page_of(component, id_, after, rung)
            yield from (node for node in page.get("nodes") or () if node)
            info = page["pageInfo"]
            if not info["hasNextPage"] or info["endCursor"] in (None, after):
                return
            after = info["endCursor"]

    def _page_of(
        self, component: str, id_: str, after: str | None, rung: str
    ) -> tuple[str, Mapping[str, Any]]:
        """One page, and the rung that the server stands on.

        That is the one of the page before, or of a component before, or the newest that it knows.
        """
        rungs = [rung] if rung else list(dict.fromkeys([*reversed(self._rungs), *ladder.RUNGS]))
        detail = ""
        for each in rungs:
            answer = self._sized(component, id_, after, each)
            page = ((answer.get("data") or {}).get("component") or {}).get("page")
            if page is not None:
                if fault := _fault(answer):
                    raise DecidimRefused(DecidimProblem.NO_RUNG, component=id_, detail=fault)
                self._rungs.setdefault(each)
                return each, page
            detail = _message(answer)
            if answer.get("data") is not None and not answer.get("errors"):
                break
        raise DecidimRefused(DecidimProblem.NO_RUNG, component=id_, detail=detail)

    def _sized(self, component: str, id_: str, after: str | None, rung: str) -> dict[str, Any]:
        """The answer to a page as large as the site allows."""
        query = ladder.page_query(rung, component)
        while True:
            answer = self._answer(query, {"id": id_, "first": self._page, "after": after})
            if "complexity" not in _message(answer):
                return answer
            if self._page == 1:
                raise DecidimRefused(DecidimProblem.TOO_COMPLEX, component=id_)
            self._page = max(1, self._page // 2)

    # --- questions ------------------------------------------------------------------------------

    def _data(self, query: str, variables: dict[str, object]) -> dict[str, Any]:
        answer = self._answer(query, variables)
        data = answer.get("data")
        if not isinstance(data, dict):
            host = self._site
            raise DecidimRefused(DecidimProblem.API_CLOSED, host=host)
        return data

    def _answer(self, query: str, variables: dict[str, object]) -> dict[str, Any]:
        body = canonical.encode({"query": query, "variables": variables})
        digest = hashlib.sha256(body).hexdigest()
        known = self._names.get(digest)
        raw = verified(self._folder, self._pull, known) if known else self._ask(body)
        try:
            answer = msgspec.json.decode(raw)
        except ValueError as error:
            raise DecidimRefused(DecidimProblem.NOT_DECIDIM, host=self._site) from error
        if not isinstance(answer, dict) or not answer.keys() & {"data", "errors"}:
            raise DecidimRefused(DecidimProblem.NOT_DECIDIM, host=self._site)
        if not known and not _fault(answer):  # else it is asked again when the pull goes on
            self._keep(digest, raw)
        return answer

    def _keep(self, digest: str, raw: bytes) -> None:
        name = f"raw/{len(self._names) + 1:04}.json"
        (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
        keep(self._folder / name, raw)
        written = hashlib.sha256(raw).hexdigest()
        self._names[digest] = name
        self._pull = msgspec.structs.replace(
            self._pull,
            files=self._pull.files | {name: written},
            requests=self._pull.requests | {name: digest},
        )
        write_pull(self._folder, self._pull)


def _message(answer: Mapping[str, Any]) -> str:
    return next((_said(error) for error in _errors(answer)), "")


def _fault(answer: Mapping[str, Any]) -> str:
    """Why a part is missing of an answer that came; what is hidden is told so and is no fault."""
    if answer.get("data") is None:
        return ""
    faults = (_said(error) for error in _errors(answer) if not _is_hidden(error))
    return next(faults, "")


def _errors(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    errors = answer.get("errors")
    found = errors if isinstance(errors, list) else []
    return [error for error in found if isinstance(error, dict)]


def _is_hidden(error: Mapping[str, Any]) -> bool:
    """Since 0.31 a code says so, before that only the sentence of graphql-ruby."""
    code = (error.get("extensions") or {}).get("code")
    return code in _HIDDEN or "hidden due to permissions" in _said(error)


def _said(error: Mapping[str, Any]) -> str:
    return " ".join(str(error.get("message", "")).split())[:200]
