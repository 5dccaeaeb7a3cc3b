"""What passes between the crawl and the CMS families: pages in, lists and articles out, no network.

A platform is a set of pure functions on fetched pages. The spider drives it so:

1. `platform_for(column.family)` gives the platform, `entry(column)` the first requests of a column.
2. Each reply goes to `listing(page, fetch, column)`. Its `items` are what the column lists, `further`
   the requests for what follows (usually the next page alone), `folders` the lists inside the list.
   A page beyond the first that brings no new item ends its list: then `further` is not followed.
   Totals are what the site states and are often wrong, in both directions.
3. A page of an item goes to `article(page)`.

Either raises `LayoutChanged` where the page does not look as its family is described; the page is then
archived, the column reported, and nothing is guessed. No other exception leaves a platform, whatever
the bytes. What each family is known to look like, and how well, stands in its module's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from crawler.platforms.page import Page

Purpose = Literal["listing", "article", "attachment", "module"]
Confidence = Literal["high", "mid", "low"]


class IncompleteColumnError(ValueError):
    """A column's row lacks a parameter that its family needs; the message says which."""


@dataclass(frozen=True)
class Fetch:
    """A request to make. `page_number` is 1-based, in the list that it belongs to.

    `probe` marks a page that nothing promised: a 404, or no new item, ends the list in peace there,
    where for any other fetch it is to be reported. One that `may_repeat` what was shown is no hole where it
    brings nothing new.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    purpose: Purpose = "listing"
    page_number: int = 1
    probe: bool = False
    may_repeat: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file beside an article or in a list. `name` is what the site calls it, "" where it does not say.

    Where it is not `sure`, its link is called a file (附件, 下载), and its address does not tell.
    """

    url: str
    name: str
    sure: bool = True


@dataclass(frozen=True)
class ListItem:
    """One line of a list. `title` as the list gives it, in full where the page has it in full; `date` is
    the one printed beside it, never one read from an address."""

    url: str
    title: str
    date: date | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Listing:
    """One page of a list.

    `further`: requests for what follows this page. `folders`: links that lead to lists (year folders,
    agency folders, the frames of a shell): columns of the same family, to be walked like this one. A bare
    year may lead straight to its report: where `listing` refuses the page of a folder, try `article`.
    `stated_total` (items) and `stated_pages` are the site's own words. `unreached` says why something
    that the page speaks of cannot be asked for: the items are good, the list is not whole, and that is
    to be reported like a changed layout. `unaddressed`: titles of reports whose link leads to no http(s)
    address, as one that a script opens. `left_out` counts lines that are none of this column's.
    """

    items: tuple[ListItem, ...]
    further: tuple[Fetch, ...] = ()
    stated_total: int | None = None
    stated_pages: int | None = None
    folders: tuple[ListItem, ...] = ()
    unreached: str | None = None
    unaddressed: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class Article:
    """The page of one report. `metadata`: the national tags and the header table, under their own names.

    `published_at` is a day, as the hour is often wrong. `iframes` and `pictures` are addresses inside
    the body: viewers of a PDF, scans of pages. `body_present` is False where the page has nothing but
    attachments. `unaddressed`: names of files that a script opens, at no address that the page says.
    `further`: addresses at which the article goes on. `frames`: those of `iframes` that can hold the report,
    as the page itself has no table of the form. `remarks`: what is unusual, for the run's record:
    unknown_container, page_breaks_off.
    """

    title: str
    published_at: date | None
    metadata: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    iframes: tuple[str, ...]
    body_present: bool
    pictures: tuple[str, ...] = ()
    unaddressed: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recognition:
    """A family that a page may belong to, with what on the page speaks for it."""

    family: str
    confidence: Confidence
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A registered list of annual reports: a row of data/registry. `owner` is whose reports it lists;
    `parameters` what the family needs beside the address (each module's docstring names them)."""

    url: str
    family: str
    site_id: str = ""
    owner: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        """The parameter `name`, or an error that says what to add to the row."""
        if value := self.parameters.get(name, "").strip():
            return value
        raise IncompleteColumnError(
            f"column {self.url}: the family {self.family} needs the parameter {name!r}; add it to the row"
        )


class Platform(Protocol):
    """One CMS family: how it lists, pages and shows. Pure functions, no state, no site names."""

    family: str

    def recognise(self, page: Page) -> Recognition | None:
        """What on this page speaks for the family, or None where nothing does."""

    def entry(self, column: Column) -> tuple[Fetch, ...]:
        """The first requests of a column."""

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """The list on `page`, which answered `fetch`. Raises LayoutChanged."""

    def article(self, page: Page) -> Article:
        """The article on `page`. Raises LayoutChanged."""


def next_page(fetch: Fetch, url: str, *, probe: bool = False) -> Fetch:
    """The page after the one that `fetch` asked for, at `url`, asked for in the same way."""
    return replace(fetch, url=url, page_number=fetch.page_number + 1, probe=probe)
