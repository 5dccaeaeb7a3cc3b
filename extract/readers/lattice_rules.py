"""Rules -> grids: the tables that ruling lines draw, with their merged cells.

Three steps: pieces of one line are joined; lines that touch make a table; within a table the positions of
the lines make a grid, and neighbouring squares with no line between them are one cell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from extract.readers.lattice_ink import Box, Glyph, Rule

# All in points. Pieces no further out of line than this are pieces of one line (rounding of coordinates).
SAME_LINE = 1.0
# Pieces of one line with no wider gap are joined: dashes, dots, rules that stop short of a crossing.
JOIN_GAP = 3.0
# Lines that come this near to each other meet: corners drawn not quite to the end.
TOUCH = 3.0
# Lines nearer to each other than this part of the height of the table's characters are one (double rules,
# rows whose borders stand a little higher than their neighbours'): no print fits between them.
SAME_EDGE = 0.4
LEAST_EDGE, MOST_EDGE = 1.0, 4.0
# A stroke shorter than that is a dot, or the end of a line that overshoots a corner; no row is that low.
LEAST_LENGTH = 3.0
# A line bounds a square if it covers so much of the square's side.
COVERED = 0.5
# More lines than this on a page are a drawing or a map and not a table.
MOST_LINES = 2000


class Stroke(NamedTuple):
    """A line at `at` (y if horizontal, x if vertical), from `start` to `end` along the other axis."""

    at: float
    start: float
    end: float


class Region(NamedTuple):
    """A cell of a grid: its top left square and how many it spans."""

    row: int
    column: int
    row_span: int
    column_span: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: x of its column edges, y of its row edges, its cells in reading order.

    `owners[row][column]` is the index of the cell that covers a square.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    regions: tuple[Region, ...]
    owners: tuple[tuple[int, ...], ...]

    @property
    def box(self) -> Box:
        """The table's outline."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def grids(rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> list[Grid]:
    """The tables of more than one cell that the rules draw, from top to bottom."""
    across = _whole([Stroke((r.top + r.bottom) / 2, r.x0, r.x1) for r in rules if _lies(r)])
    down = _whole([Stroke((r.x0 + r.x1) / 2, r.top, r.bottom) for r in rules if _stands(r)])
    if max(len(across), len(down)) > MOST_LINES:
        return []
    found = []
    for rows, columns in _touching(across, down):
        if grid := _grid(rows, columns, glyphs):
            found.append(grid)
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _lies(rule: Rule) -> bool:
    """Whether a rule may be a piece of a horizontal line; a square dot may be one of either."""
    return rule.x1 - rule.x0 >= 0.8 * (rule.bottom - rule.top)


def _stands(rule: Rule) -> bool:
    return rule.bottom - rule.top >= 0.8 * (rule.x1 - rule.x0)


def _whole(pieces: Iterable[Stroke]) -> list[Stroke]:
    """Pieces of one line joined into one stroke each."""
    joined: list[Stroke] = []
    for group in _near(sorted(pieces), SAME_LINE):
        joined += [s for s in _end_to_end(group) if s.end - s.start >= LEAST_LENGTH]
    return joined


def _near(strokes: Sequence[Stroke], distance: float) -> list[list[Stroke]]:
    """Strokes, sorted by position, in groups of neighbours no further apart than `distance`.

    A group reaches over twice that distance at most, or a hatching would be one line.
    """
    groups: list[list[Stroke]] = []
    for stroke in strokes:
        last = groups[-1] if groups else []
        if last and stroke.at - last[-1].at <= distance and stroke.at - last[0].at <= 2 * distance:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    return groups


def _end_to_end(group: list[Stroke]) -> list[Stroke]:
    """One group of strokes in line, joined where they overlap or nearly meet; longer pieces place them."""
    joined: list[Stroke] = []
    at, weight = 0.0, 0.0
    for stroke in sorted(group, key=lambda stroke: stroke.start):
        length = stroke.end - stroke.start
        if joined and stroke.start - joined[-1].end <= JOIN_GAP:
            at, weight = at + stroke.at * length, weight + length
            last = joined[-1]
            joined[-1] = Stroke(at / weight if weight else last.at, last.start, max(last.end, stroke.end))
        else:
            joined.append(stroke)
            at, weight = stroke.at * length, length
    return joined


