"""What was read from one document, before it is known whose report it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from extract import locators
from extract.document import NOT_TEXT, Cell
from extract.form.layout.codebook import codebook
from extract.form.rows.values import BLANK, UNREADABLE, Value, parse

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
# The remark on a row of the form that was not found.
MISSING_ROW = "missing_row"
# The remark on a row that no edition has: the form may have a newer one.
UNKNOWN_ROW = "unknown_row"

# Kinds of value (codebook) that are counts: 1.940 in such a row may well be 1,940.
_COUNTS = ("int", "signed_int")
_DOT_BEFORE_THREE = re.compile(r"\d{1,3}[.．]\d{3}(?!\d)")


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One printed cell of the form; fields as in `records.Fact`."""

    row_code: str
    applicant_type: str
    published: str
    value: float | None
    value_status: str
    unit: str | None
    edition: str
    locator: str
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Row code and applicant type."""
        return self.row_code, self.applicant_type

    def flagged(self, *flags: str) -> ReadCell:
        """The same cell with further flags."""
        return replace(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))

    def unreadable(self, *flags: str) -> ReadCell:
        """The same cell without a value, because what it prints cannot be told."""
        return replace(self, value=None, value_status=UNREADABLE).flagged(*flags)


def doubt_row_over_lines(row: Sequence[ReadCell]) -> list[ReadCell]:
    """The cells of one printed row of running text, flagged if they stand on several lines of a page: lines
    are told by height, and across two of them nothing says which value stands left of which."""
    lines = {locators.whole(cell.locator) for cell in row if cell.locator.startswith("page ")}
    return [cell.flagged(ROW_OVER_LINES) if len(lines) > 1 else cell for cell in row]


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding of the reading; the report it belongs to is added later."""

    check_id: str
    severity: str
    zh: str
    en: str
    row_code: str | None = None
    applicant_type: str | None = None
    expected: str | None = None
    found: str | None = None
    attributed_to: str = "undecided"
    evidence: str | None = None


@dataclass(frozen=True)
class Reading:
    """The cells of all tables found, the edition of each table, and what there is to say about them.

    Repairs and checks find cells in its one index, and what they change is settled in one place.
    """

    cells: tuple[ReadCell, ...] = ()
    editions: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[Key, ReadCell]:
        """The cells by row code and applicant type."""
        return {cell.key: cell for cell in self.cells}

    def settled(self, changed: Iterable[ReadCell], remarks: Iterable[Remark] = ()) -> Reading:
        """The reading with changed cells in the place of those of the same keys, and further remarks."""
        found = {cell.key: cell for cell in changed}
        cells = tuple(found.get(cell.key, cell) for cell in self.cells)
        return replace(self, cells=cells, remarks=(*self.remarks, *remarks))


def read_cell(
    code: str, applicant: str, cell: Cell, edition: str, header_unit: str | None, flags: tuple[str, ...] = ()
) -> ReadCell:
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
    return ReadCell(
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
