"""VSB 博达: pages numbered from the end, attachments by download.jsp (docs/domain/families.md#vsb).

The list `/<path>/<slug>.htm` is page one; page p of T is `/<path>/<slug>/<T-p+1>.htm`, so that the last is
`1.htm`. Some attachments are shown by `showVsbpdfIframe` from `/__local/` as well.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.model import Column, County, Item, Kind
from demo.province.portals.listing import Listing, day, esc
from demo.province.portals.portal import Portal
from demo.province.shapes.shape import Shape

DOWNLOAD = "/system/_content/download.jsp"


class Vsb(Portal):
    """A portal in the dialect of VSB."""

    family = "vsb"

    def __init__(self, county: County, faults: frozenset[Fault | Shape] = frozenset()) -> None:
        self._files: dict[str, tuple[Item, int]] = {}
        super().__init__(county, faults)

    def column_url(self, column: Column) -> str:
        """`/<path>/<slug>.htm`."""
        path = "/".join(above.slug for above in self.county.trail(column))
        return f"{self.county.origin(column.host)}/{path}.htm"

    def article_url(self, column: Column, item: Item) -> str:
        """`/info/<tree>/<news>.htm`."""
        origin = self.county.origin(column.host)
        return f"{origin}/info/{self.number(f'tree/{column.key}', 4)}/{self.number(item.key, 6)}.htm"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`download.jsp` with the file's id, or the inline viewer's copy below `/__local/`."""
        if self._inline(item, index):
            return self.county.origin(column.host) + self._local(item, index)
        owner = self.number("owner", 10)
        return (
            f"{self.county.origin(column.host)}{DOWNLOAD}?urltype=news.DownloadAttachUrl"
            f"&owner={owner}&wbfileid={self._file_id(item, index)}"
        )

    def open_column(self, column: Column) -> None:
        """The first page and those numbered from the end."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        listing = self.listing(column)

        def numbered(request: Request, match: re.Match[str]) -> Response:
            return self._list(column, listing, listing.stated_pages - int(match[1]) + 1)

        self.route(url, lambda request: self._list(column, listing, 1))
        path = re.escape(urlsplit(url).path.removesuffix(".htm"))
        self.route_pattern(column.host, rf"{path}/([1-9]\d*)\.htm", numbered)

    def open_file(self, column: Column, item: Item, index: int) -> None:
        """One address serves every attachment by its id."""
        if self._inline(item, index):
            super().open_file(column, item, index)
            return
        self._files[self._file_id(item, index)] = (item, index)
        self.route(self.county.origin(column.host) + DOWNLOAD, self._download)

    def article(self, column: Column, item: Item) -> Response:
        """`#vsb_content`, links by download.jsp, inline viewers."""
        files = inline = ""
        for index, (name, url) in enumerate(self.files(column, item)):
            address = self.link(url, column.host)
            if self._inline(item, index):
                inline += f'<script>showVsbpdfIframe("{address}","100%","750","0","","vsbpdf")</script>'
            else:
                files += f'<li>附件【<a href="{esc(address)}" target="_blank">{esc(name)}</a>】</li>'
        main = (
            f'<form name="_newscontent_fromname"><h1>{esc(item.title)}</h1><p>'
            f"{item.published:%Y-%m-%d %H:%M} "
            f'{item.source.short}</p><div id="vsb_content" class="v_news_content">'
            f"{self.content(column, item)}</div>"
            f"{inline}{f'<ul>{files}</ul>' if files else ''}</form>"
        )
        return self.document(item.title, main, column, item)

    def _inline(self, item: Item, index: int) -> bool:
        return item.file_types[index] == "pdf" and int(self._file_id(item, index)) % 3 == 0

    def _file_id(self, item: Item, index: int) -> str:
        return self.number(f"file/{item.key}/{index}", 7)

    def _local(self, item: Item, index: int) -> str:
        name = self.hexes(f"file/{item.key}/{index}").upper()
        return f"/__local/{name[0]}/{name[1:3]}/{name[3:5]}/{name}.{item.file_types[index]}"

    def _download(self, request: Request) -> Response:
        found = self._files.get(request.query.get("wbfileid", ""))
        if not found or request.query.get("owner") != self.number("owner", 10):
            return self.not_found()
        item, index = found
        name = item.file_names[index]
        # The name stands here only: percent-encoded from some servers, raw GBK from others.
        raw = name.encode("gbk").decode("latin-1") if self.county.encoding == "gbk" else quote(name)
        response = self.file_response(item, index)
        return response.with_headers(
            Content_Disposition=f'attachment; filename="{raw}"', Content_Type="application/octet-stream"
        )

    def _list(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number) if number >= 1 else None
        if entries is None:
            return self.not_found()
        depth = "../" * (len(self.county.trail(column)) - (1 if number == 1 else 0))
        lines = "".join(
            f'<li id="line_u5_{line}">\n<a href="{self._relative(entry.url, column, depth)}" '
            f'title="{esc(entry.title)}">'
            f'<h4>{esc(entry.title)}</h4>\n<p class="date"><i class="fa"></i>{day(entry)}</p></a></li>\n'
            for line, entry in enumerate(entries)
        )
        return self.list_document(column, f"<ul>{lines}</ul>{self._pager(column, listing, number)}")

    def _relative(self, url: str, column: Column, depth: str) -> str:
        local = self.link(url, column.host)
        return depth + local.removeprefix("/") if local.startswith("/") else local

    def _pager(self, column: Column, listing: Listing, number: int) -> str:
        pages = listing.stated_pages
        folder = f"{column.slug}/" if number == 1 else ""

        def way(page: int) -> str:
            if page == 1:
                return f"{column.slug}.htm" if number == 1 else f"../{column.slug}.htm"
            return f"{folder}{pages - page + 1}.htm"

        near = range(1, min(pages, 5) + 1)
        numbers = "".join(
            f'<span class="p_no_d">{page}</span>'
            if page == number
            else f'<span class="p_no"><a href="{way(page)}">{page}</a></span>'
            for page in near
        )
        more = (
            f'<span class="p_next p_fun"><a href="{way(number + 1)}">下页</a></span>'
            f'<span class="p_last p_fun"><a href="{way(pages)}">尾页</a></span>'
            if number < pages
            else '<span class="p_next_d p_fun_d">下页</span><span class="p_last_d p_fun_d">尾页</span>'
        )
        return (
            '<div class="pages"><div class="pb_sys_common"><span class="p_t">'
            f"共{listing.stated_rows}条</span> "
            f'<span class="p_pages">{numbers}{more}</span> <span class="p_t">'
            f"{number}/{pages}</span></div></div>"
        )
