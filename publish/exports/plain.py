"""CSV and Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as types

from base.spreadsheets import csv_lines
from publish.exports.asked import Asked, Language, Progress
from publish.exports.values import flat


def write_csv(
    asked: Asked, target: Path, language: Language, progress: Progress, *, for_people: bool = False
) -> None:
    """CSV: for machines exact; for people with a byte order mark, and no text in it is a formula."""
    with target.open("w", encoding="utf-8", newline="") as file:
        for line in csv_lines(asked.names, flat_rows(asked.batches(progress)), for_people=for_people):
            file.write(line)


def write_people_csv(asked: Asked, target: Path, language: Language, progress: Progress) -> None:
    """CSV for people."""
    write_csv(asked, target, language, progress, for_people=True)


def write_parquet(asked: Asked, target: Path, language: Language, progress: Progress) -> None:
    """Parquet, with types; what the columns mean is in its metadata, in both languages."""
    with pq.ParquetWriter(target, asked.schema, compression="zstd", version="2.6") as writer:
        for batch in asked.batches(progress):
            writer.write_table(pa.Table.from_batches([batch]).cast(asked.schema))


def _flat_values(column: pa.Array) -> list[Any]:
    """A column's values as `flat` has them; texts and whole numbers are flat as they are."""
    values: list[Any] = column.to_pylist()
    if types.is_string(column.type) or types.is_integer(column.type):
        return values
    if types.is_map(column.type):
        values = [None if value is None else dict(value) for value in values]
    return [flat(value) for value in values]


def flat_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[list[Any]]:
    """Rows whose values are flat."""
    for batch in batches:
        columns = [_flat_values(column) for column in batch.columns]
        yield from map(list, zip(*columns, strict=True))
