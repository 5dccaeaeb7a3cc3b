"""Tables that no rule draws: columns of numbers told by the white between them.

The rule is a careful one. Lines that end in two or more numbers are the rows; the columns are the stretches
that ink fills in any of them, and every number must stand in a column of its own. Where that fails the lines
stay lines of text, their gaps kept, for the reading of running text to take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.document import Cell
from extract.readers.lattice.ink import Box, Glyph
from extract.readers.lattice.text import Line, confidence, text_of

# So many rows of numbers make a table, with so many numbers each.
LEAST_ROWS = 3
LEAST_NUMBERS = 2
# White of so much of the character height parts two fields of a line, and so much parts two columns.
FIELD_GAP = 0.8
COLUMN_GAP = 0.5
# Lines further apart than so many character heights (from middle to middle) belong to different tables.
MOST_PITCH = 5.0
# A wrapped label's line belongs to the row of numbers that stands nearest, if the next is that much further.
CLEARLY_NEARER = 1.25
# A label's line further away from any row of numbers than so many character heights stands alone.
LABEL_REACH = 1.2

# A number, or what stands for none: a stroke (a recogniser takes a dash for 一), a word for none, or its
# first character where a narrow column breaks it, or the sign of print that could not be read.
_NUMBER = re.compile(
    r"[+\-−－]?[\d０-９][\d０-９,，.．]*[%％]?|[-‐‑‒–—―−－─一/／\\]+|[无無零]|[没沒]有?|[暂暫][无無]?|[?？]"
)


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """A table told by white: as `PlacedTable`, with the column edges in the middle of the white."""

    rows: int
    cells: tuple[Cell, ...]
    boxes: tuple[Box, ...]
    edges: tuple[float, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _TextRow:
    """A line of print, cut into fields; how many of the last fields are numbers."""

    line: Line
    box: Box
    fields: tuple[Sequence[Glyph], ...]
    numbers: int
    middle: float
    height: float

    def values(self) -> tuple[Sequence[Glyph], ...]:
        """The last fields that are numbers."""
        return self.fields[len(self.fields) - self.numbers :]


def column_tables(lines: Sequence[Line]) -> list[Line | ColumnTable]:
    """The lines with each run of them that makes a table replaced by it."""
    rows = sorted(
        (_row(line, shown) for line in lines if (shown := line.shown())), key=lambda row: row.middle
    )
    found: list[Line | ColumnTable] = []
    done = 0
    for first_row, last_row in _runs(rows):
        start, end = _with_labels(rows, done, first_row, last_row)
        first = _with_header(rows, done, start, first_row)
        table = _table(rows[first:end], start - first)
        if table is None:
            continue
        found += [row.line for row in rows[done:first]]
        found.append(table)
        done = end
    return [*found, *(row.line for row in rows[done:])]


def _row(line: Line, shown: Sequence[Glyph]) -> _TextRow:
    fields = tuple(_fields(shown, FIELD_GAP))
    numbers = 0
    for field in reversed(fields):
        if not _NUMBER.fullmatch("".join(glyph.text for glyph in field)):
            break
        numbers += 1
    box = line.box()
    height = sorted(glyph.bottom - glyph.top for glyph in shown)[len(shown) // 2]
    return _TextRow(line, box, fields, numbers, (box.top + box.bottom) / 2, height)


def _fields(shown: Sequence[Glyph], gap: float) -> Iterator[Sequence[Glyph]]:
    """A line's characters cut at gaps of so many character heights; white-space characters are white."""
    start = 0
    for index, (left, right) in enumerate(pairwise(shown), 1):
        if right.x0 - left.x1 > gap * (right.bottom - right.top):
            yield shown[start:index]
            start = index
    yield shown[start:]


def _runs(rows: Sequence[_TextRow]) -> Iterator[tuple[int, int]]:
    """Stretches from the first to the last row of numbers of a possible table, with all lines between."""
    start, last, count, widest = 0, -1, 0, -1
    for index, row in enumerate(rows):
        if row.numbers < LEAST_NUMBERS:
            continue
        near = count and row.middle - rows[last].middle <= MOST_PITCH * row.height
        if near and _alike(rows[widest], row):
            count += 1
            widest = index if row.numbers > rows[widest].numbers else widest
        else:
            if count >= LEAST_ROWS:
                yield start, last
            start, count, widest = index, 1, index
        last = index
    if count >= LEAST_ROWS:
        yield start, last


def _alike(one: _TextRow, other: _TextRow) -> bool:
    """Whether every number of the row with fewer numbers stands below or above one of the other's alone."""
    fewer, more = sorted((one, other), key=lambda row: row.numbers)
    partners = [
        [i for i, b in enumerate(more.values()) if a[0].x0 < b[-1].x1 and b[0].x0 < a[-1].x1]
        for a in fewer.values()
    ]
    return all(len(found) == 1 for found in partners) and len({found[0] for found in partners}) == len(
        partners
    )


