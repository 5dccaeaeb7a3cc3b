"""What stands before every answer of the server: who may ask, from which page, and with which key.

A browser is told what it may do with an answer; a page of another origin, or a name that the server does not
go by, gets none. What one person writes carries a key besides, which stands in the address that the command
printed and which no other page, program or person on the machine has.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from secrets import compare_digest
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base.lock import InUseError
from base.tables import TableError
from publish.looks import Look

logger = logging.getLogger(__name__)

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
KEY_HEADER = "x-gknb-desk"
# No body that a person keys is longer.
_MOST_BYTES = 10_000
#: What was asked, or is told, by name.
Told = dict[str, Any]


class RefusedError(Exception):
    """What a person asks for and cannot have; the message says why."""


def guarded(routes: Sequence[BaseRoute], hosts: Iterable[str]) -> Starlette:
    """The routes behind the guards; `hosts` are the names that the server goes by."""
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(_Headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(_OwnOrigin),
        ],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )


def keyed_route(
    key: str,
    path: str,
    act: Callable[[Told], Any],
    method: str = "POST",
    refusals: Sequence[type[Exception]] = (),
) -> Route:
    """A route for who has the key. What `act` gives is told as JSON, a look as its picture; `refusals` and
    what cannot be written are told as refused."""

    refused: tuple[type[Exception], ...] = (RefusedError, InUseError, TableError, *refusals)

    async def answer(request: Request) -> Response:
        if not compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            raise HTTPException(
                403, "这不是本桌的网址 / not this desk's address: see what the command printed"
            )
        asked = await _asked(request)
        try:
            told = await run_in_threadpool(act, asked)
        except refused as error:
            raise HTTPException(409, str(error)) from error
        if isinstance(told, bytes):
            return Response(told, media_type="application/octet-stream")
        if isinstance(told, Look):
            if told.picture is None:
                raise HTTPException(404, told.problem or "no picture")
            return Response(told.picture, media_type=told.media_type)
        return Response(json.dumps(told, ensure_ascii=False, default=str), media_type="application/json")

    return Route(path, answer, methods=[method])


async def _asked(request: Request) -> Told:
    if request.method == "GET":
        return dict(request.query_params)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "give JSON")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, "too long")
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise HTTPException(400, "no JSON") from error
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        raise HTTPException(400, "give texts by name")
    return asked


def text_of(asked: Told, name: str) -> str:
    """What was asked under a name; RefusedError where that is empty."""
    text = str(asked.get(name, "")).strip()
    if not text:
        raise RefusedError(f"{name} 不能为空 / is empty")
    return text


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


async def _failed(request: Request, error: Exception) -> Response:
    logger.error("%s failed", request.url.path, exc_info=error)
    return JSONResponse({"error": "something went wrong here; the server's log says what"}, status_code=500)


class _Headers:
    """Every answer says what a browser may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        await self.app(scope, receive, told if scope["type"] == "http" else send)


class _OwnOrigin:
    """Refuses what a page of another origin asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._may_ask(scope["path"], dict(scope["headers"])):
            answer = JSONResponse({"error": "asked by a page of another origin"}, status_code=403)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _may_ask(self, path: str, headers: dict[bytes, bytes]) -> bool:
        """Its own pages and programs may; a link elsewhere may lead to the page, but ask for nothing."""
        told = {name: value.decode("latin-1") for name, value in headers.items()}
        origin = told.get(b"origin")
        if origin is not None and urlsplit(origin).netloc != told.get(b"host"):
            return False
        followed = told.get(b"sec-fetch-mode") == "navigate" and not path.startswith("/api")
        return followed or told.get(b"sec-fetch-site", "none") in ("none", "same-origin")
