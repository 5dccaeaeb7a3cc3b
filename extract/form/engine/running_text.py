"""The second source of rows: running text. Each row is a run of values after a run of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from extract.document import Cell
from extract.form.engine.align import AMBIGUOUS, EXACT, Match, Observed, align
from extract.form.engine.columns import Column, Placed, place
from extract.form.engine.copies import copies, line_called
from extract.form.engine.cuts import with_cut_rows
from extract.form.engine.doubt import adds_up, shortened, told_by_number
from extract.form.engine.emit import Matched
from extract.form.engine.labels import (
    SENTENCE,
    below_header,
    columns_in,
    cut_columns,
    is_headed,
    observe_text,
    unit_last,
)
from extract.form.engine.matching import lines_sharing
from extract.form.engine.row_findings import merged_rows
from extract.form.engine.shapes import DataRow, Shape, crowded, usual_offsets
from extract.form.layout.codebook import BY_APPLICANT, BY_COLUMN, SINGLE, codebook
from extract.form.layout.form import Line
from extract.form.layout.labels import LEAST_TELLING, Label, normalise
from extract.form.layout.value_columns import YEAR_VALUE
from extract.form.rows.table_rows import PrintedRow
from extract.form.rows.text_rows import LABEL_LINES
from extract.form.rows.tokens import DASHES
from extract.records import Finding

# Fewer rows of a table found in running text are an account of figures, not the table.
LEAST_ROWS = 5
# Words without any header word of the form that are longer than this end the table they follow.
LONGEST_LABEL = 60
_STOP = re.compile("[。；;]")
# A line that is only named among the words before another one's label decides between places, no more.
ABOVE = 0.01
# Lines of the form so far apart stand beside each other, a heading between them or not.
NEIGHBOUR = 2
# What may be a value among the words of a label: no label of the statistics table has it.
_PLACEHOLDER = re.compile(rf"[/／无{DASHES}]")


class RunningText:
    """Rows of running text. `known` are lines that real tables have given already; `prints_all` says that the
    document is known to print its zeros."""

    def __init__(self, known: Collection[str] = (), *, prints_all: bool = False) -> None:
        self.known = known
        self.prints_all = prints_all

    def rows(self, table: str, rows: Sequence[PrintedRow]) -> list[DataRow]:
        """The rows under the columns that the words before them name."""
        coded = codebook().tables[table].cells
        if coded == BY_COLUMN:
            return list(_under_headers(table, rows))
        if coded == SINGLE:
            return list(_indicators(table, _from_header(table, rows)))
        width = len(codebook().applicant_types)
        return [DataRow(row, row.value_cells, observed=observe_text(row, width)) for row in rows]

    def copies(self, table: str, data: Sequence[DataRow]) -> list[list[DataRow]]:
        """The copies of the table that the rows are of; sentences of a text repeat what other tables say."""
        if codebook().tables[table].cells != SINGLE:
            return [list(data)]
        printed = [line for line in codebook().lines_of_all(table) if line.printed]
        return [list(data[one]) for one in copies([_line_called(row, printed) for row in data])]

    def labels(self, data: DataRow) -> tuple[list[str], bool]:
        """What may be a row's label; in a text it is always taken for the row's own."""
        return [label.body for label in _observed(data).labels], True

    def matched(
        self, rows: Sequence[DataRow], lines: Sequence[Line]
    ) -> tuple[list[tuple[DataRow, Line, Match]], list[Finding]]:
        """The rows with the lines that they are; none where too few are told for the text to hold the table.
        What else a text prints is no row of a table, and nothing is said of it."""
        lacking = [line for line in lines if line.code not in self.known]
        matches = align([_observed(data) for data in rows], lacking)
        for index, match in _strays(rows, matches, lacking).items():
            matches[index] = match
        found = [(row, match) for row, match in zip(rows, matches, strict=True) if match]
        coded = codebook().tables[lines[0].table].cells
        sure = sum(_observed(row).weight > SENTENCE for row, _ in found)
        is_table = bool(self.known) or any(is_headed(row.row) for row in rows)
        if coded == BY_APPLICANT and sure < (1 if is_table else LEAST_ROWS):
            return [], []
        matched: list[tuple[DataRow, Line, Match]] = []
        findings: list[Finding] = []
        for row, match in found:
            line = lacking[match.line]
            is_shared = coded == BY_COLUMN and line in lines_sharing(below_header(row.row.own_text), lacking)
            if line.printed and not row.is_foreign:
                matched.append((replace(row, shared=is_shared), line, match))
                findings += [merged_rows([line], row.row)] if is_shared else []
        return matched, findings

    def placed(self, rows: Sequence[Matched], edition: str) -> list[tuple[Matched, Placed | None]]:
        """The rows, each with its cells in the columns that its words name, by their number, if that tells.

        A row of which only the label is printed is blank where no other row prints more than its columns.
        """
        printed = [one for one in rows if one.data.values]
        data = [one.data for one in printed]
        by_number, offsets = self._told(printed, data)
        placed: dict[int, tuple[Matched, Placed | None]] = {}
        for at, (one, whole) in enumerate(
            zip(printed, with_cut_rows(printed, edition, prints_all=self.prints_all), strict=True)
        ):
            told = whole is not one or by_number[at]
            offset = offsets.get(one.data.shape)
            found = place(whole.data.values, whole.data.columns, whole.keys, offset, by_number=told)
            placed[id(one)] = whole, None if one.data.shared else found
        is_full = all(len(one.data.values) <= len(one.keys) for one in rows)
        first = next((at for at, one in enumerate(rows) if one.data.values), len(rows))
        for one in rows[first:]:
            if not one.data.values and is_full and one.match and one.match.how == EXACT:
                placed[id(one)] = one, Placed(dict.fromkeys(one.keys, _blank(one.data.row)), {})
        return [placed[id(one)] for one in rows if id(one) in placed]

    def _told(
        self, rows: Sequence[Matched], data: Sequence[DataRow]
    ) -> tuple[list[bool], Mapping[Shape, int]]:
        """Of each row whether the number of its cells tells their columns; by shape where values begin."""
        widths = [len(one.keys) for one in rows]
        short = shortened(data, widths)
        if not rows or codebook().tables[rows[0].line.table].cells != BY_APPLICANT:
            return [at not in short for at in range(len(rows))], {}
        over = crowded(data, widths[0])
        told = [
            by_number and (at not in short or adds_up(one)) and one.shape not in over
            for at, (one, by_number) in enumerate(zip(data, told_by_number(data, data[0].row), strict=True))
        ]
        return told, usual_offsets(data, widths[0])


def _blank(row: PrintedRow) -> Cell:
    return Cell("", row.index, row.label_end, locator=row.cells[-1].locator)


def _observed(data: DataRow) -> Observed:
    return data.observed or Observed((), has_values=False)


def _under_headers(table: str, rows: Sequence[PrintedRow]) -> Iterator[DataRow]:
    """Each run of rows under the header words that stand before it."""
    columns: tuple[Column, ...] | None = None
    for row in rows:
        words = "".join(cell.text for cell in row.label_cells)
        named = columns_in(table, words) or cut_columns(table, row)
        if named:
            columns = named
        elif len(words) > LONGEST_LABEL or _STOP.search(words):
            columns = None
        if columns:
            yield _under(columns, row)


def _under(columns: tuple[Column, ...], row: PrintedRow) -> DataRow:
    """A row under its columns; a cell that a tool repeats under each column of a merged one stands once."""
    keys, cells = [column.key for column in columns], row.value_cells
    firsts = [place for place, key in enumerate(keys) if key not in keys[:place]]
    texts = {(key, cell.text) for key, cell in zip(keys, cells, strict=False)}
    if len(firsts) < len(keys) == len(cells) and len(texts) == len(firsts):
        cells = tuple(cells[place] for place in firsts)
    return DataRow(row, cells, tuple(columns[place] for place in firsts), observe_text(row, 1))


def _indicators(table: str, rows: Sequence[PrintedRow]) -> Iterator[DataRow]:
    """Rows of single counts, each after the lines that its label names before its own: lines whose cells are
    blank leave only their labels there, as rows without values. They tell where in the form the row stands
    even where they are no rows of it, because a dash or a slash among the words may be their value."""
    lines = codebook().lines_of_all(table)
    words = _words([cell for row in rows for cell in row.label_cells])
    if sum(line.bodies[0] in words for line in lines if line.printed) < LEAST_ROWS:
        return
    long = {body for line in lines for body in line.bodies if len(body) >= LEAST_TELLING}
    bodies = sorted(long, key=len, reverse=True)
    columns = _value_columns(table, rows)
    for row in rows:
        body = row.words
        named: list[tuple[int, str]] = []
        for one in bodies:
            named += [(match.start(), one) for match in re.finditer(one, body)]
            body = body.replace(one, "|" * len(one))
        # What the label ends in, its unit aside, is the row's own line.
        end = len(unit_last().sub("", body))
        marked = any(_PLACEHOLDER.search(cell.text) for cell in row.label_cells)
        for start, one in sorted(named):
            if start + len(one) < end:
                above = Observed((Label("", one),), has_values=False, weight=ABOVE)
                blank = replace(row, cells=row.label_cells)
                yield DataRow(blank, (), columns, above, is_foreign=marked)
        yield DataRow(row, row.value_cells, columns, observe_text(row, 1))


def _value_columns(table: str, rows: Sequence[PrintedRow]) -> tuple[Column, ...]:
    """The columns of counts that the words before the first value name: mostly one, sometimes two."""
    running = {body for body, key in codebook().columns[table].items() if key == "cumulative"}
    first = next((index for index, row in enumerate(rows) if row.prints_values()), len(rows))
    cells = [cell for row in rows[: first + 1] for cell in row.label_cells]
    headed = bool(rows) and _header(table).search(rows[0].words)
    printed = [part for cell in cells[0 if headed else -LABEL_LINES :] for part in cell.text.split()]
    glued = normalise("".join(printed)).body
    named = any(normalise(part).body in running for part in printed)
    named = named or any(body in glued for body in running if len(body) >= LEAST_TELLING)
    return tuple(Column(key, -1, -1) for key in ([YEAR_VALUE, "cumulative"] if named else [YEAR_VALUE]))


def _from_header(table: str, rows: Sequence[PrintedRow]) -> Sequence[PrintedRow]:
    """The rows from the header of the table on (统计指标, 单位), where at least half of what they name of the
    form stands below it; words and rows before it are of something else."""
    bodies = [line.bodies[0] for line in codebook().lines_of_all(table) if line.printed]

    def named(some: Sequence[PrintedRow]) -> int:
        words = _words([cell for row in some for cell in row.label_cells])
        return sum(body in words for body in bodies)

    for index, row in enumerate(rows):
        starts = [
            i for i in range(row.label_end) if _header(table).search(_words(row.cells[i : row.label_end]))
        ]
        if starts:
            cells = row.cells[starts[-1] :]
            below = [replace(row, cells=cells, label_end=row.label_end - starts[-1]), *rows[index + 1 :]]
            return below if 2 * named(below) >= named(rows) else rows
    return rows


def _words(cells: Sequence[Cell]) -> str:
    return normalise("".join(cell.text for cell in cells)).body


@cache
def _header(table: str) -> re.Pattern[str]:
    labels: dict[str, list[str]] = {}
    for body, key in codebook().columns[table].items():
        labels.setdefault(key, []).append(body)
    return re.compile(rf"(?:{'|'.join(labels['indicator'])})(?:{'|'.join(labels['unit'])})")


def _line_called(row: DataRow, lines: Sequence[Line]) -> int | None:
    found = (line_called(label.body, lines) for label in _observed(row).labels)
    return next((place for place in found if place is not None), None)


def _strays(
    rows: Sequence[DataRow], matches: Sequence[Match | None], lines: Sequence[Line]
) -> dict[int, Match]:
    """Rows with a value, with their lines in doubt, whose line stands a second time among labels of the form
    without values, and that do not stand beside a neighbour of theirs: of the form or not, nothing tells."""
    blank: Counter[int] = Counter()
    for index, row in enumerate(rows):
        named = _line_called(row, lines)
        if matches[index] is None and not _observed(row).has_values and named is not None:
            blank[named] += 1
    strays: dict[int, Match] = {}
    for index, match in enumerate(matches):
        if match and _observed(rows[index]).has_values and blank[match.line]:
            beside = [matches[i] for i in (index - 1, index + 1) if 0 <= i < len(matches)]
            if not any(other and abs(other.line - match.line) <= NEIGHBOUR for other in beside):
                strays[index] = Match(match.line, AMBIGUOUS)
    return strays
