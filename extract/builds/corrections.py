"""Corrections: what people know to be right of cells that print something wrong, from ``corrections.csv``.

A correction never changes a fact. It names a cell and what it expects to find there, and stands beside it in
a table of its own. One that is open or accepted is held against the facts of every build: where its cell is
gone, or its source prints something else by now, the build is refused until a person has looked again. One
that is withdrawn, or whose source the publisher has mended, is kept for the record and held against nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from base.tables import Complaints, Row, TableError, read
from extract.agencies.tables import day_cell, year_cell
from extract.builds.dataset import write_file
from extract.form.layout.cells import check_cell
from extract.form.layout.codebook import codebook
from extract.schemas import CORRECTIONS

FILE = "corrections.csv"
COLUMNS = (
    "agency_id", "source_sha256", "year", "row_code", "applicant_type", "published", "corrected_value",
    "reason", "evidence", "who", "decided_on", "status",
)  # fmt: skip
OPEN, ACCEPTED, WITHDRAWN, MENDED = "open", "accepted", "withdrawn", "mended"
STATUSES = (OPEN, ACCEPTED, WITHDRAWN, MENDED)
# Those that are held against the facts.
STANDING = (OPEN, ACCEPTED)
_SHA256 = re.compile(r"[0-9a-f]{64}")
# A number as the file writes it: digits, without separators.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# More digits than these a double does not keep apart.
MOST_DIGITS = 15


class CorrectionsError(ValueError):
    """Corrections that cannot stand; the message names each with file and line, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One row that reads well. `agency_id` or `source_sha256` may be empty, never both."""

    row: Row
    agency_id: str
    source_sha256: str
    year: int
    row_code: str
    applicant_type: str
    published: str
    corrected_value: float
    decided_on: date
    status: str

    @property
    def cell(self) -> tuple[str, int, str, str]:
        """What the row calls its cell."""
        return (self.agency_id or self.source_sha256, self.year, self.row_code, self.applicant_type)


def write_corrections(
    connection: duckdb.DuckDBPyConnection, table: Path, facts: Sequence[Path], target: Path
) -> Path:
    """Read `table`, hold it against the Parquet files `facts`, and write `target` in the schema CORRECTIONS.

    A table that does not exist is one without rows. CorrectionsError names every row that cannot stand.
    """
    complain = Complaints()
    try:
        corrections = read_corrections(table, complain) if table.exists() else []
        rows = hold_against(connection, corrections, facts, complain)
        complain.check()
    except TableError as error:
        raise CorrectionsError(str(error)) from error
    write_file([pa.RecordBatch.from_pylist(rows, CORRECTIONS)], CORRECTIONS, target)
    return target


def read_corrections(table: Path, complain: Complaints) -> list[Correction]:
    """The rows of `table` that read well; `complain` hears of the others.

    TableError where the file as a whole is no such table.
    """
    found = [_correction(row, complain) for row in read(table, COLUMNS)]
    standing: dict[tuple[str, int, str, str], Correction] = {}
    corrections = []
    for correction in filter(None, found):
        corrections.append(correction)
        if correction.status in STANDING:
            first = standing.setdefault(correction.cell, correction)
            if first is not correction:
                complain(correction.row, _second(first))
    return corrections


def hold_against(
    connection: duckdb.DuckDBPyConnection,
    corrections: Sequence[Correction],
    facts: Sequence[Path],
    complain: Complaints,
) -> list[dict[str, Any]]:
    """Rows of the schema CORRECTIONS, the standing ones with the report of their cell; `complain` hears of
    those whose cell does not exist, or whose source is not what they expect."""
    printed = _printed(connection, [one for one in corrections if one.status in STANDING], facts)
    rows = []
    taken: dict[tuple[str, str, str], Correction] = {}
    for correction in corrections:
        found: Mapping[str, Any] | None = None
        if correction.status in STANDING:
            found = _only_cell(correction, printed.get(correction.row.line, []), complain)
        if found:
            first = taken.setdefault(
                (found["report_id"], correction.row_code, correction.applicant_type), correction
            )
            if first is not correction and first.cell != correction.cell:
                complain(correction.row, _second(first))
        rows.append(_row(correction, found))
    return rows


def _correction(row: Row, complain: Complaints) -> Correction | None:
    """The row as a correction; None where it does not read well."""
    before = len(complain.problems)
    for column in ("year", "row_code", "applicant_type", "reason", "evidence", "who"):
        if not row[column]:
            complain(row, f"{column} is empty")
    if not row["agency_id"] and not row["source_sha256"]:
        complain(row, "agency_id and source_sha256 are both empty: give one, or both")
    if row["source_sha256"] and not _SHA256.fullmatch(row["source_sha256"]):
        complain(row, f"source_sha256 {row['source_sha256']!r} should be 64 digits and letters a to f")
    if row["status"] not in STATUSES:
        complain(row, f"status {row['status']!r} should be one of {', '.join(STATUSES)}")
    decided_on = day_cell(row, "decided_on", complain)
    year = year_cell(row, "year", complain)
    if year and decided_on and year > decided_on.year:
        complain(row, f"year {year} is after the decision of {decided_on}")
    check_cell(row, complain)
    value = _value(row, complain)
    if len(complain.problems) > before:
        return None
    assert year is not None and value is not None and decided_on is not None
    return Correction(
        row=row,
        agency_id=row["agency_id"],
        source_sha256=row["source_sha256"],
        year=year,
        row_code=row["row_code"],
        applicant_type=row["applicant_type"],
        published=row["published"],
        corrected_value=value,
        decided_on=decided_on,
        status=row["status"],
    )


def _value(row: Row, complain: Complaints) -> float | None:
    text = row["corrected_value"]
    if not _NUMBER.fullmatch(text):
        complain(row, f"corrected_value {text!r} should be a number of digits, in the unit of the cell")
        return None
    if sum(character.isdigit() for character in text) > MOST_DIGITS:
        complain(row, f"corrected_value {text} has more than {MOST_DIGITS} digits")
        return None
    known = codebook().rows.get(row["row_code"])
    kind = known.value_type if known else ""
    if kind == "int" and not text.isdigit():
        complain(row, f"corrected_value {text} should be a whole number, as all of {row['row_code']}")
    return float(text)


def _printed(
    connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction], facts: Sequence[Path]
) -> dict[int, list[dict[str, Any]]]:
    """By line of the table, the facts that stand in the agency's or the source's cell."""
    if not corrections:
        return {}
    wanted = pa.table(
        {
            "line": pa.array([one.row.line for one in corrections], pa.int64()),
            "of_agency": pa.array([one.agency_id for one in corrections], pa.string()),
            "of_source": pa.array([one.source_sha256 for one in corrections], pa.string()),
            "year": pa.array([one.year for one in corrections], pa.int16()),
            "row_code": pa.array([one.row_code for one in corrections], pa.string()),
            "applicant_type": pa.array([one.applicant_type for one in corrections], pa.string()),
        }
    )
    connection.register("corrections_wanted", wanted)
    rows = connection.sql(
        """
        SELECT line, agency_id, source_sha256, report_id, published, value
        FROM corrections_wanted
        JOIN read_parquet($facts, hive_partitioning = false) AS facts USING (year, row_code, applicant_type)
        WHERE CASE of_agency WHEN '' THEN source_sha256 = of_source ELSE agency_id = of_agency END
        ORDER BY line, report_id
        """,
        params={"facts": [str(path) for path in facts]},
    ).to_arrow_table()
    connection.unregister("corrections_wanted")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["line"], []).append(row)
    return found


def _only_cell(
    correction: Correction, found: Sequence[Mapping[str, Any]], complain: Complaints
) -> Mapping[str, Any] | None:
    """The one fact that the correction is about, where its source is what it expects."""
    owner, year, code, applicant = correction.cell
    cell = f"{owner} {year} {code} {applicant}"
    if not found:
        complain(
            correction.row,
            f"no report of this build has the cell {cell}; look whether its source was published anew, is "
            f"gone or was set aside for another copy (view copies), and mend the row, or set its status to "
            f"{MENDED} or {WITHDRAWN}",
        )
        return None
    if len(found) > 1:
        complain(correction.row, f"{len(found)} reports have the cell {cell}: give agency_id as well")
        return None
    fact = found[0]
    printed = (fact["published"] or "").strip()
    look = (
        "look at the source again: give what it is now, or set the status to "
        f"{MENDED} where the publisher has mended it, to {WITHDRAWN} where the correction is wrong"
    )
    if printed != correction.published:
        complain(
            correction.row,
            f"the cell {cell} prints {printed!r} by now, and not {correction.published!r}; {look}",
        )
        return None
    if correction.source_sha256 and fact["source_sha256"] != correction.source_sha256:
        complain(
            correction.row,
            f"the cell {cell} stands in source {fact['source_sha256']} by now, and not in "
            f"{correction.source_sha256}; {look}",
        )
        return None
    if fact["value"] == correction.corrected_value:
        complain(correction.row, f"the cell {cell} prints {printed!r}, which corrected_value says too")
        return None
    return fact


def _row(correction: Correction, fact: Mapping[str, Any] | None) -> dict[str, Any]:
    """The published row: agency, source and report as the facts have them, where the cell was found."""
    known = fact or {"agency_id": correction.agency_id, "source_sha256": correction.source_sha256}
    return {
        "agency_id": known["agency_id"] or None,
        "source_sha256": known["source_sha256"] or None,
        "report_id": known.get("report_id"),
        "year": correction.year,
        "row_code": correction.row_code,
        "applicant_type": correction.applicant_type,
        "published": correction.published,
        "corrected_value": correction.corrected_value,
        "reason": correction.row["reason"],
        "evidence": correction.row["evidence"],
        "who": correction.row["who"],
        "decided_on": correction.decided_on,
        "status": correction.status,
    }


def _second(first: Correction) -> str:
    return f"corrects the cell that line {first.row.line} corrects; withdraw one of the two"
