"""Table two, 主动公开政府信息情况: blocks of rows, each under a header of its own that names its columns.

The edition is told from the columns (本年制发件数 is 2021's, 本年新制作数量 2019's), and a cell's row code is
its line's code with the column's key.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from extract.document import Cell
from extract.form.engine.columns import Column, header_columns, place
from extract.form.engine.grid import TableReading, emit, missing_lines
from extract.form.engine.printed_twice import compare_copies, split_copies
from extract.form.engine.row_remarks import unclaimed_row
from extract.form.engine.shapes import DataRow, prints_beyond, told_apart
from extract.form.engine.shared_rows import match_shared_rows
from extract.form.layout.codebook import Line, codebook
from extract.form.layout.editions import edition_of, told_by_columns
from extract.form.layout.labels import normalise
from extract.form.reading import Remark
from extract.form.rows.table_rows import Row

TABLE = "t2"


@cache
def blocks() -> tuple[tuple[str, ...], ...]:
    """The sets of columns that the blocks of any edition print, in order."""
    forms = codebook().forms_of(TABLE)
    return tuple(dict.fromkeys(line.keys for form in reversed(forms) for line in form.printed_lines))


def line_under(line: Line, columns: Sequence[Column] | None) -> tuple[str, list[str], list[str]]:
    """A line's code with the keys and words of the columns that it stands under."""
    found = columns or ()
    return line.code, [column.key for column in found], [column.words for column in found]


def read_table_two(rows: Sequence[Row], others: Sequence[str | None] = ()) -> TableReading | None:
    """The reading of table two from its rows; None where none of its lines is there. `others` are the
    editions of the report's other tables."""
    copies = split_copies(_data_rows(rows), codebook().lines_of_all(TABLE)[1:])
    readings = [_read_copy(copy, others) for copy in copies]
    readings = [reading for reading in readings if reading.cells]
    return compare_copies(readings) if readings else None


def _data_rows(rows: Sequence[Row]) -> list[DataRow]:
    columns: tuple[Column, ...] | None = None
    header: list[Row] = []
    data: list[DataRow] = []
    for row in rows:
        if _is_header(row):
            header = [row]
            named = _columns_named(row.cells)
            columns = header_columns([row.cells], codebook().columns[TABLE], named, frozenset({"content"}))
        elif row.value_cells:
            data.append(DataRow(row, row.value_cells, columns, overflows=prints_beyond(row, header)))
    return told_apart(data)


def _is_header(row: Row) -> bool:
    """Whether a row names columns (信息内容, 本年制发件数 …) and prints no value."""
    labels = codebook().columns[TABLE]
    named = any(normalise(cell.text).body in labels for cell in row.cells)
    return named and not row.has_value()


def _columns_named(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The block of columns that a header row prints: as many as it has header cells, all named its own."""
    labels = codebook().columns[TABLE]
    headers = [body for cell in cells if (body := normalise(cell.text).body)]
    headers = [body for body in headers if labels.get(body) != "content"]
    named = [labels[body] for body in headers if body in labels]
    fitting = [block for block in blocks() if len(block) == len(headers) and set(named) <= set(block)]
    return fitting[0] if len(fitting) == 1 else tuple(named)


def _read_copy(data: Sequence[DataRow], others: Sequence[str | None]) -> TableReading:
    reading = TableReading(TABLE, "")
    matched = match_shared_rows(data, codebook().lines_of_all(TABLE), reading)
    told = told_by_columns(TABLE, [line_under(line, row.columns) for row, line, _ in matched])
    reading.edition, reading.is_sure = edition_of(TABLE, told, others), len(told) == 1
    form = codebook().form(TABLE, reading.edition)
    expected = {line.code: line for line in form.lines if line.printed}
    mixed = False
    for row, line, match in matched:
        columns = tuple(c for c in row.columns or () if f"{line.code}.{c.key}" in codebook().rows)
        usual = expected[line.code].cells if line.code in expected else ()
        cells = tuple(c for c in line.cells if c[0] in {column.key for column in columns}) or usual
        if not cells:
            reading.remarks.append(unclaimed_row(row.row))
            continue
        mixed = mixed or cells != usual
        own = Line(line.code, TABLE, reading.edition, line.position, "line", line.marker, line.bodies, cells)
        placed = place(row.values, columns or None, [key for key, *_ in cells])
        emit(reading, own, None if row.shared else placed, row, match)
    if mixed:
        reading.remarks.append(_mixed(reading.edition))
    reading.remarks += missing_lines(reading, form.lines)
    return reading


def _mixed(edition: str) -> Remark:
    return Remark(
        "edition_mixed",
        "warn",
        f"表二混用了不同版本的表式（按 {edition} 认定）",
        f"table two mixes blocks of different editions; taken as {edition}",
    )
