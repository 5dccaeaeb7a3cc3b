"""The styles of an XLSX's cells: the format of its numbers, and whether its text is struck or cannot be seen.

ECMA-376 part 1, 18.8: a cell names one of the formats in ``cellXfs``, which names a font, a fill and the
format of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from extract.readers.look import PLAIN, SYMBOLS, WHITE, Look, height_of
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.sheet.colours import colour, ground
from extract.readers.sheet.formats import code_of

#: Rows are counted to 1,048,576 (Excel's limit).
MOST_DIGITS = 7
_SIZE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
_BLACK, _ON_PAPER = Look(colour="000000"), Look(ground=WHITE)
_OFF = frozenset(("0", "false", "off"))


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: `code` is the format of its number, `look` that of its text."""

    code: str | None = None
    look: Look = _ON_PAPER

    @property
    def is_plain(self) -> bool:
        """Whether it shows a cell as it is stored."""
        return not self.code and not self.look.left_out and not self.look.doubtful


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a cell's text as it is stored, and its look."""

    text: str
    look: Look = PLAIN


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
            alignment = first_child(element, "alignment")
            filled = alignment is not None and attribute(alignment, "horizontal") == "fill"
            look = _look(font, behind)
            found.append(Style(code, replace(look, doubtful=True) if filled else look))
    return found


def runs_of(item: etree._Element) -> list[Run] | None:
    """The stretches of a rich text, as they are printed; None where all of it is printed alike."""
    runs = list(item.iterchildren("{*}r"))
    if not runs:
        return None
    fonts = [first_child(run, "rPr") for run in runs]
    found = [
        Run(_text(run), PLAIN if font is None else _look(font, None))
        for run, font in zip(runs, fonts, strict=True)
    ]
    return None if all(run.look in (PLAIN, _BLACK) for run in found) else found


def _text(run: etree._Element) -> str:
    text = first_child(run, "t")
    return "" if text is None else text.text or ""


def _look(font: etree._Element | None, behind: str | None) -> Look:
    """The look that a font gives to a text on a ground."""
    height = first_child(font, "vertAlign")
    return Look(
        struck=is_on(first_child(font, "strike")),
        height=height_of(None if height is None else attribute(height, "val")),
        size=_size(first_child(font, "sz")),
        colour=colour(first_child(font, "color")),
        ground=behind,
        doubtful=any(SYMBOLS.search(attribute(one, "val") or "") for one in _names(font)),
    )


def _names(font: etree._Element | None) -> Iterator[etree._Element]:
    """What names the family of a font, of a cell or of a part of its text."""
    yield from () if font is None else font.iterchildren("{*}name", "{*}rFont")


def _size(element: etree._Element | None) -> float | None:
    """The size of a font in points."""
    published = "" if element is None else attribute(element, "val") or ""
    return float(published) if _SIZE.fullmatch(published) else None


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