def _touching(across: list[Stroke], down: list[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Horizontal and vertical strokes that hang together, table by table."""
    down = sorted(down)
    places = [stroke.at for stroke in down]
    parent = list(range(len(across) + len(down)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for i, line in enumerate(across):
        first, last = bisect_left(places, line.start - TOUCH), bisect_right(places, line.end + TOUCH)
        for j in range(first, last):
            if down[j].start - TOUCH <= line.at <= down[j].end + TOUCH:
                parent[root(i)] = root(len(across) + j)
    tables: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, line in enumerate(across):
        tables.setdefault(root(i), ([], []))[0].append(line)
    for j, line in enumerate(down):
        tables.setdefault(root(len(across) + j), ([], []))[1].append(line)
    return [(rows, columns) for rows, columns in tables.values() if rows and columns]


def _grid(across: list[Stroke], down: list[Stroke], glyphs: Sequence[Glyph]) -> Grid | None:
    x0, x1 = min(s.start for s in across), max(s.end for s in across)
    y0, y1 = min(s.start for s in down), max(s.end for s in down)
    heights = [g.bottom - g.top for g in glyphs if x0 < g.x0 < x1 and y0 < g.top < y1]
    if not heights:
        return None
    distance = min(MOST_EDGE, max(LEAST_EDGE, SAME_EDGE * median(heights)))
    rows = _edges(across, (y0, y1), distance)
    columns = _edges(down, (x0, x1), distance)
    if len(rows) < 2 or len(columns) < 2:
        return None
    ys, xs = [at for at, _ in rows], [at for at, _ in columns]
    # walls_right[r][c]: a line stands between square (r, c) and (r, c + 1); walls_below likewise.
    walls_right = [
        [_covers(column[1], top, bottom) for column in columns[1:-1]] for top, bottom in pairwise(ys)
    ]
    walls_below = [[_covers(row[1], left, right) for left, right in pairwise(xs)] for row in rows[1:-1]]
    owners = _rooms(walls_right, walls_below)
    owners, xs, ys = _without_unused(owners, xs, ys)
    regions = _rectangles(owners)
    if len(regions) < 2:
        return None
    return Grid(tuple(xs), tuple(ys), tuple(regions), _owned(regions, len(ys) - 1, len(xs) - 1))


Edge = tuple[float, list[Stroke]]


def _edges(strokes: list[Stroke], reach: tuple[float, float], distance: float) -> list[Edge]:
    """The edges in one direction: where lines stand, and where the crossing lines end beyond the last one."""
    edges: list[Edge] = []
    for group in _near(sorted(strokes), distance):
        weight = sum(s.end - s.start for s in group)
        at = sum(s.at * (s.end - s.start) for s in group) / weight if weight else group[0].at
        edges.append((at, _end_to_end(group)))
    if reach[0] < edges[0][0] - distance - TOUCH:
        edges.insert(0, (reach[0], []))
    if reach[1] > edges[-1][0] + distance + TOUCH:
        edges.append((reach[1], []))
    return edges


def _covers(strokes: Iterable[Stroke], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(end, s.end) - max(start, s.start)) for s in strokes)
    return covered >= COVERED * (end - start)


Owners = list[list[int]]


def _rooms(walls_right: list[list[bool]], walls_below: list[list[bool]]) -> Owners:
    """Squares numbered by the room they are in: squares with no wall between them share a number."""
    rows, columns = len(walls_right), len(walls_right[0]) + 1
    parent = list(range(rows * columns))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not walls_right[row][column]:
                parent[root(here + 1)] = root(here)
            if row + 1 < rows and not walls_below[row][column]:
                parent[root(here + columns)] = root(here)
    return [[root(row * columns + column) for column in range(columns)] for row in range(rows)]


def _without_unused(
    owners: Owners, xs: list[float], ys: list[float]
) -> tuple[Owners, list[float], list[float]]:
    """The grid without edges that part no two rooms anywhere (an underlined word, a stray dash)."""
    kept_rows = [0, *(i for i in range(1, len(owners)) if owners[i] != owners[i - 1])]
    owners = [owners[i] for i in kept_rows]
    by_column = list(zip(*owners, strict=True))
    kept_columns = [0, *(j for j in range(1, len(by_column)) if by_column[j] != by_column[j - 1])]
    owners = [[row[j] for j in kept_columns] for row in owners]
    return owners, [*(xs[j] for j in kept_columns), xs[-1]], [*(ys[i] for i in kept_rows), ys[-1]]


def _rectangles(owners: Owners) -> list[Region]:
    """The rooms as cells in reading order.

    A room that is no rectangle (a line is missing) is cut into row-wise pieces, pieces of equal width one
    below the other being one again: text in it keeps its row, and its column as far as lines tell.
    """
    squares: dict[int, list[tuple[int, int]]] = {}
    for row, line in enumerate(owners):
        for column, owner in enumerate(line):
            squares.setdefault(owner, []).append((row, column))
    regions: list[Region] = []
    for room in squares.values():
        row, column = room[0]
        height, width = room[-1][0] - row + 1, max(c for _, c in room) - column + 1
        if len(room) == height * width and min(c for _, c in room) == column:
            regions.append(Region(row, column, height, width))
        else:
            regions += _pieces(room)
    return sorted(regions)


def _pieces(room: Iterable[tuple[int, int]]) -> list[Region]:
    pieces: list[Region] = []
    for row, line in groupby(room, key=lambda square: square[0]):
        columns = [column for _, column in line]
        for start, width in _runs(columns):
            above = Region(row, start, 1, width)
            for index, piece in enumerate(pieces):
                if piece[1::2] == (start, width) and piece.row + piece.row_span == row:
                    pieces[index] = piece._replace(row_span=piece.row_span + 1)
                    break
            else:
                pieces.append(above)
    return pieces


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, count).

    >>> _runs([0, 1, 4])
    [(0, 2), (4, 1)]
    """
    runs: list[tuple[int, int]] = []
    for column in columns:
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs


def _owned(regions: Sequence[Region], rows: int, columns: int) -> tuple[tuple[int, ...], ...]:
    owners = [[0] * columns for _ in range(rows)]
    for index, region in enumerate(regions):
        for row in range(region.row, region.row + region.row_span):
            owners[row][region.column : region.column + region.column_span] = [index] * region.column_span
    return tuple(map(tuple, owners))
