"""The archive for others: WARC files."""

from __future__ import annotations

import json
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive
from crawler.runs.outcomes import Outcome

_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


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
