"""Pages that a page speaks of: by rendered links, or by elements without an address, which a script opens.

What the latter say is told (`pagers.unreached`); only what holds an address is followed: a link, an option of
a list of pages, a pager that is written in base64 (云南, docs/domain/families.md#other-dialects).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote_to_bytes, urlsplit

from lxml import html

from crawler.platforms.lists.statements import stated_pages
from crawler.platforms.opened import has_script, looks_like_address, opened_by, openers
from crawler.platforms.page import MAX_LINKS, Page

NEXT = re.compile(r"[\[<\s]*(?:下一?[页頁]|后一?页|next(?:page)?)[\]>›»\s]*|[>›»]", re.IGNORECASE)
# Unlike > these are never an arrow of pictures that change places.
_NEXT_WORD = re.compile(r"[\[<\s]*(?:下一?[页頁]|后一?页)[\]>›»\s]*")
_MORE = re.compile(r"(?:点击)?加载(?:更多|下一页).{0,4}")
# An element that holds a pager, by the names that skins give it.
_PAGER_NAME = re.compile(
    r"(?<![a-z])(?:page|pages|pager|paging|pagination|fenye|page_div|pagelist)(?![a-z])", re.I
)
_CALENDAR = re.compile(r"calendar|rili|datepicker", re.IGNORECASE)
_NO_PAGES = re.compile(
    rf"{_CALENDAR.pattern}|slide|swiper|banner|focus|carousel|flash|lunbo|tab(?![a-z])", re.IGNORECASE
)
# How far above a link its pager can stand: <div class=page><ul><li><a>.
_PAGER_LEVELS = 4
_PAGE_NUMBER = re.compile(r"第?(\d{1,4})页?(?:[/／]\d{1,4}页?)?")
_PAGE_NAME = re.compile(r"p|pn|pg|pno|no|num|\w{0,12}page\w{0,12}|\w{0,4}current\w{0,12}", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,60000}={0,2}\s*")
_WRITTEN = re.compile(r"""["']([A-Za-z0-9+/]{40,60000}={0,2})["']""")


def name_of(element: html.HtmlElement) -> str:
    """What a link of a pager is called: its text, title or picture, without the blanks that skins put in."""
    pictures = (picture.get("alt") for picture in element.iter("img"))
    names = (element.text_content(), element.get("title"), element.get("value"), *pictures)
    return next((squeezed for name in names if (squeezed := "".join((name or "")[:40].split()))), "")


def in_pager(element: html.HtmlElement) -> bool:
    """Whether an element stands in one that is named like a pager."""
    return any(map(is_pager, islice(element.iterancestors(), _PAGER_LEVELS)))


def in_calendar(element: html.HtmlElement) -> bool:
    """Whether an element stands in a calendar, whose numbers are days."""
    around = islice(element.iterancestors(), _PAGER_LEVELS)
    return any(_CALENDAR.search(f"{one.get('class')} {one.get('id')}") for one in around)


def is_pager(element: html.HtmlElement) -> bool:
    """Whether an element is named like a pager."""
    return any(_PAGER_NAME.search(element.get(attribute) or "") for attribute in ("class", "id"))


def scripted_next(page: Page, number: int) -> bool:
    """Whether a script, and no address, opens page `number`: by a link with that number in a pager, by 下一页
    whose script names it or, where the page does not say that it is the last, calls anything; by 加载更多; or
    by an option of a list of pages."""
    in_script = re.compile(rf"(?<!\d){number}(?!\d)")
    is_last = (stated_pages(page.words) or number) < number
    for element in islice(openers(page.tree), MAX_LINKS):
        name = name_of(element)
        says_next = bool(NEXT.fullmatch(name)) if element.tag == "a" else bool(_NEXT_WORD.fullmatch(name))
        if not (says_next or name == str(number)) or _is_off(element):
            continue
        if opened_by(element, page.base_url):
            continue
        href, onclick = element.get("href") or "", element.get("onclick") or ""
        if says_next and in_script.search(f"{href} {onclick}"):
            return True
        if _NEXT_WORD.fullmatch(name) and has_script(element) and not is_last:
            return True
        is_clicked = bool(onclick or "javascript:" in href.lower())
        if name == str(number) and is_clicked and (in_pager(element) or _is_counted(element, number)):
            return True
    return option_of(page, number) is not None or (not is_last and _loads_more(page))


def _is_counted(element: html.HtmlElement, number: int) -> bool:
    """Whether an element stands in a row of numbers, each of which calls something: 1 2 3; no days of a
    calendar, no pictures that change places."""
    around = islice(element.iterancestors(), _PAGER_LEVELS)
    if any(_NO_PAGES.search(f"{one.get('class')} {one.get('id')}") for one in around):
        return False
    parent = element.getparent()
    own = element if parent is None or len(parent) > 1 else parent
    names = {
        one: name_of(beside)
        for one, beside in ((-1, own.getprevious()), (1, own.getnext()))
        if beside is not None
    }
    return has_script(element) and (names.get(-1) == str(number - 1) or names.get(1) == str(number + 1))


def option_of(page: Page, number: int) -> html.HtmlElement | None:
    """The option that opens page `number`, in a list of the numbers of pages; None where there is none."""
    for select in page.tree.iter("select"):
        options = list(islice(select.iter("option"), MAX_LINKS))
        pages = {
            int(found[1]): option
            for option in options
            if (found := _PAGE_NUMBER.fullmatch("".join(option.text_content().split())))
        }
        # Years, months and sizes of pages are numbers, too.
        counts = list(pages) == list(range(1, len(pages) + 1)) and len(pages) >= number
        if counts and (_turns_pages(select, options) or looks_like_address(_value(pages[number]))):
            return pages[number]
    return None


def next_option(page: Page, number: int) -> str | None:
    """The address of page `number` in a list of the numbers of pages, where that holds addresses."""
    option = option_of(page, number)
    value = "" if option is None else _value(option)
    return page.join(value) if looks_like_address(value) else None


def hidden_pager(page: Page) -> Page | None:
    """The pager that a page holds in base64 for its script to write, as a page of its own; None without."""
    for text in _encoded(page):
        try:
            written = unquote_to_bytes(base64.b64decode("".join(text.split()), validate=True))
        except (binascii.Error, ValueError):
            continue
        if b"<a" in written:
            return Page(
                page.base_url, 200, {}, b'<meta charset="utf-8"><div class="pager">' + written + b"</div>"
            )
    return None


def _encoded(page: Page) -> Iterator[str]:
    for element in page.tree.iter("div", "span", "ul", "p", "td", "nav", "input", "textarea"):
        if is_pager(element):
            text = element.text or element.get("value") or ""
            if _BASE64.fullmatch(text):
                yield text
    yield from _WRITTEN.findall(page.code)


def _turns_pages(select: html.HtmlElement, options: list[html.HtmlElement]) -> bool:
    """Whether a list of numbers is one of pages: named so, or beside the word 页."""
    script = f"{select.get('onchange') or ''} {select.get('name') or ''} {select.get('id') or ''}".lower()
    parent = select.getparent()
    beside = "" if parent is None else f"{parent.text or ''}{select.tail or ''}"
    in_words = "页" in beside or any("页" in option.text_content() for option in options[:3])
    return "page" in script or in_words or is_pager(select) or in_pager(select)


def _loads_more(page: Page) -> bool:
    """Whether a page has an element 加载更多 that leads to no address, and that is not hidden."""
    return any(
        len(element) == 0
        and bool(_MORE.fullmatch(name_of(element)))
        and not opened_by(element, page.base_url)
        and not any(_is_hidden(one) for one in (element, *element.iterancestors()))
        for element in page.tree.iter("a", "div", "span", "button", "p", "input")
    )


def _is_hidden(element: html.HtmlElement) -> bool:
    return "display:none" in "".join((element.get("style") or "").lower().split())


def _value(option: html.HtmlElement) -> str:
    return (option.get("value") or "").strip()


def _is_off(element: html.HtmlElement) -> bool:
    return "disabled" in (element.get("class") or "").lower() or element.get("disabled") is not None


def next_link(page: Page) -> str | None:
    """The address behind the rendered link to the next page, or None."""
    links = (link for link in openers(page.tree) if NEXT.fullmatch(name_of(link)))
    return next((url for link in links if (url := opened_by(link, page.base_url)) and url != page.url), None)


def numbered_link(page: Page, number: int) -> str | None:
    """The address behind the rendered link to page `number`, in an element named like a pager, or at the
    list's own address with that number in it; None without."""
    for link in openers(page.tree):
        if name_of(link) == str(number):
            url = opened_by(link, page.base_url)
            counts = bool(url) and not in_calendar(link) and _counts(page.url, url or "", number)
            if url and url != page.url and (in_pager(link) or counts):
                return url
    return None


def _counts(own: str, other: str, number: int) -> bool:
    """Whether an address is a list's own, but for the number of a page.

    >>> _counts("http://a.gov.cn/nb/", "http://a.gov.cn/nb/?p=2", 2)
    True
    >>> _counts("http://a.gov.cn/nb/list.html", "http://a.gov.cn/nb/list_1.html", 2)
    True
    >>> _counts("http://a.gov.cn/nb/list.html", "http://a.gov.cn/zt/2.html", 2)
    False
    """
    mine, its = urlsplit(own), urlsplit(other)
    if (mine.netloc, mine.path) == (its.netloc, its.path):
        written = dict(pair.partition("=")[::2] for pair in its.query.split("&"))
        before = dict(pair.partition("=")[::2] for pair in mine.query.split("&"))
        changed = {name: value for name, value in written.items() if before.get(name) != value}
        return any(value == str(number) and _PAGE_NAME.fullmatch(name) for name, value in changed.items())
    stem, dot, ending = mine.path.rpartition(".")
    stem = re.sub(r"[_-]\d{1,4}$", "", stem)
    return bool(dot) and its.path in {
        f"{stem}{mark}{name}.{ending}" for mark in "_-" for name in (number, number - 1)
    }
