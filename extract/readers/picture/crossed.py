"""Print that a line runs through: figures that stand on a rule, and numbers that are struck out.

What a rule cuts falls into two cells, of which each shows a number: 26905 with its last figure on the rule is
2690 to every recogniser. What is left of such a figure may be as thin as the ragged edge of the rule, so that
both cells are doubted by whatever touches the rule between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from extract.readers.lattice.ink import Box
from extract.readers.picture.image import Levels, Sheet
from extract.readers.picture.pieces import AT_EDGE, LEAST_FIGURE, Piece
from extract.readers.picture.rules import INK

# A stroke that strikes a number out runs through so much of its width, within this part of its height from
# the top (the bar of a 4 lies lower), is at most so thick and slopes by so many points. A single figure it
# sticks out of: the rest is no wider than so much of it.
STRUCK, STRUCK_FROM, STRUCK_TO, STRIKE, SLOPES, STICKS_OUT = 0.97, 0.25, 0.6, 2.0, 1.2, 0.85


def on_rules(page: Sheet, found: Sequence[Piece]) -> set[Piece]:
    """The pieces in cells that touch a rule, or on their left or right stand so near to the other side of
    one that is touched, that their numbers may be of one another."""
    by_edge: dict[tuple[float, bool], list[Piece]] = {}
    for piece in found:
        if piece.room is not None:
            by_edge.setdefault((piece.room.x0, True), []).append(piece)
            by_edge.setdefault((piece.room.x1, False), []).append(piece)
    doubted = {piece for piece in found if _is_cut(page, piece)}
    for piece in found:
        for edge, is_left in _touched(page, piece):
            height = piece.box.bottom - piece.box.top
            beyond = by_edge.get((edge, not is_left), [])
            doubted |= {piece, *(other for other in beyond if _is_beside(other, piece, edge, height))}
    return doubted


def _touched(page: Sheet, piece: Piece) -> Iterator[tuple[float, bool]]:
    """The edges of its cell that a piece touches, and whether each is the left one."""
    room = piece.room
    if room is None:
        return
    for mark in piece.marks:
        if mark.bottom - mark.top < LEAST_FIGURE:
            continue
        if mark.x0 - room.x0 < AT_EDGE and _is_inked(page, Box(room.x0, mark.top, mark.x0, mark.bottom)):
            yield room.x0, True
        if room.x1 - mark.x1 < AT_EDGE and _is_inked(page, Box(mark.x1, mark.top, room.x1, mark.bottom)):
            yield room.x1, False


def _is_cut(page: Sheet, piece: Piece) -> bool:
    """Whether a figure hangs together with the rule above or below it, which may have taken a part of it."""
    room = piece.room
    if room is None:
        return False
    figures = [mark for mark in piece.marks if mark.bottom - mark.top >= LEAST_FIGURE]
    return any(
        (mark.top - room.top < AT_EDGE and _is_inked(page, Box(mark.x0, room.top, mark.x1, mark.top), 1))
        or (
            room.bottom - mark.bottom < AT_EDGE
            and _is_inked(page, Box(mark.x0, mark.bottom, mark.x1, room.bottom), 1)
        )
        for mark in figures
    )


def _is_inked(page: Sheet, between: Box, axis: int = 0) -> bool:
    """Whether ink leads from one side to the other, or with axis 1 from above to below."""
    x0, top, x1, bottom = (round(edge * page.scale) for edge in between)
    return bool((page.levels[top:bottom, x0:x1] <= INK).any(axis=axis).all())


def _is_beside(other: Piece, piece: Piece, edge: float, reach: float) -> bool:
    """Whether a piece stands level with another, and so near to the edge between them."""
    level = other.box.top < piece.box.bottom and piece.box.top < other.box.bottom
    return level and min(abs(other.box.x0 - edge), abs(other.box.x1 - edge)) < reach


def is_struck(ink: Levels, piece: Piece, scale: float, figures: int) -> bool:
    """Whether a stroke runs through so many figures; `ink` is the page's, 255 where ink is."""
    x0, top, x1, bottom = (round(edge * scale) for edge in piece.box)
    seen = ink[top:bottom, x0:x1] > 0
    if not seen.size:
        return False
    most = max(round(SLOPES * scale), 1)
    return any(_runs_through(_sheared(seen, by), scale, figures) for by in range(-most, most + 1))


def _sheared(seen: Levels, by: int) -> Levels:
    """A picture whose right edge is moved down by so many pixels, and the rest in proportion."""
    height, width = seen.shape
    rows = np.arange(height)[:, None] - np.round(np.arange(width) * by / width).astype(int)[None, :]
    moved: Levels = np.take_along_axis(seen, np.clip(rows, 0, height - 1), axis=0)
    return moved


def _runs_through(seen: Levels, scale: float, figures: int) -> bool:
    height, width = seen.shape
    through = seen.mean(axis=1) >= STRUCK
    through[: round(STRUCK_FROM * height)] = False
    through[round(STRUCK_TO * height) :] = False
    if not through.any() or through.sum() > STRIKE * scale:
        return False
    if figures > 1:
        return True
    around = np.convolve(through, np.ones(2 * round(scale / 2) + 1), "same") > 0
    rest = np.flatnonzero(seen[~around].any(axis=0))
    return bool(rest.size) and bool(rest[-1] + 1 - rest[0] <= STICKS_OUT * width)
