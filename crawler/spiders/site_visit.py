"""The pages of one site for the walks through its columns; a host that has had enough is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.addresses import place_of_list
from crawler.archive.snapshot import Snapshot, body_hash, request_key
from crawler.asked import Asked
from crawler.crawling import ArchivedSpider
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch
from crawler.platforms.page import Page
from crawler.registry.rows import Site
from crawler.runs.outcomes import Outcome

# After so many of these in a row a host is left alone for the run: more requests would only press it.
_STOP_AFTER = {
    Outcome.BLOCKED: 2,
    Outcome.THROTTLED: 1,
    Outcome.OVER_BUDGET: 1,
    Outcome.DNS: 1,
    Outcome.TLS: 2,
    Outcome.ROBOTS_UNAVAILABLE: 1,
    Outcome.TIMEOUT: 3,
    Outcome.UNREACHABLE: 3,
    Outcome.SERVER_ERROR: 5,
}


class SiteVisit:
    """A site's pages for the walks through its columns; stops asking a host that has had enough."""

    def __init__(self, spider: ArchivedSpider, site: Site, is_old: Callable[[datetime], bool]) -> None:
        self.column_id = ""
        self._spider = spider
        self._site = site
        self._is_old = is_old
        # By place: the last failure, and how often it has come in a row.
        self._failing: dict[tuple[str, ...], tuple[Outcome, int]] = {}

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        """The page, or Withheld; at once so, after the host has been given up."""
        place = _place(fetch)
        last, in_a_row = self._failing.get(place, (None, 0))
        if last is not None and in_a_row >= _STOP_AFTER.get(last, in_a_row + 1):
            raise Withheld(last, f"not asked for: {place[0]} was left alone after {last}")
        asked = Asked(fetch.url, self._site.site_id, self.column_id, fetch.purpose, link_text)
        try:
            page = await self._spider.get(fetch, asked)
        except Withheld as withheld:
            self._failing[place] = (withheld.outcome, in_a_row + 1 if withheld.outcome is last else 1)
            raise
        self._failing.pop(place, None)
        return page

    def refusal(self, url: str) -> str | None:
        """Why the guard would refuse an address."""
        return self._spider.host_rule.refusal(url)

    def is_registered(self, url: str) -> bool:
        """Whether a column of the registry stands at an address."""
        return place_of_list(url) in self._spider.registry.places

    def join(self, parts: tuple[Page, ...], title: str) -> Page:
        """The parts of an article as one page: kept and recorded as an answer that was put together."""
        first = parts[0]
        body = b"\n".join(part.body for part in parts)
        self._spider.archive.record(
            Snapshot(
                url=first.url,
                final_url=first.url,
                method="JOIN",
                site_id=self._site.site_id,
                column=self.column_id,
                purpose="article",
                fetched_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                http_status=first.status,
                outcome=Outcome.OK,
                detail="joined: " + " ".join(part.url for part in parts),
                content_type=first.headers.get("content-type"),
                source_sha256=self._spider.archive.store(body),
                size=len(body),
                link_text=title,
                run_id=self._spider.archive.run_id,
            )
        )
        return replace(first, body=body)

    def is_settled(self, probe: Fetch, fetch: Fetch, page: Page) -> bool:
        """Whether an earlier run found nothing at `probe`, and `page` is as it was then."""
        archive = self._spider.archive
        probed, before = archive.last(_key(probe, probe.url)), archive.earlier(_key(fetch, page.url))
        return (
            probed is not None
            and probed.outcome is Outcome.GONE
            and not self._is_old(datetime.fromisoformat(probed.fetched_at))
            and before is not None
            and before.source_sha256 == body_hash(page.body)
        )


def _key(fetch: Fetch, url: str) -> bytes:
    return request_key(fetch.method, url, body_hash(fetch.body))


def _place(fetch: Fetch) -> tuple[str, ...]:
    """What is left alone together: a host's pages, its files, each download script (as /download.jsp?id=…),
    which may stand behind a captcha while all else is open."""
    parts = urlsplit(fetch.url)
    if fetch.purpose != "attachment":
        return (parts.netloc,)
    return (parts.netloc, parts.path if parts.query else "files")
