"""Which line of the form each printed row is: its labels, cut and merged ones too, aligned to the form's.

A row whose label names several lines (规章、行政规范性文件) has values for each of them only if every cell
prints as many lines of text as there are labels; else nothing tells which of them a value is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract import locators
from extract.document import Cell
from extract.form.engine.align import OUT_OF_ORDER, Match, Observed, align
from extract.form.engine.columns import under
from extract.form.engine.row_findings import unclaimed_row, unknown_row
from extract.form.engine.shapes import DataRow
from extract.form.layout.form import Line
from extract.form.layout.labels import LEAST_LIKENESS, LEAST_TELLING, likeness, normalise
from extract.form.reading import MERGED
from extract.form.rows.table_rows import PrintedRow, label_candidates
from extract.records import Finding

# In a row of one column anything may stand; a row of several is one of the form.
LEAST_COLUMNS = 2
# Two halves of a label must be this much more like a line together than either is alone.
CLEARLY = 0.05
# So many lines named by one label share its row.
LEAST_SHARING = 2
# What stands between the names of lines that share a row.
_BETWEEN = "|和及与或/0123456789"


def observe(data: DataRow, lines: Sequence[Line]) -> Observed:
    """What alignment is to know of a row.

    A group's label that reaches over several rows (（三）不予公开) is no row's own: such a row is nameless.
    """
    labels = label_candidates(data.row)
    own = data.row.own
    if own is not None and own.row_span > 1:
        groups = {body for line in lines if not line.printed for body in line.bodies}
        labels = tuple(label for label in labels if label.body not in groups)
    return Observed(labels, has_values=any(cell.text.strip() for cell in data.values))


def join_cut_rows(rows: Sequence[DataRow], lines: Sequence[Line]) -> list[DataRow]:
    """Join rows that a page break, or a label of several lines where no rules are drawn, cut in pieces.

    Two rows are one if their labels together are clearly more like a line's than either alone, the second
    has no numeral and names no line by itself, and no column has text in both.
    """
    joined: list[DataRow] = []
    for data in rows:
        before = joined[-1] if joined else None
        if before is not None and (whole := _joined(before, data, lines)):
            joined[-1] = whole
        else:
            joined.append(data)
    return joined


def _joined(first: DataRow, second: DataRow, lines: Sequence[Line]) -> DataRow | None:
    upper, lower = first.row.own, second.row.own
    if upper is None or lower is None or upper is lower or len(first.values) != len(second.values):
        return None
    pairs = list(zip(first.values, second.values, strict=True))
    if any(a.text.strip() and b.text.strip() for a, b in pairs):
        return None
    if not _is_continuation(upper.text, lower.text, lines):
        return None
    values = tuple(a if a.text.strip() else b for a, b in pairs)
    whole = Cell(upper.text + lower.text, upper.row, upper.column, 1, upper.column_span, upper.locator)
    before = tuple(cell for cell in first.row.label_cells if cell is not upper)
    row = PrintedRow(first.row.table, first.row.index, (*before, whole, *values), len(before) + 1)
    return DataRow(row, values, first.columns)


def _is_continuation(upper: str, lower: str, lines: Sequence[Line]) -> bool:
    """Whether `lower` goes on where the label `upper` broke off."""
    first, second, together = normalise(upper), normalise(lower), normalise(upper + lower)
    named = (b for line in lines for b in line.bodies if len(b) >= LEAST_TELLING or b == second.body)
    if second.marker or any(second.body.endswith(b) for b in named):
        return False
    printed = [line.bodies[0] for line in lines if line.printed]
    return any(
        likeness(together.body, body) >= LEAST_LIKENESS
        and likeness(together.body, body)
        >= CLEARLY + max(likeness(first.body, body), likeness(second.body, body))
        for body in printed
    )


def match_rows(
    rows: Sequence[DataRow], lines: Sequence[Line]
) -> tuple[list[tuple[DataRow, Line, Match]], list[Finding]]:
    """Rows with the lines they are; a row of values without a line becomes a finding.

    A blank row beside such values may have lost them to it: its values are unknown, not blank. A row that is
    called like another one, and prints something else, is doubted with it: which of the two is the form's?
    """
    matches = _aligned(rows, lines)
    unclaimed = {
        index
        for index, (data, match) in enumerate(zip(rows, matches, strict=True))
        if data.texts and not (match and lines[match.line].printed)
    }
    placed = [place for place, match in enumerate(matches) if match]
    inside = range(placed[0], placed[-1]) if placed else range(0)
    findings: list[Finding] = []
    for index in sorted(unclaimed):
        is_whole = index in inside and line_named(rows[index].row, lines) is None and _is_whole(rows[index])
        findings.append(unknown_row(rows[index].row) if is_whole else unclaimed_row(rows[index].row))
    others = [(line_named(rows[index].row, lines), rows[index].texts) for index in sorted(unclaimed)]
    matched: list[tuple[DataRow, Line, Match]] = []
    for index, (data, match) in enumerate(zip(rows, matches, strict=True)):
        if match and lines[match.line].printed:
            beside = not data.texts and {index - 1, index + 1} & unclaimed
            differs = any(line == match.line and values != data.texts for line, values in others)
            row = replace(data, values=() if beside else data.values, differs=differs)
            matched.append((row, lines[match.line], match))
    return matched, findings


def _is_whole(data: DataRow) -> bool:
    """Whether a row prints a value in each of several columns, under a label of its own."""
    if data.row.own is None or data.columns is None or len(data.columns) < LEAST_COLUMNS:
        return False
    cells = under(data.values, data.columns).cells.values()
    return len(cells) == len(data.columns) and all(cell.text.strip() for cell in cells)


def line_named(row: PrintedRow, lines: Sequence[Line]) -> int | None:
    """The one line of values that a label of the row is called like, and numbered like where it bears a
    numeral."""
    for cell in reversed(row.label_cells):
        marker, body = normalise(cell.text)
        found = [place for place, line in enumerate(lines) if body in line.bodies and line.printed]
        if len(found) == 1:
            return found[0] if marker in ("", lines[found[0]].marker) else None
    return None


def _aligned(rows: Sequence[DataRow], lines: Sequence[Line]) -> list[Match | None]:
    """Rows aligned to lines. A table none of whose rows stands in the form's order, and half of whose rows
    are no lines of it, is no part of the form, though a row of it is called like one."""
    observed = [observe(data, lines) for data in rows]
    matches = align(observed, lines)
    found: dict[int, list[Match | None]] = {}
    for data, match in zip(rows, matches, strict=True):
        found.setdefault(data.row.table, []).append(match)
    own = [index for index, data in enumerate(rows) if not _is_strange(found[data.row.table])]
    if len(own) == len(rows):
        return matches
    again = dict(zip(own, align([observed[index] for index in own], lines), strict=True))
    return [again.get(index) for index in range(len(rows))]


def _is_strange(matches: Sequence[Match | None]) -> bool:
    in_order = any(match and match.how != OUT_OF_ORDER for match in matches)
    return not in_order and 2 * sum(match is not None for match in matches) <= len(matches)


def lines_sharing(label: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that share a row, in the form's order; none where its label is one line's."""
    body = normalise(label).body
    if not body or any(body in line.bodies for line in lines):
        return []
    printed = [line for line in lines if line.printed]
    found = _one_below_the_other(label, printed) or _nothing_else(body, printed)
    found = found or _neighbours(body, printed)
    return found if len(found) >= LEAST_SHARING else []


