"""Print outside of ruled tables: the lines that a detector sees, held against the ink of the page.

Detectors are trained on lines of words. A label that stands one character below the other they take for one
tall line, and they see no lone dash and not every short number. Ink that they see is parted as that of cells
is; ink that they do not is print where it stands beside some that they see; and what they alone see, such as
white letters on a dark ground, stays as they see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from extract.readers.lattice.ink import Box
from extract.readers.picture.rows import (
    LOW_LINE,
    MOST_CHARACTER,
    NUMBER_GAP,
    around,
    in_rows,
)

# Detectors draw their lines wider than the ink: print is so much of a line's lesser side.
PRINT = 0.7
# In points. What no detector sees and is smaller both ways is dust.
DUST = 2.0


def unruled(marks: Sequence[Box], seen: Sequence[Box]) -> tuple[list[tuple[Box, list[Box]]], list[Box]]:
    """Rows of marks, each with the line that it stands in or beside, and the lines that a detector alone
    sees."""
    held: list[list[Box]] = [[] for _ in seen]
    rest: list[Box] = []
    for mark in marks:
        holding = [place for place, line in enumerate(seen) if _holds(line, mark)]
        (held[min(holding, key=lambda place: seen[place].area)] if holding else rest).append(mark)
    rows = [
        row
        for line, inside in zip(seen, held, strict=True)
        if inside
        for row in in_rows(
            inside, max(_height(inside), PRINT * min(line.x1 - line.x0, line.bottom - line.top))
        )
    ]
    beside = _beside([mark for mark in rest if max(mark.x1 - mark.x0, mark.bottom - mark.top) >= DUST], rows)
    found = [(around(row), row) for row in rows] + beside
    usual = median([line.bottom - line.top for line, row in found for _ in row] or [0.0])
    return [(_as_high(line, usual), row) for line, row in found], [
        line for line, inside in zip(seen, held, strict=True) if not inside
    ]


def _as_high(line: Box, usual: float) -> Box:
    """A line of dashes alone as high as a line of print."""
    lacking = usual - (line.bottom - line.top)
    if lacking < (1 - LOW_LINE) * usual:
        return line
    return line._replace(top=line.top - lacking / 2, bottom=line.bottom + lacking / 2)


def _holds(line: Box, mark: Box) -> bool:
    x, y = (mark.x0 + mark.x1) / 2, (mark.top + mark.bottom) / 2
    return line.x0 <= x <= line.x1 and line.top <= y <= line.bottom


def _height(marks: Sequence[Box]) -> float:
    return median(mark.bottom - mark.top for mark in marks)


def _beside(rest: Sequence[Box], rows: Sequence[list[Box]]) -> list[tuple[Box, list[Box]]]:
    """Rows of marks that no line holds, each with the line beside it. A mark goes to the row that it all but
    touches, and makes another one with those that stand beside the same row further away; what stands alone,
    or is larger than print, is none."""
    spans = [around(row) for row in rows]
    own: dict[int, list[Box]] = {}
    for mark in sorted(rest):
        middle, height = (mark.top + mark.bottom) / 2, mark.bottom - mark.top
        level = [
            place
            for place, row in enumerate(spans)
            if row.top <= middle <= row.bottom and height <= MOST_CHARACTER * (row.bottom - row.top)
        ]
        if not level:
            continue
        near = min(level, key=lambda place: max(spans[place].x0 - mark.x1, mark.x0 - spans[place].x1))
        row = spans[near]
        if max(row.x0 - mark.x1, mark.x0 - row.x1) <= NUMBER_GAP * (row.bottom - row.top):
            rows[near].append(mark)
            spans[near] = row._replace(x0=min(row.x0, mark.x0), x1=max(row.x1, mark.x1))
        else:
            own.setdefault(near, []).append(mark)
    return [(spans[near], row) for near, row in own.items()]
