"""A bundle: one file with what the archive has of columns that failed, for somebody else to look at.

    manifest.json          what made it: versions, rows of the registry, how each column and portal ended
    fetches.jsonl          the fetches, each with what it answered, and the page that holds its body
    pages/<sha256>.html    the bodies, personal details masked; files of reports are left out

Nothing else may lie in it, and nothing in it is believed: see `read_bundle`.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from base import durable
from base.tables import Row
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive, MissingBodyError
from crawler.asked import ROBOTS
from crawler.bundles.privacy import masked
from crawler.columns.links import is_file
from crawler.registry.rows import RegisteredColumn, Site, cells_of, column_of
from crawler.registry.tables import Registry
from crawler.runs.outcomes import Outcome, advice
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from crawler.survey.records import Surveys

FORMAT = 1
MANIFEST, FETCHES = "manifest.json", "fetches.jsonl"
_PAGE = re.compile(r"pages/[0-9a-f]{64}\.html")
# Of the reports themselves so many are enough to see what is wrong.
ARTICLES_EACH = 5
# What a bundle may unpack to, and hold.
MAX_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 20_000
# Headers that say something of a page; cookies and the like are nobody's business.
_HEADERS = frozenset({"content-type", "location", "server", "etag", "last-modified", "retry-after"})
_ARTICLES = frozenset({"article", "attachment"})
_PACKAGES = ("gknb", "scrapy", "lxml", "trafilatura")


class BundleError(ValueError):
    """A bundle cannot be made or read; the message names it and says why, in one line."""


@dataclass(frozen=True)
class Bundle:
    """A bundle as it was read: `manifest` as it stands there, fetches by what was asked, bodies by name."""

    manifest: Mapping[str, Any]
    fetches: Sequence[Mapping[str, Any]]
    pages: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into a bundle: `masked` counts personal details, `left_out` files of reports."""

    columns: int
    portals: int
    pages: int
    masked: int
    left_out: int


def write_bundle(
    archive: Path, registry: Registry, sites: Sequence[Site], target: Path, *, every: bool = False
) -> Packed:
    """Pack what the archive has of the failed columns of `sites` (of `every` column), and of their surveys.
    Raises BundleError where there is nothing to pack."""
    store, surveys = Archive(archive), Surveys(archive)
    ended = {
        (one.site_id, column_id): result
        for one in sites
        for column_id, result in _last(Runs(archive), one.site_id).items()
        if every or advice()[result.outcome].needs_person
    }
    rows = {
        site_id: row for site_id, row in surveys.latest().items() if site_id in {s.site_id for s in sites}
    }
    if not ended and not rows:
        raise BundleError(
            f"nothing to pack of {', '.join(site.site_id for site in sites)}: no column failed in its last "
            "run, and no survey has looked at them (--all packs columns that are well)"
        )
    wanted = {(result.run_id, *key) for key, result in ended.items()}
    wanted |= {(row.run_id, site_id, "") for site_id, row in rows.items()}
    chosen = list(_chosen(store, wanted))
    pages, fetches, count, left_out = _packed(store, chosen)
    columns = [c for c in registry.columns if (c.site_id, c.column_id) in ended]
    manifest = {
        "format": FORMAT,
        "versions": {name: _version(name) for name in _PACKAGES} | {"python": platform.python_version()},
        "sites": [cells_of(site) for site in sites],
        "columns": [cells_of(column) for column in columns],
        "results": [_slim(result) for result in ended.values()],
        "surveys": [row.to_record() for row in rows.values()],
        "left_out": left_out,
    }
    with durable.replacing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        lines = (json.dumps(fetch, ensure_ascii=False) for fetch in fetches)
        file.writestr(FETCHES, "".join(f"{line}\n" for line in lines))
        for name, body in pages.items():
            file.writestr(name, body)
    return Packed(len(ended), len(rows), len(pages), count, left_out)


