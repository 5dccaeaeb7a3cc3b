"""Epoint 新点 EWB.

Evidence (docs/domain/families.md#epoint): requests and replies S for one prefecture, M elsewhere; that a site
is Epoint's by its addresses alone is weak. The list is the answer to ``POST
<project>/rest/lightfrontaction/getgovinfolist`` with JSON (deptcode, categorynum, pageIndex, pageSize,
siteGuid); siteGuid and project stand in /js/webBuilderCommon.js, the category in the shell's address
(govInfoPub.html?categorynum=…). Sources differ whether the first pageIndex is 0 or 1, so that 0 and 1 may
be one page: both are asked for, and the page after, before a page without new items may end the list.
Static lists are …/moreinfo.html, articles /<category>/<date>/<guid>.html. Parameters, where the shell does
not show them: ``categorynum``, ``deptcode``, ``siteGuid``, ``projectName``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms.base import Column, Fetch, Listing, ListItem
from crawler.platforms.lists.listing import report_titles
from crawler.platforms.lists.replies import count_of, json_object, objects, query_of, text_of
from crawler.platforms.lists.rows_of_links import read_date
from crawler.platforms.page import Page, join_url
from crawler.platforms.payload import properties, without_comments
from crawler.platforms.systems.static import StaticPlatform, address, markup

_SERVICE = "/rest/lightfrontaction/getgovinfolist"
_SETTINGS = "/js/webBuilderCommon.js"
_SHELL = re.compile(r"/dynamic/.*\.html$")
_PAGE_SIZE = 20


class Epoint(StaticPlatform):
    """Epoint EWB: see the module."""

    family = "epoint"
    signs = (
        markup(r"/rest/(?:lightfrontaction|frontAppCustomAction)/\w*", "high", "Epoint service"),
        markup(r"webBuilderCommon\.js", "high", "Epoint settings"),
        address(r"/dynamic/zwgk/govInfoPub\.html", "high", "shell govInfoPub.html"),
        markup(r"/EWB[-_]\w+", "mid", "Epoint project"),
        address(r"/\d{3}/\d{6}/(?:\d+/)*\d{8}/[0-9a-f-]{36}\.html$", "mid", "article address <date>/<guid>"),
        address(r"/moreinfo\.html$", "low", "list address moreinfo.html"),
    )
    article_address = re.compile(r"/\d{8}/[0-9a-f-]{32,36}\.html$")
    bodies = (".mian-cont",)

    def entry(self, column: Column) -> tuple[Fetch, ...]:
        """The service where all of its parameters are known, else what shows them, else a static list."""
        parameters = self._parameters(column)
        if not _SHELL.search(urlsplit(column.url).path) and not parameters.get("categorynum"):
            return (Fetch(column.url),)
        if parameters.get("siteGuid") and parameters.get("projectName"):
            return (self._request(column, parameters, 0, 1),)
        settings = join_url(column.url, _SETTINGS) or column.url
        return (Fetch(settings, headers=(("Referer", column.url),), purpose="module"),)

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """The site's settings, a reply of the service, or a static list."""
        path = urlsplit(fetch.url).path
        if path.endswith(_SERVICE):
            return self._reply(page, fetch)
        if path.endswith(_SETTINGS):
            return self._settings(page, column)
        return super().listing(page, fetch, column)

    def _parameters(self, column: Column) -> dict[str, str]:
        given = {name: value for name, value in column.parameters.items() if value}
        return {"deptcode": "", **query_of(column.url), **given}

    def _settings(self, page: Page, column: Column) -> Listing:
        found = properties(without_comments(page.text)) if page.status < 400 else {}
        settings = {name: found[name] for name in ("siteGuid", "projectName") if found.get(name)}
        if len(settings) < 2:
            raise self.changed(page, "siteGuid and projectName", f"{sorted(settings) or 'neither'}")
        parameters = {**settings, **self._parameters(column)}
        if not parameters.get("categorynum"):
            column.parameter("categorynum")
        return Listing((), (self._request(column, parameters, 0, 1),))

    def _request(self, column: Column, parameters: dict[str, str], index: int, number: int) -> Fetch:
        body = {
            "deptcode": parameters["deptcode"],
            "categorynum": parameters["categorynum"],
            "pageIndex": index,
            "pageSize": _PAGE_SIZE,
            "siteGuid": parameters["siteGuid"],
        }
        url = join_url(column.url, parameters["projectName"].rstrip("/") + _SERVICE) or column.url
        return Fetch(
            url,
            method="POST",
            headers=(("Content-Type", "application/json"), ("Referer", column.url)),
            body=json.dumps(body).encode(),
            page_number=number,
        )

    def _reply(self, page: Page, fetch: Fetch) -> Listing:
        custom = json_object(self.family, page, "custom")
        rows = list(objects(self.family, page, custom.get("data"), "items"))
        items = tuple(
            ListItem(
                url,
                _title(row),
                read_date(text_of(row.get("infodate"))),
            )
            for row in rows
            if (url := join_url(page.url, text_of(row.get("infourl"))))
        )
        if rows and not items:
            raise self.changed(page, "items with an address", f"{len(rows)} without")
        lost = report_titles(
            _title(row) for row in rows if not join_url(page.url, text_of(row.get("infourl")))
        )
        total = count_of(custom.get("total"))
        pages = -(-total // _PAGE_SIZE) if total is not None else None
        listing = Listing(items, self._after(fetch, len(rows), total), total, pages, unaddressed=lost)
        return self.finished(page, fetch, listing, empty=total == 0)

    def _after(self, fetch: Fetch, rows: int, total: int | None) -> tuple[Fetch, ...]:
        asked = json.loads(fetch.body)
        index, size = asked["pageIndex"], asked["pageSize"]
        if index == 1 or not rows:
            return ()  # the first page asks for the second and the third, the third for the fourth
        following = (1, 2) if index == 0 else (index + 1,)
        # Counted from 1, page `index` ends at item index * size; counted from 0 one page later. A full page
        # is not believed to be the last, whatever the total says.
        full = total is None or rows >= size
        wanted = [after for after in following if full or max(after - 1, 1) * size < total]
        return tuple(
            replace(
                fetch,
                body=json.dumps({**asked, "pageIndex": after}).encode(),
                page_number=after + 1,
                probe=total is None or after * size >= total,
                may_repeat=index == 0,
            )
            for after in wanted
        )


def _title(row: Mapping[str, Any]) -> str:
    return text_of(row.get("realtitle")) or text_of(row.get("title"))
