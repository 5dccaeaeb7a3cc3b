"""Hanweb 大汉, the xxgk module.

Evidence (docs/domain/families.md#hanweb-xxgk): the list by ``POST /module/xxgk/search.jsp`` M, its fragment
reconstructed; the annual report of an agency and a year by ``GET
/module/xxgk/xxgkAnnualReport.jsp?area=…&fbtime=<year>`` M, with real addresses. What the latter answers was
not seen: a page with the article in it or a list, both are read (G). search.jsp is not filtered by column,
so that lines of other columns are left out where the column says which is its own.

A column's parameters. Annual reports by year (address .../xxgkAnnualReport.jsp?area=…): ``years``, such as
2019-2025; without them the address is asked for as it is, for one report or for links to the years. Search
(address .../search.jsp): ``area`` and ``divid`` (div<column>), and ``infotypeId`` and ``jdid``, which may
be blank: the fields of the site's own form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from crawler.platforms.articles.article import read_article
from crawler.platforms.base import Column, Fetch, IncompleteColumnError, Listing, ListItem, next_page
from crawler.platforms.lists.listing import items_in, unaddressed
from crawler.platforms.lists.replies import query_of, with_query
from crawler.platforms.lists.statements import says_empty, stated_pages, stated_total
from crawler.platforms.page import Page
from crawler.platforms.payload import properties
from crawler.platforms.systems.static import StaticPlatform, address, markup

_ANNUAL_REPORT = "/module/xxgk/xxgkAnnualReport.jsp"
_SEARCH = "/module/xxgk/search.jsp"
_YEARS = re.compile(r"(20\d\d)(?:\s*-\s*(20\d\d))?")
_SEARCH_CALL = re.compile(
    r"""["']([^"'\s]{0,200}/module/xxgk/search\.jsp[^"'\s]{0,1000})["']\s*,\s*(?:data\s*:\s*)?(\{[^{}]{0,2000}\})"""
)
_FORM = ("infotypeId", "jdid", "area", "divid")
_QUERY = {
    "standardXxgk": "0",
    "isAllList": "1",
    "texttype": "",
    "fbtime": "-1",
    "vc_all": "",
    "vc_filenumber": "",
    "vc_title": "",
    "vc_number": "",
    "currpage": "1",
    "sortfield": ",createdatetime:0,orderid:0",
}


class HanwebXxgk(StaticPlatform):
    """Hanweb's xxgk module: see the module."""

    family = "hanweb_xxgk"
    signs = (
        address(r"/module/xxgk/", "high", "xxgk module"),
        markup(r"/module/xxgk/(?:search|tree|xxgkAnnualReport)\.jsp", "high", "xxgk module"),
        markup(r"tr_main_value_(?:odd|even)", "mid", "rows of the xxgk module"),
    )
    article_address = re.compile(
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\w+\.html$|/xxgkAnnualReport\.jsp\?(?=.*\bfbtime=20\d\d)"
    )
    bodies = ("#zoom", ".bt_content")

    def entry(self, column: Column) -> tuple[Fetch, ...]:
        """A request a year, or the first page of the search, or the column's address."""
        path = urlsplit(column.url).path
        if path.endswith(_ANNUAL_REPORT):
            if not column.parameters.get("years"):
                return (Fetch(column.url, purpose="module"),)
            area = query_of(column.url).get("area") or column.parameter("area")
            return tuple(
                Fetch(with_query(column.url, {"area": area, "fbtime": year}), purpose="module")
                for year in _years(column)
            )
        if path.endswith(_SEARCH):
            fields = {**column.parameters, **{name: column.parameter(name) for name in ("area", "divid")}}
            search = _post(with_query(column.url, _QUERY), fields, column.url)
            return (search,) if search else ()
        return super().entry(column)

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A reply of the search, the page of one year, or a plain list."""
        path = urlsplit(fetch.url).path
        if path.endswith(_SEARCH):
            return self._search_reply(page, fetch, column)
        if path.endswith(_ANNUAL_REPORT):
            return self._year(page, fetch)
        listing = self.lines(page, fetch)
        if not listing.items and (search := _search_of(page)):
            listing = replace(listing, further=(search,))
        return self.finished(page, fetch, listing)

    def _search_reply(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        if page.status >= 400:
            raise self.changed(page, "a reply of the search", f"status {page.status}")
        found = items_in(page.tree, page.base_url, self.article_address)
        own = re.search(r"\bdivid=div(\d+)", fetch.body.decode("ascii", "replace"))
        items = tuple(item for item in found if not own or f"/art_{own[1]}_" in item.url)
        pages = stated_pages(page.words)
        following = next_page(fetch, with_query(fetch.url, {"currpage": fetch.page_number + 1}))
        more = found and pages is not None and fetch.page_number < pages
        total, lost = stated_total(page.words), unaddressed(page.tree, page.base_url, found)
        left_out = len(found) - len(items)
        further = (following,) if more else ()
        listing = Listing(items, further, total, pages, unaddressed=lost, left_out=left_out)
        # Lines of other columns alone are a list in order, without a line of this one.
        return self.finished(page, fetch, listing, empty=bool(found))

    def _year(self, page: Page, fetch: Fetch) -> Listing:
        listing = self.lines(page, fetch)
        if listing.items or says_empty(page.words):
            return replace(listing, folders=())
        article = read_article(page, self.family, self.bodies, self.titles)
        return Listing((ListItem(page.url, article.title, article.published_at, article.attachments),))


def _search_of(page: Page) -> Fetch | None:
    """The search that fills a column's page, copied from its form or from the call in its script."""
    for form in page.tree.iter("form"):
        if _SEARCH in (form.get("action") or ""):
            fields = {field.get("name") or "": field.get("value") or "" for field in form.iter("input")}
            return _post(page.join(form.get("action") or ""), fields, page.url)
    call = _SEARCH_CALL.search(page.code)
    return _post(page.join(call[1]), properties(call[2]), page.url) if call else None


def _post(url: str | None, form: Mapping[str, str], referer: str) -> Fetch | None:
    fields = {name: form.get(name, "") for name in _FORM}
    if not url or not fields["divid"]:
        return None
    return Fetch(
        with_query(url, {"currpage": 1}),
        method="POST",
        headers=(("Content-Type", "application/x-www-form-urlencoded"), ("Referer", referer)),
        body=urlencode(fields).encode(),
    )


def _years(column: Column) -> range:
    years = _YEARS.fullmatch(column.parameter("years"))
    if years is None:
        raise IncompleteColumnError(
            f"column {column.url}: write years as 2024 or 2019-2025, not {column.parameter('years')!r}"
        )
    return range(int(years[1]), int(years[2] or years[1]) + 1)
