"""truecms (江苏南通).

Evidence (docs/domain/families.md#truecms, S; the page's script reconstructed). A list page shows its first
lines and holds totalRecord, perPage, proxyUrl and columnId; what follows is the answer to ``GET
<proxyUrl>?callback=…&startrecord=31&endrecord=60&perpage=10&contentTemplate=&columnId=…``: a datastore with
lines in CDATA, as a string in JSONP. A Referer is needed (404 without). Larger windows than 30 fail on some
hosts. Lists are /x/y/y.html, articles /x/y/content/<uuid>.html.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.platforms.base import Column, Fetch, Listing, ListItem, next_page
from crawler.platforms.lists.listing import items_in, unaddressed
from crawler.platforms.lists.replies import count_of, json_object, query_of, with_query
from crawler.platforms.page import Page, parse_html
from crawler.platforms.payload import datastore, properties
from crawler.platforms.systems.static import StaticPlatform, address, markup

_SERVICE = "/messageController/getMessage.do"
_WINDOW = 30


class Truecms(StaticPlatform):
    """truecms: see the module."""

    family = "truecms"
    signs = (
        markup(r"/truecms/\w*", "high", "truecms service"),
        address(
            r"/content/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.html$",
            "mid",
            "article address content/<uuid>",
        ),
    )
    article_address = re.compile(r"/content/[0-9a-f]{8}-[0-9a-f-]{27}\.html$")

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A list page or a reply of its service."""
        if urlsplit(fetch.url).path.endswith(_SERVICE):
            return self._reply(page, fetch)
        return super().listing(page, fetch, column)

    def lines(self, page: Page, fetch: Fetch) -> Listing:
        """The lines that the page shows, and the window after them."""
        listing = super().lines(page, fetch)
        settings = properties(page.code)
        proxy = page.join(settings.get("proxyUrl", ""))
        total = count_of(settings.get("totalRecord"))
        if not proxy or not settings.get("columnId") or total is None:
            return listing
        directory = page.url.rsplit("/", 1)[0] + "/"
        own = sum(item.url.startswith(directory) for item in listing.items)
        # Lines from elsewhere on the page are either those of a side bar or of the list: start anew then,
        # and do not let a window without new lines end the list.
        starts = (own + 1,) if own == len(listing.items) else (1, 1 + _WINDOW)
        query = {
            "callback": "cb",
            "perpage": count_of(settings.get("perPage")) or 10,
            "contentTemplate": settings.get("contentTemplate", ""),
            "columnId": settings["columnId"],
        }
        windows = tuple(
            Fetch(
                with_query(proxy, {**query, "startrecord": start, "endrecord": start + _WINDOW - 1}),
                headers=(("Referer", page.url),),
                page_number=number,
                may_repeat=len(starts) > 1,
            )
            for number, start in enumerate(starts, 2)
            if start <= total and own < total
        )
        return Listing(listing.items, windows, total, folders=listing.folders)

    def finished(self, page: Page, fetch: Fetch, listing: Listing, *, empty: bool = False) -> Listing:
        """As for any list; a stated total of 0 says that it is empty."""
        return super().finished(page, fetch, listing, empty=empty or listing.stated_total == 0)

    def _reply(self, page: Page, fetch: Fetch) -> Listing:
        result = json_object(self.family, page).get("result")
        store = datastore(result) if isinstance(result, str) else None
        if store is None:
            raise self.changed(page, "a datastore in result", type(result).__name__)
        items: dict[str, ListItem] = {}
        lost: list[str] = []
        for record in filter(str.strip, store.records):
            tree = parse_html(record, page.url)
            found = items_in(tree, page.url, self.article_address)
            items |= {item.url: item for item in found if item.url not in items}
            lost += unaddressed(tree, page.url, found)
        end = count_of(query_of(fetch.url).get("endrecord"))
        listing = Listing(tuple(items.values()), stated_total=store.total, unaddressed=tuple(lost))
        promised = end is not None and store.total is not None and end < store.total
        full = len(store.records) >= _WINDOW  # a full window is not believed to be the last
        if items and end is not None and (promised or full):
            window = {"startrecord": end + 1, "endrecord": end + _WINDOW}
            following = next_page(fetch, with_query(fetch.url, window), probe=not promised)
            listing = replace(listing, further=(following,))
        return self.finished(page, fetch, listing)
