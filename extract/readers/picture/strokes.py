"""Bare strokes told by their lie: a dash lies, a slash leans, a one stands.

Recognisers are trained on lines of text; a lone stroke in a cell they call 1 or 7 more often than not, some
with a score of 0.89. The principal axis of its ink says what it is. Over 38 typefaces from 150 to 300 dots
per inch slashes lean 9 to 30 degrees to the right and are no wider across their axis than 0.19 of what they
are long; upright ones lean 1 to 9 degrees to the left and are as wide as 0.17 to 0.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from extract.readers.lattice.ink import Box
from extract.readers.picture.image import Levels
from extract.readers.picture.pieces import LEAST_FIGURE, MOST_DASH, WIDER, Piece, are_dashes
from extract.readers.picture.rows import around

SLASH, BACKSLASH, DASH = "/", "\\", "-"
# Degrees from the upright: from the first on a bare stroke may be no one, from the second on it is a slash,
# from the third on it lies.
MAY_LEAN, LEANS, LIES = 4.0, 8.0, 75.0
# Ones lean to the left themselves, so that a backslash must lean further.
MAY_LEAN_BACK, LEANS_BACK = 10.0, 12.0
# How far the ink of a stroke reaches across its axis for what it reaches along it (standard deviations): what
# is certainly a bare stroke, what may be one, and what may be one that leans as slashes do: bold ones of a
# coarse scan reach 0.28. Of ten figures none leans so and is as slim, but for a 2 or 7 at the limit.
BARE, MAY_BE_BARE, SLIM = 0.2, 0.26, 0.32
# A stroke that lies as so many of its page that are slashes or may be, give or take so many degrees and so
# much of its bareness, may be one of them: these limits may fall among the strokes of one typeface.
LIKE_MANY, LIKE_LEAN, LIKE_BARE = 3, 1.0, 0.02
# The parts of a broken stroke lie one below the other, but for so many points.
BROKEN = 0.5
# What is smaller than so much of a stroke is no part of it.
DUST = 0.25
# No hyphen is shorter, in points: what is may be grain, and would be the minus of the number behind it.
LEAST_DASH = 1.6
# The numeral 一 is as wide as 0.82 to 0.95 of a Chinese character: a stroke narrower than the first or wider
# than the second of these shares is a dash (-, ——). Figures are higher than the third.
NARROW, WIDE, FIGURE = 0.6, 1.3, 0.7


def strokes(ink: Levels, found: Iterable[Piece], scale: float) -> dict[Piece, str | None]:
    """The sign that each piece of a page is, as `stroke` has it. What is none by itself, but lies just as
    several strokes of the page do that are slashes or may be, is in doubt as they are: print of one typeface
    stands to both sides of any limit."""
    signs = {piece: stroke(ink, piece, scale) for piece in found if piece.marks}
    leaning = [piece for piece, sign in signs.items() if sign in ("", SLASH, BACKSLASH)]
    if len(leaning) < LIKE_MANY:
        return signs
    lies = np.array([lie(_ink_of(ink, _without_dust(piece.marks), scale)) for piece in leaning])
    for piece, sign in signs.items():
        marks = _without_dust(piece.marks)
        if sign is None and len(marks) == 1:
            off = np.abs(lies - lie(_ink_of(ink, marks, scale)))
            if np.count_nonzero((off <= (LIKE_LEAN, LIKE_BARE)).all(axis=1)) >= LIKE_MANY:
                signs[piece] = ""
    return signs


def _ink_of(ink: Levels, marks: Sequence[Box], scale: float) -> Levels:
    x0, top, x1, bottom = (round(edge * scale) for edge in around(marks))
    return ink[top:bottom, x0:x1]


def stroke(ink: Levels, piece: Piece, scale: float) -> str | None:
    """The sign that a piece of one stroke or of dashes side by side is, "" where it may be a slash or a one,
    None where it is more than that. `ink` is the page's, 255 where ink is, `scale` its pixels a point."""
    marks = _without_dust(piece.marks)
    if len(marks) > 1 and are_dashes(marks):
        return DASH
    if len(marks) > 1 and all(_leans_as_a_slash(ink, mark, scale) for mark in marks):
        return SLASH
    if not marks or any(lower.top < upper.bottom - BROKEN for upper, lower in _successive(marks)):
        return None
    box = around(marks)
    x0, top, x1, bottom = (round(edge * scale) for edge in box)
    if x1 - x0 < 1 or bottom - top < 1:
        return None
    lean, bare = lie(ink[top:bottom, x0:x1])
    if len(marks) == 1 and abs(lean) >= LIES and x1 - x0 >= WIDER * (bottom - top):
        if box.x1 - box.x0 < LEAST_DASH:
            return ""
        return DASH if box.bottom - box.top <= MOST_DASH else None
    most = SLIM if not -LEANS_BACK < lean < LEANS else MAY_BE_BARE
    if abs(lean) >= LIES or bare > most or -MAY_LEAN_BACK < lean < MAY_LEAN:
        return None
    sign = SLASH if lean > 0 else BACKSLASH
    return sign if bare <= BARE and not -LEANS_BACK < lean < LEANS else ""


