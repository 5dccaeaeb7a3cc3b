"""The family of /pc/list.html (vendor not known).

Evidence (docs/domain/families.md#pc_list, M): /<site>/<column>/pc/list.html holds its lines as an object in a
script, ``listData = {articleList: [...]}``, with title, pubDate, the address as JSON inside a string, and the
files of each article, so that attachments are known from the list. The second page in 江西 is the answer to
``POST /queryList`` with the codes of site and column (M, seven public scrapers); elsewhere it is not
established: list_2.html is tried as well (G), both as probes. Articles:
/<site>/<column>/pc/content/content_<19 digits>.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from crawler.platforms.base import Attachment, Column, Fetch, Listing, ListItem, next_page
from crawler.platforms.lists.replies import count_of, json_object, objects, text_of
from crawler.platforms.lists.rows_of_links import read_date
from crawler.platforms.page import Page, join_url
from crawler.platforms.payload import json_at
from crawler.platforms.systems.static import StaticPlatform, address, markup

_SERVICE = "/queryList"
_PAGE_SIZE = 15
_CODES = re.compile(r"/(?P<site>\w{1,60})/(?P<column>\w{1,60})/pc/list\.html$")
_CURRENT = re.compile(r"\bcurrent=\d+")
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
        named = (next_page(fetch, url, probe=True),) if items and url != page.url else ()
        return Listing(items, (*named, *self._query(page, fetch)) if items else ())

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A list page, or a reply of /queryList."""
        if urlsplit(fetch.url).path == _SERVICE:
            return self._reply(page, fetch)
        return super().listing(page, fetch, column)

    def _query(self, page: Page, fetch: Fetch) -> tuple[Fetch, ...]:
        """The request for the second page, by the codes of site and column in the page's address."""
        codes = _CODES.search(urlsplit(page.url).path)
        url = join_url(page.url, _SERVICE)
        if codes is None or url is None or fetch.page_number > 1:
            return ()
        form = {
            "current": 2,
            "pageSize": _PAGE_SIZE,
            "webSiteCode[]": codes["site"],
            "channelCode[]": codes["column"],
            "sort": "sortNum",
            "order": "desc",
        }
        kind = ("Content-Type", "application/x-www-form-urlencoded")
        headers = (kind, ("Referer", page.url), ("X-Requested-With", "XMLHttpRequest"))
        post = replace(fetch, url=url, method="POST", headers=headers, body=urlencode(form).encode())
        return (replace(post, page_number=2, probe=True),)

    def _reply(self, page: Page, fetch: Fetch) -> Listing:
        data = json_object(self.family, page, "data")
        results = list(objects(self.family, page, data.get("results"), "results"))
        sources = [source for result in results if isinstance(source := result.get("source"), Mapping)]
        items = tuple(item for source in sources if (item := self._item(page, source)))
        if len(items) < len(results):
            raise self.changed(page, "results with an address", f"{len(results) - len(items)} without")
        total = count_of(data.get("total"))
        number = fetch.page_number + 1
        promised = total is not None and fetch.page_number * _PAGE_SIZE < total
        full = len(results) >= _PAGE_SIZE  # a full page is not believed to be the last
        form = _CURRENT.sub(f"current={number}", fetch.body.decode("ascii", "replace"))
        following = replace(next_page(fetch, fetch.url, probe=not promised), body=form.encode())
        more = items and (promised or (full and total is None))
        listing = Listing(items, (following,) if more else (), total)
        return self.finished(page, fetch, listing, empty=not results)

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
            url,
            text_of(article.get("title")) or text_of(article.get("showTitle")),
            read_date(text_of(article.get("pubDate"))),
            attachments,
        )

    def _address(self, page: Page, article: Mapping[str, Any]) -> str:
        urls = article.get("urls")
        if isinstance(urls, str):
            try:
                urls = json.loads(urls)
            except (ValueError, RecursionError) as error:
                raise self.changed(page, "addresses as JSON in urls", urls[:80]) from error
        return text_of(urls.get("pc")) if isinstance(urls, Mapping) else ""
