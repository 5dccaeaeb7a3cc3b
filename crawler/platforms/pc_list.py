"""The family of /pc/list.html (vendor not known).

Evidence (FAMILIES 9, M): /<site>/<column>/pc/list.html holds its lines as an object in a script, ``listData
= {articleList: [...]}``, with title, pubDate, the address as JSON inside a string, and the files of each
article, so that attachments are known from the list. How a second page is had is not established:
list_2.html is tried, as a probe (G). Articles: /<site>/<column>/pc/content/content_<19 digits>.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from crawler.platforms.base import Attachment, Fetch, Listing, ListItem, Page, join_url, next_page
from crawler.platforms.listing import read_date
from crawler.platforms.payload import json_at
from crawler.platforms.replies import objects, text_of
from crawler.platforms.static import StaticPlatform, address, markup

_LIST = re.compile(r"/list(?:_(\d{1,4}))?\.html$")
_LIST_DATA = r"""\blistData\s*=\s*\{\s*["']?articleList["']?\s*:\s*"""


class PcList(StaticPlatform):
    """The /pc/list.html family: see the module."""

    family = "pc_list"
    signs = (
        address(r"/pc/list\.html", "high", "column address pc/list.html"),
        address(r"/pc/content/content_\d{10,}\.html$", "high", "article address pc/content"),
        markup(_LIST_DATA, "high", "list data in a script"),
    )
    article_address = re.compile(r"/content_\d{10,}\.html$")

    def lines(self, page: Page, fetch: Fetch) -> Listing:
        """The lines in the page's script; those of its markup where no script holds any."""
        if page.status >= 400 or "articleList" not in page.text:
            return super().lines(page, fetch)
        try:
            data = json_at(page.text, _LIST_DATA)
        except ValueError as error:
            raise self.changed(page, "listData with an articleList", str(error)) from error
        articles = list(objects(self.family, page, data, "articles"))
        items = tuple(item for article in articles if (item := self._item(page, article)))
        if len(items) < len(articles):
            raise self.changed(page, "articles with an address", f"{len(articles) - len(items)} without")
        url = _LIST.sub(f"/list_{fetch.page_number + 1}.html", page.url)
        further = (next_page(fetch, url, probe=True),) if items and url != page.url else ()
        return Listing(items, further)

    def finished(self, page: Page, fetch: Fetch, listing: Listing, *, empty: bool = False) -> Listing:
        """As for any list; an articleList without articles is an empty one."""
        return super().finished(page, fetch, listing, empty=empty or "articleList" in page.text)

    def _item(self, page: Page, article: Mapping[str, Any]) -> ListItem | None:
        url = join_url(page.url, self._address(page, article))
        if url is None:
            return None
        files = objects(self.family, page, article.get("articleFiles"), "files")
        attachments = tuple(
            Attachment(file_url, text_of(file.get("fileName")))
            for file in files
            if (
                file_url := join_url(
                    text_of(file.get("domainName")) or page.url, text_of(file.get("filePath"))
                )
            )
        )
        return ListItem(
            url, text_of(article.get("title")), read_date(text_of(article.get("pubDate"))), attachments
        )

    def _address(self, page: Page, article: Mapping[str, Any]) -> str:
        urls = article.get("urls")
        if isinstance(urls, str):
            try:
                urls = json.loads(urls)
            except (ValueError, RecursionError) as error:
                raise self.changed(page, "addresses as JSON in urls", urls[:80]) from error
        return text_of(urls.get("pc")) if isinstance(urls, Mapping) else ""
