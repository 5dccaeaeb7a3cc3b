"""The page over HTTP, with what needs the archive and the build: printed cells, views, read-only SQL.

It listens on loopback unless told otherwise, answers only to the names it goes by, to no page of another
origin, and keeps what went wrong inside to its own log.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from threading import Semaphore
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from base.sql import quoted
from publish.answer_cache import AnswerCache
from publish.bounded_queries import Answer, QueryLimits, QueryPool, QueryRefusedError
from publish.desk.desk import Desk
from publish.desk.routes import desk_routes
from publish.guards import guarded
from publish.interface import description, recipes
from publish.looks import Look, Task, look_behind_fence
from publish.printed_cells import NoCellError, PrintedCell, cell_of_report
from publish.written_answers import MEDIA_TYPES, WRITERS
from query.database import open_build
from query.definitions import VIEWS

T = TypeVar("T")

#: Gives the bytes of a source by hash and name, None where they are not there.
Bodies = Callable[[str, str], bytes | None]

_STATUS = {"refused": 400, "error": 400, "time": 408, "memory": 413, "busy": 503}
# Longest query, in characters; and so many printed cells that were looked at are kept, as people go back.
_LONGEST_SQL = 20_000
_LOOKS_KEPT = 64
# So many files of strangers are read at once.
_READING = Semaphore(2)
# Questions that wait, each in a thread of its own, and others behind them: the files of the page have other
# threads, and come while questions wait.
_ASKING, _WAITING = 24, 200


class Service:
    """What the server answers from: a build, its archive, and the folder of the page."""

    def __init__(self, build: Path, page: Path, bodies: Bodies, limits: QueryLimits, processes: int) -> None:
        self.build = build
        self.page = page
        self.connection = open_build(build)
        self.pool = QueryPool(build, limits, processes)
        self._bodies = bodies
        self.look = lru_cache(_LOOKS_KEPT)(self._look)
        self.columns = lru_cache(len(VIEWS))(self._columns)
        self.cache = AnswerCache()
        self._asking = CapacityLimiter(_ASKING)

    async def asked(self, question: Callable[..., T], *arguments: Any) -> T:
        """What a function answers that may have to wait; HTTPException where too many do."""
        if self._asking.statistics().tasks_waiting >= _WAITING:
            raise HTTPException(503, "too many questions at once: ask again later")
        return await to_thread.run_sync(question, *arguments, limiter=self._asking)

    def cell(self, report: str, row: str, applicant: str) -> PrintedCell:
        """A printed cell; NoCellError."""
        with self.connection.cursor() as cursor:
            return cell_of_report(cursor, report, row, applicant)[0]

    def _columns(self, view: str) -> list[str]:
        with self.connection.cursor() as cursor:
            return [
                column[0] for column in cursor.execute(f'SELECT * FROM "{view}" LIMIT 0').description or ()
            ]

    def _look(self, sha256: str, name: str, locator: str, published: str) -> Look:
        data = self._bodies(sha256, name)
        if data is None:
            return Look(problem="存档中没有原件 / the source is not in the archive")
        with _READING:
            return look_behind_fence(Task(data, name, locator, published))

    def close(self) -> None:
        """End what was begun."""
        self.pool.close()
        self.connection.close()


def application(service: Service, hosts: Iterable[str], desk: Desk | None = None) -> Starlette:
    """The server as ASGI has it; `hosts` are the names that it goes by; with the desk of whoever runs it."""
    routes = [
        Route("/api", _index),
        Route("/api/cell", _cell),
        Route("/api/picture", _picture),
        Route("/api/views", _views),
        Route("/api/views/{view}.{format}", _view),
        Route("/api/sql", _sql, methods=["GET", "POST"]),
        Route("/openapi.json", _openapi),
        Route("/recipes", _recipes),
        *([Mount("/desk", routes=desk_routes(desk, service.look))] if desk else []),
        Mount("/", StaticFiles(directory=service.page, html=True)),
    ]
    app = guarded(routes, hosts)
    app.state.service = service
    return app


async def _index(request: Request) -> Response:
    return JSONResponse({"views": "/api/views", "sql": "/api/sql?q=", "openapi": "/openapi.json"})


async def _cell(request: Request) -> Response:
    cell, seen = await _service(request).asked(_looked_at, request)
    told = {**cell.to_json(), "excerpt": seen.excerpt, "problem": seen.problem, "frames": seen.frames}
    told["has_picture"] = seen.picture is not None
    return Response(json.dumps(told, ensure_ascii=False, default=str), media_type="application/json")


async def _picture(request: Request) -> Response:
    _, seen = await _service(request).asked(_looked_at, request)
    if seen.picture is None:
        raise HTTPException(404, seen.problem or "no picture of this place")
    return Response(seen.picture, media_type=seen.media_type)


def _looked_at(request: Request) -> tuple[PrintedCell, Look]:
    asked = request.query_params
    service = _service(request)
    try:
        cell = service.cell(asked.get("report", ""), asked.get("row", ""), asked.get("applicant", "total"))
    except NoCellError as error:
        raise HTTPException(404, str(error)) from error
    one = cell.cell
    return cell, service.look(one["source_sha256"], one["source_name"], one["locator"], one["published"])


async def _views(request: Request) -> Response:
    return JSONResponse({view: [f"/api/views/{view}.{format}" for format in WRITERS] for view in VIEWS})


async def _view(request: Request) -> Response:
    view, format = request.path_params["view"], request.path_params["format"]
    if view not in VIEWS or format not in WRITERS:
        raise HTTPException(404, "no such view or format: see /api/views")
    service = _service(request)
    columns = await service.asked(service.columns, view)
    conditions = []
    asked = dict(request.query_params)
    limit, offset = (
        _count(asked.pop(name, default), name) for name, default in (("limit", ""), ("offset", "0"))
    )
    for name, value in asked.items():
        if name not in columns:
            raise HTTPException(400, f"{view} has no column {name!r}; it has {', '.join(columns)}")
        conditions.append(f'"{name}"::VARCHAR = {_literal(value)}')
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    span = (f" LIMIT {limit}" if limit is not None else "") + (f" OFFSET {offset}" if offset else "")
    sql = f'SELECT * FROM "{view}"{where}{span}'
    tag = service.cache.tag(sql, format)
    headers = {**_named(format, view), "etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if (kept := service.cache.get(tag)) is not None:
        return Response(kept, media_type=MEDIA_TYPES[format], headers=headers)
    answer = await _answer(request, sql)
    parts = service.cache.keeping(tag, answer, WRITERS[format](answer))
    return StreamingResponse(parts, media_type=MEDIA_TYPES[format], headers=headers)


async def _sql(request: Request) -> Response:
    sql = request.query_params.get("q", "")
    if request.method == "POST":
        sql = (await _body(request)).decode("utf-8", "replace")
    if not sql.strip() or len(sql) > _LONGEST_SQL:
        raise HTTPException(
            400, f"give a query of at most {_LONGEST_SQL} characters: ?q=SELECT … or as the body"
        )
    format = request.query_params.get("format", "json")
    if format not in WRITERS:
        raise HTTPException(400, f"format is one of {', '.join(WRITERS)}")
    answer = await _answer(request, sql)
    headers = _named(format, "answer")
    return StreamingResponse(WRITERS[format](answer), media_type=MEDIA_TYPES[format], headers=headers)


async def _answer(request: Request, sql: str) -> Answer:
    service = _service(request)
    try:
        return await service.asked(service.pool.ask, sql)
    except QueryRefusedError as error:
        raise HTTPException(_STATUS[error.reason], str(error)) from error


def _named(format: str, name: str) -> dict[str, str]:
    """The header by which a browser saves what it does not show."""
    return {} if format == "json" else {"content-disposition": f'attachment; filename="{name}.{format}"'}


async def _openapi(request: Request) -> Response:
    return JSONResponse(description(VIEWS, _service(request).pool.limits))


async def _recipes(request: Request) -> Response:
    return PlainTextResponse(recipes(str(request.base_url).rstrip("/")))


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > 4 * _LONGEST_SQL:
            raise HTTPException(413, "the query is too long")
    return body


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _count(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise HTTPException(400, f"{name} is a number")
    return int(text)


def _literal(value: str) -> str:
    return quoted(value.replace("\0", ""))
