"""What a page says in words of its list: that it is empty, how many items and pages it has."""

from __future__ import annotations

import re

from lxml import html

_EMPTY = re.compile(
    r"暂无(?:相关)?(?:信息|内容|数据|记录|文章|年报)|没有(?:找到|查到|查询到)?(?:相关|符合)|无相关(?:信息|内容|数据)|"
    r"共 ?0 ?[条页]|栏目下?(?:没有|无)(?:信息|内容|文章)"
)
_PAGES = re.compile(r"共 ?(?:计 ?)?(\d{1,6}) ?页|(?<![\d/.])\d{1,5} ?/ ?(\d{1,5}) ?页")
_TOTAL = re.compile(r"共 ?(?:计 ?)?(?:有 ?)?(\d{1,7}) ?(?:条|篇|项)")


def says_empty(text: str) -> bool:
    """Whether a page says in words that its list is empty."""
    return bool(_EMPTY.search(text))


def has_empty_list(tree: html.HtmlElement) -> bool:
    """Whether there is an element for lines with nothing in it."""
    return any(
        len(element) == 0 and not (element.text or "").strip()
        for element in tree.iter("ul", "ol", "table", "tbody")
    )


def stated_pages(text: str) -> int | None:
    """The number of pages that the text of a page states: 共11页, 1/11页."""
    found = _PAGES.search(text)
    return int(found[1] or found[2]) if found else None


def stated_total(text: str) -> int | None:
    """The number of items that the text of a page states: 共52条."""
    found = _TOTAL.search(text)
    return int(found[1]) if found else None
