"""Readings and listings made by hand, and a build of reports that columns list."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from base.paths import REGISTRY
from extract.builds.build import Build, make_build
from extract.builds.copies.candidates import Listing
from extract.builds.delivery import Delivery
from extract.records import Extraction
from extract.schemas import LISTINGS, RUNS, SNAPSHOTS
from tests.dataset.factory import extraction

AGENCY = "410702:commerce"


def day(number: int) -> datetime:
    """A day of January 2026."""
    return datetime(2026, 1, number, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """A report as it stands at an address of a column, from one day to another; a `part` of `article`."""

    extraction: Extraction
    url: str
    column: str = "gov"
    owner: str | None = ""
    part: str = "article"
    article: str = ""
    seen: tuple[int, int] = (1, 9)
    current: bool = True
    listed: bool = True

    @property
    def listing(self) -> Listing:
        """Where the column lists it."""
        return Listing(
            site_id="site",
            column_id=self.column,
            owner=self.owner,
            url=self.article or self.url,
            title=self.extraction.report.title or "",
            listed=self.listed,
            part=self.part,
            part_url=self.url,
            final_url=self.url,
            source_sha256=self.extraction.report.source_sha256,
            first_seen=day(self.seen[0]),
            last_seen=day(self.seen[1]),
            current=self.current,
        )


def report(
    mark: int, *, agency_id: str | None = AGENCY, year: int | None = 2023, **changes: Any
) -> Extraction:
    """A report whose one number that is not 0 is `mark`: other marks, other bytes and other figures.

    `changes` are to the report's row.
    """
    made = extraction(year=year, agency_id=agency_id, values={("t2:20.1.2.issued", "total"): mark})
    return replace(made, report=replace(made.report, **changes))


def built(folder: Path, pages: Sequence[Page], registry: Path = REGISTRY) -> Build:
    """A build of `pages`, each of them delivered by a crawl."""
    rows = [asdict(page.listing) | {"published_on": None} for page in pages]
    paths = [folder / f"{name}.parquet" for name in ("listings", "snapshots", "runs")]
    for path, schema, found in zip(paths, (LISTINGS, SNAPSHOTS, RUNS), (rows, [], []), strict=True):
        pq.write_table(pa.Table.from_pylist(found, schema), path)
    once = {page.extraction.report.report_id: page.extraction for page in pages}
    return make_build(
        once.values(), folder / "lake", delivery=Delivery({}, paths[0], paths[1], paths[2]), registry=registry
    )


def again(one: Extraction, **changes: Any) -> Extraction:
    """The same figures in other bytes, as a report of its own."""
    sha256 = hashlib.sha256(f"{one.report.source_sha256} {sorted(changes.items())}".encode()).hexdigest()
    report_id = sha256[:16]
    report = replace(one.report, report_id=report_id, source_sha256=sha256, **changes)
    return replace(one, report=report)
