"""Web servers on loopback addresses, whose log shows how a crawl behaves."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from protego import Protego

from extract.readers.encoding import decode


@dataclass(frozen=True)
class Reply:
    """An answer. `stated_length` is what Content-Length says, whatever the body; the connection closes then.

    `repeat` sends the body so many times over, a page of any size, without saying how long it will be.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    stated_length: int | None = None
    repeat: int = 1


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it, with the seconds when it came and when its answer was ready.

    It was `abandoned` where the client had left by then. It `crosses` where the robots.txt that its host has
    given forbids it.
    """

    host: str
    address: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    start: float
    end: float
    abandoned: bool
    crosses: bool

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


Page = Reply | Callable[[str, Mapping[str, str]], Reply]
Pages = Mapping[str, Page]


class Web:
    """Hosts by name, each on its own or a shared loopback address, all on one port; over TLS with `tls`."""

    def __init__(self, addresses: Mapping[str, str], tls: ssl.SSLContext | None = None) -> None:
        self._scheme = "https" if tls else "http"
        self.addresses = dict(addresses)
        self.log: list[Asked] = []
        self.sites: dict[str, Pages] = {}
        self._lock = threading.Lock()
        self._rules: dict[str, Protego] = {}
        self._servers: list[ThreadingHTTPServer] = []
        self.port = 0
        for address in sorted(set(addresses.values())):
            server = ThreadingHTTPServer((address, self.port), self._handler())
            server.daemon_threads = True
            if tls is not None:
                server.socket = tls.wrap_socket(
                    server.socket, server_side=True, do_handshake_on_connect=False
                )
            self.port = server.server_address[1]
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, host: str, path: str = "/") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def paths(self, host: str | None = None) -> list[str]:
        """The paths asked for, robots.txt left out."""
        return [a.path for a in self.log if a.path != "/robots.txt" and host in (None, a.host)]

    def _note(self, asked: Asked, reply: Reply) -> None:
        with self._lock:
            self.log.append(asked)
            if asked.path == "/robots.txt" and reply.status == 200:
                self._rules[asked.host] = Protego.parse(decode(reply.body).text)

    def _crosses(self, host: str, path: str) -> bool:
        rules = self._rules.get(host)
        return path != "/robots.txt" and rules is not None and not rules.can_fetch(path, "gknb")

    def _reply(self, host: str, path: str, headers: Mapping[str, str]) -> Reply:
        page = self.sites.get(host, {}).get(path) or self.sites.get(host, {}).get("*")
        if page is None:
            return Reply(b"not here", 404)
        return page if isinstance(page, Reply) else page(path, headers)

    def _handler(web) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                start = time.monotonic()
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                host = (self.headers.get("Host") or "").partition(":")[0]
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = web._reply(host, self.path, headers)
                if reply.seconds:
                    time.sleep(reply.seconds)
                asked = Asked(
                    host,
                    self.connection.getsockname()[0],
                    self.command,
                    self.path,
                    headers,
                    body,
                    start,
                    time.monotonic(),
                    self._has_left(),
                    web._crosses(host, self.path),
                )
                web._note(asked, reply)
                try:
                    self._send(reply)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_POST = do_GET

            def _has_left(self) -> bool:
                if isinstance(self.connection, ssl.SSLSocket):
                    return False  # it cannot be looked into without taking from it
                try:
                    return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
                except BlockingIOError:
                    return False
                except ConnectionError:
                    return True

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 304 and reply.repeat == 1:
                    self.send_header("Content-Length", str(reply.stated_length or len(reply.body)))
                self.end_headers()
                for _ in range(reply.repeat):
                    self.wfile.write(reply.body)
                if reply.stated_length or reply.repeat > 1:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def serving(addresses: Mapping[str, str], tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """The servers for the length of a with block, at whose end the whole log is held against the manners."""
    web = Web(addresses, tls)
    try:
        yield web
    finally:
        web.close()
    assert_polite(web)


# A header of the tests: seconds of the machine's steady clock, which the servers read too (see stamped.py).
COUNTED_FROM = "x-counted-from"
# What sums of seconds lose as floating-point numbers.
ROUNDING = 1e-6


def assert_delayed(requests: Iterable[tuple[float, Mapping[str, str]]], delay: float) -> None:
    """Requests, by when the server saw each and its headers, come at least `delay` after the moment from
    which the crawl counts the one before (see stamped.py)."""
    for (_, headers), (start, _) in itertools.pairwise(sorted(requests, key=lambda request: request[0])):
        gap = start - float(headers[COUNTED_FROM])
        assert gap >= delay - ROUNDING, (gap, delay)


def assert_polite(web: Web, delay: float = 0.0) -> None:
    """No two requests overlap on a host or an address, nor start within `delay` seconds of each other; none
    is forbidden by the robots.txt that was given. With a delay, the crawl's requests are STAMPED."""
    assert [asked.url for asked in web.log if asked.crosses] == []
    for place in ("host", "address"):
        by_place: dict[str, list[Asked]] = defaultdict(list)
        for asked in web.log:
            by_place[getattr(asked, place)].append(asked)
        for log in by_place.values():
            for one, other in itertools.pairwise(sorted(log, key=lambda asked: asked.start)):
                assert one.end <= other.start or one.abandoned, (place, one.url, other.url)
            if delay:
                assert_delayed([(asked.start, asked.headers) for asked in log], delay)


def html(text: str, *links: str) -> Reply:
    anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    page = f"<!DOCTYPE html><meta charset=utf-8><title>{text}</title><p>{text}</p><ul>{anchors}</ul>"
    return Reply(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
