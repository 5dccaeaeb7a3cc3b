"""A build as a DuckDB database: the views of `views/`, with comments, and nothing else within reach.

`open_build` gives a connection that can read the build's Parquet files and no other file: no network, no
extension, no change of configuration. DuckDB 2.0 knows no difference between reading and writing a file that
is allowed, so text that came from elsewhere goes through `queries.require_query` first, and builds keep their
files write-protected.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from base.integrity import manifest as manifests
from base.paths import CHECKED
from base.sql import draw_no_bars, quoted, quoted_list
from base.temporary import folder_of_process
from query.definitions import (
    CODEBOOK_TABLES,
    SUMMED_TABLES,
    VIEWS,
    comments,
    definition,
    names_drawn_on,
)

if TYPE_CHECKING:
    from extract.schemas import TableSpec

_HERE = Path(__file__).parent
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# What DuckDB calls the types of our tables.
_TYPES = {
    "string": "VARCHAR",
    "list<item: string>": "VARCHAR[]",
    "map<string, int32>": "MAP(VARCHAR, INTEGER)",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "double": "DOUBLE",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}
#: What DuckDB may hold while all of a build is written for others, before it spills.
WRITING_MEMORY = "512MB"
# So many damaged files are named before the rest is counted.
_SHOWN = 5
_MEND = (
    "Bring the build back from a copy, or make it anew: gknb build, gknb refresh. "
    "gknb verify looks at the whole lake"
)


class NothingToOpenError(Exception):
    """A folder that holds no tables, or none that this version reads; the message says what to do."""


class DamagedBuildError(NothingToOpenError):
    """A build that lacks files or has others than were written; the message names them, and what to do."""


def open_build(
    folder: Path,
    *,
    hashes: bool = False,
    memory: str | None = None,
    spills: bool = False,
    described: bool = True,
    only_for: str | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection to the tables in `folder`, a build or what ``gknb extract --out`` wrote.

    A build's files are held against its manifest: names, sizes and rows, with `hashes` every byte. Tables
    that it was made without are there and empty. DamagedBuildError where it is not what was written;
    NothingToOpenError where a folder has neither facts nor reports, or tables of another version. `memory`
    (``400MB``) is what strangers' queries may take in all; they spill nothing to the disk then, unless it is
    said that one `spills`, which who writes all of a build does, whose memory is not to grow with it.
    Views and columns are `described` in both languages; half of the time goes into that, which who opens many
    builds may save. `only_for` is the one query that will be asked: what it cannot draw on is not opened, and
    nothing is described.
    """
    connection = duckdb.connect(":memory:", config=_CLOSED)
    _hold_against_manifest(folder, hashes, connection)
    if not _files(folder, "facts") and not _files(folder, "reports"):
        raise NothingToOpenError(f"{folder} holds neither facts nor reports in Parquet")
    drawn_on = None if only_for is None else names_drawn_on(only_for)
    files = _fill(connection, folder, drawn_on)
    if described and drawn_on is None:
        _comment(connection)
    # A third of what one agency of fifty million facts costs is reading what the files say of themselves.
    connection.execute("SET parquet_metadata_cache = true")
    if memory is not None:
        connection.execute(f"SET memory_limit = {quoted(memory)}")
    allowed = [path for found in files.values() for path in found]
    _close_doors(connection, allowed, spills=spills or memory is None)
    return connection


