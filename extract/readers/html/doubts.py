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
from extract.readers.html.otherwise import cell_of, may_be_a_value, shown_otherwise, text_of
from extract.readers.html.printed import digits
from extract.readers.look import NOT_TEXT_MARK

#: Unicode noncharacters that stand in the text of a cell in doubt, and the flags of the cell they make.
UNSEEN_MARK, OTHERWISE_MARK = "\ufddb", "\ufddc"
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
_NAMED = etree.XPath("//td/descendant-or-self::*[@id or @class]")
_HANDLES = re.compile(rb"on(?<=[\s\"'/]on)[a-z]+\s*=")
_HANDLERS = etree.XPath("//@*[starts-with(name(), 'on')]")
#: Words of a script, one of which may be an element's id, and what stands in its quotes, where classes do.
_WORDS, _QUOTED = re.compile(r"[\w-]+"), re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")
_WRITES = re.compile(
    r"\.(?:text|html|val|append|prepend|replaceWith|insertAdjacent\w+|write(?:ln)?|replaceChildren)\("
    r"|\b(?:inner|outer)(?:HTML|Text)\b"
    r"|\btextContent\b|\bnodeValue\b|\.data\s*="
)
#: A statement that takes cells by their number or their tag, and writes.
_COUNTED = re.compile(
    r"(?:\bcells\s*\[|\brows\s*\[|[\"'`](?:[^\"'`;]*[\s>])?t[dr]\b[^\"'`;]*[\"'`])[^;\n]{0,200}"
    r"(?:inner(?:HTML|Text)|textContent|nodeValue|\.(?:text|html)\([^)\s]|\.remove\(|\.hidden|\.hide\(|\.style)"
)
# A statement that takes all elements of a tag in which numbers stand, and one soon after it that writes.
_BY_TAG = re.compile(
    r"(?:TagName|querySelectorAll)\(\s*[\"'`](span|font|p|b|i|u|em|strong|div)[\"'`]\s*\)[^\n]{0,200}?"
    r"(?:inner(?:HTML|Text)|textContent|nodeValue)\s*=(?!=)",
    re.IGNORECASE,
)


def mark_doubts(root: etree._Element, words: bytes, display: Display) -> bool:
    """Put marks into the text of the cells in doubt; whether there are any. `words` is the page's source,
    `display` what its styles say."""
    otherwise = shown_otherwise(root, words, display)
    marked = {
        cell: OTHERWISE_MARK if text_of(cell) else NOT_TEXT_MARK
        for cell in (*otherwise, *_with_bindings(root, words))
    }
    marked |= dict.fromkeys(_with_pictures(root), NOT_TEXT_MARK)
    marked |= dict.fromkeys(_unseen(display), UNSEEN_MARK)
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
    cells = [
        cell if (cell.text, cell.flags) == (text, flags) else replace(cell, text=text, flags=flags)
        for cell, text, flags in found
    ]
    return replace(table, cells=tuple(cells))


def _with_pictures(root: etree._Element) -> Iterator[etree._Element]:
    """Cells of data in which something beside text stands, and no words."""
    for element in root.iter(*_SHOWING):
        cell = next(element.iterancestors("td"), None)
        if cell is None or not may_be_a_value(cell) or _is_spacer(element):
            continue
        if element.tag == "bdo" and element.get("dir", "").lower() != "rtl":
            continue
        if element.tag != "script" or not text_of(cell) or _WRITES.search(element.text or ""):
            yield cell


def _is_spacer(element: etree._Element) -> bool:
    width = _WIDTH.match(element.get("width", ""))
    return width is not None and int(width[1]) <= WIDEST_SPACER


def _with_bindings(root: etree._Element, words: bytes) -> Iterator[etree._Element]:
    """Cells that a script fills, writes over or takes from: an attribute says so, a script names their id or
    their class, or counts cells and writes in one statement."""
    bound = any(word in words for word in _BINDINGS)
    touched = cast(list[etree._Element], _FILLED(root)) if bound else []
    codes = [script.text or "" for script in root.iter("script")]
    codes += cast(list[str], _HANDLERS(root)) if _HANDLES.search(words.lower()) else []
    writing = [code for code in codes if _WRITES.search(code)]
    if any(map(str.strip, codes)):
        touched += _named(root, codes)
    if any(_COUNTED.search(code) for code in codes):
        touched += root.iter("td")
    if tags := {tag.lower() for code in writing for tag in _BY_TAG.findall(code)}:
        touched += root.iter(*tags)
    for element in touched:
        cell = cell_of(element)
        if cell is not None and may_be_a_value(cell):
            yield cell


def _named(root: etree._Element, codes: list[str]) -> list[etree._Element]:
    """The elements in cells whose id, or a class of theirs in quotes, stands in a script."""
    elements = cast(list[etree._Element], _NAMED(root))
    if not elements:
        return []
    ids = {word for code in codes for word in _WORDS.findall(code)}
    quoted = (text for code in codes for text in _QUOTED.findall(code))
    classes = {word.lower() for text in quoted for word in _WORDS.findall(text)}
    return [
        one
        for one in elements
        if one.get("id", "") in ids or not classes.isdisjoint(one.get("class", "").lower().split())
    ]


def _unseen(display: Display) -> Iterator[etree._Element]:
    """The elements of digits in cells whose colour cannot be told from that of their ground."""
    for element in display.told:
        is_coloured = not _COLOURS.isdisjoint(display.said(element)) and cell_of(element) is not None
        if is_coloured and digits(element) and display.colours(element).has_no_contrast:
            yield element


_COLOURS = frozenset(("color", "background", "background-color", "-webkit-text-fill-color"))
