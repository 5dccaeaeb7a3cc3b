"""Words of tables that a browser does not show, or shows struck through: left out, with a note."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import cast

from lxml import etree

from extract.document import Note
from extract.readers.html.display import Display
from extract.readers.html.otherwise import undisplayed
from extract.readers.html.tree import MOST_QUOTED_CHARACTERS

#: Hidden text longer than this is no leftover in a table but content that a script shows.
MOST_HIDDEN_CHARACTERS = 1000
#: A hidden table is a copy of those shown if it has so many cells of words, and of them so few are not shown.
FEWEST_WORDS, MOST_LACKING = 5, 0.1

#: Most pages end the search for hidden parts here: a walk over all styles takes a third of the parsing. The
#: words are spelt out, because a search that ignores case takes ten times as long.
_HIDING = tuple(
    (word.encode(), re.compile(pattern.encode()))
    for word, pattern in (
        ("display", "display *: *none"),
        ("DISPLAY", "DISPLAY *: *none"),
        ("hidden", " hidden[ =>]"),
        ("visibility", "visibility *: *(?:hidden|collapse)"),
        ("font-size", "font-size *: *0"),
        ("FONT-SIZE", "FONT-SIZE *: *0"),
        ("opacity", r"opacity *: *0(?:\.0*)?(?![.\d])"),
        ("transparent", "color *: *transparent"),
        ("text-indent", r"text-indent *: *-\d\d\d"),
        ("absolute", r"absolute"),
    )
)
_MAY_BE_HIDDEN = etree.XPath(
    "//table//@style[contains(., 'display') or contains(., 'DISPLAY') or contains(., 'visibility') or "
    "contains(., 'font-size') or contains(., 'FONT-SIZE') or contains(., 'opacity') or "
    "contains(., '-indent') or contains(., 'transparent') or contains(., 'absolute')]/.. "
    "| //table//@hidden/.."
)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![-\w])color\s*:\s*transparent"
    r"|(?<![-\w])opacity\s*:\s*0(?:\.0*)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3}",
    re.IGNORECASE,
)
#: Set outside the page, so far to the left, right or top that no screen shows it, or cut off all around.
_AWAY = re.compile(
    r"(?<![-\w])(?:left|right|top)\s*:\s*-\d{3}|clip\s*:\s*rect\(\s*[01](?:px)?\s*,?\s*[01](?:px)?\s*,?"
    r"\s*[01](?:px)?\s*,?\s*[01](?:px)?\s*\)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(r"position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
_NO_SIZE = re.compile(r"font-size\s*:\s*0(?:\.0*)?\s*(?:px|pt|r?em|%)?\s*(?:;|!|$)", re.IGNORECASE)
_MAY_STRIKE = (b"<s>", b"<s ", b"<S>", b"<strike", b"<STRIKE", b"<del", b"<DEL", b"line-through")
_STRUCK = etree.XPath("//s | //strike | //del | //@style[contains(., 'line-through')]/..")


def leave_out_hidden(root: etree._Element, data: bytes, display: Display | None) -> Iterator[Note]:
    """Take what is not displayed, or struck through, out of the tables, with a note for all text that goes.

    Outside tables scripts hide and show whole pages, and so they do with cells that hold tables or long
    texts: those stay, unless the page shows the same tables elsewhere. `data` is the page's source, `display`
    what its styles say, None where they cannot matter.
    """
    if any(word in data and hiding.search(data) for word, hiding in _HIDING):
        yield from _copies_left_out(root)
        for element in cast(list[etree._Element], _MAY_BE_HIDDEN(root)):
            if _is_hidden(element):
                yield from _left_out(element, "hidden_text")
    if display is not None:
        for element in list(undisplayed(root, display)):
            yield from _left_out(element, "hidden_text")
    if any(word in data for word in _MAY_STRIKE):
        for element in cast(list[etree._Element], _STRUCK(root)):
            yield from _left_out(element, "struck_text")


def _copies_left_out(root: etree._Element) -> Iterator[Note]:
    """Take out what is hidden and holds tables, if all their words stand in tables that are shown: the page
    for telephones, or another year's behind a tab."""
    hidden: dict[etree._Element, list[etree._Element]] = {}
    shown: Counter[str] = Counter()
    for table in root.iter("table"):
        around = [one for one in (table, *table.iterancestors()) if _is_hidden_block(one)]
        if around:
            hidden.setdefault(around[-1], []).append(table)
        else:
            shown += _words(table)
    for element, tables in hidden.items():
        words = sum((_words(table) for table in tables), Counter[str]())
        lacking = (words - shown).total()
        if words.total() >= FEWEST_WORDS and lacking <= MOST_LACKING * words.total():
            _remove(element)
            yield Note("hidden_copy", f"{len(tables)} tables that are not shown repeat others that are")


def _is_hidden_block(element: etree._Element) -> bool:
    return element.tag not in ("html", "body") and (
        "hidden" in element.attrib or _NOT_DISPLAYED.search(element.get("style", "")) is not None
    )


def _words(table: etree._Element) -> Counter[str]:
    """The texts of a table's cells that are no numbers."""
    texts = ("".join("".join(map(str, cell.itertext())).split()) for cell in table.iter("td", "th"))
    return Counter(text for text in texts if any(map(str.isalpha, text)))


def _is_hidden(element: etree._Element) -> bool:
    """Whether an element is not displayed; one without size may hold others that have a size of their own."""
    style = element.get("style", "")
    if "hidden" in element.attrib or _NOT_SHOWN.search(style):
        return True
    if _AWAY.search(style) and _ABSOLUTE.search(style):
        return True
    return _NO_SIZE.search(style) is not None and not any(map(_may_have_a_size, element.iterdescendants("*")))


def _may_have_a_size(element: etree._Element) -> bool:
    style = element.get("style", "").lower()
    sized = "font" in style and not _NO_SIZE.search(style)
    return bool(sized or element.get("class") or element.get("size"))


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
