"""Hanweb 大汉 jpaas: lists built by the page unit interface (docs/domain/families.md#hanweb-jpaas).

A page holds loaders, `<script url="…/front/page/build/unit" queryData="{…}">`, several of them; the list is
the one whose tagId says so. Only `paramJson={"pageNo":…,"pageSize":…}` turns pages; other page parameters
are ignored. Variants: `hex` ids of 32 hex digits and pinyin directories; `digits` with `/col/colN/`,
escaped attributes and `data` as a string.
"""

from __future__ import annotations

import json

from demo.province.faults import Fault
from demo.province.http import Request, Response, json_reply
from demo.province.model import Column, Item, Kind
from demo.province.portals.listing import Listing, day, esc, is_report_list
from demo.province.portals.portal import Portal

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
ROWS_AT_MOST = 50


class Jpaas(Portal):
    """A portal in the dialect of jpaas."""

    family = "hanweb_jpaas"

    def column_url(self, column: Column) -> str:
        """`/col/colN/index.html`, or a pinyin directory."""
        return f"{self._folder(column)}index.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`<dir>art/YYYY/art_<32 hex>.html`."""
        if self.county.variant == "digits":
            date = f"{item.published.year}/{item.published.month}/{item.published.day}"
            return f"{self.county.origin(column.host)}/art/{date}/art_{self.hexes(item.key)}.html"
        return f"{self._folder(column)}art/{item.published.year}/art_{self.hexes(item.key)}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """Below the site's file store."""
        file = self.hexes(f"{item.key}/{index}")
        return f"{self.county.origin(column.host)}/attach/{file[:4]}/{file}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """The page of loaders, and the interface that they call."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        self.route(url, lambda request: self._list(column))
        self.route(self.county.origin(column.host) + UNIT, self._unit)

    def article(self, column: Column, item: Item) -> Response:
        """`#zoom` with the attachments at its end."""
        files = "".join(
            f'<p><a href="{self.link(url, column.host)}" title="{esc(name)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        main = (
            f'<h1>{esc(item.title)}</h1><div class="info">发布时间：{item.published:%Y-%m-%d %H:%M} '
            f'来源：{item.source.short}</div><div id="zoom">{self.content(column, item)}{files}</div>'
        )
        return self.document(item.title, main, column, item, self._column_tag(column))

    def _folder(self, column: Column) -> str:
        origin = self.county.origin(column.host)
        if self.county.variant == "digits":
            return f"{origin}/col/col{self._page_id(column)}/"
        return f"{origin}/{'/'.join(above.slug for above in self.county.trail(column))}/"

    def _page_id(self, column: Column) -> str:
        if self.county.variant == "digits":
            return self.number(f"column/{column.key}", 7)
        return self.hexes(f"column/{column.key}")

    def _column_tag(self, column: Column) -> str:
        return (
            f'<meta name="ColId" content="{self._page_id(column)}">\n' if self.county.variant == "hex" else ""
        )

    def _loader(self, column: Column, tag: str) -> str:
        data = {
            "parseType": "bulidstatic",
            "webId": self.number("web", 4),
            "tplSetId": self.hexes("templates"),
            "pageType": "column",
            "tagId": tag,
            "editType": "null",
            "pageId": self._page_id(column),
        }
        literal = str(data)
        if self.county.variant == "digits":
            return f"<script url='{UNIT}' querydata='{literal.replace(chr(39), '&apos;')}'></script>"
        return f'<script url="{UNIT}" queryData="{literal}"></script>'

    def _list(self, column: Column) -> Response:
        main = "".join(
            f'<div class="unit">{self._loader(column, tag)}</div>'
            for tag in ("当前位置", "左侧导航", "当前栏目list")
        )
        return self.list_document(column, main, self._column_tag(column))

    def _unit(self, request: Request) -> Response:
        asked = request.query
        column = next(
            (
                c
                for c in self.county.columns
                if self._page_id(c) == asked.get("pageId") and c.host == request.host
            ),
            None,
        )
        gone = column and Fault.REDESIGNED in self.faults and is_report_list(column)
        if not column or gone or asked.get("webId") != self.number("web", 4):
            return json_reply({"success": False, "code": "500", "message": "参数错误", "data": None})
        if asked.get("tagId") != "当前栏目list":
            return self._reply(f"<div>{column.name}</div>")
        wanted = json.loads(asked.get("paramJson") or "{}")
        number, size = int(wanted.get("pageNo") or 1), int(wanted.get("pageSize") or self.county.per_page)
        most = self.county.per_page if self.county.variant == "digits" else ROWS_AT_MOST
        listing = self.listing(column, min(size, most))
        return self._reply(self._fragment(column, listing, number))

    def _fragment(self, column: Column, listing: Listing, number: int) -> str:
        lines = "".join(
            f'<li><a href="{self.link(entry.url, column.host)}" title="{esc(entry.title)}" target="_blank">'
            f"{esc(entry.title)}</a><span>{day(entry)}</span></li>\n"
            for entry in listing.page(number) or ()
        )
        return (
            f'<div class="page-content"><ul>\n{lines}</ul></div><div class="pagination" '
            f'rows="{listing.per_page}" count="{listing.stated_rows}" pageNo="{number}"></div>'
        )

    def _reply(self, fragment: str) -> Response:
        data: object = fragment if self.county.variant == "digits" else {"html": fragment}
        return json_reply({"success": True, "code": "200", "data": data})