def _leans_as_a_slash(ink: Levels, mark: Box, scale: float) -> bool:
    """Whether one of several strokes is bare and leans as a slash does."""
    x0, top, x1, bottom = (round(edge * scale) for edge in mark)
    if x1 - x0 < 1 or bottom - top < 1:
        return False
    lean, bare = lie(ink[top:bottom, x0:x1])
    return LEANS <= lean < LIES and bare <= BARE


def may_be_numeral(dash: Piece, character: float | None) -> bool:
    """Whether a lying stroke may be the numeral 一, where a Chinese character is so wide; it may, where that
    is not known."""
    width = dash.box.x1 - dash.box.x0
    return character is None or NARROW * character <= width <= WIDE * character


def character_width(labels: Sequence[float], figures: Sequence[float]) -> float | None:
    """How wide a Chinese character is in a table, by what labels take a character, and how high its figures
    are; the lesser of both, None where there are no labels."""
    if not labels:
        return None
    return min([median(labels), *([median(figures) / FIGURE] if figures else [])])


def _without_dust(marks: Sequence[Box]) -> list[Box]:
    """The marks that are not tiny beside the largest: grain sticks to a stroke as it does to any print. What
    is as high as a figure is no grain, however wide the line under it."""
    sizes = [max(mark.x1 - mark.x0, mark.bottom - mark.top) for mark in marks]
    largest = max(zip(sizes, marks, strict=True), default=None)
    if largest is None:
        return []
    least = DUST * largest[0]
    figure = max(LEAST_FIGURE, largest[1].bottom - largest[1].top)
    return [
        mark
        for mark, size in zip(marks, sizes, strict=True)
        if size >= least or mark.bottom - mark.top > figure
    ]


def _successive(marks: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """Marks, each with the next below it: coarse scans break thin strokes."""
    return pairwise(sorted(marks, key=lambda mark: mark.top))


def lie(ink: Levels) -> tuple[float, float]:
    """How many degrees the principal axis of ink leans to the right of the upright, and how far the ink
    reaches across that axis for what it reaches along it.

    >>> lie(255 * np.eye(20, dtype=np.uint8)[::-1])
    (45.0, 0.0)
    """
    moments = cv2.moments(ink, binaryImage=True)
    down, both, across = moments["mu02"], moments["mu11"], moments["mu20"]
    spread = np.hypot(down - across, 2 * both)
    along, thick = (down + across + spread) / 2, (down + across - spread) / 2
    if along <= 0:
        return 0.0, 1.0
    lean = float(np.degrees(0.5 * np.arctan2(-2 * both, down - across)))
    return round(lean, 3), round(float(np.sqrt(max(thick, 0.0) / along)), 3)
