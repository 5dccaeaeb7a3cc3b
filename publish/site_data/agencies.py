"""The files of the agencies: all that is known of each, the agencies of a county together.

All facts are gone through once, in the order of the agencies, some prefectures at a time, and of what is not
theirs nothing is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from publish.answers import Row, rows
from publish.site_data.files import DataFiles
from publish.site_data.queries import FACTS, FACTS_OF_NAMES, FINDINGS, LINEAGE, REPORTS, REVISIONS

# A file of a place stays below this, gzipped, so that an agency comes at once over a slow line.
PLACE_BYTES = 200_000
# JSON of a fact packs to so much.
_BYTES_A_FACT = 9
# Facts that are read and written at a time: some prefectures.
_BATCH = 150_000
# What is told of an agency beside its reports, and the order of that; each is a table by agency's number.
_TOLD: Mapping[str, tuple[str | None, str]] = {
    "ledger": (None, "year"),
    "measures": (None, "measure, year"),
    "peers": (None, "measure, year, scope"),
    "findings": (FINDINGS, 'year, severity, "check", "row", report, applicant, message'),
    "revisions": (REVISIONS, 'year, "row", applicant, first_seen_after'),
    "lineage": (LINEAGE, "year, from_id, to_id"),
}
# What is told as lists, whose columns the page knows by their place.
_AS_LISTS = frozenset(("ledger", "measures", "peers"))


def write_agencies(
    connection: duckdb.DuckDBPyConnection, agencies: Sequence[Row], files: DataFiles
) -> list[str]:
    """Write the files; the id of the first agency in each. `agency_number`, `cell_key`, and the tables
    `told_ledger`, `told_measures` and `told_peers` are there."""
    for name, (sql, _) in {**_TOLD, "reports": (REPORTS, "")}.items():
        if sql is not None:
            connection.execute(f"CREATE TEMP TABLE told_{name} AS FROM ({sql}) ORDER BY agency")
    first: list[str] = []
    for low, high in _batches(connection, agencies):
        told = _told(connection, agencies, low, high)
        for _, group in groupby(told, key=lambda one: one["region_code"]):
            for part in _parts(group):
                files.put(f"places/{len(first)}", {"agencies": part})
                first.append(part[0]["id"])
    return first


def _batches(connection: duckdb.DuckDBPyConnection, agencies: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """The first and the last of as many places at a time as have some hundred thousand facts. Those that are
    only names stand apart: they are found by another column."""
    counted = dict(
        connection.execute(
            """
            SELECT number, facts
            FROM (SELECT agency_id, agency_name, count(*) AS facts FROM facts GROUP BY ALL)
            JOIN agency_number ON id = coalesce(agency_id, concat('?', agency_name))
            """
        ).fetchall()
    )

    def place(number: int) -> tuple[bool, str | None]:
        return agencies[number]["is_name"], agencies[number]["region_code"]

    low = facts = last = 0
    for (is_name, _), group in groupby(range(len(agencies)), key=place):
        own = list(group)
        if low < own[0] and (facts >= _BATCH or is_name != agencies[low]["is_name"]):
            yield low, own[0] - 1
            low, facts = own[0], 0
        facts += sum(counted.get(number, 0) for number in own)
        last = own[-1]
    if agencies:
        yield low, last


def _told(connection: duckdb.DuckDBPyConnection, agencies: Sequence[Row], low: int, high: int) -> list[Row]:
    """All there is to tell of these agencies."""
    told = [
        {**one, "number": number, "reports": [], "measures": {}}
        | {name: [] for name in _TOLD if name != "measures"}
        for number, one in enumerate(agencies[low : high + 1], low)
    ]
    for name, (_, order) in _TOLD.items():
        asked = f"FROM told_{name} WHERE agency BETWEEN $low AND $high ORDER BY agency, {order}"
        for row in rows(connection, asked, low=low, high=high):
            one = told[row.pop("agency") - low]
            if name == "measures":
                one["measures"].setdefault(row.pop("measure"), []).append(list(row.values()))
            else:
                one[name].append(list(row.values()) if name in _AS_LISTS else row)
    for number, report in _reports(connection, agencies, low, high):
        told[number - low]["reports"].append(report)
    for one in told:
        del one["is_name"]
    return told


def _reports(
    connection: duckdb.DuckDBPyConnection, agencies: Sequence[Row], low: int, high: int
) -> Iterator[tuple[int, Row]]:
    """The reports of these agencies, each with its cells as columns."""
    asked = "FROM told_reports WHERE agency BETWEEN $low AND $high"
    known = {row["id"]: row for row in rows(connection, asked, low=low, high=high)}
    by_name = agencies[low]["is_name"]
    span = {"low": agencies[low]["id"], "high": agencies[high]["id"]}
    if by_name:
        span = {end: name.removeprefix("?") for end, name in span.items()}
    cells = connection.sql(FACTS_OF_NAMES if by_name else FACTS, params=span).to_arrow_table()
    columns = {name: cells[name].to_pylist() for name in ("k", "v", "s", "p", "l")}
    rare = {name: _Rare(cells[name]) for name in ("f", "u")}
    start = 0
    for report_id, stop in _runs(cells["report_id"]):
        if (report := known.get(report_id)) is not None:
            own = {name: column[start:stop] for name, column in columns.items()}
            told = {name: column.between(start, stop) for name, column in rare.items()}
            yield report.pop("agency"), {**report, **own, **told}
        start = stop


def _runs(column: pa.ChunkedArray) -> Iterator[tuple[str, int]]:
    """The values of a column that has equal ones together, each with where it ends."""
    runs = pc.run_end_encode(column.combine_chunks()) if len(column) else None
    return iter(()) if runs is None else zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True)


class _Rare:
    """A column that few cells have a value in."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.positions = pc.indices_nonzero(column.is_valid()).to_pylist()
        self.values = column.drop_null().to_pylist()

    def between(self, start: int, stop: int) -> dict[int, Any]:
        """The values from one position to before another, by how far they stand from the first."""
        span = slice(bisect_left(self.positions, start), bisect_left(self.positions, stop))
        found = zip(self.positions[span], self.values[span], strict=True)
        return {position - start: value for position, value in found}


def _parts(told: Iterator[Row]) -> Iterator[list[Row]]:
    """The agencies of a place, cut where they would be too large a file together."""
    part: list[Row] = []
    size = 0
    for one in told:
        weight = sum(len(report["k"]) for report in one["reports"]) * _BYTES_A_FACT
        if part and size + weight > PLACE_BYTES:
            yield part
            part, size = [], 0
        part.append(one)
        size += weight
    yield part
