"""Articles in several parts: the addresses at which an article goes on.

TRS writes the call of its pager on article pages, too: createPageHTML(3, 0, "t20240130_123", "html"), with
the second part at t20240130_123_1.html. Others render links with the numbers of the parts, to names that are
the article's own with a number.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.platforms.lists.pager_signs import NEXT, name_of
from crawler.platforms.lists.pagers import called_pager
from crawler.platforms.opened import opened_by, openers
from crawler.platforms.page import Page, join_url

# Longer ones were not seen; what states more is no article.
MOST_PARTS = 50
_FILE = re.compile(r"(?P<stem>[\w-]+?)(?:_(?P<number>\d{1,2}))?\.(?P<ending>[sj]?html?)")


def parts_after(page: Page) -> tuple[str, ...]:
    """The addresses of the parts after the first, in order; none where the page is no first part.

    >>> call = '<script>createPageHTML(3, 0, "t20240130_123", "html")</script>'
    >>> parts_after(Page("http://a.gov.cn/nb/t20240130_123.html", 200, {}, call.encode()))
    ('http://a.gov.cn/nb/t20240130_123_1.html', 'http://a.gov.cn/nb/t20240130_123_2.html')
    """
    name = urlsplit(page.url).path.rpartition("/")[2]
    own = _FILE.fullmatch(name)
    if own is None:
        return ()
    pager = called_pager(page)
    if pager and pager.name == name.rpartition(".")[0]:
        numbers = range(2, min(pager.pages, MOST_PARTS) + 1)
        urls = (join_url(page.url, pager.address(number)) for number in numbers)
        return tuple(url for url in urls if url)
    return _rendered(page, name.rpartition(".")[0])


def _rendered(page: Page, stem: str) -> tuple[str, ...]:
    """Links with a number, or 下一页, to the article's own name with a number behind it."""
    if f"{stem}_" not in page.text and f"{stem}-" not in page.text:
        return ()  # as on nearly all pages: nothing to look for
    part = re.compile(rf"{re.escape(stem)}[_-](\d{{1,2}})\.[sj]?html?")
    directory = page.url.rpartition("/")[0]
    found: dict[int, str] = {}
    for link in openers(page.tree):
        name = name_of(link)
        if not (name.isdecimal() or NEXT.fullmatch(name)):
            continue
        url = opened_by(link, page.base_url) or ""
        parts = part.fullmatch(url.rpartition("/")[2])
        if parts and url.rpartition("/")[0] == directory:
            found[int(parts[1])] = url
    return tuple(found[number] for number in sorted(found))[:MOST_PARTS]
