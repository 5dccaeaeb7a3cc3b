"""The menus of a portal: what an entry leads to by its words (data/registry/menu_words.csv), and where to.

Entries are links, pictures of words, options of a list (agencies often stand in one), elements that open by a
click, and the entries that a script writes: ``{name: "政府信息公开年报", url: "/nb/"}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Literal, cast, get_args

from lxml import html

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.opened import looks_like_address, opened_by, openers
from crawler.platforms.page import MAX_LINKS, Page
from crawler.platforms.payload import properties

Role = Literal["annual_report", "platform", "directory", "agency", "standard_column", "hint"]
# Roles of the table: an entry that is `ignored` leads elsewhere.
_ROLES = (*get_args(Role), "ignored")

#: Role, address and text of a link.
MenuLink = tuple[Role, str, str]

# Menu entries are short; what is longer is the title of an article.
_LONGEST_WORD = 30
# How many items stand behind an entry: 教育局(12), 年报（3条）.
_COUNT = re.compile(r"[（(\[]\d{1,5}[条件篇]?[）)\]]$")
_YEAR = re.compile(r"20\d\d|20[０-９]{2}|二[〇○零]")
_ENTRY = re.compile(r"\{([^{}]{0,600})\}")
_NAMES = ("name", "title", "text", "label", "columnName", "channelName", "displayName")
_ADDRESSES = ("url", "href", "link", "linkUrl", "jump_url", "iframeurl")


def menu_links(page: Page) -> Iterator[MenuLink]:
    """The links of a page whose text is a menu word: role, address, text."""
    for text, address in _entries(page):
        if address and text and (role := role_of(text)):
            yield role, address, text


def dead_entries(page: Page) -> tuple[str, ...]:
    """The entries of a page's menu that are called annual reports and lead to no address, as where a script
    opens them."""
    led = {text for text, address in _entries(page) if address}
    dead = dict.fromkeys(text for text, address in _entries(page) if not address)
    return tuple(text for text in dead if text not in led and role_of(text) == "annual_report")


def role_of(text: str) -> Role | None:
    """What a menu entry leads to, by data/registry/menu_words.csv; the first row that fits decides. A `hint`
    speaks of reports or agencies in words that no other row knows.

    >>> role_of("政府信息公开 年报"), role_of("教育局"), role_of("2023年政府信息公开工作年度报告")
    ('annual_report', 'agency', None)
    """
    word = _COUNT.sub("", "".join(text.split()).strip("·•>»：:|-—▪■◆►▶"))
    # An entry with a year is a report or a folder of a column, and no way to one.
    if not word or len(word) > _LONGEST_WORD or _YEAR.search(word):
        return None
    role = next((role for role, pattern in menu_words() if pattern.fullmatch(word)), None)
    return None if role == "ignored" else cast(Role, role)


@cache
def menu_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rows of menu_words.csv. Raises TableError, which names faulty rows by their line."""
    words: list[tuple[str, re.Pattern[str]]] = []
    complain = Complaints()
    for row in read(REGISTRY / "menu_words.csv", ("role", "pattern", "note"), exact=True):
        if row["role"] not in _ROLES:
            complain(row, f"role should be one of {', '.join(_ROLES)}")
            continue
        try:
            words.append((row["role"], re.compile(row["pattern"])))
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
    complain.check()
    return tuple(words)


def _entries(page: Page) -> Iterator[tuple[str, str | None]]:
    """Text and address of everything that can be an entry of a menu."""
    for link in islice(openers(page.tree), MAX_LINKS):
        yield _text(link), opened_by(link, page.base_url)
    for option in islice(page.tree.iter("option"), MAX_LINKS):
        value = (option.get("value") or "").strip()
        if looks_like_address(value):
            yield squeeze(option.text_content()), page.join(value)
    for entry in islice(_ENTRY.finditer(page.code), MAX_LINKS):
        said = properties(entry[1])
        name = next((said[name] for name in _NAMES if said.get(name)), "")
        address = next((said[name] for name in _ADDRESSES if said.get(name)), "")
        if name and looks_like_address(address):
            yield name, page.join(address)


def _text(link: html.HtmlElement) -> str:
    pictures = (picture.get("alt") or picture.get("title") for picture in link.iter("img"))
    texts = (link.text_content()[: 10 * _LONGEST_WORD], link.get("title"), *pictures)
    return next((said for text in texts if (said := squeeze(text or "")[: _LONGEST_WORD + 1])), "")
