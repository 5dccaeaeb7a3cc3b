"""The archive of the crawl as input: archived reports as items to read, the fetch log as a table.

This is the one place of extraction that knows how the crawl keeps its files; the network stays out of it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.archive import Archive, MissingBodyError, Snapshot
from crawler.reports import ColumnResult, ReportDocument
from crawler.runs import Runs
from extract.dataset import BATCH_ROWS, write_file
from extract.records import Source
from extract.run import Item
from extract.schemas import RUNS, SNAPSHOTS

# What a fetch may have been for so that its body can be a report.
REPORT_PURPOSES = ("article", "attachment")
# What the table of runs has only the number of.
_COUNTED = ("new", "changed", "confirmed", "withdrawn", "failures")


def archived_items(root: Path) -> dict[str, Item]:
    """An item for each distinct body that was fetched as a report, by its hash, with the first address that
    gave it. Raises FileNotFoundError where there is no archive."""
    if not (root / "log").is_dir():
        raise FileNotFoundError(f"{root} is no archive: it has no fetch log")
    first: dict[str, Snapshot] = {}
    for snapshot in Archive(root).snapshots():
        sha256 = snapshot.source_sha256
        if snapshot.is_usable and snapshot.purpose in REPORT_PURPOSES and sha256 is not None:
            first.setdefault(sha256, snapshot)
    return {
        sha256: Item(one.final_url, partial(_load, root, sha256, one.final_url, one.link_text))
        for sha256, one in sorted(first.items())
    }


def recorded_reports(root: Path) -> Iterator[ReportDocument]:
    """The reports that the runs have found, each in every version that was seen."""
    runs = Runs(root)
    for run_id in runs.run_ids():
        for result in runs.results(run_id):
            yield from (*result.new, *result.changed)


def write_fetch_log(root: Path, target: Path) -> Path:
    """Write the fetch log of the archive as the table `snapshots`."""
    write_file(_batches(map(_fetch, Archive(root).snapshots()), SNAPSHOTS), SNAPSHOTS, target)
    return target


def write_run_record(root: Path, target: Path) -> Path:
    """Write how each column ended in each run as the table `runs`."""
    runs = Runs(root)
    results = (result for run_id in runs.run_ids() for result in runs.results(run_id))
    write_file(_batches(map(_ended, results), RUNS), RUNS, target)
    return target


def _load(root: Path, sha256: str, url: str, link_text: str | None) -> Source:
    try:
        data = Archive(root).body(sha256)
    except MissingBodyError as error:
        raise OSError(errno.EIO, str(error)) from error
    return Source(data, url, sha256, url, link_text)


def _batches(rows: Iterator[dict[str, Any]], schema: pa.Schema) -> Iterable[pa.RecordBatch]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield pa.RecordBatch.from_pylist(batch, schema)


def _fetch(snapshot: Snapshot) -> dict[str, Any]:
    row = {name: getattr(snapshot, name) for name in SNAPSHOTS.names}
    return row | {
        "fetched_at": datetime.fromisoformat(snapshot.fetched_at),
        "outcome": str(snapshot.outcome),
    }


def _ended(result: ColumnResult) -> dict[str, Any]:
    record = asdict(result)
    row = {name: record[name] for name in RUNS.names}
    row |= {name: len(record[name]) for name in _COUNTED}
    row |= {name: datetime.fromisoformat(record[name]) for name in ("started_at", "finished_at")}
    return row | {"outcome": str(result.outcome), "passed_over": list(record["passed_over"].items())}
