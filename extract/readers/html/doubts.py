"""Cells whose text does not say all that they show, or may show less: marked, so that they are flagged.

A picture of a number, or a number that a script writes, is no blank; digits set from right to left do not
stand as they are read; white digits are read though nobody may see them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from lxml import etree

from extract.document import NOT_TEXT, Table
from extract.readers.html.display import Display
from extract.readers.html.otherwise import shown_otherwise

#: Unicode noncharacters that stand in the text of a cell in doubt, and the flags of the cell they make.
NOT_TEXT_MARK, UNSEEN_MARK, OTHERWISE_MARK = "\ufdda", "\ufddb", "\ufddc"
FLAGS = {
    NOT_TEXT_MARK: NOT_TEXT,
    UNSEEN_MARK: "may_be_unseen",
    OTHERWISE_MARK: "shown_otherwise",
}

#: A picture of at most this declared width (CSS pixels) only keeps a cell open.
WIDEST_SPACER = 4
_SHOWING = ("bdo", "img", "canvas", "svg", "object", "embed", "iframe", "script")
_WIDTH = re.compile(r"\s*(\d{1,6})")
_BINDINGS = (b"v-text", b"ng-bind")
_FILLED = etree.XPath("//td//@v-text/.. | //td/@v-text/.. | //td//@ng-bind/.. | //td/@ng-bind/..")
_NAMED = etree.XPath("//td//@id/.. | //td/@id/.. | //td//@class/.. | //td/@class/..")
_HANDLERS = etree.XPath("//@onload | //@onerror | //@onclick | //@onanimationstart")
_WRITES = re.compile(
    r"\.(?:text|html|val|append|prepend|replaceWith|insertAdjacent\w+|write(?:ln)?|replaceChildren)\("
    r"|\b(?:inner|outer)(?:HTML|Text)\b"
    r"|\btextContent\b|\bnodeValue\b|\.data\s*="
)
_NAMING = re.compile(r"[\"'`](?:#|[\w\s]*(?=\.))?([\w:.-]{1,60})[\"'`]")
# An element may be called by its id alone, and classes are asked for without their dot.
_BY_ID = re.compile(
    r"(?<![\w$.])([\w$]{1,60})\.(?:inner|outer|text|replace|append|prepend|insert|firstChild)"
)
_BY_CLASS = re.compile(r"ClassName\(\s*[\"'`]([^\"'`]{1,60})")
#: A statement that takes cells by their number or their tag, and writes.
_COUNTED = re.compile(
    r"(?:\bcells\s*\[|\brows\s*\[|[\"'`](?:[^\"'`;]*[\s>])?t[dr]\b[^\"'`;]*[\"'`])[^;\n]{0,200}"
    r"(?:inner(?:HTML|Text)|textContent|nodeValue|\.(?:text|html)\([^)\s])"
)
# A statement that takes all elements of a tag in which numbers stand, and one soon after it that writes.
_BY_TAG = re.compile(
    r"(?:TagName|querySelectorAll)\(\s*[\"'`](span|font|p|b|i|u|em|strong|div)[\"'`]\s*\)[^\n]{0,200}?"
    r"(?:inner(?:HTML|Text)|textContent|nodeValue)\s*=(?!=)",
    re.IGNORECASE,
)
_MAY_BE_WHITE = (b"#fff", b"#FFF", b":white", b'"white"')
_COLOURED = etree.XPath(
    "//table//@style[contains(., '#fff') or contains(., '#FFF') or contains(., 'white')]/.. "
    "| //table//@color/.."
)
_WHITE = re.compile(r"(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b)", re.IGNORECASE)
_TEXTS = etree.XPath(".//text()[not(parent::script or parent::style)]")
_WHITE_NAMES = ("#fff", "#ffffff", "white")
_GROUND = re.compile(r"background(?:-color)?\s*:\s*(?!white|#fff\b|#ffffff|none|transparent)", re.IGNORECASE)


def mark_doubts(root: etree._Element, data: bytes, display: Display | None) -> bool:
    """Put marks into the text of the cells in doubt; whether there are any. `data` is the page's source,
    `display` what its styles say."""
    otherwise = shown_otherwise(root, display) if display is not None else ()
    marked = {
        cell: OTHERWISE_MARK if _text(cell) else NOT_TEXT_MARK
        for cell in (*otherwise, *_with_bindings(root, data))
    }
    marked |= dict.fromkeys(_with_pictures(root), NOT_TEXT_MARK)
    if any(word in data for word in _MAY_BE_WHITE):
        coloured = cast(list[etree._Element], _COLOURED(root))
        marked |= {element: UNSEEN_MARK for element in coloured if _is_white(element)}
    for element, mark in marked.items():
        element.text = mark + (element.text or "")
    return bool(marked)


def without_doubts(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without the marks, and the flags that they make of its cell.

    >>> without_doubts("\\ufdda"), without_doubts("12")
    (('', ('not_text',)), ('12', ()))
    """
    flags = tuple(flag for mark, flag in FLAGS.items() if mark in text)
    if not flags:
        return text, ()
    for mark in FLAGS:
        text = text.replace(mark, "")
    return text.strip(" \n"), flags


