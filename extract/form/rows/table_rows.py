"""The rows of a document's tables, told apart into labels and values, and the form table each belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from base.record import record
from extract.document import Cell, Document, Table
from extract.form.layout.codebook import codebook
from extract.form.layout.labels import LEAST_TELLING, Label, label_in, normalise
from extract.form.layout.positions import Positions, positions, tables_by_position
from extract.form.rows.kinds import VALUE, WORDS, form_words, kind, kinds
from extract.form.rows.turned import upright
from extract.form.rows.values import parse

# So many rows counted by one are numbered rows.
LEAST_NUMBERED = 3
# A header row of table three names at least this many applicant types, one of table four this many outcomes.
LEAST_APPLICANTS, LEAST_OUTCOMES = 2, 3


@record
class PrintedRow:
    """One grid row: `cells` from left to right (with those that reach into it from above), and where the
    label ends: `cells[:label_end]` are label cells, the rest may be values."""

    table: int
    index: int
    cells: tuple[Cell, ...]
    label_end: int

    @property
    def label_cells(self) -> tuple[Cell, ...]:
        """The cells of the label, group labels first."""
        return self.cells[: self.label_end]

    @property
    def value_cells(self) -> tuple[Cell, ...]:
        """The cells after the label."""
        return self.cells[self.label_end :]

    @property
    def own(self) -> Cell | None:
        """The label cell nearest to the values, a unit of measure (条, 件) beside it left aside."""
        units = codebook().words["unit"]
        for cell in reversed(self.label_cells):
            text = cell.text.strip()
            if text and text not in units:
                return cell
        return None

    @property
    def own_text(self) -> str:
        """What that cell prints; nothing where there is none."""
        return self.own.text if self.own else ""

    @property
    def words(self) -> str:
        """The words of the label in their comparable form, those of all its cells run together."""
        return normalise("".join(cell.text for cell in self.label_cells)).body

    @property
    def texts(self) -> list[str]:
        """What the cells after the label print, blank ones left out."""
        return [text for cell in self.value_cells if (text := cell.text.strip())]

    @property
    def is_text(self) -> bool:
        """Whether it is a row of running text."""
        return self.table < 0

    @property
    def text(self) -> str:
        """All the row prints, for messages."""
        return " ".join(" ".join(cell.text.split()) for cell in self.cells if cell.text.strip())

    def has_value(self) -> bool:
        """Whether any of its cells is a value."""
        return VALUE in kinds([cell.text for cell in self.cells])

    def prints_values(self) -> bool:
        """Whether any cell after the label holds something."""
        return bool(self.texts)


def table_rows(number: int, table: Table) -> Iterator[PrintedRow]:
    """The rows of one table; `number` is its index among the document's tables. A first column that only
    numbers the rows (序号) is left out."""
    rows: list[list[Cell]] = []
    for covering in table.grid():
        cells: list[Cell] = []
        for cell in covering:
            if cell is not None and (not cells or cell is not cells[-1]):
                cells.append(cell)
        rows.append(cells)
    numbers = _row_numbers(rows)
    for index, cells in enumerate(rows):
        yield row_of_cells(number, index, cells[1:] if index in numbers else cells)


def _row_numbers(rows: Sequence[Sequence[Cell]]) -> frozenset[int]:
    """The rows that begin with their number: a count by one down the first column, words beside each."""
    leading = {
        index: parse(cells[0].text).value
        for index, cells in enumerate(rows)
        if len(cells) > 1 and kind(cells[0].text) == VALUE and kind(cells[1].text) == WORDS
    }
    counted = list(leading.values())
    by_one = all(a is not None and b == a + 1 for a, b in pairwise(counted))
    return frozenset(leading) if len(counted) >= LEAST_NUMBERED and by_one else frozenset()


def row_of_cells(table: int, index: int, cells: Sequence[Cell]) -> PrintedRow:
    """A row of these cells: its label ends with the last words before the first value."""
    found = kinds([cell.text for cell in cells])
    first_value = found.index(VALUE) if VALUE in found else len(cells)
    label_end = next((i + 1 for i in range(first_value - 1, -1, -1) if found[i] == WORDS), 0)
    return PrintedRow(table, index, tuple(cells), label_end)


def is_applicant_header(row: PrintedRow) -> bool:
    """Whether a row names applicant types: 自然人, 商业企业 … or 法人或其他组织 above them."""
    words = form_words()
    bodies = [normalise(cell.text).body for cell in row.cells]
    if not words.spanning.isdisjoint(bodies):
        return True
    return len([body for body in bodies if body in words.applicants]) >= LEAST_APPLICANTS


def is_outcome_header(row: PrintedRow) -> bool:
    """Whether a row names outcomes of reconsideration or litigation, or the kinds of proceeding."""
    words = form_words()
    bodies = [normalise(cell.text).body for cell in row.cells]
    named = [body for body in bodies if body in words.outcomes]
    return len(named) >= LEAST_OUTCOMES or len(words.blocks.intersection(bodies)) >= 2


def names_proceedings(row: PrintedRow) -> bool:
    """Whether all that a row prints are kinds of proceeding: 行政复议 above its own outcomes, where table
    four is cut. One with a numeral (四、行政复议) is a heading of another form."""
    labels = [normalise(cell.text) for cell in row.cells if cell.text.strip()]
    return bool(labels) and all(one.body in form_words().blocks and not one.marker for one in labels)


def table_of(row: PrintedRow) -> str | None:
    """The form table that a row by itself shows itself to be of, or None."""
    words = form_words()
    if is_applicant_header(row):
        return "t3"
    if is_outcome_header(row):
        return "t4"
    bodies = [normalise(cell.text).body for cell in row.label_cells or row.cells]
    if any(body in words.t2_columns for body in bodies):
        return "t2"
    for body in reversed(bodies):
        if body in words.lines and (len(body) >= LEAST_TELLING or words.lines[body] == "t2"):
            return words.lines[body]
    return None


def form_rows(document: Document) -> dict[str, list[PrintedRow]]:
    """The rows of each form table in reading order.

    A row that shows nothing belongs with the row before it in its table, or with the next where it leads.
    A table that shows nothing continues the form table before it if each of its rows holds as many values
    as that form's rows do (a table cut in two without its header), or, one row below table four, as many as
    one or two of its three proceedings do. One row that a page begins with, its header left on the page
    before, is table four's if its sums say so. Else it is no part of the form.
    """
    found: dict[str, list[PrintedRow]] = {}
    current: str | None = None
    for number, table in enumerate(document.tables()):
        rows = list(table_rows(number, table))
        shown = [table_of(row) for row in rows]
        if not {"t2", "t4", "s14"} & set(shown) and (turned := upright(table)) is not table:
            rows = list(table_rows(number, turned))
            shown = [table_of(row) for row in rows]
        for index in reversed(range(len(rows) - 1)):
            if shown[index] is None and shown[index + 1] == "t4" and names_proceedings(rows[index]):
                shown[index] = "t4"
        if any(shown):
            current = next(name for name in shown if name)
            for row, name in zip(rows, shown, strict=True):
                current = name or current
                found.setdefault(current, []).append(row)
        elif continued := _leads(rows) if table is document.blocks[0] else _continues(rows, current):
            current = continued
            found.setdefault(continued, []).extend(rows)
    return found


def _continues(rows: Sequence[PrintedRow], current: str | None) -> str | None:
    widths = {len([cell for cell in row.value_cells if kind(cell.text) == VALUE]) for row in rows}
    book = codebook()
    if current == "t3" and widths == {len(book.applicant_types)}:
        return "t3"
    if current in ("t3", "t4") and len(widths) == 1 and widths <= form_words().whole:
        return "t4"
    if current == "t4" and len(rows) == 1 and widths <= form_words().parts:
        return "t4"
    return None


def _leads(rows: Sequence[PrintedRow]) -> str | None:
    """The table read by position whose one row this is by its sums."""
    forms = (positions(name, one) for name in tables_by_position() for one in codebook().editions_of(name))
    return next((form.table for form in forms if len(rows) == 1 and adds_up(rows[0], form)), None)


def adds_up(row: PrintedRow, form: Positions) -> bool:
    """Whether a row prints a value for every position of a table, each proceeding's total the sum of its
    outcomes, not all of them none: fifteen numbers of anything else do not."""
    texts = [cell.text for cell in row.cells]
    if kinds(texts) != [VALUE] * len(form.keys):
        return False
    counts = [parse(text).value or 0.0 for text in texts]
    parts = [counts[start : start + form.width] for start in range(0, len(counts), form.width)]
    return any(counts) and all(part[-1] == sum(part[:-1]) for part in parts)


def label_candidates(row: PrintedRow) -> tuple[Label, ...]:
    """What may be the row's own label, best first: the last label cell, then that with the one before it."""
    own = row.own
    if own is None:
        return ()
    labels = [label_in(own.text, form_words().lines)]
    beside = [cell for cell in row.label_cells if cell.row == own.row and cell is not own]
    if own.row_span == 1 and any(cell.text.strip() for cell in beside):
        labels.append(normalise("".join(cell.text for cell in (*beside, own))))
    return tuple(label for label in labels if label.body)
