"""The ledger of coverage as a pure function of a build's tables: a row an agency and year.

What a missing row of the facts means is the first thing that a user must know: no report, a report without a
table, a site that may not be read, or nobody has looked yet. `data/coverage/due_dates.csv` says when a report
was due, `data/coverage/outcomes.csv` what the end of a walk through a column means for the reports that were
not found in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from base.paths import COVERAGE
from base.sql import give_rows, quoted
from extract.agencies.functions import SPLIT, Functions
from extract.agencies.places.words import words

_HERE = Path(__file__).parent
KINDS = ("government", "government_office", "department", "township", "zone", "vertical")
STATUSES = (
    *("found", "late", "empty_form", "narrative_only", "withdrawn"),
    *("blocked", "unreachable", "missing", "never_crawled", "not_due"),
)
#: What the end of a walk can mean: read whole, or why it was not.
MEANINGS = ("whole", "blocked", "unreachable", "never_crawled")


class CoverageTableError(ValueError):
    """A row of data/coverage that cannot be; the message has file and line."""


@dataclass(frozen=True, slots=True)
class CoverageInputs:
    """The Parquet files that the ledger is made from. `agencies`, `reports` and `runs` are tables of the
    build (no `runs` where there was no crawl), `columns` and `listings` are those of this package."""

    agencies: Path
    reports: Path
    columns: Path
    listings: Path
    runs: Path | None = None


def coverage(
    connection: duckdb.DuckDBPyConnection,
    inputs: CoverageInputs,
    functions: Functions,
    folder: Path = COVERAGE,
) -> pa.RecordBatchReader:
    """The ledger: agency_id, year, status, detail, report_id, published_at, due_on, site_id.

    It runs from the first year that any report was found for to the last year before the crawl's last run,
    and has what was found beyond. Of agencies that are in no roster, `functions` say which followed which.
    """
    for field in fields(inputs):
        path: Path | None = getattr(inputs, field.name)
        if path is not None:
            _view(connection, field.name, f"SELECT * FROM read_parquet({quoted(path)})")
    if inputs.runs is None:
        _view(connection, "runs", _NO_RUNS)
    give_rows(connection, "due_date", list(due_dates(folder)))
    give_rows(connection, "outcome_meaning", list(outcome_meanings(folder)))
    connection.register("reform", pa.Table.from_pylist(list(reforms(functions)), _REFORM))
    classes = "|".join((*words("township_class"), *words("subdistrict_class")))
    connection.execute(f"SET VARIABLE town_classes = {quoted(f'({classes})$')}")
    for script in ("found", "succession", "ledger"):
        connection.execute((_HERE / f"{script}.sql").read_text(encoding="utf-8"))
    return connection.table("ledger").to_arrow_reader()


_REFORM = pa.schema(
    [
        ("predecessor", pa.string()),
        ("successor", pa.string()),
        ("from_year", pa.int16()),
        ("to_year", pa.int16()),
    ]
)
_NO_RUNS = """
SELECT
    NULL::VARCHAR AS site_id, NULL::VARCHAR AS column_id, NULL::VARCHAR AS outcome, NULL::VARCHAR AS detail,
    NULL::TIMESTAMPTZ AS finished_at
WHERE false
"""


def reforms(functions: Functions) -> Iterator[dict[str, Any]]:
    """One row a step by which a function that has ended went into another. One that lives on beside what was
    split from it, or beside what took in a part of it, reports as before."""
    for step in functions.lineage:
        if step.type != SPLIT and functions.by_code[step.predecessor].until is not None:
            yield {name: getattr(step, name) for name in _REFORM.names}


def due_dates(folder: Path = COVERAGE) -> Iterator[dict[str, Any]]:
    """One row a kind of agency and span of years."""
    for line, row in _rows(folder / "due_dates.csv"):
        kinds = row["kinds"].split("|")
        if unknown := sorted(set(kinds) - set(KINDS)):
            raise CoverageTableError(f"due_dates.csv line {line}: no kind of agency is {', '.join(unknown)}")
        for kind in kinds:
            yield {
                "kind": kind,
                "first_year": int(row["first_year"]),
                "last_year": int(row["last_year"]) if row["last_year"] else None,
                "month": int(row["month"]),
                "day": int(row["day"]),
            }


def outcome_meanings(folder: Path = COVERAGE) -> Iterator[dict[str, Any]]:
    """One row an outcome of a walk: what it means for the reports that were not found in the column."""
    for line, row in _rows(folder / "outcomes.csv"):
        if row["coverage"] not in MEANINGS:
            raise CoverageTableError(
                f"outcomes.csv line {line}: {row['coverage']!r} is none of {', '.join(MEANINGS)}"
            )
        yield {"outcome": row["outcome"], "meaning": row["coverage"]}


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row


def _view(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")
