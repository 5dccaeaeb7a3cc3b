"""政府信息公开情况统计表 of 2014 to 2018: indicators by label and order, one column of counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.document import Cell
from extract.form.codebook import codebook
from extract.form.columns import Column, header_columns, place
from extract.form.grid import (
    DataRow,
    TableReading,
    compare_copies,
    emit,
    join_cut_rows,
    match_rows,
    missing_lines,
    split_copies,
)
from extract.form.labels import normalise
from extract.form.rows import VALUE, Row, kind

TABLE = "s14"
EDITION = "e2014"
# Fewer of its indicators make no statistics table: other tables count staff and training too.
LEAST_INDICATORS = 5
# A provincial variant heads the column of the year with the year itself, beside 历年累计.
_YEAR = re.compile(r"20\d\d年度?")


def read_statistics(rows: Sequence[Row]) -> TableReading | None:
    """The reading of the statistics table; None where too few of its indicators are there."""
    first = next(line for line in codebook().form(TABLE, EDITION).lines if line.printed)
    readings = [_read_copy(copy) for copy in split_copies(_data_rows(rows), first)]
    readings = [reading for reading in readings if len(reading.lines) >= LEAST_INDICATORS]
    return compare_copies(readings) if readings else None


def _read_copy(data: Sequence[DataRow]) -> TableReading:
    form = codebook().form(TABLE, EDITION)
    reading = TableReading(TABLE, EDITION)
    for row, line, match in match_rows(join_cut_rows(data, form.lines), form.lines, reading):
        emit(reading, line, place(row.values, row.columns, ["value"]), row, match)
    reading.remarks += missing_lines(reading, form.lines)
    return reading


def _data_rows(rows: Sequence[Row]) -> list[DataRow]:
    years = {body: "value" for row in rows for body in map(_body, row.cells) if _YEAR.fullmatch(body)}
    labels = {**codebook().columns[TABLE], **years}
    columns: tuple[Column, ...] | None = None
    data: list[DataRow] = []
    for row in rows:
        keys = [labels[body] for body in map(_body, row.cells) if body in labels]
        if len(keys) > 1 and not any(kind(cell.text) == VALUE for cell in row.cells):
            values = [key for key in keys if key in ("value", "cumulative")]
            columns = header_columns([row.cells], labels, values, frozenset({"indicator", "unit"}))
        elif row.value_cells:
            data.append(DataRow(row, row.value_cells, columns))
    return data


def _body(cell: Cell) -> str:
    return normalise(cell.text).body
