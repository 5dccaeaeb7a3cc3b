"""The statistics table: indicators by label and order, one column of counts or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extract.form.engine.columns import Column, header_columns, place
from extract.form.engine.grid import TableReading, emit, missing_lines
from extract.form.engine.matching import join_cut_rows
from extract.form.engine.printed_twice import compare_copies, split_copies
from extract.form.engine.row_remarks import unclaimed_row
from extract.form.engine.shapes import DataRow
from extract.form.engine.shared_rows import match_shared_rows
from extract.form.layout.codebook import Form, codebook
from extract.form.layout.editions import edition_of, told_by_labels
from extract.form.layout.labels import Label, normalise
from extract.form.layout.value_columns import DESCRIBING, YEAR_VALUE, column_key, in_columns
from extract.form.rows.table_rows import Row, label_candidates, row_of_cells

TABLE = "s14"
# Fewer of its indicators make no statistics table: other tables count staff and training too.
LEAST_INDICATORS = 5


def read_statistics(rows: Sequence[Row]) -> TableReading | None:
    """The reading of the statistics table; None where too few of its indicators are there, or where most
    rows are no indicators of it: a local form has a few labels like the national one's (`form.local`)."""
    tables: dict[int, list[DataRow]] = {}
    for row in _data_rows(rows):
        tables.setdefault(row.row.table, []).append(row)
    # Beside the form may stand a table of the agency's staff, say, with a row called like one of the form's.
    national = {number for number, table in tables.items() if _is_national(table)}
    data = [row for number in tables if number in national for row in tables[number]]
    others = [row for number in tables if number not in national for row in tables[number]]
    printed = [line for line in codebook().lines_of_all(TABLE) if line.printed]
    readings = [_read_copy(copy) for copy in split_copies(data, printed)]
    readings = [reading for reading in readings if len(reading.lines) >= LEAST_INDICATORS]
    if not readings:
        return None
    reading = compare_copies(readings)
    reading.remarks += [unclaimed_row(row.row) for row in others if row.row.prints_values()]
    return reading


def statistics_form(rows: Iterable[Sequence[Label]]) -> Form:
    """The form of the statistics table that the labels of rows tell."""
    told = told_by_labels(TABLE, (([label.body for label in labels], True) for labels in rows))
    return codebook().form(TABLE, edition_of(TABLE, told, ()))


def _is_national(data: Sequence[DataRow]) -> bool:
    """Whether at least every second row with a label is named just as a line of the national form is."""
    bodies = tuple(body for line in codebook().lines_of_all(TABLE) for body in line.bodies)
    labels = [found for row in data if (found := label_candidates(row.row))]
    named = [found for found in labels if any(label.body.endswith(bodies) for label in found)]
    return 2 * len(named) >= len(labels)


def _read_copy(data: Sequence[DataRow]) -> TableReading:
    """One copy of the table. Where rows print several counts under no header, no count is the year's for
    certain, also in rows that print one."""
    form = statistics_form(label_candidates(row.row) for row in data)
    reading = TableReading(TABLE, form.edition)
    matched = match_shared_rows(join_cut_rows(data, form.lines), form.lines, reading)
    several = any(sum(bool(c.text.strip()) for c in row.values) > 1 for row, *_ in matched)
    for row, line, match in matched:
        keys = [column.key for column in row.columns or ()] or [YEAR_VALUE]
        untold = (row.columns is None and several) or row.shared
        placed = None if untold else place(row.values, row.columns, keys)
        emit(reading, in_columns(line, keys), placed, row, match)
    reading.remarks += missing_lines(reading, form.lines)
    return reading


def _data_rows(rows: Sequence[Row]) -> list[DataRow]:
    """Rows with values, under the columns that the header above them names; what stands to the left of the
    indicators (序号, the row's number) belongs to neither."""
    columns: tuple[Column, ...] | None = None
    first = 0
    data: list[DataRow] = []
    for row in rows:
        keys = [column_key(cell.text) for cell in row.cells if cell.text.strip()]
        if _is_header(keys) and not row.has_value():
            named = {normalise(cell.text).body: column_key(cell.text) for cell in row.cells}
            values = [key for key in keys if key not in DESCRIBING]
            columns = header_columns([row.cells], named, values, frozenset(DESCRIBING))
            indicators = (cell.column for cell in row.cells if column_key(cell.text) == "indicator")
            first = next(indicators, 0)
            continue
        if first:
            row = row_of_cells(row.table, row.index, [cell for cell in row.cells if cell.column >= first])
        if row.value_cells:
            data.append(DataRow(row, row.value_cells, columns))
    return data


def _is_header(keys: Sequence[str]) -> bool:
    known = set(codebook().columns[TABLE].values())
    return len([key for key in keys if key in known]) > 1
