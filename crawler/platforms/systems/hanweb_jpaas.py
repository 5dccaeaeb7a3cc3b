"""Hanweb 大汉, jpaas (集约化新平台).

Evidence (docs/domain/families.md#hanweb-jpaas, S; the reply's markup reconstructed): the page of a column
holds loaders, script elements with the attributes url and queryData (an object with single quotes); the list
is what ``GET url?<queryData>&paramJson={"pageNo":n,"pageSize":15}`` answers, as HTML inside JSON, with a
div whose attributes rows, count and pageNo state the pager. The page number in any other place is
ignored and page 1 served again: a reply that says another page than was asked for is a changed layout. A page
has several loaders; its list is the one whose tag says so, and where none does all are tried.
Articles: <list>/art/<year>/art_<32 hex>.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crawler.platforms.base import Column, Fetch, Listing, next_page
from crawler.platforms.lists.listing import folders_in, items_in, unaddressed
from crawler.platforms.lists.replies import count_of, json_object, with_query
from crawler.platforms.lists.statements import says_empty
from crawler.platforms.page import Page, parse_html
from crawler.platforms.payload import json_reply, properties
from crawler.platforms.systems.static import StaticPlatform, address, markup

_UNIT = "/front/page/build/unit"
_LIST_TAG = re.compile(r"list|列表|内容", re.IGNORECASE)
_PAGE_SIZE = 15


class HanwebJpaas(StaticPlatform):
    """Hanweb jpaas: see the module."""

    family = "hanweb_jpaas"
    signs = (
        markup(r"jpaas-publish-server", "high", "jpaas loader"),
        address(
            r"/art/(?:\d{4}/)?(?:\d+/\d+/)?art_[0-9a-f]{32}\.html$", "high", "article address art_<32 hex>"
        ),
        markup(r"(?i)<meta[^<>]{0,40}name=[\"']ColId[\"']", "mid", "tag ColId"),
        address(r"/col/col\d+/index\.html", "low", "column address col<id>"),
    )
    article_address = re.compile(r"/art/(?:\d{4}/){0,2}(?:\d+/\d+/)?art_\w+\.html$")

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """The page of a column with its loaders, or a reply of one."""
        if _UNIT in fetch.url:
            return self._reply(page, fetch, column)
        listing = self.lines(page, fetch)
        loaders = self._loaders(page, fetch)
        return self.finished(page, fetch, replace(listing, further=(*loaders, *listing.further)))

    def _loaders(self, page: Page, fetch: Fetch) -> tuple[Fetch, ...]:
        units: list[tuple[str, Fetch]] = []
        for script in page.tree.iter("script"):
            url = page.join(script.get("url") or "")
            query = properties(script.get("querydata") or "")
            if url and _UNIT in url and query:
                unit = with_query(with_query(url, query), _page(1))
                request = replace(fetch, url=unit, headers=(("Referer", page.url),), page_number=1)
                units.append((query.get("tagId", ""), request))
        lists = [request for tag, request in units if _LIST_TAG.search(tag)]
        return tuple(lists or [replace(request, probe=len(units) > 1) for _, request in units])

    def _reply(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        text = _html_of(json_object(self.family, page))
        if text is None:
            raise self.changed(page, "HTML in data.html", page.text[:80])
        tree = parse_html(text or "<p>", page.url)
        # A loader's reply stands in the column's page; its relative addresses are relative to that.
        base = dict(fetch.headers).get("Referer") or column.url
        items = items_in(tree, base, self.article_address)
        folders = folders_in(tree, base, base, items)
        pager = next((div for div in tree.iter("div") if div.get("pageno") or div.get("count")), None)
        rows = count_of(pager.get("rows")) if pager is not None else None
        total = count_of(pager.get("count")) if pager is not None else None
        served = count_of(pager.get("pageno")) if pager is not None else None
        if served is not None and served != fetch.page_number:
            raise self.changed(page, f"page {fetch.page_number}", f"page {served}")
        pages = -(-total // rows) if total is not None and rows else None
        promised = pages is not None and fetch.page_number < pages
        full = len(items or folders) >= (rows or _PAGE_SIZE)  # a full page is not believed to be the last
        following = next_page(fetch, with_query(fetch.url, _page(fetch.page_number + 1)), probe=not promised)
        more = (items or folders) and (promised or full)
        lost = unaddressed(tree, base, items)
        listing = Listing(items, (following,) if more else (), total, pages, folders, unaddressed=lost)
        empty = total == 0 or not text.strip() or says_empty(" ".join(tree.itertext()))
        return self.finished(page, fetch, listing, empty=empty)


def _page(number: int) -> dict[str, str]:
    return {"paramJson": json.dumps({"pageNo": number, "pageSize": _PAGE_SIZE}, separators=(",", ":"))}


def _html_of(reply: Mapping[str, Any]) -> str | None:
    data = reply.get("data")
    if isinstance(data, str) and data.lstrip().startswith("{"):
        try:
            data = json_reply(data)
        except ValueError:
            return None
    if isinstance(data, Mapping):
        data = data.get("html")
    return data if isinstance(data, str) else None
