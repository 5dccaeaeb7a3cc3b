"""Where print stands on a sheet: pieces of lines, each within one cell of a ruled table or outside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from extract.document import UnreadableDocumentError
from extract.readers.lattice.ink import Box
from extract.readers.lattice.rules import Grid, grids
from extract.readers.lattice.tables import Glyph
from extract.readers.picture.engine import Engine
from extract.readers.picture.faint import faint_print
from extract.readers.picture.image import Levels, Sheet
from extract.readers.picture.rows import NUMBER_GAP, PIECE_GAP, around, in_rows, is_point, parted, usual_line
from extract.readers.picture.rules import Ruled
from extract.readers.picture.unruled import unruled

# All in points. Ink smaller than this either way is grain or dust.
SPECK = 0.9
# Ink thinner than this within so much of a cell's edge is left over from the rule, and so is what is smaller
# than the last in a corner.
LEFT_OVER, AT_EDGE, CORNER = 1.2, 1.6, 3.0
# A comma reaches so much of the figures' height below them, and begins in their lower half.
BELOW, LOWER_HALF = 0.06, 0.5
# The mark of a note behind a number is smaller than so much of its height, and raised by so much.
SMALLER, RAISED = 0.8, 0.2
# From one figure to the next it is so much of their height at most.
FIGURE_WIDTH = 0.85
# No figure is lower than this, in points; what is left of a stroke is.
LEAST_FIGURE = 2.5
# A dash is so much wider than high, as figures are that coarse scanning runs together (646 in one mark); in
# points it is no higher than this, and they are.
WIDER, MOST_DASH = 1.5, 3.2
# Full-width figures stand so many of their heights apart, middle to middle, or more, and no two further than
# others by so much; so many numbers of several figures say so, one of them of so many.
APART, EVENLY, NUMBERS_APART, LONG = 1.1, 1.25, 3, 3
# So much of the page around print a detector is shown, or lines look cut off; what is smaller is dust.
AROUND, DUST = 24.0, 2.0
# More pieces on a page than any report has; reading so many takes a minute or two.
MOST_PIECES = 2000


_THOUSANDS = re.compile(r"\d\.\d{3}(?!\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: the box of its ink in points; `room` is the cell's inside, None outside of tables;
    `marks` are the connected pieces of its ink, none where a detector alone sees it; `line` is what the line
    outside of tables fills that it stands in or beside;
    `is_faint` where the print is too pale to count as ink."""

    box: Box
    room: Box | None = None
    marks: tuple[Box, ...] = ()
    line: Box | None = None
    is_faint: bool = False

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
        return not {".", ","} & set(figures) and any(is_point(mark, self.box) for mark in self.marks)

    def may_part_thousands(self, figures: str) -> bool:
        """Whether a point read among these figures hangs below them, as a comma does; where the marks are not
        one a figure, whether three figures stand behind it."""
        marks = sorted(self.marks)
        if len(marks) != len(figures):
            return bool(_THOUSANDS.search(figures))
        bottoms = [mark.bottom for mark, sign in zip(marks, figures, strict=True) if sign.isdecimal()]
        below = median(bottoms or [0.0]) + BELOW * (self.box.bottom - self.box.top)
        points = [mark for mark, sign in zip(marks, figures, strict=True) if sign == "."]
        return any(point.bottom > below for point in points)

    def has_raised(self, figures: str) -> bool:
        """Whether the last of these figures stands above the line on which the others stand, and is smaller:
        the mark of a note."""
        if len(self.marks) < 2 or not figures.isdecimal() or len(self.marks) != len(figures):
            return False
        *others, last = sorted(self.marks)
        top, bottom = min(mark.top for mark in others), min(mark.bottom for mark in others)
        height = bottom - top
        smaller = last.bottom - last.top < SMALLER * height
        return smaller and bottom - last.bottom > RAISED * height

    def numbers(self) -> list[Piece]:
        """The pieces that this one is made of, should it hold numbers: parted where there is less white, but
        not behind a comma: that of Chinese print (，) brings white of its own. Such white behind a point says
        that the figures are full-width, and of one number."""
        parts: list[list[Box]] = []
        for part in parted(self.marks, NUMBER_GAP):
            if parts and _ends_in_a_comma(parts[-1]):
                parts[-1] += part
            else:
                parts.append(part)
        if len(parts) < 2 or self._is_full_width():
            return [self]
        return [replace(self, box=around(part), marks=tuple(part)) for part in parts]

    def _is_full_width(self) -> bool:
        white = NUMBER_GAP * (self.box.bottom - self.box.top)
        marks = sorted(self.marks)
        return any(is_point(one, self.box) and other.x0 - one.x1 > white for one, other in pairwise(marks))


