"""Where print stands on a sheet: pieces of lines, each within one cell of a ruled table or outside them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from extract.document import UnreadableDocumentError
from extract.readers.lattice.ink import Box
from extract.readers.lattice.rules import Grid, grids
from extract.readers.lattice.tables import Glyph
from extract.readers.picture.engine import Engine
from extract.readers.picture.image import Levels, Sheet
from extract.readers.picture.rules import Ruled

# All in points. Ink smaller than this either way is grain or dust.
SPECK = 0.9
# Ink thinner than this within so much of a cell's edge is left over from the rule, and so is what is smaller
# than the last in a corner.
LEFT_OVER, AT_EDGE, CORNER = 1.2, 1.6, 3.0
# Rows of ink nearer to each other than this are one line; a row lower than this share of the usual line is
# part of a line, unless the two together would be higher than so many usual lines.
SAME_LINE, LOW_LINE, HIGH_LINE = 0.6, 0.6, 1.3
USUAL_LINE = 8.0
# Print set so close that no white parts its lines: a character is no higher than so many usual lines, a line
# so many characters from the next, the cut between two within so much of one; and of the ink that stands side
# by side at most so much reaches over the cut, or it goes through large characters.
MOST_CHARACTER, LEADING, NEAR_CUT, MOST_CROSSING = 1.6, 1.1, 0.35, 0.35
# White of so much of a line's height parts two pieces; of so much less, two numbers: a recogniser may well
# swallow the space between them. Figures stand 0.4 of their height apart at most, where one of them is a 1.
PIECE_GAP, NUMBER_GAP = 1.3, 0.6
# A comma reaches so much of the figures' height below them, and begins in their lower half.
BELOW, LOWER_HALF = 0.06, 0.5
# From one figure to the next it is so much of their height at most; a point is lower and narrower than that.
FIGURE_WIDTH, POINT = 0.85, 0.3
# More pieces on a page than any report has; reading so many takes a minute or two.
MOST_PIECES = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: the box of its ink in points; `room` is the cell's inside, None outside of tables;
    `marks` are the connected pieces of its ink, none where they were not looked at."""

    box: Box
    room: Box | None = None
    marks: tuple[Box, ...] = ()

    def holds_more_than(self, figures: str) -> bool:
        """Whether there is more ink than these figures and points account for: more stretches of it, over
        more room than they take, or a point where they have none."""
        height = self.box.bottom - self.box.top
        runs, reach = 0, -1.0
        for mark in sorted(self.marks, key=lambda mark: mark.x0):
            runs += mark.x0 > reach
            reach = max(reach, mark.x1)
        if runs > len(figures) and self.box.x1 - self.box.x0 > FIGURE_WIDTH * height * len(figures):
            return True
        return not {".", ","} & set(figures) and any(
            max(mark.x1 - mark.x0, mark.bottom - mark.top) < POINT * height
            and mark.top > self.box.bottom - 2 * POINT * height
            for mark in self.marks
        )

    def numbers(self) -> list[Piece]:
        """The pieces that this one is made of, should it hold numbers: parted where there is less white, but
        not behind a comma: that of Chinese print (，) brings white of its own."""
        parts: list[list[Box]] = []
        for part in _parted(self.marks, NUMBER_GAP):
            if parts and _ends_in_a_comma(parts[-1]):
                parts[-1] += part
            else:
                parts.append(part)
        return [_piece(part, self.room) for part in parts] if len(parts) > 1 else [self]


def pieces(page: Sheet, lines: Ruled, engine: Engine) -> list[Piece]:
    """All pieces of print. Raises UnreadableDocumentError too_large."""
    marks = _marks(lines.ink, page.scale)
    found: list[Piece] = []
    tables = grids(lines.rules, [Glyph("", *mark) for mark in marks])
    outside = page.levels.copy()
    by_room = _in_cells(marks, tables)
    usual = _usual_line(by_room.values())
    for room, held in by_room.items():
        for row in _rows(held, usual):
            found += [_piece(part, room) for part in _parted(row, PIECE_GAP)]
    for table in tables:
        x0, top, x1, bottom = (round(edge * page.scale) for edge in table.box)
        outside[max(top, 0) : bottom, max(x0, 0) : x1] = 255
    if any(not any(_inside(mark, table.box) for table in tables) for mark in marks):
        found += [Piece(box) for box in engine.lines(Sheet(outside, page.scale))]
    if len(found) > MOST_PIECES:
        raise UnreadableDocumentError("too_large", f"over {MOST_PIECES} pieces of print on a page: no report")
    return found


def _marks(ink: Levels, scale: float) -> list[Box]:
    """The boxes of the connected pieces of ink, specks left out."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    stats = stats[1:]
    kept = stats[np.maximum(stats[:, 2], stats[:, 3]) >= SPECK * scale]
    return [Box(x / scale, y / scale, (x + w) / scale, (y + h) / scale) for x, y, w, h, _ in kept.tolist()]


def _inside(mark: Box, box: Box) -> bool:
    x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
    return box.x0 < x < box.x1 and box.top < y < box.bottom


def _in_cells(marks: Sequence[Box], tables: Sequence[Grid]) -> dict[Box, list[Box]]:
    """The marks of each cell of the tables, by the cell's box."""
    held: dict[Box, list[Box]] = defaultdict(list)
    by_size = sorted(tables, key=lambda table: table.box.area)
    for mark in marks:
        x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
        for table in by_size:
            if not _inside(mark, table.box):
                continue
            region = table.regions[table.owners[bisect_right(table.ys, y) - 1][bisect_right(table.xs, x) - 1]]
            room = Box(
                table.xs[region.column],
                table.ys[region.row],
                table.xs[region.column + region.column_span],
                table.ys[region.row + region.row_span],
            )
            if not _left_over(mark, room):
                held[room].append(mark)
            break
    return held


