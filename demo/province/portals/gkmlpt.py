"""gkmlpt, the catalogue platform of 广东, and NFCMS, its portals' CMS (docs/domain/families.md#gkmlpt).

Variants: `gkmlpt` gives each agency `/<agency>/gkmlpt/index` with a tree in `_CONFIG`, lists from
`api/all/<category>`, and articles whose body is JSON in a script; `nfcms` writes static lists `index_2.html`
(pages from 1) and `content/post_<id>.html`.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from demo.province.faults import Fault
from demo.province.http import Request, Response, json_reply
from demo.province.model import Agency, Column, Item, Kind
from demo.province.portals.listing import Entry, Listing, day, esc, is_report_list
from demo.province.portals.portal import Portal

# Entries of a category that lead out of the platform, as `jump_url` does.
ELSEWHERE = "https://mp.weixin.qq.com/s/demo"


class Gkmlpt(Portal):
    """A portal on the catalogue platform."""

    family = "gkmlpt"

    def column_url(self, column: Column) -> str:
        """The agency's platform with its category behind `#`."""
        index = f"{self._agency(column)}/gkmlpt/index"
        if column.kind is Kind.DIRECTORY:
            return f"{self.county.origin(column.host)}/{column.slug}/index.html"
        return index if column.kind is Kind.PLATFORM else f"{index}#{self._category(column)}"

    def article_url(self, column: Column, item: Item) -> str:
        """`gkmlpt/content/<a>/<b>/post_<id>.html`, a and b the id without its last six and three digits."""
        post = self._post(item)
        return (
            f"{self._agency(column)}/gkmlpt/content/{int(post) // 10**6}/{int(post) // 1000}/post_{post}.html"
        )

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`attachment/0/<b>/<attachment>/<post>.<ext>`."""
        attachment = self._attachment(item, index)
        folder = f"{self._agency(column)}/attachment/0/{int(attachment) // 1000}/{attachment}"
        return f"{folder}/{self._post(item)}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """The platform page of the agency, and the category's interface."""
        if column.kind is Kind.DIRECTORY:
            self.route(self.column_url(column), lambda request: self.landing(column))
            return
        if column.kind is Kind.PLATFORM:
            self.route(self.column_url(column), lambda request: self._index(column))
            return
        if Fault.REDESIGNED in self.faults and is_report_list(column):
            return
        listing = self.listing(column)
        api = f"{self._agency(column)}/gkmlpt/api/all/{self._category(column)}"
        self.route(api, lambda request: self._all(column, listing, request))

    def article(self, column: Column, item: Item) -> Response:
        """The article as JSON in `_CONFIG.DETAIL`, attachments as links in its content."""
        files = "".join(
            '<p><a target="_blank" class="nfw-cms-attachment" '
            f'attachment-id="{self._attachment(item, index)}" '
            f'href="{url}" alt="{esc(name)}">{esc(name)}</a></p>'
            for index, (name, url) in enumerate(self.files(column, item))
        )
        detail = {
            "id": int(self._post(item)),
            "identifier": self._identifier(item),
            "title": item.title,
            "content": self.content(column, item) + files,
            "publisher": item.source.name,
            "classify_main": int(self._category(column)),
            "classify_main_name": column.name,
        }
        header = (
            f"<table><tr><td>索引号</td><td>{self._identifier(item)}</td><td>发布机构</td><td>{item.source.name}</td></tr>"
            f"<tr><td>名称</td><td>{esc(item.title)}</td><td>发布日期</td><td>{item.published:%Y-%m-%d}</td></tr></table>"
        )
        # "</" would end the script; these pages write it as "<\/".
        literal = json.dumps(detail, ensure_ascii=False).replace("</", "<\\/")
        config = f"{{\n ACTION: 'content',\n DETAIL: {literal},\n TREE: []\n}}"
        script = f"<script>\nwindow._CONFIG = {config};\n</script>"
        return self.document(item.title, header + script, column, item)

    def _agency(self, column: Column) -> str:
        origin = self.county.origin(column.host)
        return origin if column.owner == self.county.government else f"{origin}/{self._folder(column.owner)}"

    def _folder(self, owner: Agency) -> str:
        return f"{self.county.slug}{owner.slug}"

    def _category(self, column: Column) -> str:
        return self.number(f"category/{column.key}", 5)

    def _post(self, item: Item) -> str:
        return self.number(item.key, 7)

    def _attachment(self, item: Item, index: int) -> str:
        return self.number(f"{item.key}/{index}", 6)

    def _identifier(self, item: Item) -> str:
        return f"{item.source.code}/{item.published.year}-{self.number(item.key + '/index', 5)}"

    def _sid(self, owner: Agency) -> str:
        return self.number(f"sid/{owner.slug}", 6)

    def _index(self, platform: Column) -> Response:
        children = [
            {
                "id": int(self._category(child)),
                "name": child.name,
                "parent": 0,
                "jump_url": "",
                "children": [],
                # Counts more than is listed, as on the real platforms.
                "post_count": len(self.county.items_of(child)) + 11,
            }
            for child in self.county.children(platform)
            if child.kind is not Kind.DIRECTORY
        ]
        if Fault.REDESIGNED in self.faults:
            return self.list_document(
                platform, '<div id="app"></div><script src="/assets/wall.3f2a91.js"></script>'
            )
        literal = json.dumps(children, ensure_ascii=False)
        script = (
            f"<script>\nwindow._CONFIG = {{\n ACTION: 'index',\n SID: '{self._sid(platform.owner)}',\n"
            f" SITE_NAME: '{platform.owner.name}',\n TREE: {literal}\n}};\n</script>"
        )
        return self.list_document(platform, f'<div id="app"></div>{script}')

    def _all(self, column: Column, listing: Listing, request: Request) -> Response:
        if request.query.get("sid") != self._sid(column.owner):
            return self.not_found()
        # Page 0 is page 1.
        entries = listing.page(max(1, int(request.query.get("page") or 0)))
        if entries is None:
            return self.not_found()
        classify = {
            "id": int(self._category(column)),
            "name": column.name,
            "parent": 0,
            "post_count": listing.stated_rows + 11,
            "theme_count": listing.stated_rows + 11,
        }
        return json_reply({"classify": classify, "articles": [self._row(column, entry) for entry in entries]})

    def _row(self, column: Column, entry: Entry) -> dict[str, object]:
        item = entry.item
        published = entry.published
        row: dict[str, object] = {
            "title": entry.title,
            "date": int(published.timestamp()) if published else 0,
            "classify_main": int(self._category(column)),
            "classify_main_name": column.name,
            "url": entry.url,
            "post_url": entry.url,
            "created_at": f"{published:%Y-%m-%d %H:%M:%S}" if published else "",
            "attachment": [],
        }
        if item:
            row |= {
                "id": int(self._post(item)),
                "identifier": self._identifier(item),
                "publisher": item.source.name,
                "attachment": [self._file_row(column, item, index) for index in range(len(item.file_types))],
            }
            if item.what == "elsewhere":
                row |= {"jump_url": ELSEWHERE, "url": ELSEWHERE}
        return row

    def _file_row(self, column: Column, item: Item, index: int) -> dict[str, object]:
        extension = item.file_types[index]
        return {
            "id": int(self._attachment(item, index)),
            "name": item.file_names[index],
            "type": extension,
            "mime": "application/" + extension,
            "size": 0,
            "url": self.file_url(column, item, index),
        }


