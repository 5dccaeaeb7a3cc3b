"""Table four: one row of cells, read by position.

The outcomes stand under every proceeding in the same words, so a cell is told by its place: reconsideration,
litigation without reconsideration, litigation after it (docs/domain/editions.md#tables-two-three-and-four).
Cut in parts, each part is told by the proceedings that its header names, or, where all parts together are the
whole row, by its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.form.engine.align import EXACT, Match
from extract.form.engine.columns import Column, Placed, leaves, place
from extract.form.engine.grid import TableReading, emit
from extract.form.engine.printed_twice import compare_copies
from extract.form.engine.row_remarks import unclaimed_row
from extract.form.engine.shapes import DataRow, prints_beyond
from extract.form.layout.codebook import APPLICANT_TOTAL, Line, codebook
from extract.form.layout.labels import normalise
from extract.form.layout.positions import Positions, positions
from extract.form.reading import COPIES_DIFFER, MISSING_ROW, Remark
from extract.form.rows.table_rows import VALUE, Row, is_outcome_header, kinds, names_proceedings
from extract.form.rows.values import parse

TABLE = "t4"


@dataclass(frozen=True, slots=True)
class _Part:
    """One table (or part of it): the outcomes that its header prints, each with its grid span, the
    proceedings named above it and its own name where it has one, and the rows below the header."""

    outcomes: tuple[tuple[int, int, frozenset[str], str | None], ...]
    header: tuple[Row, ...]
    rows: tuple[Row, ...]

    @property
    def chosen(self) -> Row:
        """The row that holds the values: the first that prints any, or the first of all where words, the
        next section's heading say, come before values do."""
        printed = (row for row in self.rows if any(cell.text.strip() for cell in row.cells))
        first = next(printed, self.rows[0])
        return first if first.has_value() else self.rows[0]

    def blocks(self, form: Positions) -> list[frozenset[str]]:
        """The proceedings named above each run of outcomes; a part without a header names none. Empty where
        the header does not tell."""
        if not self.outcomes:
            values = kinds([cell.text for cell in self.chosen.value_cells]).count(VALUE)
            return [frozenset()] * (values // form.width) if values % form.width == 0 else []
        if len(self.outcomes) % form.width:
            return []
        named = [names for _, _, names, _ in self.outcomes]
        blocks = [frozenset().union(*named[i : i + form.width]) for i in range(0, len(named), form.width)]
        each_once = sorted(map(sorted, blocks)) == sorted([one] for one in form.proceedings)
        if len(self.outcomes) == len(form.keys) and not each_once:
            return [frozenset({one}) for one in form.proceedings]
        return blocks

    def in_printed_order(self, keys: Sequence[str], width: int) -> list[str]:
        """`keys` with the outcomes of each block in the order in which the header names all of them."""
        ordered = list(keys)
        if len(keys) != len(self.outcomes):
            return ordered
        for start in range(0, len(keys), width):
            proceeding = keys[start].partition(".")[0]
            named = [f"{proceeding}.{name}" for *_, name in self.outcomes[start : start + width]]
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


def read_table_four(rows: Sequence[Row], edition: str) -> TableReading | None:
    """The reading of table four in an edition."""
    form = positions(TABLE, edition)
    parts = _parts(rows, form)
    told = iter(proceedings_of([names for part in parts for names in part.blocks(form)], form))
    keyed = [(part, keys_of([next(told) for _ in part.blocks(form)], form)) for part in parts]
    copies = [TableReading(TABLE, edition)]
    untold: list[_Part] = []
    for part, keys in keyed:
        if not keys:
            untold.append(part)
            continue
        if all(_holds_any(copy, keys) for copy in copies):
            copies.append(TableReading(TABLE, edition))
        free = next(copy for copy in copies if not _holds_any(copy, keys))
        _read_part(part, part.in_printed_order(keys, form.width), free)
    if untold and not copies[0].cells:
        _read_part(untold.pop(0), [], copies[0])
    if not copies[0].cells:
        return None
    copies[0].remarks += [unclaimed_row(part.chosen) for part in untold if part.chosen.prints_values()]
    reading = compare_copies(copies)
    reading.remarks += missing_positions(reading)
    return reading


def _holds_any(reading: TableReading, keys: Sequence[str]) -> bool:
    return any(f"{TABLE}:{key}" in reading.lines for key in keys)


def _parts(rows: Sequence[Row], form: Positions) -> list[_Part]:
    parts: list[_Part] = []
    header: list[Row] = []
    below: list[Row] = []

    def close() -> None:
        if below:
            parts.append(_Part(_outcomes(header, form), tuple(header), tuple(below)))

    for row in rows:
        words_only = not row.has_value()
        some_words = any(normalise(cell.text).body for cell in row.cells)
        heads = is_outcome_header(row) or names_proceedings(row)
        if below and (heads or row.table != below[-1].table):
            close()
            header, below = [], []
        if heads or (words_only and some_words and not below):
            header.append(row)
        else:
            below.append(row)
    close()
    return parts


def _outcomes(
    header: Sequence[Row], form: Positions
) -> tuple[tuple[int, int, frozenset[str], str | None], ...]:
    """The outcomes that header rows print: grid span, proceedings named above, and the outcome named."""
    labels = codebook().columns[TABLE]
    outcomes: list[tuple[int, int, frozenset[str], str | None]] = []
    for cells, start, stop in leaves([row.cells for row in header]):
        bodies = [normalise(cell.text).body for cell in cells]
        keys = [labels[body] for body in [*bodies, "".join(bodies)] if body in labels]
        if "".join(body for body in bodies if labels.get(body) not in form.above):
            named = {key for key in keys if key not in form.above}
            proceedings = frozenset(key for key in keys if key in form.proceedings)
            outcomes.append((start, stop, proceedings, min(named) if len(named) == 1 else None))
    return tuple(outcomes)


def _read_part(part: _Part, told: Sequence[str], reading: TableReading) -> None:
    """Add the cells of a part; without keys its header tells nothing, and only a whole row would do."""
    keys = told or positions(TABLE, reading.edition).keys
    columns = tuple(
        Column(key, start, stop) for key, (start, stop, *_) in zip(told, part.outcomes, strict=False)
    )
    row = part.chosen
    placed = place(row.value_cells, columns or None, keys)
    line = row_of_positions(keys, reading.edition)
    beyond = prints_beyond(row, part.header)
    data = DataRow(row, row.value_cells, columns or None, overflows=beyond)
    emit(reading, line, placed, data, Match(0, EXACT))
    reading.lines.discard(TABLE)
    reading.lines.update(code for _, code, _ in line.cells)
    for other in part.rows:
        if other is not row and other.has_value():
            reading.remarks.append(unclaimed_row(other))
            _doubt_beside(place(other.value_cells, columns or None, keys), keys, reading)


def _doubt_beside(other: Placed | None, keys: Sequence[str], reading: TableReading) -> None:
    """Flag what a second row of values, another year's perhaps, prints differently: the form has one row."""
    if other is None or len(other.cells) < len(keys):
        return
    printed = {f"{TABLE}:{key}": parse(cell.text).value for key, cell in other.cells.items()}
    reading.cells = [
        cell.flagged(COPIES_DIFFER) if printed.get(cell.row_code, cell.value) != cell.value else cell
        for cell in reading.cells
    ]


def row_of_positions(keys: Sequence[str], edition: str) -> Line:
    """The one row of the table, or a part of it, as a line of the form."""
    title = codebook().tables[TABLE].title_zh.partition("、")[2]
    cells = tuple((key, f"{TABLE}:{key}", APPLICANT_TOTAL) for key in keys)
    return Line(TABLE, TABLE, edition, 1, "line", "", (title,), cells)


def missing_positions(reading: TableReading) -> list[Remark]:
    """A remark where a part of the table is not there."""
    missing = [key for key in positions(TABLE, reading.edition).keys if f"{TABLE}:{key}" not in reading.lines]
    if not missing:
        return []
    return [
        Remark(
            MISSING_ROW,
            "warn",
            f"表四缺少 {len(missing)} 个位置",
            f"table four lacks {len(missing)} of its positions: {', '.join(missing)}",
        )
    ]
