"""The steps of a walk through the lists of a column, each in the family that reads it: who gets their pages,
and how far they go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from crawler.platforms.base import Column, Fetch, IncompleteColumnError, Platform
from crawler.platforms.known import platform_for, recognise
from crawler.platforms.page import Page


class Visitor(Protocol):
    """How the walk gets its pages."""

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        """The page, or Withheld."""

    def refusal(self, url: str) -> str | None:
        """Why an address is not to be asked for, by its host; None where it may be."""

    def is_registered(self, url: str) -> bool:
        """Whether a column of the registry stands at an address."""

    def is_settled(self, probe: Fetch, fetch: Fetch, page: Page) -> bool:
        """Whether `probe` need not be asked again: an earlier run found nothing there, and `page`, the
        answer to `fetch` from which it follows, is the same since."""

    def join(self, parts: tuple[Page, ...], title: str) -> Page:
        """The parts of an article as one page, kept in the archive as what it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one column: beyond them it is `endless_pager`. `barren_pages`: so many pages of a list in a
    row without a report, and the rest of it is left."""

    list_pages: int
    folder_depth: int
    documents: int
    barren_pages: int = 20


@dataclass(frozen=True, slots=True)
class Step:
    """A list page to ask for: in which folder, how deep, after which page of its list."""

    fetch: Fetch
    column: Column
    platform: Platform
    folder: str = ""
    depth: int = 0
    after: str = ""


def in_own_family(step: Step, page: Page) -> tuple[Step, tuple[Fetch, ...]]:
    """A step to what a shell or a stub of a column leads to, as of the family of that page, which may be
    another one; and what is to be asked for where the list is not on the page itself."""
    surest = next(iter(recognise(page)), None)
    if surest is None or surest.confidence != "high" or surest.family == step.platform.family:
        return step, ()
    platform = platform_for(surest.family)
    column = replace(step.column, url=page.url, family=surest.family)
    try:
        entry = platform.entry(column)
    except IncompleteColumnError:
        return step, ()
    step = replace(step, column=column, platform=platform)
    return step, () if page.url in {fetch.url for fetch in entry} else entry
