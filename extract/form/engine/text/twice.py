"""A table that running text prints more than once, for two years perhaps: nothing tells which is meant, so
that what its copies print differently is flagged.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.form.engine.grid import TableReading
from extract.form.engine.shapes import DataRow
from extract.form.engine.text.cuts import texts
from extract.form.engine.text.labels import stream_labels
from extract.form.layout.codebook import Line, codebook
from extract.form.reading import COPIES_DIFFER, Remark
from extract.form.rows.table_rows import Row
from extract.form.rows.values import parse

# So many lines with other values elsewhere are another copy; one may be a sentence or a total.
LEAST_COPIED = 2


def doubt_copies(reading: TableReading, rows: Sequence[Row]) -> None:
    """Flag the cells of lines that stand in the text again, with as many values and others than these."""
    lines = [line for line in codebook().form(reading.table, reading.edition).lines if line.printed]
    printed: dict[str, set[tuple[float | None, ...]]] = {}
    for row in rows:
        values = tuple(parse(text).value for text in texts(DataRow(row, row.value_cells, None)))
        line = _line_of(row, lines)
        if line is not None and len(values) == len(line.cells):
            printed.setdefault(line.code, set()).add(values)
    differing = [line for line in lines if len(printed.get(line.code, ())) > 1]
    if len(differing) < LEAST_COPIED:
        return
    doubtful = {code for line in differing for _, code, _ in line.cells}
    reading.cells = [c.flagged(COPIES_DIFFER) if c.row_code in doubtful else c for c in reading.cells]
    reading.remarks.append(_table_twice(len(differing)))


def _table_twice(count: int) -> Remark:
    return Remark(
        "table_printed_twice",
        "warn",
        f"同一张表在正文中出现不止一次，{count} 行数值不同",
        f"the table stands more than once in the text; {count} rows differ",
        found=str(count),
    )


def _line_of(row: Row, lines: Sequence[Line]) -> Line | None:
    """The one line that the row is called like, its longest candidate label first."""
    for label in sorted(stream_labels(row), key=lambda label: -len(label.body)):
        called = [line for line in lines if label.body in line.bodies]
        if len(called) == 1:
            return called[0]
    return None
