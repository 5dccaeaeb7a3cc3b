"""What lists of all families share: lines with a link and a date, and folders.

A link is a line of the list when a date is printed beside it, when its address has the family's shape of
an article, when it is a document file, or when its title alone says that it is an annual report. Menus,
pagers and footers have none of these. A year with an address of a list is a folder.

Dates are taken from the text beside the link, never from its address: folders and addresses of moved
reports lie about years (docs/domain/families.md#where-reports-are).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml import html

from crawler.platforms.base import Attachment, ListItem
from crawler.platforms.lists.titles import REPORTS_OF, is_report_title, year_only
from crawler.platforms.opened import chosen, opened_by, openers
from crawler.platforms.page import MAX_LINKS, LayoutChanged, site

# Title, category, icon of the attachment, 更多: a row with more links than this is a frame of the page.
MAX_LINKS_IN_ROW = 4
# What is longer is a summary that stands inside the link.
MAX_TITLE = 500
# A row with more text than this is no line of a list.
MAX_ROW = 2000
# How far above a link its row can stand: <li><div><p><span><a> and a level or two to spare.
ROW_LEVELS = 8
BLOCK_LEVELS = 4
# Beside a title in one row, a shorter link is a category, a 下载 or a 更多.
SHORTEST_SECOND_TITLE = 8

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})(?!\d)"
    r"(?: ?日)?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"
)
# A list that leaves out the year or the day still marks its lines with it: [01-25], 2024-01.
_PART_OF_DATE = re.compile(r"[\[(（]? ?(?:\d{2}[-/.]\d{2}|20\d\d[-/.年]\d{1,2}月?) ?[\])）]?")
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
# What a link is called that leads to one version of a title beside it: PDF版, 查看; a picture says nothing.
_VERSION = re.compile(
    r"[\[【(（]?(?:点击|在线|查看|浏览|阅读|下载|打开|详情|全文|正文|附件|文件|原文|网页|图片|扫描|版本|版|件|"
    r"html?|pdf|word|docx?|ofd|wps|\d|\s)*[\]】)）]?",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|rtf|zip|rar|7z)$", re.IGNORECASE)
_INDEX = re.compile(r"index\.[sj]?html?$")
# What a tab is called that shows the reports of others: no link, but clicked like one.
_TAB = re.compile(
    r"(?:各|县|区|市|旗|本级|直属|直|级|所属)*(?:政府|部门|单位|乡镇|镇乡|镇街|街镇|乡|镇|街道|苏木|园区)+"
    r"(?:(?:政府)?信息公开)?(?:年报|年度报告)?"
)
_LIST_ADDRESS = re.compile(r"(?:/|/(?:index|[a-z]*list)(?:_\d+)?\.[sj]?html?)$", re.IGNORECASE)


def read_date(text: str) -> date | None:
    """The first calendar date in `text`, also where it is split over lines; None where there is none.

    >>> read_date("[2024-1- 31]"), read_date("2024年2月30日")
    (datetime.date(2024, 1, 31), None)
    """
    for found in _DATE.finditer(squeeze(text)):
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            continue
    return None


def squeeze(text: str) -> str:
    """`text` with every run of white space made one blank."""
    return " ".join(text.split())


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
    for row, links in _rows(tree, base_url):
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
        if next(openers(row), None) is None and (title := _report_title_in(row)) and _date_beside(row)[1]:
            yield title


def _report_title_in(row: html.HtmlElement) -> str:
    """The shortest text in a row, links left out, that is the title of a report; "" where there is none."""
    if len(_row_text(row)) > MAX_ROW:
        return ""
    cells = (cell for cell in row.iter() if isinstance(cell.tag, str) and cell.find(".//a") is None)
    texts = (_without_date(squeeze(cell.text_content())) for cell in cells if cell.tag != "a")
    return min(filter(is_report_title, texts), key=len, default="")


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
    for link, url in (*_links(tree, base_url), *years):
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


def _links(tree: html.HtmlElement, base_url: str) -> list[tuple[html.HtmlElement, str]]:
    links = list(islice(openers(tree), MAX_LINKS + 1))
    if len(links) > MAX_LINKS:
        raise LayoutChanged("any family", base_url, f"a list of at most {MAX_LINKS} links", "more")
    return [(link, url) for link in links if (url := opened_by(link, base_url))]


_Row = tuple[html.HtmlElement, list[tuple[html.HtmlElement, str]]]


def _rows(tree: html.HtmlElement, base_url: str) -> list[_Row]:
    """The links of a page by the row that they stand in."""
    links = _links(tree, base_url)
    inside: Counter[html.HtmlElement] = Counter()
    for link, _ in links:
        inside.update(link.iterancestors())
    rows: dict[html.HtmlElement, _Row] = {}
    for link, url in links:
        row = _row(link, inside)
        if _VERSION.fullmatch(squeeze(link.text_content()[:MAX_TITLE])):
            row = _titled_block(row, inside)
        rows.setdefault(row, (row, []))[1].append((link, url))
    return list(rows.values())


def _row(link: html.HtmlElement, inside: Counter[html.HtmlElement]) -> html.HtmlElement:
    """The li, tr or dd of a link if it is that of few links and of one date, else the largest block that
    holds no other link."""
    for level, ancestor in enumerate(link.iterancestors()):
        if level >= ROW_LEVELS or inside[ancestor] > MAX_LINKS_IN_ROW:
            break
        if ancestor.tag in ("li", "tr", "dd"):
            text = _row_text(ancestor)
            if len(text) <= MAX_ROW and len({found.groups() for found in _DATE.finditer(text)}) <= 1:
                return ancestor
            break
    block = link
    for level, ancestor in enumerate(link.iterancestors()):
        if level >= BLOCK_LEVELS or inside[ancestor] > 1:
            break
        block = ancestor
    return block


def _titled_block(row: html.HtmlElement, inside: Counter[html.HtmlElement]) -> html.HtmlElement:
    """The block of few links around a row that has the title of a report outside its links; without one, the
    row itself."""
    for block in (row, *islice(row.iterancestors(), BLOCK_LEVELS)):
        if inside[block] > MAX_LINKS_IN_ROW or block.tag == "body":
            break
        if _report_title_in(block):
            return block
    return row


def _row_text(row: html.HtmlElement) -> str:
    """The text of a row; of what is too long for one, no more than shows that it is."""
    parts: list[str] = []
    length = 0
    for text in row.itertext():
        parts.append(text[: 2 * MAX_ROW])
        length += len(text)
        if length > 2 * MAX_ROW:
            break
    return squeeze("".join(parts))


def _row_items(
    row: html.HtmlElement, links: list[tuple[html.HtmlElement, str]], article: re.Pattern[str] | None
) -> Iterator[ListItem]:
    marked, day = _date_beside(row)
    titles: dict[str, str] = {}
    for link, url in links:
        title = _title(link)
        if len(title) >= len(titles.get(url, "")):
            titles[url] = title
    if all(map(_VERSION.fullmatch, titles.values())) and (title := _report_title_in(row)):
        yield _of_versions(title, titles, day)
        return
    titles = {url: title for url, title in titles.items() if title and not _NAVIGATION.fullmatch(title)}
    pages = [url for url in titles if not is_document(url)]
    files = [url for url in titles if is_document(url)]
    longest = max(pages, key=lambda url: len(titles[url]), default=None)
    if len(pages or files) == 1 and not any(map(is_report_title, titles.values())):
        # The title stands beside links that are called 查看 and 下载.
        titles[(pages or files)[0]] = _report_title_in(row) or titles[(pages or files)[0]]
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


def _date_beside(row: html.HtmlElement) -> tuple[bool, date | None]:
    """Whether a date, or part of one, marks the row as a line of a list; and the date."""
    if len(_row_text(row)) > MAX_ROW:
        return False, None
    texts = [squeeze(text) for text in row.itertext() if not text.isspace()]
    beside = row.getnext()
    if beside is not None and beside.find(".//a") is None and beside.tag != "a":
        sibling = _row_text(beside)
        if _DATE.fullmatch(sibling.strip("[]()（）")) or _PART_OF_DATE.fullmatch(sibling):
            texts.append(sibling)
    # The date of the line is the last one: a title may begin with the day it speaks of.
    whole = squeeze(" ".join(texts))
    days = [day for found in _DATE.finditer(whole) if (day := read_date(found[0]))]
    if days:
        return True, days[-1]
    return any(_PART_OF_DATE.fullmatch(text) for text in texts), None


def _title(link: html.HtmlElement) -> str:
    """The title of a link: its text, or its title attribute where the text is cut off or missing."""
    if link.tag != "a" and (title := _report_title_in(link)):
        return title  # of a whole row that is clicked
    heading = next((heading for tag in _HEADINGS for heading in link.iter(tag)), link)
    shown = _without_date(squeeze(heading.text_content())[:MAX_TITLE])
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


def _without_date(text: str) -> str:
    """A link's text without the date that some skins put inside the link, before or after the title."""
    for found in _DATE.finditer(text):
        before, after = text[: found.start()].rstrip(" [(（"), text[found.end() :].lstrip(" ])）")
        if not before or not after:
            return (before + after).strip() or text
    return text
