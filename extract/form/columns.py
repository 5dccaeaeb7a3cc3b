"""Which cell of a row stands under which column of the form.

Column headers of these forms span, break over rows and lose words; rows lose leading or trailing cells. A
row is matched to its header by geometry where each column covers a cell of its own, else by number where
there are as many cells as columns. What neither settles is said to be merged or short, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.document import Cell
from extract.form.labels import likeness, normalise
from extract.form.reading import MERGED, MOVED, SHORT_ROW
from extract.form.values import header_unit

# A header that keeps less than this share of its characters is told by its place among the others only.
LEAST_LIKENESS = 0.6


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form in a printed table: its key, its grid span [start, stop), its printed header."""

    key: str
    start: int
    stop: int
    header: str = ""

    @property
    def unit(self) -> str | None:
        """The unit that the header names."""
        return header_unit(self.header)


@dataclass(frozen=True, slots=True)
class Placed:
    """The cells of a row by column key, and the flags that hold for the whole row."""

    cells: Mapping[str, Cell]
    merged: Mapping[str, Cell]
    flags: tuple[str, ...] = ()


def header_columns(
    header_rows: Sequence[Sequence[Cell]],
    labels: Mapping[str, str],
    keys: Sequence[str],
    parents: frozenset[str],
) -> tuple[Column, ...] | None:
    """Columns by header words: `labels` maps header bodies to keys, `parents` are keys of spanning headers.

    Returns one Column for each of `keys` in the order printed, or None where the header does not tell all.
    A header word split over rows (商业 above 企业) is read from top to bottom. A header that no label
    explains takes the one key missing at its place.
    """
    printed = [(cells, start, stop) for cells, start, stop in leaves(header_rows)]
    found: list[tuple[str | None, int, int, str]] = []
    for cells, start, stop in printed:
        own = [cell for cell in cells if labels.get(normalise(cell.text).body) not in parents]
        header = "".join(cell.text for cell in own)
        found.append((_key_of(own, labels, keys), start, stop, header))
    known = [key for key, *_ in found if key]
    if len(set(known)) != len(known):
        return None
    columns = _fill_between(found, keys)
    return columns if columns and {column.key for column in columns} == set(keys) else None


def leaves(header_rows: Sequence[Sequence[Cell]]) -> list[tuple[tuple[Cell, ...], int, int]]:
    """For each run of grid columns under the same header cells: these cells top down, start and stop."""
    width = max((cell.column + cell.column_span for row in header_rows for cell in row), default=0)
    above: list[list[Cell]] = [[] for _ in range(width)]
    for row in header_rows:
        for cell in row:
            for column in range(cell.column, cell.column + cell.column_span):
                above[column].append(cell)
    leaves: list[tuple[tuple[Cell, ...], int, int]] = []
    before: list[int] = []
    for column, covering in enumerate(above):
        cells = {id(cell): cell for cell in covering}
        if leaves and before == list(cells):
            leaves[-1] = (leaves[-1][0], leaves[-1][1], column + 1)
        else:
            leaves.append((tuple(cells.values()), column, column + 1))
        before = list(cells)
    return leaves


def _key_of(cells: Sequence[Cell], labels: Mapping[str, str], keys: Sequence[str]) -> str | None:
    whole = normalise("".join(cell.text for cell in cells)).body
    bodies = [whole, *(normalise(cell.text).body for cell in reversed(cells))]
    for body in bodies:
        if labels.get(body) in keys:
            return labels[body]
    scored = sorted(
        ((likeness(whole, body), key) for body, key in labels.items() if key in keys), reverse=True
    )
    if whole and scored and scored[0][0] >= LEAST_LIKENESS:
        rivals = [score for score, key in scored if key != scored[0][1]]
        if not rivals or rivals[0] < scored[0][0]:
            return scored[0][1]
    return None


def _fill_between(
    found: Sequence[tuple[str | None, int, int, str]], keys: Sequence[str]
) -> tuple[Column, ...] | None:
    """Give unexplained headers the missing keys, where the form's order leaves one way only."""
    known = [index for index, (key, *_) in enumerate(found) if key]
    if not known:
        return None
    missing = [key for key in keys if key not in {found[index][0] for index in known}]
    unexplained = [i for i in range(known[0], len(found)) if found[i][0] is None and found[i][3].strip()]
    filled = dict(zip(unexplained, missing, strict=True)) if len(missing) == len(unexplained) else {}
    columns = [
        Column(found[i][0] or filled[i], found[i][1], found[i][2], found[i][3])
        for i in range(known[0], len(found))
        if found[i][0] or i in filled
    ]
    in_form_order = [column.key for column in columns] == [
        key for key in keys if key in {column.key for column in columns}
    ]
    return tuple(columns) if not filled or in_form_order else None


