"""truecms (南通): JSONP around a datastore of records, wanted with a Referer
(docs/domain/families.md#truecms)."""

from __future__ import annotations

import json

from demo.province.faults import Fault
from demo.province.http import Request, Response
from demo.province.model import Column, Item, Kind, guid
from demo.province.portals.listing import Entry, day, esc, is_report_list
from demo.province.portals.portal import Portal

PROXY = "/truecms/messageController/getMessage.do"
# More records than this at once and the reply is empty.
ROWS_AT_MOST = 30


class TrueCms(Portal):
    """A portal in the dialect of truecms."""

    family = "truecms"

    def column_url(self, column: Column) -> str:
        """`/x/y/y.html`."""
        return f"{self._folder(column)}/{column.slug}.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`/x/y/content/<uuid>.html`."""
        return f"{self._folder(column)}/content/{guid(f'{self.county.code}/{item.key}')}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """Below the site's upload store."""
        name = guid(f"{self.county.code}/{item.key}/{index}")
        return (
            f"{self.county.origin(column.host)}/upload/{item.published:%Y%m}/{name}.{item.file_types[index]}"
        )

    def open_column(self, column: Column) -> None:
        """The page with the first lines, and the interface for the rest."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        self.route(url, lambda request: self._list(column))
        self.route(self.county.origin(column.host) + PROXY, self._messages)

    def article(self, column: Column, item: Item) -> Response:
        """`#zoom` and the attachments."""
        files = "".join(
            f'<p><a href="{self.link(url, column.host)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        main = (
            f"<h1>{esc(item.title)}</h1><p>来源：{item.source.short} "
            f"发布时间：{item.published:%Y-%m-%d %H:%M}</p>"
            f'<div id="zoom">{self.content(column, item)}{files}</div>'
        )
        return self.document(item.title, main, column, item)

    def _folder(self, column: Column) -> str:
        path = "/".join(above.slug for above in self.county.trail(column))
        return f"{self.county.origin(column.host)}/{path}"

    def _column_id(self, column: Column) -> str:
        return guid(f"{self.county.code}/column/{column.key}")

    def _line(self, entry: Entry, column: Column) -> str:
        return (
            f'<li><a href="{self.link(entry.url, column.host)}" title="{esc(entry.title)}">'
            f"{esc(entry.title)}</a>"
            f"<span>{day(entry)}</span></li>"
        )

    def _list(self, column: Column) -> Response:
        listing = self.listing(column)
        first = "".join(self._line(entry, column) for entry in listing.page(1) or ())
        script = (
            f"<script>$('#list').page({{ totalRecord: {listing.stated_rows}, "
            f"perPage: {listing.per_page}, groupSize: 3, "
            f"proxyUrl:'{PROXY}', columnId:'{self._column_id(column)}', contentTemplate:'' }});</script>"
        )
        return self.list_document(column, f'{script}<div id="list"></div><ul id="initData">{first}</ul>')

    def _messages(self, request: Request) -> Response:
        asked = request.query
        referer = request.headers.get("referer", "")
        column = next((c for c in self.county.columns if self._column_id(c) == asked.get("columnId")), None)
        hidden = column and Fault.REDESIGNED in self.faults and is_report_list(column)
        if not column or hidden or request.host not in referer:
            return self.not_found()
        listing = self.listing(column)
        start, end = int(asked.get("startrecord") or 1), int(asked.get("endrecord") or listing.per_page)
        rows = listing.rows(start, end) if end - start < ROWS_AT_MOST else ()
        records = "".join(f"<record><![CDATA[{self._line(entry, column)}]]></record>" for entry in rows)
        total = f"<totalrecord>{listing.stated_rows}</totalrecord>"
        store = f"<datastore>{total}<recordset>{records}</recordset></datastore>"
        reply = json.dumps({"result": store}, ensure_ascii=False)
        return self.text(f"{asked.get('callback', 'callback')}({reply})", "application/javascript")
