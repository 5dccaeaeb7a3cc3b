"""An example a family: each has a list, a further page, an article and an attachment, over HTTP, and the
crawler's own walk reads them. A family that lacks one fails here."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest

from crawler.columns.steps import Limits
from crawler.columns.walk import ColumnWalk
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch
from crawler.platforms.known import PLATFORMS, platform_for
from crawler.platforms.page import Page
from crawler.registry.rows import RegisteredColumn
from crawler.runs.outcomes import outcome_of_status
from demo.province.plan import Province
from demo.province.server import Server

FAMILIES = [platform.family for platform in PLATFORMS]


class Http:
    """Pages over plain HTTP, without manners: a visitor for one walk."""

    def __init__(self, province: Province) -> None:
        self._addresses = province.addresses
        self.had: list[Fetch] = []

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        url = fetch.url
        for _ in range(5):
            parts = urlsplit(url)
            connection = http.client.HTTPConnection(self._addresses[parts.hostname or ""], parts.port)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            headers = {"Host": parts.netloc, **dict(fetch.headers)}
            connection.request(fetch.method, target, fetch.body or None, headers)
            response = connection.getresponse()
            body, status = response.read(), response.status
            named = {name.lower(): value for name, value in response.getheaders()}
            connection.close()
            if status not in (301, 302):
                break
            url = urljoin(url, named["location"])
        if not 200 <= status < 300:
            raise Withheld(outcome_of_status(status), f"HTTP {status} for {url}")
        self.had.append(fetch)
        return Page(url, status, named, body)

    def refusal(self, url: str) -> str | None:
        return None

    def is_registered(self, url: str) -> bool:
        return True

    def is_settled(self, probe: Fetch, fetch: Fetch, page: Page) -> bool:
        return False

    def join(self, parts: tuple[Page, ...], title: str) -> Page:
        return parts[0]


@dataclass
class Examples:
    """What the province has of a family."""

    lists: int = 0
    further_pages: int = 0
    articles: int = 0
    attachments: int = 0

    def lacking(self) -> list[str]:
        return [what for what, count in vars(self).items() if not count]


def examples_of(family: str, province: Province, make: Callable[[Province], Http] = Http) -> Examples:
    found = Examples()
    for column in province.columns:
        if column.family != family:
            continue
        visitor = make(province)
        row = RegisteredColumn(column.site_id, column.column_id, column.url, family, column.owner, "reports")
        limits = Limits(list_pages=200, folder_depth=3, documents=100)
        home = province.home(column.site_id)
        walk = ColumnWalk("run", row, platform_for(family), visitor, {}, lambda _: True, limits, home)
        result = asyncio.run(walk.run())
        assert result.outcome == "ok" or make is not Http, (column.url, result.detail)
        parts = [part.kind for document in result.new for part in document.parts]
        found.lists += bool(result.listed)
        found.further_pages += any(fetch.page_number > 1 for fetch in visitor.had)
        found.articles += parts.count("article")
        found.attachments += parts.count("attachment")
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_a_list_a_further_page_an_article_and_an_attachment(
    family: str, province: Province, server: Server
) -> None:
    assert examples_of(family, province).lacking() == []


class Without(Http):
    """A province that has lost its attachments and all pages of lists but the first."""

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        if fetch.purpose == "attachment" or fetch.page_number > 1:
            raise Withheld(outcome_of_status(404), f"HTTP 404 for {fetch.url}")
        return await super().get(fetch, link_text)


def test_a_family_that_lacks_one_is_seen_to(province: Province, server: Server) -> None:
    assert examples_of("of_nobody", province).lacking() == list(vars(Examples()))
    assert examples_of("ucap", province, Without).lacking() == ["further_pages", "attachments"]
