"""Web servers on loopback addresses, whose log shows how a crawl behaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """An answer. `breaks` closes the connection after the body, whatever Content-Length says."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    stated_length: int | None = None


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it, with the seconds when it came and when its answer was ready."""

    host: str
    address: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    start: float
    end: float

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


Pages = Mapping[str, Reply | Callable[[str, Mapping[str, str]], Reply]]


class Web:
    """Hosts by name, each on its own or a shared loopback address, all on one port."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.addresses = dict(addresses)
        self.log: list[Asked] = []
        self.sites: dict[str, Pages] = {}
        self._lock = threading.Lock()
        self._servers: list[ThreadingHTTPServer] = []
        self.port = 0
        for address in sorted(set(addresses.values())):
            server = ThreadingHTTPServer((address, self.port), self._handler())
            server.daemon_threads = True
            self.port = server.server_address[1]
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def paths(self, host: str | None = None) -> list[str]:
        """The paths asked for, robots.txt left out."""
        return [a.path for a in self.log if a.path != "/robots.txt" and host in (None, a.host)]

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
                )
                with web._lock:
                    web.log.append(asked)
                try:
                    self._send(reply)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 304:
                    self.send_header("Content-Length", str(reply.stated_length or len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                if reply.stated_length:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def serving(addresses: Mapping[str, str]) -> Iterator[Web]:
    web = Web(addresses)
    try:
        yield web
    finally:
        web.close()


def html(text: str, *links: str) -> Reply:
    anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    page = f"<!DOCTYPE html><meta charset=utf-8><title>{text}</title><p>{text}</p><ul>{anchors}</ul>"
    return Reply(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
