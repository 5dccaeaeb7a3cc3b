"""Cells that a browser may show otherwise than their text stands in the page's source.

A digit before the number that a style sheet adds, digits set from right to left, boxes in another order or
place, a font of the page's own, an effect that nobody has heard of. What is certainly not displayed has been
taken out (`extract.readers.html.printed`); every other cell of which something not plainly harmless is said
(`Display.told`) is judged here, and told where it is not known what it shows: it is for a person, or a
browser, to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from extract.readers.html.boxed import cuts_off
from extract.readers.html.display import PARTS, Display, Said, families
from extract.readers.html.plain import is_plain
from extract.readers.html.printed import digits
from extract.readers.look import SYMBOLS, unlike

#: Class names that, by the habit of all frameworks, hide.
_HIDING_CLASSES = frozenset(
    ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "d-none", "hidden", "hide",
     "invisible")
)  # fmt: skip
#: Tags within a cell that print their text as it stands, or are looked at elsewhere.
_PLAIN_TAGS = frozenset(
    ("html", "head", "body", "title", "meta", "link", "base", "style", "script", "template", "table",
     "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "col", "colgroup", "span", "p", "font",
     "b", "strong", "i", "em", "u", "div", "a", "br", "wbr", "nobr", "o:p", "ins", "center", "big",
     "tt", "code", "label", "section", "sup", "sub", "abbr", "cite", "samp", "kbd", "var", "mark",
     "time", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "dl", "dd", "dt", "pre", "blockquote",
     "article", "header", "footer", "main", "nav", "aside", "figure", "figcaption", "form", "fieldset",
     "legend", "textarea", "select", "option", "optgroup", "button", "img", "canvas", "svg", "object",
     "embed", "iframe", "s", "strike", "del", "bdo", "bdi", "small", "input", "li", "details",
     "noscript", "param", "source", "track", "map", "area", "address", "dir")
)  # fmt: skip
_TAGS = re.compile(rb"<([a-zA-Z][\w:.-]*)")
#: Characters that turn the order of those behind them, and their beginnings as references.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNS = re.compile(
    rb"\xd8\x9c|\xe2\x80[\x8f\xaa\xab\xad\xae]|\xe2\x81[\xa6-\xa8]|&(?:rlm|#0*(?:82|1564)|#[xX]0*(?:20|61))"
)
_TEXTS = etree.XPath(".//text()[not(parent::script or parent::style)]")
_SOME = re.compile(r"[1-9]")
#: Said of an element that holds all digits of a cell, these move or size the whole, which stays what it is.
_OF_PIECES = ("margin", "float", "order", "grid", "column", "writing-mode", "zoom", "letter-spacing", "flex")
#: These are weighed by what they do: to colours, heights, sizes and places.
_WEIGHED = frozenset(
    ("color", "background", "background-color", "background-image", "vertical-align", "text-raise", "top",
     "bottom", "overflow", "overflow-x", "overflow-y", "font", "font-family", "font-size", "list-style",
     "list-style-type", "text-fill-color", "clip", "left", "right", "position", "text-indent", "face")
)  # fmt: skip
_PREFIX = re.compile(r"-(?:webkit|moz|ms|o|khtml)-")


def shown_otherwise(root: etree._Element, words: bytes, display: Display) -> Iterator[etree._Element]:
    """Cells of numbers, or without any text, that may be shown otherwise than they stand; `words` is the
    page's source."""
    yield from _by_cells(root, words, display)
    for element in (*display.told, *display.generated, *display.unsure):
        cell = cell_of(element)
        if cell is not None:
            if may_be_a_value(cell) and _is_touched(cell, element, display):
                yield cell
        elif element.tag in PARTS and _changes(element, display, holds_all=True):
            yield from (one for one in element.iter("td", "th") if may_be_a_value(one))


def cell_of(element: etree._Element) -> etree._Element | None:
    """The cell that an element is, or stands in."""
    return element if element.tag in ("td", "th") else next(element.iterancestors("td", "th"), None)


def may_be_a_value(cell: etree._Element) -> bool:
    """Whether a cell holds no table and no words, but at most a number."""
    return not any(map(str.isalpha, text_of(cell))) and next(cell.iter("table"), None) is None


def text_of(element: etree._Element) -> str:
    """The text of an element without its scripts and style sheets."""
    return "".join(cast(list[str], _TEXTS(element))).strip()


def _by_cells(root: etree._Element, words: bytes, display: Display) -> Iterator[etree._Element]:
    """Cells with tags that print more than their text, with signs that turn it, with classes of sheets that
    are not at hand, or in fonts that the page brings."""
    tags = {one.decode().lower() for one in set(_TAGS.findall(words))} - _PLAIN_TAGS
    unusual = list(root.iter(*tags, "li", "details")) if tags else list(root.iter("li", "details"))
    unusual += [one for one in root.iter("input") if one.get("placeholder") and not one.get("value")]
    unusual += [one for one in root.iter("template") if one.get("shadowrootmode")]
    for element in unusual:
        cell = cell_of(element)
        if cell is not None and cell is not element and may_be_a_value(cell) and _prints_more(element):
            yield cell
    if _TURNS.search(words):
        for cell in root.iter("td", "th"):
            text = text_of(cell)
            if _TURNING.search(text) and any(map(str.isdecimal, text)) and may_be_a_value(cell):
                yield cell
    if display.elsewhere or any(one.encode() in words for one in _HIDING_CLASSES):
        for element in cast(list[etree._Element], _CLASSED(root)):
            if _may_be_hidden_elsewhere(element, display) and may_be_a_value(
                cast(etree._Element, cell_of(element))
            ):
                yield cast(etree._Element, cell_of(element))
    if display.fonts:
        for cell in root.iter("td", "th"):
            if may_be_a_value(cell) and any(_is_drawn_otherwise(one, display) for one in cell.iter("*")):
                yield cell


