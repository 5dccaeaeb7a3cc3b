"""Cells that a browser shows otherwise than their text stands in the page's source.

A digit before the number that a style sheet adds, digits set from right to left, boxes in another order or
place, a font of the page's own, a script that writes over a filled cell, fallback that is not displayed. What
is certainly not displayed is taken out; every other such cell is told, and so flagged: it is for a person, or
a browser, to say what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from extract.readers.html.display import Display, Said, families

#: A page without any of these words, in lower case, needs no second look; some are only the beginning of what
#: is meant, as ``fixed`` is of a table's layout too.
_MEANS = (
    *(":before", ":after", ":first-l", ":marker", "content:", "content :", "bidi", "flex", "grid"),
    *("float:", "float :", "transform:", "transform :", "rotate(", "rotate:", "scale(", "scale:"),
    *("translate(", "translate:", "zoom:", "clip", "overflow", "@font-face", "text-security", "var("),
    *("font-feature", "<dialog", "<details", "<video", "<audio", "<progress", "<meter", "<datalist"),
    *("url(", "<ol", "popover", "margin-right:-", "margin-left:-", "margin-right: -", "margin-left: -"),
)
#: Class names that, by the habit of all frameworks, hide.
_HIDING_CLASSES = frozenset(
    (
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader-text",
        "d-none",
        "hidden",
        "hide",
        "invisible",
    )
)
_BEGUN = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        ("rtl", r"direction *: *rtl"),
        ("rtl", r"dir *= *[\"']?rtl"),
        ("position", r"position *: *(?:absolute|fixed|relative|sticky)"),
        ("stylesheet", r"rel *= *[\"']?[\w ]*stylesheet"),
        ("@import", "@import"),
        *((word, rf"class *= *[\"']?[^\"'>]*\b{word}") for word in sorted(_HIDING_CLASSES)),
    )
)
#: Characters that turn the order of those behind them.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WITHIN = etree.XPath("//td//* | //th//*")
_TEXTS = etree.XPath(".//text()[not(parent::script or parent::style)]")
_TURNS = (
    *"\u061c\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068",
    *("&rlm", "&#82", "&#x20", "&#x061", "&#1564"),
)
#: What stands in these is shown by no browser that knows them, or not until somebody opens it.
_FALLBACK = ("dialog", "video", "audio", "progress", "meter", "datalist", "rp")
_SIZE_NONE = re.compile(r"(?:0|0?\.\d+|1(?:\.0+)?)(?:px|pt|r?em|%)?")
_NOTHING_SCALED = re.compile(r"scale(?:x|y|3d)?\(\s*0*\.?0*\s*[,)]|^0+(?:\.0+)?$")
_CLIPS = re.compile(r"inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0")
_AWAY = re.compile(r"-\s*\d{3,}|-\s*\d{2,}(?:\.\d+)?(?:r?em|vw|vh|%)")
_SOME = re.compile(r"[1-9]")
#: What a variable of the page may set so that digits are not displayed, or elsewhere.
_BY_VARIABLE = ("display", "visibility", "position", "float", "direction", "order")
_ORDERING = ("row-reverse", "column-reverse", "wrap-reverse")
_PLACING = ("grid-area", "grid-row", "grid-column", "grid-template-areas", "order")
_TURNED = ("transform", "rotate", "scale", "translate")
_HIDDEN_OVERFLOW = ("hidden", "clip", "scroll", "auto")


def means_at_hand(page: str) -> bool:
    """Whether a page's source holds anything by which a cell may be shown otherwise than it stands."""
    lowered = page.lower()
    if any(word in lowered for word in (*_MEANS, *_TURNS)):
        return True
    return any(word in lowered and pattern.search(lowered) for word, pattern in _BEGUN)


def undisplayed(root: etree._Element, display: Display) -> Iterator[etree._Element]:
    """Elements within cells that no browser displays: fallback, closed dialogs, boxes without size."""
    for element in cast(list[etree._Element], _WITHIN(root)):
        is_fallback = element.tag in _FALLBACK and not (element.tag == "dialog" and "open" in element.attrib)
        is_closed = "popover" in element.attrib or _is_folded(element)
        if is_fallback or is_closed or _is_boxed_away(display.said(element)):
            yield element


def _is_folded(element: etree._Element) -> bool:
    """Whether an element is the content of details that nobody has opened."""
    parent = element.getparent()
    return (
        parent is not None
        and parent.tag == "details"
        and "open" not in parent.attrib
        and element.tag != "summary"
    )


def shown_otherwise(root: etree._Element, display: Display) -> Iterator[etree._Element]:
    """Cells of numbers, or without any text, that are shown otherwise than they stand."""
    touched: dict[etree._Element, bool] = {}
    for cell in root.iter("td", "th"):
        text = "".join(cast(list[str], _TEXTS(cell)))
        if any(map(str.isalpha, text)) or next(cell.iter("table"), None) is not None:
            continue
        if _is_touched(cell, text, display) or any(
            _turns_rows(one, display, touched) for one in _around(cell)
        ):
            yield cell


