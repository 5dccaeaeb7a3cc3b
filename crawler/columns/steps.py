"""The steps of a walk through the lists of a column, each in the family that reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.platforms import platform_for, recognise
from crawler.platforms.base import Column, Fetch, IncompleteColumnError, Page, Platform


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
