"""What was read from one document, before it is known whose report it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from extract import locators
from extract.document import NOT_TEXT, Cell
from extract.form.layout.codebook import codebook
from extract.form.rows.values import BLANK, EMPTY_STATUSES, Value, parse
from extract.records import UNREADABLE, Fact, Finding

Key = tuple[str, str]

# Flags of a cell: each says why its number, or its absence, deserves a second look.
MERGED = "merged_cell"
SHORT_ROW = "short_row"
MOVED = "row_may_have_moved"
SPLIT = "split_digits"
DISPLACED = "displaced"
COPIES_DIFFER = "copies_differ"
SECOND_READING_DIFFERS = "second_reading_differs"
REALIGNED = "realigned"
SUSPECT = "suspect"
ROW_OVER_LINES = "row_over_lines"
NOT_WHOLE = "not_whole"
NOT_PLACED = "row_not_placed"
NO_CELL = "no_cell"
# The finding on a row of the form that was not found.
MISSING_ROW = "missing_row"
# The finding on a row that no edition has: the form may have a newer one.
UNKNOWN_ROW = "unknown_row"

# Kinds of value (codebook) that are counts: 1.940 in such a row may well be 1,940.
_COUNTS = ("int", "signed_int")
_DOT_BEFORE_THREE = re.compile(r"\d{1,3}[.．]\d{3}(?!\d)")


def doubt_row_over_lines(row: Sequence[Fact]) -> list[Fact]:
    """The cells of one printed row of running text, flagged if they stand on several lines of a page: lines
    are told by height, and across two of them nothing says which value stands left of which."""
    lines = {locators.whole(cell.locator) for cell in row if cell.locator.startswith("page ")}
    return [cell.flagged(ROW_OVER_LINES) if len(lines) > 1 else cell for cell in row]


@dataclass(frozen=True)
class Reading:
    """The cells of all tables found, the edition of each table, and what there is to say about them.

    Repairs and checks find cells in its one index, and what they change is settled in one place.
    """

    cells: tuple[Fact, ...] = ()
    editions: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[Key, Fact]:
        """The cells by row code and applicant type."""
        return {(cell.row_code, cell.applicant_type): cell for cell in self.cells}

    @cached_property
    def amounts(self) -> Mapping[Key, float]:
        """What each cell adds to a sum: one without a number nothing; those that cannot be read lack."""
        return {
            key: cell.value or 0.0
            for key, cell in self.by_key.items()
            if cell.value is not None or cell.value_status in EMPTY_STATUSES
        }

    def settled(self, changed: Iterable[Fact], findings: Iterable[Finding] = ()) -> Reading:
        """The reading with changed cells in the place of those of the same keys, and further findings."""
        found, more = {cell.key: cell for cell in changed}, tuple(findings)
        if not found and not more:
            return self
        cells = tuple([found.get(cell.key, cell) for cell in self.cells]) if found else self.cells
        return replace(self, cells=cells, findings=(*self.findings, *more))


def read_cell(
    code: str, applicant: str, cell: Cell, edition: str, header_unit: str | None, flags: tuple[str, ...] = ()
) -> Fact:
    """The reading of one table cell; its unit is the one in the cell, else the header's, else the form's.

    A count that is printed with decimals is flagged: the dot may part thousands. A cell that shows something
    else than text is not blank.
    """
    value: Value = parse(cell.text)
    if NOT_TEXT in cell.flags and value.status == BLANK:
        value = value._replace(status=UNREADABLE)
    row = codebook().rows[code.partition("#")[0]]
    if row.value_type in _COUNTS and value.value is not None and _has_decimals(value.value, cell.text):
        flags = (*flags, NOT_WHOLE)
    return Fact(
        code,
        applicant,
        cell.text,
        value.value,
        value.status,
        value.unit or header_unit or row.unit,
        edition,
        cell.locator,
        flags + cell.flags,
    )


def _has_decimals(value: float, published: str) -> bool:
    return not value.is_integer() or _DOT_BEFORE_THREE.search(published) is not None
