"""Hanweb 大汉 JCMS classic: records inside `<datastore>`, more of them from dataproxy.jsp
(docs/domain/families.md#hanweb-jcms).

Variants: `rows` honours startrecord and endrecord as well as `page`; `groups` is an older server that
honours only `page`, writes table rows, splits dates over lines and sends what is not well-formed XML. A
group is GROUP_PAGES display pages; page=k in `nextgroup` is the group after k groups.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from demo.province.faults import Fault
from demo.province.http import Request, Response, redirect
from demo.province.model import Column, Item, Kind
from demo.province.portals.listing import Entry, Listing, cut, day, esc, is_report_list
from demo.province.portals.portal import Portal

GROUP_PAGES = 3
ROWS_AT_MOST = 300


class Jcms(Portal):
    """A portal in the dialect of JCMS classic."""

    family = "hanweb_jcms"

    @property
    def proxy(self) -> str:
        """The path of dataproxy.jsp."""
        old = self.county.variant == "groups"
        return "/module/jslib/jquery/jpage/dataproxy.jsp" if old else "/module/web/jpage/dataproxy.jsp"

    def column_url(self, column: Column) -> str:
        """`/col/col<id>/index.html`."""
        return f"{self.county.origin(column.host)}/col/col{self.column_id(column)}/index.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`/art/Y/M/D/art_<column>_<id>.html`, the date without leading zeros."""
        date = f"{item.published.year}/{item.published.month}/{item.published.day}"
        article = self.number(item.key, 7)
        return f"{self.county.origin(column.host)}/art/{date}/art_{self.column_id(column)}_{article}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`/attach/0/<32 hex>.<ext>`, to which downfile.jsp redirects."""
        return f"{self.county.origin(column.host)}/attach/0/{self._file(item, index)}"

    def column_id(self, column: Column) -> str:
        """The digits of colN."""
        return self.number(f"column/{column.key}", 10)

    def open_column(self, column: Column) -> None:
        """The list page; all lists share one dataproxy."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        self.route(url, lambda request: self._list(column))
        origin = self.county.origin(column.host)
        self.route(origin + self.proxy, self._records)
        self.route(origin + "/module/download/downfile.jsp", self._download)

    def article(self, column: Column, item: Item) -> Response:
        """`#zoom`, and attachments by downfile.jsp or directly."""
        lines = []
        for index, (name, url) in enumerate(self.files(column, item)):
            href = self.link(url, column.host)
            if len(item.title) % 2:
                href = (
                    f"/module/download/downfile.jsp?classid=0&showname={quote(name)}"
                    f"&filename={self._file(item, index)}"
                )
            lines.append(f'<p><a href="{esc(href)}">{esc(name)}</a></p>')
        main = (
            f'<h1 class="title">{esc(item.title)}</h1><p>发布日期：{item.published:%Y-%m-%d} '
            f"{item.source.short}</p>"
            f'<div id="zoom"><meta name="ContentStart">{self.content(column, item)}<meta name="ContentEnd">'
            f"{''.join(lines)}</div>"
        )
        return self.document(item.title, main, column, item)

    def _file(self, item: Item, index: int) -> str:
        return f"{self.hexes(f'{item.key}/{index}')}.{item.file_types[index]}"

    def _unit(self, column: Column) -> str:
        return self.number(f"unit/{column.key}", 5)

    def _group_rows(self) -> int:
        return self.county.per_page * GROUP_PAGES

    def _list(self, column: Column) -> Response:
        listing = self.listing(column)
        store = self._datastore(
            listing.rows(1, self._group_rows()), column, self._next(column, listing, 1), ""
        )
        script = (
            f"<script>$('#{self._unit(column)}').jpage({{ totalRecord:{listing.stated_rows}, "
            f"perPage:{self.county.per_page}, groupSize:{GROUP_PAGES}, currentPage:1, "
            f"proxyUrl:'{self.proxy}', columnid:{self.column_id(column)} }});</script>"
        )
        main = f'<div id="{self._unit(column)}"><script type="text/xml">{store}</script></div>{script}'
        return self.list_document(column, main)

    def _next(self, column: Column, listing: Listing, group: int) -> str:
        """The link of `nextgroup` to the group after `group` groups; "" where there is none."""
        start = group * self._group_rows()
        if not listing.rows(start + 1, start + 1) and Fault.OVERSTATED not in listing.faults:
            return ""
        name = quote(quote(f"{self.county.name}人民政府"))
        script = self.proxy if group == 1 else "./dataproxy.jsp"
        return (
            f"{script}?page={group}&appid=1&appid=1&webid={self.number('web', 3)}&path=/&columnid="
            f"{self.column_id(column)}&unitid={self._unit(column)}&webname={name}&permissiontype=0"
        )

    def _datastore(self, rows: tuple[Entry, ...], column: Column, following: str, totals: str) -> str:
        old = self.county.variant == "groups"
        records = "".join(
            f"<record><![CDATA[\n{self._record(entry, column, old)}]]></record>\n" for entry in rows
        )
        ill_formed = "<table cellpadding='0' border='0' align=center></table>" if old and rows else ""
        group = f'<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>\n' if following else ""
        return f"<datastore>\n{totals}{group}<recordset>\n{ill_formed}{records}</recordset>\n</datastore>"

    def _record(self, entry: Entry, column: Column, old: bool) -> str:
        anchor = (
            f"<a href='{self.link(entry.url, column.host)}' title='{esc(entry.title)}' target='_blank'>"
            f"{esc(cut(entry.title, 26))}</a>"
        )
        if old:
            date = day(entry).replace("-", "-\n      ")
            return (
                f"<tr><td width=15><IMG src='/picture/0/1.gif'></td><td>{anchor}</td><td>[{date}]</td></tr>"
            )
        return f'<li class="clearfix">    {anchor}    <b>{day(entry)}</b></li>'

    def _records(self, request: Request) -> Response:
        asked = {**request.query, **request.form}
        column = next(
            (
                c
                for c in self.county.columns
                if self.column_id(c) == asked.get("columnid") and c.host == request.host
            ),
            None,
        )
        hidden = column and Fault.REDESIGNED in self.faults and is_report_list(column)
        if not column or hidden or asked.get("unitid") != self._unit(column):
            # What these servers send for parameters that they do not know.
            return self.text("<datastore><recordset></recordset></datastore>", "text/xml")
        listing = self.listing(column)
        group = int(asked.get("page") or 0)
        start, end = group * self._group_rows() + 1, (group + 1) * self._group_rows()
        if "startrecord" in asked and self.county.variant == "rows":
            start = int(asked["startrecord"])
            end = min(int(asked.get("endrecord") or start), start + ROWS_AT_MOST - 1)
        totals = (
            f"<totalrecord>{listing.stated_rows}</totalrecord><totalpage>{listing.stated_pages}</totalpage>\n"
        )
        following = "" if "startrecord" in asked else self._next(column, listing, group + 1)
        return self.text(self._datastore(listing.rows(start, end), column, following, totals), "text/xml")

    def _download(self, request: Request) -> Response:
        path = f"/attach/0/{request.query.get('filename', '')}"
        known = any(
            urlsplit(self.file_url(column, item, index)).path == path
            for column in self.county.columns
            for item in self.county.items_of(column)
            for index in range(len(item.file_types))
        )
        return redirect(path) if known else self.not_found()
