"""Portals for the crawl bench: as many hosts as asked for on loopback, in a process of their own.

Each has one column in the manner of TRS, `lists` pages of `per_list` reports, and a page for each report:
a generated one with its host and number in it, so that no two are the same. Robots are allowed by a 404,
and every page has an ETag.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path

from crawler.registry.rows import COLUMNS, SITES
from demo.generate import generate

COLUMN = "/zfxxgk/zfxxgknb/"
_FIRST_ADDRESS = (127, 9, 0, 1)
_SEEDS = 8


@dataclass(frozen=True)
class Asked:
    """What the portals have seen since they were last asked: pages that are there, answers of 304, and
    the seconds between the first request and the last answer."""

    pages: int
    unchanged: int
    seconds: float


@dataclass(frozen=True)
class Portals:
    """The portals while they are served."""

    addresses: Mapping[str, str]
    port: int
    lists: int
    per_list: int
    _server: Connection

    @property
    def pages(self) -> int:
        """All pages of all hosts."""
        return len(self.addresses) * self.lists * (self.per_list + 1)

    @property
    def reports(self) -> int:
        """All reports of all hosts."""
        return len(self.addresses) * self.lists * self.per_list

    def asked(self) -> Asked:
        """What was asked since the last time."""
        self._server.send("asked")
        asked: Asked = self._server.recv()
        return asked

    def list_urls(self) -> list[str]:
        """Every list page, by address."""
        return [
            f"http://{address}:{self.port}{COLUMN}{_list_name(number)}"
            for address in self.addresses.values()
            for number in range(self.lists)
        ]

    def write_registry(self, folder: Path) -> Path:
        """A registry of all hosts, none of which needs a pause."""
        folder.mkdir(parents=True, exist_ok=True)
        sites = [",".join(SITES)]
        columns = [",".join(COLUMNS)]
        for host in self.addresses:
            site_id = host.partition(".")[0]
            url = f"http://{host}:{self.port}"
            sites.append(f"{site_id},110101,{site_id},{url}/,trs,high,unverified,,0,,,")
            columns.append(f"{site_id},nb,{url}{COLUMN},trs,,reports,")
        (folder / "sites.csv").write_text("\n".join(sites) + "\n", encoding="utf-8")
        (folder / "columns.csv").write_text("\n".join(columns) + "\n", encoding="utf-8")
        return folder


@contextmanager
def portals(hosts: int, lists: int, per_list: int) -> Iterator[Portals]:
    """Serve for the length of a with block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    first = int.from_bytes(bytes(_FIRST_ADDRESS))
    addresses = {f"h{number:04}.test": _dotted(first + number) for number in range(hosts)}
    process = context.Process(
        target=_serve, args=(list(addresses.values()), lists, per_list, theirs), daemon=True
    )
    process.start()
    theirs.close()
    yield Portals(addresses, ours.recv(), lists, per_list, ours)
    ours.close()
    process.join()


def _dotted(number: int) -> str:
    return ".".join(map(str, number.to_bytes(4)))


class _Site:
    """The pages, alike on every host, and the count of what was asked."""

    def __init__(self, lists: int, per_list: int) -> None:
        self._lists = lists
        self._per_list = per_list
        made = (generate(seed, edition="e2021", skin="html_clean").data.decode() for seed in range(_SEEDS))
        self._bodies = [page.partition("<body")[2].partition(">")[2].partition("</body>")[0] for page in made]
        self._asked = Asked(0, 0, 0.0)
        self._first = 0.0
        self.page = lru_cache(maxsize=None)(self._page)

    def answer(self, head: bytes) -> bytes:
        """The answer to a request."""
        path = head.split(b" ", 2)[1].decode()
        host = head.lower().partition(b"\r\nhost:")[2].split(b"\r\n", 1)[0].strip().decode()
        # Beyond the last list there is nothing, as the crawl makes sure.
        if path in ("/robots.txt", f"{COLUMN}{_list_name(self._lists)}"):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        now = time.monotonic()
        if not self._asked.pages:
            self._first = now
        unchanged = b"if-none-match:" in head.lower()
        self._asked = Asked(self._asked.pages + 1, self._asked.unchanged + unchanged, now - self._first)
        etag = f'ETag: "{path}"\r\n'.encode()
        if unchanged:
            return b"HTTP/1.1 304 Not Modified\r\n" + etag + b"\r\n"
        body = self.page(host.partition(":")[0], path)
        length = f"Content-Length: {len(body)}\r\n".encode()
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + etag + length + b"\r\n" + body
        )

    def told(self) -> Asked:
        """What was asked since the last time."""
        asked, self._asked = self._asked, Asked(0, 0, 0.0)
        return asked

    def _page(self, host: str, path: str) -> bytes:
        name = path.removeprefix(COLUMN)
        for number in range(self._lists):
            if name in (_list_name(number), "" if number == 0 else None):
                return self._list(host, number)
        number = int(name.partition(".")[0])
        title = _title(host, number)
        return (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>"
            f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2026-01-20">'
            f'</head><body><h1>{title}</h1><div class="TRS_Editor">'
            f"{self._bodies[number % _SEEDS]}</div></body></html>"
        ).encode()

    def _list(self, host: str, number: int) -> bytes:
        first = number * self._per_list
        titles = {one: _title(host, one) for one in range(first, first + self._per_list)}
        lines = "".join(
            f'<li><a href="./{one}.html" title="{title}">{title}</a><span>2026-01-20</span></li>'
            for one, title in titles.items()
        )
        pager = f'<script>createPageHTML({self._lists}, {number}, "index", "html");</script>'
        return (
            f"<!DOCTYPE html><meta charset=utf-8><title>政府信息公开年报</title>"
            f'<ul class="list">{lines}</ul>{pager}'
        ).encode()


def _list_name(number: int) -> str:
    return "index.html" if number == 0 else f"index_{number}.html"


def _title(host: str, number: int) -> str:
    return f"某县{host.partition('.')[0]}第{number}号局2025年政府信息公开工作年度报告"


def _serve(addresses: list[str], lists: int, per_list: int, parent: Connection) -> None:
    asyncio.run(_answering(addresses, _Site(lists, per_list), parent))


async def _answering(addresses: list[str], site: _Site, parent: Connection) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(site.answer(await reader.readuntil(b"\r\n\r\n")))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    ended = asyncio.Event()

    def told() -> None:
        try:
            parent.recv()
        except EOFError:
            ended.set()
        else:
            parent.send(site.told())

    port = 0
    for address in addresses:
        server = await asyncio.start_server(connected, address, port)
        port = server.sockets[0].getsockname()[1]
    asyncio.get_running_loop().add_reader(parent.fileno(), told)
    parent.send(port)
    await ended.wait()
