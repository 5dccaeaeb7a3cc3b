"""Digits of a row of running text that lost the gaps between them, cut apart where one way only is left.

What leaves one way is the form: the number of its columns, the sums along the row, and those down each column
(docs/domain/variation.md#zeros-and-cells). Where no sum binds the columns of a row, zeros are as many cells
as there are zeros; other digits can be cut only where no cell can be blank.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from extract.document import Cell
from extract.form.engine.emit import Matched, TableReading
from extract.form.engine.shapes import DataRow
from extract.form.layout.codebook import BY_APPLICANT, BY_COLUMN, codebook
from extract.form.layout.identities import instances
from extract.form.rows import digits

# One row that needs a zero to come right may be one whose total is wrong.
LEAST_WITH_ZEROS = 2

Way = tuple[str, ...]
Fits = Callable[[Sequence[float]], bool]


def with_cut_rows(matched: Sequence[Matched], edition: str, *, prints_all: bool) -> list[Matched]:
    """The rows of a table, each with its digits cut apart if there is one way to do it. `prints_all` says
    that the document is known to print its zeros, so that no cell of such a row is blank."""
    if not matched:
        return []
    table = matched[0].line.table
    coded = codebook().tables[table].cells
    if coded == BY_APPLICANT:
        ways = _by_sums(matched, table, edition)
    elif coded == BY_COLUMN:
        ways = {at: way for at, one in enumerate(matched) if (way := _alone(one, prints_all))}
    else:
        ways = {}
    return [
        replace(one, data=in_parts(one.data, ways[at])) if at in ways else one
        for at, one in enumerate(matched)
    ]


def in_parts(data: DataRow, parts: Sequence[str]) -> DataRow:
    """A row whose digits were cut into parts, each still at its place; zeros alone leave no doubt."""
    where = data.locator
    doubts = tuple(dict.fromkeys(flag for cell in data.values for flag in cell.flags))
    cells = tuple(
        Cell(part, data.row.index, at, locator=where, flags=doubts) for at, part in enumerate(parts)
    )
    return replace(data, values=cells, is_cut=any(set(one.text) != {"0"} for one in data.values))


def one_way(data: DataRow, count: int, fits: Fits) -> Way | None:
    """The one way to cut a row of too few numbers into `count` that fit, if there is one way only."""
    if len(data.texts) >= count:
        return None
    ways = _fitting(data.texts, count, fits)
    return ways[0] if len(ways) == 1 else None


def total_is_last(values: Sequence[float]) -> bool:
    """Whether the last of several numbers is the sum of those before it."""
    return values[-1] == sum(values[:-1])


def _fitting(tokens: Sequence[str], count: int, fits: Fits) -> list[Way]:
    """The ways to cut tokens into so many numbers that fit; none where they are too many to try."""
    try:
        return digits.fitting(tokens, count, fits) if digits.are_digits(tokens) else []
    except digits.TooManyWaysError:
        return []


def _alone(one: Matched, prints_all: bool) -> Way | None:
    """The one way to cut a row that no sum binds; only zeros where a cell may be blank."""
    data, count = one.data, len(one.keys)
    tokens = data.texts
    if len(data.values) >= count or len(tokens) < len(data.values) or not digits.are_digits(tokens):
        return None
    if not prints_all and "".join(tokens) != "0" * count:
        return None
    ways = list(itertools.islice(digits.ways(tokens, count), 2))
    return ways[0] if len(ways) == 1 else None


def _by_sums(matched: Sequence[Matched], table: str, edition: str) -> dict[int, Way]:
    """The cuts of rows that end in their total.

    Only where most rows are glued: among rows that keep their gaps, a row with too few numbers lost a cell.
    """
    width = len(codebook().applicant_types)
    if 2 * sum(_is_glued(one.data, width) for one in matched) < len(matched):
        return {}
    cuts: dict[str, list[Way]] = {}
    for one in matched:
        tokens = one.data.texts
        if digits.are_digits(tokens) and len(tokens) >= len(one.data.values):
            found = _fitting(tokens, width, total_is_last)
            if not found:
                only = list(itertools.islice(digits.ways(tokens, width), 2))
                found = only if len(only) == 1 else []
            cuts[one.line.code] = found
    settled = _settle(cuts, table, edition)
    return {at: settled[one.line.code] for at, one in enumerate(matched) if one.line.code in settled}


def _is_glued(data: DataRow, width: int) -> bool:
    """Whether a row has far fewer pieces than columns, none an empty field, but digits enough for all."""
    texts = data.texts
    return len(texts) == len(data.values) and 2 * len(texts) < width and sum(map(len, texts)) >= width


def _settle(cuts: Mapping[str, Sequence[Way]], table: str, edition: str) -> dict[str, Way]:
    """The rows' cuts that are the only ones to fit; those that rest on sums must fit every column too."""
    single = {code: found[0] for code, found in cuts.items() if len(found) == 1}
    open_rows = {code: found for code, found in cuts.items() if len(found) > 1}
    applicants = codebook().applicant_types
    columns = [
        one
        for one in instances()
        if (one.edition, one.identity.table, one.identity.scope) == (edition, table, "each_applicant")
    ]

    def holds(rows: Mapping[str, Way]) -> bool:
        def value(key: tuple[str, str]) -> float:
            return float(rows[key[0]][applicants.index(key[1])])

        return all(
            sum(map(value, c.left)) == sum(map(value, c.right))
            for c in columns
            if all(code in rows for code, _ in (*c.left, *c.right))
        )

    whole = {line.code for line in codebook().form(table, edition).printed_lines}
    if open_rows and math.prod(map(len, open_rows.values())) <= digits.MOST_WAYS:
        tried = (dict(zip(open_rows, ways, strict=True)) for ways in itertools.product(*open_rows.values()))
        fitting = [ways for ways in tried if holds({**single, **ways})]
        if len(fitting) == 1:
            single |= fitting[0]
    if set(single) == whole and holds(single):
        return single
    return {code: way for code, way in single.items() if len("".join(way)) == len(applicants)}


def prints_zeros(reading: TableReading | None) -> bool:
    """Whether a table shows that the report prints its zeros and leaves no cell blank: a zero is read, or
    there are rows of glued digits whose sum comes right with a zero only, cut in however many numbers."""
    cells = reading.cells if reading else []
    if any(cell.value == 0 for cell in cells):
        return True
    glued = {cell.row_code: cell.published.split() for cell in cells if cell.value is None}
    return sum(map(_needs_a_zero, glued.values())) >= LEAST_WITH_ZEROS


def _needs_a_zero(tokens: Sequence[str]) -> bool:
    found: list[Way] = []
    try:
        for count in range(2, len(codebook().applicant_types) + 1):
            found += digits.fitting(tokens, count, total_is_last) if digits.are_digits(tokens) else []
    except digits.TooManyWaysError:
        return False
    return bool(found) and all("0" in way for way in found)
