"""Hanweb 大汉, the xxgk module: reports by agency and year, lists by POST
(docs/domain/families.md#hanweb-xxgk).

`xxgkAnnualReport.jsp?area=<agency>` lists the years, with `&fbtime=<year>` it shows that year's report; the
form of its answer is a guess, as there. Agencies of the first half show their reports so, those of
the second half in a `/col/colN` page whose rows come from `search.jsp` by POST.
"""

from __future__ import annotations

from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.model import Column, Item, Kind
from demo.province.portals.jcms import Jcms
from demo.province.portals.listing import NOTHING_HERE, day, esc, is_report_list
from demo.province.portals.portal import Handler

MODULE = "/module/xxgk"
# Rows of a page of its search: an agency's reports of some years take two.
_ROWS = 2
SEARCH = (
    f"{MODULE}/search.jsp?standardXxgk=0&isAllList=1&texttype=&fbtime=-1"
    "&vc_all=&vc_filenumber=&vc_title=&vc_number="
)


class Xxgk(Jcms):
    """A portal whose annual reports stand in the xxgk module; its other columns are JCMS."""

    family = "hanweb_xxgk"

    def column_url(self, column: Column) -> str:
        """The module's page of the agency, or a column page."""
        if self._by_year(column):
            return f"{self.county.origin(column.host)}{MODULE}/xxgkAnnualReport.jsp?area={column.owner.code}"
        return super().column_url(column)

    def article_url(self, column: Column, item: Item) -> str:
        """The module's page with the year, or an article."""
        if self._by_year(column) and item.report:
            return f"{self.column_url(column)}&fbtime={item.report.year}"
        return super().article_url(column, item)

    def open_column(self, column: Column) -> None:
        """The module's two pages, or a JCMS column whose list comes from search.jsp."""
        origin = self.county.origin(column.host)
        if self._by_year(column):
            self.route(f"{origin}{MODULE}/xxgkAnnualReport.jsp", self._annual)
        elif is_report_list(column):
            self.route(self.column_url(column), lambda request: self._shell(column))
            self.route(f"{origin}{MODULE}/search.jsp", self._search)
            self.route(f"{origin}/module/download/downfile.jsp", self._download)
        else:
            super().open_column(column)

    def route(self, url: str, handler: Handler) -> None:
        """As everywhere, save that the module answers for all its addresses itself."""
        if "xxgkAnnualReport.jsp?" not in url:
            super().route(url, handler)

    def _by_year(self, column: Column) -> bool:
        agencies = self.county.agencies
        return column.kind is Kind.ANNUAL and agencies.index(column.owner) < (len(agencies) + 1) // 2

    def _annual(self, request: Request) -> Response:
        area, year = request.query.get("area"), request.query.get("fbtime")
        column = next(
            (
                c
                for c in self.county.columns
                if self._by_year(c) and c.owner.code == area and c.host == request.host
            ),
            None,
        )
        if not column:
            return self.document("政府信息公开年报", f'<div id="zoom">{NOTHING_HERE}</div>', dynamic=True)
        items = [entry.item for entry in self.entries(column) if entry.item and entry.item.report]
        chosen = next((item for item in items if item.report and str(item.report.year) == year), None)
        if chosen:
            return self.article(column, chosen)
        years = "".join(
            f'<li><a href="{self.link(self.article_url(column, item), column.host)}">'
            f"{item.report.year}年</a></li>"
            for item in items
            if item.report
        )
        main = f'<ul class="nblist" id="year">{years}</ul>' if years and not year else NOTHING_HERE
        return self.list_document(column, main, dynamic=True)

    def _shell(self, column: Column) -> Response:
        identity = self.column_id(column)
        area = column.owner.code
        form = f"infotypeId:'0',jdid:'1',area:'{area}',divid:'div{identity}'"
        main = (
            f'<form id="xxgkform" action="{esc(SEARCH)}&amp;currpage=1&amp;sortfield=,'
            'createdatetime:0,orderid:0" method="post">'
            f'<input type="hidden" name="infotypeId" value="0"><input type="hidden" name="jdid" value="1">'
            f'<input type="hidden" name="area" value="{area}">'
            f'<input type="hidden" name="divid" value="div{identity}"></form><div id="div{identity}"></div>'
            f"<script>$.post('{SEARCH}&currpage=1&sortfield=,createdatetime:0,orderid:0', {{{form}}}, "
            f"function(html){{ $('#div{identity}').html(html); }});</script>"
        )
        return self.list_document(column, main)

    def _search(self, request: Request) -> Response:
        form = request.form
        column = next(
            (
                c
                for c in self.county.columns
                if f"div{self.column_id(c)}" == form.get("divid") and c.host == request.host
            ),
            None,
        )
        if request.method != "POST" or not column or form.get("area") != column.owner.code:
            return self.text(f"<table></table><div>{NOTHING_HERE}</div>")
        if Fault.REDESIGNED in self.faults:
            return self.not_found()
        listing = self.listing(column, _ROWS)
        entries = listing.page(int(request.query.get("currpage") or 1)) or ()
        rows = "".join(
            f'<tr class="tr_main_value_{"even" if line % 2 else "odd"}"><td>{line + 1}</td>'
            f'<td><a class="bt_link" href="{self.link(entry.url, column.host)}" title="{esc(entry.title)}">'
            f"{esc(entry.title)}</a></td><td>{day(entry)}</td></tr>\n"
            for line, entry in enumerate(entries)
        )
        return self.text(f'<table>\n{rows}</table><div class="pagination">共{listing.stated_pages}页</div>')
