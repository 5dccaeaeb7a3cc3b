"""From character to character of an OFD text object (GB/T 33190, 11.3): DeltaX and DeltaY, and widths where
they tell nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from lxml import etree

from extract.readers.ofd.package import children, number

# Advance widths in font sizes, where no next character tells; and the widest that a figure or a sign is:
# white beyond it was set on purpose.
FULL, HALF = 1.0, 0.5
WIDEST_NARROW = 0.6
_LINE_BREAKS = re.compile(r"\A\s*\n\s*|\s*\n\s*\Z")


def printed(text: str) -> str:
    r"""The characters of a TextCode; white space that goes with a line break is the XML's and not the page's.

    >>> printed("\n      总计\n    "), printed("    根据")
    ('总计', '    根据')
    """
    return _LINE_BREAKS.sub("", text) if "\n" in text else text


def is_backwards(element: etree._Element) -> bool:
    """Whether more than one figure is read in a direction of its own: programs differ in what they show."""
    if number(element.get("ReadDirection", "0")) % 360 == 0:
        return False
    codes = list(children(element, "TextCode"))
    figures = sum(character.isdecimal() for code in codes for character in code.text or "")
    return figures > 1 and not any(code.get("DeltaY") for code in codes)


def steps(code: etree._Element, published: str, size: float) -> list[tuple[float, float]]:
    """From each character to the next, right and down. Characters that the file sets all on one point, none
    before the other, follow each other by their widths: nobody prints them one over the other."""
    count = len(published) - 1
    right, down = deltas(code.get("DeltaX"), count), deltas(code.get("DeltaY"), count)
    if not any(right) and not any(down):
        right = [width(character, 0.0, size) for character in published[:-1]]
    return list(zip(right, down, strict=True))


def deltas(published: str | None, count: int) -> list[float]:
    """The `count` steps of DeltaX or DeltaY: "g 3 1.5" stands for three of 1.5, and the last one goes on.

    >>> deltas("g 2 1.5 3", 5), deltas(None, 2), deltas("2.5", 0)
    ([1.5, 1.5, 3.0, 3.0, 3.0], [0.0, 0.0], [])
    """
    found: list[float] = []
    tokens = iter((published or "").split())
    for token in tokens:
        if len(found) >= count:
            break
        if token in ("g", "G"):
            repeated, step = next(tokens, ""), next(tokens, "")
            found += [number(step)] * min(int(number(repeated)), count)
        else:
            found.append(number(token))
    last = found[-1] if found else 0.0
    return found[:count] + [last] * (count - len(found))


def width(character: str, step: float, size: float) -> float:
    """How wide a character is: up to the next one, but no wider than such a character can be."""
    widest, usual = _widths(character)
    return min(step, widest * size) if step > 0 else usual * size


@lru_cache(maxsize=8192)
def _widths(character: str) -> tuple[float, float]:
    """How wide a character can be, and how wide it is where nothing tells, in font sizes."""
    full = unicodedata.east_asian_width(character) in "WFA"
    return FULL if full or character.isalpha() else WIDEST_NARROW, FULL if full else HALF
