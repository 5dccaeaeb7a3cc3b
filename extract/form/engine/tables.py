"""The first source of rows: real tables. Each row stands under the header that names its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from extract.document import Cell
from extract.form.engine.align import EXACT, Match
from extract.form.engine.columns import Column, Placed, place, place_beside
from extract.form.engine.copies import split_copies
from extract.form.engine.emit import Matched
from extract.form.engine.headers import header_columns
from extract.form.engine.labels import blocks
from extract.form.engine.matching import (
    join_cut_rows,
    line_named,
    lines_sharing,
    match_rows,
    parts_of,
)
from extract.form.engine.row_findings import merged_rows, unclaimed_row
from extract.form.engine.shapes import (
    DataRow,
    crowded,
    other_columns,
    prints_beyond,
    told_apart,
    usual_offsets,
)
from extract.form.layout.codebook import BY_APPLICANT, BY_COLUMN, SINGLE, codebook
from extract.form.layout.form import Line
from extract.form.layout.labels import label_in, normalise
from extract.form.layout.value_columns import DESCRIBING, column_key
from extract.form.reading import MERGED, SHORT_ROW
from extract.form.rows.table_rows import PrintedRow, is_applicant_header, label_candidates, row_of_cells
from extract.records import Finding


class Tables:
    """Rows of real tables. They come first: none of their lines is known already."""

    known: Collection[str] = ()

    def rows(self, table: str, rows: Sequence[PrintedRow]) -> list[DataRow]:
        """The rows that may hold values, below a header with the columns that it names; headers repeated
        after a page break included. What stands left of the indicators (序号) belongs to neither."""
        header: list[PrintedRow] = []
        is_open = False
        columns: tuple[Column, ...] | None = None
        data: list[DataRow] = []
        for row in rows:
            if _is_header(table, row, is_open):
                header = [*header, row] if is_open else [row]
                is_open = True
                continue
            if is_open:
                columns = _columns(table, header)
                is_open = False
            by_applicant = codebook().tables[table].cells == BY_APPLICANT
            if by_applicant and header and row.table != header[0].table and not _same_edges(row, columns):
                columns = None
            if first := _first_column(table, header):
                row = row_of_cells(row.table, row.index, [c for c in row.cells if c.column >= first])
            if row.value_cells:
                data.append(DataRow(row, row.value_cells, columns, overflows=prints_beyond(row, header)))
        return _foreign_told(table, told_apart(data))

    def copies(self, table: str, data: Sequence[DataRow]) -> list[list[DataRow]]:
        """The copies of the table that the rows are of."""
        return split_copies(data, [line for line in codebook().lines_of_all(table) if line.printed])

    def labels(self, data: DataRow) -> tuple[list[str], bool]:
        """What may be a row's label, and whether it is the row's own and not that of a group."""
        own = data.row.own
        is_own = own is not None and own.row_span == 1
        return [label.body for label in label_candidates(data.row)], is_own

    def matched(
        self, rows: Sequence[DataRow], lines: Sequence[Line]
    ) -> tuple[list[tuple[DataRow, Line, Match]], list[Finding]]:
        """The rows with the lines that they are; a row that several lines share stands once for each that has
        no row of its own."""
        whole = join_cut_rows(rows, lines)
        shared = [(data, named) for data in whole if (named := lines_sharing(data.row.own_text, lines))]
        alone = [data for data in whole if all(data is not one for one, _ in shared)]
        named_alone = (line_named(data.row, lines) for data in alone) if shared else ()
        own = {lines[at].code for at in named_alone if at is not None}
        matched: list[tuple[DataRow, Line, Match]] = []
        findings: list[Finding] = []
        for data, named in shared:
            free = [line for line in named if line.code not in own]
            own |= {line.code for line in free}
            if not free:
                findings.append(unclaimed_row(data.row))
                continue
            parts = parts_of(data, len(named))
            for line, part in zip(named, parts or [replace(data, shared=True)] * len(named), strict=True):
                if line in free:
                    matched.append((part, line, Match(0, EXACT)))
            findings.append(merged_rows(free, data.row))
        taken = {line.code for _, line, _ in matched}
        single, unclaimed = match_rows(alone, [line for line in lines if line.code not in taken])
        return matched + single, findings + unclaimed

    def placed(self, rows: Sequence[Matched], edition: str) -> list[tuple[Matched, Placed | None]]:
        """The rows, each with its cells under their columns; what this tells is the same in every edition.

        A value cell that reaches over rows of two different lines belongs to neither for certain: merged.
        """
        owners: dict[int, set[str]] = {}
        for one in rows:
            for cell in one.data.values:
                owners.setdefault(id(cell), set()).add(one.line.code)
        data = [one.data for one in rows]
        beside = other_columns(data)
        like: dict[tuple[str, ...], list[DataRow]] = {}
        for one in rows:
            like.setdefault(one.keys, []).append(one.data)
        offsets = {keys: usual_offsets(own, len(keys)) for keys, own in like.items()}
        over = {keys: crowded(own, len(keys)) for keys, own in like.items()}
        found: list[tuple[Matched, Placed | None]] = []
        for one in rows:
            row = one.data
            others = beside.get((row.row.table, row.columns)) if row.columns else None
            placed: Placed | None
            if row.columns and others:
                placed = place_beside(row.row.cells, row.columns, others)
            else:
                by_number = row.shape not in over[one.keys]
                offset = offsets[one.keys].get(row.shape)
                placed = place(row.values, row.columns, one.keys, offset, by_number=by_number)
            if placed is not None:
                placed = _without_shared(_without_labels(placed, owners), owners)
            found.append((one, _of_none(placed) if placed is not None and row.shared else placed))
        return found


def _foreign_told(table: str, data: Sequence[DataRow]) -> list[DataRow]:
    """The rows; of a table that not every report has, those of a grid are marked that is rather of something
    else: less than every second of its labels is just as the form's are. A table of the agency's staff may
    have a row called like one of the form's, and so has many a local form."""
    if codebook().tables[table].always:
        return list(data)
    bodies = tuple(body for line in codebook().lines_of_all(table) for body in line.bodies)
    named: dict[int, list[bool]] = {}
    for row in data:
        if labels := label_candidates(row.row):
            named.setdefault(row.row.table, []).append(any(one.body.endswith(bodies) for one in labels))
    return [
        replace(row, is_foreign=2 * sum(found) < len(found))
        for row in data
        for found in [named.get(row.row.table, [])]
    ]


