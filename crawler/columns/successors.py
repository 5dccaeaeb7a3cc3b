"""The page after one that is not there: by the numbers that its address counts pages with.

A list whose second page is missing may well have a third. Where the page before links to it by its number,
that is its address; else the number in the missing page's own address is counted on, as long as the list
states that there are more pages.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.platforms.base import Fetch, next_page
from crawler.platforms.lists.pager_signs import numbered_link
from crawler.platforms.page import Page

# What a query, a form or a JSON body calls the number of the page, or of the first and the last line.
_COUNTER = re.compile(
    r"""(?P<name>\b(?:page(?:num(?:ber)?|no|index|_?id)?|curr?_?page|current(?:page)?|p|pn|index)["']?"""
    r"""|%22page(?:No|Index|Num)%22)(?P<mark>\s*[=:]\s*|%3A)(?P<number>\d{1,5})(?!\d)""",
    re.IGNORECASE,
)
_WINDOW = re.compile(r"\b(?P<name>startrecord|endrecord)=(?P<number>\d{1,7})(?!\d)")
_IN_PATH = re.compile(
    r"(?P<before>(?:[_-]|/|/page_))(?P<number>\d{1,5})(?P<after>\.[a-z]{3,6})$", re.IGNORECASE
)


def page_after(missing: Fetch, last: Page | None, stated_pages: int | None) -> Fetch | None:
    """The request for the page after `missing`; `last` is the last page of the list that was there. None
    where nothing says that there is one, or how it is called."""
    number = missing.page_number + 1
    if last is not None and (url := numbered_link(last, number)):
        return next_page(missing, url)
    if stated_pages is None or number > stated_pages:
        return None
    return counted_on(missing, stated_pages)


def counted_on(missing: Fetch, pages: int) -> Fetch | None:
    """`missing`, a page of a list of so many pages, with the number of the page after it.

    >>> for url in ("/nb/index_1.html", "/nb/xlist_2.shtml", "/nb/9.htm", "/x.jsp?page=2&unitid=7", "/nb/"):
    ...     after = counted_on(Fetch(f"http://a.gov.cn{url}", page_number=2), 10)
    ...     print(after and after.url)
    http://a.gov.cn/nb/index_2.html
    http://a.gov.cn/nb/xlist_3.shtml
    http://a.gov.cn/nb/8.htm
    http://a.gov.cn/x.jsp?page=3&unitid=7
    None
    >>> counted_on(Fetch("http://a.gov.cn/d.jsp?startrecord=21&endrecord=40", page_number=2), 9).url
    'http://a.gov.cn/d.jsp?startrecord=41&endrecord=60'
    """
    number = missing.page_number
    # Counted from 1, from 0, or backwards from the last page (VSB).
    steps = {number: 1, number - 1: 1, pages - number + 1: -1}
    window = {found["name"]: int(found["number"]) for found in _WINDOW.finditer(missing.url)}
    if len(window) == 2:
        size = window["endrecord"] - window["startrecord"] + 1
        url = _WINDOW.sub(lambda one: f"{one['name']}={int(one['number']) + size}", missing.url)
        return next_page(missing, url)
    for pattern in (_COUNTER, _IN_PATH):
        found = pattern.search(missing.url)
        if found and int(found["number"]) in steps:
            to = int(found["number"]) + steps[int(found["number"])]
            url = missing.url[: found.start("number")] + str(to) + missing.url[found.end("number") :]
            return next_page(missing, url) if to > 0 else None
    body = missing.body.decode("utf-8", "replace")
    found = _COUNTER.search(body)
    if found and int(found["number"]) in (number, number - 1):
        counted = body[: found.start("number")] + str(int(found["number"]) + 1) + body[found.end("number") :]
        return replace(next_page(missing, missing.url), body=counted.encode())
    return None