_CLASSED = etree.XPath("//td//*[@class] | //th//*[@class]")


def _prints_more(element: etree._Element) -> bool:
    """Whether an unusual element prints more than its text, or may: a list counts where it is ordered, and
    what is folded away has a word of the browser's beside it."""
    if element.tag == "li":
        around = next(element.iterancestors("ol", "ul", "td", "th"), None)
        return around is not None and around.tag == "ol"
    if element.tag == "ol":
        return False
    return element.tag != "details" or "open" not in element.attrib


def _is_touched(cell: etree._Element, element: etree._Element, display: Display) -> bool:
    """Whether what is said of a cell, or of an element in it, changes what is seen of its number."""
    if element in display.generated or element in display.unsure:
        return True
    own = digits(element)
    if not own:
        said = display.said(element)
        draws = "url(" in (said.get("background-image") or said.get("background") or "")
        if draws and element is not cell and not text_of(element):
            return True
        return said.get("display") == "list-item" or "url(" in said.get("content", "")
    return _changes(element, display, holds_all=own == digits(cell), cell=cell)


def _changes(
    element: etree._Element, display: Display, *, holds_all: bool, cell: etree._Element | None = None
) -> bool:
    """Whether what is said of an element with digits changes them, their order or their place. Of a part of
    a table (without `cell`) only what its cells inherit, or what moves them apart, does."""
    said = display.said(element)
    for name, value in said.items():
        bare = _PREFIX.sub("", name, count=1)
        if is_plain(name, value) or bare in _WEIGHED:
            continue
        if (
            bare.startswith(_OF_PIECES)
            and holds_all
            and not _is_reversed(said)
            and not _is_moved(element, said)
        ):
            continue
        return True
    if cell is None:
        return False
    if said.get("list-style") and said.get("display") == "list-item":
        return True
    if not holds_all and unlike(list(_sizes(cell, display))):
        return True
    lines = sum(1 for _ in element.iter("br", "p", "div"))
    return (
        _is_placed(said)
        or cuts_off(said, len(text_of(element)), lines + 1)
        or _is_drawn_otherwise(element, display)
    )


def _is_moved(element: etree._Element, said: Said) -> bool:
    """Whether a whole cell, or a row, is taken out of its order."""
    ordered = said.get("order", "0") != "0" or any(name.startswith("grid-") for name in said)
    floats = said.get("float", "none") not in ("none", "initial", "inherit")
    far = any(_is_far(value) for name, value in said.items() if name.startswith("margin"))
    return far or (element.tag in PARTS and element.tag != "table" and (ordered or floats))


def _is_far(value: str) -> bool:
    """Whether a margin is so negative that what has it stands elsewhere."""
    return re.search(r"-\s*\d{3,}", value) is not None


def _is_reversed(said: Said) -> bool:
    flow = f"{said.get('flex-direction', '')} {said.get('flex-flow', '')} {said.get('flex-wrap', '')}"
    return "reverse" in flow or "grid-template-areas" in said or "grid-auto-flow" in said


def _is_placed(said: Said) -> bool:
    """Whether an element stands out of the flow, or is moved sideways."""
    position = said.get("position", "static")
    if position in ("absolute", "fixed"):
        return True
    moved = (said.get("left", ""), said.get("right", ""))
    return position in ("relative", "sticky") and any(map(_SOME.search, moved))


def _sizes(cell: etree._Element, display: Display) -> Iterator[float]:
    """The sizes of the digits of a cell, piece by piece."""
    for one in cell.iter("*"):
        own = (one.text or "", *(child.tail or "" for child in one))
        if any(map(str.isdecimal, "".join(own))) and (size := display.size(one)) is not None:
            yield size


def _is_drawn_otherwise(element: etree._Element, display: Display) -> bool:
    """Whether the digits that stand in an element itself are drawn in a font of signs, or of the page's."""
    asked = display.draws_itself(element)
    if asked is None:
        return False
    first = families(asked)[0]
    return bool(SYMBOLS.search(first)) or not display.fonts.isdisjoint(families(asked))


def _may_be_hidden_elsewhere(element: etree._Element, display: Display) -> bool:
    """Whether a sheet that is not at hand may hide digits: a class that says so, or one of no known sheet on
    some of a cell's digits and not on the others."""
    classes = set(element.get("class", "").lower().split()) - display.classes
    own = digits(element) if classes else 0
    if not own:
        return False
    if classes & _HIDING_CLASSES:
        return True
    cell = cast(etree._Element, cell_of(element))
    in_pieces = display.elsewhere and own != digits(cell)
    return in_pieces and element.tag != "p" and not element.get("class", "").startswith("Mso")
