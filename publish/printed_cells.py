"""Printed cells: who printed what where, and how far it may be believed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from publish.answers import Row, rows

_CELL = """
    SELECT
        facts.agency_id, coalesce(agencies.name, facts.agency_name) AS agency_name, facts.year,
        facts.row_code, facts.applicant_type, value, value_status, published, facts.unit, edition,
        facts.report_id, locator, facts.reader, flags,
        codebook.label_zh, codebook.column_label_zh, codebook.label_en, codebook.form_table,
        title, reports.url, source_name, published_at, format, facts.source_sha256,
        first_fetched, last_fetched
    FROM facts
    JOIN reports USING (report_id)
    LEFT JOIN (SELECT DISTINCT source_sha256, first_fetched, last_fetched FROM sources) AS fetched
        ON fetched.source_sha256 = facts.source_sha256
    LEFT JOIN agencies ON agencies.agency_id = facts.agency_id
    LEFT JOIN codebook ON codebook.row_code = split_part(facts.row_code, '#', 1)
"""


class NoCellError(LookupError):
    """No such cell; the message says what there is instead."""


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One cell: its facts and source, the doubts about it, and the findings that name it or its report."""

    cell: Row
    doubts: list[Row]
    findings: list[Row]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {**self.cell, "doubts": self.doubts, "findings": self.findings}


def cells_of_agency(
    connection: duckdb.DuckDBPyConnection, agency: str, year: int, row: str, applicant: str
) -> list[PrintedCell]:
    """The cells of a row in an agency's report of a year. `agency` is an id, a name, or a part of one; `row`
    a row code, its label, or its column name in the views. Raises NoCellError."""
    codes = _row_codes(connection, row)
    where = "(facts.agency_id = $agency OR facts.agency_name = $agency OR agencies.name = $agency)"
    asked = f"{_CELL} WHERE {where} AND facts.year = $year"
    found = rows(connection, asked, agency=agency, year=year)
    if not found:
        ids = agencies_like(connection, agency)
        if len(ids) > 1:
            named = ", ".join(ids[:10])
            raise NoCellError(f"{agency}: 有多个机关，请指明 / several agencies, say which: {named}")
        found = rows(connection, asked, agency=ids[0], year=year)
    wanted = [
        one for one in found
        if one["row_code"].partition("#")[0] in codes or one["row_code"] in codes
        if one["applicant_type"] == applicant
    ]  # fmt: skip
    if not wanted:
        there = _there_instead(connection, found, codes, row) if found else _years(connection, where, agency)
        raise NoCellError(f"{agency} {year} {row} {applicant}: 没有这一格 / no such cell; {there}")
    return [_with_doubts(connection, one) for one in wanted]


def _years(connection: duckdb.DuckDBPyConnection, where: str, agency: str) -> str:
    years = rows(
        connection, f"SELECT DISTINCT year FROM ({_CELL} WHERE {where}) ORDER BY year", agency=agency
    )
    return f"该机关有报告的年度 / years read: {', '.join(str(one['year']) for one in years) or 'none'}"


def _there_instead(connection: duckdb.DuckDBPyConnection, found: list[Row], codes: set[str], row: str) -> str:
    """What a report has where the asked cell is not: the row's applicants, else the rows named most alike."""
    applicants = {one["applicant_type"] for one in found if one["row_code"].partition("#")[0] in codes}
    if applicants:
        return f"该行的申请人类型 / applicants of this row: {', '.join(sorted(applicants))}"
    named = rows(connection, "SELECT row_code, name, label_zh, label_en FROM codebook ORDER BY row_code")
    here = {one["row_code"].partition("#")[0] for one in found}
    names = {
        word: str(one["row_code"])
        for one in named if one["row_code"] in here
        for word in (one["row_code"], one["name"], one["label_zh"], one["label_en"]) if word
    }  # fmt: skip
    alike = dict.fromkeys(names[word] for word in get_close_matches(row, names, 10, 0.4))
    alike |= dict.fromkeys(code for word, code in names.items() if row.lower() in word.lower())
    listed = ", ".join(list(alike)[:8]) or ", ".join(sorted(here)[:8]) + " …"
    return f"相近的行 / rows of this report most like it: {listed}; gknb sql 'FROM codebook' lists all"


def cell_at(connection: duckdb.DuckDBPyConnection, report: str, locator: str) -> list[PrintedCell]:
    """The cells that a report prints at a locator. Raises NoCellError."""
    found = rows(
        connection,
        f"{_CELL} WHERE facts.report_id = $report AND locator = $locator",
        report=report,
        locator=locator,
    )
    if not found:
        raise NoCellError(f"{report} {locator}: 没有这一格 / no such cell; gknb sql lists locators of facts")
    return [_with_doubts(connection, one) for one in found]


def cell_of_report(
    connection: duckdb.DuckDBPyConnection, report: str, row_code: str, applicant: str
) -> list[PrintedCell]:
    """The cells of a row in a report, by their codes. Raises NoCellError."""
    found = rows(
        connection,
        f"{_CELL} WHERE facts.report_id = $report AND facts.row_code = $row AND applicant_type = $applicant",
        report=report,
        row=row_code,
        applicant=applicant,
    )
    if not found:
        raise NoCellError(f"{report} {row_code} {applicant}: 没有这一格 / no such cell")
    return [_with_doubts(connection, one) for one in found]


def _row_codes(connection: duckdb.DuckDBPyConnection, row: str) -> set[str]:
    found = rows(
        connection,
        "SELECT row_code FROM codebook WHERE $row IN (row_code, label_zh, label_en, name, column_label_zh)",
        row=row,
    )
    return {one["row_code"] for one in found} | {row}


def agencies_like(connection: duckdb.DuckDBPyConnection, agency: str) -> list[str]:
    """Ids, else names, of the agencies called so, else of those whose id or name has this in it; NoCellError
    where none has."""
    found = rows(
        connection,
        """
        SELECT DISTINCT
            coalesce(facts.agency_id, facts.agency_name) AS agency,
            coalesce($agency IN (facts.agency_id, facts.agency_name, agencies.name), false) AS so_called
        FROM (SELECT DISTINCT agency_id, agency_name FROM reports) AS facts
        LEFT JOIN agencies USING (agency_id)
        WHERE contains(facts.agency_name, $agency) OR contains(agencies.name, $agency)
            OR contains(facts.agency_id, $agency)
        ORDER BY agency
        """,
        agency=agency,
    )
    if not found:
        raise NoCellError(f"{agency}: 没有这个机关 / no such agency; gknb sql 'FROM agencies' lists them")
    so_called = [one["agency"] for one in found if one["so_called"]]
    return list(dict.fromkeys(so_called or [one["agency"] for one in found]))


def _with_doubts(connection: duckdb.DuckDBPyConnection, cell: Row) -> PrintedCell:
    doubts = rows(
        connection, "FROM flags WHERE list_contains($flags, flag) ORDER BY flag", flags=cell["flags"] or []
    )
    findings = rows(
        connection,
        """
        SELECT check_id, severity, row_code, applicant_type, expected, found, attributed_to, evidence, message
        FROM findings
        WHERE report_id = $report
            AND (row_code IS NULL AND severity <> 'info'
                OR row_code = $row AND coalesce(applicant_type, $applicant) = $applicant)
        ORDER BY row_code IS NULL, severity, check_id
        """,
        report=cell["report_id"],
        row=cell["row_code"],
        applicant=cell["applicant_type"],
    )
    return PrintedCell(cell, doubts, findings)