def _is_touched(cell: etree._Element, text: str, display: Display) -> bool:
    within = [one for one in cell.iter() if isinstance(one.tag, str)]
    if any(one in display.generated or _has_a_summary(one) for one in within):
        return True
    digits = any(map(str.isdecimal, text))
    if not digits:
        return any("url(" in _background(display.said(one)) for one in within if one is not cell)
    if _TURNING.search(text):
        return True
    pieces = sum(any(map(str.isdecimal, str(piece))) for piece in cell.itertext())
    for one in within:
        said = display.said(one)
        if one.get("dir", "").lower() == "rtl" or (said and _changes(said, one is cell)):
            return True
        if said and pieces > 1 and _moves_pieces(said, holds_all=_digits(one) == _digits(cell)):
            return True
        if one is not cell and "url(" in _background(said) and not "".join(map(str, one.itertext())).strip():
            return True
        if one.tag == "li" and next(one.iterancestors("ol", "td"), cell).tag == "ol":
            return True
        if _may_be_hidden_elsewhere(one, pieces > 1 and display.elsewhere, display):
            return True
    return bool(display.webfonts) and any(_draws_itself(one, display) for one in within)


def _has_a_summary(element: etree._Element) -> bool:
    """Whether a browser sets a word or a triangle of its own beside what is folded away."""
    return element.tag == "details" and "open" not in element.attrib


def _changes(said: Said, is_cell: bool) -> bool:
    """Whether what is said of an element with digits changes their direction, their place or their shape."""
    if said.get("direction") == "rtl" or "override" in said.get("unicode-bidi", ""):
        return True
    if any("var(" in said.get(name, "") for name in _BY_VARIABLE):
        return True
    if _is_turned(said) or said.get("content", "normal") not in ("normal", "none"):
        return True
    if "-webkit-text-security" in said or said.get("font-feature-settings", "normal") != "normal":
        return True
    if said.get("position") in ("absolute", "fixed") and not is_cell:
        return True
    sideways = (said.get("left", ""), said.get("right", ""))
    return said.get("position") in ("relative", "sticky") and any(map(_SOME.search, sideways))


def _moves_pieces(said: Said, *, holds_all: bool) -> bool:
    """Whether the pieces of a cell's number stand in another order than in the page: an element that holds
    all of them turns their order, one that holds some stands elsewhere."""
    if holds_all:
        return _is_reversed(said) or "grid-template-areas" in said or "grid-auto-flow" in said
    placed = any(said.get(name, "auto") not in ("auto", "0", "none") for name in _PLACING)
    floats = said.get("float", "none") in ("left", "right", "inline-start", "inline-end")
    drawn = any(said.get(name, "").startswith("-") for name in ("margin-left", "margin-right"))
    return placed or floats or drawn or said.get("writing-mode", "horizontal-tb") != "horizontal-tb"


def _is_turned(said: Said) -> bool:
    return any(said.get(name, "none") not in ("none", "initial", "") for name in _TURNED)


def _is_reversed(said: Said) -> bool:
    flow = f"{said.get('flex-direction', '')} {said.get('flex-flow', '')}"
    return any(word in flow for word in _ORDERING)


def _digits(element: etree._Element) -> int:
    return sum(character.isdecimal() for text in element.itertext() for character in str(text))


def _around(cell: etree._Element) -> Iterator[etree._Element]:
    """The row of a cell, its section and its table."""
    for one in cell.iterancestors():
        yield one
        if one.tag == "table":
            return


def _turns_rows(element: etree._Element, display: Display, known: dict[etree._Element, bool]) -> bool:
    """Whether a row, a section or a table stands in another order than its cells."""
    if element not in known:
        said = display.said(element)
        rtl = element.get("dir", "").lower() == "rtl" or said.get("direction") == "rtl"
        ordered = element.tag != "table" and said.get("order", "0") != "0"
        known[element] = rtl or ordered or _is_turned(said) or _is_reversed(said)
    return known[element]


def _draws_itself(element: etree._Element, display: Display) -> bool:
    """Whether the digits that stand in an element itself are drawn in a font of the page's own."""
    own = (element.text or "", *(child.tail or "" for child in element))
    if not any(map(str.isdecimal, "".join(own))):
        return False
    for one in (element, *element.iterancestors()):
        face = one.get("face")
        said = display.said(one)
        if face or "font-family" in said or "font" in said:
            asked = families({"font-family": face.lower()} if face else said)
            return not display.webfonts.isdisjoint(asked)
    return False


def _may_be_hidden_elsewhere(element: etree._Element, in_pieces: bool, display: Display) -> bool:
    """Whether a sheet that is not at hand may hide digits: a class that says so, or one of no known sheet on
    some of a cell's pieces and not on the others."""
    classes = set(element.get("class", "").lower().split()) - display.classes
    if not classes or not any(map(str.isdecimal, "".join(map(str, element.itertext())))):
        return False
    if classes & _HIDING_CLASSES:
        return True
    return (
        in_pieces and element.tag not in ("td", "th", "p") and not element.get("class", "").startswith("Mso")
    )


def _is_boxed_away(said: Said) -> bool:
    """Whether an element's box shows nothing: clipped, without size, scaled to nothing, far off."""
    if not said:
        return False
    if said.get("content-visibility") == "hidden" or said.get("zoom") == "0":
        return True
    if any(_NOTHING_SCALED.search(said.get(name, "")) for name in ("transform", "scale")):
        return True
    if _CLIPS.search(said.get("clip-path", "")):
        return True
    is_out = said.get("position") in ("absolute", "fixed")
    if is_out and any(_AWAY.search(said.get(name, "")) for name in ("left", "right", "top", "bottom")):
        return True
    cut = any(said.get(name) in _HIDDEN_OVERFLOW for name in ("overflow", "overflow-x", "overflow-y"))
    is_box = is_out or said.get("display", "inline") not in ("inline", "contents") or "float" in said
    sizes = ("width", "height", "max-width", "max-height")
    return cut and is_box and any(_SIZE_NONE.fullmatch(said.get(name, "auto")) for name in sizes)


def _background(said: Said) -> str:
    return said.get("background-image", "") or said.get("background", "")
