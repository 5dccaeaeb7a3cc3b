"""The rows of a page in which its links stand, and the dates beside them.

Dates are taken from the text beside the link, never from its address: folders and addresses of moved
reports lie about years (docs/domain/families.md#where-reports-are).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import islice

from lxml import html

from crawler.platforms.lists.titles import is_report_title
from crawler.platforms.opened import opened_by, openers
from crawler.platforms.page import MAX_LINKS, LayoutChanged

# Title, category, icon of the attachment, 更多: a row with more links than this is a frame of the page.
MAX_LINKS_IN_ROW = 4
# What is longer is a summary that stands inside the link.
MAX_TITLE = 500
# A row with more text than this is no line of a list.
MAX_ROW = 2000
# How far above a link its row can stand: <li><div><p><span><a> and a level or two to spare.
ROW_LEVELS = 8
BLOCK_LEVELS = 4

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})(?!\d)"
    r"(?: ?日)?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"
)
# A list that leaves out the year or the day still marks its lines with it: [01-25], 2024-01.
_PART_OF_DATE = re.compile(r"[\[(（]? ?(?:\d{2}[-/.]\d{2}|20\d\d[-/.年]\d{1,2}月?) ?[\])）]?")
# What a link is called that leads to one version of a title beside it: PDF版, 查看; a picture says nothing.
VERSION = re.compile(
    r"[\[【(（]?(?:点击|在线|查看|浏览|阅读|下载|打开|详情|全文|正文|附件|文件|原文|网页|图片|扫描|版本|版|件|"
    r"html?|pdf|word|docx?|ofd|wps|\d|\s)*[\]】)）]?",
    re.IGNORECASE,
)


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


def report_title_in(row: html.HtmlElement) -> str:
    """The shortest text in a row, links left out, that is the title of a report; "" where there is none."""
    if len(row_text(row)) > MAX_ROW:
        return ""
    cells = (cell for cell in row.iter() if isinstance(cell.tag, str) and cell.find(".//a") is None)
    texts = (without_date(squeeze(cell.text_content())) for cell in cells if cell.tag != "a")
    return min(filter(is_report_title, texts), key=len, default="")


def links_in(tree: html.HtmlElement, base_url: str) -> list[tuple[html.HtmlElement, str]]:
    """The links in `tree` with the addresses that they open. Raises LayoutChanged where they are more than
    any list has."""
    links = list(islice(openers(tree), MAX_LINKS + 1))
    if len(links) > MAX_LINKS:
        raise LayoutChanged("any family", base_url, f"a list of at most {MAX_LINKS} links", "more")
    return [(link, url) for link in links if (url := opened_by(link, base_url))]


_Row = tuple[html.HtmlElement, list[tuple[html.HtmlElement, str]]]


def rows_in(tree: html.HtmlElement, base_url: str) -> list[_Row]:
    """The links of a page by the row that they stand in."""
    links = links_in(tree, base_url)
    inside: Counter[html.HtmlElement] = Counter()
    for link, _ in links:
        inside.update(link.iterancestors())
    rows: dict[html.HtmlElement, _Row] = {}
    for link, url in links:
        row = _row(link, inside)
        if VERSION.fullmatch(squeeze(link.text_content()[:MAX_TITLE])):
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
            text = row_text(ancestor)
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
        if report_title_in(block):
            return block
    return row


def row_text(row: html.HtmlElement) -> str:
    """The text of a row; of what is too long for one, no more than shows that it is."""
    parts: list[str] = []
    length = 0
    for text in row.itertext():
        parts.append(text[: 2 * MAX_ROW])
        length += len(text)
        if length > 2 * MAX_ROW:
            break
    return squeeze("".join(parts))


def date_beside(row: html.HtmlElement) -> tuple[bool, date | None]:
    """Whether a date, or part of one, marks the row as a line of a list; and the date."""
    if len(row_text(row)) > MAX_ROW:
        return False, None
    texts = [squeeze(text) for text in row.itertext() if not text.isspace()]
    beside = row.getnext()
    if beside is not None and beside.find(".//a") is None and beside.tag != "a":
        sibling = row_text(beside)
        if _DATE.fullmatch(sibling.strip("[]()（）")) or _PART_OF_DATE.fullmatch(sibling):
            texts.append(sibling)
    # The date of the line is the last one: a title may begin with the day it speaks of.
    whole = squeeze(" ".join(texts))
    days = [day for found in _DATE.finditer(whole) if (day := read_date(found[0]))]
    if days:
        return True, days[-1]
    return any(_PART_OF_DATE.fullmatch(text) for text in texts), None


def without_date(text: str) -> str:
    """A link's text without the date that some skins put inside the link, before or after the title."""
    for found in _DATE.finditer(text):
        before, after = text[: found.start()].rstrip(" [(（"), text[found.end() :].lstrip(" ])）")
        if not before or not after:
            return (before + after).strip() or text
    return text
