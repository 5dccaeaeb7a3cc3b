"""Pages for the tests of the platforms, written from docs/domain/families.md, and a walk that follows
them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawler.platforms.base import Column, Fetch, Listing, ListItem
from crawler.platforms.known import platform_for
from crawler.platforms.page import Page

HOST = "http://www.mouxian.gov.cn"


def page(
    body: str | bytes, path: str = "/zfxxgk/zfxxgknb/index.html", status: int = 200, content_type: str = ""
) -> Page:
    """A page of the made-up county at `path` (or at a whole address)."""
    url = path if "://" in path else HOST + path
    data = body.encode() if isinstance(body, str) else body
    return Page(url, status, {"content-type": content_type} if content_type else {}, data)


def listed(
    family: str,
    body: str | bytes,
    path: str = "/zfxxgk/zfxxgknb/index.html",
    fetch: Fetch | None = None,
    parameters: Mapping[str, str] | None = None,
    status: int = 200,
) -> Listing:
    """What the platform of `family` reads in a page; by default it is the first page of its column."""
    answer = page(body, path, status)
    column = Column(answer.url, family, "mouxian", "", parameters or {})
    return platform_for(family).listing(answer, fetch or Fetch(answer.url), column)


def walked(
    family: str,
    url: str,
    answers: Mapping[str, str] | Callable[[Fetch], str | None],
    parameters: Mapping[str, str] | None = None,
) -> tuple[list[ListItem], list[Fetch]]:
    """All items of a column, and every request made, as a spider makes them: what is missing is a 404."""
    platform = platform_for(family)
    column = Column(url, family, "mouxian", "", parameters or {})
    waiting = list(platform.entry(column))
    asked: list[Fetch] = []
    items: dict[str, ListItem] = {}
    answer = answers if callable(answers) else lambda fetch: answers.get(fetch.url)
    while waiting:
        fetch = waiting.pop(0)
        if any((fetch.url, fetch.body) == (known.url, known.body) for known in asked):
            continue
        asked.append(fetch)
        assert len(asked) < 50, "a pager without end"
        body = answer(fetch)
        if body is None:
            assert fetch.page_number > 1 or fetch.probe, f"the first page {fetch.url} is missing"
            continue
        listing = platform.listing(page(body, fetch.url), fetch, column)
        new = [item for item in listing.items if item.url not in items]
        items |= {item.url: item for item in new}
        if new or fetch.page_number == 1:
            waiting += listing.further
    return list(items.values()), asked


def lines(*years: int, shape: str, template: str = "") -> str:
    """One line of a list a year; `shape` is the address with {year}."""
    template = template or '<li><a href="{url}" title="{title}">{title}</a><span>{day}</span></li>'
    return "\n".join(
        template.format(
            url=shape.format(year=year),
            title=f"某县人民政府{year}年政府信息公开工作年度报告",
            day=f"{year + 1}-01-2{year % 10}",
        )
        for year in years
    )


def years_of(items: tuple[ListItem, ...] | list[ListItem]) -> list[int]:
    """The years in the titles of items, in order."""
    return [int(item.title[6:10]) for item in items]
