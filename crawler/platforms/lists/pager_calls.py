"""What the scripts of a page state of its pages: by data/registry/pager_calls.csv.

These pagers are put together by a script, so that how many pages there are is known and their addresses are
not. A row says what in a call is the number of pages, or the numbers of items and of items a page: names of
options as a pattern, or the place of an argument, counted from 1. Where `call` is empty it speaks of the
settings of the page, its variables and the attributes of its elements. Where a row says neither, the largest
number is taken for that of the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.platforms.page import Page
from crawler.platforms.payload import calls, options, properties

HEADER = ("call", "pages", "items", "size", "note")


@dataclass(frozen=True, slots=True)
class PagerCall:
    """One row of the table."""

    call: str
    pages: re.Pattern[str] | None
    items: re.Pattern[str] | None
    size: re.Pattern[str] | None

    def stated_pages(self, values: Mapping[str, int], shown: int) -> int | None:
        """The pages that `values` state, None where they state none; `shown` items stand on this page."""
        if self.pages is self.items is None:
            return max(values.values(), default=None)
        pages, items, size = (_value(values, pattern) for pattern in (self.pages, self.items, self.size))
        if pages is not None:
            return pages
        size = size or shown
        return -(-items // size) if items is not None and size else None


@cache
def pager_calls(path: Path = REGISTRY / "pager_calls.csv") -> tuple[PagerCall, ...]:
    """The table. Raises TableError."""
    found: list[PagerCall] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        try:
            re.compile(row["call"])
            patterns = [_pattern(row[name]) for name in ("pages", "items", "size")]
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
            continue
        if not row["call"] and not (row["pages"] or row["items"]):
            complain(row, "a row of settings names that of the pages, or those of the items and their size")
        found.append(PagerCall(row["call"], *patterns))
    complain.check()
    return tuple(found)


# A jump to a page that a script keeps within the pages there are: PageIndex > 12 ? 12 : PageIndex.
_BOUND = re.compile(
    r"(?<![\w$.])(?P<name>\w{0,30}(?:[Pp]age|PAGE)\w{0,30}|num|number)\s*>=?\s*(?P<pages>\d{1,4})\s*"
    r"(?:\?\s*(?P=pages)\s*:|\)\s*\{?\s*(?P=name)\s*=\s*(?P=pages)\b|\)\s*\{?\s*(?:alert|return)\b)"
    r"|Math\.min\(\s*\w{0,30}[Pp]age\w{0,30}\s*,\s*(?P<least>\d{1,4})\s*\)"
)


def scripted_pages(page: Page, shown: int) -> tuple[int, str] | None:
    """The most pages that a script of the page states, and which one; None where none states any."""
    stated = [
        (pages, row.call or "settings")
        for row in pager_calls()
        for values in (_calls(page.code, row.call) if row.call else [_settings(page)])
        if (pages := row.stated_pages(values, shown)) is not None
    ]
    stated += [(int(found["pages"] or found["least"]), "a bound") for found in _BOUND.finditer(page.code)]
    return max(stated, default=None)


def _settings(page: Page) -> dict[str, int]:
    """The numbers among the variables of a page and the attributes of its elements (data-total-pages)."""
    attributes = {
        name.removeprefix("data-").replace("-", ""): value
        for element in page.tree.iter("div", "span", "ul", "input", "nav")
        for name, value in element.items()
    }
    return _numbers(attributes) | _numbers(properties(page.code))


def _calls(code: str, call: str) -> Iterator[dict[str, int]]:
    """The numbers of each call: its options by name, its arguments by their place from 1."""
    named = [_numbers(found) for found in options(code, call)]
    placed = [
        {str(place): value for place, value in enumerate(arguments, 1) if isinstance(value, int)}
        for arguments in calls(code, call)
    ]
    # jQuery.pagination(56, {items_per_page: 10}) has both.
    yield from ({**one, **other} for one in named or [{}] for other in placed or [{}])


def _pattern(text: str) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None


def _numbers(found: Mapping[str, str]) -> dict[str, int]:
    return {name: int(value) for name, value in found.items() if value.isascii() and value.isdigit()}


def _value(values: Mapping[str, int], pattern: re.Pattern[str] | None) -> int | None:
    return next((value for name, value in values.items() if pattern and pattern.fullmatch(name)), None)
