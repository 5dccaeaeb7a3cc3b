"""Table four in running text: the values after words that name its outcomes, whole or cut in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extract.form.engine.columns import place
from extract.form.engine.grid import TableReading, emit
from extract.form.engine.shapes import DataRow
from extract.form.engine.table_four import (
    OUTCOMES,
    PROCEEDINGS,
    TABLE,
    keys_of,
    missing_positions,
    positions,
    proceedings_of,
)
from extract.form.engine.text.cuts import flag_split, pieces, texts
from extract.form.engine.text.doubt import fits_table_four
from extract.form.layout.codebook import Line, codebook
from extract.form.layout.labels import normalise
from extract.form.reading import COPIES_DIFFER, doubt_row_over_lines
from extract.form.rows import digits
from extract.form.rows.table_rows import Row

# The header of the whole table names nine such outcomes (结果维持, 结果纠正, 尚未审结 three times).
LEAST_OUTCOMES = 6
# The title of the section names both proceedings and heads neither.
_TITLE = re.compile("政府信息公开行政法?复议行政诉讼(?:情况)?")


@dataclass(frozen=True, slots=True)
class _Part:
    """The proceedings named above each five outcomes, and the row that holds the values."""

    blocks: tuple[frozenset[str], ...]
    row: Row


def stream_table_four(rows: Sequence[Row], edition: str) -> TableReading | None:
    """Table four from running text; None where no values follow words that name its outcomes."""
    parts = list(_parts(rows))
    told = iter(proceedings_of([names for part in parts for names in part.blocks]))
    reading = TableReading(TABLE, edition)
    for part in parts:
        keys = keys_of([next(told) for _ in part.blocks])
        if keys and not any(f"{TABLE}:{key}" in reading.lines for key in keys):
            _read_part(part.row, keys, reading)
        elif keys:
            _compare_copy(part.row, keys, reading)
    if not reading.cells:
        return None
    reading.remarks += missing_positions(reading)
    return reading


def _compare_copy(row: Row, keys: Sequence[str], reading: TableReading) -> None:
    """Flag what another copy of these cells prints differently: nothing tells which of them is meant."""
    again = TableReading(TABLE, reading.edition)
    _read_part(row, keys, again)
    values = {cell.key: cell.value for cell in again.cells}
    reading.cells = [
        cell.flagged(COPIES_DIFFER) if values.get(cell.key, cell.value) != cell.value else cell
        for cell in reading.cells
    ]


def _parts(rows: Sequence[Row]) -> Iterator[_Part]:
    """Rows with values below words that end in a header of table four; a header may stand on several rows
    that print nothing else."""
    heard = ""
    for row in rows:
        words = _TITLE.sub("", heard + normalise("".join(cell.text for cell in row.label_cells)).body)
        blocks = _blocks(words, len(row.value_cells))
        printed = texts(DataRow(row, row.value_cells, None))
        heard = words if not printed and words.endswith(_header_labels()) else ""
        if blocks and (printed or len(row.value_cells) == OUTCOMES * len(blocks)):
            yield _Part(blocks, row)
            heard = ""


def _blocks(words: str, values: int) -> tuple[frozenset[str], ...]:
    """The proceedings named above each five outcomes in which the words end; empty where they do not.

    The header of the whole table may have lost words; that of a part names its outcomes in full, with the
    proceedings right before them, or none.
    """
    whole = tuple(frozenset({one}) for one in PROCEEDINGS)
    labels = codebook().columns[TABLE]
    named = len(_outcome().findall(words))
    if values == len(positions()):
        scrambled = all(line.bodies[0] in words for line in codebook().form(TABLE, "e2021").lines)
        return whole if scrambled or (named >= LEAST_OUTCOMES and words.endswith(_header_labels())) else ()
    found = _header_of_a_part().search(words)
    if named > LEAST_OUTCOMES and words.endswith(_header_labels()):
        return whole
    if not found:
        return ()
    count = len(_outcome_row().findall(found["outcomes"]))
    above = [labels[body] for body in _proceeding().findall(found["proceedings"])]
    told = [one for one in above if one in PROCEEDINGS]
    return tuple(frozenset({one}) for one in told) if len(told) == count else (frozenset(),) * count


def _header_labels() -> tuple[str, ...]:
    return tuple(codebook().columns[TABLE])


def _one_of(*keys: str) -> str:
    labels = (body for body, key in codebook().columns[TABLE].items() if key in keys)
    return f"(?:{'|'.join(sorted(labels, key=len, reverse=True))})"


@cache
def _outcome() -> re.Pattern[str]:
    """The outcomes that no other table of the form names."""
    return re.compile(_one_of("upheld", "corrected", "pending"))


@cache
def _outcome_row() -> re.Pattern[str]:
    return re.compile("".join(_one_of(key.partition(".")[2]) for key in positions()[:OUTCOMES]))


@cache
def _proceeding() -> re.Pattern[str]:
    return re.compile(_one_of("lit", *PROCEEDINGS))


@cache
def _header_of_a_part() -> re.Pattern[str]:
    proceedings, outcomes = _proceeding().pattern, _outcome_row().pattern
    return re.compile(f"(?P<proceedings>(?:{proceedings})*)(?P<outcomes>(?:{outcomes})+)$")


def _read_part(row: Row, keys: Sequence[str], reading: TableReading) -> None:
    """Add the cells of one row of values, its glued digits cut where one way fits the sums."""
    data = DataRow(row, row.value_cells, None)
    cells = tuple((key, f"{TABLE}:{key}", "total") for key in keys)
    line = Line(TABLE, TABLE, reading.edition, 1, "line", "", ("行政复议、行政诉讼情况",), cells)
    parts = _cut_outcomes(data, len(keys))
    whole = DataRow(row, tuple(pieces(data, parts)), None) if parts else data
    placed = place(whole.values, None, keys)
    if placed and not fits_table_four([placed.cells[key].text for key in keys], OUTCOMES):
        placed = None
    emit(reading, line, placed, whole, None)
    if parts:
        flag_split(reading, data, whole, len(keys))
    reading.lines.update(code for _, code, _ in cells)
    reading.cells[-len(keys) :] = doubt_row_over_lines(reading.cells[-len(keys) :])


def _cut_outcomes(data: DataRow, count: int) -> tuple[str, ...] | None:
    """Glued digits of table four cut into so many numbers, where one way fits the sum of each five."""
    tokens = texts(data)
    if len(tokens) >= count or not digits.are_digits(tokens):
        return None

    def sums_hold(values: Sequence[float]) -> bool:
        return all(sum(values[i : i + 4]) == values[i + 4] for i in range(0, len(values), OUTCOMES))

    try:
        found = digits.fitting(tokens, count, sums_hold)
    except digits.TooManyWaysError:
        return None
    return found[0] if len(found) == 1 else None
