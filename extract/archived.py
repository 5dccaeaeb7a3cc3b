"""The archive of the crawl as input: archived reports as items to read, the fetch log as a table.

This is the one place of extraction that knows how the crawl keeps its files; the network stays out of it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.archive import Archive, MissingBodyError, Snapshot
from extract.dataset import BATCH_ROWS, SNAPSHOTS, write_file
from extract.records import Source
from extract.run import Item

# What a fetch may have been for so that its body can be a report.
REPORT_PURPOSES = ("article", "attachment")


def archived_items(root: Path) -> list[Item]:
    """An item for each distinct body that was fetched as a report, with the first address that gave it."""
    if not (root / "log").is_dir():
        raise FileNotFoundError(f"{root} is no archive: it has no fetch log")
    first: dict[str, Snapshot] = {}
    for snapshot in Archive(root).snapshots():
        sha256 = snapshot.source_sha256
        if snapshot.is_usable and snapshot.purpose in REPORT_PURPOSES and sha256 is not None:
            first.setdefault(sha256, snapshot)
    return [
        Item(one.final_url, partial(_load, root, sha256, one.final_url, one.link_text))
        for sha256, one in sorted(first.items())
    ]


def write_fetch_log(root: Path, target: Path) -> Path:
    """Write the fetch log of the archive as the table `snapshots`."""
    write_file(_batches(Archive(root).snapshots()), SNAPSHOTS, target)
    return target


def _load(root: Path, sha256: str, url: str, link_text: str | None) -> Source:
    try:
        data = Archive(root).body(sha256)
    except MissingBodyError as error:
        raise OSError(errno.EIO, str(error)) from error
    return Source(data, url, sha256, url, link_text)


def _batches(snapshots: Iterator[Snapshot]) -> Iterable[pa.RecordBatch]:
    while rows := [_row(snapshot) for snapshot in islice(snapshots, BATCH_ROWS)]:
        yield pa.RecordBatch.from_pylist(rows, SNAPSHOTS)


def _row(snapshot: Snapshot) -> dict[str, Any]:
    row = {name: getattr(snapshot, name) for name in SNAPSHOTS.names}
    return row | {
        "fetched_at": datetime.fromisoformat(snapshot.fetched_at),
        "outcome": str(snapshot.outcome),
    }
