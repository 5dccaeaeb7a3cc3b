"""Rows of running text that keep their blank cells, and whose counts of cells fit the form by chance.

Where every line ends in a blank field (a column 备注 that nobody filled, a tab before the line's end), a row
that lost a cell has as many as the form has columns, and each value after the lost cell stands a column too
far left. Where a total of the organisations stands before the total of all, and that one is blank, it seems
to be the total. Nothing in such a row tells one from the other: it is not read by the number of its cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from extract import locators
from extract.form.engine.shapes import DataRow
from extract.form.layout.codebook import APPLICANT_TOTAL, BY_APPLICANT, codebook
from extract.form.layout.labels import normalise
from extract.form.rows.table_rows import PrintedRow
from extract.form.rows.values import EMPTY_STATUSES, parse

# Lines of a text of which so great a share ends in the same field have a grid of fields that they share.
LEAST_SHARE = 0.75
# So many rows of one shape have not all lost a cell: labels of other depths stand before them or after.
LEAST_ALIKE = 4
# The name of a column has no more characters (较上年增减); longer words are of a sentence.
LONGEST_HEADER = 6


def shortened(rows: Sequence[DataRow], widths: Sequence[int]) -> frozenset[int]:
    """The places of rows that begin or end with a blank and are shorter than their like, so that a cell may
    be lost; `widths` says how many columns each has by the form.

    Rows are alike if they end in the same field of their line, or else if as many blanks follow their values.
    """
    ends = [data.values[-1].column if data.values and _is_one_line(data) else None for data in rows]
    over = [len(data.values) - width for data, width in zip(rows, widths, strict=True)]
    end, lines = Counter(ends).most_common(1)[0] if ends else (None, 0)
    usual_over = _usual(over)
    if end is not None and lines >= LEAST_SHARE * len(rows):
        short = {place for place, own in enumerate(ends) if own is not None and own < end}
    else:
        short = {place for place, own in enumerate(over) if own < usual_over}
    shapes = Counter(data.shape for data in rows)
    return frozenset(
        place for place in short if _has_blank_edge(rows[place]) and shapes[rows[place].shape] < LEAST_ALIKE
    )


def _usual(counts: Sequence[int]) -> int:
    """The count that comes most often; of those that come equally often the greatest."""
    found = Counter(counts)
    return max(found, key=lambda count: (found[count], count), default=0)


def _is_one_line(data: DataRow) -> bool:
    """Whether a row's values are fields of one line."""
    lines = {locators.whole(cell.locator) for cell in data.values}
    return len(lines) == 1 and len({cell.column for cell in data.values}) > 1


def _has_blank_edge(data: DataRow) -> bool:
    return any(not data.values[place].text.strip() for place in (0, -1)) if data.values else False


def told_by_number(rows: Sequence[DataRow], header: PrintedRow) -> list[bool]:
    """Of each row of table three, whether its count of cells may tell which column each of them is.

    It may not where a total stands beside the form's: the header names two for one 自然人 (natural persons),
    or the last value of more rows is the sum of the organisations alone than is the sum of all applicants.
    Where the header names any other column (上年, 备注), a row that is no longer than the form's has lost a
    cell, unless its sum comes right.
    """
    labels, order = codebook().headers(BY_APPLICANT), codebook().applicant_types
    width = len(order)
    named = _named(header)
    totals = sum(word in _totals() for word in named)
    longer = [data for data in rows if len(data.values) > (width if totals else width - 1)]
    # A tool that repeats merged cells repeats the heads of both.
    persons = sum(labels.get(word) == order[0] for word in named)
    if totals > max(1, persons) or _sums_leave_out_persons(longer):
        return [False] * len(rows)
    others = codebook().words["other_column"]
    if not any(other in word for word in named for other in others):
        return [True] * len(rows)
    return [len(data.values) > width or _sum_holds(data) for data in rows]


def _named(header: PrintedRow) -> list[str]:
    """The words of a header from the first applicant on."""
    labels, order = codebook().headers(BY_APPLICANT), codebook().applicant_types
    words = [normalise(part).body for cell in header.label_cells for part in cell.text.split()]
    first = next((place for place, word in enumerate(words) if labels.get(word) == order[0]), len(words))
    return [word for word in words[first:] if len(word) <= LONGEST_HEADER]


@cache
def _totals() -> frozenset[str]:
    labels = {body for body, key in codebook().headers(BY_APPLICANT).items() if key == APPLICANT_TOTAL}
    return codebook().words["subtotal"] | labels


def _sums_leave_out_persons(rows: Sequence[DataRow]) -> bool:
    """Whether the last values are rather sums of the organisations alone; a blank or a 0 is neither sum."""
    partial = whole = 0
    for data in rows:
        if (counts := _counts(data)) and counts[-1]:
            person, *others, total = counts
            partial += total == sum(others) != sum(others) + person
            whole += total == sum(others) + person != sum(others)
    return partial > whole


def adds_up(data: DataRow) -> bool:
    """Whether the counts of a row of table three are its total as they stand, blank cells nothing."""
    counts = _counts(data)
    return counts is not None and sum(counts[:-1]) == counts[-1]


def _sum_holds(data: DataRow) -> bool:
    """Whether a row's total is printed and right."""
    return bool(data.values[: len(codebook().applicant_types)][-1].text.strip()) and adds_up(data)


def _counts(data: DataRow) -> list[float] | None:
    """The first values of a row as numbers, blank ones nothing; None where one cannot be read."""
    found = [parse(cell.text) for cell in data.values[: len(codebook().applicant_types)]]
    if any(one.value is None and one.status not in EMPTY_STATUSES for one in found):
        return None
    return [one.value or 0.0 for one in found]


def fits_table_four(printed: Sequence[str], outcomes: int) -> bool:
    """Whether cells of table four that end in a blank may be believed to be whole: each total is the sum of
    its outcomes, or all of the totals are blank."""
    values = [parse(text) for text in printed]
    blocks = [values[start : start + outcomes] for start in range(0, len(values), outcomes)]
    if values[-1].status not in EMPTY_STATUSES or all(block[-1].status in EMPTY_STATUSES for block in blocks):
        return True
    return all(sum(one.value or 0.0 for one in block[:-1]) == (block[-1].value or 0.0) for block in blocks)
