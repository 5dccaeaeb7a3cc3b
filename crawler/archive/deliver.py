"""What the crawl hands over to extraction: archived reports as items to read, and its records as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from base.log_file import DamagedRecordError
from crawler.addresses import place
from crawler.archive.items import item_of
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive
from crawler.registry.tables import load
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult, Part, ReportDocument, after
from extract.builds.dataset import BATCH_ROWS, write_file
from extract.builds.delivery import Delivery
from extract.builds.run import Item
from extract.schemas import LISTINGS, RUNS, SNAPSHOTS

# What a fetch may have been for so that its body can be a report.
REPORT_PURPOSES = ("article", "attachment")
_FETCHED_AGAIN = "bring the file back from a copy, or remove the line: its page is fetched again"
# What the table of runs has only the number of.
_COUNTED = ("new", "changed", "confirmed", "withdrawn", "failures")
_OF_FETCH = tuple(SNAPSHOTS.names)
_of_fetch = attrgetter(*_OF_FETCH)


def deliver(archive: Path, registry: Path, folder: Path) -> Delivery:
    """Everything of `archive`, with its tables written into `folder`; `registry` says whose reports a column
    lists. Raises FileNotFoundError where there is no archive, TableError for a faulty registry."""
    if not (archive / "log").is_dir():
        raise FileNotFoundError(f"{archive} is no archive: it has no fetch log")
    runs, damaged = Runs(archive), dict[str, None]()

    def told(error: DamagedRecordError) -> None:
        if not error.torn:
            damaged[f"{error}; it is left out: {_FETCHED_AGAIN}"] = None

    fetches, walks = _Fetches(), _Walks()
    taken = map(_fetch, fetches.taken(Archive(archive).snapshots(on_damage=told)))
    snapshots = _write(taken, SNAPSHOTS, folder / "snapshots.parquet")
    ended = _write(map(_ended, walks.taken(_results(runs))), RUNS, folder / "runs.parquet")
    listings = _write(_listings(walks, fetches, registry), LISTINGS, folder / "listings.parquet")
    return Delivery(
        items=fetches.items(archive),
        listings=listings,
        snapshots=snapshots,
        runs=ended,
        reports=walks.reports,
        damaged=(*damaged, *runs.damaged),
    )


def write_listings(archive: Path, registry: Path, target: Path) -> Path:
    """Write where the columns list each file, as long as it was seen there unchanged, as `LISTINGS`."""
    fetches, walks = _Fetches(), _Walks()
    for _ in fetches.taken(Archive(archive).snapshots()):
        pass
    for _ in walks.taken(_results(Runs(archive))):
        pass
    return _write(_listings(walks, fetches, registry), LISTINGS, target)


def write_fetch_log(archive: Path, target: Path) -> Path:
    """Write the fetch log of the archive as the table `snapshots`."""
    return _write(map(_fetch, Archive(archive).snapshots()), SNAPSHOTS, target)


def write_run_record(archive: Path, target: Path) -> Path:
    """Write how each column ended in each run as the table `runs`."""
    return _write(map(_ended, _results(Runs(archive))), RUNS, target)


@dataclass
class _Fetches:
    """What is kept of the fetch log as it goes by: of each body that was fetched as a report the first good
    answer, and all good answers to requests for reports' pages."""

    first: dict[str, Snapshot] = field(default_factory=dict)
    of_pages: list[Snapshot] = field(default_factory=list)

    def taken(self, log: Iterable[Snapshot]) -> Iterator[Snapshot]:
        """The log, as it was."""
        for fetch in log:
            if fetch.purpose in REPORT_PURPOSES and fetch.is_usable:
                assert fetch.source_sha256 is not None
                self.first.setdefault(fetch.source_sha256, fetch)
                if fetch.purpose == "article":
                    self.of_pages.append(fetch)
            yield fetch

    def items(self, root: Path) -> dict[str, Item]:
        """An item for each distinct body, with the first address that gave it."""
        return {sha256: item_of(root, one) for sha256, one in sorted(self.first.items())}


@dataclass(slots=True)
class _Listed:
    """A file of a report in a column, for as long as the runs have seen it unchanged."""

    document: ReportDocument
    part: Part
    first_seen: str
    last_seen: str


