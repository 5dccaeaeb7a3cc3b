r"""Pages whose body a script writes: HTML with tables that stands where a browser shows none.

Seen on every article of gkmlpt, the platform of a whole province, as a JSON string in a script: ``DETAIL:
{"content": "<p>…<\/table>"}``. Others keep it in a string of JavaScript, a ``template``, a hidden
``textarea`` or field, an ``iframe``'s ``srcdoc``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import cast

from lxml import etree

from extract.document import Note
from extract.readers.html.stream import without_marks

#: A table of the form has at least so many cells: a page that shows one needs nothing from its scripts'
#: strings, which hold pieces of menus and calendars too.
FEWEST_CELLS = 20

# A property whose value is a string: "content": "…", content: "…".
_PROPERTY = re.compile(r"""(?<![\w$])([\w$]{1,60})["']?\s*:\s*(?=")""")
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_IN_CODE = re.compile(r"(?:<|\\u003c|\\x3c|&lt;)table\b", re.IGNORECASE)
_STRING = json.JSONDecoder(strict=False)
# A string of JavaScript in any quotes, to its end or that of its line.
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*+)\"?|'((?:[^'\\\n]|\\.)*+)'?|`((?:[^`\\]|\\.)*+)`?", re.DOTALL)
_JOINED = re.compile(r"([\"'])\s*\+\s*\1")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "r": "", "\n": ""}
_HTML_TYPE = re.compile(r"html|template|plain", re.IGNORECASE)
_MAY_CARRY = (b"&lt;table", b"&lt;TABLE", b"<template", b"<textarea", b"srcdoc", b"<TEXTAREA")
_CARRIED = etree.XPath(
    "//template[.//table] | //*[not(self::script or self::style)][contains(text(), '<table') or "
    "contains(text(), '<TABLE')] | //@*[contains(., '<table') or contains(., '<TABLE')]/.."
)
_SHOWN = etree.XPath("//text()[not(ancestor::script or ancestor::style or ancestor::template)]")


def show_scripted(root: etree._Element, data: bytes) -> Iterator[Note]:
    """Put the HTML with tables that scripts hold or fetch from elsewhere in the page where it stands, with a
    note for each. `data` is the page's source.

    Tables that the page shows already, as where a server has filled it in, are not put in again.
    """
    scripts = [one for one in root.iter("script") if one.text and _TABLE_IN_CODE.search(one.text)]
    shown = _squeezed(cast(list[str], _SHOWN(root))) if scripts else ""
    without_properties: list[etree._Element] = []
    for script in scripts:
        pieces = list(_pieces(script.text or ""))
        for name, content in pieces:
            if note := _put_in(script, content, f"the script's property {name}", shown):
                yield note
        if not pieces:
            without_properties.append(script)
    carrying = any(word in data for word in _MAY_CARRY)
    if without_properties and not _shows_a_form(root):
        for script in without_properties:
            for content in _strings(script):
                if note := _put_in(script, content, "a string of a script"):
                    yield note
    if carrying and not _shows_a_form(root):
        for element in cast(list[etree._Element], _CARRIED(root)):
            for content in _carried(element):
                if note := _put_in(element, content, f"what a script shows of <{element.tag}>"):
                    yield note


def _put_in(place: etree._Element, content: str, where: str, shown: str = "") -> Note | None:
    """Put HTML behind the element that holds it, unless all its tables are among what is shown."""
    body = _parsed(content)
    if body is None:
        return None
    tables = list(body.iter("table"))
    if not tables or all(_squeezed(cast(Iterable[str], table.itertext())) in shown for table in tables):
        return None
    place.addnext(body)
    return Note("written_by_script", f"{len(tables)} tables in {where}")


def _shows_a_form(root: etree._Element) -> bool:
    """Whether the page shows a table as large as those of the form."""
    return any(
        sum(1 for _ in table.iter("td", "th")) >= FEWEST_CELLS
        for table in root.iter("table")
        if next(table.iterancestors("template"), None) is None
    )


def _pieces(code: str) -> Iterator[tuple[str, str]]:
    r"""The properties of a script whose values are HTML with a table.

    >>> list(_pieces(r'x = {a: "b", content: "<table><\/table>", "n": 3}'))
    [('content', '<table></table>')]
    """
    position = 0
    while match := _PROPERTY.search(code, position):
        try:
            value, position = _STRING.raw_decode(code, match.end())
        except json.JSONDecodeError:
            # A string as only JavaScript writes it.
            position = match.end() + 1
            continue
        if _TABLE.search(value):
            yield match[1], value


def _strings(script: etree._Element) -> Iterator[str]:
    """The strings of a script that are HTML with a table, or all that a script of another type holds."""
    code = script.text or ""
    if _HTML_TYPE.search(script.get("type", "")):
        yield code
        return
    for quoted in _LITERAL.finditer(_JOINED.sub("", code)):
        content = quoted[1] or quoted[2] or quoted[3] or ""
        is_whole = len(quoted[0]) == len(content) + 2
        if is_whole and _TABLE_IN_CODE.search(content):
            content = _ESCAPE.sub(_meant, content)
            yield content if _TABLE.search(content) else unescape(content)


def _meant(escape: re.Match[str]) -> str:
    if code := escape[1] or escape[2]:
        return chr(int(code, 16))
    return _MEANT.get(escape[3], escape[3])


def _carried(element: etree._Element) -> Iterator[str]:
    """The HTML with a table that an element holds as its text or in an attribute, or as a template."""
    if element.tag == "template":
        yield "".join(etree.tostring(child, encoding="unicode") for child in element)
        return
    for content in (element.text or "", *map(str, element.attrib.values())):
        if _TABLE.search(content):
            yield content


def _parsed(content: str) -> etree._Element | None:
    clean = without_marks(content.replace("\0", "").encode("utf-8", "replace"))
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    body = etree.fromstring(b"<html><body>" + clean + b"</body></html>", parser).find("body")
    if body is not None:
        body.tag = "div"
    return body


def _squeezed(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())
