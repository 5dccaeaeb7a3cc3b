"""What the columns of the crawl list: every file that a run has found, and whether its report is still there.

A report that a whole walk no longer finds is withdrawn; its bytes stay in the archive and its figures in the
facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.reports import ReportDocument
from crawler.runs import Runs
from crawler.walk import after
from extract.dataset import write_file

LISTINGS = pa.schema(
    [
        ("site_id", pa.string()),
        ("column_id", pa.string()),
        ("url", pa.string()),
        ("source_sha256", pa.string()),
        # The day that the report's page or else the list gives.
        ("published_on", pa.date32()),
        # Whether the column had the report, in this version or a later one, when it was last walked.
        ("listed", pa.bool_()),
    ]
)


def write_listings(archive: Path | None, target: Path) -> Path:
    """Write `LISTINGS` of an archive of the crawl, a row a file and column; no rows where there is none."""
    rows = list(_rows(archive)) if archive else []
    write_file([pa.RecordBatch.from_pylist(rows, LISTINGS)], LISTINGS, target)
    return target


def _rows(archive: Path) -> Iterator[dict[str, Any]]:
    runs = Runs(archive)
    known: dict[tuple[str, str], dict[str, ReportDocument]] = {}
    files: dict[tuple[str, str, str, str], date | None] = {}
    for run_id in runs.run_ids():
        for result in runs.results(run_id):
            column = (result.site_id, result.column_id)
            for document in (*result.new, *result.changed, *result.confirmed):
                day = document.published_at or document.listed_on
                for part in document.parts:
                    key = (*column, document.url, part.source_sha256)
                    files.setdefault(key, date.fromisoformat(day) if day else None)
            known[column] = after(known.get(column, {}), result)
    for (site_id, column_id, url, sha256), published_on in sorted(files.items()):
        yield {
            "site_id": site_id,
            "column_id": column_id,
            "url": url,
            "source_sha256": sha256,
            "published_on": published_on,
            "listed": url in known[site_id, column_id],
        }