def place(
    values: Sequence[Cell],
    columns: Sequence[Column] | None,
    keys: Sequence[str],
    offset: int | None = None,
) -> Placed | None:
    """The cells of one row (those after its label) by column key.

    `columns` is the header's account, if it gave one; `keys` the form's order. `offset` says how many cells
    stand before the first value in full rows of the same shape. None where the cells cannot be placed.
    """
    if columns:
        by_geometry = _under(values, columns)
        if len(by_geometry.cells) == len(columns) and not _left_over(values, by_geometry):
            if offset is None and _may_have_moved(values, columns):
                printed = {key: cell for key, cell in by_geometry.cells.items() if cell.text.strip()}
                return Placed({}, printed, (MOVED,))
            return by_geometry
        keys = [column.key for column in columns]
    by_number = _in_order(values, keys, offset)
    if by_number and not any(_spans_whole_columns(cell, columns or ()) for cell in values):
        return by_number
    if columns and (by_geometry.cells or by_geometry.merged):
        flags = (SHORT_ROW,) if len(by_geometry.cells) + len(by_geometry.merged) < len(columns) else ()
        return Placed(by_geometry.cells, by_geometry.merged, flags or by_geometry.flags)
    return None


def _under(values: Sequence[Cell], columns: Sequence[Column]) -> Placed:
    """Cells by geometry: a column has a cell if exactly one cell lies under it and under no other column."""
    claims: dict[int, list[str]] = {}
    covering: dict[str, list[int]] = {}
    for index, cell in enumerate(values):
        for column in columns:
            if cell.column < column.stop and column.start < cell.column + cell.column_span:
                claims.setdefault(index, []).append(column.key)
                covering.setdefault(column.key, []).append(index)
    cells: dict[str, Cell] = {}
    merged: dict[str, Cell] = {}
    for key, indices in covering.items():
        if len(indices) == 1 and len(claims[indices[0]]) == 1:
            cells[key] = values[indices[0]]
        elif any(values[index].text.strip() for index in indices):
            merged[key] = next(values[index] for index in indices if values[index].text.strip())
    return Placed(cells, merged, (MERGED,) if merged else ())


def _spans_whole_columns(cell: Cell, columns: Sequence[Column]) -> bool:
    """Whether a cell reaches exactly from the left edge of one column to the right edge of another."""
    starts = [i for i, column in enumerate(columns) if column.start == cell.column]
    stops = [i for i, column in enumerate(columns) if column.stop == cell.column + cell.column_span]
    return bool(starts and stops and stops[0] > starts[0])


def _may_have_moved(values: Sequence[Cell], columns: Sequence[Column]) -> bool:
    """Whether a row with a blank before its first column and a blank in its last may have lost a leading
    cell, so that every number in it stands a column too far left."""
    before = [cell for cell in values if cell.column + cell.column_span <= columns[0].start]
    last = max(values, key=lambda cell: cell.column)
    return bool(before) and not last.text.strip() and any(cell.text.strip() for cell in values)


def _left_over(values: Sequence[Cell], placed: Placed) -> bool:
    """Whether a cell with text stands under no column."""
    own = {id(cell) for cell in placed.cells.values()}
    return any(cell.text.strip() and id(cell) not in own for cell in values)


def _in_order(values: Sequence[Cell], keys: Sequence[str], offset: int | None) -> Placed | None:
    """Cells by number: as many as columns, or a window of as many with nothing but blanks around it."""
    if len(values) < len(keys):
        return None
    first = [index for index, cell in enumerate(values) if cell.text.strip()]
    if len(values) == len(keys):
        starts = [0]
    elif not first:
        starts = [offset or 0]
    else:
        starts = [
            start
            for start in range(len(values) - len(keys) + 1)
            if start <= first[0] and first[-1] < start + len(keys)
        ]
        if len(starts) > 1 and offset in starts:
            starts = [offset]
    if len(starts) != 1:
        return None
    window = values[starts[0] : starts[0] + len(keys)]
    return Placed(dict(zip(keys, window, strict=True)), {})
