"""Large pages are read beside the crawl: its one thread serves all sites, and none waits for another's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from crawler.platforms.page import Page

P = ParamSpec("P")
T = TypeVar("T")

# A page up to this size is read in some hundredths of a second; reports pasted from Word are larger.
_SMALL = 256 * 1024


async def read_aside(page: Page, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `read` makes of `page`, in a thread of its own where the page is large."""
    if len(page.body) <= _SMALL:
        return read(*args, **kwargs)
    return await asyncio.to_thread(read, *args, **kwargs)
