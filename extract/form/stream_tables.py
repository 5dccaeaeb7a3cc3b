"""The form's tables out of running text: the rows of `stream`, aligned as the rows of real tables are."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extract.checks.identities import instances
from extract.document import Cell
from extract.form import digits
from extract.form.align import Match, Observed, align
from extract.form.codebook import Line, codebook
from extract.form.columns import Column, place
from extract.form.grid import TableReading, emit, missing_lines
from extract.form.labels import Label, normalise
from extract.form.reading import SPLIT
from extract.form.rows import Row
from extract.form.shapes import DataRow, crowded, usual_offsets
from extract.form.shared_rows import lines_in
from extract.form.stream_doubt import adds_up, shortened, told_by_number
from extract.form.table_three import edition_of
from extract.form.table_two import all_lines, blocks, column_editions

# Fewer rows of table three found in running text are an account of figures, not the table.
LEAST_ROWS = 5
# One row that needs a zero to come right may be one whose total is wrong.
LEAST_WITH_ZEROS = 2
# A label reaches back over at most this many lines of words before its values.
LEAST_LINES, MOST_LINES = 1, 5
# Words without any header word of the form that are longer than this end the table they follow.
LONGEST_LABEL = 60
# How much a sentence that names a row of the form looks like that row (收到申请 5 件).
SENTENCE = 0.2
UNIT_LAST = re.compile("(?:万元|人次|[条件次篇个人元])$")
_STOP = re.compile("[。；;]")


def stream_labels(row: Row) -> tuple[Label, ...]:
    """What may be the label of a row of running text: its last line, its last two, and so on."""
    lines = [cell.text for cell in row.label_cells]
    tails = ["".join(lines[-count:]) for count in range(LEAST_LINES, min(MOST_LINES, len(lines)) + 1)]
    labels = [normalise(tail) for tail in tails]
    words = _after_header_words(normalise("".join(lines)).body)
    # Of the fields of a line the last is the row's own label, those before it are its groups'.
    own = normalise(lines[-1].rpartition(" ")[2]) if lines else Label("", "")
    unitless = [Label(label.marker, UNIT_LAST.sub("", label.body)) for label in labels]
    marked = [own] if own.marker else []
    found = (*labels, Label("", words), *unitless, *marked)
    return tuple(dict.fromkeys(label for label in found if label.body))


@cache
def _header_words() -> re.Pattern[str]:
    labels = sorted(codebook().columns["t2"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, labels)))


def _after_header_words(body: str) -> str:
    """What follows the last header word of table two: …现行有效件数规章 -> 规章."""
    found = list(_header_words().finditer(body))
    return re.sub(r"^单位万元(保留\w位小数)?", "", body[found[-1].end() :]) if found else ""


def observe_text(row: Row, width: int) -> Observed:
    """A row of running text; one that prints fewer numbers than the table has columns may be a sentence."""
    printed = [cell.text.strip() for cell in row.value_cells if cell.text.strip()]
    whole = len(row.value_cells) >= width or sum(map(len, printed)) >= width
    sentence = any(UNIT_LAST.search(text) for text in printed)
    return Observed(stream_labels(row), bool(printed), SENTENCE if sentence or not whole else 1.0)


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
    form = codebook().form("t3", edition_of(all_rows, edition, stream_labels))
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
    reading = TableReading("t3", form.edition)
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


def flag_split(reading: TableReading, data: DataRow, whole: DataRow, width: int) -> None:
    """Cells that were cut out of glued digits say so, unless zeros alone leave one way to cut."""
    if whole is not data and any(set(cell.text) != {"0"} for cell in data.values):
        reading.cells[-width:] = [cell.flagged(SPLIT) for cell in reading.cells[-width:]]


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


def texts(data: DataRow) -> list[str]:
    """What the value cells of a row print, blank ones left out."""
    return [cell.text.strip() for cell in data.values if cell.text.strip()]


def pieces(data: DataRow, parts: Sequence[str]) -> Iterator[Cell]:
    """Cells of the parts that a row's digits were cut into."""
    where = data.values[0].locator
    return (Cell(part, data.row.index, index, locator=where) for index, part in enumerate(parts))


def _settle(cuts: dict[str, list[tuple[str, ...]]], edition: str) -> dict[str, tuple[str, ...]]:
    """The rows' cuts that are the only ones to fit; those that rest on sums must fit every column too."""
    single = {code: found[0] for code, found in cuts.items() if len(found) == 1}
    open_rows = {code: found for code, found in cuts.items() if len(found) > 1}
    applicants = codebook().applicant_types
    columns = [
        instance
        for instance in instances()
        if instance.edition == edition
        and instance.identity.table == "t3"
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

    whole = {line.code for line in codebook().form("t3", edition).lines if line.printed}
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


def stream_table_two(
    rows: Sequence[Row], known: Collection[str] = (), prints_all: bool = False
) -> TableReading | None:
    """Table two from running text: each run of rows under the header words that stand before it.

    `prints_all` says that the document is known to print its zeros, so that no cell of a glued row is blank.
    """
    lines = [line for line in all_lines() if line.code not in known]
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
    reading = TableReading("t2", "")
    found = [(data, lines[match.line], match) for data, match in zip(headed, matches, strict=True) if match]
    votes = [e for data, line, _ in found for e in column_editions(line.code, _keys(data))]
    reading.edition = max(set(votes), key=lambda e: (votes.count(e), e)) if votes else "e2021"
    short = shortened([data for data, *_ in found], [len(_keys(data)) for data, *_ in found])
    for index, (data, line, match) in enumerate(found):
        cells = tuple(cell for cell in line.cells if cell[0] in _keys(data))
        if cells:
            keys = [key for key, *_ in cells]
            own = Line(line.code, "t2", reading.edition, line.position, "line", "", line.bodies, cells)
            if len(shared := lines_in(data.row, lines)) > 1 and line in shared:
                emit(reading, own, None, data, match)
                continue
            parts = _cut_numbers(data, len(keys), prints_all)
            whole = DataRow(data.row, tuple(pieces(data, parts)), data.columns) if parts else data
            told = bool(parts) or index not in short
            emit(reading, own, place(whole.values, data.columns, keys, by_number=told), whole, match)
            if parts:
                flag_split(reading, data, whole, len(keys))
    expected = codebook().form("t2", reading.edition).lines
    reading.remarks += missing_lines(reading, [line for line in expected if line.code not in known])
    return reading if reading.cells else None


def _keys(data: DataRow) -> list[str]:
    return [column.key for column in data.columns or ()]


def _columns_in(words: str) -> tuple[Column, ...] | None:
    """The columns whose header words stand in a run of words, the last header of several; one comes several
    times where a tool repeats merged cells."""
    labels = codebook().columns["t2"]
    named = [
        (labels[match.group()], match.end()) for match in _header_words().finditer(normalise(words).body)
    ]
    contents = [index for index, (key, _) in enumerate(named) if key == "content"]
    keys = tuple(key for key, _ in named[contents[-1] + 1 :]) if contents else ()
    header = words if "单位" in words else ""
    return (
        tuple(Column(key, -1, -1, header) for key in keys) if tuple(dict.fromkeys(keys)) in blocks() else None
    )


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
