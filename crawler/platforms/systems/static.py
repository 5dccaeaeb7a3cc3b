"""What families of static pages share: lists of lines, a pager, articles; and how a family is recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from crawler.platforms.articles.article import read_article
from crawler.platforms.base import Article, Column, Confidence, Fetch, Listing, Recognition
from crawler.platforms.lists.frames import beside, frames_of
from crawler.platforms.lists.listing import (
    folders_in,
    items_in,
    unaddressed,
)
from crawler.platforms.lists.pagers import further, stated, unreached
from crawler.platforms.lists.services import asked, is_reply, is_script, reply, script_lines
from crawler.platforms.lists.statements import has_empty_list, says_empty
from crawler.platforms.lists.unseen import unseen
from crawler.platforms.lists.untold import untold_titles
from crawler.platforms.lists.written import unlike, written_items
from crawler.platforms.page import LayoutChanged, Page, site

CONFIDENCE_ORDER: tuple[Confidence, ...] = ("low", "mid", "high")
# Signs stand in the head of a page and in its first scripts; what is beyond is running text.
SEARCHED_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for a family: a pattern in the page's markup, or in the addresses of the page
    and of its links to the same site."""

    where: Literal["address", "markup"]
    pattern: re.Pattern[str]
    confidence: Confidence
    says: str


def address(pattern: str, confidence: Confidence, says: str) -> Sign:
    """A sign in addresses."""
    return Sign("address", re.compile(pattern, re.IGNORECASE), confidence, says)


def markup(pattern: str, confidence: Confidence, says: str) -> Sign:
    """A sign in markup."""
    return Sign("markup", re.compile(pattern), confidence, says)


def recognised(family: str, page: Page, signs: tuple[Sign, ...]) -> Recognition | None:
    """What `signs` find on the page; as sure as the surest of them. None where none is found."""
    found: list[tuple[Confidence, str]] = []
    addresses = site_addresses(page)
    for sign in signs:
        if sign.where == "markup":
            match = sign.pattern.search(page.text, 0, SEARCHED_CHARACTERS)
            evidence = match[0][:120] if match else None
        else:
            evidence = next((url for url in addresses if sign.pattern.search(url)), None)
        if evidence is not None:
            found.append((sign.confidence, f"{sign.says}: {evidence}"))
    if not found:
        return None
    surest = max((confidence for confidence, _ in found), key=CONFIDENCE_ORDER.index)
    return Recognition(family, surest, tuple(evidence for _, evidence in found))


def site_addresses(page: Page) -> list[str]:
    """The addresses of the page and of its links that stay on the site, subdomains included."""
    own = site(page.url)
    return [page.url, *(url for url in page.addresses if site(url) == own)]


class StaticPlatform:
    """A family whose lists are lines of HTML and whose pager leads to further pages of the same kind."""

    family: str
    signs: tuple[Sign, ...] = ()
    article_address: re.Pattern[str] | None = None
    bodies: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    def recognise(self, page: Page) -> Recognition | None:
        """What on this page speaks for the family."""
        return recognised(self.family, page, self.signs)

    def entry(self, column: Column) -> tuple[Fetch, ...]:
        """The column's own address."""
        return (Fetch(column.url),)

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """The lines of the page and what follows it."""
        return self.finished(page, fetch, self.lines(page, fetch))

    def lines(self, page: Page, fetch: Fetch) -> Listing:
        """The lines of the page and what follows it, none of either if there is none."""
        if page.status >= 400:
            raise self.changed(page, "a page", f"status {page.status}")
        if is_reply(page):
            return reply(self.family, page, fetch)
        if is_script(page):
            return script_lines(page)
        items = items_in(page.tree, page.base_url, self.article_address)
        items = (*items, *unlike(written_items(page), items))
        folders = folders_in(page.tree, page.base_url, page.url, items)
        # A list of folders has a pager as one of reports has.
        shown = len(items or folders)
        next_pages = further(page, fetch, shown)
        total, pages = stated(page)
        missing = unreached(page, fetch, next_pages, shown) or unseen(page, items)
        if page.lost_in:
            missing = f"the page breaks off: its end lies in {page.lost_in}"
        framed = beside(page, fetch) if items or folders else ()
        if not items and not folders:
            folders = frames_of(page)
        lost = unaddressed(page.tree, page.base_url, items)
        lost = (*lost, *(title for title in untold_titles(page, items) if title not in lost))
        next_pages = (*next_pages, *asked(page, fetch), *framed)
        return Listing(items, next_pages, total, pages, folders, missing, lost)

    def finished(self, page: Page, fetch: Fetch, listing: Listing, *, empty: bool = False) -> Listing:
        """`listing`, or LayoutChanged where a promised first page lists nothing and does not say that it is
        empty.

        An empty list element is no such word, as scripts fill it, unless a pager states one page at most.
        `empty`: something else than the page's words says that the list is empty.
        """
        lists_something = listing.items or listing.folders or listing.further
        in_peace = fetch.probe or fetch.page_number > 1
        if lists_something or in_peace or empty or says_empty(page.words):
            return listing
        if listing.stated_pages in (0, 1) and has_empty_list(page.tree):
            return listing
        raise self.changed(page, "lines with a link and a date, or the words of an empty list", "neither")

    def article(self, page: Page) -> Article:
        """The article on the page."""
        return read_article(page, self.family, self.bodies, self.titles)

    def changed(self, page: Page, expected: str, found: str) -> LayoutChanged:
        """The error that says how this page differs from its family."""
        return LayoutChanged(self.family, page.url, expected, found)
