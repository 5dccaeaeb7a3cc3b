"""What article pages of all families share: the national page tags, the header table, body and attachments.

The tags are those of 国办发〔2017〕47号 (FAMILIES 1.1, S): ArticleTitle is trusted, PubDate taken for its day
alone (a common template writes 12-hour times), ColumnType never relied on. Values that are still the
template's placeholder are no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain, islice
from typing import cast

from lxml import etree, html

from crawler.platforms.base import Article, LayoutChanged, Page
from crawler.platforms.files import attachments_in, frames_in, pictures_in
from crawler.platforms.listing import read_date, squeeze

NATIONAL_TAGS = (
    *("SiteName", "SiteDomain", "SiteIDCode"),
    *("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"),
    *("ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Image", "Url"),
)
# Not in the standard, but useful: ColId (jpaas), SiteId (Lonsun), ArticleId (NFCMS).
_TAGS = {name.lower(): name for name in (*NATIONAL_TAGS, "ColId", "SiteId", "ArticleId")}
_PLACEHOLDER = re.compile(r"[$#]?\{|<%|\[[$#%]|%>|^\s*\$")

# Bodies, by what encloses them, of every family of FAMILIES; a family's own come first.
BODIES = (
    *(".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", "ucapcontent", "#UCAP-CONTENT", "#zoomcon"),
    *("#vsb_content", "^vsb_content_", ".v_news_content", "#zoom", ".bt_content", ".artile_zw"),
    *(".wzcon", ".gktext", "#color_printsssss", ".is-contentbox", ".mian-cont", ".news_cont_d_wrap"),
    *(".article-content", ".pages_content"),
)
_HEADER_LABELS = {
    *("索引号", "信息分类", "主题分类", "分类", "发布机构", "发文机关", "名称", "信息名称", "文号"),
    *("成文日期", "发布日期", "发文日期", "生成日期", "主题词", "信息来源", "来源"),
}
_BEGIN_LABELS = frozenset(label[0] for label in _HEADER_LABELS)
_PUBLISHED = re.compile(r"(?:发布(?:时间|日期)|日期|时间)\s*[:：]\s*(.{0,40})")
# What a class or an identity can name; most cells of a report's tables have neither.
_NAMED = etree.XPath("descendant-or-self::*[@class or @id]")
# A header table's label and value; what is longer is running text.
_LONGEST_VALUE = 200


def national_tags(page: Page) -> dict[str, str]:
    """The national tags of a page under their official names, blanks and placeholders left out.

    Names are matched without regard to case; the first of a name that says something counts.
    """
    tags: dict[str, str] = {}
    for meta in page.tree.iter("meta"):
        name = _TAGS.get((meta.get("name") or "").strip().lower())
        value = squeeze(meta.get("content") or "")
        if name and value and not _PLACEHOLDER.search(value):
            tags.setdefault(name, value)
    return tags


def read_article(page: Page, family: str, bodies: Iterable[str] = (), titles: Iterable[str] = ()) -> Article:
    """The article on `page`.

    `bodies` and `titles`: what encloses body and title in this family: ``.class``, ``#id``, ``^id prefix`` or
    a tag. Raises LayoutChanged where a page has neither a body nor a file.
    """
    if page.status >= 400:
        raise LayoutChanged(family, page.url, "an article", f"status {page.status}")
    tree, base = page.tree, page.base_url
    metadata = {**header_table(tree), **national_tags(page)}
    body = _first(tree, (*bodies, *BODIES))
    attachments, unaddressed = attachments_in(tree, base, page.code)
    iframes, pictures = frames_in(tree, base), pictures_in(body, base) if body is not None else ()
    present = body is not None and _holds_something(body)
    if not present and not attachments and not iframes:
        raise LayoutChanged(family, page.url, "an article's body or an attachment", "neither")
    title = metadata.get("ArticleTitle") or _title(tree, titles)
    if not title:
        raise LayoutChanged(family, page.url, "a title", "none")
    published = published_on(tree, metadata)
    return Article(title, published, metadata, attachments, iframes, present, pictures, unaddressed)


def header_table(tree: html.HtmlElement) -> dict[str, str]:
    """The labelled values above an article: 索引号, 发布机构, 发布日期 …, under the label without blanks."""
    values: dict[str, str] = {}
    for cell in tree.iter("td", "th", "dt", "span", "label", "b", "strong"):
        first = (cell.text or "").lstrip()[:1]
        if first and first not in _BEGIN_LABELS:
            continue
        label = "".join(_opening(cell).split()).rstrip(":：")
        if label not in _HEADER_LABELS or label in values:
            continue
        # Either the next cell holds the value or, in lines of text, what follows the label.
        beside = cell.getnext() if cell.tag in ("td", "th", "dt") else None
        value = squeeze(_opening(beside) if beside is not None else cell.tail or "")
        if value and len(value) <= _LONGEST_VALUE:
            values[label] = value
    return values


def _first(tree: html.HtmlElement, selectors: Iterable[str]) -> html.HtmlElement | None:
    """The first element that the first fitting selector names and that holds something."""
    selectors = tuple(selectors)
    wanted = set(selectors)
    named: dict[str, list[html.HtmlElement]] = {}
    for element in cast("list[html.HtmlElement]", _NAMED(tree)):
        keys = {f".{name}" for name in element.get("class", "").split()}
        if identity := element.get("id", "").strip():
            keys |= {f"#{identity}", f"^{identity.rstrip('0123456789')}"}
        for key in keys & wanted:
            named.setdefault(key, []).append(element)
    for selector in selectors:
        elements = tree.iter(selector) if selector[0] not in ".#^" else named.get(selector, [])
        for element in elements:
            if _holds_something(element):
                return element
    return None


def _holds_something(element: html.HtmlElement) -> bool:
    if any(True for _ in element.iter("img", "table", "iframe", "embed", "object")):
        return True
    return any(not text.isspace() for text in element.itertext() if text)


def _title(tree: html.HtmlElement, titles: Iterable[str]) -> str:
    heading = _first(tree, (*titles, "h1", "title"))
    return squeeze(heading.text_content())[:500] if heading is not None else ""


def published_on(tree: html.HtmlElement, metadata: Mapping[str, str]) -> date | None:
    """The day of publication: by the tags, the header table, or a labelled line, in this order."""
    tagged = [metadata.get(name, "") for name in ("PubDate", "发布日期", "发文日期", "生成日期")]
    tagged += [_opening(element) for element in tree.iter("publishtime")]
    lines = (_opening(element) for element in tree.iter("span", "p", "div", "td", "li", "em", "time"))
    labelled = (found[1] for line in lines if (found := _PUBLISHED.search(squeeze(line))))
    return next((day for text in chain(tagged, labelled) if (day := read_date(text))), None)


def _opening(element: html.HtmlElement) -> str:
    """The first words of an element, as much as a label with its value takes."""
    if not len(element):
        return (element.text or "")[: 2 * _LONGEST_VALUE]
    return "".join(islice(element.itertext(), 8))[: 2 * _LONGEST_VALUE]
