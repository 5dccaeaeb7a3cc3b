"""The downloader middleware between the crawl and the archive: nothing passes it unrecorded.

Towards the network: what this run has fetched comes from the archive, as does a robots.txt that any run has
had within a day, and an address that an earlier run has fetched is asked for under conditions (ETag,
Last-Modified). Back from it: every answer is kept and
recorded, redirects, failures, challenges and robots.txt too; a 304 becomes the body that it confirms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from crawler.archive.snapshot import Snapshot, body_hash, request_key
from crawler.archive.store import ArchiveWriter
from crawler.asked import ROBOTS, Asked
from crawler.crawling import ArchivedSpider
from crawler.manners.challenges import challenge, says_missing
from crawler.manners.failures import Withheld, describe, outcome_of_exception
from crawler.manners.politeness import BROKEN, TOO_LARGE
from crawler.runs.outcomes import Outcome, outcome_of_status
from crawler.runs.plan import CLOCK_PLAY

_REPLAYED = "archived"
_TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})
_CONDITIONS = frozenset({b"If-None-Match", b"If-Modified-Since"})
# RFC 9309 2.4: for so long a robots.txt may be believed without being asked for again.
_ROBOTS_LIFETIME = timedelta(hours=24)
_ROBOTS_KNOWN = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.GONE})
# What these outcomes withhold is not for the parts that read pages, nor worth a retry.
_WITHHELD = frozenset({Outcome.BLOCKED, Outcome.TOO_LARGE, Outcome.BROKEN_RESPONSE})
# Answers whose body is not kept: there is none, or not the whole.
_UNKEPT = frozenset({Outcome.UNCHANGED, Outcome.TOO_LARGE, Outcome.BROKEN_RESPONSE})
# So many bodies are brought to the disk side by side.
_WRITERS = 16


def _is_withheld(outcome: str, status: int | None) -> bool:
    """Whether an answer is for no reader: also where it is a page that says that nothing is there."""
    return outcome in _WITHHELD or (outcome == Outcome.GONE and status == 200)


class ArchiveWriteError(RuntimeError):
    """The archive could not be written: the run cannot go on, and resumes once there is room."""


class _Replayed(Withheld):
    """What the archive says was withheld: it is recorded already."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A request that is on its way."""

    request: Request
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class ArchiveMiddleware:
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asking: dict[bytes, _Asking] = {}
        self._disk = ThreadPoolExecutor(_WRITERS, "archive")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """See Scrapy."""
        return cls(crawler)

    @property
    def _archive(self) -> ArchiveWriter:
        return ArchivedSpider.of(self._crawler).archive

    async def process_request(self, request: Request) -> Response | None:
        """The archived answer of this run, if there is one; else the conditions are added.

        Where two columns ask for the same address at once, the second waits for the first's answer.
        """
        key = _key(request)
        while key in self._asking:
            await self._asking[key].answered.wait()
        known = self._archive.fetched(key) or self._known_robots(request, key)
        if known and not (Asked.of(request).again and known.outcome is Outcome.BLOCKED):
            return self._answer(request, known)
        self._asking[key] = _Asking(request)
        for condition in _CONDITIONS:  # a redirect brings those of the address that it came from
            request.headers.pop(condition, None)
        if earlier := self._archive.earlier(key):
            if earlier.etag:
                request.headers["If-None-Match"] = earlier.etag
            if earlier.last_modified and _is_past(earlier):
                request.headers["If-Modified-Since"] = earlier.last_modified
        return None

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keeps and records the answer. Raises Withheld for what is not to be read (blocked, too_large …)."""
        if _REPLAYED in response.flags:
            return response
        try:
            return await self._recorded(request, response)
        finally:
            self._has_answer(request)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Records that no answer came, and why."""
        outcome = outcome_of_exception(exception)
        if outcome is not None and not isinstance(exception, _Replayed):
            self._write(self._snapshot(request, outcome, describe(exception), None))
        self._has_answer(request)

    def _known_robots(self, request: Request, key: bytes) -> Snapshot | None:
        if Asked.of(request).purpose != ROBOTS:
            return None
        last = self._archive.last(key)
        # One of a time that is still to come was had under a wrong clock, nobody knows when.
        is_fresh = last is not None and -CLOCK_PLAY < last.age < _ROBOTS_LIFETIME
        return last if last and last.outcome in _ROBOTS_KNOWN and is_fresh else None

    def _has_answer(self, request: Request) -> None:
        asking = self._asking.get(_key(request))
        if asking is not None and asking.request is request:
            del self._asking[_key(request)]
            asking.answered.set()

    async def _recorded(self, request: Request, response: Response) -> Response:
        headers = _headers(response)
        outcome, detail, may_relent = _judged(request, response, headers)
        sha256 = None if outcome in _UNKEPT else await self._stored(response.body)
        snapshot = self._snapshot(request, outcome, detail, response, headers, sha256)
        self._write(snapshot)
        if _is_withheld(outcome, response.status):
            raise Withheld(outcome, detail, may_relent=may_relent)
        return self._answer(request, snapshot) if outcome is Outcome.UNCHANGED else response

    def _answer(self, request: Request, snapshot: Snapshot) -> Response:
        if _is_withheld(snapshot.outcome, snapshot.http_status):
            raise _Replayed(snapshot.outcome, snapshot.detail)
        body = self._archive.body(snapshot.source_sha256) if snapshot.source_sha256 else b""
        status = snapshot.http_status
        if status is None or snapshot.outcome is Outcome.UNCHANGED:
            status = 200
        headers: dict[str, list[str]] = {}
        for name, value in snapshot.headers:
            headers.setdefault(name, []).append(value)
        if snapshot.content_type:
            headers["Content-Type"] = [snapshot.content_type]
        kind = responsetypes.from_args(url=request.url, body=body)
        return kind(
            request.url,
            status=status,
            headers=headers,
            body=body,
            flags=[_REPLAYED, snapshot.outcome],
            request=request,
        )

    def _write(self, snapshot: Snapshot) -> None:
        try:
            self._archive.record(snapshot)
        except OSError as error:
            raise ArchiveWriteError(f"the fetch log cannot be written: {error}") from error

    async def _stored(self, body: bytes) -> str:
        """Keep a body; in a thread, as a disk takes its time and brings many bodies home at once."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._disk, self._archive.store, body)
        except OSError as error:
            raise ArchiveWriteError(f"a page cannot be stored: {error}") from error

    def _snapshot(
        self,
        request: Request,
        outcome: Outcome,
        detail: str,
        response: Response | None,
        headers: Sequence[tuple[str, str]] = (),
        sha256: str | None = None,
    ) -> Snapshot:
        asked = Asked.of(request)
        request_sha256 = body_hash(request.body)
        etag = last_modified = content_type = None
        size = None
        if response is not None:
            named = {name.lower(): value for name, value in headers}
            etag, last_modified = named.get("etag"), named.get("last-modified")
            content_type = named.get("content-type")
            if outcome is Outcome.UNCHANGED:
                earlier = self._archive.earlier(_key(request))
                assert earlier is not None  # _judged has seen the condition that it set
                sha256, size, content_type = earlier.source_sha256, earlier.size, earlier.content_type
                etag, last_modified = etag or earlier.etag, last_modified or earlier.last_modified
            elif sha256 is not None:
                size = len(response.body)
        return Snapshot(
            url=asked.url,
            final_url=request.url,
            method=request.method,
            request_sha256=request_sha256,
            site_id=asked.site_id,
            column=asked.column,
            purpose=asked.purpose,
            fetched_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            http_status=response.status if response is not None else None,
            outcome=outcome,
            detail=detail,
            content_type=content_type,
            source_sha256=sha256,
            size=size,
            etag=etag,
            last_modified=last_modified,
            link_text=asked.link_text,
            run_id=self._archive.run_id,
            headers=tuple(headers),
        )


def _key(request: Request) -> bytes:
    return request_key(request.method, request.url, body_hash(request.body))


def _is_past(earlier: Snapshot) -> bool:
    """Whether a page's Last-Modified lay before it was fetched. Under a date that is still to come, many a
    server calls everything unchanged until then (RFC 9110 8.8.2.1)."""
    try:
        modified = parsedate_to_datetime(earlier.last_modified or "")
    except ValueError:
        return False
    if modified.tzinfo is None:
        modified = modified.replace(tzinfo=UTC)
    return modified <= datetime.fromisoformat(earlier.fetched_at)


def _judged(
    request: Request, response: Response, headers: Sequence[tuple[str, str]]
) -> tuple[Outcome, str, bool]:
    """How a fetch ended, what is to be said of it, and whether what withholds the page may relent."""
    if TOO_LARGE in response.flags:
        return Outcome.TOO_LARGE, "unpacked, the answer is larger than DOWNLOAD_MAXSIZE", False
    if BROKEN in response.flags:
        return Outcome.BROKEN_RESPONSE, "the answer cannot be unpacked", False
    answer = response.url, response.status, headers, response.body
    is_robots = Asked.of(request).purpose == ROBOTS
    signal = None if is_robots and response.status in (401, 403) else challenge(*answer)
    if signal is not None:
        return Outcome.BLOCKED, f"{signal.name}: {signal.meaning}", signal.may_relent
    if not is_robots and (missing := says_missing(*answer)) is not None:
        return Outcome.GONE, f"{missing.name}: {missing.meaning}", False
    outcome = outcome_of_status(response.status)
    if outcome is Outcome.UNCHANGED and not (_CONDITIONS & request.headers.keys()):
        return Outcome.HTTP_ERROR, "304 to a request without conditions", False
    return outcome, "" if response.status == 200 else f"HTTP {response.status}", False


def _headers(response: Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if name.decode("latin-1").lower() not in _TRANSFER_HEADERS
    ]
