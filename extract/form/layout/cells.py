"""The cells of the form by row code and applicant type: whether a table that people keep names one."""

from __future__ import annotations

from functools import cache

from base.tables import Complaints, Row
from extract.form.layout.codebook import APPLICANT_TOTAL, codebook, read_table

_LOCAL = "local:"


def check_cell(row: Row, complain: Complaints) -> None:
    """Complain where row_code and applicant_type name no cell of any edition of the form. Local forms have
    codes of their own."""
    code, applicant = row["row_code"], row["applicant_type"]
    if applicant and applicant not in _applicants():
        complain(row, f"applicant_type {applicant!r} should be one of {', '.join(_applicants())}")
    elif code and not code.startswith(_LOCAL):
        if code not in codebook().rows:
            complain(row, f"row_code {code!r} is not in data/codebook/rows.csv")
        elif not codebook().rows[code].value_type:
            complain(row, f"row_code {code!r} is a heading, which prints no value")
        elif applicant not in ("", APPLICANT_TOTAL) and (code, applicant) not in _printed_cells():
            complain(row, f"{code} is not told by applicant: applicant_type should be {APPLICANT_TOTAL}")


@cache
def _printed_cells() -> frozenset[tuple[str, str]]:
    return frozenset(
        (code, applicant)
        for form in codebook().forms.values()
        for line in form.lines
        for _, code, applicant in line.cells
    )


@cache
def _applicants() -> tuple[str, ...]:
    return tuple(row["applicant_type"] for _, row in read_table("applicant_types"))
