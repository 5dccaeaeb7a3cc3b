"""An S3 server in trouble: a proxy before a sound one, which spoils answers by a plan.

500, 503   refused, and nothing was done
lost       done, and told as 500: whoever asks again meets what it has written itself
half       the answer breaks off in its middle
dropped    the connection ends without an answer
hangs      the answer does not come as long as anybody waits
slow       the answer comes late
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

#: The trouble of the so manieth request, by its method and path; "" where it is answered as it should be.
Plan = Callable[[int, str, str], str]
#: Seconds by which the answer is late.
LATE = 0.5
_HOP = {"connection", "transfer-encoding", "keep-alive"}


class Troubled:
    """Where it listens, and how often there was which trouble."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.had: dict[str, int] = {}


@contextmanager
def troubled(server: str, plan: Plan) -> Iterator[Troubled]:
    """The proxy before the server at this address."""
    behind, lock, over = urlsplit(server), Lock(), Event()
    asked = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            nonlocal asked
            with lock:
                trouble = plan(asked, self.command, self.path)
                asked += 1
                there.had[trouble] = there.had.get(trouble, 0) + 1
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if trouble in ("500", "503"):
                self._send(int(trouble), [], b"")
                return
            if trouble == "dropped":
                self.close_connection = True
                return
            if trouble == "hangs":
                over.wait()
                self.close_connection = True
                return
            if trouble == "slow":
                over.wait(LATE)
            asking = http.client.HTTPConnection(behind.hostname or "", behind.port)
            asking.request(self.command, self.path, body, dict(self.headers))
            answer = asking.getresponse()
            data = answer.read()
            asking.close()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
            if trouble == "lost":
                self._send(500, [], b"")
            else:
                self._send(answer.status, headers, data, whole=trouble != "half")

        def _send(
            self, status: int, headers: list[tuple[str, str]], data: bytes, *, whole: bool = True
        ) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() != "content-length" or self.command == "HEAD":
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data if whole else data[: len(data) // 2])
            self.close_connection = self.close_connection or not whole

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.daemon_threads = True
    there = Troubled(f"http://127.0.0.1:{proxy.server_address[1]}")
    Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield there
    finally:
        over.set()
        proxy.shutdown()
        proxy.server_close()
