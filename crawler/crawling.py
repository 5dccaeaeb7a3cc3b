"""What every spider of this project stands on: a registry, an archive, and one way to fetch a page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings

from base.paths import OWN_REGISTRY
from base.processes.lifeline import end_with_starter
from crawler.archive.store import ArchiveWriter
from crawler.asked import Asked
from crawler.manners.challenges import signals as signals_of_challenges
from crawler.manners.failures import (
    DOWNLOAD_FAILURES,
    StoppingError,
    Withheld,
    describe,
    outcome_of_exception,
)
from crawler.manners.guard import CONTACT_MISSING, HostRule, host_addresses
from crawler.manners.patience import Patience
from crawler.platforms.base import Fetch
from crawler.platforms.page import Page
from crawler.registry import tables as registry_tables
from crawler.registry.rows import Site
from crawler.registry.tables import Registry
from crawler.run_ids import new_run_id
from crawler.runs.outcomes import Outcome, advice, outcome_of_status
from crawler.storage.leases import Leases
from crawler.storage.objects import Storage

# Seconds between two looks, while a pause is made, at whether the crawl is asked to end.
_LOOK_EVERY = 0.5


class ArchivedSpider(Spider):
    """A spider whose every fetch is guarded, polite and archived.

    A subclass writes `async def start(self)` and in it asks for pages with `await self.get(fetch, asked)`,
    one after the other for one site, side by side for many; slots and delays are taken care of.

    Arguments: `registry` (a directory), `run_id` (a run of that id is resumed, else begun).
    Settings: see crawler/settings.py.
    """

    registry: Registry
    archive: ArchiveWriter
    host_rule: HostRule
    leases: Leases | None

    def __init__(self, registry: str = str(OWN_REGISTRY), run_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.registry_directory = Path(registry)
        self.run_id = run_id or ""
        # Seconds between requests: by host as the registry and robots.txt say, by slot as that works out.
        self.delays: dict[str, float] = {}
        self.slot_delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """See Scrapy. Raises TableError, InUseError."""
        end_with_starter()
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.run_id = spider.run_id or new_run_id(Path(crawler.settings["ARCHIVE_DIR"]))
        # A faulty table ends the run before it has begun.
        spider.registry = registry_tables.load(spider.registry_directory)
        signals_of_challenges()
        advice()
        named = host_addresses(crawler.settings)
        spider.host_rule = HostRule(spider.registry.hosts, named)
        spider.delays = {
            site.host: site.delay for site in spider.registry.sites.values() if site.delay is not None
        }
        spider.archive = ArchiveWriter(Path(crawler.settings["ARCHIVE_DIR"]), spider.run_id)
        spider.leases = _leases(crawler.settings, spider.run_id)
        if spider.archive.torn:
            spider.logger.warning("mended the fetch log: %d torn bytes cut off", len(spider.archive.torn))
        crawler.signals.connect(spider.archive.close, signal=signals.spider_closed)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """See Scrapy: puts the contact into the user agent."""
        super().update_settings(settings)
        agent = settings["USER_AGENT"].replace(
            "{contact}", settings.get("CONTACT") or "no contact configured"
        )
        settings.set("USER_AGENT", agent, priority="cmdline")

    @property
    def is_stopping(self) -> bool:
        """Whether the crawl was asked to end, or ends by itself (a lease lost, too little memory), so that no
        request may be sent any more."""
        engine = self.crawler.engine
        if engine is None:
            return False
        slot = engine._slot  # Scrapy says it nowhere else before all requests under way have ended
        return not engine.running or (slot is not None and slot.closing is not None)

    @staticmethod
    def of(crawler: Crawler) -> ArchivedSpider:
        """The crawler's spider. Raises TypeError for one that this project's middlewares cannot serve."""
        if not isinstance(crawler.spider, ArchivedSpider):
            raise TypeError(
                f"{crawler.spider!r} must be an ArchivedSpider: the archive and the guard hang on it"
            )
        return crawler.spider

    def tls_profile(self, host: str) -> str:
        """The TLS profile of the site on `host`, "" for the usual one."""
        return self._tls_profiles.get(host, "")

    def demand_contact(self, sites: tuple[Site, ...]) -> None:
        """Raises CloseSpider where one of these sites lies beyond loopback and no contact is configured."""
        mapped = host_addresses(self.settings)
        beyond = [site.host for site in sites if not str(mapped.get(site.host, "")).startswith("127.")]
        if beyond and not self.settings.get("CONTACT"):
            self.logger.error("%s (asked for: %s …)", CONTACT_MISSING, ", ".join(beyond[:3]))
            raise CloseSpider("contact_missing")

    async def get(self, fetch: Fetch, asked: Asked) -> Page:
        """The page that `fetch` asks for, from the archive where this run has it. Raises Withheld.

        Only a complete 2xx answer is a page. `page.url` is where it came from, after redirects. One that a
        firewall withholds is asked for again after a pause. The task is cancelled once the crawl is to end:
        nobody takes half a column for a whole one then.
        """
        while True:
            try:
                return await self._get(fetch, asked)
            except Withheld as withheld:
                pause = self._patience.pause(fetch.url) if withheld.may_relent else None
                if pause is None:
                    raise
                self.logger.info(
                    "%s: %s; asked for again in %g s",
                    fetch.url,
                    withheld,
                    pause,
                    extra={"spider": self, "site": asked.site_id},
                )
            await self._wait(pause)
            asked = replace(asked, again=True)

    async def _get(self, fetch: Fetch, asked: Asked) -> Page:
        request = Request(
            fetch.url, method=fetch.method, headers=dict(fetch.headers), body=fetch.body, dont_filter=True
        )
        asked.attach(request)
        self._go_on_or_cancel()
        assert self.crawler.engine is not None
        with _failures_withheld():
            response = await self.crawler.engine.download_async(request)
        self._go_on_or_cancel()
        if not 200 <= response.status < 300:
            raise Withheld(_outcome(response), f"HTTP {response.status} for {response.url}")
        return Page(response.url, response.status, _headers(response), response.body)

    async def _wait(self, seconds: float) -> None:
        """Wait, but no longer than until the crawl is asked to end."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            self._go_on_or_cancel()
            await asyncio.sleep(min(left, _LOOK_EVERY))

    def _go_on_or_cancel(self) -> None:
        if self.is_stopping:
            raise asyncio.CancelledError("the crawl was asked to end")

    @cached_property
    def _patience(self) -> Patience:
        return Patience([float(pause) for pause in self.settings.getlist("BLOCKED_PAUSES") if pause])

    @cached_property
    def _tls_profiles(self) -> dict[str, str]:
        return {site.host: site.tls_profile for site in self.registry.sites.values() if site.tls_profile}


def _leases(settings: BaseSettings, holder: str) -> Leases | None:
    """The leases of a crawl that has machines beside it."""
    if not settings["LEASES"]:
        return None
    storage, seconds = Storage(settings["LEASES"]), settings.getfloat("LEASE_SECONDS")
    return Leases(storage, holder, seconds, machine=settings.get("MACHINE", ""))


@contextmanager
def _failures_withheld() -> Iterator[None]:
    try:
        yield
    except StoppingError as stopping:
        raise asyncio.CancelledError(str(stopping)) from stopping
    except Withheld:
        raise
    except DOWNLOAD_FAILURES as failure:
        outcome = outcome_of_exception(failure)
        assert outcome is not None  # every type of DOWNLOAD_FAILURES has one
        raise Withheld(outcome, describe(failure)) from failure


def _outcome(response: Response) -> Outcome:
    # A redirect that is still one here leads to no http address, or to none at all; a 304 answers a
    # request that had no condition.
    still = {Outcome.REDIRECT: Outcome.REDIRECT_REFUSED, Outcome.UNCHANGED: Outcome.HTTP_ERROR}
    outcome = outcome_of_status(response.status)
    return still.get(outcome, outcome)


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }
