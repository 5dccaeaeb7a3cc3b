"""What a letter asks about: identities that an agency's reports break, each with its printed cells.

Left out, and counted: what is shown to be our error. What a person has corrected is told beside its cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from extract.form.layout.codebook import APPLICANT_TOTAL
from extract.form.layout.identities import Instance, instances
from publish.answers import Row, rows
from publish.printed_cells import NoCellError, agencies_like

PUBLISHER, EXTRACTION = "publisher", "extraction"
#: So the part of the evidence begins that names another file as proof (`extract/builds/copies/merge.sql`).
_ALIKE = "printed alike in "
_REPORTS = """
    SELECT
        report_id, coalesce(agencies.name, reports.agency_name) AS agency, year, title, url, source_name,
        published_at, source_sha256, first_fetched, last_fetched
    FROM reports
    LEFT JOIN (SELECT DISTINCT source_sha256, first_fetched, last_fetched FROM sources) AS fetched
        USING (source_sha256)
    LEFT JOIN agencies USING (agency_id)
    WHERE coalesce(agency_id, agency_name) = $agency AND superseded_by IS NULL
        AND ($year IS NULL OR year = $year)
    ORDER BY year, report_id
"""
_FINDINGS = """
    SELECT check_id, row_code, applicant_type, expected, found, attributed_to, evidence, message
    FROM findings
    WHERE report_id = $report AND severity IN ('error', 'warn') AND row_code IS NOT NULL
        AND check_id IN (SELECT check_id FROM identities)
    ORDER BY attributed_to <> 'publisher', check_id, row_code, applicant_type
"""
_CELLS = """
    SELECT
        row_code, applicant_type, published, value_status, locator, flags, edition, correction_status,
        proposed_value, reason,
        codebook.label_zh, codebook.column_label_zh, parents.label_zh AS parent_zh,
        applicant_types.label_zh AS applicant_zh,
        codebook.form_table
    FROM corrected_facts AS facts
    LEFT JOIN codebook USING (row_code)
    LEFT JOIN codebook AS parents ON parents.row_code = codebook.parent
    LEFT JOIN stored.applicant_types USING (applicant_type)
    WHERE report_id = $report
"""


@dataclass(frozen=True, slots=True)
class Broken:
    """One identity that fails at one place: the finding, and its cells, left side and right side. Of a range
    there is one cell, on the left. `where_too` is the other file that proves it, empty where nothing is
    proven."""

    finding: Row
    left: tuple[Row, ...]
    right: tuple[Row, ...]
    where_too: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether it is shown to be printed so."""
        return bool(self.where_too)

    @property
    def cells(self) -> tuple[Row, ...]:
        """All of them."""
        return self.left + self.right


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """A report and what is broken in it; how many were left out because the error is ours."""

    report: Row
    broken: tuple[Broken, ...]
    left_out: int


def agency_called(connection: duckdb.DuckDBPyConnection, named: str) -> str:
    """The agency of an id or a whole name: no letter goes to one whose name only looks alike. NoCellError
    names those."""
    found = rows(
        connection,
        """
        SELECT DISTINCT coalesce(reports.agency_id, reports.agency_name) AS agency
        FROM reports LEFT JOIN agencies USING (agency_id)
        WHERE $named IN (reports.agency_id, reports.agency_name, agencies.name)
        ORDER BY agency
        """,
        named=named,
    )
    called = [one["agency"] for one in found] or agencies_like(connection, named)
    if len(found) != 1:
        there = ", ".join(called[:10])
        raise NoCellError(f"{named}: 请写明是哪一个 / say which, by its id or whole name: {there}")
    return str(called[0])


def asked_about(connection: duckdb.DuckDBPyConnection, agency: str, year: int | None) -> list[AskedAbout]:
    """An agency's reports in which something does not add up, by year."""
    told = (_of_report(connection, one) for one in rows(connection, _REPORTS, agency=agency, year=year))
    return [one for one in told if one.broken or one.left_out]


def _of_report(connection: duckdb.DuckDBPyConnection, report: Row) -> AskedAbout:
    found = rows(connection, _FINDINGS, report=report["report_id"])
    cells = (
        {
            (one["row_code"], one["applicant_type"]): one
            for one in rows(connection, _CELLS, report=report["report_id"])
        }
        if found
        else {}
    )
    theirs = [one for one in found if one["attributed_to"] != EXTRACTION]
    broken = tuple(_spelt_out(one, cells) for one in theirs)
    return AskedAbout(report, broken, len(found) - len(theirs))


def _spelt_out(finding: Row, cells: Mapping[tuple[str, str], Row]) -> Broken:
    said = (finding["evidence"] or "").split("; ") if finding["attributed_to"] == PUBLISHER else []
    proof = next((part.removeprefix(_ALIKE) for part in said if part.startswith(_ALIKE)), "")
    total = (finding["row_code"], finding["applicant_type"] or APPLICANT_TOTAL)
    own = cells.get(total)
    instance = _instance(finding["check_id"], total, own["edition"]) if own else None
    if instance is None:
        return Broken(finding, (own,) if own else (), (), proof)
    left, right = (
        tuple(cells[key] for key in side if key in cells) for side in (instance.left, instance.right)
    )
    return Broken(finding, left, right, proof)


def _instance(check_id: str, total: tuple[str, str], edition: str) -> Instance | None:
    return next(
        (
            one
            for one in instances()
            if (one.identity.identity_id, one.total, one.edition) == (check_id, total, edition)
        ),
        None,
    )
