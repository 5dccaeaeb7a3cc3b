"""Glued cells of a row of running text cut apart, each still at its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.document import Cell
from extract.form.engine.grid import TableReading
from extract.form.engine.shapes import DataRow
from extract.form.reading import SPLIT


def texts(data: DataRow) -> list[str]:
    """What the value cells of a row print, blank ones left out."""
    return [cell.text.strip() for cell in data.values if cell.text.strip()]


def pieces(data: DataRow, parts: Sequence[str]) -> Iterator[Cell]:
    """Cells of the parts that a row's digits were cut into."""
    where = data.locator
    return (Cell(part, data.row.index, index, locator=where) for index, part in enumerate(parts))


def flag_split(reading: TableReading, data: DataRow, whole: DataRow, width: int) -> None:
    """Cells that were cut out of glued digits say so, unless zeros alone leave one way to cut."""
    if whole is not data and any(set(cell.text) != {"0"} for cell in data.values):
        reading.cells[-width:] = [cell.flagged(SPLIT) for cell in reading.cells[-width:]]