class Nfcms(Portal):
    """A static portal of the same vendor."""

    family = "gkmlpt"

    def column_url(self, column: Column) -> str:
        """A directory with `index.html`."""
        path = "/".join(above.slug for above in self.county.trail(column))
        return f"{self.county.origin(column.host)}/{path}/index.html"

    def article_url(self, column: Column, item: Item) -> str:
        """`<dir>/content/post_<id>.html`."""
        folder = self.column_url(column).removesuffix("index.html")
        return f"{folder}content/post_{self.number(item.key, 7)}.html"

    def file_url(self, column: Column, item: Item, index: int) -> str:
        """`/attachment/0/<b>/<attachment>/<post>.<ext>`."""
        attachment = self.number(f"{item.key}/{index}", 6)
        path = f"/attachment/0/{int(attachment) // 1000}/{attachment}/{self.number(item.key, 7)}"
        return f"{self.county.origin(column.host)}{path}.{item.file_types[index]}"

    def open_column(self, column: Column) -> None:
        """`index.html`, then `index_2.html`."""
        url = self.column_url(column)
        if column.kind in (Kind.PLATFORM, Kind.DIRECTORY):
            self.route(url, lambda request: self.landing(column))
            return
        listing = self.listing(column)

        def numbered(request: Request, match: re.Match[str]) -> Response:
            return self._list(column, listing, int(match[1]))

        self.route(url, lambda request: self._list(column, listing, 1))
        path = re.escape(urlsplit(url).path.removesuffix(".html"))
        self.route_pattern(column.host, rf"{path}_([2-9]|[1-9]\d+)\.html", numbered)

    def article(self, column: Column, item: Item) -> Response:
        """`.news_cont_d_wrap`, meta ArticleId."""
        files = "".join(
            f'<p><a class="nfw-cms-attachment" href="{url}" alt="{esc(name)}">{esc(name)}</a></p>'
            for name, url in self.files(column, item)
        )
        main = (
            f"<h1>{esc(item.title)}</h1><p>发布时间：{item.published:%Y-%m-%d %H:%M:%S}</p>"
            f'<div class="news_cont_d_wrap">{self.content(column, item)}{files}</div>'
        )
        tag = f'<meta name="ArticleId" content="{self.number(item.key, 7)}">\n'
        return self.document(item.title, main, column, item, tag)

    def _list(self, column: Column, listing: Listing, number: int) -> Response:
        entries = listing.page(number)
        if entries is None:
            return self.not_found()
        lines = "".join(
            f'<div class="line"><span><a href="{self.link(entry.url, column.host)}" '
            f'title="{esc(entry.title)}">'
            f"{esc(entry.title)}</a></span><span>{day(entry)}</span></div>\n"
            for entry in entries
        )
        ways = self._ways(listing, number)
        script = f"<script>var NFCMS_SITE_ID = '{self.number('site', 6)}';</script>"
        return self.list_document(column, f'<div class="conts-list">\n{lines}</div>{ways}{script}')

    def _ways(self, listing: Listing, number: int) -> str:
        if listing.stated_pages == 1:
            return ""

        def name(page: int) -> str:
            return "index.html" if page == 1 else f"index_{page}.html"

        following = (
            f'<a class="next" href="{name(number + 1)}">下一页</a>' if number < listing.stated_pages else ""
        )
        last = f'<a class="last" href="{name(listing.stated_pages)}">尾页</a>'
        return f'<div class="page"><a class="first" href="index.html">首页</a>{following}{last}</div>'
