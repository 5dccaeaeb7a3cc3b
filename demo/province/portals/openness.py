"""Openness, both generations (docs/domain/families.md#openness).

`OpennessOld` has ids of 24 hex digits and parameters; `OpennessNew` has integer ids and paths. In both a
list is a shell with the table in another address, `opennessTarget`.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.model import Agency, Column, Item, Kind
from demo.province.portals.listing import NOTHING_HERE, Entry, Listing, day, esc, is_report_list
from demo.province.portals.portal import Portal


class _Openness(Portal):
    """What both generations share: articles, files, tables."""

    family = "openness"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`/file_cz/2/YYYYMM/<date and hash>`."""
        name = f"{item.published:%Y%m%d}{self.hexes(f'{item.key}/{index}')}"
        path = f"/file_cz/2/{item.published:%Y%m}/{name}.{item.file_types[index]}"
        return self.county.origin(column.host) + path

    def article(self, column: Column, item: Item) -> Response:
        """`table.is-xxgkinfo`, `.is-newstitles`, `#color_printsssss`."""
        files = "".join(
            f'<p><a href="{self.link(url, column.host)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        index = f"{item.source.code[8:17]}/{item.published:%Y%m}-{self.number(item.key + '/index', 5)}"
        main = (
            f'<table class="is-xxgkinfo"><tr><td>索引号</td><td class="f14">{index}</td></tr>'
            f'<tr><td>发布机构</td><td class="f14">{item.source.name}</td></tr>'
            f'<tr><td>发布日期</td><td class="f14">{item.published:%Y-%m-%d}</td></tr></table>'
            f'<div class="is-newstitles">{esc(item.title)}</div>'
            f'<div id="color_printsssss" class="is-contentbox">{self.content(column, item)}{files}</div>'
        )
        return self.document(item.title, main, column, item)

    def _table(self, column: Column, entries: tuple[Entry, ...]) -> str:
        if not entries:
            return f'<div class="is-nodata">{NOTHING_HERE}</div>'
        rows = "".join(
            f'<tr class="is-td"><td>{line}</td><td><div class="is-tda"><a '
            f'href="{self.link(entry.url, column.host)}" '
            f'title="{esc(entry.title)}">{esc(entry.title)}</a></div></td><td>{day(entry)}</td></tr>\n'
            for line, entry in enumerate(entries, 1)
        )
        head = '<tr class="is-th"><td>序号</td><td>信息名称</td><td>发布日期</td></tr>'
        return f'<table class="is-xxgkTable">{head}\n{rows}</table>'

    def _hidden(self, column: Column) -> bool:
        return Fault.REDESIGNED in self.faults and is_report_list(column)


class OpennessOld(_Openness):
    """The generation with 24-hex ids."""

    def column_url(self, column: Column) -> str:
        """`/opennessAnnualReport/`, `/opennessGuide/` or `/opennessContent/` with the branch."""
        origin = self.county.origin(column.host)
        branch = self._branch(column.owner)
        if column.kind is Kind.DIRECTORY:
            return f"{origin}/opennessBranch/"
        if column.kind is Kind.ANNUAL:
            return f"{origin}/opennessAnnualReport/?branch_id={branch}"
        if column.kind is Kind.GUIDE:
            return f"{origin}/opennessGuide/?branch_id={branch}"
        code = "" if column.kind is Kind.PLATFORM else f"&column_code={self._code(column)}"
        return f"{origin}/opennessContent/?branch_id={branch}{code}"

    def article_url(self, column: Column, item: Item) -> str:
        """`/xxgk/openness/detail/annual_report/<24 hex>.html`, other items `/openness/detail/content/`."""
        folder = "/xxgk/openness/detail/annual_report/" if item.report else "/openness/detail/content/"
        return f"{self.county.origin(column.host)}{folder}{self.hexes(item.key, 24)}.html"

    def open_column(self, column: Column) -> None:
        """One page a kind, which looks at the branch."""
        origin = self.county.origin(column.host)
        if column.kind is Kind.DIRECTORY:
            self.route(self.column_url(column), lambda request: self.landing(column))
            return
        self.route(f"{origin}/opennessContent/", self._content)
        self.route(f"{origin}/opennessTarget/", self._target)
        self.route(f"{origin}/opennessGuide/", lambda request: self._of_kind(Kind.GUIDE, request))
        self.route(f"{origin}/opennessAnnualReport/", lambda request: self._of_kind(Kind.ANNUAL, request))

    def _branch(self, owner: Agency) -> str:
        return self.hexes(f"branch/{owner.slug}", 24)

    def _code(self, column: Column) -> str:
        return self.number(f"code/{column.key}", 6)

    def _find(self, request: Request, *kinds: Kind) -> Column | None:
        for column in self.county.columns:
            code = request.query.get("column_code")
            if (
                column.kind in kinds
                and self._branch(column.owner) == request.query.get("branch_id")
                and (code is None or code == self._code(column))
            ):
                return column
        return None

    def _of_kind(self, kind: Kind, request: Request) -> Response:
        column = self._find(request, kind)
        if not column:
            return self.not_found()
        listing = self.listing(column)
        number = int(request.query.get("page") or 1)
        entries = listing.page(number)
        if entries is None:
            return self.document(column.name, NOTHING_HERE, column, dynamic=True)
        return self.list_document(
            column, self._table(column, entries) + self._pager(column, listing, number), dynamic=True
        )

    def _content(self, request: Request) -> Response:
        if "column_code" not in request.query:
            platform = self._find(request, Kind.PLATFORM)
            return self.landing(platform) if platform else self.not_found()
        column = self._find(request, Kind.RULES, Kind.DISCLOSURE)
        if not column:
            return self.not_found()
        which = f"branch_id={self._branch(column.owner)}&column_code={self._code(column)}"
        target = f"/opennessTarget/?{which}&topic_id=&page=1"
        return self.list_document(column, f'<iframe id="target" src="{esc(target)}"></iframe>', dynamic=True)

    def _target(self, request: Request) -> Response:
        column = self._find(request, Kind.RULES, Kind.DISCLOSURE, Kind.ANNUAL)
        if not column or self._hidden(column):
            return self.not_found()
        listing = self.listing(column)
        number = int(request.query.get("page") or 1)
        entries = listing.page(number) or ()
        return self.text(self._table(column, entries) + self._pager(column, listing, number))

    def _pager(self, column: Column, listing: Listing, number: int) -> str:
        if number >= listing.stated_pages:
            return ""
        base = self.link(self.column_url(column), column.host)
        ways = f'<a href="{esc(f"{base}&page={number + 1}")}">下一页</a>'
        return f'<div class="is-page">共{listing.stated_pages}页 {ways}</div>'


class OpennessNew(_Openness):
    """The generation with integer ids."""

    def column_url(self, column: Column) -> str:
        """`/OpennessContent/showList/<branch>/<catalog>/page_1.html`."""
        origin = self.county.origin(column.host)
        if column.kind is Kind.DIRECTORY:
            return f"{origin}/OpennessBranch/index.html"
        branch = self._branch(column.owner)
        if column.kind is Kind.PLATFORM:
            return f"{origin}/OpennessContent/branch/{branch}.html"
        return f"{origin}/OpennessContent/showList/{branch}/{self._catalog(column)}/page_1.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`/OpennessAnnualReport/show/<id>.html` or `/XxgkAnnualReport/…`; the rest `/OpennessContent/…`."""
        module = "OpennessContent"
        if item.report:
            module = "XxgkAnnualReport" if self.county.variant == "xxgk" else "OpennessAnnualReport"
        return f"{self.county.origin(column.host)}/{module}/show/{self.number(item.key, 5)}.html"

    def open_column(self, column: Column) -> None:
        """A shell, and its table at `/OpennessTarget/`."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        listing = self.listing(column)

        def table(request: Request, match: re.Match[str]) -> Response:
            return self._target(column, listing, int(match[1]))

        def shell(request: Request, match: re.Match[str]) -> Response:
            return self._shell(column, int(match[1]))

        path = urlsplit(url).path.removesuffix("1.html")
        self.route_pattern(column.host, rf"{re.escape(path)}(\d+)\.html", shell)
        target = path.replace("/OpennessContent/showList/", "/OpennessTarget/")
        self.route_pattern(column.host, rf"{re.escape(target)}(\d+)\.html", table)

    def _branch(self, owner: Agency) -> str:
        return str(self.county.agencies.index(owner) + 3)

    def _catalog(self, column: Column) -> str:
        return self.number(f"catalog/{column.key}", 5)

    def _target_path(self, column: Column, number: int) -> str:
        return f"/OpennessTarget/{self._branch(column.owner)}/{self._catalog(column)}/page_{number}.html"

    def _shell(self, column: Column, number: int) -> Response:
        path = self._target_path(column, number)
        main = (
            f'<div id="target"></div><script>$("#target").load("{path}");</script>'
            f'<noscript><iframe src="{path}"></iframe></noscript>'
        )
        return self.list_document(column, main)

    def _target(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number)
        if entries is None or self._hidden(column):
            return self.not_found()
        ways = (
            f'<a class="next" href="{self._target_path(column, number + 1)}">下一页</a>'
            f'<a class="last" href="{self._target_path(column, listing.stated_pages)}">尾页</a>'
            if number < listing.stated_pages
            else ""
        )
        return self.text(f'{self._table(column, entries)}<div class="page">{ways}</div>')
