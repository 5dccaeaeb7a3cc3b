"""Table three, 收到和处理政府信息公开申请情况: rows by label and order, seven columns by header."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from extract import locators
from extract.document import Cell
from extract.form.engine.columns import Column, header_columns
from extract.form.engine.grid import TableReading, missing_lines, place_rows
from extract.form.engine.matching import join_cut_rows, lines_named, match_rows
from extract.form.engine.printed_twice import compare_copies, split_copies
from extract.form.engine.row_remarks import unclaimed_row
from extract.form.engine.shapes import DataRow, prints_beyond, told_apart
from extract.form.layout.codebook import Form, codebook
from extract.form.layout.editions import edition_of, told_by_labels
from extract.form.layout.labels import Label, normalise
from extract.form.reading import MERGED, Remark, read_cell
from extract.form.rows.table_rows import Row, is_applicant_header, label_candidates

TABLE = "t3"


def read_table_three(rows: Sequence[Row], others: Sequence[str | None] = ()) -> TableReading | None:
    """The reading of table three from its rows; None where no row holds values or a label of the form.
    `others` are the editions of the report's other tables."""
    copies = split_copies(_data_rows(rows), codebook().lines_of_all(TABLE))
    readings = [_read_copy(copy, others) for copy in copies]
    readings = [reading for reading in readings if reading.cells]
    return compare_copies(readings) if readings else None


def _data_rows(rows: Sequence[Row]) -> list[DataRow]:
    """Rows below a header with the columns that it names; headers repeated after a page break included."""
    book = codebook()
    labels = book.columns[TABLE]
    parents = frozenset({"applicants", "organisations"})
    header: list[Row] = []
    in_header = False
    columns: tuple[Column, ...] | None = None
    data: list[DataRow] = []
    for row in rows:
        words_only = not row.has_value()
        if is_applicant_header(row) or (in_header and words_only and not _names_a_line(row)):
            header = [*header, row] if in_header else [row]
            in_header = True
            continue
        if in_header:
            printed = [h.cells for h in header]
            others = book.words["other_column"]
            columns = header_columns(printed, labels, book.applicant_types, parents, book.parents, others)
            in_header = False
        if header and row.table != header[0].table and not _same_edges(row, columns):
            columns = None
        if row.value_cells and row.label_end < len(row.cells):
            data.append(DataRow(row, row.value_cells, columns, overflows=prints_beyond(row, header)))
    return told_apart(data)


def _same_edges(row: Row, columns: Sequence[Column] | None) -> bool:
    """Whether a row of a later table ends in cells that stand one by one under the columns."""
    return columns is not None and [
        (cell.column, cell.column + cell.column_span) for cell in row.cells[-len(columns) :]
    ] == [(column.start, column.stop) for column in columns]


def _names_a_line(row: Row) -> bool:
    bodies = {normalise(cell.text).body for cell in row.cells}
    lines = codebook().lines_of_all(TABLE)
    return any(body in line.bodies for line in lines for body in bodies if len(body) > 2)


def _read_copy(data: Sequence[DataRow], others: Sequence[str | None]) -> TableReading:
    told = told_edition(data)
    form = codebook().form(TABLE, edition_of(TABLE, told, others))
    reading = TableReading(TABLE, form.edition, is_sure=len(told) == 1)
    rows = join_cut_rows(data, form.lines)
    merged = [row for row in rows if len(lines_named(row.row, form.lines)) > 1]
    for row in merged:
        if again := reading.lines & {line.code for line in lines_named(row.row, form.lines)}:
            reading.cells = [c.unreadable(MERGED) if c.row_code in again else c for c in reading.cells]
            reading.remarks.append(unclaimed_row(row.row))
        else:
            _read_merged(row, form, reading)
    single = [row for row in rows if row not in merged]
    lines = [line for line in form.lines if line.code not in reading.lines]
    matched = match_rows(single, lines, reading)
    place_rows(matched, codebook().applicant_types, reading)
    reading.remarks += missing_lines(reading, form.lines)
    return reading


def told_edition(
    data: Sequence[DataRow], labels_of: Callable[[Row], tuple[Label, ...]] = label_candidates
) -> tuple[str, ...]:
    """The editions that the rows' labels tell."""
    rows = []
    for row in data:
        own = row.row.own
        is_own = own is not None and own.row_span == 1
        rows.append(([label.body for label in labels_of(row.row)], is_own))
    return told_by_labels(TABLE, rows)


def _lines(cell: Cell) -> Iterator[Cell]:
    """Each line that a cell prints, at its own place."""
    start = len(cell.text) - len(cell.text.lstrip())
    for line in cell.text.strip().splitlines(keepends=True):
        text = line.rstrip("\r\n")
        yield replace(cell, text=text, locator=locators.part(cell.locator, start, start + len(text)))
        start += len(line)


def _read_merged(data: DataRow, form: Form, reading: TableReading) -> None:
    """Two labels in one row: each line has its values only if every cell prints as many lines of text."""
    lines = lines_named(data.row, form.lines)
    parts = [list(_lines(cell)) for cell in data.values]
    keys = codebook().applicant_types
    apart = len(data.values) == len(keys) and all(len(part) == len(lines) for part in parts)
    for number, line in enumerate(lines):
        reading.lines.add(line.code)
        for index, (_, code, applicant) in enumerate(line.cells):
            source = data.values[index] if index < len(data.values) else Cell("", 0, 0, locator=data.locator)
            if apart:
                cell = parts[index][number]
                reading.cells.append(read_cell(code, applicant, cell, form.edition, None, (MERGED,)))
            else:
                read = read_cell(code, applicant, source, form.edition, None)
                reading.cells.append(read.unreadable(MERGED))
    codes = ", ".join(line.code for line in lines)
    reading.remarks.append(
        Remark(
            "merged_rows",
            "warn",
            f"两行合并为一行：{data.row.text[:80]}",
            f"rows of the form are merged into one: {codes}",
            row_code=lines[0].code,
            evidence=data.values[0].locator if data.values else None,
        )
    )
