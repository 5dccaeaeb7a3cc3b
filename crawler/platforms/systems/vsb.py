"""VSB 博达.

Evidence (docs/domain/families.md#vsb): static lists S, the catalogue egovinfo M. Articles are
/info/<tree>/<id>.htm. Lists are /<path>/<slug>.htm, further pages numbered backwards: page p of T is
/<path>/<slug>/<T-p+1>.htm, so that a new item moves every item to another page and a page's name says nothing
about its place. The link 下页 (``.p_next``) is followed, never a computed name; dynamic lists
(list.jsp?…PAGENUM=p, ?ainfolist…p=n) are paged by the same link. Lines are li with an id line_u<n>_<n>, the
date anywhere in them, also inside the link. Attachments are download.jsp?…wbfileid=…, their name in the
link and in Content-Disposition, behind a captcha on some sites; a PDF shown in the page is named in a call
of showVsbpdfIframe.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.platforms.base import Fetch, Listing, next_page
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.page import Page
from crawler.platforms.systems.static import StaticPlatform, address, markup

_CURRENT_OF_PAGES = re.compile(r"(\d{1,5})\s*/\s*(\d{1,5})")


class Vsb(StaticPlatform):
    """VSB: see the module."""

    family = "vsb"
    signs = (
        markup(r"/system/resource/(?:js|css)/\w+", "high", "VSB resources"),
        markup(r"id=[\"']line_u\d+_\d+[\"']", "high", "VSB line"),
        markup(r"(?:id|class)=[\"']v(?:sb|_news)_content", "high", "VSB body"),
        address(r"/system/_content/download\.jsp", "high", "VSB download"),
        address(r"/info/\d+/\d+\.htm$", "mid", "article address info/<tree>/<id>"),
        address(r"/info/egovinfo/", "mid", "article address info/egovinfo"),
    )
    article_address = re.compile(r"/info/(?:\d+/\d+|egovinfo/.+)\.htm$")
    bodies = ("#vsb_content", "^vsb_content_", ".v_news_content")

    def lines(self, page: Page, fetch: Fetch) -> Listing:
        """The lines of the page; the next page only where the page links to it."""
        listing = super().lines(page, fetch)
        pager = self._pager(page)
        if pager is None:
            return listing
        pages, url = pager
        further = (next_page(fetch, url),) if url and (listing.items or listing.folders) else ()
        missing = None
        if not further and pages is not None and pages > fetch.page_number:
            missing = f"states {pages} pages, of which this is page {fetch.page_number}; no link to the next"
        return replace(listing, further=further, stated_pages=pages, unreached=missing)

    def _pager(self, page: Page) -> tuple[int | None, str | None] | None:
        """The stated number of pages and the address behind 下页, where the page has the pager of VSB."""
        spans = list(page.tree.iter("span"))
        named = {name for span in spans for name in (span.get("class") or "").split()}
        if "p_pages" not in named and "p_t" not in named:
            return None
        pages = next(
            (
                int(found[2])
                for span in spans
                if "p_t" in (span.get("class") or "").split()
                and (found := _CURRENT_OF_PAGES.fullmatch(squeeze(span.text_content())[:20]))
            ),
            None,
        )
        links = (
            link for span in spans if "p_next" in (span.get("class") or "").split() for link in span.iter("a")
        )
        url = next((url for link in links if (url := page.join(link.get("href") or ""))), None)
        return pages, url
