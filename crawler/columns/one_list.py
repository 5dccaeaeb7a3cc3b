"""One list of a column: what it states, what it has brought, and which of its pages were not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.platforms.base import Listing
from crawler.platforms.page import Page
from crawler.runs.outcomes import Outcome
from crawler.runs.results import Failure

OVERSTATED_CSV = REGISTRY / "overstated.csv"
_WHAT = ("items", "pages")


@cache
def overstating() -> frozenset[tuple[str, str]]:
    """Families, and what they are known to state more of than there is. Raises TableError."""
    complain = Complaints()
    found: set[tuple[str, str]] = set()
    for row in read(OVERSTATED_CSV, ("family", "what", "evidence"), exact=True):
        if row["what"] not in _WHAT or not row["evidence"]:
            complain(row, f"what is one of {', '.join(_WHAT)}, and evidence says where it was seen")
        found.add((row["family"], row["what"]))
    complain.check()
    return frozenset(found)


@dataclass(slots=True)
class OneList:
    """A list at `url`, read page by page.

    `missing` are pages that something had promised and that were not there, since the last that was; `missed`
    counts these and those that could not be had, `guessed_wrong` the names that were tried in vain, `barren`
    the pages in a row without a report.
    """

    url: str
    family: str
    folder: str = ""
    stated_items: int | None = None
    stated_pages: int | None = None
    shown: set[str] = field(default_factory=set)
    unaddressed: int = 0
    # The addresses of its pages that have brought something new.
    brought: set[str] = field(default_factory=set)
    pages: int = 0
    missing: list[Failure] = field(default_factory=list)
    missed: int = 0
    guessed_wrong: int = 0
    barren: int = 0
    last: Page | None = None

    def take(self, page: Page, listing: Listing, places: Iterable[str]) -> None:
        """A page that was there, with the places of its lines."""
        self.stated_items = _most(self.stated_items, listing.stated_total)
        self.stated_pages = _most(self.stated_pages, listing.stated_pages)
        self.shown |= set(places)
        self.unaddressed += len(listing.unaddressed) + listing.left_out
        self.pages += 1
        self.last = page

    @property
    def has_all(self) -> bool:
        """Whether as many lines were had as the list states."""
        return self.stated_items is not None and self._had >= self.stated_items

    @property
    def _had(self) -> int:
        return len(self.shown) + self.unaddressed

    def lacking(self) -> list[Failure]:
        """What is to be told of a list that was read to its end: that it states more than was had, with both
        numbers; or that its last pages were promised and were not there."""
        if not self.pages:
            return []
        shortfall = self._shortfall()
        if shortfall is None or not self.missing:
            ends = self.has_all or (self.family, "pages") in overstating()
            return [shortfall] if shortfall else [] if ends else self.missing
        gone = ", ".join(failure.url for failure in self.missing)
        return [replace(shortfall, url=self.missing[0].url, detail=f"{shortfall.detail}; not there: {gone}")]

    def _shortfall(self) -> Failure | None:
        numbers = (("items", self.stated_items, self._had), ("pages", self.stated_pages, self.pages))
        for what, stated, number in numbers:
            if stated is None or number >= stated or (what == "pages" and self.has_all):
                continue
            if (self.family, what) not in overstating():
                detail = f"the list states {stated} {what}, and {number} were had"
                return Failure("listing", self.url, self.folder, Outcome.INCOMPLETE, detail)
        return None


def _most(one: int | None, other: int | None) -> int | None:
    return max((number for number in (one, other) if number is not None), default=None)
