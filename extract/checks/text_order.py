"""A document's tables as text: one line a row, cells in the order in which they stand, tabs between them.

Reading that text needs no grid, no span and no header above a column, only the order of what is printed: it
is the second, independent reading of every format that has tables (docs/domain/checks.md#whose-error).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from extract.document import Cell, Document, Paragraph, Table


def in_text_order(document: Document) -> Document:
    """A document of nothing but a line of text for each row of the tables; a cell stands where it begins."""
    lines = _sheet_lines if document.reader == "sheet" else _lines
    return replace(document, blocks=tuple(line for table in document.tables() for line in lines(table)))


def _lines(table: Table) -> Iterator[Paragraph]:
    for row in _rows(table):
        yield _line(table, row, table.columns)


def _sheet_lines(table: Table) -> Iterator[Paragraph]:
    """A sheet is one table as wide as the widest thing in it. How far each of the form's tables reaches, its
    rows tell together: those between two rows that print one cell or none."""
    for parts, run in groupby(_rows(table), key=_parts):
        held = list(run)
        edge = table.columns if parts else max(_right(c) for row in held for c in row if c.text.strip())
        for row in held:
            yield _line(table, row, edge)


def _rows(table: Table) -> Iterator[list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell)
    yield from rows.values()


def _line(table: Table, row: Sequence[Cell], edge: int) -> Paragraph:
    texts = [" ".join(cell.text.split()) for cell in row if cell.column < edge]
    return Paragraph("\t".join(texts), f"{table.locator} r{row[0].row + 1}")


def _parts(row: Sequence[Cell]) -> bool:
    return sum(bool(cell.text.strip()) for cell in row) < 2


def _right(cell: Cell) -> int:
    return cell.column + cell.column_span
