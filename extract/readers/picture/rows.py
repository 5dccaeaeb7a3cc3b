"""Marks of ink -> lines of print, and lines -> the parts of them that white parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from extract.readers.lattice.ink import Box

# In points. Rows of ink nearer to each other than this are one line; a row lower than this share of the
# usual line is part of a line, unless the two together would be higher than so many usual lines.
SAME_LINE, LOW_LINE, HIGH_LINE = 0.6, 0.6, 1.3
USUAL_LINE = 8.0
# Print set so close that no white parts its lines: a character is no higher than so many usual lines, a line
# so many characters from the next, the cut between two within so much of one; and of the ink that stands side
# by side at most so much reaches over the cut, or it goes through large characters.
MOST_CHARACTER, LEADING, NEAR_CUT, MOST_CROSSING = 1.6, 1.1, 0.35, 0.35
# White of so much of a line's height parts two pieces; of so much less, two numbers: a recogniser may well
# swallow the space between them. Figures stand 0.4 of their height apart at most, where one of them is a 1.
PIECE_GAP, NUMBER_GAP = 1.3, 0.6
# A point is lower and narrower than so much of the figures' height; behind a full-width one so much is white.
POINT, POINT_GAP = 0.3, 1.6


def around(marks: Sequence[Box]) -> Box:
    """The box around marks."""
    return Box(
        min(mark.x0 for mark in marks),
        min(mark.top for mark in marks),
        max(mark.x1 for mark in marks),
        max(mark.bottom for mark in marks),
    )


def usual_line(cells: Iterable[Sequence[Box]]) -> float:
    """The usual height of a line in cells."""
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


def in_rows(marks: Sequence[Box], usual: float) -> list[list[Box]]:
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


def parted(row: Sequence[Box], gap: float) -> list[list[Box]]:
    """A line's marks in pieces, parted where there is white of so many line heights; behind a full-width
    point there is more of it within a number."""
    parts: list[list[Box]] = []
    reach = 0.0
    line = around(row) if row else Box(0, 0, 0, 0)
    height = line.bottom - line.top
    for mark in sorted(row, key=lambda mark: mark.x0):
        most = max(gap, POINT_GAP) if parts and is_point(parts[-1][-1], line) else gap
        if parts and mark.x0 - reach <= most * height:
            parts[-1].append(mark)
        else:
            parts.append([mark])
        reach = max(reach, mark.x1)
    return parts


def is_point(mark: Box, line: Box) -> bool:
    """Whether a mark is as small as a point, and as low on its line."""
    height = line.bottom - line.top
    lesser = max(mark.x1 - mark.x0, mark.bottom - mark.top) < POINT * height
    return lesser and mark.top > line.bottom - 2 * POINT * height
