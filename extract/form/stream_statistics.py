"""The statistics table of 2014 from running text: an indicator, then its one count or two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.document import Cell
from extract.form.align import EXACT, Observed, align
from extract.form.codebook import Form, Line, codebook
from extract.form.columns import Placed, place
from extract.form.grid import DataRow, TableReading, emit, missing_lines
from extract.form.labels import Label, normalise
from extract.form.printed_twice import compare_copies, copies, line_called
from extract.form.rows import LEAST_TELLING, Row
from extract.form.stream import DASHES, LABEL_LINES
from extract.form.stream_tables import LEAST_ROWS, observe_text
from extract.form.value_columns import in_columns

# A line that is only named among the words before another one's label decides between places, no more.
ABOVE = 0.01
# What may be a value among the words of a label: no label of the statistics table has it.
_PLACEHOLDER = re.compile(rf"[/／无{DASHES}]")


def _value_columns(first: Row) -> list[str]:
    """The columns of counts that the words before the first row name: mostly one, sometimes two."""
    running = {body for body, key in codebook().columns["s14"].items() if key == "cumulative"}
    printed = [part for cell in first.label_cells[-LABEL_LINES:] for part in cell.text.split()]
    glued = normalise("".join(printed)).body
    named = any(normalise(part).body in running for part in printed)
    named = named or any(body in glued for body in running if len(body) >= LEAST_TELLING)
    return ["value", "cumulative"] if named else ["value"]


def _observed_with_blanks(rows: Sequence[Row], lines: Sequence[Line]) -> list[tuple[Observed, Row | None]]:
    """Rows of running text, each after the lines that its label names before its own: lines whose cells are
    blank leave only their labels there, as rows without values. They tell where in the form the row stands
    even where they are no rows (None), because a dash or a slash among the words may be their value."""
    observed: list[tuple[Observed, Row | None]] = []
    for row in rows:
        body = normalise("".join(cell.text for cell in row.label_cells)).body
        named: list[tuple[int, str]] = []
        for words in sorted({b for line in lines for b in line.bodies}, key=len, reverse=True):
            if len(words) >= LEAST_TELLING:
                named += [(match.start(), words) for match in re.finditer(words, body)]
                body = body.replace(words, "|" * len(words))
        # What the label ends in is the row's own line.
        before = [words for place, words in sorted(named) if place + len(words) < len(body)]
        marked = any(_PLACEHOLDER.search(cell.text) for cell in row.label_cells)
        blank = None if marked else replace(row, cells=row.label_cells)
        observed += [(Observed((Label("", words),), False, ABOVE), blank) for words in before]
        observed.append((observe_text(row, 1), row))
    return observed


def stream_statistics(rows: Sequence[Row]) -> TableReading | None:
    """The statistics table of 2014 from running text: an indicator, then its one count."""
    form = codebook().form("s14", "e2014")
    words = normalise("".join(cell.text for row in rows for cell in row.label_cells)).body
    if sum(line.bodies[0] in words for line in form.lines if line.printed) < LEAST_ROWS:
        return None
    observed = _observed_with_blanks(rows, form.lines)
    printed = [line for line in form.lines if line.printed]
    named = [_line_called(one, printed) for one, _ in observed]
    found = (_statistics(observed[one], form) for one in copies(named))
    readings = [reading for reading in found if reading and len(reading.lines) >= LEAST_ROWS]
    return compare_copies(readings) if readings else None


def _line_called(row: Observed, lines: Sequence[Line]) -> int | None:
    found = (line_called(label.body, lines) for label in row.labels)
    return next((place for place in found if place is not None), None)


def _statistics(observed: Sequence[tuple[Observed, Row | None]], form: Form) -> TableReading | None:
    """One copy of the statistics table."""
    matches = align([one for one, _ in observed], form.lines)
    matched = [
        (row, form.lines[match.line], match)
        for (_, row), match in zip(observed, matches, strict=True)
        if row and match and form.lines[match.line].printed
    ]
    first = next((row for row, *_ in matched if row.value_cells), None)
    if first is None:
        return None
    keys = _value_columns(first)
    reading = TableReading("s14", form.edition)
    in_place = all(len(row.value_cells) <= len(keys) for row, *_ in matched)
    for row, line, match in matched[[row for row, *_ in matched].index(first) :]:
        data = DataRow(row, row.value_cells, None)
        if row.value_cells:
            emit(reading, in_columns(line, keys), place(row.value_cells, None, keys), data, match)
        elif in_place and match.how == EXACT:
            blank = Cell("", row.index, row.label_end, locator=row.cells[-1].locator)
            emit(reading, in_columns(line, keys), Placed(dict.fromkeys(keys, blank), {}), data, match)
    reading.remarks += missing_lines(reading, form.lines)
    return reading
