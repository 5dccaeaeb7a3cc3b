"""Logs held against the current build: one that was deleted, or cut off at the end of a record, has no
checksum that could tell, but fewer records than the build was made of."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# The table of a build that has a row for each record, or each of one kind, of the logs in a folder.
_TABLES = {"log": ("snapshots", None), "runs": ("runs", "column")}

#: The folders of an archive whose logs a build is made of, and the file of the build that has their records.
TABLE_OF = {folder: f"{table}.parquet" for folder, (table, _) in _TABLES.items()}


def is_counted(folder: str, record: Mapping[str, Any]) -> bool:
    """Whether a record of a log in `folder` has a row in the build."""
    if folder not in _TABLES:
        return False
    kind = _TABLES[folder][1]
    return kind is None or record["kind"] == kind


def rows_by_run(table: bytes) -> Mapping[str, int]:
    """How many rows of a table come from which run; none where it is damaged, which is told of it."""
    try:
        return Counter(pq.read_table(io.BytesIO(table), columns=["run_id"])["run_id"].to_pylist())
    except (OSError, KeyError, pa.ArrowException):
        return {}


def rows_of_build(build: Path | None, folder: str) -> Mapping[str, int]:
    """The same of the build at `build`, by the logs in `folder`; none where there is no such build."""
    table = None if build is None else build / TABLE_OF[folder]
    return rows_by_run(table.read_bytes()) if table is not None and table.is_file() else {}


def lack(had: int | None, rows: int) -> str | None:
    """What a log lacks that `had` so many records, None where it is gone; nothing where it lacks nothing."""
    if had is None:
        return f"missing: the current build was made of {rows} of its records" if rows else None
    return f"has {had} of the {rows} records that the current build was made of" if had < rows else None
