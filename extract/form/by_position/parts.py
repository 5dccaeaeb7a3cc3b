"""A table whose cells are told by place: the same outcomes stand under several proceedings
(docs/domain/editions.md#tables-two-three-and-four).

It is one row, whole or cut in parts. A part is told by the proceedings that its header names, or, where all
parts together are the whole row, by its place. In a real table a part is the rows below a header; in running
text it is the values after words that name the outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.form.engine.columns import Column, Placed, place
from extract.form.engine.copies import compare_copies
from extract.form.engine.cuts import in_parts, one_way, total_is_last
from extract.form.engine.doubt import fits_table_four
from extract.form.engine.emit import Matched, TableReading, emit
from extract.form.engine.row_findings import unclaimed_row
from extract.form.engine.shapes import DataRow, prints_beyond
from extract.form.layout.codebook import APPLICANT_TOTAL, codebook
from extract.form.layout.form import Line
from extract.form.layout.positions import Positions, positions
from extract.form.reading import COPIES_DIFFER, MISSING_ROW, doubt_row_over_lines
from extract.form.rows.table_rows import PrintedRow
from extract.form.rows.values import parse
from extract.records import Finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """What heads one value of a part: its grid span, the proceedings named above it, and its own name."""

    start: int
    stop: int
    proceedings: frozenset[str]
    name: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """The row of values of a part; the proceedings named above each run of outcomes, none of them where the
    header does not tell; and in a real table the outcomes named, with the header and other rows below it."""

    row: PrintedRow
    blocks: tuple[frozenset[str], ...]
    outcomes: tuple[Outcome, ...] = ()
    header: tuple[PrintedRow, ...] = ()
    others: tuple[PrintedRow, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether it stands in running text."""
        return self.row.is_text

    def in_printed_order(self, keys: Sequence[str], width: int) -> list[str]:
        """`keys` with the outcomes of each block in the order in which the header names all of them."""
        ordered = list(keys)
        if len(keys) != len(self.outcomes):
            return ordered
        for start in range(0, len(keys), width):
            proceeding = keys[start].partition(".")[0]
            named = [f"{proceeding}.{one.name}" for one in self.outcomes[start : start + width]]
            if set(named) == set(keys[start : start + width]):
                ordered[start : start + width] = named
        return ordered


def proceedings_of(named: Sequence[frozenset[str]], form: Positions) -> list[str | None]:
    """Which proceeding each block of outcomes is, from those that its header names, in printed order.

    A block whose header does not name one is told by its place, where there are as many blocks as
    proceedings and those that are named stand in the form's order.
    """
    if len(named) == len(form.proceedings) and all(
        one in names or not names for one, names in zip(form.proceedings, named, strict=True)
    ):
        return list(form.proceedings)
    return [min(names) if len(names) == 1 else None for names in named]


def keys_of(proceedings: Sequence[str | None], form: Positions) -> list[str]:
    """The cells of these proceedings in the form's order; empty where one is not told, or told twice."""
    own = [key for one in proceedings for key in form.keys if one and key.startswith(f"{one}.")]
    return own if len(set(own)) == form.width * len(proceedings) else []


def read_parts(table: str, parts: Sequence[Part], edition: str) -> TableReading | None:
    """The reading of a table in an edition from its parts; None where there are none."""
    form = positions(table, edition)
    told = iter(proceedings_of([names for part in parts for names in part.blocks], form))
    copies = [TableReading(table, edition)]
    untold: list[Part] = []
    for part, keys in [(part, keys_of([next(told) for _ in part.blocks], form)) for part in parts]:
        if not keys:
            untold += [] if part.is_text else [part]
            continue
        if all(_holds_any(copy, keys, form) for copy in copies):
            copies.append(TableReading(table, edition))
        free = next(copy for copy in copies if not _holds_any(copy, keys, form))
        _read_part(part, part.in_printed_order(keys, form.width), free, is_told=True)
    if untold and not copies[0].cells:
        # Its header tells nothing, and only a whole row would do.
        _read_part(untold.pop(0), form.keys, copies[0], is_told=False)
    if not copies[0].cells:
        return None
    copies[0].findings += [unclaimed_row(part.row) for part in untold if part.row.prints_values()]
    reading = compare_copies(copies)
    reading.findings += _missing_positions(reading, form)
    return reading


def _holds_any(reading: TableReading, keys: Sequence[str], form: Positions) -> bool:
    return any(form.code(key) in reading.lines for key in keys)


def _read_part(part: Part, keys: Sequence[str], reading: TableReading, *, is_told: bool) -> None:
    """Add the cells of a part, its glued digits cut where one way fits the sums."""
    form = positions(reading.table, reading.edition)
    cells = tuple((key, form.code(key), APPLICANT_TOTAL) for key in keys)
    title = codebook().tables[reading.table].title_zh.partition("、")[2]
    line = Line(reading.table, reading.table, reading.edition, 1, "line", "", (title,), cells)
    heads = zip(keys, part.outcomes, strict=False) if is_told else ()
    columns = tuple(Column(key, one.start, one.stop) for key, one in heads) or None
    beyond = prints_beyond(part.row, part.header)
    data = DataRow(part.row, part.row.value_cells, columns, overflows=beyond)
    if part.is_text:
        way = one_way(data, len(keys), lambda values: all(map(total_is_last, _blocks_of(values, form.width))))
        data = in_parts(data, way) if way else data
    placed = place(data.values, columns, keys)
    if part.is_text and placed and not fits_table_four([placed.cells[key].text for key in keys], form.width):
        placed = None
    emit(reading, Matched(data, line, None), placed)
    reading.lines.discard(reading.table)
    reading.lines.update(code for _, code, _ in cells)
    if part.is_text:
        reading.cells[-len(keys) :] = doubt_row_over_lines(reading.cells[-len(keys) :])
    for other in part.others:
        reading.findings.append(unclaimed_row(other))
        _doubt_beside(place(other.value_cells, columns, keys), keys, reading, form)


def _blocks_of(values: Sequence[float], width: int) -> list[Sequence[float]]:
    return [values[start : start + width] for start in range(0, len(values), width)]


def _doubt_beside(other: Placed | None, keys: Sequence[str], reading: TableReading, form: Positions) -> None:
    """Flag what a second row of values, another year's perhaps, prints differently: the form has one row."""
    if other is None or len(other.cells) < len(keys):
        return
    printed = {form.code(key): parse(cell.text).value for key, cell in other.cells.items()}
    reading.cells = [
        cell.flagged(COPIES_DIFFER) if printed.get(cell.row_code, cell.value) != cell.value else cell
        for cell in reading.cells
    ]


def _missing_positions(reading: TableReading, form: Positions) -> list[Finding]:
    """A finding where a part of the table is not there."""
    missing = [key for key in form.keys if form.code(key) not in reading.lines]
    if not missing:
        return []
    own = codebook().tables[reading.table]
    return [
        Finding(
            MISSING_ROW,
            "warn",
            f"表{own.title_zh}缺少 {len(missing)} 个位置：{', '.join(missing)}",
            f"table {own.title_en}, lacks {len(missing)} of its positions: {', '.join(missing)}",
        )
    ]
