"""政府信息公开情况统计表 of 2014 to 2018: indicators by label and order, one column of counts."""

from __future__ import annotations

from collections.abc import Sequence

from extract.form.codebook import codebook
from extract.form.columns import Column, header_columns, place
from extract.form.grid import DataRow, TableReading, emit, join_cut_rows, match_rows, missing_lines
from extract.form.labels import normalise
from extract.form.rows import VALUE, Row, kind

TABLE = "s14"
EDITION = "e2014"
# Fewer of its indicators make no statistics table: other tables count staff and training too.
LEAST_INDICATORS = 5


def read_statistics(rows: Sequence[Row]) -> TableReading | None:
    """The reading of the statistics table; None where too few of its indicators are there."""
    form = codebook().form(TABLE, EDITION)
    reading = TableReading(TABLE, EDITION)
    data = join_cut_rows(_data_rows(rows), form.lines)
    for row, line, match in match_rows(data, form.lines, reading):
        emit(reading, line, place(row.values, row.columns, ["value"]), row, match)
    reading.remarks += missing_lines(reading, form.lines)
    return reading if len(reading.lines) >= LEAST_INDICATORS else None


def _data_rows(rows: Sequence[Row]) -> list[DataRow]:
    labels = codebook().columns[TABLE]
    columns: tuple[Column, ...] | None = None
    data: list[DataRow] = []
    for row in rows:
        keys = [labels[body] for cell in row.cells if (body := normalise(cell.text).body) in labels]
        if len(keys) > 1 and not any(kind(cell.text) == VALUE for cell in row.cells):
            values = [key for key in keys if key in ("value", "cumulative")]
            columns = header_columns([row.cells], labels, values, frozenset({"indicator", "unit"}))
        elif row.value_cells:
            data.append(DataRow(row, row.value_cells, columns))
    return data