def read_bundle(path: Path) -> Bundle:
    """The bundle at `path`. Raises BundleError for what is none, or would reach beyond its folder."""
    try:
        with zipfile.ZipFile(path) as file:
            _check(path, file.infolist())
            manifest = json.loads(file.read(MANIFEST))
            fetches = [json.loads(line) for line in file.read(FETCHES).splitlines()]
            pages = {name: file.read(name) for name in file.namelist() if _PAGE.fullmatch(name)}
    except BundleError:
        raise
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise BundleError(f"{path} is no bundle of gknb: {str(error) or type(error).__name__}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BundleError(f"{path} is no bundle that this gknb knows: its format should be {FORMAT}")
    return Bundle(manifest, fetches, pages)


def _check(path: Path, entries: Collection[zipfile.ZipInfo]) -> None:
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
            raise BundleError(f"{path} is refused: its entry {name!r} leaves the bundle's folder")
        is_link = entry.external_attr >> 28 == 0xA
        if is_link or not (name in (MANIFEST, FETCHES) or _PAGE.fullmatch(name)):
            raise BundleError(f"{path} is refused: its entry {name!r} is no part of a bundle")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise BundleError(f"{path} is refused: it would unpack to more than {MAX_BYTES >> 20} MB")


def _last(runs: Runs, site_id: str) -> dict[str, ColumnResult]:
    """How each column of a site ended last."""
    found: dict[str, ColumnResult] = {}
    for run_id in runs.run_ids():
        found |= {one.column_id: one for one in runs.results(run_id) if one.site_id == site_id}
    return found


def _chosen(store: Archive, wanted: Collection[tuple[str, str, str]]) -> Iterable[Snapshot]:
    """The fetches of these columns (run, site, column), of the reports' own pages only the first ones."""
    articles: dict[tuple[str, str, str], int] = {}
    for run_id in sorted({run_id for run_id, _, _ in wanted}):
        if run_id not in store.run_ids():
            continue
        for snapshot in store.snapshots(run_id):
            key = (run_id, snapshot.site_id, snapshot.column)
            if key not in wanted or snapshot.purpose == ROBOTS:
                continue
            if snapshot.purpose in _ARTICLES and snapshot.outcome in (Outcome.OK, Outcome.UNCHANGED):
                articles[key] = articles.get(key, 0) + 1
                if articles[key] > ARTICLES_EACH:
                    continue
            yield snapshot


def _packed(
    store: Archive, chosen: Sequence[Snapshot]
) -> tuple[dict[str, bytes], list[dict[str, Any]], int, int]:
    """Pages by their names, fetches; how many details were masked, how many files left out."""
    pages: dict[str, bytes] = {}
    names: dict[str, str | None] = {}
    fetches, count, left_out = [], 0, 0
    for snapshot in chosen:
        sha256 = snapshot.source_sha256
        if sha256 is not None and sha256 not in names:
            body = _body(store, sha256)
            names[sha256] = None
            if body is None or is_file(body):
                left_out += 1
            else:
                shown, found = masked(body)
                name = f"pages/{hashlib.sha256(shown).hexdigest()}.html"
                pages[name], names[sha256], count = shown, name, count + found
        record = asdict(snapshot) | {"page": names.get(sha256) if sha256 else None}
        record["headers"] = [pair for pair in record["headers"] if pair[0].lower() in _HEADERS]
        fetches.append(record)
    return pages, fetches, count, left_out


def _body(store: Archive, sha256: str) -> bytes | None:
    try:
        return store.body(sha256)
    except MissingBodyError:
        return None


def _slim(result: ColumnResult) -> dict[str, Any]:
    """How a column ended, without the reports that are well."""
    return result.to_record() | {"new": [], "changed": [], "confirmed": [], "withdrawn": []}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "checkout"


def column_in(cells: Mapping[str, str]) -> RegisteredColumn:
    """The column of a row in a manifest."""
    return column_of(Row("columns.csv", 0, dict(cells)))
