"""Portals of no family: static lists with a link and a date, the pager as plain links
(docs/domain/families.md#other-dialects and rank 6).

Variants: `index` has `/…/index.html` with `index_2.html`; `phpcms` has `/xxgk-list-<n>.html?page=2` and
`/xxgk-show-<id>.html`, and its report column is an iframe shell around the list, as 常州 and 宿迁 have it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from demo.province.http import Request, Response
from demo.province.model import Column, Item, Kind
from demo.province.portals.listing import Listing, day, esc, is_report_list
from demo.province.portals.portal import Portal


class Static(Portal):
    """A portal without a family."""

    family = "generic"

    def column_url(self, column: Column) -> str:
        """A directory's `index.html`, or a numbered list; of a framed list the shell."""
        if self.county.variant == "index":
            return f"{self._folder(column)}index.html"
        if is_report_list(column):
            return f"{self.county.origin(column.host)}/{column.slug}/"
        return self._list_url(column)

    def article_url(self, column: Column, item: Item) -> str:
        """A file named by number in a dated directory, or `xxgk-show-<id>.html`."""
        if self.county.variant == "index":
            return f"{self._folder(column)}{item.published:%Y%m%d}/{self.number(item.key, 7)}.html"
        return f"{self.county.origin(column.host)}/xxgk-show-{self.number(item.key, 5)}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`/uploadfile/YYYY/MMDD/<digits>.<ext>`."""
        name = self.number(f"{item.key}/{index}", 17)
        path = f"/uploadfile/{item.published:%Y/%m%d}/{name}.{item.file_types[index]}"
        return self.county.origin(column.host) + path

    def open_column(self, column: Column) -> None:
        """The list pages, and the shell where there is one."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        listing = self.listing(column)
        if self.county.variant == "phpcms":
            if is_report_list(column):
                self.route(url, lambda request: self._frame(column))
            self.route(
                self._list_url(column),
                lambda request: self._list(column, listing, int(request.query.get("page") or 1)),
            )
            return

        def numbered(request: Request, match: re.Match[str]) -> Response:
            return self._list(column, listing, int(match[1]))

        self.route(url, lambda request: self._list(column, listing, 1))
        self.route(self._folder(column), lambda request: self._list(column, listing, 1))
        path = re.escape(urlsplit(url).path.removesuffix(".html"))
        self.route_pattern(column.host, rf"{path}_([2-9]|[1-9]\d+)\.html", numbered)

    def article(self, column: Column, item: Item) -> Response:
        """Title, date, text, attachments."""
        files = "".join(
            f'<p>附件：<a href="{self.link(url, column.host)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        main = (
            f'<h1>{esc(item.title)}</h1><p class="info">时间：{item.published:%Y-%m-%d %H:%M} '
            f"作者：{item.source.short}</p>"
            f'<div class="content" id="content">{self.content(column, item)}</div>{files}'
        )
        return self.document(item.title, main, column, item)

    def _folder(self, column: Column) -> str:
        path = "/".join(above.slug for above in self.county.trail(column))
        return f"{self.county.origin(column.host)}/{path}/"

    def _list_url(self, column: Column) -> str:
        return f"{self.county.origin(column.host)}/xxgk-list-{self.number(f'list/{column.key}', 3)}.html"

    def _frame(self, column: Column) -> Response:
        source = self.link(self._list_url(column), column.host)
        return self.list_document(column, f'<iframe src="{source}" width="100%" frameborder="0"></iframe>')

    def _list(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number)
        if entries is None:
            return self.not_found()
        rows = "".join(
            f'<tr><td>·<a href="{self.link(entry.url, column.host)}">{esc(entry.title)}</a></td>'
            f"<td>[{day(entry)}]</td></tr>\n"
            for entry in entries
        )
        return self.list_document(column, f"<table>{rows}</table>{self._ways(column, listing, number)}")

    def _ways(self, column: Column, listing: Listing, number: int) -> str:
        if listing.stated_pages == 1:
            return ""

        def address(page: int) -> str:
            if self.county.variant == "phpcms":
                return f"{self.link(self._list_url(column), column.host)}?page={page}"
            return "index.html" if page == 1 else f"index_{page}.html"

        before = f'<a href="{address(number - 1)}">上一页</a>' if number > 1 else ""
        after = f'<a href="{address(number + 1)}">下一页</a>' if number < listing.stated_pages else ""
        return f'<div class="pages">{before}{after} 共{listing.stated_pages}页</div>'
