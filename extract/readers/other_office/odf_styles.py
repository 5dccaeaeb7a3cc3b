"""How OpenDocument says that a text looks (ISO/IEC 26300 part 1, 16 and 20): by the styles of its cell, its
paragraph and its span, each with those that it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from extract.readers.look import LOWERED, ON_LINE, RAISED, WHITE, Look, height_of, is_set_oddly
from extract.readers.office_xml import attribute, first_child

Said = Mapping[str, str]
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_PERCENT = re.compile(r"(-?\d{1,4}(?:\.\d{1,4})?)%")
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{1,6})?)(pt|in|cm|mm|pc|px)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "pc": 12.0, "px": 0.75}
#: What puts the letters of a text elsewhere than one after the other on its line.
_STANDS_ODDLY = (("text-combine", "none"), ("text-rotation-angle", "0"))


class Styles:
    """The styles of a document by family and name."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._styles = {
            (attribute(one, "family"), name): one
            for root in roots
            for one in root.iter("{*}style")
            for name in (attribute(one, "name"), attribute(one, "display-name"))
            if name is not None
        }

    def said(self, family: str, name: str | None, kind: str = "text-properties") -> Said:
        """What a style says, and those that it comes from where it does not."""
        said: Said = {}
        for style in self._based_on_each_other(family, name):
            said = {**_by_name(first_child(style, kind)), **said}
        return said

    def hides_table(self, name: str | None) -> bool:
        """Whether a table's style takes it off the page."""
        return self.said("table", name, "table-properties").get("display") == "false"

    def has_no_extent(self, what: str, name: str | None) -> bool:
        """Whether a row or a column is of no height or width."""
        said = self.said(f"table-{what}", name, f"table-{what}-properties")
        return points(said.get("row-height" if what == "row" else "column-width")) == 0

    def doubts_cell(self, name: str | None) -> bool:
        """Whether what a cell's style says may make it show another number than its text: by conditions, or
        by what it holds over and over."""
        if self.said("table-cell", name, "table-cell-properties").get("repeat-content") == "true":
            return True
        maps = (one for style in self._based_on_each_other("table-cell", name) for one in style)
        return any(self.changes_numbers(attribute(one, "apply-style-name")) for one in maps)

    def changes_numbers(self, name: str | None) -> bool:
        """Whether a cell's style that a condition applies shows numbers otherwise, or not at all."""
        styles = tuple(self._based_on_each_other("table-cell", name))
        if any(attribute(one, "data-style-name") not in (None, "N0") for one in styles):
            return True
        behind = colour_of(self.said("table-cell", name, "table-cell-properties").get("background-color"))
        look = look_of(self.said("table-cell", name), behind or WHITE)
        return look.left_out is not None or look.doubtful

    def _based_on_each_other(self, family: str, name: str | None) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while name is not None and name not in seen:
            seen.add(name)
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = attribute(style, "parent-style-name")


def look_of(said: Said, ground: str | None) -> Look:
    """The look that properties give to a text; a ground is known in tables alone."""
    struck = (said.get(f"text-line-through-{kind}", "none") for kind in ("style", "type"))
    place = said.get("text-position", "").partition(" ")[0]
    size, scale = points(said.get("font-size")), _PERCENT.fullmatch(said.get("text-scale", ""))
    font = said.get("font-name", "") + said.get("font-family", "")
    return Look(
        hidden=said.get("display") == "none" or said.get("opacity") == "0%",
        struck=any(one != "none" for one in struck),
        height=height_of(place) or _direction(place),
        size=size and size * (float(scale[1]) / 100 if scale else 1),
        colour=colour_of(said.get("color")),
        ground=ground and (colour_of(said.get("background-color")) or ground),
        doubtful=is_set_oddly(font, -(points(said.get("letter-spacing")) or 0))
        or any(said.get(name, usual) != usual for name, usual in _STANDS_ODDLY),
    )


def colour_of(published: str | None) -> str | None:
    """A colour as it is written after a hash; None for words such as transparent."""
    return published[1:].upper() if published and _COLOUR.fullmatch(published) else None


def points(published: str | None) -> float | None:
    """A length in points, None where it is a share or a word.

    >>> points("0.5in"), points("58%"), points(None)
    (36.0, None, None)
    """
    found = _LENGTH.fullmatch(published or "")
    return float(found[1]) * _POINTS[found[2]] if found and found[1] not in ("", "-") else None


def _by_name(properties: etree._Element | None) -> Said:
    if properties is None:
        return {}
    return {str(key).rpartition("}")[2]: str(value) for key, value in properties.items()}


def _direction(place: str) -> int:
    """Above or below the line, by a percentage."""
    share = _PERCENT.fullmatch(place.lstrip("+"))
    return ON_LINE if not share or not float(share[1]) else LOWERED if float(share[1]) < 0 else RAISED
