"""People's own files in the archive: the bytes to which a number leads back when their folder moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive
from crawler.run_ids import new_run_id
from crawler.runs.outcomes import Outcome
from extract.builds.run import Item
from extract.records import Source

#: What such a file was had as: no fetch of a crawl is of this purpose.
PURPOSE = "own_file"


def keep(items: Iterable[Item], root: Path) -> int:
    """Keep the bytes of own files in the archive at `root`, each once; how many were new.

    One that cannot be opened is left out: its report says so. Raises InUseError while a crawl writes there.
    """
    archive = Archive(root)
    known = {one.source_sha256 for one in archive.snapshots()} if archive.logs.is_dir() else set()
    new = 0
    with archive.writer(new_run_id(root)) as writer:
        for item in items:
            try:
                source = item.load()
            except OSError:
                continue
            if source.sha256 in known and writer.holds(source.sha256):
                continue
            writer.store(source.data)
            writer.record(_snapshot(source, writer.run_id))
            known.add(source.sha256)
            new += 1
    return new


def _snapshot(source: Source, run_id: str) -> Snapshot:
    """The record of a file: when it was had and from where, as far as a person states it."""
    stated = source.stated
    at = stated.fetched_at if stated and stated.fetched_at else datetime.now(UTC)
    address = source.url or f"file:{source.name}"
    return Snapshot(
        url=address,
        final_url=address,
        site_id="",
        column="",
        purpose=PURPOSE,
        fetched_at=at.isoformat(),
        outcome=Outcome.OK,
        detail=(stated.note or "") if stated else "",
        source_sha256=source.sha256,
        size=len(source.data),
        run_id=run_id,
    )
