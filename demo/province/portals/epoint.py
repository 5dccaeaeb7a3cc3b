"""Epoint 新点 EWB: a shell page and a REST list (docs/domain/families.md#epoint).

Variants: `from0` counts pageIndex from 0, `from1` from 1 (and takes 0 for 1); `static` has `moreinfo.html`.
`title` in the rows is cut, `realtitle` whole. The pages' tags still hold the template's placeholder text.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from demo.province.faults import Fault
from demo.province.http import Request, Response, json_reply
from demo.province.model import Agency, Column, Item, Kind, guid
from demo.province.portals.listing import cut, day, esc, is_report_list
from demo.province.portals.portal import Portal

PROJECT = "/EWB-FRONT"
SHELL = "/dynamic/zwgk/govInfoPub.html"
ROWS_AT_MOST = 100


class Epoint(Portal):
    """A portal in the dialect of EWB."""

    family = "epoint"

    def column_url(self, column: Column) -> str:
        """The shell with department and category, or `moreinfo.html`."""
        origin = self.county.origin(column.host)
        if self._has_shell(column):
            department, category = self._department(column.owner), self._category(column)
            return f"{origin}{SHELL}?deptcode={department}&categorynum={category}"
        return f"{origin}{self._folder(column)}/{'moreinfo' if self._lists(column) else 'index'}.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`/003/003001/YYYYMMDD/<guid>.html`."""
        name = guid(f"{self.county.code}/{item.key}")
        return f"{self.county.origin(column.host)}{self._folder(column)}/{item.published:%Y%m%d}/{name}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """Below the attach servlet's store."""
        name = guid(f"{self.county.code}/{item.key}/{index}")
        return f"{self.county.origin(column.host)}{PROJECT}/attach/{name}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """Landing pages, static lists, and the interface."""
        origin = self.county.origin(column.host)
        if not self._lists(column):
            self.route(self.column_url(column), lambda request: self.landing(column))
            return
        if self._has_shell(column):
            self.route(origin + SHELL, self._shell)
            self.route(f"{origin}/js/webBuilderCommon.js", lambda request: self._constants())
            self.route(f"{origin}{PROJECT}/rest/lightfrontaction/getgovinfolist", self._rows)
            return
        self.route(self.column_url(column), lambda request: self._static(column))

    def tags(self, column: Column | None, item: Item | None) -> str:
        """The national tags, of which the column's still read as the template had them."""
        written = super().tags(column, None)
        if column:
            written = written.replace(f'content="{column.name}"', 'content="栏目名称"')
        if item:
            written += f'<meta name="ArticleTitle" content="{esc(item.title)}">\n'
            written += f'<meta name="PubDate" content="{item.published:%Y-%m-%d %H:%M}">\n'
        return written

    def article(self, column: Column, item: Item) -> Response:
        """`div.mian-cont`, so written."""
        files = "".join(
            f'<p><a href="{self.link(url, column.host)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        main = (
            f'<h2 class="title">{esc(item.title)}</h2><p>发布日期：{item.published:%Y-%m-%d}</p>'
            f'<div class="mian-cont">{self.content(column, item)}{files}</div>'
        )
        return self.document(item.title, main, column, item)

    def _lists(self, column: Column) -> bool:
        return column.kind not in (Kind.PLATFORM, Kind.DIRECTORY)

    def _has_shell(self, column: Column) -> bool:
        return self.county.variant != "static" and is_report_list(column)

    def _category(self, column: Column) -> str:
        # 003, 003001, 003001003: the position among its siblings, three digits a level.
        places = []
        for above in self.county.trail(column):
            siblings = [c.key for c in self.county.columns if c.parent == above.parent]
            places.append(f"{siblings.index(above.key) + 3:03d}")
        return "".join(places)

    def _folder(self, column: Column) -> str:
        number = self._category(column)
        return "".join(f"/{number[:length]}" for length in range(3, len(number) + 1, 3))

    def _department(self, owner: Agency) -> str:
        return "" if owner == self.county.government else self.number(f"dept/{owner.slug}", 4)

    def _site_guid(self) -> str:
        return guid(f"{self.county.code}/site")

    def _constants(self) -> Response:
        literal = json.dumps({"siteGuid": self._site_guid(), "projectName": PROJECT})
        return self.text(f"var siteInfo = {literal};\n", "application/javascript", self._modified(None, None))

    def _shell(self, request: Request) -> Response:
        asked = request.query
        column = self._find(asked.get("deptcode", ""), asked.get("categorynum", ""))
        if not column:
            return self.not_found()
        scripts = '<script src="/js/webBuilderCommon.js"></script><script src="/js/govInfoPub.js"></script>'
        return self.list_document(column, f'<ul id="infolist"></ul><div id="pager"></div>{scripts}')

    def _find(self, department: str, category: str) -> Column | None:
        return next(
            (
                c
                for c in self.county.columns
                if self._has_shell(c)
                and self._category(c) == category
                and self._department(c.owner) == department
            ),
            None,
        )

    def _rows(self, request: Request) -> Response:
        asked = self._asked(request)
        column = self._find(str(asked.get("deptcode", "")), str(asked.get("categorynum", "")))
        if request.method != "POST" or not column or asked.get("siteGuid") != self._site_guid():
            return json_reply({"custom": {}, "status": {"code": 0, "text": "参数错误"}})
        if Fault.REDESIGNED in self.faults:
            return self.not_found()
        listing = self.listing(column, min(int(asked.get("pageSize") or 20), ROWS_AT_MOST))
        index = int(asked.get("pageIndex") or 0)
        number = index + 1 if self.county.variant == "from0" else max(1, index)
        rows = [
            {
                "title": cut(entry.title),
                "realtitle": entry.title,
                "infourl": self.link(entry.url, column.host),
                "infodate": day(entry),
            }
            for entry in listing.page(number) or ()
        ]
        custom = {"total": listing.stated_rows, "code": 1, "data": rows}
        return json_reply({"custom": custom, "status": {"code": 1, "text": "请求成功"}})

    @staticmethod
    def _asked(request: Request) -> dict[str, Any]:
        """The JSON body, bare or wrapped as `params=`; empty where it is neither."""
        text = request.body.decode("utf-8", "replace")
        text = dict(parse_qsl(text)).get("params", text)
        try:
            asked = json.loads(text)
        except json.JSONDecodeError:
            return {}
        return asked if isinstance(asked, dict) else {}

    def _static(self, column: Column) -> Response:
        # One page: what follows a full moreinfo.html is not described, so all lines stand on it.
        lines = "".join(
            f'<li class="ewb-list"><a href="{self.link(entry.url, column.host)}" title="{esc(entry.title)}">'
            f'{esc(cut(entry.title))}</a><span class="ewb-date">{day(entry)}</span></li>\n'
            for entry in self.entries(column)
        )
        return self.list_document(column, f'<ul class="ewb-info">\n{lines}</ul>')
