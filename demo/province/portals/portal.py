"""What all dialects share: routes, the national page tags, menus, lists with their pagers, articles, files.

A family derives from `Portal` and says where things are and how they look. Given a county and the content
faults that hold, a portal is a pure function of the request.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from demo.province import reports
from demo.province.faults import Fault
from demo.province.http import Request, Response, with_validators
from demo.province.model import Agency, Column, County, Form, Item, Kind, digits, hexes
from demo.province.portals.listing import Entry, Listing, esc, is_report_list
from demo.province.shapes.shape import Shape

Handler = Callable[[Request], Response]
PatternHandler = Callable[[Request, "re.Match[str]"], Response]


class Portal(ABC):
    """A county's portal in one dialect, at rest or with content faults."""

    family: ClassVar[str]

    def __init__(self, county: County, faults: frozenset[Fault | Shape] = frozenset()) -> None:
        self.county = county
        self.faults = faults
        self._routes: dict[tuple[str, str], Handler] = {}
        self._patterns: list[tuple[str, re.Pattern[str], PatternHandler]] = []
        self.route(county.origin(county.host) + "/", lambda request: self.home())
        for column in county.columns:
            if column.kind is Kind.PLATFORM and column.host != county.host:
                self._open_root(column)
            self.open_column(column)
            for item in county.items_of(column):
                self._open_item(column, item)

    # What a family says.

    @abstractmethod
    def column_url(self, column: Column) -> str:
        """The address of a column's first page."""

    @abstractmethod
    def article_url(self, column: Column, item: Item) -> str:
        """The address of an item's page."""

    @abstractmethod
    def file_url(self, column: Column, item: Item, index: int) -> str:
        """The address of an item's attachment."""

    @abstractmethod
    def open_column(self, column: Column) -> None:
        """Route a column's pages."""

    @abstractmethod
    def article(self, column: Column, item: Item) -> Response:
        """An item's page."""

    # Routes.

    def route(self, url: str, handler: Handler) -> None:
        """Answer this address; a query in it is no part of the route, handlers look at it themselves."""
        parts = urlsplit(url)
        self._routes[parts.hostname or "", parts.path] = handler

    def route_alone(self, url: str, handler: Handler) -> None:
        """Answer this address, which nothing else may have: made-up ids can meet. Raises ValueError then."""
        parts = urlsplit(url)
        if (parts.hostname or "", parts.path) in self._routes and not parts.query:
            raise ValueError(f"two things stand at {url}: choose another seed")
        self.route(url, handler)

    def route_pattern(self, host: str, pattern: str, handler: PatternHandler) -> None:
        """Answer every path of the host that matches the whole pattern and has no route of its own."""
        self._patterns.append((host, re.compile(pattern), handler))

    def respond(self, request: Request) -> Response:
        """The portal's answer."""
        if request.path == "/robots.txt":
            return self._robots()
        path = re.sub(r";jsessionid=\w+", "", request.path)
        handler = self._routes.get((request.host, path))
        if handler:
            return handler(request)
        for host, pattern, pattern_handler in self._patterns:
            match = pattern.fullmatch(path)
            if host == request.host and match:
                return pattern_handler(request, match)
        if path + "/" in {known for host, known in self._routes if host == request.host}:
            return Response(301, b"", {"Location": path + "/"})
        if Fault.TRAPS in self.faults and path.startswith("/rili/"):
            return self._calendar(path)
        return self.not_found()

    # Pages.

    def text(self, text: str, content_type: str = "text/html", modified: datetime | None = None) -> Response:
        """Text in the site's encoding, named as the site does; with validators where `modified` is given."""
        county = self.county
        charset = f"; charset={county.encoding}" if county.declares in ("both", "header") else ""
        body = text.encode(county.encoding, "xmlcharrefreplace")
        response = Response(200, body, {"Content-Type": content_type + charset})
        if modified is None or county.validators == "none":
            return response
        return with_validators(response, modified, etag=county.validators == "etag")

    def document(
        self,
        title: str,
        main: str,
        column: Column | None = None,
        item: Item | None = None,
        tags: str = "",
        dynamic: bool = False,
    ) -> Response:
        """A whole page: national tags, menus, `main`, footer. A dynamic page carries no validators."""
        county = self.county
        charset = f'<meta charset="{county.encoding}">' if county.declares in ("both", "meta") else ""
        trail = "".join(
            f' &gt; <a href="{self.link(self.column_url(above), above.host)}">{above.name}</a>'
            for above in (county.trail(column) if column else [])
        )
        page = (
            f"<!DOCTYPE html>\n<html><head>{charset}\n{self.tags(column, item)}{tags}<title>"
            f"{esc(title)}</title></head>\n"
            f'<body>\n<div class="header"><a href="{county.origin(county.host)}/">首页</a>'
            f"{self._top_menu()}</div>\n"
            f'<div class="position">当前位置：<a href="/">首页</a>{trail}</div>\n'
            f'{self._left_menu(column)}<div class="main">\n{main}\n</div>\n{self._traps()}'
            f'<div class="footer"><p>主办：{county.name}人民政府办公室 网站标识码：{county.site_id_code}</p>'
            f'<p><a href="https://www.gov.cn/">中国政府网</a></p></div>\n</body></html>\n'
        )
        return self.text(page, modified=None if dynamic else self._modified(column, item))

    def tags(self, column: Column | None, item: Item | None) -> str:
        """The national page tags (国办发〔2017〕47号) that this page carries."""
        county = self.county
        named = {
            "SiteName": f"{county.name}人民政府",
            "SiteDomain": county.host,
            "SiteIDCode": county.site_id_code,
        }
        if column:
            named["ColumnName"] = column.name
            named["ColumnType"] = "信息公开年报" if column.kind is Kind.ANNUAL else column.name
        if column and not item:
            named["ColumnDescription"] = named["ColumnKeywords"] = column.name
        if item:
            named["ArticleTitle"] = item.title
            named["PubDate"] = item.published.strftime("%Y-%m-%d %H:%M")
            named["ContentSource"] = item.source.short
        return "".join(f'<meta name="{name}" content="{esc(content)}">\n' for name, content in named.items())

    def home(self) -> Response:
        """The home page: news, and the way to the 政府信息公开 platform."""
        county = self.county
        news = [item for item in county.items if item.what == "news"][:6]
        lines = "".join(
            f'<li><a href="{self.link(self.entry(county.column(item.column), item).url, county.host)}">'
            f"{esc(item.title)}</a></li>"
            for item in news
        )
        agencies = "".join(f"<li>{agency.name}</li>" for agency in county.agencies)
        return self.document(
            f"{county.name}人民政府",
            f'<h1>{county.name}人民政府</h1><ul class="yaowen">{lines}</ul><ul class="jigou">{agencies}</ul>',
        )

    def landing(self, column: Column) -> Response:
        """The page of a platform or directory: its name and links to what is below."""
        lines = "".join(
            f'<li><a href="{self.link(self.column_url(child), column.host)}">{child.name}</a></li>'
            for child in self.county.children(column)
        )
        return self.document(column.name, f'<h2>{column.name}</h2><ul class="nav">{lines}</ul>', column)

    def list_document(self, column: Column, main: str, tags: str = "", dynamic: bool = False) -> Response:
        """A column's list page around `main`; a redesigned site shows the same titles in another way."""
        if Fault.REDESIGNED in self.faults and is_report_list(column):
            cards = "".join(
                f'<section class="card" onclick="openDoc(\'{hexes(entry.url, 12)}\')"><h3>'
                f"{esc(entry.title)}</h3></section>"
                for entry in self.entries(column)
            )
            main = f'<div class="card-wall">{cards}</div><script src="/assets/wall.3f2a91.js"></script>'
        return self.document(column.name, main, column, tags=tags, dynamic=dynamic)

    def not_found(self) -> Response:
        """The site's 404 page."""
        return Response(
            404, "<html><body><h1>404 页面不存在</h1></body></html>".encode(), {"Content-Type": "text/html"}
        )

    # Lists and items.

    def entries(self, column: Column) -> list[Entry]:
        """Folders below the column, then its items, newest first."""
        if Fault.EMPTIED in self.faults and is_report_list(column):
            return []
        folders = [
            Entry(self.column_url(child), child.name, None)
            for child in self.county.children(column)
            if child.kind is Kind.FOLDER
        ]
        return folders + [self.entry(column, item) for item in self.county.items_of(column)]

    def entry(self, column: Column, item: Item) -> Entry:
        """The line of an item: it links to the page, or to the file where there is no page."""
        url = self.file_url(column, item, 0) if item.form is Form.DIRECT else self.article_url(column, item)
        return Entry(url, item.title, item.published, item)

    def listing(self, column: Column, per_page: int | None = None) -> Listing:
        """The column's lines in pages. Content faults bear on the lists of reports only."""
        faults = self.faults if is_report_list(column) else frozenset()
        return Listing(tuple(self.entries(column)), per_page or self.county.per_page, faults)

    def content(self, column: Column, item: Item) -> str:
        """What an item says, as inner HTML: the report, a line that points to the files, a decoy's text."""
        if item.form is Form.ATTACHMENT:
            return f"<p>现将{esc(item.title)}予以公布，详见附件。</p>"
        return reports.page_body(self.county, item)

    def files(self, column: Column, item: Item) -> list[tuple[str, str]]:
        """Name and address of each attachment."""
        return [(name, self.file_url(column, item, index)) for index, name in enumerate(item.file_names)]

    def file_response(self, item: Item, index: int) -> Response:
        """An attachment's bytes."""
        extension = item.file_types[index]
        body = reports.in_file(self.county, item, index).data
        response = Response(200, body, {"Content-Type": MEDIA_TYPES[extension]})
        return with_validators(response, item.modified)

    def link(self, url: str, host: str) -> str:
        """The address as written in a page of `host`: from the root where it is the same host, else whole."""
        parts = urlsplit(url)
        if parts.hostname != host:
            return url
        return (
            parts.path
            + (f"?{parts.query}" if parts.query else "")
            + (f"#{parts.fragment}" if parts.fragment else "")
        )

    def number(self, key: str, length: int) -> str:
        """A stable id of so many digits, of this county."""
        return digits(f"{self.county.code}/{key}", length)

    def hexes(self, key: str, length: int = 32) -> str:
        """A stable hexadecimal id, of this county."""
        return hexes(f"{self.county.code}/{key}", length)

    def platform(self, owner: Agency) -> Column | None:
        """The landing page of an agency's platform, if it has one."""
        return next(
            (c for c in self.county.columns if c.kind is Kind.PLATFORM and c.owner == owner),
            None,
        )

    # Inside.

    def _open_root(self, platform: Column) -> None:
        self.route(self.county.origin(platform.host) + "/", lambda request: self.landing(platform))

    def _open_item(self, column: Column, item: Item) -> None:
        if item.form is not Form.DIRECT:
            self.route_alone(self.article_url(column, item), lambda request: self.article(column, item))
        for index in range(len(item.file_types)):
            self.open_file(column, item, index)

    def open_file(self, column: Column, item: Item, index: int) -> None:
        """Route an attachment."""
        self.route_alone(self.file_url(column, item, index), lambda request: self.file_response(item, index))

    def _modified(self, column: Column | None, item: Item | None) -> datetime:
        if item:
            return item.modified
        dates = [entry.published for entry in self.county.items]
        newest = max(dates)
        return max(newest, self.county.touched) if self.county.touched else newest

    def _top_menu(self) -> str:
        tops = [column for column in self.county.columns if not column.parent]
        return "".join(f' <a href="{self.column_url(column)}">{column.name}</a>' for column in tops)

    def _left_menu(self, column: Column | None) -> str:
        platform = self.platform(column.owner) if column else None
        if not platform or not column:
            return ""
        lines = "".join(
            f'<li><a href="{self.link(self.column_url(child), column.host)}">{child.name}</a></li>'
            for child in self.county.children(platform)
        )
        return f'<ul class="leftmenu">{lines}</ul>\n'

    def _robots(self) -> Response:
        if self.county.robots is None:
            return self.not_found()
        return Response(200, self.county.robots.encode(), {"Content-Type": "text/plain"})

    def _traps(self) -> str:
        if Fault.TRAPS not in self.faults:
            return ""
        session = hexes(self.county.code, 24).upper()
        return (
            '<div class="side"><a href="/rili/2024/1.html">2024年1月 日历</a>'
            f'<a href="/;jsessionid={session}">首页</a> <a href="/rili/2024/2.html">政府信息公开年报 日历</a>'
            '<a href="javascript:void(0)">设为首页</a> <a href="mailto:xxgk@example.test">'
            "政府信息公开年报意见箱</a>"
            '<a href="file:///etc/passwd">2023年政府信息公开工作年度报告</a>'
            '<a href="ftp://10.0.0.1/2023年政府信息公开工作年度报告.doc">2023年政府信息公开工作年度报告</a>'
            '<a href="data:text/html,2023年政府信息公开年报">2023年政府信息公开年报</a></div>\n'
        )

    def _calendar(self, path: str) -> Response:
        numbers = [int(number) for number in re.findall(r"\d+", path)] or [0]
        ways = "".join(
            f'<a href="/rili/{numbers[0] + step}/{numbers[-1] + step}.html">政府信息公开年报 {step:+d}</a> '
            for step in (-1, 1)
        )
        return self.document("日历", f'<div class="rili">{ways}</div>', dynamic=True)


MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
