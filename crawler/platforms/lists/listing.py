"""What lists of all families share: lines with a link and a date, and folders.

A link is a line of the list when a date is printed beside it, when its address has the family's shape of
an article, when it is a document file, or when its title alone says that it is an annual report. Menus,
pagers and footers have none of these. A year with an address of a list is a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml import html

from crawler.platforms.base import Attachment, ListItem
from crawler.platforms.lists.rows_of_links import (
    MAX_TITLE,
    VERSION,
    date_beside,
    links_in,
    report_title_in,
    rows_in,
    squeeze,
    without_date,
)
from crawler.platforms.lists.titles import REPORTS_OF, is_report_title, year_only
from crawler.platforms.opened import chosen, opened_by, openers
from crawler.platforms.page import MAX_LINKS, site

# Beside a title in one row, a shorter link is a category, a 下载 or a 更多.
SHORTEST_SECOND_TITLE = 8

_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_CUT_OFF = re.compile(r"(?:…|\.{2,})\s*$")
_NAVIGATION = re.compile(
    r"[<>«»‹›\s]*(?:首 ?页|(?:网站|返回)首页|尾 ?页|末 ?页|[上下前后]一?[页篇].{0,2}|更 ?多.{0,4}|more|"
    r"next|prev|登录|注册|\d{1,3})[<>«»‹›\s]*",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[<>«»‹›\[【+\s]*(?:查看|点击)?(?:更 ?多|全 ?部|more)(?:年报|报告)?[<>«»‹›\]】+….\s]*", re.IGNORECASE
)
# How far above 更多 the block of its heading can stand: <div><div class=hd><h3>部门年报</h3><a>更多</a>.
_HEADING_LEVELS = 3
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|rtf|zip|rar|7z)$", re.IGNORECASE)
_INDEX = re.compile(r"index\.[sj]?html?$")
# What a tab is called that shows the reports of others: no link, but clicked like one.
_TAB = re.compile(
    r"(?:各|县|区|市|旗|本级|直属|直|级|所属)*(?:政府|部门|单位|乡镇|镇乡|镇街|街镇|乡|镇|街道|苏木|园区)+"
    r"(?:(?:政府)?信息公开)?(?:年报|年度报告)?"
)
_LIST_ADDRESS = re.compile(r"(?:/|/(?:index|[a-z]*list)(?:_\d+)?\.[sj]?html?)$", re.IGNORECASE)


def is_document(url: str) -> bool:
    """Whether an address is by its ending that of a document file, and of no page."""
    return bool(_DOCUMENT.search(urlsplit(url).path))


def items_in(
    tree: html.HtmlElement, base_url: str, article: re.Pattern[str] | None = None
) -> tuple[ListItem, ...]:
    """The lines of the list in `tree`, in order, one an address. `article` matches addresses of articles.

    Raises LayoutChanged where there are more links than any list has.
    """
    found: dict[str, ListItem] = {}
    for row, links in rows_in(tree, base_url):
        for item in _row_items(row, links, article):
            known = found.get(item.url)
            if known is None or (known.date is None and item.date is not None):
                found[item.url] = item
    for option, url in _options(tree, base_url):
        if is_report_title(title := _title(option)):
            found.setdefault(url, ListItem(url, title, None))
    return tuple(found.values())


def unaddressed(tree: html.HtmlElement, base_url: str, items: Iterable[ListItem]) -> tuple[str, ...]:
    """Titles of reports in `tree`, not among `items`, whose link leads to no http(s) address, or that stand
    with a date in a row without any link."""
    addressed = {item.title for item in items}
    links = [link for link in islice(openers(tree), MAX_LINKS) if not opened_by(link, base_url)]
    titles = (*map(_title, links), *_titles_without_link(tree))
    return report_titles(title for title in titles if title not in addressed)


def _titles_without_link(tree: html.HtmlElement) -> Iterator[str]:
    for row in islice(tree.iter("li", "tr", "dd"), MAX_LINKS):
        if next(openers(row), None) is None and (title := report_title_in(row)) and date_beside(row)[1]:
            yield title


def report_titles(titles: Iterable[str]) -> tuple[str, ...]:
    """Those of `titles` that can be a report's."""
    return tuple(filter(is_report_title, titles))


