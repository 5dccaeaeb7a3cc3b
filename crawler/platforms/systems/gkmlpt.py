"""gkmlpt, the disclosure platform of 广东, and NFCMS, the portal system beside it.

Evidence (docs/domain/families.md#gkmlpt, S; pager of static NFCMS lists M). One platform an agency at
/<agency>/gkmlpt/index; its page holds ``_CONFIG`` with SID and the TREE of categories. A category's list is
``GET …/gkmlpt/api/all/<category>?page=N&sid=<SID>``, JSON, some hundred articles a page; page 0 is page 1,
past the end stands 404 or an empty list, and post_count overstates what is listed: pages are asked for until
one is empty. An article holds its body as JSON in ``_CONFIG.DETAIL``, with attachments as links of the class
nfw-cms-attachment. NFCMS lists are static, index_2.html following index.html.

Parameters: ``category``, the number of one category, where not all that the tree calls 年报 are wanted;
``sid`` with it, where the index page cannot be had.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms.articles.article import (
    has_form,
    header_table,
    national_tags,
    published_on,
)
from crawler.platforms.articles.files import attachments_in, frames_in, pictures_in
from crawler.platforms.base import Article, Attachment, Column, Fetch, Listing, ListItem, next_page
from crawler.platforms.lists.listing import report_titles
from crawler.platforms.lists.replies import count_of, json_object, objects, text_of, with_query
from crawler.platforms.page import Page, join_url, parse_html
from crawler.platforms.payload import json_at
from crawler.platforms.systems.static import StaticPlatform, address, markup

_API = re.compile(r"/gkmlpt/api/all/\d+")
_INDEX = re.compile(r"(?P<platform>.*/gkmlpt)/index$")
_ANNUAL_REPORTS = re.compile(r"年报|年度报告")
_SID = re.compile(r"""["']?\bSID["']?\s*:\s*["']?(\d{1,12})""")
# Seconds since 1970 stand for midnight in China.
_CHINA = timezone(timedelta(hours=8))
_LATEST_SECOND = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


class Gkmlpt(StaticPlatform):
    """gkmlpt and NFCMS: see the module."""

    family = "gkmlpt"
    signs = (
        address(r"/gkmlpt/", "high", "gkmlpt address"),
        markup(r"/gkmlpt/", "mid", "gkmlpt in the markup"),
        address(r"/content/(?:\d+/\d+/)?m?post_\d+\.html$", "high", "article address post_<id>"),
        markup(r"NFCMS_SITE_ID|nfw-cms-attachment", "high", "NFCMS"),
    )
    article_address = re.compile(r"/content/(?:\d+/\d+/)?m?post_\w+\.html$")
    bodies = (".news_cont_d_wrap",)

    def entry(self, column: Column) -> tuple[Fetch, ...]:
        """The category's list where the row names category and sid, else the column's address."""
        index = _INDEX.fullmatch(column.url)
        category, sid = column.parameters.get("category", ""), column.parameters.get("sid", "")
        if index and category.isdecimal() and sid:
            return (_list(index["platform"], int(category), sid),)
        return (Fetch(column.url),)

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A reply of the list, the index page of a platform, or a static list."""
        path = urlsplit(fetch.url).path
        if _API.search(path):
            return self._reply(page, fetch)
        if _INDEX.fullmatch(path):
            return self._index(page, fetch, column)
        return super().listing(page, fetch, column)

    def article(self, page: Page) -> Article:
        """The article out of _CONFIG.DETAIL, or a static one."""
        if page.status >= 400 or "_CONFIG" not in page.text:
            return super().article(page)
        detail = self._config(page, "DETAIL")
        if not isinstance(detail, Mapping) or not isinstance(detail.get("content"), str):
            raise self.changed(page, "the article's content in _CONFIG.DETAIL", type(detail).__name__)
        body = parse_html(detail["content"] or "<p>", page.url)
        in_body, unaddressed = attachments_in(body, page.url)
        attachments = (*_attachments(detail, page.url), *in_body)
        metadata = {**_metadata(detail), **header_table(page.tree), **national_tags(page)}
        title = text_of(detail.get("title")) or metadata.get("ArticleTitle", "")
        if not title:
            raise self.changed(page, "a title in _CONFIG.DETAIL", "none")
        return Article(
            title=title,
            published_at=_day(detail.get("date")) or published_on(page.tree, metadata),
            metadata=metadata,
            attachments=tuple({attachment.url: attachment for attachment in attachments}.values()),
            iframes=frames_in(body, page.url),
            body_present=bool(detail["content"].strip()),
            pictures=pictures_in(body, page.url),
            unaddressed=unaddressed,
            frames=() if has_form(detail["content"]) else frames_in(body, page.url),
        )

    def _index(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        tree = list(objects(self.family, page, self._config(page, "TREE"), "categories"))
        sid = _SID.search(page.text)
        if sid is None:
            raise self.changed(page, "the platform's SID in _CONFIG", "none")
        platform = _INDEX.fullmatch(fetch.url)
        if platform is None:
            raise self.changed(page, "the index of a platform", fetch.url)
        categories = _categories(tree, column.parameters.get("category", ""))
        if not categories:
            wanted = column.parameters.get("category") or "named 年报"
            raise self.changed(page, f"a category {wanted} in the tree", f"{len(tree)} others")
        return Listing((), tuple(_list(platform["platform"], category, sid[1]) for category in categories))

    def _reply(self, page: Page, fetch: Fetch) -> Listing:
        if page.status >= 400:
            if fetch.page_number > 1:
                return Listing(())
            raise self.changed(page, "a list", f"status {page.status}")
        reply = json_object(self.family, page)
        articles = list(objects(self.family, page, reply.get("articles"), "articles"))
        items = tuple(
            ListItem(
                url, text_of(article.get("title")), _day(article.get("date")), _attachments(article, url)
            )
            for article in articles
            if (url := _address(page, article))
        )
        lost = report_titles(text_of(one.get("title")) for one in articles if not _address(page, one))
        if articles and not items:
            raise self.changed(page, "articles with an address", f"{len(articles)} without")
        classify = reply.get("classify")
        total = count_of(classify.get("post_count")) if isinstance(classify, Mapping) else None
        following = next_page(fetch, with_query(fetch.url, {"page": fetch.page_number + 1}), probe=True)
        more = items and (fetch.page_number > 1 or total is None or total > len(items))
        listing = Listing(items, (following,) if more else (), total, unaddressed=lost)
        known = "articles" in reply and isinstance(classify, Mapping)
        return self.finished(page, fetch, listing, empty=known)

    def _config(self, page: Page, name: str) -> Any:
        try:
            return json_at(page.text, rf"""["']?\b{name}["']?\s*:\s*""")
        except ValueError as error:
            raise self.changed(page, f"_CONFIG with {name}", str(error)) from error


def _categories(tree: Iterable[Mapping[str, Any]], named: str) -> list[int]:
    """The category `named` by the column, or else those called 年报, and all that stand below."""
    below: dict[int | None, list[int]] = {}
    chosen: list[int] = []
    for node in tree:
        category = count_of(node.get("id"))
        if category is None:
            continue
        below.setdefault(count_of(node.get("parent")), []).append(category)
        if str(category) == named or (not named and _ANNUAL_REPORTS.search(text_of(node.get("name")))):
            chosen.append(category)
    reached: dict[int, None] = {}
    while chosen:
        category = chosen.pop()
        if category not in reached:
            reached[category] = None
            chosen += below.get(category, [])
    return sorted(reached)


def _list(platform: str, category: int, sid: str) -> Fetch:
    return Fetch(
        f"{platform}/api/all/{category}?page=1&sid={sid}", headers=(("Referer", f"{platform}/index"),)
    )


def _day(value: Any) -> date | None:
    seconds = count_of(value)
    if not seconds or seconds >= _LATEST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, _CHINA).date()


def _attachments(holder: Mapping[str, Any], base: str) -> tuple[Attachment, ...]:
    listed = holder.get("attachment")
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return tuple(
        Attachment(url, text_of(entry.get("name")))
        for entry in entries
        if (url := join_url(base, text_of(entry.get("url"))))
    )


_DETAIL_NAMES = {"identifier": "索引号", "publisher": "发布机构", "document_number": "文号"}


def _metadata(detail: Mapping[str, Any]) -> dict[str, str]:
    return {label: value for name, label in _DETAIL_NAMES.items() if (value := text_of(detail.get(name)))}


def _address(page: Page, article: Mapping[str, Any]) -> str | None:
    return join_url(page.url, text_of(article.get("url")) or text_of(article.get("post_url")))
