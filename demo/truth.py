"""What a generated report prints, cell by cell, and what an honest reader may make of it.

The truth is of the printed document, not of the agency: where a publisher's error is switched on, it holds
the wrong number, because that is what stands on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# (row_code, applicant_type), as in the codebook: ("t3:3.3.1", "total").
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TrueCell:
    """One printed cell of the form.

    `printed` is the cell's text without the white space around it. `value` is None unless a number stands
    there; `status` is the value_status of the codebook: number blank dash slash none_word annotated
    unreadable.
    `unit` is the unit printed in the cell itself, None where the cell holds no unit. `may_be_null` says that
    the document no longer tells for certain what belongs here: a reader may then return no value, but any
    other number than `value` is wrong even so.
    """

    row_code: str
    applicant_type: str
    printed: str
    value: Decimal | None
    status: str
    edition: str
    unit: str | None = None
    may_be_null: bool = False

    @property
    def key(self) -> Key:
        """Row code and applicant type."""
        return self.row_code, self.applicant_type

    @property
    def table(self) -> str:
        """t2, t3, t4 or s14."""
        return self.row_code.split(":")[0]

    def accepts(self, value: float | None) -> bool:
        """Whether a reading is an honest one: the printed number, or none where that is right."""
        if value is None:
            return self.value is None or self.may_be_null
        return self.value is not None and float(self.value) == value


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about one generated document.

    `status` is one of ok, partial (rows of the form are missing: `missing`), empty_form, no_tables and
    not_a_report; the last three have no cell with a value. `editions` names the edition of each printed table
    (t2, t3, t4, s14). `agency` is the name as the title prints it, `agency_name` the full one; `title` is the
    title on one line. `year` is the report year, or None for what is no report. `notes` says in words what
    each fault did.
    """

    status: str
    title: str
    agency: str
    agency_name: str
    region_code: str
    year: int | None
    published_at: date
    editions: Mapping[str, str]
    cells: tuple[TrueCell, ...]
    missing: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()

    def by_key(self) -> dict[Key, TrueCell]:
        """The cells by (row_code, applicant_type)."""
        return {cell.key: cell for cell in self.cells}
