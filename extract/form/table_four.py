"""Table four, 行政复议、行政诉讼情况: one row of fifteen cells, read by position.

The five outcomes stand three times under the same words, so a cell is told by its place: reconsideration,
litigation without reconsideration, litigation after it (DOMAIN 1.6). Cut in two tables, each half is told
by the proceeding that its header names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extract.form.align import EXACT, Match
from extract.form.codebook import Line, codebook
from extract.form.columns import Column, leaves, place
from extract.form.grid import DataRow, TableReading, emit, unclaimed_row
from extract.form.labels import normalise
from extract.form.reading import Remark
from extract.form.rows import VALUE, Row, is_outcome_header, kind

TABLE = "t4"
PROCEEDINGS = ("rec", "litd", "litr")


@cache
def positions() -> tuple[str, ...]:
    """The fifteen cells in the form's order, as "rec.upheld"."""
    form = codebook().form(TABLE, "e2021")
    return tuple(code.partition(":")[2] for line in form.lines for _, code, _ in line.cells)


@dataclass(frozen=True, slots=True)
class _Part:
    """One table (or half of it): its header's columns as far as told, and its rows below the header."""

    columns: tuple[Column, ...] | None
    rows: tuple[Row, ...]


def read_table_four(rows: Sequence[Row], edition: str) -> TableReading | None:
    """The reading of table four; its layout is the same in both editions, `edition` is table three's."""
    reading = TableReading(TABLE, edition)
    for part in _parts(rows):
        keys = [column.key for column in part.columns] if part.columns else list(positions())
        if any(f"t4:{key}" in reading.lines for key in keys):
            continue
        _read_part(part, keys, reading)
    if not reading.cells:
        return None
    missing = [key for key in positions() if f"t4:{key}" not in reading.lines]
    if missing:
        reading.remarks.append(_missing(missing))
    return reading


def _parts(rows: Sequence[Row]) -> list[_Part]:
    parts: list[_Part] = []
    header: list[Row] = []
    below: list[Row] = []

    def close() -> None:
        if below:
            parts.append(_Part(_columns(header), tuple(below)))

    for row in rows:
        words_only = not any(kind(cell.text) == VALUE for cell in row.cells)
        some_words = any(normalise(cell.text).body for cell in row.cells)
        if is_outcome_header(row) or (words_only and some_words and not below):
            if below:
                close()
                header, below = [], []
            header.append(row)
        else:
            below.append(row)
    close()
    return parts


def _columns(header: Sequence[Row]) -> tuple[Column, ...] | None:
    """Columns of a header that prints outcomes: all fifteen by position, fewer by the proceeding named."""
    labels = codebook().columns[TABLE]
    outcomes: list[tuple[int, int, list[str]]] = []
    for cells, start, stop in leaves([row.cells for row in header]):
        bodies = [normalise(cell.text).body for cell in cells]
        keys = [labels[body] for body in [*bodies, "".join(bodies)] if body in labels]
        proceeding = [key for key in keys if key in (*PROCEEDINGS, "lit")]
        outcome = "".join(b for b in bodies if labels.get(b) not in (*PROCEEDINGS, "lit"))
        if outcome:
            outcomes.append((start, stop, proceeding))
    if len(outcomes) == len(positions()):
        return tuple(
            Column(key, start, stop) for key, (start, stop, _) in zip(positions(), outcomes, strict=True)
        )
    if not outcomes or len(outcomes) % 5:
        return None
    columns: list[Column] = []
    for block in range(0, len(outcomes), 5):
        named = {key for _, _, keys in outcomes[block : block + 5] for key in keys if key in PROCEEDINGS}
        if len(named) != 1:
            return None
        own = [key for key in positions() if key.startswith(f"{min(named)}.")]
        columns += [Column(key, *outcomes[block + i][:2]) for i, key in enumerate(own)]
    return tuple(columns)


def _read_part(part: _Part, keys: Sequence[str], reading: TableReading) -> None:
    """The first row below the header that prints anything holds the values, or the first if none does."""
    printed = [row for row in part.rows if any(cell.text.strip() for cell in row.cells)]
    chosen = printed[0] if printed else part.rows[0]
    placed = place(chosen.value_cells, part.columns, keys)
    cells = tuple((key, f"t4:{key}", "total") for key in keys)
    line = Line(TABLE, TABLE, reading.edition, 1, "line", "", ("行政复议、行政诉讼情况",), cells)
    emit(reading, line, placed, DataRow(chosen, chosen.value_cells, part.columns), Match(0, EXACT))
    reading.lines.discard(TABLE)
    reading.lines.update(code for _, code, _ in cells)
    for row in printed[1:]:
        if any(kind(cell.text) == VALUE for cell in row.cells):
            reading.remarks.append(unclaimed_row(row))


def _missing(keys: Sequence[str]) -> Remark:
    return Remark(
        "missing_row",
        "warn",
        f"表四缺少 {len(keys)} 个位置",
        f"table four lacks {len(keys)} of its positions: {', '.join(keys)}",
    )