def _fill(
    connection: duckdb.DuckDBPyConnection, folder: Path, drawn_on: Collection[str] | None
) -> dict[str, list[Path]]:
    """Give a connection its tables, macros and views, or those of them that are `drawn_on`; the files that it
    reads, by table."""
    files: dict[str, list[Path]] = {}

    def is_wanted(name: str) -> bool:
        return drawn_on is None or name in drawn_on

    connection.execute("SET TimeZone = 'UTC'")
    draw_no_bars(connection)
    connection.execute("CREATE SCHEMA stored")
    for name, table in _tables().items() if drawn_on is None or drawn_on else ():
        if is_wanted(name):
            files[name] = _files(folder, name)
            _store(connection, table, files[name])
    for name in filter(is_wanted, SUMMED_TABLES):
        files[name] = _files(folder, name)
        _store_summed(connection, name, files[name])
    for name in filter(is_wanted, CODEBOOK_TABLES):
        rows = list(_codebook_rows(name))
        _store_texts(connection, name, list(rows[0]), rows)
    if is_wanted("checked"):
        _store_texts(connection, "checked", *_checked())
    connection.execute((_HERE / "macros.sql").read_text(encoding="utf-8"))
    for view in filter(is_wanted, VIEWS):
        _show(connection, view)
    return files


def _tables() -> Mapping[str, TableSpec]:
    from extract.schemas import TABLES

    return TABLES


def _codebook_rows(name: str) -> Iterator[Mapping[str, str]]:
    """A table of the codebook; what is said once for all editions is spelt out for each."""
    from extract.form.layout.codebook import read_table
    from extract.form.layout.crosswalk import crosswalk_rows
    from extract.form.layout.identities import identity_rows

    if name == "identities":
        return identity_rows()
    return crosswalk_rows() if name == "crosswalk" else (row for _, row in read_table(name))


def _checked() -> tuple[Sequence[str], list[Mapping[str, str]]]:
    """The reports that people have keyed from their pictures, as `gknb audit accept` records them: the names
    of the columns, and the rows."""
    from base.data_schema import columns_of
    from base.tables import read

    columns = columns_of("checked")
    return columns, [row.cells for row in read(CHECKED, columns)] if CHECKED.is_file() else []


