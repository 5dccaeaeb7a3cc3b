"""Tables as word processors keep them: rows of cells between edges, merges downwards told cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from demo.draft import Box, Sheet

#: The width of a page's text in twips (1/1440 inch).
PAGE_TWIPS = 9000

Merge = Literal["none", "first", "continued"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a row: its right edge in twips, and how it is merged with the rows above and below. A cell
    that continues another one, or stands where the table has none, has no box."""

    right: int
    box: Box | None = None
    merge: Merge = "none"


def rows_of_slots(sheet: Sheet) -> list[list[Slot]]:
    """The cells of each row from left to right, without gaps."""
    share = PAGE_TWIPS / sum(sheet.widths)
    edges = [0]
    for width in sheet.widths:
        edges.append(edges[-1] + round(width * share))
    starts: list[dict[int, tuple[int, Box, bool]]] = [{} for _ in sheet.rows]
    for top, column, box in sheet.placed():
        for row in range(top, min(top + box.row_span, len(sheet.rows))):
            starts[row][column] = (min(column + box.column_span, len(sheet.widths)), box, row == top)
    return [_row(cells, edges) for cells in starts]


def _row(cells: dict[int, tuple[int, Box, bool]], edges: list[int]) -> list[Slot]:
    slots: list[Slot] = []
    column = 0
    for start, (end, box, is_first) in sorted(cells.items()):
        if start > column:
            slots.append(Slot(edges[start]))
        if not is_first:
            slots.append(Slot(edges[end], None, "continued"))
        else:
            slots.append(Slot(edges[end], box, "first" if box.row_span > 1 else "none"))
        column = end
    return slots
