"""UCAP 开普 (CMSPRO): `createPageHTML` with a container first and pages from 1
(docs/domain/families.md#ucap).

Variants: `static` writes `xlist.shtml`, `xlist_2.shtml`; `xhr` shows an empty list whose lines come as JSON
from `/common/search/<channel>`, never more than `XHR_ROWS` a page whatever is asked for.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from demo.province.faults import Fault
from demo.province.http import Request, Response, json_reply
from demo.province.model import Column, Item, Kind
from demo.province.portals.listing import Entry, Listing, day, esc, is_report_list
from demo.province.portals.portal import Portal

XHR_ROWS = 10


class Ucap(Portal):
    """A portal in the dialect of CMSPRO."""

    family = "ucap"

    def column_url(self, column: Column) -> str:
        """`/<site>/<code>/<prefix>.shtml`."""
        return f"{self._folder(column)}{self._prefix(column)}.shtml"

    def article_url(self, column: Column, item: Item) -> str:
        """`/<site>/<code>/YYYYMM/<32 hex>.shtml`."""
        return f"{self._folder(column)}{item.published:%Y%m}/{self.hexes(item.key)}.shtml"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """Below the article's month; the real shape is not established."""
        file = self.hexes(f"{item.key}/{index}")
        folder = f"{self._folder(column)}{item.published:%Y%m}/{self.hexes(item.key)}/files"
        return f"{folder}/{file}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """The first page, the numbered pages, and where the lists come by XHR the search interface."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        if self.county.variant == "xhr":
            listing = self.listing(column, XHR_ROWS)
            self.route(url, lambda request: self._shell(column))
            if not (Fault.REDESIGNED in self.faults and is_report_list(column)):
                search = f"{self.county.origin(column.host)}/common/search/{self._channel(column)}"
                self.route(search, lambda request: self._search(column, listing, request))
            return
        listing = self.listing(column)

        def numbered(request: Request, match: re.Match[str]) -> Response:
            return self._list(column, listing, int(match[1]))

        self.route(url, lambda request: self._list(column, listing, 1))
        path = re.escape(urlsplit(self._folder(column)).path + self._prefix(column))
        self.route_pattern(column.host, rf"{path}_([2-9]|[1-9]\d+)\.shtml", numbered)

    def article(self, column: Column, item: Item) -> Response:
        """`<UCAPCONTENT>` and the attachments' container."""
        files = "".join(
            f'<p><a href="{self.link(url, column.host)}" target="_blank">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        main = (
            f"<h1><UCAPTITLE>{esc(item.title)}</UCAPTITLE></h1>"
            f"<span>发布时间：<publishtime>{item.published:%Y-%m-%d %H:%M}</publishtime></span>"
            '<div id="zoomcon" class="article-content"><UCAPCONTENT>'
            f"{self.content(column, item)}</UCAPCONTENT></div>"
            f'<div id="cmspro_appendixs">{files}</div><div id="pageBreak"></div>'
        )
        return self.document(item.title, main, column, item)

    def _folder(self, column: Column) -> str:
        county = self.county
        return f"{county.origin(column.host)}/{county.slug}/c{self.number(column.key, 6)}/"

    def _prefix(self, column: Column) -> str:
        return "index" if column.kind in (Kind.PLATFORM, Kind.DIRECTORY) else "xlist"

    def _channel(self, column: Column) -> str:
        return self.hexes(f"channel/{column.key}")

    def _list(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number)
        if entries is None:
            return self.not_found()
        lines = "".join(
            f'<li{" class=texto" if line % 2 else ""}><a href="{self.link(entry.url, column.host)}" '
            f'title="{esc(entry.title)}">{esc(entry.title)}</a><span class="time">{day(entry)}</span></li>\n'
            for line, entry in enumerate(entries)
        )
        call = (
            f"createPageHTML('page_div',{listing.stated_pages}, {number},"
            f"'{self._prefix(column)}','shtml',{listing.stated_rows});"
        )
        main = f'<ul class="list">\n{lines}</ul><div id="page_div"></div><script>{call}</script>'
        return self.list_document(column, main)

    def _shell(self, column: Column) -> Response:
        script = (
            f'<script>var channelId = "{self._channel(column)}"; var websiteCodeName = '
            f'"{self.county.slug}";\n'
            '$.ajax({url: "/common/search/" + channelId + "?_isAgg=true&_isJson=true&_pageSize=20'
            '&_template=index&_rangeTimeGte=&_channelName=&page=1", dataType: "json", '
            "success: render});</script>"
        )
        return self.list_document(
            column, f'<ul class="list" id="list"></ul><div id="page_div"></div>{script}'
        )

    def _search(self, column: Column, listing: Listing, request: Request) -> Response:
        number = int(request.query.get("page") or 1)
        rows = listing.page(number) or ()
        results = [self._result(column, entry) for entry in rows]
        data = {
            "channelId": self._channel(column),
            "total": listing.stated_rows,
            "page": number,
            "rows": XHR_ROWS,
            "results": results,
        }
        return json_reply({"code": 0, "message": None, "data": data})

    def _result(self, column: Column, entry: Entry) -> dict[str, object]:
        # Protocol-relative and whole addresses both occur.
        url = entry.url.removeprefix("http:") if len(entry.title) % 2 else entry.url
        source = entry.item.source.short if entry.item else "null"
        published = f"{entry.published:%Y-%m-%d %H:%M:%S}" if entry.published else ""
        meta = [
            {"name": "作者", "value": "null", "key": "author"},
            {"name": "信息来源", "value": source, "key": "source"},
        ]
        return {
            "title": entry.title,
            "subTitle": "",
            "url": url,
            "publishedTimeStr": published,
            "channelName": column.name,
            "channelCodeName": urlsplit(self._folder(column)).path.split("/")[-2],
            "domainMetaList": [{"domainMetadataName": "默认元数据集", "resultList": meta}],
        }