def flagged(table: Table) -> Table:
    """The table with flags in place of marks."""
    found = [(cell, *without_doubts(cell.text)) for cell in table.cells]
    return replace(table, cells=tuple(replace(cell, text=text, flags=flags) for cell, text, flags in found))


def _with_pictures(root: etree._Element) -> Iterator[etree._Element]:
    """Cells of data in which something beside text stands, and no words."""
    for element in root.iter(*_SHOWING):
        cell = next(element.iterancestors("td"), None)
        if cell is None or not _may_be_a_value(cell) or _is_spacer(element):
            continue
        if element.tag == "bdo" and element.get("dir", "").lower() != "rtl":
            continue
        if element.tag != "script" or not _text(cell) or _WRITES.search(element.text or ""):
            yield cell


def _is_spacer(element: etree._Element) -> bool:
    width = _WIDTH.match(element.get("width", ""))
    return width is not None and int(width[1]) <= WIDEST_SPACER


def _with_bindings(root: etree._Element, data: bytes) -> Iterator[etree._Element]:
    """Cells that a script fills or writes over: an attribute says so, a script names their id or their class,
    or counts cells and writes in one statement."""
    bound = any(word in data for word in _BINDINGS)
    filled = cast(list[etree._Element], _FILLED(root)) if bound else []
    codes = [*(script.text or "" for script in root.iter("script")), *cast(list[str], _HANDLERS(root))]
    writing = [code for code in codes if _WRITES.search(code)]
    names = {name for code in writing for name in _NAMING.findall(code)}
    names |= {name for code in writing for name in _BY_ID.findall(code)}
    names |= {f".{name}" for code in writing for told in _BY_CLASS.findall(code) for name in told.split()}
    named = (
        [one for one in cast(list[etree._Element], _NAMED(root)) if _is_named(one, names)] if names else []
    )
    if any(_COUNTED.search(code) for code in writing):
        named += root.iter("td")
    if tags := {tag.lower() for code in writing for tag in _BY_TAG.findall(code)}:
        named += root.iter(*tags)
    for element in (*filled, *named):
        cell = element if element.tag == "td" else next(element.iterancestors("td"), None)
        if cell is not None and _may_be_a_value(cell):
            yield cell


def _is_named(element: etree._Element, names: set[str]) -> bool:
    classes = element.get("class", "").split()
    return element.get("id") in names or any(f".{name}" in names for name in classes)


def _may_be_a_value(cell: etree._Element) -> bool:
    """Whether a cell holds no table and no words, but at most a number."""
    return next(cell.iter("table"), None) is None and not any(map(str.isalpha, _text(cell)))


def _text(element: etree._Element) -> str:
    """The text of an element without its scripts and style sheets."""
    return "".join(cast(list[str], _TEXTS(element))).strip()


def _is_white(element: etree._Element) -> bool:
    """Whether digits are written white, and nothing up to their table says that the ground is not."""
    style = element.get("style", "")
    if not _WHITE.search(style) and element.get("color", "").strip().lower() not in _WHITE_NAMES:
        return False
    if not any(character.isdecimal() for text in element.itertext() for character in str(text)):
        return False
    for one in (element, *element.iterancestors()):
        if one.get("bgcolor") or _GROUND.search(one.get("style", "")):
            return False
        if one.tag == "table":
            break
    return True
