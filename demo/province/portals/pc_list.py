"""The `pc/list.html` family: the list is JSON in the page (docs/domain/families.md#pc_list).

How page two is reached is not established; here it is `list_2.html`, as guessed there, and the page says
how many there are. Attachments are known from the list as well as from the article.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.model import Column, Item, Kind
from demo.province.portals.listing import Entry, Listing, esc, is_report_list
from demo.province.portals.portal import Portal


class PcList(Portal):
    """A portal in the dialect of pc/list.html."""

    family = "pc_list"

    def column_url(self, column: Column) -> str:
        """`/<site>/<column>/pc/list.html`."""
        page = "index" if column.kind in (Kind.PLATFORM, Kind.DIRECTORY) else "list"
        return f"{self._folder(column)}/pc/{page}.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`/<site>/<column>/pc/content/content_<19 digits>.html`."""
        return f"{self._folder(column)}/pc/content/content_{self._id(item)}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`/<site>/<column>/<19 digits>/<8 characters>.<ext>`."""
        name = self.hexes(f"{item.key}/{index}", 8)
        return f"{self._folder(column)}/{self._id(item)}/{name}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """`list.html`, then `list_2.html`."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        listing = self.listing(column)

        def numbered(request: Request, match: re.Match[str]) -> Response:
            return self._list(column, listing, int(match[1]))

        self.route(url, lambda request: self._list(column, listing, 1))
        path = re.escape(urlsplit(url).path.removesuffix(".html"))
        self.route_pattern(column.host, rf"{path}_([2-9]|[1-9]\d+)\.html", numbered)

    def article(self, column: Column, item: Item) -> Response:
        """The text, and the attachments below it."""
        files = "".join(
            f'<li><a href="{self.link(url, column.host)}" download="{esc(name)}">{esc(name)}</a></li>'
            for name, url in self.files(column, item)
        )
        main = (
            f'<h1 class="article-title">{esc(item.title)}</h1><p>{item.published:%Y-%m-%d %H:%M} '
            f"{item.source.short}</p>"
            f'<div class="article-content" id="articleContent">{self.content(column, item)}</div>'
            + (f'<ul class="article-files">{files}</ul>' if files else "")
        )
        return self.document(item.title, main, column, item)

    def _folder(self, column: Column) -> str:
        code = f"c{self.number(column.key, 5)}"
        return f"{self.county.origin(column.host)}/{self.county.slug}/{code}"

    def _id(self, item: Item) -> str:
        return self.number(item.key, 19)

    def _list(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number)
        if entries is None:
            return self.not_found()
        if Fault.REDESIGNED in self.faults and is_report_list(column):
            return self.list_document(column, "")
        rows = ",\n".join(self._row(column, entry) for entry in entries)
        script = (
            f"<script>\n  var listData = {{\n    articleList: [\n{rows}\n    ],\n"
            f"    pageNo: {number}, totalPage: {listing.stated_pages}, totalCount: "
            f"{listing.stated_rows}\n  }};\n</script>"
        )
        following = f'<a href="list_{number + 1}.html">下一页</a>' if number < listing.stated_pages else ""
        return self.list_document(
            column, f'<div id="list"></div><div class="pages">{following}</div>{script}'
        )

    def _row(self, column: Column, entry: Entry) -> str:
        item = entry.item
        row: dict[str, object] = {
            "title": entry.title,
            "pubDate": f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "",
            # A string of JSON inside the JSON.
            "urls": json.dumps({"pc": self.link(entry.url, column.host)}),
            "contentSource": item.source.short if item else "",
            "articleFiles": [],
        }
        if item:
            row["id"] = self._id(item)
            row["articleFiles"] = [
                {
                    "fileName": name,
                    "domainName": self.county.origin(column.host),
                    "filePath": urlsplit(url).path,
                    "fileId": self.number(f"{item.key}/{name}", 19),
                    "totalSize": 0,
                }
                for name, url in self.files(column, item)
            ]
        # "</" would end the script.
        return json.dumps(row, ensure_ascii=False).replace("</", "<\\/")
