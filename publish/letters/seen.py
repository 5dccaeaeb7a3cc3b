"""The printed cells of an identity as the file shows them: pictures of its pages, or its tables redrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from extract import locators
from extract.locators import LocatorError
from publish.answers import Row
from publish.looks import Look

#: Looks at a place: hash, name, locator, what was published there.
LookAt = Callable[[str, str, str, str], Look]


def looks_at(report: Row, cells: Sequence[Row], look: LookAt) -> Iterator[Look]:
    """Looks by which all these cells are seen, few of them: what stands in one table of one page is seen at
    once, if it can be, else cell by cell."""
    for together in _by_table(cells):
        published = "；".join(cell["published"] for cell in together)
        one = _at(report, locators.several([_printed(cell["locator"]) for cell in together]), published, look)
        if one.problem is None or len(together) == 1:
            yield one
        else:
            yield from (_at(report, cell["locator"], cell["published"], look) for cell in together)


def _at(report: Row, locator: str, published: str, look: LookAt) -> Look:
    return look(report["source_sha256"], report["source_name"], locator, published)


def _by_table(cells: Sequence[Row]) -> list[list[Row]]:
    found: dict[object, list[Row]] = {}
    for cell in cells:
        found.setdefault(_table(cell["locator"]), []).append(cell)
    return list(found.values())


def _table(locator: str) -> object:
    """What is shown in one picture or redrawn as one: a page, a table, a sheet."""
    try:
        place = locators.parse(locator).place
    except LocatorError:
        return locator
    return ("page", place.page) if place.page else tuple(s for s in place.steps if len(s[0]) > 1)


def _printed(locator: str) -> str:
    """Where the number itself stands, of a cell whose number stands elsewhere."""
    return locator.rpartition(" <- ")[2]
