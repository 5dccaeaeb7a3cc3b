"""Frames of a list page: a shell around its list, or a further list beside its own.

A part of a page that a script loads into it (``<div data-src=bm.html>``, htmx) is one as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast
from urllib.parse import urlsplit

from lxml import etree, html

from crawler.platforms.base import Fetch, ListItem
from crawler.platforms.lists.listing import is_document
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.lists.written import written_markup
from crawler.platforms.opened import looks_like_address, opened_in
from crawler.platforms.page import Page, parse_html, site

# Frames beside a list are mostly a clock, a search or a counter; more than so many are not looked at.
_MOST_BESIDE = 3
_INDEX = re.compile(r"index\.[sj]?html?$")
# A stub says at most that one is led on.
_LONGEST_STUB = 300
# Attributes that say what an element is filled with.
_SOURCES = ("data-src", "hx-get", "data-include", "data-load", "ic-src")
_LOADED = etree.XPath(
    " | ".join(
        f"descendant-or-self::*[self::div or self::section or self::ul]/@{name}/.." for name in _SOURCES
    )
)
_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|mp4|mp3|js|css)(?:\?|$)", re.IGNORECASE)


def frames_of(page: Page) -> tuple[ListItem, ...]:
    """The frames of a page on its own site; a page that lists nothing itself is a shell around them. So is
    one without any link whose script leads on."""
    found: dict[str, ListItem] = {}
    frames = [(page.join(_shown_in(frame)), frame.get("title") or "") for frame in _frames(page)]
    if target := stub_target(page):
        frames.append((target, ""))
    for url, title in frames:
        if url and url != page.url and site(url) == site(page.url):
            found.setdefault(url, ListItem(url, squeeze(title), None))
    return tuple(found.values())


def stub_target(page: Page) -> str | None:
    """The address that the script of a page without any link leads on to; None for the way home, which says
    that something is gone.

    >>> stub_target(Page("http://a.gov.cn/1.html", 200, {}, b"<script>location.href='/nb/2.html'</script>"))
    'http://a.gov.cn/nb/2.html'
    """
    if page.tree.find(".//a") is not None or len(page.words) > _LONGEST_STUB:
        return None
    url = opened_in(page.code, page.base_url)
    return url if url and _INDEX.sub("", urlsplit(url).path) not in ("", "/") else None


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


def _frames(page: Page) -> Iterator[html.HtmlElement]:
    """The frames of a page, those that its script writes, and the elements that are loaded in place."""
    yield from page.tree.iter("iframe", "frame")
    if markup := written_markup(page):
        yield from parse_html(markup, page.url).iter("iframe", "frame")
    for element in cast(list[html.HtmlElement], _LOADED(page.tree)):
        if looks_like_address(_shown_in(element)) and not _MEDIA.search(_shown_in(element)):
            yield element


def _shown_in(frame: html.HtmlElement) -> str:
    """The address of a frame, also of one that a script loads once it is seen."""
    said = frame.get("src") or ""
    if said and not said.startswith("about:"):
        return said
    return next(filter(None, (frame.get(name) for name in _SOURCES)), "")
