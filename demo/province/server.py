"""The province on loopback: one HTTP server, an address for each machine, a log of every request.

Written on asyncio streams and not on a web framework, because it has to answer wrongly on purpose: half a
body, a reset, no answer, a name in a certificate that is not its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

from demo.province.certificates import Authority, server_context
from demo.province.faults import Fault
from demo.province.http import REASONS, Ending, Request, Response, conditional, parameters
from demo.province.journal import Entry, Journal
from demo.province.plan import Province

# Longer requests than any client of these portals sends.
HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 1024 * 1024
IDLE_SECONDS = 60.0
# The first byte of a ClientHello.
TLS_HANDSHAKE = b"\x16"


class BadRequestError(ValueError):
    """What came over the connection is no HTTP/1.x request that this server takes."""


class Server:
    """Serves a province in a thread of its own; a context manager.

    `log` is the file for the JSON lines. What the province does can be changed while it runs, see `Province`.
    A fault of the simulator itself, as against one that it plays, is raised again by `stop`.
    """

    def __init__(self, province: Province, log: Path | None = None) -> None:
        self.province = province
        self.journal = Journal(log)
        self._authority = Authority()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="demo province", daemon=True)
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._stop = asyncio.Event()
        self._connections = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._faults: list[BaseException] = []
        # Reports are written while the loop goes on noting when requests come: the log is to show the
        # client's pace, not the writer's.
        self._writer = ThreadPoolExecutor(1, "demo province writer")

    @property
    def authority_pem(self) -> bytes:
        """The certificate of the authority that signs the good certificates, as PEM."""
        return self._authority.pem

    @property
    def entries(self) -> list[Entry]:
        """The log so far; whatever a client has had the whole answer to is in it."""
        if self._thread.is_alive():
            # A turn of the loop, in which answers that are out are noted.
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop).result()
        return list(self.journal.entries)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Bind every address and serve. Raises OSError where a port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            self._thread.join()
            self.journal.close()
            raise self._failure

    def stop(self) -> None:
        """Close every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._writer.shutdown()
        self.journal.close()
        if self._faults:
            raise BaseExceptionGroup("the simulator failed on requests", self._faults)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        servers: list[asyncio.Server] = []
        try:
            for address in self.province.machines:
                servers.append(
                    await asyncio.start_server(self._accept, address, self.province.port, limit=HEAD_LIMIT)
                )
                if self.province.tls_port is not None:
                    servers.append(await self._tls_server(address, self.province.tls_port))
        except OSError as error:
            self._failure = error
        else:
            self._ready.set()
            await self._stop.wait()
        for server in servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ready.set()

    async def _tls_server(self, address: str, port: int) -> asyncio.Server:
        hosts = [host for host, at in self.province.addresses.items() if at == address]
        faults = {fault for host in hosts for fault in self.province.tls_faults(host)}
        # Without TLS the port speaks plain HTTP, which is what a client's handshake breaks on.
        context: ssl.SSLContext | None = None
        if Fault.NOT_TLS not in faults:
            context = server_context(self._authority, hosts, faults)
        return await asyncio.start_server(self._accept, address, port, limit=HEAD_LIMIT, ssl=context)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        number = next(self._connections)
        try:
            while await self._answer(reader, writer, number):
                pass
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            TimeoutError,
            ssl.SSLError,
        ):
            # The client's leaving, which is its right at any moment.
            pass
        except asyncio.CancelledError:
            # The server ends; nobody waits for this task's word.
            pass
        except BadRequestError as error:
            with contextlib.suppress(ConnectionError):
                writer.write(f"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{error}".encode())
        finally:
            writer.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            self._faults.append(fault)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        """Serve one request; False where the connection ends with it."""
        address = writer.get_extra_info("sockname")[0]
        request = await self._read(reader, address)
        if request is None:
            return False
        started = time.monotonic()
        response, fault = await self._loop.run_in_executor(self._writer, self.province.respond, request)
        if fault is None or response.ending is Ending.WHOLE:
            response = conditional(request, response)
        sent = 0
        if response.delay:
            await asyncio.sleep(response.delay)
        keep = request.headers.get("connection", "").lower() != "close" and response.ending is Ending.WHOLE
        try:
            sent = await self._send(reader, writer, request, response, keep)
        finally:
            self.journal.add(
                Entry(
                    started=started,
                    ended=time.monotonic(),
                    connection=number,
                    host=request.host,
                    address=address,
                    method=request.method,
                    target=request.target,
                    headers=dict(request.headers),
                    form=request.body.decode("utf-8", "replace"),
                    status=response.status if response.ending is not Ending.NEVER else 0,
                    sent=sent,
                    fault=fault.value if fault else "",
                    etag=response.header("ETag") or "",
                    last_modified=response.header("Last-Modified") or "",
                )
            )
        return keep

    async def _read(self, reader: asyncio.StreamReader, address: str) -> Request | None:
        async with asyncio.timeout(IDLE_SECONDS):
            first = await reader.read(1)
            if not first:
                return None
            if first == TLS_HANDSHAKE:
                raise BadRequestError("this port speaks plain HTTP")
            head = first + await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise BadRequestError(f"not a request line: {lines[0][:100]!r}")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT or "transfer-encoding" in headers:
            raise BadRequestError("a body needs a Content-Length of at most 1 MiB")
        body = await reader.readexactly(int(length))
        parts = urlsplit(words[1])
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        named = (parts.hostname or headers.get("host", "").rsplit(":", 1)[0]).lower()
        return Request(
            method=words[0],
            # By its bare address a machine shows the first of its portals, so that a browser gets in.
            host=self.province.first_host(address) if named == address else named,
            path=unquote(parts.path),
            query=parameters(parts.query),
            headers=headers,
            body=body,
            target=target,
        )

    async def _send(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        request: Request,
        response: Response,
        keep: bool,
    ) -> int:
        if response.ending is Ending.NEVER:
            while await reader.read(HEAD_LIMIT):
                pass
            return 0
        if response.ending is Ending.RESET:
            raw: socket.socket = writer.get_extra_info("socket")
            # Linger of no seconds: closing sends RST in place of FIN.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return 0
        head = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, '')}"]
        head += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status != 304:
            head.append(f"Content-Length: {response.length}")
        head.append("Connection: keep-alive" if keep else "Connection: close")
        # latin-1, as names in GBK go out raw in Content-Disposition.
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1", "xmlcharrefreplace"))
        if request.method == "HEAD" or response.status == 304:
            await writer.drain()
            return 0
        if response.ending is Ending.HALF:
            writer.write(response.body[: len(response.body) // 2])
            await writer.drain()
            return len(response.body) // 2
        for _ in range(response.repeat):
            writer.write(response.body)
            await writer.drain()
        return response.length


@contextlib.contextmanager
def serving(province: Province, log: Path | None = None) -> Iterator[Server]:
    """A running server for the length of a with block."""
    with Server(province, log) as server:
        yield server


def free_ports(count: int = 2) -> tuple[int, ...]:
    """So many ports that are free on every loopback address at this moment."""
    with contextlib.ExitStack() as stack:
        ports = []
        for _ in range(count):
            probe = stack.enter_context(socket.socket())
            probe.bind(("0.0.0.0", 0))
            ports.append(probe.getsockname()[1])
        return tuple(ports)
