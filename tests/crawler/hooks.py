"""Servers that answer webhooks, and an archive whose news nobody has heard of yet."""

from __future__ import annotations

import json
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.runs.outcomes import Outcome
from crawler.runs.records import Plan, Runs, RunWriter
from crawler.runs.results import ColumnResult, Part, ReportDocument
from tests.cli.run import gknb
from tests.crawler.crawl import site_row, write_registry

SECRETS = ("hunter2", "s3cr3t", "robot", "inbox")
RUN = "r000001-20260131T000000Z-0001"

Answer = Callable[[socket.socket], None]


def says(text: bytes) -> Answer:
    """Answer so, and close."""
    return lambda connection: connection.sendall(text)


def says_without_end(head: bytes, again: bytes) -> Answer:
    """Answer so, and again, as long as somebody listens."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(again)

    return answer


def says_and_waits(head: bytes) -> Answer:
    """Answer so, and then nothing, until the other side has left."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        connection.recv(1)

    return answer


def resets(connection: socket.socket) -> None:
    """Close with RST in place of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def status(line: str, *headers: str) -> Answer:
    return says("\r\n".join([f"HTTP/1.1 {line}", *headers, "Content-Length: 0", "", ""]).encode())


@dataclass
class Hook:
    """A server of one answer for all who come; `told` are the bodies that it has had."""

    answer: Answer
    tls: ssl.SSLContext | None = None
    listens: bool = True
    told: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://robot:hunter2@{host}:{self.port}/inbox?token=s3cr3t"

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if not self.listens:
                self.answer(connection)
                return
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as asked:
                head = b"".join(iter(asked.readline, b"\r\n"))
                lengths = [
                    int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length")
                ]
                self.heads.append(head)
                self.told.append(asked.read(sum(lengths)))
                self.asked.set()
                self.answer(connection)


def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Hook]]:
    """Makes servers, which no proxy stands before."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    made: list[Hook] = []

    def make(answer: Answer, tls: ssl.SSLContext | None = None, listens: bool = True) -> Hook:
        made.append(Hook(answer, tls, listens))
        return made[-1]

    yield make
    for one in made:
        one.close()


@dataclass(frozen=True)
class Place:
    """An archive in which a run has found news that nobody has heard of yet."""

    registry: Path
    archive: Path

    def tell(self, address: str, **environment: str) -> tuple[int, str, str]:
        """`gknb crawl --due`, for which no site is due: exit code, stdout, stderr."""
        where = ["--registry", str(self.registry), "--archive", str(self.archive), "--due"]
        told = gknb("crawl", *where, GKNB_WEBHOOK=address, **environment)
        assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
        return told.exit_code, told.stdout, told.stderr

    @property
    def report(self) -> dict[str, object]:
        path = self.archive / "runs" / f"{RUN}.json"
        assert path.stat().st_mode & 0o777 == 0o600
        read: dict[str, object] = json.loads(path.read_bytes())
        return read

    @property
    def is_pending(self) -> bool:
        return bool(Runs(self.archive).untold(RUN))

    def secrets(self, *outputs: str) -> list[str]:
        """The secrets that stand in any of these, or in any file of the archive."""
        files = [path.read_bytes() for path in self.archive.rglob("*") if path.is_file()]
        everything = "\n".join([*outputs, *(data.decode("utf-8", "replace") for data in files)])
        return [secret for secret in SECRETS if secret in everything]


def untold_place(tmp_path: Path) -> Place:
    column = "a,nb,http://a.gov.cn/nb/,trs,,reports,"
    there = Place(
        write_registry(tmp_path / "registry", [site_row("a", "http://a.gov.cn/", "trs")], [column]),
        tmp_path / "archive",
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    part = Part("article", "http://a.gov.cn/1", "http://a.gov.cn/1", "0" * 64, "年报")
    document = ReportDocument("a", "nb", part.url, "某县年报", "", None, None, now, True, (part,))
    writer = RunWriter(there.archive, Plan(RUN, ("a",), str(there.registry), "due"))
    result = ColumnResult(RUN, "a", "nb", "http://a.gov.cn/nb/", "trs", Outcome.OK, "", now, now)
    writer.add(_with(result, document))
    writer.finish()
    writer.close()
    return there


def _with(result: ColumnResult, document: ReportDocument) -> ColumnResult:
    return ColumnResult(**{**result.to_record(), "present": 1, "new": (document,)})
