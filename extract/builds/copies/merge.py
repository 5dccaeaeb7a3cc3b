"""The staged tables once copies are told: of each report one reading stands in the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from extract.builds.copies.candidates import ReadReport
from extract.builds.copies.choose import OLDER, Copy
from extract.builds.dataset import rows_of, text
from extract.form.layout.editions import EDITION_CHECKS
from extract.form.layout.identities import identities
from extract.schemas import COPIES, FACTS, FINDINGS, REPORTS

_SQL = Path(__file__).parent / "merge.sql"
_SETTLED = pa.schema(
    [
        *(REPORTS.field(name) for name in ("report_id", "agency_id", "region_code", "year", "superseded_by")),
        pa.field("year_from", pa.string()),
        pa.field("is_older", pa.bool_()),
    ]
)
_COPY = pa.schema([COPIES.field(name) for name in Copy.__dataclass_fields__])


@dataclass(frozen=True, slots=True)
class Merged:
    """Parquet files, unsorted: the tables of these names; the findings are those of the readings, and what
    copies tell of them and of each other."""

    reports: Path
    facts: Path
    superseded_facts: Path
    copies: Path
    findings: Path


def merge(
    connection: duckdb.DuckDBPyConnection,
    reports: Path,
    facts: Sequence[Path],
    findings: Sequence[Path],
    readings: Sequence[ReadReport],
    copies: Sequence[Copy],
    folder: Path,
    compared_before: str | None = None,
) -> Merged:
    """Write the staged tables as `readings` and `copies` say into `folder`, which is made.

    Where the `facts` and `findings` are not those of all reports, `compared_before` is the query for the rows
    of `copies` of the others.
    """
    folder.mkdir()
    standing = {copy.copy_id: copy.report_id for copy in copies}
    older = {copy.copy_id for copy in copies if copy.role == OLDER}
    settled = [
        {
            "report_id": one.report_id,
            "agency_id": one.agency_id,
            "region_code": one.region_code,
            "year": one.year,
            "year_from": one.year_from,
            "superseded_by": chosen if (chosen := standing.get(one.report_id)) != one.report_id else None,
            "is_older": one.report_id in older,
        }
        for one in readings
    ]
    _register(connection, "settled", pa.Table.from_pylist(settled, _SETTLED))
    _register(connection, "copy", _table_of(copies))
    checks = sorted({identity.identity_id for identity in identities()})
    _register(connection, "identity_id", pa.table({"check_id": checks}))
    _register(connection, "provable", pa.table({"check_id": [*checks, *EDITION_CHECKS]}))
    for name, paths in {"reports": [reports], "facts": facts, "findings": findings}.items():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW staged_{name} AS {rows_of(*paths)}")
    connection.register("no_copies", COPIES.empty_table())
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW compared_before AS
        SELECT DISTINCT report_id, copy_id, cells_compared, cells_differing
        FROM ({compared_before or "FROM no_copies"})
        """
    )
    connection.execute(_SQL.read_text(encoding="utf-8"))
    columns = {"facts": ", ".join(FACTS.names), "findings": ", ".join(FINDINGS.names)}
    queries = {
        "reports": "FROM merged_reports",
        "facts": f"SELECT {columns['facts']} FROM merged_facts WHERE NOT set_aside",
        "superseded_facts": f"SELECT {columns['facts']} FROM merged_facts WHERE set_aside",
        "copies": f"SELECT {', '.join(COPIES.names)} FROM copies_table",
        "findings": f"SELECT {columns['findings']} FROM attributed_findings UNION ALL "
        f"SELECT {columns['findings']} FROM copies_differ",
    }
    for name, query in queries.items():
        connection.execute(f"COPY ({query}) TO '{text(folder / f'{name}.parquet')}' (FORMAT parquet)")
    return Merged(**{name: folder / f"{name}.parquet" for name in queries})


def _table_of(copies: Sequence[Copy]) -> pa.Table:
    columns = [pa.array([getattr(copy, field.name) for copy in copies], field.type) for field in _COPY]
    return pa.Table.from_arrays(columns, schema=_COPY)


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("rows_to_keep", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM rows_to_keep")
    connection.unregister("rows_to_keep")