def folders_in(
    tree: html.HtmlElement, base_url: str, list_url: str, items: Iterable[ListItem]
) -> tuple[ListItem, ...]:
    """Links in `tree` to lists inside the list at `list_url`: years, also on another host of the site, lists
    below its own address, and 更多 under a heading that calls reports."""
    taken = {item.url for item in items}
    own = urlsplit(list_url)
    # Below a list stands what is below its directory; a list that is a file of another name has none.
    directory = own.path.rsplit("/", 1)[0] + "/" if _LIST_ADDRESS.search(own.path) else None
    if directory == "/":
        directory = None
    found: dict[str, ListItem] = {}
    years = (line for line in _options(tree, base_url) if year_only(_title(line[0])))
    for link, url in (*links_in(tree, base_url), *years):
        title = _title(link)
        parts = urlsplit(url)
        if not title or url in taken or is_document(url):
            continue
        if parts.hostname != own.hostname and not (year_only(title) and site(url) == site(list_url)):
            continue
        if _INDEX.sub("", parts.path) == _INDEX.sub("", own.path) and parts.query == own.query:
            continue  # the column's own place in its menu
        below = directory and parts.path.startswith(directory) and _LIST_ADDRESS.search(parts.path)
        if _MORE.fullmatch(title) and (heading := _heading_above(link)):
            found.setdefault(url, ListItem(url, heading, None))
            continue
        is_tab = link.tag not in ("a", "option") and _TAB.fullmatch(title)
        if is_tab or _is_year_folder(title, url) or (below and not _NAVIGATION.fullmatch(title)):
            found.setdefault(url, ListItem(url, title, None))
    return tuple(found.values())


def _heading_above(link: html.HtmlElement) -> str:
    """What the block of a link 更多 begins with, where that calls reports: 部门年报; "" where it does not."""
    for block in islice(link.iterancestors(), _HEADING_LEVELS):
        first = next((said for text in block.itertext() if (said := squeeze(text))), "")
        if REPORTS_OF.fullmatch(first):
            return first
    return ""


def _options(tree: html.HtmlElement, base_url: str) -> Iterator[tuple[html.HtmlElement, str]]:
    """The lines of menus that lead to addresses."""
    choices = chain.from_iterable(chosen(select, base_url) for select in tree.iter("select"))
    yield from islice(choices, MAX_LINKS)


def _is_year_folder(title: str, url: str) -> bool:
    """Whether a link without a date leads to the reports of a year: 2023年, or 2023年政府信息公开年报 at the
    address of a list."""
    return year_only(title) or (is_report_title(title) and bool(_LIST_ADDRESS.search(urlsplit(url).path)))


def _row_items(
    row: html.HtmlElement, links: list[tuple[html.HtmlElement, str]], article: re.Pattern[str] | None
) -> Iterator[ListItem]:
    marked, day = date_beside(row)
    titles: dict[str, str] = {}
    for link, url in links:
        title = _title(link)
        if len(title) >= len(titles.get(url, "")):
            titles[url] = title
    if all(map(VERSION.fullmatch, titles.values())) and (title := report_title_in(row)):
        yield _of_versions(title, titles, day)
        return
    titles = {url: title for url, title in titles.items() if title and not _NAVIGATION.fullmatch(title)}
    pages = [url for url in titles if not is_document(url)]
    files = [url for url in titles if is_document(url)]
    longest = max(pages, key=lambda url: len(titles[url]), default=None)
    if len(pages or files) == 1 and not any(map(is_report_title, titles.values())):
        # The title stands beside links that are called 查看 and 下载.
        titles[(pages or files)[0]] = report_title_in(row) or titles[(pages or files)[0]]
    attachments = tuple(Attachment(url, titles[url]) for url in files)
    for url in pages:
        shaped = bool(article and article.search(url))
        dated = marked and (url == longest or len(titles[url]) >= SHORTEST_SECOND_TITLE)
        titled = is_report_title(titles[url])
        folder = not marked and not shaped and _is_year_folder(titles[url], url)
        if (shaped or dated or titled) and not folder:
            yield ListItem(url, titles[url], day, attachments if url == longest else ())
    if longest is None:
        for url in files:
            yield ListItem(url, titles[url], day)


def _of_versions(title: str, names: Mapping[str, str], day: date | None) -> ListItem:
    """The line of a title whose links are its versions: its page, or the first file, with the other files."""
    pages = [url for url in names if not is_document(url)]
    first = (pages or list(names))[0]
    others = (url for url in names if url != first)
    return ListItem(
        first, title, day, tuple(Attachment(url, names[url]) for url in others if is_document(url))
    )


def _title(link: html.HtmlElement) -> str:
    """The title of a link: its text, or its title attribute where the text is cut off or missing."""
    if link.tag != "a" and (title := report_title_in(link)):
        return title  # of a whole row that is clicked
    heading = next((heading for tag in _HEADINGS for heading in link.iter(tag)), link)
    shown = without_date(squeeze(heading.text_content())[:MAX_TITLE])
    attribute = squeeze(link.get("title") or link.get("mc") or "")[:MAX_TITLE]
    if not shown:
        picture = link.find(".//img")
        alternative = (picture if picture is not None else link).get("alt") or ""
        return attribute or squeeze(alternative)[:MAX_TITLE]
    if is_report_title(attribute) and not is_report_title(shown):
        return attribute  # the link is called 查看
    stem = _CUT_OFF.sub("", shown)
    if attribute and (stem != shown or attribute.startswith(shown)) and len(attribute) > len(stem):
        return attribute
    return shown
