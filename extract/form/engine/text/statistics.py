"""The statistics table from running text: an indicator, then its one count or two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extract.document import Cell
from extract.form.engine.align import AMBIGUOUS, EXACT, Match, Observed, align
from extract.form.engine.columns import Placed, place
from extract.form.engine.grid import TableReading, emit, missing_lines
from extract.form.engine.printed_twice import compare_copies, copies, line_called
from extract.form.engine.shapes import DataRow
from extract.form.engine.statistics import TABLE, statistics_form
from extract.form.engine.text.doubt import shortened
from extract.form.engine.text.labels import UNIT_LAST, observe_text, stream_labels
from extract.form.engine.text.table_three import LEAST_ROWS
from extract.form.layout.codebook import Form, Line, codebook
from extract.form.layout.labels import LEAST_TELLING, Label, normalise
from extract.form.layout.value_columns import in_columns
from extract.form.rows.table_rows import Row
from extract.form.rows.text_rows import LABEL_LINES
from extract.form.rows.tokens import DASHES

# A line that is only named among the words before another one's label decides between places, no more.
ABOVE = 0.01
# Lines of the form so far apart stand beside each other, a heading between them or not.
NEIGHBOUR = 2
# What may be a value among the words of a label: no label of the statistics table has it.
_PLACEHOLDER = re.compile(rf"[/／无{DASHES}]")


def _value_columns(rows: Sequence[Row]) -> list[str]:
    """The columns of counts that the words before the first value name: mostly one, sometimes two."""
    running = {body for body, key in codebook().columns[TABLE].items() if key == "cumulative"}
    first = next((index for index, row in enumerate(rows) if row.prints_values()), len(rows))
    cells = [cell for row in rows[: first + 1] for cell in row.label_cells]
    headed = bool(rows) and _header().search(_words(rows[0].label_cells))
    printed = [part for cell in cells[0 if headed else -LABEL_LINES :] for part in cell.text.split()]
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
        # What the label ends in, its unit aside, is the row's own line.
        end = len(UNIT_LAST.sub("", body))
        before = [words for start, words in sorted(named) if start + len(words) < end]
        marked = any(_PLACEHOLDER.search(cell.text) for cell in row.label_cells)
        blank = None if marked else replace(row, cells=row.label_cells)
        observed += [(Observed((Label("", words),), False, ABOVE), blank) for words in before]
        observed.append((observe_text(row, 1), row))
    return observed


def _from_header(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows from the header of the table on (统计指标, 单位), where at least half of what they name of the
    form stands below it; words and rows before it are of something else."""
    bodies = [line.bodies[0] for line in codebook().lines_of_all(TABLE) if line.printed]

    def named(some: Sequence[Row]) -> int:
        words = normalise("".join(cell.text for row in some for cell in row.label_cells)).body
        return sum(body in words for body in bodies)

    for index, row in enumerate(rows):
        starts = [i for i in range(row.label_end) if _header().search(_words(row.cells[i : row.label_end]))]
        if starts:
            cells = row.cells[starts[-1] :]
            below = [replace(row, cells=cells, label_end=row.label_end - starts[-1]), *rows[index + 1 :]]
            return below if 2 * named(below) >= named(rows) else rows
    return rows


def _words(cells: Sequence[Cell]) -> str:
    return normalise("".join(cell.text for cell in cells)).body


@cache
def _header() -> re.Pattern[str]:
    labels: dict[str, list[str]] = {}
    for body, key in codebook().columns[TABLE].items():
        labels.setdefault(key, []).append(body)
    return re.compile(rf"(?:{'|'.join(labels['indicator'])})(?:{'|'.join(labels['unit'])})")


def _strays(
    observed: Sequence[tuple[Observed, Row | None]], matches: Sequence[Match | None], lines: Sequence[Line]
) -> dict[int, int]:
    """Rows with a value, and their lines, whose line stands a second time among labels of the form without
    values, and that do not stand beside a neighbour of theirs: of the form or not, nothing tells."""
    blank: Counter[int] = Counter()
    for index, (one, _) in enumerate(observed):
        named = _line_called(one, lines)
        if matches[index] is None and not one.has_values and named is not None:
            blank[named] += 1
    strays: dict[int, int] = {}
    for index, match in enumerate(matches):
        if match and observed[index][0].has_values and blank[match.line]:
            beside = [matches[i] for i in (index - 1, index + 1) if 0 <= i < len(matches)]
            if not any(other and abs(other.line - match.line) <= NEIGHBOUR for other in beside):
                strays[index] = match.line
    return strays


def stream_statistics(rows: Sequence[Row]) -> TableReading | None:
    """The statistics table from running text: an indicator, then its one count."""
    rows = _from_header(rows)
    form = statistics_form(stream_labels(row) for row in rows)
    words = normalise("".join(cell.text for row in rows for cell in row.label_cells)).body
    if sum(line.bodies[0] in words for line in form.lines if line.printed) < LEAST_ROWS:
        return None
    observed = _observed_with_blanks(rows, form.lines)
    printed = [line for line in form.lines if line.printed]
    named = [_line_called(one, printed) for one, _ in observed]
    keys = _value_columns(rows)
    found = (_statistics(observed[one], form, keys) for one in copies(named))
    readings = [reading for reading in found if reading and len(reading.lines) >= LEAST_ROWS]
    return compare_copies(readings) if readings else None


def _line_called(row: Observed, lines: Sequence[Line]) -> int | None:
    found = (line_called(label.body, lines) for label in row.labels)
    return next((place for place in found if place is not None), None)


def _statistics(
    observed: Sequence[tuple[Observed, Row | None]], form: Form, keys: Sequence[str]
) -> TableReading | None:
    """One copy of the statistics table, with these columns of counts."""
    matches = align([one for one, _ in observed], form.lines)
    for index, line_index in _strays(observed, matches, form.lines).items():
        matches[index] = Match(line_index, AMBIGUOUS)
    matched = [
        (row, form.lines[match.line], match)
        for (_, row), match in zip(observed, matches, strict=True)
        if row and match and form.lines[match.line].printed
    ]
    first = next((row for row, *_ in matched if row.value_cells), None)
    if first is None:
        return None
    reading = TableReading(TABLE, form.edition)
    in_place = all(len(row.value_cells) <= len(keys) for row, *_ in matched)
    matched = matched[[row for row, *_ in matched].index(first) :]
    with_cells = [DataRow(row, row.value_cells, None) for row, *_ in matched if row.value_cells]
    places = shortened(with_cells, [len(keys)] * len(with_cells))
    short = [with_cells[index].row for index in places]
    for row, line, match in matched:
        data = DataRow(row, row.value_cells, None)
        if row.value_cells:
            placed = place(row.value_cells, None, keys, by_number=row not in short)
            emit(reading, in_columns(line, keys), placed, data, match)
        elif in_place and match.how == EXACT:
            blank = Cell("", row.index, row.label_end, locator=row.cells[-1].locator)
            emit(reading, in_columns(line, keys), Placed(dict.fromkeys(keys, blank), {}), data, match)
    reading.remarks += missing_lines(reading, form.lines)
    return reading
