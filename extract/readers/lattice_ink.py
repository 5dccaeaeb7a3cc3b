"""What the table builder is fed with: characters and rules, in points from the page's top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

# Stands for a character that the file draws without saying which it is.
UNNAMED = "\ufffd"


class Glyph(NamedTuple):
    """A character as printed: its text and its loose box (advance width by font height), y downwards.

    `quarter` counts the quarter turns counter-clockwise that it stands turned by on an upright page;
    `confidence` is a recogniser's, 0 to 1.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    quarter: int = 0
    confidence: float | None = None


class Rule(NamedTuple):
    """A ruling line as drawn: a box whose shorter side is its thickness."""

    x0: float
    top: float
    x1: float
    bottom: float


class Box(NamedTuple):
    """A rectangle on the page."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def area(self) -> float:
        """Width by height, in square points."""
        return (self.x1 - self.x0) * (self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class PageInk:
    """All that is printed on one upright page of `width` by `height` points and matters to reading.

    `drawings` are the places of pictures and outlines, which may show what a cell without characters says.
    """

    width: float
    height: float
    glyphs: Sequence[Glyph]
    rules: Sequence[Rule]
    drawings: Sequence[Box] = ()


def turned(ink: PageInk, quarters: int) -> PageInk:
    """The page turned clockwise by so many quarters, its characters with it."""
    for _ in range(quarters % 4):
        height = ink.height
        glyphs = [
            Glyph(g.text, height - g.bottom, g.x0, height - g.top, g.x1, (g.quarter - 1) % 4, g.confidence)
            for g in ink.glyphs
        ]
        rules = [Rule(height - r.bottom, r.x0, height - r.top, r.x1) for r in ink.rules]
        drawings = [Box(height - d.bottom, d.x0, height - d.top, d.x1) for d in ink.drawings]
        ink = replace(ink, width=height, height=ink.width, glyphs=glyphs, rules=rules, drawings=drawings)
    return ink
