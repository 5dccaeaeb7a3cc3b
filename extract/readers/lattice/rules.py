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

from extract.readers.lattice.ink import Box, Glyph, Rule

# All in points. Pieces no further out of line than this are pieces of one line (rounding of coordinates).
SAME_LINE = 1.0
# Pieces of one line with no wider gap are joined: dashes, dots, rules that stop short of a crossing.
JOIN_GAP = 5.0
# Lines that come this near to each other meet: corners drawn not quite to the end.
TOUCH = 3.0
# Lines nearer to each other than this part of the height of the table's characters are one (double rules,
# rows whose borders stand a little higher than their neighbours'): no print fits between them.
SAME_EDGE = 0.4
LEAST_EDGE, MOST_EDGE = 1.0, 4.0
# A piece no larger than this either way is a dot, and may belong to a line of either direction.
DOT = 1.2
# A stroke shorter than that is a dot or two side by side, or an end that overshoots; no row is that low.
LEAST_LENGTH = 3.9
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

    def room(self, region: Region) -> Box:
        """The outline of a cell."""
        return Box(
            self.xs[region.column],
            self.ys[region.row],
            self.xs[region.column + region.column_span],
            self.ys[region.row + region.row_span],
        )


class DrawingError(Exception):
    """A page of so many lines that it is a drawing or a map."""


