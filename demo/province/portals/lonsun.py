"""Lonsun 龙讯: agency pages by `type`, lists by the label interface, 年报 by year
(docs/domain/families.md#lonsun).

The government's reports and those it gathers stand in a catalogue (type=4) whose rows come from
`/site/label/8888`; every other agency has a type=3 page that lists the years, each a
`action=detail&title=<year>` page. `file` in the label call names the skin, which differs from site to site;
without it nothing comes.
"""

from __future__ import annotations

from urllib.parse import quote

from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.model import Agency, Column, Item, Kind
from demo.province.portals.listing import NOTHING_HERE, day, esc, is_report_list
from demo.province.portals.portal import Handler, Portal

LABEL = "/site/label/8888"
TYPES = {Kind.RULES: "1", Kind.GUIDE: "2", Kind.ANNUAL: "3", Kind.DISCLOSURE: "4"}


class Lonsun(Portal):
    """A portal in the dialect of Lonsun."""

    family = "lonsun"

    def column_url(self, column: Column) -> str:
        """`/public/column/<organ>?type=…`."""
        if column.kind is Kind.DIRECTORY:
            return f"{self.county.origin(column.host)}/public/{column.slug}/index.html"
        page = self._organ_page(column.owner, column.host)
        if self._catalogued(column):
            return f"{page}?type=4&action=list&nav=3&catId={self._category(column)}"
        if column.kind is Kind.ANNUAL:
            return f"{page}?type=3&action=list&nav=4&isNianbao=1"
        return page if column.kind is Kind.PLATFORM else f"{page}?type={TYPES[column.kind]}"

    def route(self, url: str, handler: Handler) -> None:
        """As everywhere, save that the agency's page answers for all its addresses itself."""
        if "type=3&action=detail" not in url:
            super().route(url, handler)

    def article_url(self, column: Column, item: Item) -> str:
        """`/public/<organ>/<id>.html`, or the agency's page with the year."""
        if self._by_year(column) and item.report:
            page = self._organ_page(column.owner, column.host)
            return f"{page}?type=3&action=detail&nav=3&title={item.report.year}"
        folder = f"{self.county.origin(column.host)}/public/{self._organ(column.owner)}"
        return f"{folder}/{self.number(item.key, 8)}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`/group6/M00/…`, as FastDFS names files."""
        name = self.hexes(f"{item.key}/{index}", 28)
        path = f"/group6/M00/{name[:2].upper()}/{name[2:4].upper()}/{name}"
        return f"{self.county.origin(column.host)}{path}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """One page an agency, which looks at `type`; one label interface."""
        origin = self.county.origin(column.host)
        if column.kind is Kind.DIRECTORY:
            self.route(self.column_url(column), lambda request: self.landing(column))
            return
        owner = column.owner
        self.route(self._organ_page(owner, column.host), lambda request: self._agency(owner, request))
        self.route(origin + LABEL, self._label)

    def article(self, column: Column, item: Item) -> Response:
        """A header table, `.wzcon`, attachments in the text."""
        files = "".join(
            f'<p><a href="{self.link(url, column.host)}" title="{esc(name)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        index = f"{item.source.code[8:17]}/{item.published:%Y%m}-{self.number(item.key + '/index', 5)}"
        main = (
            f"<table class='xxgk_table'><tr><th>索引号</th><td>{index}</td><th>信息分类</th><td>"
            f"{column.name}</td></tr>"
            f"<tr><th>发布机构</th><td>{item.source.name}</td><th>发布日期</th><td>{item.published:%Y-%m-%d}</td></tr></table>"
            f'<h1>{esc(item.title)}</h1><div class="gktext"><div class="wzcon">'
            f"{self.content(column, item)}{files}</div></div>"
        )
        return self.document(item.title, main, column, item, self._site_tag())

    def _by_year(self, column: Column) -> bool:
        return column.kind is Kind.ANNUAL and column.owner != self.county.government

    def _catalogued(self, column: Column) -> bool:
        return is_report_list(column) and not self._by_year(column)

    def _organ(self, owner: Agency) -> str:
        return self.number(f"organ/{owner.slug}", 9)

    def _organ_page(self, owner: Agency, host: str) -> str:
        return f"{self.county.origin(host)}/public/column/{self._organ(owner)}"

    def _category(self, column: Column) -> str:
        return self.number(f"category/{column.key}", 8)

    def _skin(self) -> str:
        return f"/{self.county.slug}/xxgk/publicInfoList_newest2022"

    def _site_id(self) -> str:
        return self.number("site", 7)

    def _site_tag(self) -> str:
        return f'<meta name="SiteId" content="{self._site_id()}">\n'

    def _agency(self, owner: Agency, request: Request) -> Response:
        asked = request.query
        platform = self.platform(owner)
        if "type" not in asked and platform:
            return self.landing(platform)
        own = [c for c in self.county.columns if c.owner == owner and c.kind is not Kind.DIRECTORY]
        column = next(
            (c for c in own if self._catalogued(c) and self._category(c) == asked.get("catId")), None
        )
        column = column or next((c for c in own if TYPES.get(c.kind) == asked.get("type")), None)
        if not column:
            return self.not_found()
        if self._by_year(column):
            return (
                self._year(column, asked.get("title"))
                if asked.get("action") == "detail"
                else self._years(column)
            )
        return self._catalogue(column)

    def _years(self, column: Column) -> Response:
        years = "".join(
            f'<li><a href="{esc(self.link(entry.url, column.host))}" title="{entry.item.report.year}年">'
            f"{entry.item.report.year}年</a></li>"
            for entry in self.entries(column)
            if entry.item and entry.item.report
        )
        main = f'<ul class="nianbao_year clearfix">{years}</ul>' if years else f"<p>{NOTHING_HERE}</p>"
        return self.list_document(column, main, self._site_tag(), dynamic=True)

    def _year(self, column: Column, year: str | None) -> Response:
        for item in self.county.items_of(column):
            if item.report and str(item.report.year) == year:
                return self.article(column, item)
        return self.list_document(column, f"<p>{NOTHING_HERE}</p>", self._site_tag(), dynamic=True)

    def _catalogue(self, column: Column) -> Response:
        call = (
            f"{LABEL}?IsAjax=1&dataType=html&_=0.3893540020131372&labelName=publicInfoList&siteId={self._site_id()}"
            f"&pageSize={self.county.per_page}&pageIndex=1&action=list&fuzzySearch=false&fromCode=title&keyWords=&sortType=1"
            f"&isDate=true&dateFormat=yyyy-MM-dd&length=80&organId={self._organ(column.owner)}&type=4&catIds=&cId="
            f"&result={quote(NOTHING_HERE)}&file={quote(self._skin(), safe='')}&"
            f"catId={self._category(column)}"
        )
        main = (
            '<div id="xxgk_list" class="xxgk_nav_list">正在加载…</div>\n'
            f'<script>$(function(){{ $("#xxgk_list").load("{call}"); }});</script>'
        )
        return self.list_document(column, main, self._site_tag(), dynamic=True)

    def _label(self, request: Request) -> Response:
        asked = {**request.query, **request.form}
        column = next(
            (
                c
                for c in self.county.columns
                if c.kind not in (Kind.PLATFORM, Kind.DIRECTORY)
                and self._category(c) == asked.get("catId")
                and self._organ(c.owner) == asked.get("organId")
            ),
            None,
        )
        hidden = column and Fault.REDESIGNED in self.faults and is_report_list(column)
        if (
            not column
            or hidden
            or asked.get("file") != self._skin()
            or asked.get("siteId") != self._site_id()
        ):
            return self.text(NOTHING_HERE)
        listing = self.listing(column, min(int(asked.get("pageSize") or 15), 50))
        entries = listing.page(int(asked.get("pageIndex") or 1)) or ()
        rows = "".join(
            f'<ul class="clearfix">\n<li class="mc"><div><a href="{entry.url}" '
            f'title="{esc(entry.title)}" target="_blank">'
            f'{esc(entry.title)}</a></div></li>\n<li class="rq"><span class="date">'
            f"{day(entry)}</span></li>\n</ul>"
            for entry in entries
        )
        pager = (
            '<div id="page_public_info" class="pagination"></div>\n<script>'
            'Ls.pagination("#page_public_info", '
            f"function(pageIndex){{}}, {{pageCount:{listing.stated_pages}, total:{listing.stated_rows}, "
            f"pageSize:{listing.per_page}}});</script>"
        )
        return self.text(f'<div class="xxgk_navli">{rows}</div>\n{pager}' if rows else NOTHING_HERE)
