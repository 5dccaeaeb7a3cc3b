"""Articles in a container that no row of containers.csv names: whether there is one at all."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import html

from crawler.platforms.articles.files import is_icon
from crawler.platforms.page import Page

# The remark on an article whose container no row names.
UNKNOWN_CONTAINER = "unknown_container"
# The shell that a script fills says less than this beside its title.
_SHORTEST_BODY = 10


def says_something(page: Page, title: str) -> bool:
    """Whether a page under the title of a report says anything beside the title and its links: by what
    trafilatura takes for the text of an article, or shows pictures that are no icons."""
    if _scans(page):
        return True
    # Slow to import, and seldom needed.
    from trafilatura import extract

    text = extract(page.text, include_comments=False, include_tables=True, favor_precision=True) or ""
    words = "".join((text or _unlinked(page)).replace(title, "").split())
    return len(words) >= _SHORTEST_BODY


def _scans(page: Page) -> bool:
    """Whether pictures that are no icons stand in paragraphs, and lead nowhere: scanned pages."""
    found: Iterable[html.HtmlElement] = page.tree.iter("img")
    paragraphs = (picture.getparent() for picture in found if not is_icon(picture))
    return any(one is not None and one.tag in ("p", "center") for one in paragraphs)


def _unlinked(page: Page) -> str:
    """The text of a page but for its title and its links; trafilatura makes nothing of very short ones."""
    passed_over = ("a", "script", "style", "title", "option")
    texts = (
        text
        for element in page.tree.iter()
        if isinstance(element.tag, str)
        for text in ((element.text if element.tag not in passed_over else ""), element.tail)
    )
    return " ".join(text for text in texts if text)