def grids(rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> list[Grid]:
    """The tables of more than one cell that the rules draw, from top to bottom.

    Raises DrawingError where the rules are too many for a table.
    """
    across = _whole([Stroke((r.top + r.bottom) / 2, r.x0, r.x1) for r in rules if _lies(r)])
    down = _whole([Stroke((r.x0 + r.x1) / 2, r.top, r.bottom) for r in rules if _stands(r)])
    if max(len(across), len(down)) > MOST_LINES:
        raise DrawingError(f"over {MOST_LINES} lines in one direction")
    found = filter(None, (_grid(rows, columns, glyphs) for rows, columns in _touching(across, down)))
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _lies(rule: Rule) -> bool:
    """Whether a rule may be a piece of a horizontal line."""
    width, height = rule.x1 - rule.x0, rule.bottom - rule.top
    return width >= height or height <= DOT


def _stands(rule: Rule) -> bool:
    width, height = rule.x1 - rule.x0, rule.bottom - rule.top
    return height >= width or width <= DOT


def _whole(pieces: Iterable[Stroke]) -> list[Stroke]:
    """Pieces of one line joined into one stroke each."""
    joined: list[Stroke] = []
    for group in near(sorted(pieces), SAME_LINE):
        joined += [s for s in _end_to_end(group) if s.end - s.start >= LEAST_LENGTH]
    return joined


def near(strokes: Sequence[Stroke], distance: float) -> list[list[Stroke]]:
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
    for i, line in enumerate(across):
        first, last = bisect_left(places, line.start - TOUCH), bisect_right(places, line.end + TOUCH)
        for j in range(first, last):
            if down[j].start - TOUCH <= line.at <= down[j].end + TOUCH:
                parent[_root(parent, i)] = _root(parent, len(across) + j)
    tables: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, line in enumerate(across):
        tables.setdefault(_root(parent, i), ([], []))[0].append(line)
    for j, line in enumerate(down):
        tables.setdefault(_root(parent, len(across) + j), ([], []))[1].append(line)
    return [(rows, columns) for rows, columns in tables.values() if rows and columns]


def _grid(across: list[Stroke], down: list[Stroke], glyphs: Sequence[Glyph]) -> Grid | None:
    x0, x1 = min(s.start for s in across), max(s.end for s in across)
    y0, y1 = min(s.start for s in down), max(s.end for s in down)
    heights = [
        g.bottom - g.top for g in glyphs if x0 < (g.x0 + g.x1) / 2 < x1 and y0 < (g.top + g.bottom) / 2 < y1
    ]
    if not heights:
        return None
    distance = min(MOST_EDGE, max(LEAST_EDGE, SAME_EDGE * median(heights)))
    rows = _edges(across, (y0, y1), distance)
    columns = _edges(down, (x0, x1), distance)
    if len(rows) < 2 or len(columns) < 2:
        return None
    ys, xs = [at for at, _ in rows], [at for at, _ in columns]
    walls_right = [
        [_covers(column[1], top, bottom) for column in columns[1:-1]] for top, bottom in pairwise(ys)
    ]
    walls_below = [[_covers(row[1], left, right) for left, right in pairwise(xs)] for row in rows[1:-1]]
    regions = _regions(_Walls(walls_right, walls_below))
    rows_used = sorted({edge for r in regions for edge in (r.row, r.row + r.row_span)})
    columns_used = sorted({edge for r in regions for edge in (r.column, r.column + r.column_span)})
    if len(regions) < 2:
        return None
    regions = [_renumbered(region, rows_used, columns_used) for region in regions]
    return Grid(
        tuple(xs[i] for i in columns_used),
        tuple(ys[i] for i in rows_used),
        tuple(regions),
        _owned(regions, len(rows_used) - 1, len(columns_used) - 1),
    )


def _renumbered(region: Region, rows: Sequence[int], columns: Sequence[int]) -> Region:
    """The cell on the grid of the edges that any cell has: a line that parts nothing makes no row."""
    row, column = bisect_left(rows, region.row), bisect_left(columns, region.column)
    row_span = bisect_left(rows, region.row + region.row_span) - row
    return Region(row, column, row_span, bisect_left(columns, region.column + region.column_span) - column)


Edge = tuple[float, list[Stroke]]


def _edges(strokes: list[Stroke], reach: tuple[float, float], distance: float) -> list[Edge]:
    """The edges in one direction: where lines stand, and where the crossing lines end beyond the last one."""
    edges: list[Edge] = []
    for group in near(sorted(strokes), distance):
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


class _Walls(NamedTuple):
    """Where lines stand: `right[r][c]` between squares (r, c) and (r, c + 1), `below[r][c]` below (r, c)."""

    right: list[list[bool]]
    below: list[list[bool]]

    def inside(self, region: Region) -> bool:
        """Whether any line stands within a cell."""
        row, column, row_span, column_span = region
        rows, columns = range(row, row + row_span), range(column, column + column_span)
        return any(self.right[r][c] for r in rows for c in columns[:-1]) or any(
            self.below[r][c] for r in rows[:-1] for c in columns
        )


def _regions(walls: _Walls) -> list[Region]:
    """The cells in reading order: squares with no line between them make one.

    Where that gives no rectangle, or one with a line inside it, a line is missing: the room is cut into
    row-wise pieces, so that text keeps its row, and its column as far as lines tell.
    """
    regions: list[Region] = []
    for room in _rooms(walls):
        columns = [column for _, column in room]
        whole = Region(
            room[0][0], min(columns), room[-1][0] - room[0][0] + 1, max(columns) - min(columns) + 1
        )
        if len(room) == whole.row_span * whole.column_span and not walls.inside(whole):
            regions.append(whole)
        else:
            regions += _pieces(room, walls)
    return sorted(regions)


def _rooms(walls: _Walls) -> list[list[tuple[int, int]]]:
    """The squares (row, column), in reading order, of each room with no line between its squares."""
    rows, columns = len(walls.right), len(walls.right[0]) + 1
    parent = list(range(rows * columns))
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not walls.right[row][column]:
                parent[_root(parent, here + 1)] = _root(parent, here)
            if row + 1 < rows and not walls.below[row][column]:
                parent[_root(parent, here + columns)] = _root(parent, here)
    rooms: dict[int, list[tuple[int, int]]] = {}
    for square in range(rows * columns):
        rooms.setdefault(_root(parent, square), []).append(divmod(square, columns))
    return list(rooms.values())


def _root(parent: list[int], node: int) -> int:
    """The representative of a node's set; the path to it is shortened on the way."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _pieces(room: Iterable[tuple[int, int]], walls: _Walls) -> list[Region]:
    pieces: list[Region] = []
    for row, line in groupby(room, key=lambda square: square[0]):
        runs: list[list[int]] = []
        for _, column in line:
            if runs and runs[-1][-1] == column - 1 and not walls.right[row][column - 1]:
                runs[-1].append(column)
            else:
                runs.append([column])
        for run in runs:
            above = next(
                (
                    i
                    for i, p in enumerate(pieces)
                    if p.row + p.row_span == row and p[1::2] == (run[0], len(run))
                ),
                None,
            )
            if above is None or any(walls.below[row - 1][column] for column in run):
                pieces.append(Region(row, run[0], 1, len(run)))
            else:
                pieces[above] = pieces[above]._replace(row_span=pieces[above].row_span + 1)
    return pieces


def _owned(regions: Sequence[Region], rows: int, columns: int) -> tuple[tuple[int, ...], ...]:
    owners = [[0] * columns for _ in range(rows)]
    for index, region in enumerate(regions):
        for row in range(region.row, region.row + region.row_span):
            owners[row][region.column : region.column + region.column_span] = [index] * region.column_span
    return tuple(map(tuple, owners))
