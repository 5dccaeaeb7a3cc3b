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
    TABLE,
    keys_of,
    missing_positions,
    proceedings_of,
    row_of_positions,
)
from extract.form.engine.text.cuts import flag_split, pieces, texts
from extract.form.engine.text.doubt import fits_table_four
from extract.form.layout.codebook import codebook
from extract.form.layout.labels import normalise
from extract.form.layout.positions import Positions, positions
from extract.form.reading import COPIES_DIFFER, doubt_row_over_lines
from extract.form.rows import digits
from extract.form.rows.table_rows import Row

# Of the outcomes that no other table names a header of the whole table keeps so great a share.
LEAST_NAMED = 2 / 3


@dataclass(frozen=True, slots=True)
class _Part:
    """The proceedings named above each run of outcomes, and the row that holds the values."""

    blocks: tuple[frozenset[str], ...]
    row: Row


def stream_table_four(rows: Sequence[Row], edition: str) -> TableReading | None:
    """Table four from running text; None where no values follow words that name its outcomes."""
    form = positions(TABLE, edition)
    parts = list(_parts(rows, form))
    told = iter(proceedings_of([names for part in parts for names in part.blocks], form))
    reading = TableReading(TABLE, edition)
    for part in parts:
        keys = keys_of([next(told) for _ in part.blocks], form)
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


def _parts(rows: Sequence[Row], form: Positions) -> Iterator[_Part]:
    """Rows with values below words that end in a header of table four; a header may stand on several rows
    that print nothing else."""
    heard = ""
    for row in rows:
        words = _title().sub("", heard + normalise("".join(cell.text for cell in row.label_cells)).body)
        blocks = _blocks(words, len(row.value_cells), form)
        printed = texts(DataRow(row, row.value_cells, None))
        heard = words if not printed and words.endswith(_header_labels()) else ""
        if blocks and (printed or len(row.value_cells) == form.width * len(blocks)):
            yield _Part(blocks, row)
            heard = ""


def _blocks(words: str, values: int, form: Positions) -> tuple[frozenset[str], ...]:
    """The proceedings named above each run of outcomes in which the words end; empty where they do not.

    The header of the whole table may have lost words; that of a part names its outcomes in full, with the
    proceedings right before them, or none.
    """
    whole = tuple(frozenset({one}) for one in form.proceedings)
    least = LEAST_NAMED * len(form.telling) * len(form.proceedings)
    labels = codebook().columns[TABLE]
    named = len(_outcome(form).findall(words))
    if values == len(form.keys):
        scrambled = all(line.bodies[0] in words for line in codebook().lines_of_all(TABLE))
        return whole if scrambled or (named >= least and words.endswith(_header_labels())) else ()
    found = _header_of_a_part(form).search(words)
    if named > least and words.endswith(_header_labels()):
        return whole
    if not found:
        return ()
    count = len(_outcome_row(form).findall(found["outcomes"]))
    above = [labels[body] for body in _proceeding(form).findall(found["proceedings"])]
    told = [one for one in above if one in form.proceedings]
    return tuple(frozenset({one}) for one in told) if len(told) == count else (frozenset(),) * count


@cache
def _title() -> re.Pattern[str]:
    """The titles of the section, which name the proceedings and head none of them."""
    words = codebook().words["title_of_proceedings"]
    return re.compile("|".join(sorted((normalise(word).body for word in words), key=len, reverse=True)))


def _header_labels() -> tuple[str, ...]:
    return tuple(codebook().columns[TABLE])


def _one_of(*keys: str) -> str:
    labels = (body for body, key in codebook().columns[TABLE].items() if key in keys)
    return f"(?:{'|'.join(sorted(labels, key=len, reverse=True))})"


@cache
def _outcome(form: Positions) -> re.Pattern[str]:
    """The outcomes that no other table of the form names."""
    return re.compile(_one_of(*form.telling))


@cache
def _outcome_row(form: Positions) -> re.Pattern[str]:
    return re.compile("".join(map(_one_of, form.outcomes)))


@cache
def _proceeding(form: Positions) -> re.Pattern[str]:
    return re.compile(_one_of(*form.above))


@cache
def _header_of_a_part(form: Positions) -> re.Pattern[str]:
    proceedings, outcomes = _proceeding(form).pattern, _outcome_row(form).pattern
    return re.compile(f"(?P<proceedings>(?:{proceedings})*)(?P<outcomes>(?:{outcomes})+)$")


def _read_part(row: Row, keys: Sequence[str], reading: TableReading) -> None:
    """Add the cells of one row of values, its glued digits cut where one way fits the sums."""
    data = DataRow(row, row.value_cells, None)
    line = row_of_positions(keys, reading.edition)
    width = positions(TABLE, reading.edition).width
    parts = _cut_outcomes(data, len(keys), width)
    whole = DataRow(row, tuple(pieces(data, parts)), None) if parts else data
    placed = place(whole.values, None, keys)
    if placed and not fits_table_four([placed.cells[key].text for key in keys], width):
        placed = None
    emit(reading, line, placed, whole, None)
    if parts:
        flag_split(reading, data, whole, len(keys))
    reading.lines.update(code for _, code, _ in line.cells)
    reading.cells[-len(keys) :] = doubt_row_over_lines(reading.cells[-len(keys) :])


def _cut_outcomes(data: DataRow, count: int, width: int) -> tuple[str, ...] | None:
    """Glued digits of table four cut into so many numbers, where one way fits the sum of each
    proceeding."""
    tokens = texts(data)
    if len(tokens) >= count or not digits.are_digits(tokens):
        return None

    def sums_hold(values: Sequence[float]) -> bool:
        blocks = (values[start : start + width] for start in range(0, len(values), width))
        return all(sum(block[:-1]) == block[-1] for block in blocks)

    try:
        found = digits.fitting(tokens, count, sums_hold)
    except digits.TooManyWaysError:
        return None
    return found[0] if len(found) == 1 else None
