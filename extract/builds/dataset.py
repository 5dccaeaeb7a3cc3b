"""Parquet files of the published tables (`extract.schemas`).

Records arrive in any order and number; `Staging` takes them batch by batch, `write_sorted` sorts them outside
Python's memory. The same records give the same bytes: the order is total, the writer's options are fixed, and
nothing about the moment or the machine goes into a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from base.sql import draw_no_bars
from extract.records import Extraction
from extract.schemas import EVIDENCE, FACTS, FINDINGS, REPORTS, STATED, TableSpec

# Rows held in memory before they go to disk, and rows of one Parquet row group: large enough for good
# compression, small enough that one agency's rows are found without reading much else.
BATCH_ROWS = 65_536
# What the sort may hold in memory before it spills into its own folder.
SORT_MEMORY = "256MB"
# What stands in place of a report year that is not known: in the name of its folder, and in the manifest.
UNKNOWN_YEAR = "unknown"


# Statuses of a report that somebody has to look at; empty forms and pages that are no reports are not.
UNFINISHED = ("partial", "no_tables", "unreadable")
# The tables that an extraction has rows for.
STAGED = {"facts": FACTS, "reports": REPORTS, "findings": FINDINGS, "evidence": EVIDENCE, "stated": STATED}

# Those of them that say whose and of which year a report is.
WHOSE = ("reports", "evidence")


class _Evidence(NamedTuple):
    report_id: str
    evidence: str


def of_reports(extractions: Iterable[Extraction], name: str) -> Iterator[tuple[Any, Any]]:
    """All `facts` or all `findings` of extractions, each with its report."""
    return ((record, one.report) for one in extractions for record in getattr(one, name))


def to_batch(rows: Iterable[tuple[Any, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Records of one kind, each with its report, as a batch of `schema`: a column that the records lack is
    the report's."""
    records, reports = zip(*rows, strict=True) if (rows := list(rows)) else ((), ())
    columns = (
        map(attrgetter(field.name), records if hasattr(next(iter(records), None), field.name) else reports)
        for field in schema
    )
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class Staging:
    """Extractions on their way to sorted tables: appended in any order, kept on disk in batches.

    Use as a context manager; reading is allowed once the `with` block is left.
    """

    def __init__(
        self, folder: Path, tables: Mapping[str, pa.Schema] = STAGED, batch_rows: int | None = None
    ) -> None:
        """Of these tables; so many rows of each are held in memory, else `BATCH_ROWS`."""
        self.folder = folder
        folder.mkdir(parents=True)
        self._tables, self._batch_rows = tables, batch_rows or BATCH_ROWS
        self._buffers: dict[str, list[tuple[Any, Any]]] = {name: [] for name in tables}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._buffers:
            self._flush(name)
        for writer in self._writers.values():
            writer.close()

    def add(self, extraction: Extraction) -> None:
        """Take all records of one report."""
        self.extend("reports", (extraction.report,))
        for name in ("facts", "findings"):
            self._take(name, of_reports((extraction,), name))
        self.extend("stated", extraction.stated)
        if extraction.evidence and "evidence" in self._tables:
            self.extend("evidence", (_Evidence(extraction.report.report_id, extraction.evidence),))

    def add_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Take rows that are in the schema of table `name` already."""
        self._flush(name)
        for batch in batches:
            self._writers[name].write_batch(batch)

    def path(self, name: str) -> Path:
        """The unsorted file of table `name`."""
        return self.folder / f"{name}.parquet"

    def extend(self, name: str, records: Iterable[Any]) -> None:
        """Take records of one table, with all its columns as attributes."""
        self._take(name, ((record, None) for record in records))

    def _take(self, name: str, rows: Iterable[tuple[Any, Any]]) -> None:
        self._buffers[name].extend(rows)
        if len(self._buffers[name]) >= self._batch_rows:
            self._flush(name)

    def _flush(self, name: str) -> None:
        schema = self._tables[name]
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self.path(name), schema, compression="zstd")
        self._writers[name].write_batch(to_batch(self._buffers[name], schema))
        self._buffers[name].clear()


def sorting_connection(folder: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with bounded memory that spills into `folder`."""
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    connection.execute(f"SET memory_limit = '{SORT_MEMORY}'")
    connection.execute("SET TimeZone = 'UTC'")
    draw_no_bars(connection)
    connection.execute("SET temp_directory = $folder", {"folder": str(folder)})
    return connection


def read_columns(path: Path, *names: str) -> pa.Table:
    """These columns of a Parquet file, else all. `pq.read_table` makes a data set of the file: what it loads
    for that takes longer than a report."""
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(names) or None)


def rows_of(*paths: Path) -> str:
    """The query for all rows of these Parquet files, which have the same columns."""
    listed = ", ".join(f"'{text(path)}'" for path in paths)
    return f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"


def text(path: Path) -> str:
    """A path as it stands within an SQL string; views and COPY take no parameters."""
    return str(path).replace("'", "''")


def write_sorted(connection: duckdb.DuckDBPyConnection, rows: str, table: TableSpec, target: Path) -> int:
    """Sort what the query `rows` gives into the one Parquet file `target`; the number of rows written."""
    return write_file(sorted_rows(connection, rows, table.order), table.schema, target)


def sorted_rows(
    connection: duckdb.DuckDBPyConnection, rows: str, order: Sequence[str]
) -> pa.RecordBatchReader:
    """What the query `rows` gives, sorted by these columns, nulls last."""
    listed = ", ".join(f'"{name}" NULLS LAST' for name in order)
    found = connection.sql(f"SELECT * FROM ({rows}) ORDER BY {listed}")
    return found.to_arrow_reader(BATCH_ROWS)


def write_file(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, target: Path, *, sorted_by: Sequence[str] = ()
) -> int:
    """Write batches into `target` in row groups of `BATCH_ROWS`; the number of rows written.

    Where the rows are sorted by columns that `sorted_by` names, nulls last, the file says so and has an index
    of its pages: a reader finds an agency's without the others.
    """
    count = 0
    order = [(name, "ascending") for name in sorted_by]
    with pq.ParquetWriter(
        target,
        schema,
        compression="zstd",
        compression_level=3,
        version="2.6",
        data_page_version="1.0",
        write_page_index=bool(order),
        sorting_columns=pq.SortingColumn.from_ordering(schema, order, null_placement="at_end") or None,
    ) as writer:
        for group in _regrouped(batches, schema):
            writer.write_table(group, row_group_size=BATCH_ROWS)
            count += group.num_rows
    return count


def _regrouped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in tables of exactly `BATCH_ROWS`, so that row groups do not depend on threads."""
    held = schema.empty_table()
    for batch in batches:
        table = pa.Table.from_batches([batch])
        # A cast loads pyarrow.compute, which takes longer than a report.
        held = pa.concat_tables([held, table if table.schema == schema else table.cast(schema)])
        while held.num_rows >= BATCH_ROWS:
            yield held.slice(0, BATCH_ROWS)
            held = held.slice(BATCH_ROWS)
    if held.num_rows:
        yield held.combine_chunks()