def _with_labels(rows: Sequence[_TextRow], floor: int, first: int, last: int) -> tuple[int, int]:
    """Where rows of numbers begin and end (exclusive) with the outer halves of wrapped labels.

    A first or last row of numbers alone has its label on the lines above and below it.
    """

    def half(row: _TextRow, beside: _TextRow) -> bool:
        near = abs(row.middle - beside.middle) <= LABEL_REACH * row.height
        return near and len(beside.fields) == beside.numbers and not row.numbers

    start = first - 1 if first > floor and half(rows[first - 1], rows[first]) else first
    end = last + 1
    return start, end + 1 if end < len(rows) and half(rows[end], rows[last]) else end


def _with_header(rows: Sequence[_TextRow], floor: int, start: int, first_row: int) -> int:
    """Where the table begins that has its body from `start` on: with the header lines above that.

    A header line has several fields, or its one field stands right of the column of labels; headings and
    running text begin at the left edge.
    """
    first = start
    left = rows[first_row].values()[0][0].x0
    for index in range(start - 1, floor - 1, -1):
        row = rows[index]
        if rows[index + 1].middle - row.middle > MOST_PITCH * row.height or row.numbers >= LEAST_NUMBERS:
            break
        over_columns = row.fields[-1][-1].x1 > left
        if (len(row.fields) >= 2 and over_columns) or row.fields[0][0].x0 > left - row.height:
            first = index
        else:
            break
    return first


def _table(rows: Sequence[_TextRow], header: int) -> ColumnTable | None:
    """The rows, the first `header` of them header lines, as a table; None where no columns can be told."""
    edges = _column_edges(rows[header:])
    if edges is None:
        return None
    left = min(edges[0], *(row.box.x0 for row in rows))
    right = max(edges[-1], *(row.box.x1 for row in rows))
    edges = (left, *edges[1:-1], right)
    groups = [[row] for row in rows[:header]] + _grouped(rows[header:])
    cells: list[Cell] = []
    boxes: list[Box] = []
    for number, group in enumerate(groups):
        top, bottom = min(row.box.top for row in group), max(row.box.bottom for row in group)
        for (first, count), glyphs in _spread(group, edges).items():
            text, sure = text_of(glyphs), confidence(glyphs)
            cells.append(Cell(text, number, first, 1, count, confidence=sure))
            boxes.append(Box(edges[first], top, edges[first + count], bottom))
    box = Box(left, boxes[0].top, right, boxes[-1].bottom)
    return ColumnTable(len(groups), tuple(cells), tuple(boxes), edges, box)


def _column_edges(rows: Sequence[_TextRow]) -> tuple[float, ...] | None:
    """Edges in the middle of the white that no row prints over, None where two numbers share a column."""
    spans = sorted((field[0].x0, field[-1].x1) for row in rows for field in row.fields)
    gap = COLUMN_GAP * median(row.height for row in rows)
    columns = [list(spans[0])]
    for x0, x1 in spans[1:]:
        if x0 - columns[-1][1] > gap:
            columns.append([x0, x1])
        else:
            columns[-1][1] = max(columns[-1][1], x1)
    for row in rows:
        held = [sum(column[0] <= field[0].x0 for column in columns) for field in row.values()]
        if row.numbers >= LEAST_NUMBERS and len(set(held)) < len(held):
            return None
    between = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
    return (columns[0][0], *between, columns[-1][1])


def _grouped(rows: Sequence[_TextRow]) -> list[list[_TextRow]]:
    """Rows of numbers, each with the lines of its wrapped label; a line that is no row's own is alone."""
    numbered = [row for row in rows if row.numbers >= LEAST_NUMBERS]
    groups = [[row] for row in numbered]
    alone: list[list[_TextRow]] = []
    for row in rows:
        if row.numbers >= LEAST_NUMBERS:
            continue
        nearest = sorted((abs(other.middle - row.middle), index) for index, other in enumerate(numbered))
        (distance, index), next_distance = nearest[0], nearest[1][0]
        if distance <= LABEL_REACH * row.height and next_distance >= CLEARLY_NEARER * distance:
            groups[index].append(row)
        else:
            alone.append([row])
    return sorted(groups + alone, key=lambda group: group[0].middle)


def _spread(group: Sequence[_TextRow], edges: Sequence[float]) -> dict[tuple[int, int], list[Glyph]]:
    """The characters of a row by the columns they cover, (first, count); a bare column is an empty cell."""
    last = len(edges) - 2
    pieces: list[tuple[int, int, Sequence[Glyph]]] = []
    for row in group:
        for field in _fields(row.line.shown(), COLUMN_GAP):
            inner = [
                sum(edge <= x for edge in edges[1:-1])
                for x in (field[0].x0 + row.height / 4, field[-1].x1 - row.height / 4)
            ]
            pieces.append((min(inner), min(max(inner), last), field))
    covered: list[tuple[int, int]] = []
    for first, end in sorted(piece[:2] for piece in pieces):
        if covered and first <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(end, covered[-1][1]))
        else:
            covered.append((first, end))
    held = {column for first, end in covered for column in range(first, end + 1)}
    covered += [(column, column) for column in range(last + 1) if column not in held]
    cells: dict[tuple[int, int], list[Glyph]] = {}
    for first, end in sorted(covered):
        glyphs = [g for begin, stop, field in pieces if first <= begin and stop <= end for g in field]
        cells[(first, end - first + 1)] = glyphs
    return cells
