"""Words of tables that a browser does not show, or shows struck through: left out, with a note. Digits of
superscript and subscript: the mark of a footnote is no digit of a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from extract.document import HIDDEN_TEXT, STRUCK_TEXT, Note
from extract.readers.html.display import FALLBACK, PARTS, Display
from extract.readers.html.tree import MOST_QUOTED_CHARACTERS
from extract.readers.look import LOWERED, ON_LINE, RAISED, lowered, raised

#: Hidden text longer than this is no leftover in a table but content that a script shows.
MOST_HIDDEN_CHARACTERS = 1000
#: A hidden table is a copy of those shown if it has so many cells of words, and of them so few are not shown.
FEWEST_WORDS, MOST_LACKING = 5, 0.1
_DIGIT = re.compile(r"\d")
_NAMED_HEIGHTS = ("super", "sub")


def leave_out_hidden(root: etree._Element, display: Display) -> Iterator[Note]:
    """Take what is not displayed, or struck through, out of the tables, with a note for all text that goes.

    Outside tables scripts hide and show whole pages, and so they do with cells that hold tables or long
    texts: those stay, unless the page shows the same tables elsewhere.
    """
    looks = {element: display.look(element) for element in display.told}
    if hidden := {element for element in display.told if display.is_not_displayed(element)}:
        yield from _copies_left_out(root, hidden)
    for element, look in looks.items():
        if (look.hidden or look.struck) and not _is_by_a_sheet_and_all(element, display):
            yield from _left_out(element, HIDDEN_TEXT if look.hidden else STRUCK_TEXT)


def _is_by_a_sheet_and_all(element: etree._Element, display: Display) -> bool:
    """Whether it is a sheet that hides all that stands in a cell: a script may be about to show it."""
    own = display.look(element, by_sheets=False)
    cell = next(element.iterancestors("td", "th"), None)
    return cell is not None and not (own.hidden or own.struck) and digits(element) == digits(cell) > 0


def keep_heights(display: Display) -> None:
    """Write the digits of superscript and subscript as such.

    So stand the digits of a link within the page, the mark of a footnote, and those that a style sets a
    little higher, beside other digits of their cell: a number set higher as a whole is a number.
    """
    higher = [one for one in display.root.iter("a") if one.get("href", "").startswith("#")]
    for element in display.told:
        height = ON_LINE if element.tag in PARTS or element.tag in FALLBACK else display.look(element).height
        if height == ON_LINE:
            continue
        if display.said(element).get("vertical-align") in _NAMED_HEIGHTS:
            _write(element, height)
        else:
            higher.append(element)
    for element in _beside_digits(higher):
        _write(element, RAISED)


def _copies_left_out(root: etree._Element, hidden: set[etree._Element]) -> Iterator[Note]:
    """Take out what is hidden and holds tables, if all their words stand in tables that are shown: the page
    for telephones, or another year's behind a tab."""
    copies: dict[etree._Element, list[etree._Element]] = {}
    shown: Counter[str] = Counter()
    for table in root.iter("table"):
        around = [one for one in (table, *table.iterancestors()) if one in hidden]
        if around and around[-1].tag not in ("html", "body"):
            copies.setdefault(around[-1], []).append(table)
        else:
            shown += _words(table)
    for element, tables in copies.items():
        words = sum((_words(table) for table in tables), Counter[str]())
        lacking = (words - shown).total()
        if words.total() >= FEWEST_WORDS and lacking <= MOST_LACKING * words.total():
            _remove(element)
            yield Note("hidden_copy", f"{len(tables)} tables that are not shown repeat others that are")


def _words(table: etree._Element) -> Counter[str]:
    """The texts of a table's cells that are no numbers."""
    texts = ("".join("".join(map(str, cell.itertext())).split()) for cell in table.iter("td", "th"))
    return Counter(text for text in texts if any(map(str.isalpha, text)))


def _left_out(element: etree._Element, code: str) -> Iterator[Note]:
    """Take an element out of the table that it stands in."""
    if next(element.iterancestors("table"), None) is None:
        return
    text = " ".join(" ".join(map(str, element.itertext())).split())
    if len(text) > MOST_HIDDEN_CHARACTERS or next(element.iter("table"), None) is not None:
        return
    _remove(element)
    if text:
        yield Note(code, text[:MOST_QUOTED_CHARACTERS], "warn")


def _remove(element: etree._Element) -> None:
    """Take an element out of its page; the text behind it stays."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if previous is not None:
        previous.tail = (previous.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _write(element: etree._Element, height: int) -> None:
    written = lowered if height == LOWERED else raised
    for inner in element.iter():
        inner.text = written(inner.text) if inner.text and isinstance(inner.tag, str) else inner.text
        if inner is not element and inner.tail:
            inner.tail = written(inner.tail)


def _beside_digits(higher: Sequence[etree._Element]) -> list[etree._Element]:
    """Those of the links and words set higher whose cells hold digits that stand in none of them."""
    by_cell: dict[etree._Element, list[etree._Element]] = {}
    for element in higher:
        cell = next(element.iterancestors("td", "th"), None)
        if cell is not None and digits(element):
            by_cell.setdefault(cell, []).append(element)
    return [
        element
        for cell, elements in by_cell.items()
        if digits(cell) > sum(map(digits, _outermost(elements)))
        for element in elements
    ]


def _outermost(elements: Sequence[etree._Element]) -> list[etree._Element]:
    return [one for one in elements if set(elements).isdisjoint(one.iterancestors())]


def digits(element: etree._Element) -> int:
    """How many digits stand in an element on the line: raised ones, written so already, are none."""
    return len(_DIGIT.findall("".join(map(str, element.itertext()))))
