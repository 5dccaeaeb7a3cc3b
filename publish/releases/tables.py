"""The tables of a release: Parquet, and from it CSV and Stata."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from base.spreadsheets import csv_lines
from base.sql import quoted
from extract.builds.dataset import UNKNOWN_YEAR, write_file
from extract.schemas import TABLES, TableSpec
from publish.exports.asked import BATCH_ROWS, ask
from publish.exports.labelled import set_time, write_stata
from publish.exports.plain import flat_rows
from publish.releases.edition import Edition
from query.database import WRITING_MEMORY, open_build

#: The column by which a CSV file says its version.
VERSION_COLUMN = "release"
#: Of a larger table so many rows are sorted at once.
ROWS_AT_ONCE = 2_000_000
#: A file of Stata is written from memory: a year with more facts has several, each of whole agencies.
ROWS_A_STATA_FILE = 500_000
Say = Callable[[str], None]


def write_parquet(connection: duckdb.DuckDBPyConnection, edition: Edition, folder: Path, say: Say) -> None:
    """All tables of a build, one file each, sorted totally."""
    folder.mkdir()
    for name, table in TABLES.items():
        say(f"{name}.parquet")
        write_table(_sorted(connection, table), table, edition, folder / f"{name}.parquet")


def _sorted(connection: duckdb.DuckDBPyConnection, table: TableSpec) -> Iterator[pa.RecordBatch]:
    """The rows in the table's order, span by span: a sort of them all would hold them all in memory."""
    order = ", ".join(f'"{column}" NULLS LAST' for column in table.order)
    large = _count(connection, f"stored.{table.name}") > ROWS_AT_ONCE
    by_text = pa.types.is_string(table.schema.field(table.order[0]).type)
    whole = f"stored.{table.name}"
    for span in _spans(connection, whole, table.order[0], ROWS_AT_ONCE) if large and by_text else ["true"]:
        rows = connection.cursor().sql(f"SELECT * FROM stored.{table.name} WHERE {span} ORDER BY {order}")
        assert rows is not None
        yield from rows.to_arrow_reader(BATCH_ROWS)


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    found = connection.cursor().execute(f"SELECT count(*) FROM {rows}").fetchall()
    return int(found[0][0])


def _spans(connection: duckdb.DuckDBPyConnection, rows: str, name: str, at_once: int) -> Iterator[str]:
    """Conditions that part many rows by a column of texts, in its order, nulls last."""
    column = f'"{name}"'
    counts = (
        connection.cursor()
        .execute(
            f"SELECT {column}, count(*) FROM {rows} WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        .fetchall()
    )
    after, held = "", 0
    for text, count in counts:
        held += count
        if held >= at_once or text == counts[-1][0]:
            bounds = [f"{column} > {quoted(after)}" if after else "true", f"{column} <= {quoted(text)}"]
            yield " AND ".join(bounds)
            after, held = text, 0
    yield f"{column} IS NULL"


def write_table(
    batches: Iterator[pa.RecordBatch] | pa.RecordBatchReader, table: TableSpec, edition: Edition, target: Path
) -> None:
    """Sorted rows as a released Parquet file."""
    schema = table.schema.with_metadata(dict(edition.metadata))
    write_file(batches, schema, target, sorted_by=table.order)


def write_csv(parquet: Path, edition: Edition, folder: Path, say: Say) -> None:
    """The same tables as CSV for machines; a last column says the version."""
    folder.mkdir()
    for name, table in TABLES.items():
        say(f"{name}.csv")
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            batches = pq.ParquetFile(parquet / f"{name}.parquet").iter_batches(BATCH_ROWS)
            rows = ([*row, edition.version] for row in flat_rows(batches))
            file.writelines(csv_lines([*table.schema.names, VERSION_COLUMN], rows))


def write_stata_files(parquet: Path, edition: Edition, folder: Path, say: Say) -> None:
    """Facts a year a file, or several of a year that has many, and reports, with labels in English."""
    folder.mkdir()
    about = {"version": edition.version, "build": edition.build}
    with open_build(parquet, memory=WRITING_MEMORY, spills=True) as connection:
        wanted = {"reports": "SELECT * FROM reports"} | dict(_years(connection))
        for name, sql in wanted.items():
            say(f"{name}.dta")
            target = folder / f"{name}.dta"
            asked = replace(ask(connection, sql, about), name=name)
            write_stata(asked, target, "en", lambda done, total: None)
            set_time(target, edition.moment)


def _years(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """The files of facts by name, each with its rows: facts-2023, or facts-2023-1 and so on."""
    counts = connection.cursor().execute("SELECT year, count(*) FROM facts GROUP BY year ORDER BY year")
    for year, count in counts.fetchall():
        name = f"facts-{UNKNOWN_YEAR if year is None else year}"
        rows = f"facts WHERE year IS NOT DISTINCT FROM {'NULL' if year is None else year}"
        if count <= ROWS_A_STATA_FILE:
            yield name, f"SELECT * FROM {rows}"
            continue
        whole = f"(SELECT agency_id FROM {rows})"
        for number, span in enumerate(_spans(connection, whole, "agency_id", ROWS_A_STATA_FILE), 1):
            if _count(connection, f"{rows} AND {span}"):
                yield f"{name}-{number}", f"SELECT * FROM {rows} AND {span}"
