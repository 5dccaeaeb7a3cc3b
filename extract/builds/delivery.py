"""What a crawl hands over to be read: its archived reports, and what it knows of where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from extract.builds.run import Item


@dataclass(frozen=True, slots=True)
class Delivery:
    """`items` are the distinct bodies that were fetched as reports, by the hash of their bytes.

    The others are Parquet files: `listings` (`extract.schemas.LISTINGS`) says where columns list each file,
    `snapshots` is the fetch log, `runs` how each column ended in each run. `reports` are the files of each
    report that a run has found, in each version that was seen. `damaged` says which of the crawl's records do
    not hold what was written; they are left out.
    """

    items: Mapping[str, Item]
    listings: Path
    snapshots: Path
    runs: Path
    reports: Set[frozenset[str]] = frozenset()
    damaged: tuple[str, ...] = ()
