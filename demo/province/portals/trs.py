"""TRS WCM (拓尔思): directories, `index_{n-1}`, `createPageHTML` counted from 0
(docs/domain/families.md#trs).

Variants: `years` writes html and dated file names; `hubei` writes shtml, six arguments, and lists files
themselves; `guangxi` writes shtml without a date in the name, single quotes, tables, and a `createPage`
call.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import urlsplit

from demo.province.http import Request, Response
from demo.province.model import Column, Item, Kind
from demo.province.portals.listing import Listing, cut, day, esc
from demo.province.portals.portal import Portal


class Trs(Portal):
    """A portal in the dialect of TRS WCM."""

    family = "trs"

    @property
    def extension(self) -> str:
        """Of lists and articles."""
        return "html" if self.county.variant == "years" else "shtml"

    def column_url(self, column: Column) -> str:
        """A directory."""
        path = "/".join(above.slug for above in self.county.trail(column))
        return f"{self.county.origin(column.host)}/{path}/"

    def article_url(self, column: Column, item: Item) -> str:
        """`<dir>/YYYYMM/tYYYYMMDD_<id>`; in Guangxi `<dir>/t<id>`."""
        document = self.number(item.key, 8)
        if self.county.variant == "guangxi":
            return f"{self.column_url(column)}t{document}.{self.extension}"
        date = item.published.strftime("%Y%m%d")
        return f"{self.column_url(column)}{date[:6]}/t{date}_{document}.{self.extension}"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`P0<time and random>` in the month's directory."""
        stamp = item.published.strftime("%Y%m%d%H%M%S") + self.number(f"{item.key}/{index}", 9)
        month = "" if self.county.variant == "guangxi" else item.published.strftime("%Y%m/")
        return f"{self.column_url(column)}{month}P0{stamp}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """`index.<ext>` and `index_1`, `index_2` for pages two and three."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        listing = self.listing(column)

        def numbered(request: Request, match: re.Match[str]) -> Response:
            return self._list(column, listing, int(match[1]) + 1)

        self.route(url, lambda request: self._list(column, listing, 1))
        path = urlsplit(url).path
        self.route(url + f"index.{self.extension}", lambda request: self._list(column, listing, 1))
        self.route_pattern(column.host, rf"{re.escape(path)}index_([1-9]\d*)\.{self.extension}", numbered)

    def article(self, column: Column, item: Item) -> Response:
        """`.TRS_Editor` and the attachments below it."""
        files = "".join(
            f'<li><a href="./{posixpath.basename(urlsplit(address).path)}" '
            f'OLDSRC="/protect/{posixpath.basename(address)}">{esc(name)}</a></li>'
            for name, address in self.files(column, item)
        )
        date = item.published.strftime("%Y-%m-%d %H:%M")
        main = (
            f"<h1>{esc(item.title)}</h1><div class='info'>发布时间：{date} 来源：{item.source.short}</div>"
            f'<div id="zoom"><div class="TRS_Editor">{self.content(column, item)}</div></div>'
            + (f'<ul class="fj">{files}</ul>' if files else "")
        )
        return self.document(item.title, main, column, item)

    def _list(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number)
        if entries is None:
            return self.not_found()
        table = self.county.variant == "guangxi"
        lines = "".join(
            (
                '<tr><td width="25"><img src="/images/ico.jpg"></td><td><a '
                f'href="{self._relative(entry.url, column)}" '
                f'title="{esc(entry.title)}">{esc(cut(entry.title))}</a></td><td>{day(entry)}</td></tr>\n'
                if table
                else '<li><img src="/images/d.jpg" alt=""><a '
                f'href="{self._relative(entry.url, column)}" target="_blank" '
                f'title="{esc(entry.title)}">{esc(cut(entry.title))}</a><span>{day(entry)}</span></li>\n'
            )
            for entry in entries
        )
        main = f'<table class="gl_list">{lines}</table>' if table else f'<ul class="list">\n{lines}</ul>'
        return self.list_document(column, main + self._pager(listing, number - 1))

    def _pager(self, listing: Listing, current: int) -> str:
        pages, extension = listing.stated_pages, self.extension
        tokens = '${PAGE_COUNT}, ${PAGE_INDEX}, "${PAGE_NAME}", "${PAGE_EXT}"'
        token = f"<!-- <script>createPageHTML({tokens});</script> -->"
        rows = listing.stated_rows
        call = {
            "years": f'createPageHTML({pages}, {current}, "index", "{extension}");',
            "hubei": f'createPageHTML({pages}, {current}, "index", "{extension}", "black2", {rows});',
            "guangxi": f"createPage({pages}, {current}, 'index', '{extension}');",
        }[self.county.variant]
        return f'{token}<div class="page"><script>{call}</script></div>'

    def _relative(self, url: str, column: Column) -> str:
        parts = urlsplit(url)
        if parts.hostname != column.host or self.county.variant == "guangxi":
            return self.link(url, column.host)
        here = urlsplit(self.column_url(column)).path
        relative = posixpath.relpath(parts.path, here) + ("/" if parts.path.endswith("/") else "")
        return relative if relative.startswith("../") else f"./{relative}"
