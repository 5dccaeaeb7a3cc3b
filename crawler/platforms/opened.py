"""What opens on a click: a link by its address, any other element by what its script says.

Only an address that stands whole in the script is one: ``location.href='t1.html'``,
``window.open('t1.html')``. What a function puts together is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree, html

from crawler.platforms.page import join_url

_OPENS = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|(?<![\w$])open\s*\()\s*"""
    r"""(?:"([^"'\n]{1,1000})"|'([^"'\n]{1,1000})')\s*(?=[,;)}]|$)"""
)
# What a menu opens once a line of it is chosen: location.href = '/nb/?year=' + this.value
_CHOSEN = re.compile(
    r"""(?:location(?:\.href)?\s*=|(?<![\w$])open\s*\()\s*(?:(["'])(?P<before>[^"'\n]{0,500})\1\s*\+\s*)?"""
    r"""(?:this\.value|this\.options\[this\.selectedIndex\]\.value|\$\(this\)\.val\(\))\s*"""
    r"""(?:\+\s*(["'])(?P<after>[^"'\n]{0,200})\3\s*)?(?=[,;)}]|$)"""
)
# Attributes in which a page keeps for its script what an element opens.
_DATA = ("data-href", "data-url", "tagname")
_LONGEST = 2_000
_ADDRESS = re.compile(r"\S*(?:/|\.[sj]?html?\b|\.(?:jsp|php|aspx?|do)\b|\.(?:pdf|docx?)\b)\S*", re.IGNORECASE)
# By way of the attributes: to ask each element for them takes ten times as long.
_CLICKABLE = etree.XPath(
    "descendant-or-self::a | descendant-or-self::area | descendant-or-self::*/@onclick/.. "
    "| descendant-or-self::*/@data-href/.. | descendant-or-self::*/@data-url/.. "
    "| descendant-or-self::*/@tagname/.."
)
# What is clicked in place of a link, where no link stands inside; a form's controls open no report.
_IN_PLACE = frozenset(
    {*("li", "tr", "td", "dd", "dt", "dl", "div", "p", "span", "b", "i", "em", "strong", "label"),
     *("h1", "h2", "h3", "h4", "h5", "h6", "button", "input")}
)  # fmt: skip


def openers(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The links of a page, the areas of its pictures, and what is clicked in place of a link."""
    for element in cast(list[html.HtmlElement], _CLICKABLE(tree)):
        if element.tag in ("a", "area") or (element.tag in _IN_PLACE and element.find(".//a") is None):
            yield element


def opened_by(element: html.HtmlElement, base_url: str) -> str | None:
    """The http(s) address that a click on `element` leads to, None where none is said.

    >>> opened_by(html.fromstring('<li onclick="window.open(\\'t1.html\\')">x</li>'), "http://a.gov.cn/")
    'http://a.gov.cn/t1.html'
    >>> opened_by(html.fromstring('<li onclick="location.href=\\'x.jsp?id=\\' + id">x</li>'), "http://a.gov.cn/")
    """
    href = element.get("href") or ""
    if url := join_url(base_url, href):
        return url
    for script in (element.get("onclick") or "", href if href.lower().startswith("javascript:") else ""):
        if _OPENS.search(script):
            return opened_in(script, base_url)
    values = (element.get(name) or "" for name in _DATA)
    return next((join_url(base_url, value) for value in values if looks_like_address(value)), None)


def opened_in(script: str, base_url: str) -> str | None:
    """The first http(s) address that a script opens, None where it says none.

    >>> opened_in("if (top == self) location.replace('/zwgk/index.html');", "http://a.gov.cn/")
    'http://a.gov.cn/zwgk/index.html'
    """
    said = _OPENS.search(script)
    return join_url(base_url, said[1] or said[2]) if said else None


def chosen(select: html.HtmlElement, base_url: str) -> Iterator[tuple[html.HtmlElement, str]]:
    """The lines of a menu that lead to an http(s) address: their value itself, or what the menu's script puts
    around it.

    >>> menu = "<select onchange='location=\\"/nb/\\" + this.value'><option value=2023>2023年</select>"
    >>> [url for _, url in chosen(html.fromstring(menu), "http://a.gov.cn/")]
    ['http://a.gov.cn/nb/2023']
    """
    said = _CHOSEN.search(select.get("onchange") or "")
    before, after = ((said["before"] or ""), (said["after"] or "")) if said else ("", "")
    for option in select.iter("option"):
        value = (option.get("value") or "").strip()
        whole = before + value + after
        if value and (before or looks_like_address(whole)) and (url := join_url(base_url, whole)):
            yield option, url


def looks_like_address(value: str) -> bool:
    """Whether the value of an attribute is an address, and no number or name.

    >>> looks_like_address("index_1.html"), looks_like_address("2")
    (True, False)
    """
    return len(value) <= _LONGEST and bool(_ADDRESS.fullmatch(value))


def has_script(element: html.HtmlElement) -> bool:
    """Whether a click calls something: ``go(2)``, and no ``javascript:void(0)``.

    >>> has_script(html.fromstring('<a href="javascript:next()">x</a>'))
    True
    >>> has_script(html.fromstring('<a href="javascript:void(0);" onclick="return false">x</a>'))
    False
    """
    href = element.get("href") or ""
    in_href = href[len("javascript:") :] if href.lower().startswith("javascript:") else ""
    code = f"{in_href} {element.get('onclick') or ''}".replace("void(0)", "")
    return bool(re.search(r"[\w$]\s*\(|=", code))
