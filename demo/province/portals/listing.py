"""Lists before they are written in a dialect: lines, pages, and what a site claims about their number."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime

from demo.province.faults import Fault
from demo.province.model import Column, Item, Kind
from demo.province.shapes.shape import Shape

ENDLESS_PAGES = 9999
OVERSTATED_PAGES = 3
NOTHING_HERE = "暂无相关信息"


@dataclass(frozen=True)
class Entry:
    """A line of a list: an item, a file or a folder below."""

    url: str
    title: str
    published: datetime | None
    item: Item | None = None


@dataclass(frozen=True)
class Listing:
    """The lines of a column in pages of `per_page`, and what the site claims about their number."""

    entries: tuple[Entry, ...]
    per_page: int
    faults: frozenset[Fault | Shape]

    @property
    def pages(self) -> int:
        """Pages there are, at least one."""
        return max(1, -(-len(self.entries) // self.per_page))

    @property
    def stated_pages(self) -> int:
        """Pages that the pager states."""
        if self.faults & {Fault.ENDLESS, Fault.ENDLESS_NEWS}:
            return ENDLESS_PAGES
        return self.pages + (OVERSTATED_PAGES if Fault.OVERSTATED in self.faults else 0)

    @property
    def stated_rows(self) -> int:
        """Rows that the pager states."""
        if Fault.STALE_ROWS in self.faults:
            return len(self.entries) // 4
        if self.stated_pages != self.pages:
            return self.stated_pages * self.per_page
        return len(self.entries)

    def page(self, number: int) -> tuple[Entry, ...] | None:
        """Lines of a page, counted from 1; None where there is no such page."""
        if 1 <= number <= self.pages:
            return self.entries[(number - 1) * self.per_page : number * self.per_page]
        if number > self.pages and Fault.ENDLESS in self.faults:
            return self.entries[(self.pages - 1) * self.per_page :]
        if number > self.pages and Fault.ENDLESS_NEWS in self.faults:
            return tuple(_filler(number, line) for line in range(self.per_page))
        return None

    def rows(self, start: int, end: int) -> tuple[Entry, ...]:
        """Lines `start` to `end`, both included, counted from 1: what the row-numbered interfaces serve."""
        rows = list(self.entries[start - 1 : end])
        endless = self.faults & {Fault.ENDLESS, Fault.ENDLESS_NEWS}
        for number in range(max(start, len(self.entries) + 1), end + 1) if endless else ():
            repeats = Fault.ENDLESS in self.faults and self.entries
            rows.append(self.entries[-1] if repeats else _filler(number, 0))
        return tuple(rows)


def _filler(page: int, line: int) -> Entry:
    published = datetime(2015, 1 + page % 12, 1 + line % 28)
    return Entry(f"/dongtai/{page}-{line}.html", f"我县召开第{page * 10 + line}次工作会议", published)


def is_report_list(column: Column) -> bool:
    """Does the column list annual reports, or folders of them?"""
    return column.kind in (Kind.ANNUAL, Kind.FOLDER)


def esc(text: str) -> str:
    """Text for HTML, also inside a quoted attribute."""
    return html.escape(text, quote=True)


def cut(title: str, length: int = 22) -> str:
    """A title as lists cut it."""
    return title if len(title) <= length else title[: length - 1] + "..."


def day(entry: Entry) -> str:
    """The entry's date as YYYY-MM-DD; nothing for a folder."""
    return entry.published.strftime("%Y-%m-%d") if entry.published else ""
