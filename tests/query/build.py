"""Builds made by hand for the views: reports of agencies that a roster knows, with a ledger of coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.builds.dataset import of_reports, to_batch
from extract.records import Extraction
from extract.schemas import FACTS, REPORTS, TABLES
from query import open_build
from tests.dataset.factory import Cell, extraction

Row = dict[str, Any]
Values = Mapping[Cell, float | str | None]


def report(
    agency_id: str | None, year: int, values: Values | None = None, edition: str = "e2021"
) -> Extraction:
    """A report of `edition` with every cell 0 but for `values`, where None is a blank."""
    return extraction(f"{agency_id} {year}", year, edition, values, agency_id=agency_id)


def agency(agency_id: str, kind: str = "department", **more: Any) -> Row:
    """A row of the table of agencies; place, prefecture, province and function as the id says."""
    place, _, function = agency_id.partition(":")
    code = place.partition(".")[0]
    return {
        "agency_id": agency_id, "name": agency_id, "kind": kind, "place_id": place, "region_code": code,
        "place_name": place, "prefecture_code": None if code.endswith("0000") else f"{code[:4]}00",
        "province_code": f"{code[:2]}0000", "function_code": function, "successors": [], **more,
    }  # fmt: skip


def write_build(
    folder: Path,
    reports: Iterable[Extraction],
    agencies: Iterable[Row],
    coverage: Iterable[Row] | None = None,
) -> Path:
    """Write the tables. Without `coverage` the ledger says that the agency's report of each year is found."""
    reports = list(reports)
    folder.mkdir(parents=True, exist_ok=True)
    facts = to_batch(of_reports(reports, "facts"), FACTS)
    found: Iterable[Row] = (
        {"agency_id": r.agency_id, "year": r.year, "status": "found", "report_id": r.report_id}
        for r in (one.report for one in reports)
        if r.agency_id
    )
    pq.write_table(pa.Table.from_batches([facts]), folder / "facts.parquet")
    pq.write_table(
        pa.Table.from_batches([to_batch([(one.report, None) for one in reports], REPORTS)]),
        folder / "reports.parquet",
    )
    for name, rows in (("agencies", agencies), ("coverage", found if coverage is None else coverage)):
        schema = TABLES[name].schema
        whole = [{column: row.get(column) for column in schema.names} for row in rows]
        pq.write_table(pa.Table.from_pylist(whole, schema), folder / f"{name}.parquet")
    return folder


def ask(folder: Path, sql: str) -> list[Row]:
    """The rows of an answer."""
    with open_build(folder, described=False) as connection:
        rows: list[Row] = connection.sql(sql).to_arrow_table().to_pylist()
    return rows
