"""Colours of a workbook's fonts and cells: whether what stands in a cell shows against what is behind it.

ECMA-376 part 1, 18.8.19 (a colour is given by value, by theme or by index) and 18.8.27 (the index).
"""

from __future__ import annotations

from lxml import etree

from extract.readers.look import WHITE
from extract.readers.office_xml import attribute, first_child

#: Of the indexed colours and those of a theme the ones that are the same everywhere: black and white.
_INDEXED = {"0": "000000", "1": WHITE, "8": "000000", "9": WHITE, "64": "000000", "65": WHITE}
_THEME = {"0": WHITE, "1": "000000"}


def colour(element: etree._Element | None) -> str | None:
    """A colour as six hexadecimal digits, or a name of its own where only a theme tells; None for none."""
    if element is None:
        return None
    if (value := attribute(element, "rgb")) is not None:
        return value[-6:].upper()
    if (index := attribute(element, "indexed")) is not None:
        return _INDEXED.get(index, f"indexed {index}")
    theme, tint = attribute(element, "theme"), attribute(element, "tint")
    if theme is None:
        return None
    return f"theme {theme} {tint}" if tint else _THEME.get(theme, f"theme {theme}")


def ground(fill: etree._Element | None) -> str | None:
    """The colour behind what stands in a cell; None where it is a pattern of several."""
    pattern = first_child(fill, "patternFill")
    kind = None if pattern is None else attribute(pattern, "patternType")
    if kind in (None, "none") and first_child(fill, "gradientFill") is None:
        return WHITE
    return colour(first_child(pattern, "fgColor")) if kind == "solid" else None
