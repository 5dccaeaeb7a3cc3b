"""Which cell of a row stands under which column of the form.

Rows lose leading or trailing cells. A row is matched to its header by geometry where each column covers a
cell of its own, else by number where there are as many cells as columns. What neither settles is said to be
merged or short, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extract.document import Cell
from extract.form.layout.labels import normalise
from extract.form.reading import MERGED, MOVED, SHORT_ROW
from extract.form.rows.values import header_unit, parse

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form in a printed table: its key, its grid span [start, stop), its printed header,
    the spans of columns that are called the same, and the header's own words where `header` holds more."""

    key: str
    start: int
    stop: int
    header: str = ""
    twins: tuple[Span, ...] = ()
    named: str = ""

    @property
    def words(self) -> str:
        """The words that head the column, in their comparable form."""
        return self.named or normalise(self.header).body

    @property
    def unit(self) -> str | None:
        """The unit that the header names."""
        return header_unit(self.header)


@dataclass(frozen=True, slots=True)
class Placed:
    """The cells of a row by column key, the flags that hold for the whole row, and the keys whose column
    stands twice in the table with something else in it."""

    cells: Mapping[str, Cell]
    merged: Mapping[str, Cell]
    flags: tuple[str, ...] = ()
    doubled: frozenset[str] = frozenset()


def place(
    values: Sequence[Cell],
    columns: Sequence[Column] | None,
    keys: Sequence[str],
    offset: int | None = None,
    *,
    by_number: bool = True,
) -> Placed | None:
    """The cells of one row (those after its label) by column key.

    `columns` is the header's account, if it gave one; `keys` the form's order. `offset` says how many cells
    stand before the first value in full rows of the same shape; `by_number` whether a count of cells may
    tell. None where the cells cannot be placed.
    """
    if columns:
        by_geometry = under(values, columns)
        if len(by_geometry.cells) == len(columns) and not _left_over(values, by_geometry):
            moved = offset is None and _may_have_moved(values, columns)
            return _unplaced(by_geometry) if moved else by_geometry
        keys = [column.key for column in columns]
    in_order = _in_order(values, keys, offset) if by_number else None
    if in_order and columns and len(keys) < len(values) and len(by_geometry.cells) == len(columns):
        # Each column has a cell of its own, and still a count of cells tells otherwise: a row that lost a
        # leading cell prints its last value a column too far left, a column beside the form's does not.
        if in_order.cells == by_geometry.cells:
            return by_geometry
        if not in_order.cells[keys[-1]].text.strip():
            return _unplaced(by_geometry)
    if in_order and not any(_spans_whole_columns(cell, columns or ()) for cell in values):
        return in_order
    if columns and (by_geometry.cells or by_geometry.merged):
        flags = (SHORT_ROW,) if len(by_geometry.cells) + len(by_geometry.merged) < len(columns) else ()
        return replace(by_geometry, flags=flags or by_geometry.flags)
    return None


def _without_blanks_beside(strays: Sequence[Cell], placed: Placed) -> Placed:
    """A blank cell that touches print under no column is not known to be blank: the print may be its own,
    where the columns of a table without rules were parted twice."""
    ends = {edge: stray for stray in strays if stray.text.strip() for edge in span_of(stray)}
    doubted = {
        key: next(ends[edge] for edge in span_of(cell) if edge in ends)
        for key, cell in placed.cells.items()
        if not cell.text.strip() and not ends.keys().isdisjoint(span_of(cell))
    }
    if not doubted:
        return placed
    cells = {key: cell for key, cell in placed.cells.items() if key not in doubted}
    return replace(placed, cells=cells, merged={**placed.merged, **doubted}, flags=placed.flags or (MERGED,))


def _unplaced(placed: Placed) -> Placed:
    """A row whose values may stand a column beside their own."""
    return Placed({}, {key: cell for key, cell in placed.cells.items() if cell.text.strip()}, (MOVED,))


def place_beside(cells: Sequence[Cell], columns: Sequence[Column], others: frozenset[Span]) -> Placed:
    """The cells of one row by column key where `others` are columns beside the form's.

    Only geometry tells there: a row that has not a cell of its own in every column may have lost one, and
    then what stands behind it stands a column too far left.
    """
    placed = _without_blanks_beside(
        [cell for cell in cells if span_of(cell) in others], under(cells, columns)
    )
    whole = len(placed.cells) == len(columns) and others <= {span_of(cell) for cell in cells}
    return placed if whole else replace(placed, flags=(*placed.flags, SHORT_ROW))


def span_of(cell: Cell) -> Span:
    """The grid columns that a cell takes, [start, stop)."""
    return cell.column, cell.column + cell.column_span


def under(values: Sequence[Cell], columns: Sequence[Column]) -> Placed:
    """Cells by geometry: a column has a cell if exactly one cell lies under it and under no other column."""
    claims: list[list[str]] = []
    covering: dict[str, list[int]] = {}
    edges = [(column.start, column.stop, column.key) for column in columns]
    for index, cell in enumerate(values):
        first, last = span_of(cell)
        claimed = [key for start, stop, key in edges if first < stop and start < last]
        claims.append(claimed)
        for key in claimed:
            covering.setdefault(key, []).append(index)
    cells: dict[str, Cell] = {}
    merged: dict[str, Cell] = {}
    for key, indices in covering.items():
        if len(indices) == 1 and len(claims[indices[0]]) == 1:
            cells[key] = values[indices[0]]
        elif any(values[index].text.strip() for index in indices):
            merged[key] = next(values[index] for index in indices if values[index].text.strip())
    doubled = frozenset(column.key for column in columns if _differs_from_twin(column, cells, values))
    return Placed(cells, merged, (MERGED,) if merged else (), doubled)


def _differs_from_twin(column: Column, cells: Mapping[str, Cell], values: Sequence[Cell]) -> bool:
    if not column.twins:
        return False
    beside = [cell for cell in values if span_of(cell) in column.twins]
    own = parse(cells[column.key].text) if column.key in cells else None
    return any(parse(cell.text) != own for cell in beside)


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
