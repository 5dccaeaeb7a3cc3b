"""Lonsun 龙讯.

Evidence (docs/domain/families.md#lonsun): the request S, the skins of its reply M. An agency's page is
/public/column/<agency>?type=T, with T = 3 for its annual reports. Lists come from ``GET
/site/label/8888?labelName=publicInfoList&pageIndex=n&…``, a call that differs from site to site (the skin
in `file`, siteId, organId, catId): it is copied whole from the page, as an address or as an object of
settings, and only its pageIndex is set, from 1. The reply is HTML with a call of Ls.pagination that holds
pageCount. Year pages (action=detail&title=<year>) of type 3 stand as links in the agency's page (M); their
title may be a bare year. Lists outside the platform are static pages, the next by GET
/content/column/<id>?pageIndex=n.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.platforms.base import Column, Fetch, Listing, next_page
from crawler.platforms.lists.listing import items_in, unaddressed
from crawler.platforms.lists.replies import with_query
from crawler.platforms.page import Page
from crawler.platforms.payload import GAP, joined, properties
from crawler.platforms.systems.static import StaticPlatform, address, markup

_LABEL = "/site/label/8888"
_LABEL_SETTINGS = re.compile(r"\{[^{}]{0,3000}\blabelName\b[^{}]{0,3000}\}")
_COLUMN_PAGES = re.compile(r"""["'=]((?:https?://[\w.:-]{1,100})?/(?:\w{1,40}/){0,3}content/column/\d+)""")
_PAGE_COUNT = re.compile(r"\bpageCount\s*:\s*[\"']?(\d{1,6})")
_TOTAL = re.compile(r"\btotal\s*:\s*[\"']?(\d{1,8})")
_LIST_LABEL = "publicInfoList"


class Lonsun(StaticPlatform):
    """Lonsun: see the module."""

    family = "lonsun"
    signs = (
        address(r"/public/column/\d+", "high", "agency address public/column"),
        markup(r"\bLs\.(?:pagination|ajax)\b", "high", "Lonsun script"),
        markup(_LABEL, "high", "Lonsun label"),
        address(r"/public/\d+/\d+\.html$", "mid", "article address public/<agency>/<id>"),
        address(r"/content/column/\d+", "mid", "list address content/column"),
    )
    article_address = re.compile(r"/public/\d+/\d+\.html$|/public/column/\d+\?.*\baction=detail\b")
    bodies = (".wzcon", ".gktext")

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """An agency's page with its call, a reply to the call, or a plain list."""
        if _LABEL in urlsplit(fetch.url).path:
            return self._reply(page, fetch)
        return super().listing(page, fetch, column)

    def lines(self, page: Page, fetch: Fetch) -> Listing:
        """The lines of the page, and the call that fills it or the pages that follow it."""
        listing = super().lines(page, fetch)
        pages = _count(_PAGE_COUNT, page.code)
        if (call := self._call(page)) is not None:
            first = Fetch(with_query(call, {"pageIndex": 1}), headers=(("Referer", page.url),))
            return replace(listing, further=(first,), unreached=None)
        static = _COLUMN_PAGES.search(page.code)
        url = page.join(static[1]) if static else None
        if pages is None or url is None:
            return listing
        following = next_page(fetch, with_query(url, {"pageIndex": fetch.page_number + 1}))
        more = (listing.items or listing.folders) and fetch.page_number < pages
        return replace(listing, further=(following,) if more else (), stated_pages=pages, unreached=None)

    def _call(self, page: Page) -> str | None:
        """The address of the list's call, as the page has it."""
        for said in joined(page.code, f"{_LABEL}?"):
            if _LIST_LABEL in said and (url := page.join(_without_gaps(said))):
                return url
        for settings in _LABEL_SETTINGS.finditer(page.code):
            label = properties(settings[0])
            if label.get("labelName", "").startswith(_LIST_LABEL) and (url := page.join(_LABEL)):
                return with_query(url, {"IsAjax": 1, "dataType": "html", **label})
        return None

    def _reply(self, page: Page, fetch: Fetch) -> Listing:
        if page.status >= 400:
            raise self.changed(page, "a list", f"status {page.status}")
        items = items_in(page.tree, page.base_url, self.article_address)
        pages, total = _count(_PAGE_COUNT, page.text), _count(_TOTAL, page.text)
        following = next_page(fetch, with_query(fetch.url, {"pageIndex": fetch.page_number + 1}))
        more = items and pages is not None and fetch.page_number < pages
        lost = unaddressed(page.tree, page.base_url, items)
        listing = Listing(items, (following,) if more else (), total, pages, unaddressed=lost)
        return self.finished(page, fetch, listing, empty=total == 0 or pages == 0)


def _without_gaps(address: str) -> str:
    """An address without the parameters whose value a script puts in: the random number, the page's."""
    path, _, query = address.partition("?")
    return f"{path}?{'&'.join(pair for pair in query.split('&') if pair and GAP not in pair)}"


def _count(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None
