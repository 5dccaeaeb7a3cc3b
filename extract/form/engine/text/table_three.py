"""Table three out of running text: its rows, aligned as the rows of real tables are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from extract.form.engine.align import Match, align
from extract.form.engine.columns import place
from extract.form.engine.grid import TableReading, emit, missing_lines
from extract.form.engine.shapes import DataRow, crowded, usual_offsets
from extract.form.engine.table_three import TABLE, told_edition
from extract.form.engine.text.cuts import flag_split, pieces, texts
from extract.form.engine.text.doubt import adds_up, shortened, told_by_number
from extract.form.engine.text.labels import SENTENCE, observe_text, stream_labels
from extract.form.layout.codebook import Line, codebook
from extract.form.layout.editions import edition_of
from extract.form.layout.identities import instances
from extract.form.rows import digits
from extract.form.rows.table_rows import Row

# Fewer rows of table three found in running text are an account of figures, not the table.
LEAST_ROWS = 5
# One row that needs a zero to come right may be one whose total is wrong.
LEAST_WITH_ZEROS = 2


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows from the first to the last that align to the form, with their matches."""

    rows: tuple[Row, ...]
    matches: tuple[Match | None, ...]


def _aligned(rows: Sequence[Row], lines: Sequence[Line], width: int) -> _Span:
    matches = align([observe_text(row, width) for row in rows], lines)
    hits = [index for index, match in enumerate(matches) if match]
    if not hits:
        return _Span((), ())
    inside = slice(hits[0], hits[-1] + 1)
    return _Span(tuple(rows[inside]), tuple(matches[inside]))


def stream_table_three(
    rows: Sequence[Row], edition: str | None, known: Collection[str] = ()
) -> TableReading | None:
    """Table three from running text; `known` are lines that real tables have given already."""
    all_rows = [DataRow(row, row.value_cells, None) for row in rows]
    editions = told_edition(all_rows, stream_labels)
    form = codebook().form(TABLE, edition_of(TABLE, editions, (edition,)))
    lines = [line for line in form.lines if line.code not in known]
    width = len(codebook().applicant_types)
    span = _aligned(rows, lines, width)
    sure = [
        match
        for row, match in zip(span.rows, span.matches, strict=True)
        if match and observe_text(row, width).weight > SENTENCE
    ]
    if len(sure) < (1 if known else LEAST_ROWS):
        return None
    reading = TableReading(TABLE, form.edition, is_sure=len(editions) == 1)
    matched = [
        (DataRow(row, row.value_cells, None), lines[match.line], match)
        for row, match in zip(span.rows, span.matches, strict=True)
        if match and lines[match.line].printed
    ]
    cut = _cut_rows([(data, line) for data, line, _ in matched], form.edition)
    gathered = [data for data, _, _ in matched]
    offsets, over = usual_offsets(gathered, width), crowded(gathered, width)
    short = {at for at in shortened(gathered, [width] * len(gathered)) if not adds_up(gathered[at])}
    by_number = told_by_number(gathered, span.rows[0])
    for index, (data, line, match) in enumerate(matched):
        whole = cut.get(line.code, data)
        doubtful = not by_number[index] or index in short or data.shape in over
        offset, told = offsets.get(data.shape), whole is not data or not doubtful
        placed = place(whole.values, None, codebook().applicant_types, offset, by_number=told)
        emit(reading, line, placed, whole, match)
        if line.code in cut:
            flag_split(reading, data, whole, width)
    reading.remarks += missing_lines(reading, lines)
    return reading


def _cut_rows(rows: Sequence[tuple[DataRow, Line]], edition: str) -> dict[str, DataRow]:
    """Rows of glued digits cut into the form's columns, where one way only fits everything known.

    Only where most rows are glued: among rows that keep their gaps, a row with too few numbers lost a cell.
    """
    width = len(codebook().applicant_types)
    glued = [(data, line) for data, line in rows if _is_glued(data, width)]
    if 2 * len(glued) < len(rows):
        return {}
    cuts: dict[str, list[tuple[str, ...]]] = {}
    for data, line in rows:
        tokens = texts(data)
        if not digits.are_digits(tokens) or len(tokens) < len(data.values):
            continue
        try:
            cuts[line.code] = digits.fitting(tokens, width, lambda v: v[-1] == sum(v[:-1]))
            if not cuts[line.code] and len(list(digits.ways(tokens, width))) == 1:
                cuts[line.code] = list(digits.ways(tokens, width))
        except digits.TooManyWaysError:
            cuts[line.code] = []
    settled = _settle(cuts, edition)
    return {
        line.code: DataRow(data.row, tuple(pieces(data, settled[line.code])), None)
        for data, line in rows
        if line.code in settled
    }


def _is_glued(data: DataRow, width: int) -> bool:
    """Whether a row has far fewer pieces than columns, none an empty field, but digits enough for all."""
    texts = [cell.text.strip() for cell in data.values]
    return 2 * len(texts) < width and all(texts) and sum(map(len, texts)) >= width


def _settle(cuts: dict[str, list[tuple[str, ...]]], edition: str) -> dict[str, tuple[str, ...]]:
    """The rows' cuts that are the only ones to fit; those that rest on sums must fit every column too."""
    single = {code: found[0] for code, found in cuts.items() if len(found) == 1}
    open_rows = {code: found for code, found in cuts.items() if len(found) > 1}
    applicants = codebook().applicant_types
    columns = [
        instance
        for instance in instances()
        if instance.edition == edition
        and instance.identity.table == TABLE
        and instance.identity.scope == "each_applicant"
    ]

    def holds(rows: dict[str, tuple[str, ...]]) -> bool:
        def value(key: tuple[str, str]) -> float:
            return float(rows[key[0]][applicants.index(key[1])])

        return all(
            sum(map(value, c.left)) == sum(map(value, c.right))
            for c in columns
            if all(code in rows for code, _ in (*c.left, *c.right))
        )

    whole = {line.code for line in codebook().form(TABLE, edition).lines if line.printed}
    if open_rows and math.prod(map(len, open_rows.values())) <= digits.MOST_WAYS:
        tried = (dict(zip(open_rows, ways, strict=True)) for ways in itertools.product(*open_rows.values()))
        fitting = [ways for ways in tried if holds({**single, **ways})]
        if len(fitting) == 1:
            single |= fitting[0]
    if set(single) == whole and holds(single):
        return single
    return {code: way for code, way in single.items() if _one_way("".join(way), len(applicants))}


def prints_zeros(three: TableReading) -> bool:
    """Whether table three shows that the report prints its zeros and leaves no cell blank: a zero is read, or
    there are rows of glued digits whose sum comes right with a zero only, cut in however many numbers."""
    if any(cell.value == 0 for cell in three.cells):
        return True
    glued = {cell.row_code: cell.published.split() for cell in three.cells if cell.value is None}
    return sum(map(_needs_a_zero, glued.values())) >= LEAST_WITH_ZEROS


def _needs_a_zero(tokens: Sequence[str]) -> bool:
    if not digits.are_digits(tokens):
        return False
    found: list[tuple[str, ...]] = []
    for count in range(2, len(codebook().applicant_types) + 1):
        try:
            found += digits.fitting(tokens, count, lambda v: v[-1] == sum(v[:-1]))
        except digits.TooManyWaysError:
            return False
    return bool(found) and all("0" in way for way in found)


def _one_way(text: str, width: int) -> bool:
    return len(text) == width
