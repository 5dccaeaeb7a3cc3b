"""Frames of a list page: a shell around its list, or a further list beside its own."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from lxml import html

from crawler.platforms.base import Fetch, ListItem, Page, site
from crawler.platforms.lists.listing import is_document, squeeze
from crawler.platforms.opened import opened_in

# Frames beside a list are mostly a clock, a search or a counter; more than so many are not looked at.
_MOST_BESIDE = 3
_INDEX = re.compile(r"index\.[sj]?html?$")


def frames_of(page: Page) -> tuple[ListItem, ...]:
    """The frames of a page on its own site; a page that lists nothing itself is a shell around them. So is
    one without any link whose script leads on."""
    found: dict[str, ListItem] = {}
    frames = [
        (page.join(_shown_in(frame)), frame.get("title") or "") for frame in page.tree.iter("iframe", "frame")
    ]
    if page.tree.find(".//a") is None:
        url = opened_in(page.code, page.base_url)
        if url and _INDEX.sub("", urlsplit(url).path) not in ("", "/"):  # the way home says that it is gone
            frames.append((url, ""))
    for url, title in frames:
        if url and url != page.url and site(url) == site(page.url):
            found.setdefault(url, ListItem(url, squeeze(title), None))
    return tuple(found.values())


def beside(page: Page, fetch: Fetch) -> tuple[Fetch, ...]:
    """The frames beside a list, to be looked at once: one that lists nothing is no hole.

    >>> body = b"<li><a href=1.html>1</a></li><iframe src=bm.html></iframe>"
    >>> page = Page("http://a.gov.cn/nb/", 200, {}, body)
    >>> [frame.url for frame in beside(page, Fetch(page.url))]
    ['http://a.gov.cn/nb/bm.html']
    """
    if fetch.probe:
        return ()
    urls = (frame.url for frame in frames_of(page) if not is_document(frame.url))
    return tuple(Fetch(url, page_number=fetch.page_number, probe=True) for url in islice(urls, _MOST_BESIDE))


def _shown_in(frame: html.HtmlElement) -> str:
    """The address of a frame, also of one that a script loads once it is seen."""
    said = frame.get("src") or ""
    return said if said and not said.startswith("about:") else frame.get("data-src") or ""
