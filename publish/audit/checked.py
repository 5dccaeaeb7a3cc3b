"""Reports that people have keyed whole, recorded in ``checked.csv``: if without error, graded so."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from base.data_schema import columns_of
from base.lock import ProcessLock
from publish.audit.files import Audit
from publish.audit.report import audit_report

_WAIT = 10.0


def record(audit: Audit, connection: duckdb.DuckDBPyConnection, table: Path) -> int:
    """Add the reports of an audit that are settled and not in the table yet; how many."""
    columns = columns_of("checked")
    keyings = audit.keyings()
    with ProcessLock(table.with_suffix(".lock"), _WAIT):
        known = set()
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as file:
                known = {(row["source_sha256"], row["content_hash"]) for row in csv.DictReader(file)}
        rows = [
            (
                one.sampled.source_sha256,
                one.sampled.content_hash,
                one.cells,
                len(one.wrong),
                " ".join(keyings[one.sampled.report_id]),
                datetime.now(UTC).date(),
                f"audit of {audit.build}, seed {audit.seed}",
            )
            for one in audit_report(audit, connection).audited
            if (one.sampled.source_sha256, one.sampled.content_hash) not in known
        ]
        is_new = not table.is_file()
        with table.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if is_new:
                writer.writerow(columns)
            writer.writerows(rows)
    return len(rows)
