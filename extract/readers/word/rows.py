"""Rows of cells between edges -> a table: how RTF and DOC describe tables.

Both give every row its own cell edges in twips (1/1440 inch) and say of a cell that it goes on with the
one above or to the left. Edges of all rows together make the table's columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract import locators
from extract.document import NOT_TEXT, Cell, Note, Table
from extract.readers.look import NOT_TEXT_MARK

#: Edges closer than this are one: dragging in Word leaves rows some points apart, and no cell is narrower.
EDGE_TOLERANCE = 30


@dataclass(frozen=True, slots=True)
class Span:
    """What a row's definition says of one cell: its right edge and what it continues."""

    right: int
    starts_below: bool = False
    continues_above: bool = False
    continues_left: bool = False


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row as read: its texts, its left edge, and one `Span` a cell where the definition gives one."""

    texts: Sequence[str]
    left: int = 0
    spans: Sequence[Span] = ()


@dataclass(slots=True)
class _Placed:
    text: str
    row: int
    column: int
    column_span: int
    row_span: int = 1


def build_table(rows: Sequence[WordRow], name: str) -> tuple[Table, list[Note]]:
    """The table, and a note for each text that stands under a merged cell, where it is not printed.

    A row whose definition fits neither its cells nor an order of edges is laid out by the order of its cells.
    """
    columns = _Columns(rows)
    placed: list[_Placed] = []
    notes: list[Note] = []
    above: dict[int, _Placed] = {}
    for number, row in enumerate(rows):
        merged: dict[int, _Placed] = {}
        cursor = 0
        for text, span, first, last in columns.of(row):
            column = max(first, cursor)
            end = max(last, column + 1)
            cursor = end
            upper = above.get(column)
            if span.continues_left and placed and placed[-1].row == number:
                left = placed[-1]
                left.column_span = end - left.column
            elif span.continues_above and upper is not None and upper.column_span == end - column:
                upper.row_span += 1
                merged[column] = upper
            else:
                cell = _Placed(text, number, column, end - column)
                placed.append(cell)
                if span.starts_below or span.continues_above:
                    merged[column] = cell
                continue
            if below := text.replace(NOT_TEXT_MARK, "").strip():
                notes.append(Note("text_under_merged_cell", below[:200], "warn"))
        above = {cell.column: cell for cell in merged.values()}
    width = max((cell.column + cell.column_span for cell in placed), default=0)
    cells = tuple(
        Cell(
            cell.text.replace(NOT_TEXT_MARK, ""),
            cell.row,
            cell.column,
            cell.row_span,
            cell.column_span,
            locators.cell(name, cell.row, cell.column),
            flags=(NOT_TEXT,) if NOT_TEXT_MARK in cell.text else (),
        )
        for cell in placed
    )
    return Table(len(rows), width, cells, name), notes


class _Columns:
    """The grid columns that the edges of all rows make."""

    def __init__(self, rows: Sequence[WordRow]) -> None:
        self._starts: list[int] = []
        for edge in sorted({edge for row in rows if _defined(row) for edge in _edges(row)}):
            if not self._starts or edge - self._starts[-1] > EDGE_TOLERANCE:
                self._starts.append(edge)

    def of(self, row: WordRow) -> list[tuple[str, Span, int, int]]:
        """Text, span, first column and the column after the last, for each cell of a row."""
        if not _defined(row):
            return [(text, Span(0), column, column + 1) for column, text in enumerate(row.texts)]
        positions = [bisect_right(self._starts, edge) - 1 for edge in _edges(row)]
        return [
            (text, span, first, last)
            for text, span, (first, last) in zip(row.texts, row.spans, pairwise(positions), strict=True)
        ]


def _edges(row: WordRow) -> list[int]:
    return [row.left, *(span.right for span in row.spans)]


def _defined(row: WordRow) -> bool:
    return len(row.texts) == len(row.spans) and all(left <= right for left, right in pairwise(_edges(row)))
