"""CSV and Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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


def flat_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[list[Any]]:
    """Rows whose values are flat."""
    for batch in batches:
        columns = [[flat(value) for value in column.to_pylist()] for column in batch.columns]
        yield from map(list, zip(*columns, strict=True))
