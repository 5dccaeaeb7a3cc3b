"""Glyphs held against their names: a page is drawn, and each figure on it must look like what it is named.

What a PDF's font draws and what its table of characters (ToUnicode) names are two things; all engines that
read text read the table. The picture of the page is the reading that does not share it.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pypdfium2

from extract.readers.lattice.ink import Box, Rule
from extract.readers.pdf import calls
from extract.readers.pdf.figures import Shapes, comparable, likeness, sampled

# Pages are drawn at so many pixels a point, and again at so many where a figure looks wrong: small characters
# are drawn a pixel beside their places. No page is drawn larger than the last.
PIXELS_A_POINT, FINER, MOST_PIXELS = 2.0, 5.0, 20_000_000
# So many points around the figures are drawn too.
MARGIN = 2
# Another figure is nearer than the named one by so much: for a single glyph, and for the mean of all glyphs
# of a name in a font. Nothing that looks less like any figure than that is one.
CONTRADICTS, CONTRADICTS_IN_ALL = 0.10, 0.04
LEAST_LIKENESS = 0.5
# Drawings of one glyph at several places of the pixels' grid are as like each other as that.
ALIKE = 0.9
# So many glyphs that contradict their names are no accident of the print: the font is not believed.
LEAST_GLYPHS = 2
_FIGURES = {code + figure: figure for code in map(ord, "0０") for figure in range(10)}
# A dash is wider than high; a point or comma is lower than so much of its line; a blank has no extent.
DASHES = frozenset(map(ord, "-‐‑–—−－─"))
POINTS, POINT_HEIGHT = frozenset(map(ord, ".,．，")), 0.45
BLANKS, LEAST_EXTENT = frozenset((0x20, 0xA0, 0x3000)), 1.0


class Print(NamedTuple):
    """A character as drawn: its place in the text page, its name, its font, the box of its ink in points from
    the page's corner, the height of its line, and how it stands."""

    at: int
    code: int
    font: int
    ink: Box
    line_height: float
    quarter: int
    pale: bool

    @property
    def figure(self) -> int:
        """Which of 0 to 9 it is named, -1 where none."""
        return _FIGURES.get(self.code, -1)


def contradicted(page: pypdfium2.PdfPage, prints: Sequence[Print], rules: Sequence[Rule]) -> set[int]:
    """The places of the characters whose names the picture of the page contradicts; in fonts that do so more
    than once also of the figures that it does not clearly confirm."""
    figures = [one for one in prints if one.figure >= 0]
    wrong = {one for one in prints if one.figure < 0 and _is_no_such_sign(one)}
    doubted: set[Print] = set()
    if figures:
        unlike, doubted = _unlike(page, figures, rules)
        wrong |= unlike
    found = Counter(one.font for one in wrong)
    return {one.at for one in wrong} | {one.at for one in doubted if found[one.font] >= LEAST_GLYPHS}


def _is_no_such_sign(one: Print) -> bool:
    """Whether a dash, a point or a blank has the extent of something else."""
    lies = one.quarter % 2 == 1
    width, height = one.ink.x1 - one.ink.x0, one.ink.bottom - one.ink.top
    width, height = (height, width) if lies else (width, height)
    if one.code in DASHES:
        return height > width > 0
    if one.code in POINTS:
        return height > POINT_HEIGHT * one.line_height
    return min(width, height) > LEAST_EXTENT


def _unlike(
    page: pypdfium2.PdfPage, figures: Sequence[Print], rules: Sequence[Rule]
) -> tuple[set[Print], set[Print]]:
    """The figures that do not look like what they are named, and those that do not clearly look like it."""
    for pixels in (PIXELS_A_POINT, FINER):
        wrong, doubted = _judged(page, figures, pixels)
        if not wrong:
            break
    return {one for one in wrong if not _crossed(one.ink, rules)}, doubted


