"""Articles in a container that no row of containers.csv names: whether there is one at all."""

from __future__ import annotations

from crawler.platforms.base import Page

# The remark on an article whose container no row names.
UNKNOWN_CONTAINER = "unknown_container"
# The shell that a script fills says less than this beside its title.
_SHORTEST_BODY = 10


def says_something(page: Page, title: str) -> bool:
    """Whether a page under the title of a report says anything beside the title and its links: by what
    trafilatura takes for the text of an article, or shows pictures that are no icons."""
    # Slow to import, and seldom needed.
    from trafilatura import extract

    text = extract(page.text, include_comments=False, include_tables=True, favor_precision=True) or ""
    words = "".join((text or _unlinked(page)).replace(title, "").split())
    return len(words) >= _SHORTEST_BODY


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
