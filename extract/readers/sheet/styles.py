"""The styles of an XLSX's cells: the format of its numbers, and whether its text is struck or cannot be seen.

ECMA-376 part 1, 18.8: a cell names one of the formats in ``cellXfs``, which names a font, a fill and the
format of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.raised import lowered, raised
from extract.readers.sheet.colours import WHITE, colour, ground
from extract.readers.sheet.formats import code_of

#: Rows are counted to 1,048,576 (Excel's limit).
MOST_DIGITS = 7
HIDDEN, STRUCK = "hidden_text", "struck_text"
_OFF = frozenset(("0", "false", "off"))
_HEIGHTS = {"superscript": raised, "subscript": lowered}


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: `code` is the format of its number, `left_out` says why its text is not printed,
    `ground` is the colour behind it."""

    code: str | None = None
    left_out: str | None = None
    ground: str | None = WHITE


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a cell's text as it is printed, and why it is not, if so; `colour` as of its font."""

    text: str
    left_out: str | None = None
    colour: str | None = None


def styles_of(elements: Iterable[etree._Element]) -> list[Style]:
    """The styles of cells by number, from the elements of ``styles.xml``."""
    formats: dict[int, str] = {}
    fonts: list[etree._Element] = []
    fills: list[etree._Element] = []
    found: list[Style] = []
    for element in elements:
        parent = element.getparent()
        name, of = local_name(element), "" if parent is None else local_name(parent)
        if name == "numFmt" and of == "numFmts":
            formats[number_of(element, "numFmtId")] = attribute(element, "formatCode") or ""
        elif name == "font" and of == "fonts":
            fonts.append(element)
        elif name == "fill" and of == "fills":
            fills.append(element)
        elif name == "xf" and of == "cellXfs":
            font, fill = (_at(all_, element, name) for all_, name in ((fonts, "fontId"), (fills, "fillId")))
            code = code_of(number_of(element, "numFmtId"), formats)
            behind = ground(fill) if fill is not None else WHITE
            found.append(Style(code, _left_out(font, behind), behind))
    return found


def runs_of(item: etree._Element) -> list[Run] | None:
    """The stretches of a rich text, as they are printed; None where all of it is printed alike."""
    runs = list(item.iterchildren("{*}r"))
    if not runs:
        return None
    found = [_run(run) for run in runs]
    plain = all(run.left_out is None and run.colour != WHITE for run in found)
    same = all(run.text == _text(one) for run, one in zip(found, runs, strict=True))
    return None if plain and same else found


def _run(run: etree._Element) -> Run:
    properties = first_child(run, "rPr")
    height = first_child(properties, "vertAlign")
    write = _HEIGHTS.get("" if height is None else attribute(height, "val") or "", str)
    left_out = STRUCK if is_on(first_child(properties, "strike")) else None
    return Run(write(_text(run)), left_out, colour(first_child(properties, "color")))


def _text(run: etree._Element) -> str:
    text = first_child(run, "t")
    return "" if text is None else text.text or ""


def _left_out(font: etree._Element | None, behind: str | None) -> str | None:
    own = colour(first_child(font, "color"))
    if own is not None and own == behind:
        return HIDDEN
    return STRUCK if is_on(first_child(font, "strike")) else None


def _at(all_: list[etree._Element], element: etree._Element, name: str) -> etree._Element | None:
    place = number_of(element, name)
    return all_[place] if place < len(all_) else None


def is_on(element: etree._Element | None) -> bool:
    """Whether a property stands there and is not switched off."""
    return element is not None and attribute(element, "val") not in _OFF


def number_of(element: etree._Element, name: str) -> int:
    """A number of a row, a column or a style among an element's attributes."""
    return count(attribute(element, name) or "")


def count(text: str) -> int:
    """A number; what is longer than that of any row is none."""
    return int(text) if len(text) <= MOST_DIGITS and text.isascii() and text.isdigit() else 0
