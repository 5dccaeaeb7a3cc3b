"""An example a family: each has a list, a further page, an article and an attachment, over HTTP, and the
crawler's own walk reads them. A family that lacks one fails here."""

from __future__ import annotations

import asyncio
import http.client
from urllib.parse import urljoin, urlsplit

import pytest

from crawler.columns.lists import Limits
from crawler.columns.walk import ColumnWalk
from crawler.manners.failures import Withheld
from crawler.platforms import PLATFORMS, platform_for
from crawler.platforms.base import Fetch, Page
from crawler.registry.tables import RegisteredColumn
from crawler.runs.outcomes import outcome_of_status
from demo.province.plan import Province
from demo.province.server import Server

FAMILIES = [platform.family for platform in PLATFORMS]
# Lists of the xxgk module in the province are of one agency and a year each, and have one page.
ONE_PAGE = {"hanweb_xxgk"}


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


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_a_list_a_further_page_an_article_and_an_attachment(
    family: str, province: Province, server: Server
) -> None:
    pages = articles = attachments = listed = 0
    for column in province.columns:
        if column.family != family:
            continue
        visitor = Http(province)
        row = RegisteredColumn(column.site_id, column.column_id, column.url, family, column.owner, "reports")
        limits = Limits(list_pages=200, folder_depth=3, documents=100)
        home = province.home(column.site_id)
        walk = ColumnWalk("run", row, platform_for(family), visitor, {}, lambda _: True, limits, home)
        result = asyncio.run(walk.run())
        assert result.outcome == "ok", (column.url, result.detail)
        listed += result.listed
        pages += any(fetch.page_number > 1 for fetch in visitor.had)
        articles += sum(part.kind == "article" for document in result.new for part in document.parts)
        attachments += sum(part.kind == "attachment" for document in result.new for part in document.parts)
    assert listed and articles and attachments, (family, listed, articles, attachments)
    assert pages or family in ONE_PAGE, f"{family} has no further page in the province"