def parts_of(data: DataRow, count: int) -> list[DataRow] | None:
    """The row cut in so many where each of its cells prints as many lines; None where one does not."""
    parts = [list(_lines(cell)) for cell in data.values]
    if any(len(part) != count for part in parts):
        return None
    return [replace(data, values=tuple(part[place] for part in parts)) for place in range(count)]


def _lines(cell: Cell) -> Iterator[Cell]:
    """Each line that a cell prints, at its own place."""
    start = len(cell.text) - len(cell.text.lstrip())
    for line in cell.text.strip().splitlines(keepends=True):
        text = line.rstrip("\r\n")
        place = locators.part(cell.locator, start, start + len(text))
        yield replace(cell, text=text, locator=place, flags=(*cell.flags, MERGED))
        start += len(line)


def _one_below_the_other(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that a label names one below the other, each with its numeral, also where they are short:
    （六）其他处理 above （七）总计."""
    labels = [normalise(part) for part in text.strip().splitlines() if part.strip()]
    named = [
        index
        for label in labels
        for index, line in enumerate(lines)
        if label.marker and label.body in line.bodies and label.marker == line.marker
    ]
    return [lines[index] for index in named] if len(named) == len(labels) and _in_a_run(named) else []


def _nothing_else(body: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that a label names one after another, and nothing else beside their numerals."""
    named = [(words, line) for line in lines for words in line.bodies if words in body]
    found: list[Line] = []
    for words, line in sorted(named, key=lambda pair: len(pair[0]), reverse=True):
        if words in body:
            found.append(line)
            body = body.replace(words, "|", 1)
    return sorted(found, key=lambda line: line.position) if not body.strip(_BETWEEN) else []


def _neighbours(body: str, lines: Sequence[Line]) -> list[Line]:
    """The lines whose words stand in a label, neighbours of the form where rows were merged."""
    found: list[int] = []
    for index, line in enumerate(lines) if len(body) >= LEAST_SHARING * LEAST_TELLING else ():
        inside = [words for words in line.bodies if len(words) >= LEAST_TELLING and words in body]
        if inside:
            body = body.replace(max(inside, key=len), "|")
            found.append(index)
    return [lines[index] for index in found] if _in_a_run(found) else []


def _in_a_run(places: Sequence[int]) -> bool:
    return bool(places) and list(places) == list(range(places[0], places[0] + len(places)))
