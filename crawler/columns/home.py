"""Soft 404: the home page, with status 200, for what was asked for; some firewalls answer a burst so."""

from __future__ import annotations

from typing import Protocol

from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch, LayoutChanged, Page
from crawler.runs.outcomes import Outcome

# Of the links of two pages so many are the same where both are the home page; news change between two visits.
_ALIKE = 0.9
_FEWEST_LINKS = 5


class _Visitor(Protocol):
    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page: ...


class HomePage:
    """A portal's home page, asked for at most once, when a page is in doubt."""

    def __init__(self, url: str, visitor: _Visitor) -> None:
        self._url = url
        self._visitor = visitor
        self._page: Page | None = None
        self._is_asked = False

    async def tell_apart(self, page: Page) -> None:
        """Raises Withheld where `page` is the home page, though another address was asked for."""
        if not self._is_asked:
            self._is_asked = True
            try:
                self._page = await self._visitor.get(Fetch(self._url))
            except Withheld:
                return
        if self._page is not None and self._page.url != page.url and _is_same(self._page, page):
            raise Withheld(Outcome.BLOCKED, f"{page.url} answers with the home page instead")


def _is_same(home: Page, page: Page) -> bool:
    if home.body == page.body:
        return True
    try:
        links, others = set(home.addresses), set(page.addresses)
    except LayoutChanged:
        return False
    if min(len(links), len(others)) < _FEWEST_LINKS:
        return False
    return len(links & others) >= _ALIKE * len(links | others)
