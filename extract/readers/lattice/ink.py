"""What the table builder is fed with: characters and rules, in points from the page's top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Stands for a character that the file draws without saying which it is.
UNNAMED = "\ufffd"


class Glyph(NamedTuple):
    """A character as printed: its text and its loose box (advance width by font height), y downwards.

    `quarter` counts the quarter turns counter-clockwise that it stands turned by on an upright page;
    `confidence` is a recogniser's, 0 to 1, and `flags` says what there is to doubt about its reading.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    quarter: int = 0
    confidence: float | None = None
    flags: tuple[str, ...] = ()


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

    `drawings` are the places of pictures and outlines, which may show what a cell without characters says;
    `covered` those of characters that are painted over, clipped away or beyond the page.
    """

    width: float
    height: float
    glyphs: Sequence[Glyph]
    rules: Sequence[Rule]
    drawings: Sequence[Box] = ()
    covered: Sequence[Box] = ()


def turned(ink: PageInk, quarters: int) -> PageInk:
    """The page turned clockwise by so many quarters, its characters with it."""
    for _ in range(quarters % 4):
        height = ink.height
        glyphs = [
            g._replace(
                x0=height - g.bottom, top=g.x0, x1=height - g.top, bottom=g.x1, quarter=(g.quarter - 1) % 4
            )
            for g in ink.glyphs
        ]
        rules = [Rule(height - r.bottom, r.x0, height - r.top, r.x1) for r in ink.rules]
        drawings, covered = (
            [Box(height - box.bottom, box.x0, height - box.top, box.x1) for box in boxes]
            for boxes in (ink.drawings, ink.covered)
        )
        ink = PageInk(height, ink.width, glyphs, rules, drawings, covered)
    return ink
