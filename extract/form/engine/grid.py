"""What the three tables share: aligning printed rows to lines and placed cells to row codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from extract.document import Cell
from extract.form.engine.align import (
    AMBIGUOUS,
    BY_ORDER,
    OUT_OF_ORDER,
    Match,
)
from extract.form.engine.columns import Placed, place, place_beside
from extract.form.engine.row_remarks import row_not_placed, row_told_by_place
from extract.form.engine.shapes import DataRow, crowded, other_columns, usual_offsets
from extract.form.layout.codebook import Line
from extract.form.reading import (
    COPIES_DIFFER,
    MERGED,
    MISSING_ROW,
    MOVED,
    NO_CELL,
    NOT_PLACED,
    SHORT_ROW,
    ReadCell,
    Remark,
    read_cell,
)


@dataclass(slots=True)
class TableReading:
    """One table as read: its edition, and whether what it prints tells that one alone; its cells, the lines
    found, and the remarks."""

    table: str
    edition: str
    cells: list[ReadCell] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)
    is_sure: bool = False


def emit(
    reading: TableReading, line: Line, placed: Placed | None, data: DataRow, match: Match | None
) -> None:
    """Add the cells of one line to the reading; what could not be placed is unreadable, and says why."""
    told = match.how if match and match.how in (OUT_OF_ORDER, BY_ORDER, AMBIGUOUS) else None
    placed = None if told == AMBIGUOUS else placed
    flags = ((told,) if told else ()) + ((COPIES_DIFFER,) if data.differs else ())
    flags += (MOVED,) if data.overflows else ()
    flags += placed.flags if placed else (NOT_PLACED,)
    units = {column.key: column.unit for column in data.columns or ()}
    reading.lines.add(line.code)
    printed = " ".join(cell.text.strip() for cell in data.values if cell.text.strip())
    for key, code, applicant in line.cells:
        cell = placed.cells.get(key) if placed else None
        if cell is not None:
            read = read_cell(code, applicant, cell, reading.edition, units.get(key), flags)
            doubled = placed is not None and key in placed.doubled
            reading.cells.append(read.unreadable(COPIES_DIFFER) if doubled else read)
            continue
        merged = placed.merged.get(key) if placed else None
        published, locator = (
            (merged.text, merged.locator) if merged else ("" if placed else printed, data.locator)
        )
        empty = Cell(published, 0, 0, locator=locator)
        read = read_cell(code, applicant, empty, reading.edition, units.get(key), flags)
        reading.cells.append(read.unreadable(MERGED if merged else NO_CELL))
    if told:
        reading.remarks.append(row_told_by_place(line, data.row, told))
    if placed is None or placed.merged or placed.flags or data.overflows:
        reading.remarks.append(row_not_placed(line, data.row))


def place_rows(
    matched: Sequence[tuple[DataRow, Line, Match]], keys: Sequence[str], reading: TableReading
) -> None:
    """Place the values of matched rows under their columns and add them to the reading.

    A value cell that reaches over rows of two different lines belongs to neither for certain: merged.
    """
    owners: dict[int, set[str]] = {}
    for data, line, _ in matched:
        for cell in data.values:
            owners.setdefault(id(cell), set()).add(line.code)
    rows = [data for data, _, _ in matched]
    offsets, over, beside = usual_offsets(rows, len(keys)), crowded(rows, len(keys)), other_columns(rows)
    for data, line, match in matched:
        others = beside.get((data.row.table, data.columns)) if data.columns else None
        placed: Placed | None
        if data.columns and others:
            placed = place_beside(data.row.cells, data.columns, others)
        else:
            offset = offsets.get(data.shape)
            placed = place(data.values, data.columns, keys, offset, by_number=data.shape not in over)
        if placed is not None:
            placed = _without_shared(_without_labels(placed, owners), owners)
        emit(reading, line, placed, data, match)


def _without_labels(placed: Placed, owners: Mapping[int, set[str]]) -> Placed:
    """Without the cells that are no row's values: a label that reaches under a column of the form."""
    own = {key: cell for key, cell in placed.cells.items() if id(cell) in owners}
    whole = len(own) == len(placed.cells)
    return placed if whole else replace(placed, cells=own, flags=(*placed.flags, SHORT_ROW))


def _without_shared(placed: Placed, owners: Mapping[int, set[str]]) -> Placed:
    shared = {key: c for key, c in placed.cells.items() if len(owners[id(c)]) > 1 and c.text.strip()}
    if not shared:
        return placed
    own = {key: cell for key, cell in placed.cells.items() if key not in shared}
    flags = tuple(dict.fromkeys((*placed.flags, MERGED)))
    return replace(placed, cells=own, merged={**placed.merged, **shared}, flags=flags)


def missing_lines(reading: TableReading, lines: Sequence[Line]) -> list[Remark]:
    """A remark for each printed line of the form that the report lacks."""
    return [
        Remark(
            MISSING_ROW,
            "warn",
            f"报告缺少表式中的一行：{line.bodies[0]}",
            f"the report lacks a row of the form: {line.code}",
            row_code=line.code,
        )
        for line in lines
        if line.printed and line.code not in reading.lines
    ]