def _hold_against_manifest(folder: Path, hashes: bool, connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a damaged build. What `gknb extract` wrote has no manifest; a build in a lake has one."""
    try:
        manifest = manifests.read(folder)
    except FileNotFoundError as error:
        if folder.is_dir() and manifests.is_build_id(folder.resolve().name):
            raise DamagedBuildError(f"{folder / manifests.MANIFEST} is missing. {_MEND}") from error
        return
    except manifests.DamagedManifestError as error:
        raise DamagedBuildError(f"{error}. {_MEND}") from error

    def rows_of(path: Path) -> int:
        sql = "SELECT sum(num_rows) FROM parquet_file_metadata($path)"
        try:
            row = connection.execute(sql, {"path": str(path)}).fetchone()
        except duckdb.Error as error:
            raise manifests.NotParquetError(str(error)) from error
        assert row is not None
        return int(row[0])

    damages = manifests.damaged_files(folder, manifest, hashes=hashes, rows_of=rows_of)
    if found := [str(damage) for damage in damages]:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise DamagedBuildError(f"{'; '.join(found[:_SHOWN])}{more}. {_MEND}")


def _files(folder: Path, name: str) -> list[Path]:
    """The Parquet files of table `name`: one beside the others, or in partitions of a folder of its own."""
    folder = folder.resolve()
    single = folder / f"{name}.parquet"
    return [single] if single.is_file() else sorted((folder / name).rglob("*.parquet"))


def _store(connection: duckdb.DuckDBPyConnection, table: TableSpec, files: list[Path]) -> None:
    """Give the schema `stored` this table, typed as published."""
    if not files:
        typed = ", ".join(f'"{field.name}" {_TYPES[str(field.type)]}' for field in table.schema)
        connection.execute(f"CREATE TABLE stored.{table.name} ({typed})")
        return
    source = f"read_parquet({quoted_list(files)}, hive_partitioning = false)"
    columns = ", ".join(f'"{name}"' for name in table.schema.names)
    try:
        connection.execute(f"CREATE VIEW stored.{table.name} AS SELECT {columns} FROM {source}")
    except duckdb.BinderException as error:
        import pyarrow.parquet as pq

        there = pq.read_schema(files[0]).names
        lacking = ", ".join(name for name in table.schema.names if name not in there)
        raise NothingToOpenError(
            f"{files[0]} lacks {lacking}: another version of gknb wrote it. Make it anew: gknb build, or "
            "gknb extract --out"
        ) from error
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise NothingToOpenError(
            f"{files[0]} cannot be read as Parquet ({error}). Make it anew: gknb build, or gknb extract --out"
        ) from error


def _store_summed(connection: duckdb.DuckDBPyConnection, name: str, files: list[Path]) -> None:
    """Give the schema `stored` this summed table: as the build has it, or summed as it is asked for, as of
    what `gknb extract` wrote."""
    from extract.schemas.summed import SUMMED

    if files:
        summed = f"FROM read_parquet({quoted_list(files)}, hive_partitioning = false)"
    else:
        summed = SUMMED[name].sql("stored.facts")
    connection.execute(f"CREATE OR REPLACE VIEW stored.{name} AS {summed}")


def _show(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    """Make a view. A summed table that lacks a column of it, as one that was made by a codebook with other
    rows, is summed as it is asked for."""
    try:
        connection.execute(definition(view))
    except duckdb.BinderException:
        if view not in SUMMED_TABLES:
            raise
        _store_summed(connection, view, [])
        connection.execute(definition(view))


def _store_texts(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    names: Sequence[str],
    rows: Sequence[Mapping[str, str]],
) -> None:
    """Give the schema `stored` a table of texts; an empty one is null. As lists: as soon as DuckDB is given a
    table of Arrow it imports pandas, which takes longer than all else here."""
    columns = {column: [row[column] or None for row in rows] for column in names}
    listed = ", ".join(f'unnest(${at}::VARCHAR[]) AS "{column}"' for at, column in enumerate(columns, 1))
    connection.execute(f'CREATE TABLE stored."{name}" AS SELECT {listed}', list(columns.values()))


def _comment(connection: duckdb.DuckDBPyConnection) -> None:
    """Describe every view and column in both languages: from the codebook, the schemas and comments.csv."""
    from extract.schemas import description

    published = {
        (table.name, field.name): description(field) for table in _tables().values() for field in table.schema
    }
    # A column that several tables have, and no comment of its own, is told as the first of them tells it.
    said = _comments_of_rows() | {name: published[table, name] for table, name in reversed(published)}
    own = {(view, column): f"{zh} | {en}" for view, column, zh, en in comments()}
    told = [f"COMMENT ON VIEW {view} IS {quoted(own[view, ''])}" for view in VIEWS]
    for view, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
    ).fetchall():
        comment = own.get((view, column)) or published.get((view, column)) or said[column]
        told.append(f'COMMENT ON COLUMN {view}."{column}" IS {quoted(comment)}')
    connection.execute("; ".join(told))


def _comments_of_rows() -> dict[str, str]:
    """What the codebook says of each row that other views have as a column: 行政复议 结果维持 | …: Upheld."""
    from extract.form.layout.codebook import read_table

    rows = {row["row_code"]: row for _, row in read_table("rows")}
    comments = {}
    for row in rows.values():
        above = rows[row["parent"]]["label_zh"] if row["parent"] else ""
        labels = dict.fromkeys((above, row["label_zh"], row["column_label_zh"]))
        comments[row["name"]] = f"{' '.join(filter(None, labels))} | {row['label_en']}"
    return comments


def _close_doors(connection: duckdb.DuckDBPyConnection, files: list[Path], *, spills: bool) -> None:
    """Leave the build's files within reach and nothing else, for good."""
    # A private folder, made only where a query spills and removed with the connection, within one that is
    # swept if this process is killed: a query must not write into the folder that the user stands in.
    spill = str(folder_of_process() / f"spill-{secrets.token_hex(8)}") if spills else ""
    connection.execute(f"SET temp_directory = {quoted(spill)}")
    connection.execute(f"SET allowed_paths = {quoted_list(files)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
