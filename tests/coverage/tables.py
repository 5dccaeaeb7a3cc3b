"""The ledger's inputs, made by hand or from what is true of a history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.archive.deliver import write_listings, write_run_record
from demo.history import HistoryTruth
from extract.agencies.functions import load_functions
from extract.builds.coverage.columns import COLUMNS, write_columns
from extract.builds.coverage.ledger import CoverageInputs, coverage
from extract.schemas import AGENCIES, LISTINGS, REPORTS, RUNS

Row = dict[str, Any]
Line = tuple[str, int]
# What of a history's archive is a reading of a report.
READINGS = ("report", "attachment", "repost", "portal_copy", "same_bytes")


def agency(agency_id: str, kind: str = "department", **more: Any) -> Row:
    return {"agency_id": agency_id, "kind": kind, "successors": [], **more}


def report(agency_id: str | None, year: int | None, status: str = "ok", **more: Any) -> Row:
    """A reading whose bytes have the hash ``agency/year``."""
    sha256 = f"{agency_id}/{year}"
    return {
        "report_id": f"{sha256} {status}", "agency_id": agency_id, "year": year, "status": status,
        "source_sha256": sha256, **more,
    }  # fmt: skip


def column(site_id: str, column_id: str, owner: str | None, place_id: str | None = None) -> Row:
    return {"site_id": site_id, "column_id": column_id, "place_id": place_id or site_id, "agency_id": owner}


def walk(site_id: str, column_id: str, outcome: str, day: date, detail: str = "") -> Row:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return {
        "run_id": str(day), "site_id": site_id, "column_id": column_id, "outcome": outcome, "detail": detail,
        "finished_at": at,
    }  # fmt: skip


def listing(site_id: str, column_id: str, sha256: str, *, listed: bool, day: date | None = None) -> Row:
    return {
        "site_id": site_id, "column_id": column_id, "url": f"https://{site_id}.gov.cn/{sha256}",
        "source_sha256": sha256, "published_on": day, "listed": listed,
    }  # fmt: skip


def ledger(
    folder: Path,
    agencies: Iterable[Row],
    reports: Iterable[Row] = (),
    columns: Iterable[Row] = (),
    runs: Iterable[Row] | None = (),
    listings: Iterable[Row] = (),
) -> dict[Line, Row]:
    """The ledger by agency and year; `runs` None where there was no crawl."""
    inputs = CoverageInputs(
        agencies=_file(folder / "agencies.parquet", agencies, AGENCIES),
        reports=_file(folder / "reports.parquet", reports, REPORTS),
        columns=_file(folder / "columns.parquet", columns, COLUMNS),
        listings=_file(folder / "listings.parquet", listings, LISTINGS),
        runs=None if runs is None else _file(folder / "runs.parquet", runs, RUNS),
    )
    return by_agency_year(inputs)


def ledger_of_history(folder: Path, truth: HistoryTruth) -> dict[Line, Row]:
    """The ledger of a history whose reports are resolved, and their copies merged, as is true."""
    agencies = [
        agency(
            one.agency_id, one.kind, valid_from=one.valid_from, valid_to=one.valid_to,
            successors=list(one.successors),
        )
        for one in truth.agencies.values()
    ]  # fmt: skip
    inputs = CoverageInputs(
        agencies=_file(folder / "agencies.parquet", agencies, AGENCIES),
        reports=_file(folder / "reports.parquet", _true_reports(truth), REPORTS),
        columns=write_columns(truth.registry, folder / "columns.parquet"),
        listings=write_listings(truth.archive, truth.registry, folder / "listings.parquet"),
        runs=write_run_record(truth.archive, folder / "runs.parquet"),
    )
    return by_agency_year(inputs)


def by_agency_year(inputs: CoverageInputs) -> dict[Line, Row]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = coverage(connection, inputs, load_functions()).read_all().to_pylist()
    lines = {(row["agency_id"], row["year"]): row for row in rows}
    assert len(lines) == len(rows)
    return lines


def _true_reports(truth: HistoryTruth) -> list[Row]:
    """A row a body that is a reading of a report; the reading with the figures of the facts is chosen."""
    readings: dict[Line, dict[str, Row]] = {}
    for document in truth.documents:
        if document.role in READINGS and document.agency_id and document.year:
            line = (document.agency_id, document.year)
            row = report(*line, document.status, source_sha256=document.sha256, report_id=document.sha256)
            chosen = document.content_id == truth.by_agency_year[line].content_id
            readings.setdefault(line, {})[document.sha256] = row | {
                "superseded_by": None if chosen else "another"
            }
    found = []
    for rows in readings.values():
        first = min(rows.values(), key=lambda row: (row["superseded_by"] is not None, row["report_id"]))
        found += [
            row | {"superseded_by": None if row is first else first["report_id"]} for row in rows.values()
        ]
    return found


def _file(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> Path:
    whole = [{name: row.get(name) for name in schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(whole, schema), path)
    return path