def _left_over(mark: Box, room: Box) -> bool:
    """Whether a mark is the ragged edge of a rule."""
    width, height = mark.x1 - mark.x0, mark.bottom - mark.top
    beside = min(mark.x0 - room.x0, room.x1 - mark.x1) < AT_EDGE
    above = min(mark.top - room.top, room.bottom - mark.bottom) < AT_EDGE
    in_corner = beside and above and max(width, height) < CORNER
    return in_corner or (beside and width <= LEFT_OVER) or (above and height <= LEFT_OVER)


def _usual_line(cells: Iterable[Sequence[Box]]) -> float:
    heights = [bottom - top for held in cells for top, bottom in _bands(held)]
    return median([height for height in heights if height > USUAL_LINE / 2] or [USUAL_LINE])


def _bands(marks: Sequence[Box]) -> list[list[float]]:
    """The stretches of height that ink fills, from top to bottom: top and bottom of each."""
    bands: list[list[float]] = []
    for mark in sorted(marks, key=lambda mark: mark.top):
        if bands and mark.top - bands[-1][1] <= SAME_LINE:
            bands[-1][1] = max(bands[-1][1], mark.bottom)
        else:
            bands.append([mark.top, mark.bottom])
    return bands


def _rows(marks: Sequence[Box], usual: float) -> list[list[Box]]:
    """The marks of a cell, line by line."""
    bands: list[list[float]] = []
    for top, bottom in _bands(marks):
        low = bands and min(bottom - top, bands[-1][1] - bands[-1][0]) < LOW_LINE * usual
        if low and bottom - bands[-1][0] <= HIGH_LINE * usual:
            bands[-1][1] = bottom
        else:
            bands.append([top, bottom])
    rows = [
        [mark for mark in marks if top <= (mark.top + mark.bottom) / 2 <= bottom] for top, bottom in bands
    ]
    return [line for row in rows if row for line in _crowded_lines(row, usual)]


def _crowded_lines(marks: Sequence[Box], usual: float) -> list[list[Box]]:
    """The lines of print that a comma or a long stroke joins: cut where the least ink is, about a line from
    one another; what reaches over the cut is cut in two."""
    top, bottom = min(mark.top for mark in marks), max(mark.bottom for mark in marks)
    heights = [mark.bottom - mark.top for mark in marks]
    character = max([usual, *(height for height in heights if height <= MOST_CHARACTER * usual)])
    count = round((bottom - top) / (LEADING * character))
    if count < 2:
        return [list(marks)]
    edges = sorted({edge for mark in marks for edge in (mark.top, mark.bottom)})
    between = [(upper + lower) / 2 for upper, lower in pairwise(edges)]
    widest = max(_crossing(marks, place) for place in between)
    lines, rest = [], list(marks)
    for number in range(1, count):
        about = top + number * (bottom - top) / count
        near = [place for place in between if abs(place - about) <= NEAR_CUT * character]
        crossed, _, cut = min(
            ((_crossing(rest, place), abs(place - about), place) for place in near),
            default=(widest, 0.0, 0.0),
        )
        if crossed > MOST_CROSSING * widest:
            continue
        halves = [half for mark in rest for half in _halves(mark, cut, character)]
        lines.append([mark for mark in halves if (mark.top + mark.bottom) / 2 <= cut])
        rest = [mark for mark in halves if (mark.top + mark.bottom) / 2 > cut]
    return [line for line in (*lines, rest) if line]


def _crossing(marks: Sequence[Box], y: float) -> float:
    """How much of a level line goes through ink."""
    return sum(mark.x1 - mark.x0 for mark in marks if mark.top < y < mark.bottom)


def _halves(mark: Box, cut: float, character: float) -> tuple[Box, ...]:
    """A mark of two lines in its halves; one that is as high as a character stays whole."""
    if mark.bottom - mark.top <= LEADING * character or not mark.top < cut < mark.bottom:
        return (mark,)
    return mark._replace(bottom=cut), mark._replace(top=cut)


def _parted(row: Sequence[Box], gap: float) -> list[list[Box]]:
    """A line's marks in pieces, parted where there is white of so many line heights."""
    parts: list[list[Box]] = []
    reach = 0.0
    height = max((mark.bottom for mark in row), default=0) - min((mark.top for mark in row), default=0)
    for mark in sorted(row, key=lambda mark: mark.x0):
        if parts and mark.x0 - reach <= gap * height:
            parts[-1].append(mark)
        else:
            parts.append([mark])
        reach = max(reach, mark.x1)
    return parts


def _ends_in_a_comma(figures: Sequence[Box]) -> bool:
    """Whether the last mark hangs below all others."""
    *others, last = sorted(figures, key=lambda mark: mark.x1)
    if not others:
        return False
    top, bottom = min(mark.top for mark in others), max(mark.bottom for mark in others)
    height = bottom - top
    return last.bottom > bottom + BELOW * height and last.top > top + LOWER_HALF * height


def _piece(marks: Sequence[Box], room: Box | None) -> Piece:
    box = Box(
        min(mark.x0 for mark in marks),
        min(mark.top for mark in marks),
        max(mark.x1 for mark in marks),
        max(mark.bottom for mark in marks),
    )
    return Piece(box, room, tuple(marks))
