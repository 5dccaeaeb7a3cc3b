"""The home page in place of what was asked for: by a redirect, or with status 200 (a soft 404; some firewalls
answer a burst so)."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from crawler.addresses import bare_host
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch
from crawler.platforms.page import LayoutChanged, Page
from crawler.runs.outcomes import Outcome

# Index pages of a portal, to which old addresses are sent after a migration.
_HOME_PATHS = frozenset({"", "/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp"})
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


def has_moved(asked: str, came_from: str) -> bool:
    """Whether a redirect left the host (but for a leading www.) or ended on a home page."""
    same_host = bare_host(asked) == bare_host(came_from)
    return not same_host or is_home(asked, came_from)


def is_home(asked: str, came_from: str) -> bool:
    """Whether an address that was none of a home page now leads to one."""
    return _path(came_from) in _HOME_PATHS and _path(asked) not in _HOME_PATHS


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
