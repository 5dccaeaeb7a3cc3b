"""What a page calls itself and where it stands: title, tags, breadcrumb (当前位置：首页 > 年报)."""

from __future__ import annotations

import re
from itertools import islice

from lxml import html

from crawler.columns.menus import role_of
from crawler.platforms.articles.article import national_tags
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.lists.titles import is_report_title
from crawler.platforms.opened import opened_by, openers
from crawler.platforms.page import Page

Crumb = tuple[str, str]

_HERE = re.compile(r"(?:当前|所在|您现在的?|您的?|你的?|现在)(?:所在)?(?:位置|的位置)\s*(?:是|在)?\s*[:：]?")
_PARTS = re.compile(r"\s*(?:[>＞»›→]|&gt;|——)+\s*")
_TITLE_PARTS = re.compile(r"\s*[-_|—–－＿]+\s*")
_COLUMN_TYPE = re.compile(r"年报|年度报告")
# What is longer is no breadcrumb, but a page that speaks of one.
_LONGEST = 300
_BLOCKS = ("div", "p", "td", "span", "ul", "ol", "nav", "section", "li", "h2", "h3")


def crumbs(page: Page) -> tuple[Crumb, ...]:
    """The entries of the page's breadcrumb with their addresses ("" for one without), the outermost first."""
    block = _breadcrumb(page.tree)
    if block is None:
        return ()
    links = {squeeze(link.text_content()): opened_by(link, page.base_url) or "" for link in openers(block)}
    words = _PARTS.split(_HERE.sub("", squeeze(block.text_content()), count=1))
    return tuple((word, links.get(word, "")) for word in words if word)


def calls_itself_annual_reports(page: Page) -> tuple[str, ...]:
    """Why a page says of itself that it is a column of annual reports: by its tags, its title, the end of its
    breadcrumb. Empty where it does not, and for an article, whose column says so."""
    tags = national_tags(page)
    title = page.tree.find(".//title")
    name = _TITLE_PARTS.split(squeeze(title.text_content()))[0] if title is not None else ""
    if "ArticleTitle" in tags or is_report_title(name):
        return ()
    names = ("ColumnName", "ColumnType")
    said = [f"{one}: {tags[one]}" for one in names if _COLUMN_TYPE.search(tags.get(one, ""))]
    if role_of(name) == "annual_report":
        said.append(f"title: {name}")
    trail = crumbs(page)
    if trail and role_of(trail[-1][0]) == "annual_report":
        said.append(f"breadcrumb: {' > '.join(word for word, _ in trail)}")
    return tuple(said)


def owner_in(page: Page) -> str:
    """The agency that the page's breadcrumb names last, "" where it names none."""
    return next((word for word, _ in reversed(crumbs(page)) if role_of(word) == "agency"), "")


def _breadcrumb(tree: html.HtmlElement) -> html.HtmlElement | None:
    """The smallest block that says 当前位置 and holds what follows it."""
    for element in islice(tree.iter(*_BLOCKS), 5000):
        own = squeeze((element.text or "") + "".join(child.tail or "" for child in element))
        if not _HERE.search(own) and not any(
            _HERE.fullmatch(squeeze(child.text_content())) for child in element[:2]
        ):
            continue
        text = squeeze(element.text_content())
        if len(text) <= _LONGEST and len(_PARTS.split(text)) > 1:
            return element
    return None