def _judged(
    page: pypdfium2.PdfPage, figures: Sequence[Print], pixels: float
) -> tuple[set[Print], set[Print]]:
    scale = min(pixels, math.sqrt(MOST_PIXELS / max(page.get_width() * page.get_height(), 1.0)))
    page.set_rotation(0)
    left, top, right, bottom = _margins(page, figures) if scale == pixels else [0, 0, 0, 0]
    drawn = page.render(
        scale=scale,
        crop=(left, bottom, right, top),
        grayscale=True,
        may_draw_forms=False,
        draw_annots=False,
    ).to_numpy()
    corner = (left, top, left, top)
    boxes = [
        Box(*((edge - start) * scale for edge, start in zip(one.ink, corner, strict=True))) for one in figures
    ]
    turns, pale = [one.quarter for one in figures], [one.pale for one in figures]
    shapes, inked = sampled(drawn.reshape(drawn.shape[:2]), boxes, turns, pale)
    wrong = {one for one, has_ink in zip(figures, inked.tolist(), strict=True) if not has_ink}
    doubted: set[Print] = set()
    groups = _by_font_and_name(figures, inked)
    if not groups:
        return wrong, doubted
    alike = comparable(shapes)
    means = np.stack([alike[places].mean(axis=0) for places in groups.values()])
    nearer = _nearer(means, [figure for _, figure in groups])
    means = comparable(means)
    strange: list[int] = []
    for places, mean, by in zip(groups.values(), means, nearer.tolist(), strict=True):
        if by > -CONTRADICTS_IN_ALL:
            doubted.update(figures[place] for place in places)
        if by > CONTRADICTS_IN_ALL:
            wrong.update(figures[place] for place in places)
            continue
        # A font may name two drawings alike: what is unlike the others of its name is looked at by itself.
        strange += [places[at] for at in np.flatnonzero(alike[places] @ mean < ALIKE)]
    if strange:
        alone = _nearer(alike[strange], [figures[place].figure for place in strange])
        for place, by in zip(strange, alone.tolist(), strict=True):
            if by > CONTRADICTS:
                wrong.add(figures[place])
            if by > -CONTRADICTS_IN_ALL:
                doubted.add(figures[place])
    return wrong, doubted


def _margins(page: pypdfium2.PdfPage, figures: Sequence[Print]) -> list[int]:
    """So many points of the page, at its left, top, right and bottom, hold no figure and need not be drawn.
    Whole points: at a whole number of pixels each, the rest is drawn just as on the whole page."""
    left, top, right, bottom = zip(*(one.ink for one in figures), strict=True)
    width, height = page.get_size()
    free = (min(left), min(top), width - max(right), height - max(bottom))
    return [max(math.floor(points) - MARGIN, 0) for points in free]


def _by_font_and_name(figures: Sequence[Print], inked: Any) -> dict[tuple[int, int], list[int]]:
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, one in enumerate(figures):
        if inked[place]:
            groups[one.font, one.figure].append(place)
    return groups


def _nearer(shapes: Shapes, named: Sequence[int]) -> Any:
    """By how much each shape looks more like another figure than like the one it is `named`; without measure
    where it looks like none at all."""
    like, rows = likeness(shapes), np.arange(len(named))
    own = like[rows, named]
    like[rows, named] = -1
    other = like.max(axis=1)
    return np.where(np.maximum(other, own) < LEAST_LIKENESS, np.inf, other - own)


def _crossed(ink: Box, rules: Sequence[Rule]) -> bool:
    """Whether a ruling line runs through a glyph: its picture is not its own."""
    return any(
        rule.x0 < ink.x1 and ink.x0 < rule.x1 and rule.top < ink.bottom and ink.top < rule.bottom
        for rule in rules
    )


def is_held_against_its_shape(code: int) -> bool:
    """Whether a character is one whose shape is known."""
    return code in _HELD


_HELD = frozenset((*_FIGURES, *DASHES, *POINTS, *BLANKS))


class InkBoxes:
    """The boxes of characters' ink, from pdfium, in points from the page's upper left corner."""

    def __init__(self, text_page: int, left: float, top: float) -> None:
        self._text_page, self._left, self._top = text_page, left, top
        self._edges = (ctypes.c_double * 4)()
        start = ctypes.addressof(self._edges)
        self._at = range(start, start + 32, 8)

    def of(self, index: int) -> Box | None:
        """That of a character, None where it has no ink."""
        if not calls.ink_box(self._text_page, index, *self._at):
            return None
        x0, x1, bottom, top = self._edges
        return Box(x0 - self._left, self._top - top, x1 - self._left, self._top - bottom)
