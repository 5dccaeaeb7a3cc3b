"""The manners over several machines: an address and a host are asked by the one that has their leases.

Without the setting LEASES this is not in the way. With it a request waits, before it enters the slot of its
address, until this crawl has the leases of address and host. What is not in use is given free after a while;
where a lease is lost the crawl ends, and is resumed by the next run.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import suppress
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response

from crawler.addresses import host_of
from crawler.crawling import ArchivedSpider
from crawler.manners.failures import StoppingError
from crawler.storage.leases import LeaseLostError, Leases
from crawler.storage.objects import StorageError

# Of a lease's length: how often it is renewed, and how often one that another machine has is asked for.
_RENEW_EVERY = 1 / 6
_LOOK_EVERY = 1 / 30


class Leased:
    """A downloader middleware right behind AddressSlot."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings["LEASES"]:
            raise NotConfigured
        self._crawler = crawler
        self._under_way: Counter[str] = Counter()
        self._used: set[str] = set()
        self._taking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._renewing: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._begin, signal=signals.spider_opened)
        crawler.signals.connect(self._end, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """See Scrapy."""
        return cls(crawler)

    @property
    def _leases(self) -> Leases:
        leases = ArchivedSpider.of(self._crawler).leases
        assert leases is not None  # the setting is there
        return leases

    async def process_request(self, request: Request) -> None:
        """Waits for the leases. Raises StoppingError where the crawl ends meanwhile."""
        names = (f"address/{request.meta['download_slot']}", f"host/{host_of(request.url)}")
        while missing := [name for name in names if not self._leases.holds(name)]:
            await self._take(missing[0])
        self._under_way.update(names)
        request.meta["leased"] = names

    def process_response(self, request: Request, response: Response) -> Response:
        """The address has answered."""
        self._answered(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """It has not, and is not asked any more."""
        self._answered(request)

    def _answered(self, request: Request) -> None:
        names = request.meta.pop("leased", ())
        self._under_way.subtract(names)
        self._used.update(names)

    async def _take(self, name: str) -> None:
        """Take a lease, or wait a little."""
        async with self._taking[name]:
            if self._leases.holds(name):
                return
            if ArchivedSpider.of(self._crawler).is_stopping:
                raise StoppingError("the crawl was asked to end")
            self._used.add(name)
            if await asyncio.to_thread(self._leases.take, name):
                return
        await asyncio.sleep(self._leases.seconds * _LOOK_EVERY)

    def _begin(self) -> None:
        self._renewing = asyncio.get_running_loop().create_task(self._renew())

    async def _renew(self) -> None:
        """Renew what is in use, and give free what is not, until a lease is lost."""
        spider = ArchivedSpider.of(self._crawler)
        while True:
            await asyncio.sleep(self._leases.seconds * _RENEW_EVERY)
            used, self._used = self._used, set()
            for name in self._leases.held:
                try:
                    if name.startswith("site/") or name in used or self._under_way[name] > 0:
                        await asyncio.to_thread(self._leases.renew, name)
                    else:
                        await asyncio.to_thread(self._leases.release, name)
                except KeyError:  # a site that was walked just now
                    continue
                except (LeaseLostError, StorageError) as error:
                    if isinstance(error, StorageError) and self._leases.holds(name):
                        spider.logger.warning("%s: not renewed, tried again: %s", name, error)
                        continue
                    spider.logger.critical("the lease of %s was lost, the crawl ends: %s", name, error)
                    assert self._crawler.engine is not None
                    # A task of its own: at the end of the spider this one is cancelled.
                    closing = self._crawler.engine.close_spider_async(reason="lease_lost")
                    self._closing = asyncio.create_task(closing)
                    return

    async def _end(self) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
        for name in self._leases.held:
            with suppress(StorageError):  # it ends by itself
                await asyncio.to_thread(self._leases.release, name)
