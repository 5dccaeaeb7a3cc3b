"""Numbers that Word sets before paragraphs by itself: they are printed and stand nowhere in the text.

ISO/IEC 29500-1 17.9: a paragraph names a list and a level in it, by itself or by its style; the list's
definition says what the level prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from extract.readers.office_xml import attribute, first_child, local_name

#: Formats of a level that print no number.
_NO_NUMBER = frozenset(("bullet", "none"))


class Numbering:
    """The lists of a document, from the top elements of its part ``numbering.xml``."""

    def __init__(self, elements: Sequence[etree._Element] = ()) -> None:
        named = {attribute(one, "numId"): one for one in elements if local_name(one) == "num"}
        abstract = {
            attribute(one, "abstractNumId"): one for one in elements if local_name(one) == "abstractNum"
        }
        self._levels: dict[tuple[str, str], bool] = {}
        for name, one in named.items():
            base = abstract.get(_child_value(one, "abstractNumId"))
            for level in (*_levels(base), *_levels(one)):
                key = name or "", attribute(level, "ilvl") or "0"
                self._levels[key] = _prints_a_number(level)

    def prints(self, numbers: Sequence[etree._Element]) -> bool:
        """Whether a paragraph is numbered by its own properties (numPr) or its styles', nearest first."""
        name = next((found for one in numbers if (found := _child_value(one, "numId"))), None)
        level = next((found for one in numbers if (found := _child_value(one, "ilvl"))), "0")
        return name is not None and self._levels.get((name, level), False)


def _levels(container: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if container is None else container.iter("{*}lvl")


def _prints_a_number(level: etree._Element) -> bool:
    text, kind = _child_value(level, "lvlText") or "", _child_value(level, "numFmt")
    return "%" in text and kind not in _NO_NUMBER


def _child_value(element: etree._Element, name: str) -> str | None:
    child = first_child(element, name)
    return None if child is None else attribute(child, "val")
