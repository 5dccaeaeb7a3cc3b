"""A table that a report prints more than once: its copies are told apart, each is read, all are compared.

Nothing tells which of the copies is meant (two years perhaps): what they print differently is flagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.form.engine.emit import TableReading
from extract.form.engine.labels import stream_labels
from extract.form.engine.shapes import DataRow
from extract.form.layout.codebook import codebook
from extract.form.layout.form import Line
from extract.form.layout.labels import normalise
from extract.form.reading import COPIES_DIFFER
from extract.form.rows.table_rows import PrintedRow
from extract.form.rows.values import parse
from extract.records import Finding

# So many lines that stood in the copy before make another copy of what follows; one row that stands again may
# be a row cut by a page break.
LEAST_REPEATED = 3
# So many lines with other values elsewhere in a text are another copy; one may be a sentence or a total.
LEAST_COPIED = 2


def split_copies(data: Sequence[DataRow], lines: Sequence[Line]) -> list[list[DataRow]]:
    """The table, once or more: a copy begins where the form's first line stands again, or, where that line is
    missing from it, where lines that no other is called like begin to stand again."""
    bodies = (normalise(row.row.own.text).body if row.row.own else "" for row in data)
    return [list(data[one]) for one in copies([line_called(body, lines) for body in bodies])]


def line_called(body: str, lines: Sequence[Line]) -> int | None:
    """The place of the one line that is called like this."""
    found = [place for place, line in enumerate(lines) if body in line.bodies]
    return found[0] if len(found) == 1 else None


def copies(named: Sequence[int | None]) -> list[slice]:
    """Which rows are a copy each, from the lines that they are called like (None where that is not told)."""
    starts = list(_starts(named))
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], len(named)], strict=True)]


def _starts(named: Sequence[int | None]) -> Iterator[int]:
    yield 0
    seen: set[int] = set()
    for index, place in enumerate(named):
        if place is None:
            continue
        if place in seen and _begins_again(place, set(named[index:]) & seen):
            start = index
            while start and (before := named[start - 1]) is not None and before < place:
                start -= 1
            yield start
            seen = {one for one in named[start:index] if one is not None}
        seen.add(place)


def _begins_again(place: int, repeated: set[int | None]) -> bool:
    return place == 0 or len(repeated) >= LEAST_REPEATED


def compare_copies(readings: Sequence[TableReading]) -> TableReading:
    """Of a table printed more than once the copy with most numbers; what the copies print differently is
    flagged, since no rule says which of them is right."""
    best = max(readings, key=lambda reading: sum(cell.value is not None for cell in reading.cells))
    for other in readings:
        if other is best:
            continue
        values = {cell.key: cell.value for cell in other.cells}
        differing = [i for i, c in enumerate(best.cells) if c.key in values and values[c.key] != c.value]
        for index in differing:
            best.cells[index] = best.cells[index].flagged(COPIES_DIFFER)
        told = f"{len(differing)} 个数值不同", f"{len(differing)} values differ"
        best.findings.append(_twice(len(differing), "在报告中出现两次", "stands twice in the report", told))
    return best


def doubt_copies(reading: TableReading, rows: Sequence[PrintedRow]) -> None:
    """Flag the cells of lines that stand in a text again, with as many values and others than these."""
    lines = codebook().form(reading.table, reading.edition).printed_lines
    printed: dict[str, set[tuple[float | None, ...]]] = {}
    for row in rows:
        values = tuple(parse(text).value for text in row.texts)
        labels = sorted(stream_labels(row), key=lambda label: -len(label.body))
        called = (line_called(label.body, lines) for label in labels)
        place = next((one for one in called if one is not None), None)
        if place is not None and len(values) == len(lines[place].cells):
            printed.setdefault(lines[place].code, set()).add(values)
    differing = [line for line in lines if len(printed.get(line.code, ())) > 1]
    if len(differing) < LEAST_COPIED:
        return
    doubtful = {code for line in differing for code in line.codes}
    reading.cells = [c.flagged(COPIES_DIFFER) if c.row_code in doubtful else c for c in reading.cells]
    told = f"{len(differing)} 行数值不同", f"{len(differing)} rows differ"
    reading.findings.append(
        _twice(len(differing), "在正文中出现不止一次", "stands more than once in the text", told)
    )


def _twice(count: int, zh: str, en: str, told: tuple[str, str]) -> Finding:
    return Finding(
        "table_printed_twice",
        "warn" if count else "info",
        f"同一张表{zh}，{told[0]}",
        f"the table {en}; {told[1]}",
        found=str(count),
    )
