"""Table two out of running text: its rows under the header words that stand before them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from extract.form.engine.align import align
from extract.form.engine.columns import Column, place
from extract.form.engine.grid import TableReading, emit, missing_lines
from extract.form.engine.shapes import DataRow
from extract.form.engine.shared_rows import lines_in
from extract.form.engine.table_two import TABLE, blocks, line_under
from extract.form.engine.text.cuts import flag_split, pieces, texts
from extract.form.engine.text.doubt import shortened
from extract.form.engine.text.labels import header_words, observe_text
from extract.form.layout.codebook import Line, codebook
from extract.form.layout.editions import edition_of, told_by_columns
from extract.form.layout.labels import normalise
from extract.form.rows import digits
from extract.form.rows.table_rows import Row

# Words without any header word of the form that are longer than this end the table they follow.
LONGEST_LABEL = 60
_STOP = re.compile("[。；;]")


def stream_table_two(
    rows: Sequence[Row],
    known: Collection[str] = (),
    prints_all: bool = False,
    others: Sequence[str | None] = (),
) -> TableReading | None:
    """Table two from running text: each run of rows under the header words that stand before it.

    `prints_all` says that the document is known to print its zeros, so that no cell of a glued row is blank.
    """
    lines = [line for line in codebook().lines_of_all(TABLE) if line.code not in known]
    headed: list[DataRow] = []
    columns: tuple[Column, ...] | None = None
    for row in rows:
        words = "".join(cell.text for cell in row.label_cells)
        named = _columns_in(words)
        if named:
            columns = named
        elif len(words) > LONGEST_LABEL or _STOP.search(words):
            columns = None
        if columns:
            headed.append(_under(columns, row))
    matches = align([observe_text(data.row, 1) for data in headed], lines)
    reading = TableReading(TABLE, "")
    found = [(data, lines[match.line], match) for data, match in zip(headed, matches, strict=True) if match]
    editions = told_by_columns(TABLE, [line_under(line, data.columns) for data, line, _ in found])
    reading.edition, reading.is_sure = edition_of(TABLE, editions, others), len(editions) == 1
    short = shortened([data for data, *_ in found], [len(_keys(data)) for data, *_ in found])
    for index, (data, line, match) in enumerate(found):
        cells = tuple(cell for cell in line.cells if cell[0] in _keys(data))
        if cells:
            keys = [key for key, *_ in cells]
            own = Line(line.code, TABLE, reading.edition, line.position, "line", "", line.bodies, cells)
            if len(shared := lines_in(data.row, lines)) > 1 and line in shared:
                emit(reading, own, None, data, match)
                continue
            parts = _cut_numbers(data, len(keys), prints_all)
            whole = DataRow(data.row, tuple(pieces(data, parts)), data.columns) if parts else data
            told = bool(parts) or index not in short
            emit(reading, own, place(whole.values, data.columns, keys, by_number=told), whole, match)
            if parts:
                flag_split(reading, data, whole, len(keys))
    expected = codebook().form(TABLE, reading.edition).lines
    reading.remarks += missing_lines(reading, [line for line in expected if line.code not in known])
    return reading if reading.cells else None


def _keys(data: DataRow) -> list[str]:
    return [column.key for column in data.columns or ()]


def _columns_in(words: str) -> tuple[Column, ...] | None:
    """The columns whose header words stand in a run of words, the last header of several; one comes several
    times where a tool repeats merged cells."""
    labels = codebook().columns[TABLE]
    named = [match.group() for match in header_words().finditer(normalise(words).body)]
    contents = [index for index, word in enumerate(named) if labels[word] == "content"]
    headers = named[contents[-1] + 1 :] if contents else []
    keys = tuple(labels[word] for word in headers)
    unit = words if "单位" in words else ""
    columns = tuple(Column(key, -1, -1, unit, named=word) for key, word in zip(keys, headers, strict=True))
    return columns if tuple(dict.fromkeys(keys)) in blocks() else None


def _under(columns: tuple[Column, ...], row: Row) -> DataRow:
    """A row under its columns; a cell that a tool repeats under each column of a merged one stands once."""
    keys, cells = [column.key for column in columns], row.value_cells
    if len(keys) == len(set(keys)):
        return DataRow(row, cells, columns)
    firsts = [place for place, key in enumerate(keys) if key not in keys[:place]]
    texts = {(key, cell.text) for key, cell in zip(keys, cells, strict=False)}
    if len(cells) == len(keys) and len(texts) == len(firsts):
        cells = tuple(cells[place] for place in firsts)
    return DataRow(row, cells, tuple(columns[place] for place in firsts))


def _cut_numbers(data: DataRow, count: int, prints_all: bool) -> tuple[str, ...] | None:
    """A glued row cut where there is one way to cut it and no cell can be blank.

    As many zeros as columns are as many cells; other digits only where the document prints every cell.
    """
    tokens = texts(data)
    if len(data.values) >= count or len(tokens) < len(data.values) or not digits.are_digits(tokens):
        return None
    if not prints_all and "".join(tokens) != "0" * count:
        return None
    ways = list(itertools.islice(digits.ways(tokens, count), 2))
    return ways[0] if len(ways) == 1 else None
