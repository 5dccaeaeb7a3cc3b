"""The pages that a county's site puts around a report: what a page tells of whose it is differs by template.

``tags`` has the national page tags and the way to the page, ``card`` an index card with the unified social
credit code (索引号), ``plain`` a line with source and date, ``bare`` the title alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape

from extract.agencies.codes import check_character

TEMPLATES = ("tags", "card", "plain", "bare")


@dataclass(frozen=True, slots=True)
class Site:
    """A county's portal: its name, its host, and the first six digits of its SiteIDCode."""

    site_id: str
    name: str
    host: str
    code: str

    def url(self, path: str, department: str = "") -> str:
        """An address on the portal, or on the subdomain of a department."""
        host = f"{department}.{self.host.removeprefix('www.')}" if department else self.host
        return f"http://{host}/{path}"


@dataclass(frozen=True, slots=True)
class Article:
    """A page with something in it. `visits` is the counter that changes a page and says nothing."""

    template: str
    site: Site
    column: str
    title: str
    source: str
    credit_code: str
    published: date
    body: str
    files: tuple[tuple[str, str], ...] = ()
    visits: int = 0

    def html(self) -> bytes:
        """The page's bytes."""
        files = "".join(
            f'<li><a href="{escape(url)}">附件：{escape(name)}</a></li>' for url, name in self.files
        )
        attached = f'<ul class="fj">{files}</ul>' if files else ""
        make = {"tags": self._tags, "card": self._card, "plain": self._plain, "bare": self._bare}
        head, above = make[self.template]()
        visited = f"<span>浏览次数：{self.visits}</span>" if self.visits else ""
        return (
            f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{head}</head>\n<body>{above}\n'
            f'<div id="zoom">{self.body}</div>{attached}{visited}</body></html>\n'
        ).encode()

    def _tags(self) -> tuple[str, str]:
        tags = {
            "SiteName": f"{self.site.name}人民政府",
            "SiteDomain": self.site.host,
            "SiteIDCode": f"{self.site.code}0001",
            "ColumnName": "政府信息公开年报",
            "ArticleTitle": self.title,
            "PubDate": f"{self.published} 16:30",
            "ContentSource": self.source,
        }
        metas = "".join(f'<meta name="{name}" content="{escape(text)}">' for name, text in tags.items())
        way = f"<p>当前位置：首页 &gt; 政府信息公开 &gt; {self.column} &gt; 政府信息公开年报</p>"
        return f"{metas}<title>{escape(self.title)}_{self.site.name}人民政府</title>", way

    def _card(self) -> tuple[str, str]:
        rows = "".join(
            f"<tr><td>{name}：</td><td>{escape(text)}</td></tr>"
            for name, text in (
                ("索引号", f"{self.credit_code}/{self.published.year}-{self.published:%m%d}"),
                ("发布机构", self.source),
                ("发布日期", str(self.published)),
                ("名称", self.title),
            )
        )
        return f"<title>{escape(self.title)}</title>", f'<table class="card">{rows}</table>'

    def _plain(self) -> tuple[str, str]:
        line = f"<p>来源：{self.source}　发布时间：{self.published}</p>"
        return f"<title>{escape(self.title)}</title>", line

    def _bare(self) -> tuple[str, str]:
        return f"<title>{escape(self.title)}</title>", ""


def listing(title: str, entries: list[tuple[str, str, date]]) -> bytes:
    """A column's list: (address, title, day) an entry."""
    items = "".join(
        f'<li><a href="{escape(url)}" title="{escape(name)}">{escape(name)}</a><span>{day}</span></li>'
        for url, name, day in entries
    )
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f'<body><ul class="list">{items}</ul></body></html>\n'
    ).encode()


def credit_code(division: str, number: int) -> str:
    """A unified social credit code of an organ registered in a division, its check character right."""
    body = f"11{division}MB{number:07d}"
    return body + check_character(body)
