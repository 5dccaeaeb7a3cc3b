"""One engine for every table of the form: rows -> align -> place -> emit.

The layout says what a table is: lines, and how the cells of a line are coded (`tables.csv`). Rows come from
two sources, real tables and running text, which differ in what a row knows of its columns: there they stand
under a header, here words before them name it. Everything else is one way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol

from extract.form.engine.align import Match
from extract.form.engine.columns import Column, Placed
from extract.form.engine.copies import compare_copies
from extract.form.engine.emit import Matched, TableReading, emit, missing_lines
from extract.form.engine.row_findings import edition_mixed, unclaimed_row
from extract.form.engine.shapes import DataRow
from extract.form.layout.codebook import BY_COLUMN, SINGLE, codebook
from extract.form.layout.editions import edition_of, told_by_columns, told_by_labels
from extract.form.layout.form import Line
from extract.form.layout.value_columns import YEAR_VALUE, in_columns
from extract.form.rows.table_rows import PrintedRow
from extract.records import Finding

# Fewer lines of a table that not every report has are no such table: other tables count staff and training.
LEAST_LINES = 5


class RowSource(Protocol):
    """Where rows come from, and what only that knows of them."""

    @property
    def known(self) -> Collection[str]:
        """The lines that are read already, from another source."""

    def rows(self, table: str, rows: Sequence[PrintedRow]) -> list[DataRow]:
        """The rows that may hold values, each with the columns named above it."""

    def copies(self, table: str, data: Sequence[DataRow]) -> list[list[DataRow]]:
        """The copies of the table that the rows are of."""

    def labels(self, data: DataRow) -> tuple[list[str], bool]:
        """What may be a row's label, and whether it is the row's own and not that of a group."""

    def matched(
        self, rows: Sequence[DataRow], lines: Sequence[Line]
    ) -> tuple[list[tuple[DataRow, Line, Match]], list[Finding]]:
        """The rows with the lines that they are, and what there is to say of others."""

    def placed(self, rows: Sequence[Matched], edition: str) -> list[tuple[Matched, Placed | None]]:
        """The rows, each with its cells by column; None where no cell has a sure column."""


def read_rows(
    table: str, rows: Sequence[PrintedRow], source: RowSource, others: Sequence[str] = ()
) -> TableReading | None:
    """The reading of a table from its rows; None where none of its lines is there. `others` are the editions
    of the report's other tables."""
    data = source.rows(table, rows)
    own = [row for row in data if not row.is_foreign or row.observed]
    least = 1 if codebook().tables[table].always else LEAST_LINES
    readings = [_read_copy(table, copy, source, others) for copy in source.copies(table, own)]
    readings = [reading for reading in readings if len(reading.lines) >= least]
    if not readings:
        return None
    reading = compare_copies(readings)
    foreign = (row.row for row in data if row.is_foreign and not row.observed)
    reading.findings += [unclaimed_row(row) for row in foreign if row.prints_values()]
    return reading


def _read_copy(table: str, data: Sequence[DataRow], source: RowSource, others: Sequence[str]) -> TableReading:
    """One copy of the table. Its edition is told by its lines, or, where each line has columns of its own, by
    these: then its rows are first aligned to the lines of every edition."""
    book = codebook()
    by_column = book.tables[table].cells == BY_COLUMN
    told = () if by_column else told_by_labels(table, map(source.labels, data))
    edition = edition_of(table, told, others)
    lines = book.lines_of_all(table) if by_column else book.form(table, edition).lines
    matched, findings = source.matched(data, lines)
    if by_column:
        told = told_by_columns(table, [_under(line, row.columns) for row, line, _ in matched])
        edition = edition_of(table, told, others)
    form = book.form(table, edition)
    reading = TableReading(table, edition, findings=findings, is_sure=len(told) == 1)
    expected = {line.code: line for line in form.printed_lines}
    found = [_with_cells(row, line, match, expected.get(line.code)) for row, line, match in matched]
    reading.findings += [unclaimed_row(one.data.row) for one in found if not one.keys]
    for one, placed in source.placed([one for one in found if one.keys], edition):
        emit(reading, one, placed)
    if by_column and any(one.keys and not _is_usual(one.line, expected) for one in found):
        reading.findings.append(edition_mixed(table, edition))
    reading.findings += missing_lines(reading, [line for line in form.lines if line.code not in source.known])
    return reading


def _under(line: Line, columns: Sequence[Column] | None) -> tuple[str, list[str], list[str]]:
    """A line's code with the keys and words of the columns that it stands under."""
    found = columns or ()
    return line.code, [column.key for column in found], [column.words for column in found]


def _is_usual(line: Line, expected: dict[str, Line]) -> bool:
    return line.code in expected and line.cells == expected[line.code].cells


def _with_cells(data: DataRow, line: Line, match: Match, usual: Line | None) -> Matched:
    """A row with the cells that it has under its columns, where these tell; else with those that the edition
    gives its line."""
    coded = codebook().tables[line.table].cells
    if coded == SINGLE:
        keys = [column.key for column in data.columns or ()] or [YEAR_VALUE]
        return Matched(data, in_columns(line, keys), match)
    if coded == BY_COLUMN:
        columns = tuple(c for c in data.columns or () if f"{line.code}.{c.key}" in codebook().rows)
        keys = [column.key for column in columns]
        cells = tuple(cell for cell in line.cells if cell[0] in keys) or (usual.cells if usual else ())
        return Matched(replace(data, columns=columns or None), replace(line, cells=cells), match)
    return Matched(data, line, match)
