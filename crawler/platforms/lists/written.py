"""Lines of a list that a page holds for its script to show: objects with a title and an address in a script,
and fragments of HTML in a textarea, a template, or a text that a script writes.

Nothing is known of whose script it is, so that only what speaks for itself is a line: the title is that of a
report, the address is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lxml import etree, html

from crawler.platforms.base import ListItem
from crawler.platforms.lists.listing import items_in
from crawler.platforms.lists.rows_of_links import read_date
from crawler.platforms.lists.titles import is_report_title
from crawler.platforms.opened import looks_like_address
from crawler.platforms.page import LayoutChanged, Page, parse_html
from crawler.platforms.payload import GAP, properties, readable, strings

# An object without inner ones; a report's line with all that a system says of it is shorter.
_OBJECT = re.compile(r"\{([^{}]{1,4000})\}")
_TEMPLATE_TYPES = ("text/html", "text/template", "text/x-template", "text/plain")
_MARKUP = re.compile(r"<(?:a|iframe)\s", re.IGNORECASE)
# What a script fills in: ${url}, or the place of what it joins.
_UNFILLED = re.compile(rf"\$\{{|{GAP}")


def written_items(page: Page) -> tuple[ListItem, ...]:
    """The reports that the scripts and templates of a page hold, one an address.

    >>> code = "<script>var docs=[{title:'某县2023年政府信息公开年报', url:'/nb/1.html'}]</script>"
    >>> [item.url for item in written_items(Page("http://a.gov.cn/nb/", 200, {}, code.encode()))]
    ['http://a.gov.cn/nb/1.html']
    """
    objects = (properties(found[1]) for found in _OBJECT.finditer(readable(page.code)))
    found = [*lines_of(page, objects), *_of_templates(page)]
    return tuple({item.url: item for item in reversed(found)}.values())[::-1]


def unlike(items: Iterable[ListItem], known: Iterable[ListItem]) -> Iterator[ListItem]:
    """Those of `items` whose address none of the `known` has."""
    taken = {item.url for item in known}
    return (item for item in items if item.url not in taken)


def lines_of(
    page: Page, objects: Iterable[Mapping[str, Any]], is_title: Callable[[str], bool] = is_report_title
) -> Iterator[ListItem]:
    """The reports among objects: those with a value that is a report's title, and one that is an address."""
    for one in objects:
        values = [value.replace("\\/", "/") for value in one.values() if isinstance(value, str)]
        title = next(filter(is_title, values), "")
        addresses = (page.join(value) for value in values if value != title and looks_like_address(value))
        url = next(filter(None, addresses), None)
        if title and url:
            yield ListItem(url, title, next((day for value in values if (day := read_date(value))), None))


def _of_templates(page: Page) -> Iterator[ListItem]:
    for text in (*_templates(page.tree), written_markup(page)):
        if _MARKUP.search(text):
            try:
                items = items_in(parse_html(text, page.url), page.base_url)
            except LayoutChanged:
                continue
            yield from (item for item in items if is_report_title(item.title))


def written_markup(page: Page) -> str:
    """The HTML that the scripts of a page write, as far as it stands there whole.

    >>> code = "<script>document.write('<a href=/1.html>x</a>'); add('<a href=' + url + '>')</script>"
    >>> written_markup(Page("http://a.gov.cn/", 200, {}, code.encode()))
    '<a href=/1.html>x</a>'
    """
    texts = (text for text in strings(page.code) if _MARKUP.search(text))
    return "".join(text for text in texts if not _UNFILLED.search(text))


def _templates(tree: html.HtmlElement) -> Iterator[str]:
    for element in tree.iter("textarea", "template", "script"):
        if element.tag != "script":
            inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
            yield (element.text or "") + inner
        elif (element.get("type") or "").lower() in _TEMPLATE_TYPES:
            yield element.text or ""
