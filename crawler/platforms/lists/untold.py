"""Titles of reports that a page shows or holds, and that no line of it leads to: told, that a person looks.

They stand beside a button, in a block that a script opens, in a data island, or in the scripts themselves.
Titles of the page's own lines are left out, cut off or whole, as a page may hold its list twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import html

from crawler.platforms.base import ListItem
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.lists.titles import is_report_title
from crawler.platforms.opened import opened_by, openers
from crawler.platforms.page import MAX_LINKS, Page
from crawler.platforms.payload import readable, strings

_CUT_OFF = re.compile(r"(?:…|\.{2,})$")
# The longest title that is looked for outside links; a sentence has marks that a title has not.
_LONGEST = 80
_SENTENCE = re.compile(r"[。，；！？、：]")
_YEAR = re.compile(r"20[0-3]\d|２０")
# Texts between the marks of HTML, JSON and JavaScript.
_PIECE = re.compile(rf"[^<>\"'`=|{{}}\[\]\n\r\t]{{8,{_LONGEST}}}")
_NOT_SHOWN = frozenset(
    {"title", "script", "style", "option", "textarea", "template", "noscript", "a", "area", "h1"}
)
# A row of one of these stands for itself; any other block may be the heading of what comes after it.
_ROWS = frozenset({"li", "tr", "dd"})
_CRUMBS = re.compile(r"(?<![a-z])(?:crumb|position|location|dqwz|weizhi|wz|path)", re.IGNORECASE)


def untold_titles(page: Page, items: Iterable[ListItem]) -> tuple[str, ...]:
    """Titles of reports, none of `items`, that no address leads to."""
    known = [squeeze(item.title) for item in items]
    whole = frozenset(map(_bare, known))
    beginnings = tuple(_bare(_CUT_OFF.sub("", title)) for title in known if _CUT_OFF.search(title))
    own = _bare(" ".join(element.text_content() for element in page.tree.iter("title", "h1")))
    titles = dict.fromkeys((*_beside_buttons(page), *_in_blocks(page), *_in_scripts(page)))
    return tuple(
        title
        for title in titles
        if (bare := _bare(title)) not in whole and not bare.startswith(beginnings) and bare not in own
    )


def _beside_buttons(page: Page) -> Iterator[str]:
    for button in islice(page.tree.iter("button", "input"), MAX_LINKS):
        row = button.getparent()
        if row is None or opened_by(button, page.base_url) or row.find(".//a") is not None:
            continue
        texts = (squeeze(text)[:500] for text in row.itertext())
        yield from filter(is_report_title, texts)


def _in_blocks(page: Page) -> Iterator[str]:
    """Titles in blocks that hold no link, and that are no heading of links."""
    led: set[html.HtmlElement] = set()
    opening = set(openers(page.tree))
    for opener in opening:
        led.add(opener)
        led.update(opener.iterancestors())
    for element in page.tree.iter():
        if not isinstance(element.tag, str) or element.tag in _NOT_SHOWN or element in led:
            continue
        title = squeeze((element.text or "")[: 2 * _LONGEST])
        if not _can_be_title(title) or any(one in opening for one in element.iterancestors()):
            continue
        if any(
            _CRUMBS.search(f"{one.get('class')} {one.get('id')}")
            for one in islice(element.iterancestors(), 3)
        ):
            continue
        row = element
        while (parent := row.getparent()) is not None and parent not in led and parent.tag != "body":
            row = parent
        after = row.getnext()
        if row.tag in _ROWS or after is None or after not in led:
            yield title


def _in_scripts(page: Page) -> Iterator[str]:
    """Titles in the scripts of a page that it does not show."""
    if not _YEAR.search(page.code):
        return
    shown = _bare(page.words)
    for text in (readable(page.code), *strings(page.code)):
        for piece in _PIECE.findall(text):
            if _can_be_title(title := squeeze(piece)) and _bare(title) not in shown:
                yield title


def _can_be_title(text: str) -> bool:
    return bool(
        8 <= len(text) <= _LONGEST
        and _YEAR.search(text)
        and not _SENTENCE.search(text)
        and is_report_title(text)
    )


def _bare(title: str) -> str:
    return "".join(title.split())
