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
    Observed,
    align,
)
from extract.form.engine.columns import Placed, place, place_beside, under
from extract.form.engine.row_remarks import row_not_placed, row_told_by_place
from extract.form.engine.shapes import DataRow, crowded, other_columns, usual_offsets
from extract.form.layout.codebook import Line
from extract.form.layout.labels import LEAST_LIKENESS, LEAST_TELLING, likeness, normalise
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
from extract.form.rows.table_rows import Row, label_candidates

# In a row of one column anything may stand; a row of several is one of the form.
LEAST_COLUMNS = 2
# Its remark says that the form may have a newer edition.
UNKNOWN_ROW = "unknown_row"
# Two halves of a label must be this much more like a line together than either is alone.
CLEARLY = 0.05


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
    row = Row(first.row.table, first.row.index, (*before, whole, *values), len(before) + 1)
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


def lines_named(row: Row, lines: Sequence[Line]) -> list[Line]:
    """The lines whose words stand in the row's own label: neighbours of the form where rows were merged."""
    own = row.own
    if own is None:
        return []
    body = normalise(own.text).body
    printed = [line for line in lines if line.printed]
    if one_below_the_other := _lines_of(own.text, printed):
        return one_below_the_other
    if len(body) < 2 * LEAST_TELLING or any(body in line.bodies for line in lines):
        return []
    found: list[int] = []
    for index, line in enumerate(printed):
        inside = [b for b in line.bodies if len(b) >= LEAST_TELLING and b in body]
        if inside:
            body = body.replace(max(inside, key=len), "|")
            found.append(index)
    neighbours = found == list(range(found[0], found[0] + len(found))) if found else False
    return [printed[index] for index in found] if neighbours else []


def _lines_of(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that a label names one below the other, each with its numeral, also where they are short:
    （六）其他处理 above （七）总计."""
    labels = [normalise(part) for part in text.strip().splitlines() if part.strip()]
    named = [
        index
        for label in labels
        for index, line in enumerate(lines)
        if label.marker and label.body in line.bodies and label.marker == line.marker
    ]
    whole = len(named) == len(labels) > 1 and named == list(range(named[0], named[0] + len(named)))
    return [lines[index] for index in named] if whole else []


def match_rows(
    rows: Sequence[DataRow], lines: Sequence[Line], reading: TableReading
) -> list[tuple[DataRow, Line, Match]]:
    """Rows with the lines they are; a row of values without a line becomes a remark.

    A blank row beside such values may have lost them to it: its values are unknown, not blank. A row that is
    called like another one, and prints something else, is doubted with it: which of the two is the form's?
    """
    matches = _aligned(rows, lines)
    unclaimed = {
        index
        for index, (data, match) in enumerate(zip(rows, matches, strict=True))
        if _prints(data) and not (match and lines[match.line].printed)
    }
    placed = [place for place, match in enumerate(matches) if match]
    inside = range(placed[0], placed[-1]) if placed else range(0)
    for index in sorted(unclaimed):
        is_whole = index in inside and _line_called(rows[index].row, lines) is None and _is_whole(rows[index])
        reading.remarks.append(unknown_row(rows[index].row) if is_whole else unclaimed_row(rows[index].row))
    others = [(_line_called(rows[index].row, lines), _printed(rows[index])) for index in sorted(unclaimed)]
    matched: list[tuple[DataRow, Line, Match]] = []
    for index, (data, match) in enumerate(zip(rows, matches, strict=True)):
        if match and lines[match.line].printed:
            beside = not _prints(data) and {index - 1, index + 1} & unclaimed
            differs = any(line == match.line and values != _printed(data) for line, values in others)
            row = replace(data, values=() if beside else data.values, differs=differs)
            matched.append((row, lines[match.line], match))
    return matched


def _is_whole(data: DataRow) -> bool:
    """Whether a row prints a value in each of several columns, under a label of its own."""
    if data.row.own is None or data.columns is None or len(data.columns) < LEAST_COLUMNS:
        return False
    cells = under(data.values, data.columns).cells.values()
    return len(cells) == len(data.columns) and all(cell.text.strip() for cell in cells)


def _line_called(row: Row, lines: Sequence[Line]) -> int | None:
    """The one line of values that a label of the row is called like, and numbered like where it bears a
    numeral."""
    for cell in reversed(row.label_cells):
        marker, body = normalise(cell.text)
        found = [place for place, line in enumerate(lines) if line.printed and body in line.bodies]
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


def _printed(data: DataRow) -> list[str]:
    return [text for cell in data.values if (text := cell.text.strip())]


def _prints(data: DataRow) -> bool:
    return bool(_printed(data))


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


def unclaimed_row(row: Row) -> Remark:
    """A row with values that is no line of the form."""
    where = row.cells[0].locator if row.cells else ""
    return Remark(
        "unclaimed_row",
        "warn",
        f"表中有数据的一行不属于表式中的任何一行：{row.text[:80]}",
        f"a row with values is no line of the form: {row.text[:80]}",
        evidence=where,
        attributed_to="undecided",
    )


def unknown_row(row: Row) -> Remark:
    """A whole row between rows of the form that no edition in the codebook has."""
    where = row.cells[0].locator if row.cells else ""
    return Remark(
        UNKNOWN_ROW,
        "warn",
        f"表中有一行是所知各版表式都没有的：{row.text[:80]}",
        f"a row of the table stands in no edition of the form that is known: {row.text[:80]}",
        evidence=where,
    )


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
