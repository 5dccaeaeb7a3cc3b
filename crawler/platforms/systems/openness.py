"""Openness, both generations (安徽, 内蒙古呼伦贝尔, 山东济南; vendor not established).

Evidence (docs/domain/families.md#openness): addresses S, HTML M, reconstructed. Older, 24-hex ids:
/opennessContent/?branch_id=… is a shell around the list /opennessTarget/?branch_id=…&column_code=…&page=N; an
agency's annual reports stand at /opennessAnnualReport/?branch_id=…. Newer, integer ids:
/OpennessContent/showList/<branch>/<catalogue>/page_N.html and /OpennessTarget/…/page_N.html. Lists are
tables, the link in the second cell, the date in the last. What links to the next page was not seen: a
rendered link is followed, a stated number of pages is walked by the number in the address, and where
neither is there the next number is tried. An annual report address may lead straight to the report.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.platforms.articles.article import read_article
from crawler.platforms.base import Column, Fetch, Listing, ListItem, next_page
from crawler.platforms.lists.pager_signs import next_link
from crawler.platforms.lists.replies import query_of, with_query
from crawler.platforms.page import Page
from crawler.platforms.systems.static import StaticPlatform, address, markup

_SHELL = re.compile(r"/opennessContent/$")
_PAGE_NAME = re.compile(r"/page_(\d{1,5})\.html$")


class Openness(StaticPlatform):
    """Openness: see the module."""

    family = "openness"
    signs = (
        address(
            r"/openness(?:Content|Target|Guide|AnnualReport)/\?branch_id=", "high", "address by branch_id"
        ),
        address(r"/openness/detail/(?:content|annual_report)/[0-9a-f]{24}\.html$", "high", "article address"),
        address(r"/(?:Branch)?Openness(?:Content|Target|AnnualReport)/\w+/", "high", "address Openness…"),
        address(r"/(?:XxgkAnnualReport|Xxgknb)/show/\d+\.html$", "high", "annual report address"),
        address(r"/channel_[0-9a-f]{24}/doc_[0-9a-f]{24}\.html$", "mid", "article address doc_<24 hex>"),
        markup(r"is-(?:xxgkTable|xxgkinfo|newstitles)", "high", "class of the skin"),
    )
    article_address = re.compile(
        r"/openness/detail/(?:content|annual_report)/[0-9a-f]{24}\.html$"
        r"|/(?:(?:Branch)?Openness(?:Content|AnnualReport)|XxgkAnnualReport|Xxgknb)/show/\d+\.html$"
        r"|/doc_[0-9a-f]{24}\.html$",
        re.IGNORECASE,
    )
    bodies = ("#color_printsssss", ".is-contentbox")
    titles = (".is-newstitles",)

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A list, a shell around one, or the report that an address leads straight to."""
        if page.status < 400 and self.article_address.search(page.url):
            article = read_article(page, self.family, self.bodies, self.titles)
            return Listing((ListItem(page.url, article.title, article.published_at, article.attachments),))
        return super().listing(page, fetch, column)

    def lines(self, page: Page, fetch: Fetch) -> Listing:
        """The lines of the page and what follows it."""
        listing = super().lines(page, fetch)
        if not listing.items and _SHELL.search(urlsplit(page.url).path):
            url = page.url.replace("/opennessContent/", "/opennessTarget/")
            return replace(listing, further=(Fetch(with_query(url, {"page": 1})),))
        if not listing.items or next_link(page):
            return listing
        number = fetch.page_number + 1
        if _PAGE_NAME.search(page.url):
            url = _PAGE_NAME.sub(f"/page_{number}.html", page.url)
        elif "page" in query_of(page.url):
            url = with_query(page.url, {"page": number})
        else:
            return listing
        pages = listing.stated_pages
        more = pages is None or fetch.page_number < pages
        following = next_page(fetch, url, probe=pages is None)
        return replace(listing, further=(following,) if more else (), unreached=None)
