"""What is read of one table, and how the cells of a row, once placed, become part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extract.document import Cell
from extract.form.engine.align import AMBIGUOUS, BY_ORDER, OUT_OF_ORDER, Match
from extract.form.engine.columns import Placed
from extract.form.engine.row_findings import row_not_placed, row_told_by_place
from extract.form.engine.shapes import DataRow
from extract.form.layout.form import Line
from extract.form.reading import (
    COPIES_DIFFER,
    MERGED,
    MISSING_ROW,
    MOVED,
    NO_CELL,
    NOT_PLACED,
    SPLIT,
    read_cell,
)
from extract.records import Fact, Finding


@dataclass(slots=True)
class TableReading:
    """One table as read: its edition, and whether what it prints tells that one alone; its cells, the lines
    found, and the findings."""

    table: str
    edition: str
    cells: list[Fact] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    is_sure: bool = False


@dataclass(frozen=True)
class Matched:
    """A printed row, the line of the form that it is, how that was told, and the columns that it prints."""

    data: DataRow
    line: Line
    match: Match | None

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns of the row, in the form's order."""
        return self.line.keys


def emit(reading: TableReading, row: Matched, placed: Placed | None) -> None:
    """Add the cells of one line to the reading; what could not be placed is unreadable, and says why."""
    data, line = row.data, row.line
    how = row.match.how if row.match else None
    told = how if how in (OUT_OF_ORDER, BY_ORDER, AMBIGUOUS) else None
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
    if data.is_cut:
        count = len(line.cells)
        reading.cells[-count:] = [cell.flagged(SPLIT) for cell in reading.cells[-count:]]
    if told:
        reading.findings.append(row_told_by_place(line, data.row, told))
    if not data.shared and (placed is None or placed.merged or placed.flags or data.overflows):
        reading.findings.append(row_not_placed(line, data.row))


def missing_lines(reading: TableReading, lines: Sequence[Line]) -> list[Finding]:
    """A finding for each printed line of the form that the report lacks."""
    return [
        Finding(
            MISSING_ROW,
            "warn",
            f"报告缺少表式中的一行：{line.bodies[0]}",
            f"the report lacks a row of the form: {line.code}",
            row_code=line.code,
        )
        for line in lines
        if line.printed and line.code not in reading.lines
    ]
