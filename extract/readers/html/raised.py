"""Digits of superscript and subscript in a page: the mark of a footnote is no digit of a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from lxml import etree

from extract.readers.raised import lowered, raised

_MAY_RAISE = (b"<su", b"<SU", b"super", b"SUPER", b"vertical-align", b"VERTICAL-ALIGN")
_RAISED = etree.XPath("//sup | //sub | //@style[contains(., 'super') or contains(., 'sub')]/..")
_HEIGHT = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)

_MAY_STAND_HIGHER = (b"vertical-align", b"text-raise", b"relative")
_HIGHER = etree.XPath(
    "//table//span/@style[contains(., 'vertical-align') or contains(., 'text-raise') or "
    "contains(., 'relative')]/.."
)
_IS_HIGHER = re.compile(
    r"vertical-align\s*:\s*(?:top|text-top|0*[1-9.][\d.]*\s*(?:p[tx]|r?em|%))|text-raise\s*:\s*0*[1-9.]"
    r"|position\s*:\s*relative.*(?<![-\w])top\s*:\s*-\s*0*[1-9.]",
    re.IGNORECASE | re.DOTALL,
)


def keep_heights(root: etree._Element, data: bytes) -> None:
    """Write the digits of superscript and subscript as such.

    So stand the digits of a link within the page, the mark of a footnote, and those that a style sets a
    little higher, beside other digits of their cell: a number set higher as a whole is a number. `data` is
    the page's source.
    """
    if any(word in data for word in _MAY_RAISE):
        for element in cast(list[etree._Element], _RAISED(root)):
            styled = _HEIGHT.search(element.get("style", ""))
            height = styled[1].lower() if styled else str(element.tag)
            if height in ("sup", "super", "sub"):
                _write(element, is_lowered=height == "sub")
    higher = [one for one in root.iter("a") if one.get("href", "").startswith("#")]
    if any(word in data for word in _MAY_STAND_HIGHER):
        spans = cast(list[etree._Element], _HIGHER(root))
        higher += [one for one in spans if _IS_HIGHER.search(one.get("style", ""))]
    for element in _beside_digits(higher):
        _write(element, is_lowered=False)


def _write(element: etree._Element, *, is_lowered: bool) -> None:
    written = lowered if is_lowered else raised
    for inner in element.iter():
        inner.text = written(inner.text) if inner.text and isinstance(inner.tag, str) else inner.text
        if inner is not element and inner.tail:
            inner.tail = written(inner.tail)


def _beside_digits(higher: Sequence[etree._Element]) -> list[etree._Element]:
    """Those of the links and words set higher whose cells hold digits that stand in none of them."""
    by_cell: dict[etree._Element, list[etree._Element]] = {}
    for element in higher:
        cell = next(element.iterancestors("td", "th"), None)
        if cell is not None and _digits(element):
            by_cell.setdefault(cell, []).append(element)
    return [
        element
        for cell, elements in by_cell.items()
        if _digits(cell) > sum(map(_digits, _outermost(elements)))
        for element in elements
    ]


def _outermost(elements: Sequence[etree._Element]) -> list[etree._Element]:
    return [one for one in elements if set(elements).isdisjoint(one.iterancestors())]


def _digits(element: etree._Element) -> int:
    """How many digits stand in an element on the line: raised ones, written so already, are none."""
    return sum(character.isdecimal() for text in element.itertext() for character in str(text))
