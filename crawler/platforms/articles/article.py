"""What article pages of all families share: the national page tags, the header table, body and attachments.

The tags are those of 国办发〔2017〕47号 (docs/domain/families.md#page-tags, S): ArticleTitle is trusted,
PubDate taken for its day alone (a common template writes 12-hour times), ColumnType never relied on. Values
that are still the template's placeholder are no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice

from lxml import html

from crawler.platforms.articles.containers import Container, containers, first
from crawler.platforms.articles.files import attachments_in, frames_in, pictures_in
from crawler.platforms.articles.parts import parts_after
from crawler.platforms.articles.unknown import UNKNOWN_CONTAINER, says_something
from crawler.platforms.base import Article
from crawler.platforms.lists.listing import is_document
from crawler.platforms.lists.rows_of_links import read_date, squeeze
from crawler.platforms.lists.titles import is_report_title
from crawler.platforms.page import LayoutChanged, Page

NATIONAL_TAGS = (
    *("SiteName", "SiteDomain", "SiteIDCode"),
    *("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"),
    *("ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Image", "Url"),
)
# Not in the standard, but useful: ColId (jpaas), SiteId (Lonsun), ArticleId (NFCMS).
_TAGS = {name.lower(): name for name in (*NATIONAL_TAGS, "ColId", "SiteId", "ArticleId")}
_PLACEHOLDER = re.compile(r"[$#]?\{|<%|\[[$#%]|%>|^\s*\$")

_HEADER_LABELS = {
    *("索引号", "信息分类", "主题分类", "分类", "发布机构", "发文机关", "名称", "信息名称", "文号"),
    *("成文日期", "发布日期", "发文日期", "生成日期", "主题词", "信息来源", "来源"),
}
_BEGIN_LABELS = frozenset(label[0] for label in _HEADER_LABELS)
_PUBLISHED = re.compile(r"(?:发布(?:时间|日期)|日期|时间)\s*[:：]\s*(.{0,40})")
# What stands in the tables of the form, of any edition.
_FORM = re.compile(
    r"本年新收政府信息公开申请|上年结转政府信息公开申请|主动公开政府信息情况|收到和处理政府信息公开申请|"
    r"政府信息公开行政复议|制发件数|收到申请总数|主动公开政府信息数"
)
_HEADINGS = ("h1", "h2", "h3", "h4")
# A body that only leads on to the report: 请点击：…, 详见…
_LONGEST_HINT = 60
_MOST_HINTS = 3
_HINT = re.compile(r"(?:请?点击|点此|详见|查看|阅读|打开|进入|此处|这里|链接|全文|原文|详情|报告|年报)+")
# A header table's label and value; what is longer is running text.
_LONGEST_VALUE = 200
# The line of a date and a source below a title.
_LONGEST_LINE = 500


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

    `bodies` and `titles`: what encloses body and title in this family, before what containers.csv says of
    all. Where no row names the container, the page is read all the same if it has the title of a report or a
    table of the form, with a remark. Raises LayoutChanged where a page has neither a body nor a file.
    """
    if page.status >= 400:
        raise LayoutChanged(family, page.url, "an article", f"status {page.status}")
    tree, base = page.tree, page.base_url
    metadata = {**header_table(tree), **national_tags(page)}
    title = metadata.get("ArticleTitle") or _title(tree, titles)
    body, remarks = _body(page, title, bodies)
    attachments, unaddressed = attachments_in(tree, base, page.code)
    iframes, pictures = frames_in(tree, base), pictures_in(body, base) if body is not None else ()
    if body is None and not attachments and not iframes:
        raise LayoutChanged(family, page.url, "an article's body or an attachment", "neither")
    if not title:
        raise LayoutChanged(family, page.url, "a title", "none")
    if page.lost_in:
        remarks = (*remarks, "page_breaks_off")
    return Article(
        title=title,
        published_at=published_on(tree, metadata),
        metadata=metadata,
        attachments=attachments,
        iframes=iframes,
        body_present=body is not None,
        pictures=pictures,
        unaddressed=unaddressed,
        further=parts_after(page),
        frames=frames_to_read(page, body, title),
        remarks=remarks,
    )


def has_form(words: str) -> bool:
    """Whether a page's words are those of the tables of the form, of any edition."""
    return bool(_FORM.search(words))


def frames_to_read(page: Page, body: html.HtmlElement | None, title: str = "") -> tuple[str, ...]:
    """The frames of an article that can hold the report: those of its body, where the page has no table of
    the form itself; all where it has no body. So can the page that a link with the article's own title leads
    to, where the body says little else."""
    frames = frames_in(page.tree if body is None else body, page.base_url)
    led = tuple(_led_on(page, body, title)) if body is not None else ()
    return () if (frames or led) and has_form(page.words) else (*frames, *led)


def _led_on(page: Page, body: html.HtmlElement, title: str) -> Iterator[str]:
    words = squeeze(body.text_content())
    if not is_report_title(title) or len(words) > 2 * len(title) + _LONGEST_HINT:
        return
    for link in islice(body.iter("a"), _MOST_HINTS):
        name, url = squeeze(link.text_content()), page.join(link.get("href") or "")
        if (
            url
            and url != page.url
            and (is_report_title(name) or _HINT.fullmatch(name))
            and not is_document(url)
        ):
            yield url


def _body(page: Page, title: str, bodies: Iterable[str]) -> tuple[html.HtmlElement | None, tuple[str, ...]]:
    """What encloses the body, with a remark where it is not known what does."""
    own = (Container(name) for name in bodies)
    if (body := first(page.tree, (*own, *containers("body")))) is not None:
        return body, ()
    with_form = page.tree.find(".//table") is not None and has_form(page.words)
    if not with_form and not is_report_title(title):
        return None, ()
    if (body := first(page.tree, containers("wide"))) is not None:
        return body, ()
    if with_form or says_something(page, title):
        return page.tree, (UNKNOWN_CONTAINER,)
    return None, ()


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


def _title(tree: html.HtmlElement, titles: Iterable[str]) -> str:
    """The title by the family's own element, by containers.csv, or the first heading, a report's first."""
    named = first(tree, (*map(Container, titles), *containers("title")))
    if named is None:
        headings = (squeeze(heading.text_content())[:500] for heading in tree.iter(*_HEADINGS))
        if said := next(filter(is_report_title, headings), ""):
            return said
        named = first(tree, (Container("h1"), Container("title")))
    return squeeze(named.text_content())[:500] if named is not None else ""


def published_on(tree: html.HtmlElement, metadata: Mapping[str, str]) -> date | None:
    """The day of publication: by the tags, the header table, a labelled line, or what containers.csv says, in
    this order."""
    tagged = [metadata.get(name, "") for name in ("PubDate", "发布日期", "发文日期", "生成日期")]
    tagged += [_opening(element) for element in tree.iter("publishtime")]
    lines = (_opening(element) for element in tree.iter("span", "p", "div", "td", "li", "em", "time"))
    labelled = (found[1] for line in lines if (found := _PUBLISHED.search(squeeze(line))))
    if day := next((day for text in chain(tagged, labelled) if (day := read_date(text))), None):
        return day
    around = first(tree, containers("date"))
    return read_date(squeeze(around.text_content()[:_LONGEST_LINE])) if around is not None else None


def _opening(element: html.HtmlElement) -> str:
    """The first words of an element, as much as a label with its value takes."""
    if not len(element):
        return (element.text or "")[: 2 * _LONGEST_VALUE]
    return "".join(islice(element.itertext(), 8))[: 2 * _LONGEST_VALUE]
