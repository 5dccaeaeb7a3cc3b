"""What is doubtful in a build: reports without agency or year, cells with flags or undecided findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

# So many are fetched at once.
_BATCH = 200


#: What a person is asked.
AGENCY, YEAR, CELL = "agency", "year", "cell"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a cell prints, with what was read of it; or whose a report is, or of which year."""

    asks: str

    report_id: str
    source_sha256: str
    row_code: str = ""
    applicant_type: str = ""
    value: float | None = None
    value_status: str = ""


_REPORTS = f"""
    SELECT '{AGENCY}', report_id, source_sha256 FROM undecided JOIN reports USING (report_id)
    WHERE superseded_by IS NULL
    UNION ALL
    SELECT '{YEAR}', report_id, source_sha256 FROM reports
    WHERE superseded_by IS NULL AND year IS NULL AND status NOT IN ('not_a_report', 'duplicate')
    ORDER BY report_id, 1
"""
# Cells that a correction can name: of the forms, by a year and a row that stands once.
_CELLS = """
    WITH disputed AS (
        SELECT DISTINCT
            report_id, row_code, coalesce(applicant_type, 'total') AS applicant_type, true AS is_disputed
        FROM findings
        WHERE attributed_to = 'undecided' AND severity <> 'info' AND row_code IS NOT NULL
    )

    SELECT 'cell', report_id, source_sha256, row_code, applicant_type, value, value_status
    FROM facts LEFT JOIN disputed USING (report_id, row_code, applicant_type)
    WHERE (len(flags) > 0 OR is_disputed)
        AND year IS NOT NULL AND row_code NOT LIKE 'x%' AND NOT contains(row_code, '#')
        AND (report_id, row_code, applicant_type) > ($report, $row, $applicant)
    ORDER BY report_id, row_code, applicant_type
    LIMIT $batch
"""


def doubts(connection: duckdb.DuckDBPyConnection) -> Iterator[Doubt]:
    """All of them, reports first. Asked for by and by: a large build has more than memory should hold."""
    with connection.cursor() as cursor:
        found = [Doubt(*row) for row in cursor.execute(_REPORTS).fetchall()]
    yield from found
    last = Doubt(CELL, "", "")
    while found := _cells(connection, last):
        yield from found
        last = found[-1]


def _cells(connection: duckdb.DuckDBPyConnection, after: Doubt) -> list[Doubt]:
    asked = {"report": after.report_id, "row": after.row_code, "applicant": after.applicant_type}
    with connection.cursor() as cursor:
        return [Doubt(*row) for row in cursor.execute(_CELLS, asked | {"batch": _BATCH}).fetchall()]
