"""Rows that may hold values, and what rows of one table have in common: where their values begin, and which
columns stand beside the form's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from base.record import record
from extract import locators
from extract.document import Cell
from extract.form.engine.align import Observed
from extract.form.engine.columns import Column, Span, span_of, under
from extract.form.rows.table_rows import PrintedRow

Shape = tuple[int, int, int]

# One row with more values than columns may have caught a page's number; so many are no chance.
LEAST_OVER = 2
# A header of so many words, that of the labels among them, has a cell for each column; one of fewer may leave
# the cells beside its last word out.
LEAST_NAMED = 4


@record
class DataRow:
    """A row that may hold values: label candidates, cells after the label, and the columns above it.

    `observed` is what alignment is to know of it, where its source tells that alone. `differs` says that
    another row of its label prints other values, `overflows` that it prints something beyond its header
    (`prints_beyond`), `shared` that several lines share it, so that its values are of none; `is_cut` that its
    values were cut out of digits run together, and `is_foreign` that it stands in a table of something else.
    """

    row: PrintedRow
    values: tuple[Cell, ...]
    columns: tuple[Column, ...] | None = None
    observed: Observed | None = None
    differs: bool = False
    overflows: bool = False
    shared: bool = False
    is_cut: bool = False
    is_foreign: bool = False

    @property
    def texts(self) -> list[str]:
        """What the value cells print, blank ones left out."""
        return [text for cell in self.values if (text := cell.text.strip())]

    @property
    def shape(self) -> Shape:
        """Rows of one table with as many cells after the label, from the same column on, are of one shape."""
        return self.row.table, len(self.values), self.values[0].column if self.values else -1

    @property
    def locator(self) -> str:
        """Where the row stands: what it prints, else its first value, or its label where it has none."""
        printed = [cell.locator for cell in self.values if cell.text.strip()]
        if printed:
            return locators.span(printed[0], printed[-1])
        first = self.values[0] if self.values else self.row.own
        return first.locator if first else ""


def prints_beyond(row: PrintedRow, header: Sequence[PrintedRow]) -> bool:
    """Whether a row prints something to the right of all that the header above it, in the same table, heads:
    a cell too many, from which on every value may stand a column too far right. Beyond a header that names
    three columns or more, a blank cell is one too many as well."""
    if not header or header[0].table != row.table:
        return False
    stop = max(cell.column + cell.column_span for one in header for cell in one.cells)
    beyond = [cell for cell in row.value_cells if cell.column >= stop]
    named = sum(bool(cell.text.strip()) for one in header for cell in one.cells)
    return any(named >= LEAST_NAMED or cell.text.strip() for cell in beyond)


def told_apart(rows: Sequence[DataRow]) -> list[DataRow]:
    """The rows; where all of them print beyond their header, it is the header that lacks a cell."""
    if all(data.overflows for data in rows):
        return [replace(data, overflows=False) for data in rows]
    return list(rows)


def usual_offsets(rows: Sequence[DataRow], width: int) -> dict[Shape, int]:
    """For each shape, how many cells stand before the first value in rows that print all their values."""
    seen: dict[Shape, Counter[int]] = {}
    for data in rows:
        printed = _printed(data)
        if len(printed) == width and printed[-1] - printed[0] == width - 1:
            seen.setdefault(data.shape, Counter())[printed[0]] += 1
    return {shape: next(iter(found)) for shape, found in seen.items() if len(found) == 1}


def crowded(rows: Sequence[DataRow], width: int) -> frozenset[Shape]:
    """Shapes of rows without a header of which a row as long prints values more than `width` cells apart, and
    all such shapes where several rows do, or one does where the form has a single column: something stands
    there beside the form's columns, and no count tells which cell it is."""
    over = [data for data in rows if (at := _printed(data)) and at[-1] - at[0] >= width]
    long = {data.shape[:2] for data in over}
    bare = [data for data in rows if data.columns is None]
    return frozenset(
        data.shape for data in bare if len(over) >= min(LEAST_OVER, width) or data.shape[:2] in long
    )


def other_columns(rows: Sequence[DataRow]) -> dict[tuple[int, tuple[Column, ...]], frozenset[Span]]:
    """By table and columns, the grid spans right of the labels where most rows that are whole have a cell
    under none of the form's columns: 上年, 备注, a total printed twice. A blank before the form's columns is
    rather a label's."""
    whole: Counter[tuple[int, tuple[Column, ...]]] = Counter()
    beside: Counter[tuple[int, tuple[Column, ...], Span]] = Counter()
    for data in rows:
        if data.columns is None or len(under(data.values, data.columns).cells) < len(data.columns):
            continue
        whole[data.row.table, data.columns] += 1
        for cell in data.values:
            start, stop = span_of(cell)
            is_label = stop <= data.columns[0].start and not cell.text.strip()
            if not is_label and all(stop <= column.start or column.stop <= start for column in data.columns):
                beside[data.row.table, data.columns, span_of(cell)] += 1
    usual = [(key[:2], key[2]) for key, count in beside.items() if 2 * count > whole[key[:2]]]
    return {key: frozenset(span for own, span in usual if own == key) for key, _ in usual}


def _printed(data: DataRow) -> list[int]:
    return [index for index, cell in enumerate(data.values) if cell.text.strip()]
