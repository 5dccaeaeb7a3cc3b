"""A county's portal in two dialects (TRS and generic static lists), whose pages a test can change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.crawler.server import Page, Reply, Web

COLUMN = "/zfxxgk/zfxxgknb/"


@dataclass(frozen=True)
class Report:
    """One report of the county: `name` is its address below the column."""

    name: str
    title: str
    date: str = "2026-01-20"
    text: str = "一、总体情况"
    attachments: Sequence[str] = ()


@dataclass
class County:
    """Lists of `page_size` reports, article pages, files; `tag` is the site's SiteIDCode."""

    reports: list[Report]
    page_size: int = 3
    tag: str = "1101010001"
    extra: dict[str, Page] = field(default_factory=dict)
    etags: bool = True

    def pages(self) -> dict[str, Page]:
        """All pages by path."""
        found: dict[str, Page] = {
            "/robots.txt": Reply(b"", 404),
            "/": page("首页", "<p>某县人民政府</p>", self.tag),
        }
        lists = [
            self.reports[n : n + self.page_size] for n in range(0, len(self.reports), self.page_size)
        ] or [[]]
        for number, reports in enumerate(lists):
            name = "index.html" if number == 0 else f"index_{number}.html"
            found[COLUMN + name] = self.listing(reports, number, len(lists))
        found[COLUMN] = found[COLUMN + "index.html"]
        for report in self.reports:
            found[COLUMN + report.name] = article(report, self.tag)
            for name in report.attachments:
                found[COLUMN + name] = Reply(
                    b"%PDF-1.4 " + name.encode(), headers={"Content-Type": "application/pdf"}
                )
        found |= self.extra
        return {path: conditional(reply) for path, reply in found.items()} if self.etags else found

    def listing(self, reports: Sequence[Report], number: int, pages: int) -> Reply:
        """Page `number` (from 0) of the list, as TRS writes it."""
        lines = "".join(
            f'<li><a href="./{r.name}" title="{r.title}">{r.title}</a><span>{r.date}</span></li>'
            for r in reports
        )
        pager = f'<script>createPageHTML({pages}, {number}, "index", "html");</script>'
        return page("政府信息公开年报", f'<ul class="list">{lines}</ul>{pager}', self.tag)


def page(title: str, body: str, tag: str) -> Reply:
    """A page with the national tags."""
    metas = f'<meta name="SiteName" content="某县人民政府"><meta name="SiteIDCode" content="{tag}">'
    head = f"<meta charset=utf-8>{metas}<title>{title}</title>"
    text = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return Reply(text.encode(), headers={"Content-Type": "text/html"})


def article(report: Report, tag: str) -> Reply:
    """A report's page, as TRS writes it."""
    files = "".join(f'<a href="./{name.rpartition("/")[2]}">附件</a>' for name in report.attachments)
    title, date = report.title, report.date
    metas = f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{date} 10:00">'
    body = f'{metas}<h1>{title}</h1><div class="TRS_Editor"><p>{report.text}</p>{files}</div>'
    return page(title, body, tag)


def conditional(reply: Page) -> Page:
    """The reply with an ETag of its body, and 304 to who has it."""
    if not isinstance(reply, Reply) or reply.status != 200:
        return reply
    etag = f'"{hash(reply.body)}"'

    def answer(path: str, headers: Mapping[str, str]) -> Reply:
        if headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(reply.body, headers={**reply.headers, "ETag": etag})

    return answer


def reports(count: int, first: int = 0) -> list[Report]:
    """Reports of the county's bureaus."""
    return [
        Report(
            f"202601/t20260120_{n:05}.html",
            f"某县{n}号局2025年政府信息公开工作年度报告",
            text=f"第{n}号报告",
            attachments=(f"202601/P{n:05}.pdf",) if n % 3 == 0 else (),
        )
        for n in range(first, first + count)
    ]


def serve(web: Web, host: str, county: County) -> None:
    """Put the county's pages on `host`."""
    web.sites[host] = county.pages()