def _is_header(table: str, row: PrintedRow, is_open: bool) -> bool:
    """Whether a row names columns; `is_open` that the row before it does."""
    coded = codebook().tables[table].cells
    if coded == BY_APPLICANT:
        goes_on = is_open and not row.has_value() and not _names_a_line(table, row)
        return is_applicant_header(row) or goes_on
    labels = codebook().columns[table]
    if coded == BY_COLUMN:
        named = any(normalise(cell.text).body in labels for cell in row.cells)
    else:
        known = set(labels.values())
        named = sum(column_key(cell.text) in known for cell in row.cells if cell.text.strip()) > 1
    return named and not row.has_value()


def _names_a_line(table: str, row: PrintedRow) -> bool:
    bodies = {normalise(cell.text).body for cell in row.cells}
    lines = codebook().lines_of_all(table)
    return any(body in line.bodies for line in lines for body in bodies if len(body) > 2)


def _columns(table: str, header: Sequence[PrintedRow]) -> tuple[Column, ...] | None:
    """The columns that header rows name."""
    book = codebook()
    coded, cells = book.tables[table].cells, [row.cells for row in header]
    labels: Mapping[str, str] = book.columns[table]
    if coded == BY_APPLICANT:
        parents, others = frozenset(labels.values()) - set(book.applicant_types), book.words["other_column"]
        return header_columns(cells, labels, book.applicant_types, parents, book.parents, others)
    if coded == BY_COLUMN:
        return header_columns(cells[-1:], labels, _block(table, cells[-1]), frozenset({"content"}))
    labels = {normalise(cell.text).body: column_key(cell.text) for cell in cells[-1]}
    keys = [column_key(cell.text) for cell in cells[-1] if cell.text.strip()]
    values = [key for key in keys if key not in DESCRIBING]
    return header_columns(cells[-1:], labels, values, frozenset(DESCRIBING))


def _block(table: str, cells: Sequence[Cell]) -> tuple[str, ...]:
    """The block of columns that a header row prints: as many as it has header cells, all named its own."""
    labels = codebook().columns[table]
    headers = [body for cell in cells if (body := label_in(cell.text, labels).body)]
    headers = [body for body in headers if labels.get(body) != "content"]
    named = [labels[body] for body in headers if body in labels]
    fitting = [block for block in blocks(table) if len(block) == len(headers) and set(named) <= set(block)]
    return fitting[0] if len(fitting) == 1 else tuple(named)


def _same_edges(row: PrintedRow, columns: Sequence[Column] | None) -> bool:
    """Whether a row of a later table ends in cells that stand one by one under the columns."""
    return columns is not None and [
        (cell.column, cell.column + cell.column_span) for cell in row.cells[-len(columns) :]
    ] == [(column.start, column.stop) for column in columns]


def _first_column(table: str, header: Sequence[PrintedRow]) -> int:
    """The grid column in which the indicators stand, 0 where the header names none."""
    if codebook().tables[table].cells != SINGLE:
        return 0
    cells = (cell for row in header for cell in row.cells if column_key(cell.text) == "indicator")
    return next((cell.column for cell in cells), 0)


def _of_none(placed: Placed) -> Placed:
    """A row that several lines share: each value is of one of them, and of which is not known."""
    return Placed({}, {**placed.merged, **placed.cells}, (MERGED,))


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
