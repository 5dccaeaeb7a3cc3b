"""robots.txt: asked for at most once a day and origin, archived like any page, obeyed (RFC 9309)."""

from __future__ import annotations

import asyncio
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.http import Request

from crawler.addresses import host_of
from crawler.asked import ROBOTS, Asked
from crawler.crawling import ArchivedSpider
from crawler.manners.failures import DOWNLOAD_FAILURES, Withheld, describe, outcome_of_exception
from crawler.manners.politeness import refused
from crawler.runs.outcomes import Outcome
from extract.readers.encoding import decode

# RFC 9309 2.5: a crawler may stop parsing there.
MAX_BYTES = 500 * 1024
# A Crawl-delay beyond this means "do not come"; the site's row may say what was agreed.
MAX_CRAWL_DELAY = 60.0


class RobotsMiddleware:
    """Obeys robots.txt: 404 and other 4xx allow, 401 and 403 refuse, 5xx refuse for now."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """See Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Withheld (robots_refused, robots_unavailable, or why robots.txt could not be had)."""
        asked = Asked.of(request)
        if asked.purpose == ROBOTS:
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._fetch(origin, asked))
        try:
            rules = await asyncio.shield(self._rules[origin])
        except Withheld as withheld:
            if withheld.may_relent:
                self._rules.pop(origin, None)  # it is asked for again with the page
            if withheld.outcome is not Outcome.HOST_REFUSED:
                raise
            raise Withheld(refused(request), withheld.detail) from withheld
        if not rules.can_fetch(request.url, self._agent):
            raise Withheld(Outcome.ROBOTS_REFUSED, f"{origin}/robots.txt forbids {request.url}")

    async def _fetch(self, origin: str, asked: Asked) -> Protego:
        url = f"{origin}/robots.txt"
        request = Request(url, dont_filter=True)
        Asked(url, asked.site_id, asked.column, ROBOTS, again=asked.again).attach(request)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except DOWNLOAD_FAILURES as failure:
            outcome = outcome_of_exception(failure)
            assert outcome is not None
            detail = f"{url} could not be had: {describe(failure)}"
            relents = isinstance(failure, Withheld) and failure.may_relent
            raise Withheld(outcome, detail, may_relent=relents) from failure
        if response.status in (401, 403):
            raise Withheld(Outcome.ROBOTS_REFUSED, f"{url} answers {response.status}")
        if response.status >= 500 or response.status == 429:
            raise Withheld(Outcome.ROBOTS_UNAVAILABLE, f"{url} answers {response.status}")
        body = response.body[:MAX_BYTES] if response.status == 200 else b""
        rules = Protego.parse(decode(body).text)  # the first rule of many begins with an editor's mark
        self._keep_delay(origin, rules)
        return rules

    def _keep_delay(self, origin: str, rules: Protego) -> None:
        delays = ArchivedSpider.of(self._crawler).delays
        wanted = rules.crawl_delay(self._agent)
        host = host_of(origin)
        if wanted is not None and host is not None:
            default = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
            delays[host] = max(delays.get(host, default), min(float(wanted), MAX_CRAWL_DELAY))
