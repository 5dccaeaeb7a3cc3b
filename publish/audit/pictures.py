"""The pages that a person keys from: pictures where the file has pages, else the original itself."""

from __future__ import annotations

from pathlib import Path, PurePath

import duckdb

from extract import locators
from publish.audit.sample import Sampled
from publish.looks import Task, page_behind_fence

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}


def write_pages(data: bytes, one: Sampled, connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write what a person opens; where it is. Nothing of the reading is in it but which pages hold cells."""
    folder.mkdir(exist_ok=True)
    rows = connection.execute(
        "SELECT locator FROM facts WHERE report_id = $id ORDER BY row_code", {"id": one.report_id}
    ).fetchall()
    pages = {page: locator for (locator,) in rows if (page := locators.page(locator))}
    written = []
    for page, locator in sorted(pages.items(), key=lambda pair: (len(pair[0]), pair[0])):
        seen = page_behind_fence(Task(data, one.source_name, locator, ""))
        if seen.picture and seen.media_type:
            path = folder / f"{one.report_id} {page}{_ENDINGS[seen.media_type]}"
            path.write_bytes(seen.picture)
            written.append(path)
    if not written:
        path = folder / f"{one.report_id}{PurePath(one.source_name).suffix}"
        path.write_bytes(data)
        written.append(path)
    return written
