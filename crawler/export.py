"""The archive for others: WARC files, the `snapshots` table of DESIGN, the run history `runs`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import Archive, Snapshot
from crawler.outcomes import Outcome
from crawler.reports import ColumnResult
from crawler.runs import Runs

SNAPSHOTS = pa.schema(
    [
        ("url", pa.string()),
        ("final_url", pa.string()),
        ("site_id", pa.string()),
        ("column", pa.string()),
        ("fetched_at", pa.timestamp("ms", tz="UTC")),
        ("http_status", pa.int16()),
        ("outcome", pa.string()),
        ("content_type", pa.string()),
        ("source_sha256", pa.string()),
        ("etag", pa.string()),
        ("last_modified", pa.string()),
        ("link_text", pa.string()),
        ("run_id", pa.string()),
    ]
)
RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("site_id", pa.string()),
        ("column_id", pa.string()),
        ("url", pa.string()),
        ("family", pa.string()),
        ("outcome", pa.string()),
        ("detail", pa.string()),
        ("started_at", pa.timestamp("ms", tz="UTC")),
        ("finished_at", pa.timestamp("ms", tz="UTC")),
        ("list_pages", pa.int32()),
        ("listed", pa.int32()),
        ("stated_total", pa.int32()),
        ("present", pa.int32()),
        ("before", pa.int32()),
        ("new", pa.int32()),
        ("changed", pa.int32()),
        ("confirmed", pa.int32()),
        ("withdrawn", pa.int32()),
        ("failures", pa.int32()),
        ("passed_over", pa.map_(pa.string(), pa.int32())),
    ]
)
_COUNTED = ("new", "changed", "confirmed", "withdrawn", "failures")
_ROWS_A_BATCH = 10_000
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def snapshot_batches(archive: Archive, run_id: str | None = None) -> Iterator[pa.RecordBatch]:
    """The fetch log as Arrow, in the order of fetching, a batch at a time."""
    snapshots = archive.snapshots(run_id)
    while rows := [_row(snapshot) for snapshot in islice(snapshots, _ROWS_A_BATCH)]:
        yield pa.RecordBatch.from_pylist(rows, schema=SNAPSHOTS)


def write_snapshots(archive: Archive, path: Path, run_id: str | None = None) -> int:
    """Write the `snapshots` table to a Parquet file; returns the number of rows."""
    rows = 0
    with pq.ParquetWriter(path, SNAPSHOTS, compression="zstd") as writer:
        for batch in snapshot_batches(archive, run_id):
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def write_runs(runs: Runs, path: Path) -> int:
    """Write the table `runs`, one row a column and run, as Parquet; returns the number of rows."""
    rows = 0
    with pq.ParquetWriter(path, RUNS, compression="zstd") as writer:
        for run_id in runs.run_ids():
            batch = [_run_row(result) for result in runs.results(run_id)]
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=RUNS))
            rows += len(batch)
    return rows


def export_warc(archive: Archive, path: Path, run_id: str | None = None) -> int:
    """Write the fetch log and its bodies as WARC 1.1, gzipped by the record; returns the number of records.

    Answers become `response` records, a 304 a `revisit` of the body it confirms, and what brought no
    answer a `metadata` record that says why. Bodies stand as the archive has them, unpacked.
    """
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        writer.write_record(
            writer.create_warcinfo_record(path.name, {"software": "gknb", "format": "WARC File Format 1.1"})
        )
        count = 0
        for snapshot in archive.snapshots(run_id):
            writer.write_record(_warc_record(writer, archive, snapshot))
            count += 1
    return count


def _row(snapshot: Snapshot) -> dict[str, Any]:
    values = asdict(snapshot)
    values["fetched_at"] = datetime.fromisoformat(snapshot.fetched_at)
    return {name: values[name] for name in SNAPSHOTS.names}


def _run_row(result: ColumnResult) -> dict[str, Any]:
    record = asdict(result)
    row = {name: record[name] for name in RUNS.names}
    row |= {name: len(record[name]) for name in _COUNTED}
    row |= {name: datetime.fromisoformat(record[name]) for name in ("started_at", "finished_at")}
    return row | {"passed_over": list(record["passed_over"].items())}


def _warc_record(writer: WARCWriter, archive: Archive, snapshot: Snapshot) -> Any:
    when = {"WARC-Date": snapshot.fetched_at}
    if snapshot.http_status is None:
        why = json.dumps(
            {"outcome": snapshot.outcome, "detail": snapshot.detail}, ensure_ascii=False
        ).encode()
        return writer.create_warc_record(
            snapshot.final_url,
            "metadata",
            payload=BytesIO(why),
            length=len(why),
            warc_content_type="application/json",
            warc_headers_dict=when,
        )
    reason = HTTPStatus(snapshot.http_status).phrase if snapshot.http_status in _KNOWN else ""
    headers = list(snapshot.headers)
    if snapshot.outcome is Outcome.UNCHANGED:
        return writer.create_warc_record(
            snapshot.final_url,
            "revisit",
            http_headers=StatusAndHeaders(f"304 {reason}", headers, protocol="HTTP/1.1"),
            warc_headers_dict=when | {"WARC-Profile": _NOT_MODIFIED},
        )
    body = archive.body(snapshot.source_sha256) if snapshot.source_sha256 else b""
    headers.append(("Content-Length", str(len(body))))
    return writer.create_warc_record(
        snapshot.final_url,
        "response",
        payload=BytesIO(body),
        http_headers=StatusAndHeaders(f"{snapshot.http_status} {reason}", headers, protocol="HTTP/1.1"),
        warc_headers_dict=when,
    )


_KNOWN = frozenset(int(status) for status in HTTPStatus)
