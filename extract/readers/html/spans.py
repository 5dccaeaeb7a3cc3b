"""Cells that flow and span -> cells with grid positions, as a browser lays them out.

Published spans are unreliable: ``rowspan=999``, ``colspan=100%``, spans that run into one another. The
rules are those of the HTML standard's table model (section 4.9.12, "forming a table"), with three
clampings that keep the grid honest: a span ends with its section, a span ends where another cell already
stands (the standard lets both overlap), and a column in which no cell begins is no column.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

#: The HTML standard's own limits on the two attributes.
MOST_COLUMN_SPAN = 1000
MOST_ROW_SPAN = 65534

_LEADING_INTEGER = re.compile(r"\s*\+?([0-9]{1,9})")


class Spanning(Protocol):
    """A cell before it has a place. `row_span` 0 means: to the end of the section."""

    row_span: int
    column_span: int


CellT = TypeVar("CellT", bound=Spanning)
#: A cell with its grid position: cell, row, column (0-based, top left corner), row span, column span.
Placed = tuple[CellT, int, int, int, int]


@lru_cache(maxsize=256)
def parse_row_span(published: str) -> int:
    """What a browser makes of a ``rowspan`` attribute: 1 unless it begins with a number; 0 means all.

    >>> [parse_row_span(span) for span in ("", "3", " 2px", "-1", "two", "0", "99999999")]
    [1, 3, 2, 1, 1, 0, 65534]
    """
    return min(_leading_integer(published), MOST_ROW_SPAN)


@lru_cache(maxsize=256)
def parse_column_span(published: str) -> int:
    """What a browser makes of a ``colspan`` attribute.

    >>> [parse_column_span(span) for span in ("", "3", "100%", "0", "-2")]
    [1, 3, 100, 1, 1]
    """
    return min(_leading_integer(published) or 1, MOST_COLUMN_SPAN)


def _leading_integer(published: str) -> int:
    match = _LEADING_INTEGER.match(published)
    return int(match[1]) if match else 1


def place(sections: Iterable[Sequence[Sequence[CellT]]]) -> tuple[int, int, list[Placed[CellT]]]:
    """Rows, columns and placed cells, in reading order, of a table given as sections of rows of cells.

    No two placed cells cover one position.
    """
    placed: list[Placed[CellT]] = []
    first_row = 0
    for section in sections:
        last_row = first_row + len(section)
        covered_until: list[int] = []  # for each column, the first row that no cell from above covers
        for row, cells in enumerate(section, first_row):
            column = 0
            for cell in cells:
                known = len(covered_until)
                while column < known and covered_until[column] > row:
                    column += 1
                end = column + 1
                wanted = column + cell.column_span
                while end < wanted and (end >= known or covered_until[end] <= row):
                    end += 1
                below = min(row + cell.row_span, last_row) if cell.row_span else last_row
                if end > known:
                    covered_until.extend([row] * (end - known))
                covered_until[column:end] = [below] * (end - column)
                placed.append((cell, row, column, below - row, end - column))
                column = end
        first_row = last_row
    return first_row, *_without_empty_columns(placed)


def _without_empty_columns(placed: list[Placed[CellT]]) -> tuple[int, list[Placed[CellT]]]:
    starts = sorted({column for _, _, column, _, _ in placed})
    width = max((column + span for _, _, column, _, span in placed), default=0)
    if width == len(starts):
        return width, placed
    kept = {column: position for position, column in enumerate(starts)}
    return len(starts), [
        (cell, row, kept[column], row_span, bisect_left(starts, column + span) - kept[column])
        for cell, row, column, row_span, span in placed
    ]