@dataclass
class _Column:
    """A column over its runs: files by report and link, one after the other; its reports as last seen, and
    those that it has. Addresses are the same under another scheme, or with www."""

    files: dict[tuple[str, str], list[_Listed]] = field(default_factory=dict)
    latest: dict[str, ReportDocument] = field(default_factory=dict)
    has: dict[str, ReportDocument] = field(default_factory=dict)

    def take_fetch(self, fetch: Snapshot) -> None:
        """A page that was fetched for the column as a report's and that no result speaks of, as where it did
        not look like an article: of the versions at an address the one fetched last is what stands there."""
        assert fetch.source_sha256 is not None
        at = place(fetch.url)
        part = Part("article", fetch.url, fetch.final_url, fetch.source_sha256, fetch.link_text or "")
        document = ReportDocument(
            fetch.site_id,
            fetch.column,
            fetch.url,
            fetch.link_text or "",
            folder="",
            listed_on=None,
            published_at=None,
            checked_at=fetch.fetched_at,
            whole=True,
            parts=(part,),
        )
        seen = self.files.setdefault((at, at), [])
        seen.append(_Listed(document, part, fetch.fetched_at, fetch.fetched_at))
        seen.sort(key=lambda one: datetime.fromisoformat(one.first_seen))
        latest = self.latest.setdefault(at, document)
        if datetime.fromisoformat(fetch.fetched_at) > datetime.fromisoformat(latest.checked_at):
            self.latest[at] = document

    def take(self, result: ColumnResult) -> None:
        """What a run has seen of the column."""
        for document in (*result.new, *result.changed, *result.confirmed):
            self.latest[place(document.url)] = document
            for part in document.parts:
                seen = self.files.setdefault((place(document.url), place(part.url)), [])
                if seen and seen[-1].part.source_sha256 == part.source_sha256:
                    seen[-1].last_seen = document.checked_at
                else:
                    seen.append(_Listed(document, part, document.checked_at, document.checked_at))
        self.has = after(self.has, result)


@dataclass
class _Walks:
    """The columns over the walks through them, and the files of each report that they found."""

    columns: dict[tuple[str, str], _Column] = field(default_factory=dict)
    reports: set[frozenset[str]] = field(default_factory=set)

    def taken(self, results: Iterable[ColumnResult]) -> Iterator[ColumnResult]:
        """The results, as they were."""
        for result in results:
            self.columns.setdefault((result.site_id, result.column_id), _Column()).take(result)
            self.reports.update(document.content for document in (*result.new, *result.changed))
            yield result


def _listings(walks: _Walks, fetches: _Fetches, registry: Path) -> Iterator[dict[str, Any]]:
    owners = {(column.site_id, column.column_id): column.owner for column in load(registry).columns}
    columns = walks.columns
    for fetch in list(_untold(fetches.of_pages, columns)):
        columns.setdefault((fetch.site_id, fetch.column), _Column()).take_fetch(fetch)
    for key, column in sorted(columns.items()):
        for (at, part_at), seen in column.files.items():
            latest = column.latest[at]
            link = {place(part.url): part.url for part in latest.parts}.get(part_at)
            for one in seen:
                current = one is seen[-1] and link is not None
                row = _listing(one, owners.get(key), latest.url in column.has, current)
                yield row | {"url": latest.url, "part_url": link or seen[-1].part.url}


def _untold(fetches: Sequence[Snapshot], columns: Mapping[tuple[str, str], _Column]) -> Iterator[Snapshot]:
    """Those of the good answers to requests for reports' pages whose bytes no result names, at each address
    the first of each version. The parts of an article that was joined are none."""
    told = {
        (key, at, one.part.source_sha256)
        for key, column in columns.items()
        for (at, _), seen in column.files.items()
        for one in seen
    }
    joined = {(one.site_id, place(one.url)) for one in fetches if one.method == "JOIN"}
    last: dict[tuple[tuple[str, str], str], str | None] = {}
    for fetch in fetches:
        at = (fetch.site_id, fetch.column), place(fetch.url)
        is_told = (*at, fetch.source_sha256) in told or (fetch.site_id, at[1]) in joined
        if fetch.column and not is_told and last.get(at) != fetch.source_sha256:
            yield fetch
        last[at] = fetch.source_sha256


def _listing(one: _Listed, owner: str | None, listed: bool, current: bool) -> dict[str, Any]:
    document, part = one.document, one.part
    day = document.published_at or document.listed_on
    return {
        "site_id": document.site_id,
        "column_id": document.column_id,
        "owner": owner,
        "url": document.url,
        "title": document.title,
        "published_on": date.fromisoformat(day) if day else None,
        "listed": listed,
        "part": part.kind,
        "part_url": part.url,
        "final_url": part.final_url,
        "source_sha256": part.source_sha256,
        "first_seen": datetime.fromisoformat(one.first_seen),
        "last_seen": datetime.fromisoformat(one.last_seen),
        "current": current,
    }


def _results(runs: Runs) -> Iterator[ColumnResult]:
    for run_id in runs.run_ids():
        yield from runs.results(run_id)


def _fetch(snapshot: Snapshot) -> dict[str, Any]:
    row = dict(zip(_OF_FETCH, _of_fetch(snapshot), strict=True))
    return row | {
        "fetched_at": datetime.fromisoformat(snapshot.fetched_at),
        "outcome": str(snapshot.outcome),
    }


def _ended(result: ColumnResult) -> dict[str, Any]:
    row = {name: getattr(result, name) for name in RUNS.names}
    row |= {name: len(row[name]) for name in _COUNTED}
    row |= {name: datetime.fromisoformat(row[name]) for name in ("started_at", "finished_at")}
    return row | {"outcome": str(result.outcome), "passed_over": list(result.passed_over.items())}


def _write(rows: Iterator[dict[str, Any]], schema: pa.Schema, target: Path) -> Path:
    write_file(_batches(rows, schema), schema, target)
    return target


def _batches(rows: Iterator[dict[str, Any]], schema: pa.Schema) -> Iterable[pa.RecordBatch]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield pa.RecordBatch.from_pylist(batch, schema)
