"""Requests and responses as values, so that a portal is a plain function from one to the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")

REASONS = {
    200: "OK",
    202: "Accepted",
    301: "Moved Permanently",
    302: "Found",
    304: "Not Modified",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    412: "Precondition Failed",
    421: "Misdirected Request",
    429: "Too Many Requests",
    468: "",
    500: "Internal Server Error",
    503: "Service Unavailable",
    521: "",
}


class Ending(Enum):
    """How the server finishes an answer."""

    WHOLE = "whole"
    HALF = "half"  # the head promises all, half of the body comes, the connection closes
    RESET = "reset"  # not a byte, the connection is reset
    NEVER = "never"  # not a byte, the connection stays open until the client leaves


@dataclass(frozen=True)
class Request:
    """One request: `host` in lower case without port, `path` percent-decoded, header names in lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    target: str = ""

    @classmethod
    def get(cls, url: str, **headers: str) -> Request:
        """A GET of an absolute address, for asking a portal without a server between."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return cls("GET", parts.hostname or "", parts.path, parameters(parts.query), headers, b"", target)

    @property
    def form(self) -> Mapping[str, str]:
        """The body as a form; of a name that comes twice, the last value."""
        return parameters(self.body.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Response:
    """One answer. `repeat` sends the body so many times over: a page of any size out of a small one."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.WHOLE
    delay: float = 0.0
    repeat: int = 1

    @property
    def length(self) -> int:
        """Bytes of body as sent."""
        return len(self.body) * self.repeat

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def with_headers(self, **headers: str) -> Response:
        """The same answer with these headers set (underscores stand for hyphens)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


def parameters(encoded: str) -> dict[str, str]:
    """Query or form parameters by name; empty values kept, of a repeated name the last."""
    return dict(parse_qsl(encoded, keep_blank_values=True))


def redirect(location: str, status: int = 302) -> Response:
    """A redirect to `location`, which may be relative, of another scheme or plainly hostile."""
    return Response(status, b"", {"Location": location})


def json_reply(data: object) -> Response:
    """JSON as these servers send it: UTF-8, Chinese not escaped."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return Response(200, body, {"Content-Type": "application/json;charset=UTF-8"})


def with_validators(response: Response, modified: datetime, *, etag: bool = True) -> Response:
    """The answer with Last-Modified and, where the server gives them, an ETag: what a static file carries."""
    stamped = response.with_headers(Last_Modified=format_datetime(modified.astimezone(UTC), True))
    if not etag:
        return stamped
    return stamped.with_headers(ETag=f'"{hashlib.sha256(response.body).hexdigest()[:20]}"')


def conditional(request: Request, response: Response) -> Response:
    """304 where the request holds a validator that still fits (RFC 9110: If-None-Match goes first)."""
    if request.method not in ("GET", "HEAD") or response.status != 200 or response.ending is not Ending.WHOLE:
        return response
    etag, modified = response.header("ETag"), response.header("Last-Modified")
    asked_tag, asked_date = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    if asked_tag is not None:
        fresh = etag is not None and etag in (tag.strip().removeprefix("W/") for tag in asked_tag.split(","))
    else:
        # As nginx does by default: the date must be the one that was given, not merely later.
        fresh = modified is not None and asked_date == modified
    if not fresh:
        return response
    kept = {name: value for name, value in response.headers.items() if name in ("ETag", "Last-Modified")}
    return replace(response, status=304, body=b"", headers=kept, repeat=1)
