"""What the worst province says that it withholds, a client cannot have; what it says can be had, it can."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from demo.province.faults import BOMB_BYTES
from demo.province.plan import Published
from demo.province.server import free_ports, serving
from demo.province.worst import Expected, Worst, at_worst
from tests.demo_province.client import WALKERS, Client, Reply

PATIENCE = 4
# More lines than any list has, and fewer than an endless one.
LINES = 200
# What is silent where a column ends in a timeout (worst.py), and how long it is listened to. Everything else
# answers, however late on a busy machine.
SILENT, SILENT_SECONDS = "/rest/", 0.3
SIZE_LIMIT = 10 * 2**20
# Ways for a request to come to nothing.
FAILURES = (AssertionError, OSError, http.client.HTTPException, LookupError, RuntimeError)


class PatientClient(Client):
    """Asks again after 429, 5xx and broken bodies, keeps robots.txt, and takes no page above a limit."""

    def __init__(self, worst: Worst) -> None:
        super().__init__(worst.province)
        self.size_limit = SIZE_LIMIT
        self.silent = ""
        self._robots: dict[str, RobotFileParser] = {}

    def ask(
        self,
        url: str,
        data: str | None = None,
        *,
        follow: bool = True,
        method: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        parts = urlsplit(url)
        assert parts.scheme == "http", "this client has no TLS"
        assert parts.path == "/robots.txt" or self._allowed(url), f"robots.txt forbids {url}"
        self.timeout = SILENT_SECONDS if self.silent and self.silent in url else None
        for attempt in range(PATIENCE):
            try:
                reply = super().ask(url, data, follow=follow, method=method, headers=headers)
            except (http.client.IncompleteRead, ConnectionResetError):
                if attempt == PATIENCE - 1:
                    raise
                continue
            if reply.status != 429 and reply.status < 500:
                break
        assert reply.headers.get("content-encoding") != "gzip", f"unpacks to {BOMB_BYTES} bytes"
        return reply

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.netloc not in self._robots:
            reply = self.ask(f"http://{parts.netloc}/robots.txt")
            rules = RobotFileParser()
            closed = reply.status in (401, 403) or reply.status >= 500
            text = reply.text if reply.status == 200 else "User-agent: *\nDisallow: /" if closed else ""
            rules.parse(text.splitlines())
            self._robots[parts.netloc] = rules
        return self._robots[parts.netloc].can_fetch("test", url)


@pytest.fixture(scope="module")
def worst() -> Iterator[Worst]:
    port, tls_port = free_ports(2)
    spoilt = at_worst(1, port, tls_port)
    with serving(spoilt.province):
        yield spoilt


def listed(client: Client, expected: Expected) -> set[str]:
    """Every address that the column's list gives before it fails."""
    column = expected.column
    url = column.url
    with contextlib.suppress(*FAILURES):
        url = client.ask(url).url
    found: set[str] = set()
    with contextlib.suppress(*FAILURES):
        for _, address in islice(WALKERS[column.family](client, url), LINES):
            found.add(address)
    return found


def had(client: Client, report: Published, addresses: set[str]) -> bool:
    """Does the list lead to the report, and can its text or file be had at one of its addresses?"""
    if (report.page_url or report.file_urls[0]) not in addresses:
        return False
    for url in report.report_urls:
        with contextlib.suppress(*FAILURES):
            reply = client.ask(url)
            if reply.status == 200 and (report.title in reply.text or reply.body[:4] in (b"%PDF", b"PK\3\4")):
                return True
    return False


def test_the_withheld_and_only_they_are_out_of_reach(worst: Worst) -> None:
    wrong = []
    for expected in worst.expected.values():
        client = PatientClient(worst)
        if expected.outcome == "timeout":
            client.silent = SILENT
        addresses = listed(client, expected)
        withheld = [report.item.key for report in expected.withheld]
        every = worst.reports(expected.column)
        to_be_had = [report for report in every if report.item.key not in withheld]
        # Lists are read whole; of what is said to be there, some is fetched.
        wrong += [r.title for r in to_be_had if (r.page_url or r.file_urls[0]) not in addresses]
        wrong += [r.title for r in to_be_had[:: len(to_be_had) // 4 or 1] if not had(client, r, addresses)]
        wrong += [r.title for r in expected.withheld if had(client, r, addresses)]
    assert not wrong
