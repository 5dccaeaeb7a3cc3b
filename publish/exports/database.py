"""A DuckDB file: a table of its own, its columns described in both languages, and where it is from."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from publish.exports.asked import Asked, Language, Progress


def write_database(asked: Asked, target: Path, language: Language, progress: Progress) -> None:
    """Write the table under its view's name, and a table ``about``."""
    with duckdb.connect(str(target)) as database:
        rows = pa.RecordBatchReader.from_batches(
            asked.schema, (batch.cast(asked.schema) for batch in asked.batches(progress))
        )
        database.register("rows_to_store", rows)
        database.execute(f"CREATE TABLE {asked.name} AS SELECT * FROM rows_to_store")
        database.unregister("rows_to_store")
        for column in asked.columns:
            if column.zh:
                comment = f"{column.zh} | {column.en}".replace("'", "''")
                name = column.name.replace('"', '""')
                database.execute(f"COMMENT ON COLUMN {asked.name}.\"{name}\" IS '{comment}'")
        database.execute("CREATE TABLE about (name VARCHAR, value VARCHAR)")
        database.executemany("INSERT INTO about VALUES (?, ?)", [list(pair) for pair in asked.about.items()])
