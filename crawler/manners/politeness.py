"""Manners towards servers: one request at a time and a delay per address, pauses, a budget, bounds.

Slots are Scrapy's, keyed by the address that the guard has checked. As a host keeps one address for the
run, one request at a time per address is one per host too, and counties that share a machine share a slot.
"""

from __future__ import annotations

import zlib
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from scrapy.spiders import Spider

from crawler.addresses import host_of
from crawler.asked import ROBOTS, Asked
from crawler.crawling import ArchivedSpider
from crawler.manners.failures import Withheld, tls_fault
from crawler.manners.resolver import GuardedResolver
from crawler.runs.outcomes import Outcome

# Scrapy's slots ignore every pause where the delay is zero.
_LEAST_DELAY = 0.001

# What the requests say they accept (settings.DEFAULT_REQUEST_HEADERS).
_PACKINGS = frozenset({b"", b"identity", b"gzip", b"x-gzip", b"deflate"})

TOO_LARGE = "too_large"
BROKEN = "broken"


class HostGuard:
    """Refuses addresses by scheme and host, also those that a redirect leads to."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """See Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises Withheld (host_refused, redirect_refused)."""
        if reason := ArchivedSpider.of(self._crawler).host_rule.refusal(request.url):
            raise Withheld(refused(request), reason)


class Budget:
    """Counts requests, redirects and retries too: `SITE_BUDGET` for each site, `RUN_BUDGET` for all.

    Pages that a resumed run has from the archive count as well, so that a budget is one of the run.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._limit = settings.getint("SITE_BUDGET")
        self._run_limit = settings.getint("RUN_BUDGET")
        self._spent: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """See Scrapy."""
        return cls(crawler.settings)

    def process_request(self, request: Request) -> None:
        """Raises Withheld (over_budget)."""
        asked = Asked.of(request)
        if asked.purpose == ROBOTS:
            return
        if self._spent[asked.site_id] >= self._limit:
            raise Withheld(Outcome.OVER_BUDGET, f"the site's budget of {self._limit} requests is used up")
        if self._run_limit and self._spent.total() >= self._run_limit:
            raise Withheld(Outcome.OVER_BUDGET, f"the run's budget of {self._run_limit} requests is used up")
        self._spent[asked.site_id] += 1


class AddressSlot:
    """Resolves the host, has the address checked, and puts the request into the slot of that address."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """See Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Withheld (dns, host_refused, redirect_refused)."""
        host = host_of(request.url) or ""
        addresses = GuardedResolver.installed(self._crawler.settings).addresses
        try:
            key = str(await addresses.of(host))
        except Withheld as withheld:
            if withheld.outcome is not Outcome.DNS:
                raise Withheld(refused(request), withheld.detail) from withheld
            if not request.meta.get("proxy"):
                raise
            key = host  # only the proxy can resolve it, and it alone connects
        request.meta["download_slot"] = key
        self._keep_delay(key, host)

    def _keep_delay(self, key: str, host: str) -> None:
        spider = ArchivedSpider.of(self._crawler)
        default = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        delay = max(spider.slot_delays.get(key, 0.0), spider.delays.get(host, default), _LEAST_DELAY)
        spider.slot_delays[key] = delay
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": delay}
        if slot := downloader.slots.get(key):
            slot.delay = max(slot.delay, delay)


class Throttle(AutoThrottle):
    """AutoThrottle that keeps each slot's own least delay, and halts the slot of a server in trouble."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pauses = Pauses(crawler.settings)

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if key is None or slot is None:
            return
        slot.delay = max(slot.delay, ArchivedSpider.of(self.crawler).slot_delays[key])
        # Here and not in the retry, as the next request of the slot may go out before that.
        pause = self._pauses.after(request, response)
        if pause is not None:
            slot.lastseen = monotonic() + pause - slot.delay


class Pauses:
    """How long a server that answers 429 or 5xx is left alone."""

    def __init__(self, settings: BaseSettings) -> None:
        self._codes = frozenset(int(code) for code in settings.getlist("RETRY_HTTP_CODES"))
        self._base = settings.getfloat("BACKOFF_BASE")
        self._limit = settings.getfloat("BACKOFF_MAX")

    def after(self, request: Request, response: Response) -> float | None:
        """Seconds to wait before the next request to this address; None where nothing is wrong."""
        if response.status not in self._codes:
            return None
        asked = retry_after(response, datetime.now(UTC))
        wait: float = self._base * 2 ** request.meta.get("retry_times", 0)
        return min(max(wait, asked or 0.0), self._limit)

    def too_long(self, response: Response) -> bool:
        """Whether the server asks for a longer pause than a run makes."""
        asked = retry_after(response, datetime.now(UTC))
        return asked is not None and asked > self._limit


class Backoff(RetryMiddleware):
    """Retries as Scrapy does, but not what a retry cannot mend."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._pauses = Pauses(settings)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """See RetryMiddleware."""
        return response if self._pauses.too_long(response) else super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """See RetryMiddleware."""
        return None if tls_fault(exception) else super().process_exception(request, exception)


class Redirects(RedirectMiddleware):
    """Redirects as Scrapy follows them; too many are an outcome of their own, as is one to no address."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """See RedirectMiddleware. Raises Withheld."""
        try:
            return super().process_response(request, response)
        except ValueError as error:  # http://[::1/, a port that is no number
            raise _nowhere(request, (response.headers.get("Location") or b"").decode("latin-1")) from error

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        try:
            return super()._redirect(redirected, request, reason)
        except IgnoreRequest as error:
            raise _loop(request) from error


class MetaRefreshes(MetaRefreshMiddleware):
    """Redirects by a meta tag, with the same bounds."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """See MetaRefreshMiddleware. Raises Withheld."""
        try:
            return super().process_response(request, response)
        except ValueError as error:
            raise _nowhere(request, "what its meta tag says") from error

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        try:
            return super()._redirect(redirected, request, reason)
        except IgnoreRequest as error:
            raise _loop(request) from error


class BoundedCompression(HttpCompressionMiddleware):
    """Unpacks responses within DOWNLOAD_MAXSIZE; what cannot be unpacked goes on, empty and flagged."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """See HttpCompressionMiddleware."""
        packings = (
            b",".join(response.headers.getlist("Content-Encoding")).lower().replace(b" ", b"").split(b",")
        )
        if not set(packings) <= _PACKINGS:
            return _emptied(response, BROKEN)
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            return _emptied(response, TOO_LARGE)
        except (OSError, EOFError, zlib.error):
            return _emptied(response, BROKEN)


def retry_after(response: Response, now: datetime) -> float | None:
    """The seconds that Retry-After asks for, 0 where its moment has passed; None without a valid one."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def refused(request: Request) -> Outcome:
    """The outcome of a request to where the crawl may not go: its own, or one that a redirect made."""
    return Outcome.REDIRECT_REFUSED if request.meta.get("redirect_urls") else Outcome.HOST_REFUSED


def _nowhere(request: Request, location: str) -> Withheld:
    where = f"{request.url} redirects to {location[:200]}, which is no address"
    return Withheld(Outcome.REDIRECT_REFUSED, where)


def _loop(request: Request) -> Withheld:
    steps = " -> ".join([*request.meta.get("redirect_urls", [])[-3:], request.url])
    return Withheld(Outcome.REDIRECT_LOOP, f"redirected too often: {steps}")


def _emptied(response: Response, flag: str) -> Response:
    emptied = response.replace(body=b"", flags=[*response.flags, flag])
    emptied.headers.pop("Content-Encoding", None)
    return emptied
