"""A table three that is printed on its side: a row for each kind of applicant, a column for each line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extract.document import Cell, Table
from extract.form.layout.codebook import codebook
from extract.form.layout.labels import normalise

#: So many kinds of applicant below one another, and no three beside one another, are a table on its side.
LEAST_BELOW, LEAST_BESIDE = 5, 3


def upright(table: Table) -> Table:
    """The table, its rows and columns exchanged where it is on its side; locators stay as printed."""
    if not _is_on_its_side(table):
        return table
    turned = (
        replace(
            cell,
            row=cell.column,
            column=cell.row,
            row_span=cell.column_span,
            column_span=cell.row_span,
        )
        for cell in table.cells
    )
    cells = tuple(sorted(turned, key=lambda cell: (cell.row, cell.column)))
    return replace(table, rows=table.columns, columns=table.rows, cells=cells)


def _is_on_its_side(table: Table) -> bool:
    named = [
        (cell.row, cell.column + cell.column_span, key) for cell in table.cells if (key := _applicant(cell))
    ]
    return _most((stop, key) for _, stop, key in named) >= LEAST_BELOW and (
        _most((row, key) for row, _, key in named) < LEAST_BESIDE
    )


def _applicant(cell: Cell) -> str | None:
    book = codebook()
    key = book.columns["t3"].get(normalise(cell.text).body) if cell.text.strip() else None
    return key if key in book.applicant_types else None


def _most(places: Iterable[tuple[int, str]]) -> int:
    """How many kinds of applicant stand in the row or column that holds most."""
    kinds: dict[int, set[str]] = {}
    for place, key in places:
        kinds.setdefault(place, set()).add(key)
    return max((len(found) for found in kinds.values()), default=0)