def pieces(page: Sheet, lines: Ruled, engine: Engine) -> list[Piece]:
    """All pieces of print. Raises UnreadableDocumentError too_large."""
    marks = _marks(lines.ink, page.scale)
    found: list[Piece] = []
    tables = grids(lines.rules, [Glyph("", *mark) for mark in marks])
    outside = page.levels.copy()
    by_room = _in_cells(marks, tables)
    usual = usual_line(by_room.values())
    for room, held in by_room.items():
        for row in in_rows(held, usual):
            parts = [row] if are_dashes(row) else parted(row, PIECE_GAP)
            found += [Piece(around(part), room, tuple(part)) for part in parts]
    found += [Piece(box, room, is_faint=True) for room, box in faint_print(page, _empty(tables, by_room))]
    for table in tables:
        x0, top, x1, bottom = (round(edge * page.scale) for edge in table.box)
        outside[max(top, 0) : bottom, max(x0, 0) : x1] = 255
    rest = [mark for mark in marks if not any(_inside(mark, table.box) for table in tables)]
    if rest:
        seen = _seen(outside, page.scale, rest if tables else [], engine)
        rows, bare = unruled(rest, seen)
        for line, row in rows:
            found += [Piece(around(part), None, tuple(part), line) for part in parted(row, PIECE_GAP)]
        found += [Piece(line) for line in bare]
    if len(found) > MOST_PIECES:
        raise UnreadableDocumentError("too_large", f"over {MOST_PIECES} pieces of print on a page: no report")
    return found


def _seen(outside: Levels, scale: float, marks: Sequence[Box], engine: Engine) -> list[Box]:
    """The lines that a detector sees, of a page with tables in the stretches alone that hold `marks`: to look
    for lines takes time by the area."""
    height = len(outside) / scale
    stretches: list[list[float]] = []
    for mark in sorted(marks, key=lambda mark: mark.top):
        if max(mark.x1 - mark.x0, mark.bottom - mark.top) < DUST:
            continue
        top, bottom = max(mark.top - AROUND, 0.0), min(mark.bottom + AROUND, height)
        if stretches and top <= stretches[-1][1]:
            stretches[-1][1] = max(stretches[-1][1], bottom)
        else:
            stretches.append([top, bottom])
    found: list[Box] = []
    for top, bottom in stretches or [[0.0, height]]:
        first, last = round(top * scale), round(bottom * scale)
        lines = engine.lines(Sheet(np.ascontiguousarray(outside[first:last]), scale))
        found += [
            line._replace(top=line.top + first / scale, bottom=line.bottom + first / scale) for line in lines
        ]
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
            room = table.room(region)
            if not _left_over(mark, room):
                held[room].append(mark)
            break
    return held


def _empty(tables: Sequence[Grid], by_room: Mapping[Box, Sequence[Box]]) -> list[Box]:
    """The cells that hold no marks and no table."""
    rooms = [room for table in tables for room in map(table.room, table.regions) if room not in by_room]
    return [room for room in rooms if not any(_inside(table.box, room) for table in tables)]


def _left_over(mark: Box, room: Box) -> bool:
    """Whether a mark is the ragged edge of a rule."""
    width, height = mark.x1 - mark.x0, mark.bottom - mark.top
    beside = min(mark.x0 - room.x0, room.x1 - mark.x1) < AT_EDGE
    above = min(mark.top - room.top, room.bottom - mark.bottom) < AT_EDGE
    in_corner = beside and above and max(width, height) < CORNER
    return in_corner or (beside and width <= LEFT_OVER) or (above and height <= LEFT_OVER)


def are_full_width(numbers: Sequence[Piece]) -> bool:
    """Whether the figures of a page's numbers stand apart as full-width ones do, in all of them and evenly;
    a page of numbers side by side has none of three in every cell, nor figures apart in every number."""
    distances, lengths = [], []
    for number in numbers:
        height = number.box.bottom - number.box.top
        points = [is_point(mark, number.box) for mark in sorted(number.marks)]
        middles = [(mark.x0 + mark.x1) / 2 for mark in sorted(number.marks)]
        beside = [
            (after - before) / height
            for (before, after), (first, second) in zip(pairwise(middles), pairwise(points), strict=True)
            if not first and not second
        ]
        distances += beside
        lengths += [len(beside) + 1] * bool(beside)
    return (
        len(lengths) >= NUMBERS_APART
        and max(lengths) >= LONG
        and min(distances) >= APART
        and max(distances) <= EVENLY * min(distances)
    )


def are_dashes(marks: Sequence[Box]) -> bool:
    """Whether marks are lying strokes side by side, no further apart than they are wide (——)."""
    ordered = sorted(marks)
    lying = all(
        mark.bottom - mark.top <= MOST_DASH and mark.x1 - mark.x0 >= WIDER * (mark.bottom - mark.top)
        for mark in ordered
    )
    narrowest = min((mark.x1 - mark.x0 for mark in ordered), default=0.0)
    return lying and all(
        0 <= other.x0 - one.x1 <= narrowest and one.top < other.bottom and other.top < one.bottom
        for one, other in pairwise(ordered)
    )


def _ends_in_a_comma(figures: Sequence[Box]) -> bool:
    """Whether the last mark hangs below all others."""
    *others, last = sorted(figures, key=lambda mark: mark.x1)
    if not others:
        return False
    top, bottom = min(mark.top for mark in others), max(mark.bottom for mark in others)
    height = bottom - top
    return last.bottom > bottom + BELOW * height and last.top > top + LOWER_HALF * height
