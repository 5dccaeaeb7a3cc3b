"""UCAP (开普 CMSPRO, 开普云).

Evidence (docs/domain/families.md#ucap): pager, addresses and JSON S; attachments G (no path established: any
file in the page is taken). Static lists are ``*list*.shtml``, the second page ``_2``: the call's first
argument is the container, and it counts from 1. Its number of rows is often stale. Some lists are filled by
``GET /common/search/<channel id>``, with the channel's id in a script of the page; the reply is JSON whose
`results` may be null and whose page size the server may cap. The channel tree (JSONP) leads to columns; an
address ending in null.shtml is a placeholder for a list under one of a few names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.platforms.base import Column, Fetch, Listing, ListItem, next_page
from crawler.platforms.lists.listing import report_titles
from crawler.platforms.lists.replies import count_of, json_object, objects, text_of, with_query
from crawler.platforms.lists.rows_of_links import read_date
from crawler.platforms.page import Page, join_url
from crawler.platforms.payload import properties
from crawler.platforms.systems.static import StaticPlatform, address, markup

_SEARCH = re.compile(r"/(?:common/search|search|searchList)/[0-9a-f]{32}$")
_CHANNEL_ID = re.compile(r"[0-9a-f]{32}")
_LIST_NAMES = ("xlist", "xxgkList", "xxgklist", "list", "index")
_ANNUAL_REPORTS = re.compile(r"年报|年度报告")
_PAGE_SIZE = 20


class Ucap(StaticPlatform):
    """UCAP: see the module."""

    family = "ucap"
    signs = (
        address(r"/\d{6}/[0-9a-f]{32}\.shtml$", "high", "article address <month>/<32 hex>"),
        address(r"/\d{4}/\d{1,2}/\d{1,2}/[0-9a-f]{32}\.shtml$", "high", "article address <day>/<32 hex>"),
        address(r"/\d{6}/c\d\d_\d+\.shtml$", "high", "article address c<nn>_<id>"),
        address(r"/[0-9a-f]{32}/\d{6}/\d{4,}\.shtml$", "mid", "article address <32 hex>/<month>/<id>"),
        address(r"/c\d{5,6}/c\d+/content\.s?html$", "mid", "article address c<id>/content"),
        address(r"/c\d{5,6}/(?:\w*list\.shtml)?$", "mid", "column address c<id>"),
        markup(r"createPageHTML\(\s*[\"'][\w#]+[\"']\s*,\s*\d+\s*,\s*\d+\s*,", "high", "1-based pager call"),
        markup(r"(?i)<ucap(?:content|title)|cmspro_appendixs", "high", "UCAP element"),
        markup(r"/common/search/[0-9a-f]{32}", "high", "UCAP search"),
    )
    article_address = re.compile(
        r"/(?:\d{6}|\d{4}/\d{1,2}/\d{1,2})/(?:[0-9a-f]{32}|c\d\d_\d+|\d{4,})\.shtml$|/c\d+/content\.s?html$"
    )
    bodies = ("ucapcontent", "#zoomcon", "#UCAP-CONTENT")
    titles = ("ucaptitle",)

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A static list, a reply of the search, or the channel tree."""
        path = urlsplit(fetch.url).path
        if _SEARCH.search(path):
            return self._search_reply(page, fetch)
        if "/channel/treeNew/" in path:
            return self._tree(page, fetch)
        listing = self.lines(page, fetch)
        channel = properties(page.code).get("channelId", "")
        if (listing.unreached or not listing.items) and _CHANNEL_ID.fullmatch(channel):
            further = (*listing.further, _search(page.url, channel, fetch))
            listing = replace(listing, further=further, unreached=None)
        return self.finished(page, fetch, listing)

    def _search_reply(self, page: Page, fetch: Fetch) -> Listing:
        data = json_object(self.family, page, "data")
        results = list(objects(self.family, page, data.get("results"), "results"))
        items = tuple(
            ListItem(url, text_of(result.get("title")), read_date(text_of(result.get("publishedTimeStr"))))
            for result in results
            if (url := join_url(page.url, text_of(result.get("url"))))
        )
        lost = report_titles(
            text_of(result.get("title"))
            for result in results
            if not join_url(page.url, text_of(result.get("url")))
        )
        total, rows = count_of(data.get("total")), count_of(data.get("rows")) or len(results)
        pages = -(-total // rows) if total is not None and rows else None
        promised = pages is not None and fetch.page_number < pages
        full = rows > 0 and len(results) >= rows  # a full page is not believed to be the last
        following = next_page(
            fetch, with_query(fetch.url, {"page": fetch.page_number + 1}), probe=not promised
        )
        more = results and (promised or full)
        listing = Listing(items, (following,) if more else (), total, pages, unaddressed=lost)
        return self.finished(page, fetch, listing, empty=total == 0)

    def _tree(self, page: Page, fetch: Fetch) -> Listing:
        nodes = list(objects(self.family, page, json_object(self.family, page).get("list"), "channels"))
        folders: list[ListItem] = []
        probes: list[Fetch] = []
        for node in nodes:
            name = text_of(node.get("name"))
            url = join_url(page.url, text_of(node.get("iframeurl")) or text_of(node.get("url")))
            if not url or not _ANNUAL_REPORTS.search(name):
                continue
            if url.endswith("/null.shtml"):
                directory = url.removesuffix("null.shtml")
                probes += [Fetch(f"{directory}{stem}.shtml", probe=True) for stem in _LIST_NAMES]
            else:
                folders.append(ListItem(url, name, None))
        return self.finished(page, fetch, Listing((), tuple(probes), folders=tuple(folders)), empty=not nodes)


def _search(base: str, channel: str, fetch: Fetch) -> Fetch:
    parameters = {
        "_isAgg": "true",
        "_isJson": "true",
        "_pageSize": _PAGE_SIZE,
        "_template": "index",
        "_rangeTimeGte": "",
        "_channelName": "",
        "page": 1,
    }
    url = with_query(join_url(base, f"/common/search/{channel}") or base, parameters)
    return replace(fetch, url=url, headers=(("Referer", base),), page_number=1)
