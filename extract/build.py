"""Immutable builds: written whole beside their place, checked, moved there in one rename, then made current.

``lake/builds/<id>/`` holds ``facts/year=YYYY/part-0.parquet``, ``reports.parquet``, ``findings.parquet``,
``snapshots.parquet`` and ``runs.parquet`` where there was a crawl, and ``manifest.json``. ``lake/current`` is
a symbolic link to the current build, replaced in one rename. The id comes from the content, so the same input
gives the same bytes under the same name. A crash at any moment leaves the old build current or the new one,
never a part. Files that two builds have in common lie on the disk once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.checks.run import check_facts
from extract.dataset import Staging, sorting_connection, write_file, write_partitioned, write_sorted
from extract.hashes import file_sha256, tree_sha256
from extract.records import Extraction
from extract.schemas import TABLES

ROOT = Path(__file__).resolve().parents[1]
LAKE = ROOT / "data" / "lake"
MANIFEST = "manifest.json"
_TEMPORARY = ".tmp-"
# What a new build may not have less of than the current one, by what its manifest calls it.
_GUARDED_COUNTS = ("facts", "numbers", "reports", "reports_read", "agencies")


class BuildRefusedError(Exception):
    """The new build does not meet what is expected of it; the current build stays. The message says why."""


class NoBuildError(Exception):
    """There is no build where one was looked for; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build: its folder and its manifest."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def build_id(self) -> str:
        """The name of the folder, made from the content."""
        return self.path.name


def current_build(lake: Path = LAKE) -> Build:
    """The current build of `lake`; NoBuildError where there is none."""
    link = lake / "current"
    if not link.is_symlink():
        raise NoBuildError(f"no build in {lake}: make one with `gknb build PATH…`")
    try:
        return read_build(link.resolve())
    except NoBuildError as error:
        raise NoBuildError(
            f"{link} points to no build: bring {link.resolve()} back, or remove the link and build anew"
        ) from error


def read_build(path: Path) -> Build:
    """The build in folder `path`; NoBuildError where its manifest is missing."""
    manifest = path / MANIFEST
    if not manifest.is_file():
        raise NoBuildError(f"{path} is no build: it has no {MANIFEST}")
    return Build(path, json.loads(manifest.read_text(encoding="utf-8")))


def damaged_files(build: Build) -> list[str]:
    """Files of `build` that are missing or whose bytes are not those of its manifest."""
    return [
        name
        for name, entry in build.manifest["files"].items()
        if not (build.path / name).is_file() or file_sha256(build.path / name) != entry["sha256"]
    ]


def make_build(
    extractions: Iterable[Extraction],
    lake: Path = LAKE,
    *,
    kept: Mapping[str, Iterable[pa.RecordBatch]] | None = None,
    snapshots: Iterable[Path] = (),
    runs: Iterable[Path] = (),
    allow_shrink: str | None = None,
) -> Build:
    """Write `extractions` as a build of `lake`, check it and make it current.

    `kept` are the rows of further extractions, by table. `snapshots` and `runs` are Parquet files of the
    fetch log and of the run record. BuildRefusedError where the build is empty, has a key twice, or holds
    less than the current one and `allow_shrink` gives no reason why it may.
    """
    builds = lake / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    with _only_builder(builds):
        _sweep(builds)
        folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=builds))
        try:
            logs = {"snapshots": list(snapshots), "runs": list(runs)}
            manifest = _write(extractions, kept or {}, folder, logs, allow_shrink)
            current = current_build(lake) if (lake / "current").is_symlink() else None
            _expect(manifest, current.manifest if current else None, allow_shrink)
            if current:
                _share_files(folder, manifest, current)
            build = _publish(folder, builds, manifest)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        _point_to(build, lake)
    return build


def write_folder(extractions: Iterable[Extraction], folder: Path) -> dict[str, int]:
    """Write ``folder/{facts,reports,findings}.parquet``, with the findings of all checks; rows by table.

    Files that stand there are replaced, each in one rename, once all of them are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=folder) as temporary:
        work = Path(temporary)
        with Staging(work / "staging") as staging:
            for extraction in extractions:
                staging.add(extraction)
        done = work / "done"
        done.mkdir()
        with sorting_connection(work / "spill") as connection:
            counts = {
                "facts": write_sorted(
                    connection, [staging.path("facts")], TABLES["facts"], done / "facts.parquet"
                ),
                **_write_reports_and_findings(connection, staging, done),
            }
        for path in sorted(done.iterdir()):
            path.replace(folder / path.name)
    return counts


def _write(
    extractions: Iterable[Extraction],
    kept: Mapping[str, Iterable[pa.RecordBatch]],
    folder: Path,
    logs: Mapping[str, list[Path]],
    allow_shrink: str | None,
) -> dict[str, Any]:
    """Write all tables and the manifest into `folder`; the manifest."""
    with Staging(folder / "staging") as staging:
        for extraction in extractions:
            staging.add(extraction)
        for name, batches in kept.items():
            staging.add_batches(name, batches)
    spill = folder / "spill"
    spill.mkdir()
    with sorting_connection(spill) as connection:
        _refuse_repeated_keys(connection, staging.path("facts"), staging.path("reports"))
        by_year = write_partitioned(connection, staging.path("facts"), TABLES["facts"], folder / "facts")
        counts = {"facts": sum(by_year.values()), **_write_reports_and_findings(connection, staging, folder)}
        for name, paths in logs.items():
            if paths:
                counts[name] = write_sorted(connection, paths, TABLES[name], folder / f"{name}.parquet")
        counts |= _counts(connection, staging)
        fetch_log = _span(connection, folder / "snapshots.parquet")
    shutil.rmtree(staging.folder)
    shutil.rmtree(spill)
    manifest = {
        "format": 1,
        "counts": counts,
        "facts_by_year": by_year,
        "files": {
            str(path.relative_to(folder)): {
                "rows": pq.read_metadata(path).num_rows,
                "bytes": path.stat().st_size,
                "sha256": file_sha256(path),
            }
            for path in sorted(folder.rglob("*.parquet"))
        },
        "code_sha256": tree_sha256(ROOT / "extract", "*.py", "*.sql"),
        "codebook_sha256": tree_sha256(ROOT / "data" / "codebook", "*.csv"),
        "fetch_log": fetch_log,
        "allow_shrink": allow_shrink,
    }
    (folder / MANIFEST).write_text(_json(manifest), encoding="utf-8")
    return manifest


def _write_reports_and_findings(
    connection: duckdb.DuckDBPyConnection, staging: Staging, folder: Path
) -> dict[str, int]:
    """Write both tables, the findings of the checks among those of the extraction; rows by table."""
    checked = staging.folder / "checks.parquet"
    found = check_facts(connection, [staging.path("facts")], [staging.path("findings")])
    write_file(found, TABLES["findings"].schema, checked)
    sources = {"reports": [staging.path("reports")], "findings": [checked]}
    return {
        name: write_sorted(connection, paths, TABLES[name], folder / f"{name}.parquet")
        for name, paths in sources.items()
    }


def _refuse_repeated_keys(connection: duckdb.DuckDBPyConnection, facts: Path, reports: Path) -> None:
    """One report id a report, and one fact a cell of an agency's year; where the agency is not resolved, of
    a report."""
    repeated = connection.execute(
        """
        SELECT 'report ' || report_id AS key, count(*) AS times FROM read_parquet($reports)
        GROUP BY report_id HAVING times > 1
        UNION ALL
        SELECT
            concat_ws(
                ' ',
                coalesce(agency_id, concat_ws(' ', agency_name, 'report', report_id)),
                year, row_code, applicant_type
            ) AS key,
            count(*) AS times
        FROM read_parquet($facts)
        GROUP BY key HAVING times > 1
        ORDER BY key LIMIT 5
        """,
        {"facts": str(facts), "reports": str(reports)},
    ).fetchall()
    if repeated:
        raise BuildRefusedError(
            "keys that must be unique are not: "
            + "; ".join(f"{key} stands {times} times" for key, times in repeated)
        )


def _counts(connection: duckdb.DuckDBPyConnection, staging: Staging) -> dict[str, int]:
    """Counts that say more than the number of rows."""
    row = connection.execute(
        """
        SELECT
            (SELECT count(value) FROM read_parquet($facts)),
            (SELECT count(*) FROM read_parquet($reports) WHERE cells_read > 0),
            (SELECT count(DISTINCT coalesce(agency_id, agency_name)) FROM read_parquet($reports))
        """,
        {"facts": str(staging.path("facts")), "reports": str(staging.path("reports"))},
    ).fetchone()
    assert row is not None
    return dict(zip(("numbers", "reports_read", "agencies"), row, strict=True))


def _expect(manifest: Mapping[str, Any], current: Mapping[str, Any] | None, allow_shrink: str | None) -> None:
    """Refuse a build that is empty, or that holds less than the current one without a reason."""
    counts = manifest["counts"]
    if empty := [name for name in ("reports", "facts") if not counts[name]]:
        raise BuildRefusedError(f"the new build has no {' and no '.join(empty)}: nothing was read")
    if hollow := [name for name, entry in manifest["files"].items() if not entry["bytes"]]:
        raise BuildRefusedError(f"files without a byte: {', '.join(hollow)}")
    if current is None or allow_shrink:
        return
    dropped = [
        f"{name} {current['counts'].get(name, 0)} -> {counts.get(name, 0)}"
        for name in _GUARDED_COUNTS
        if counts.get(name, 0) < current["counts"].get(name, 0)
    ] + [
        f"facts of {year} {before} -> {manifest['facts_by_year'].get(year, 0)}"
        for year, before in current["facts_by_year"].items()
        if manifest["facts_by_year"].get(year, 0) < before
    ]
    if dropped:
        raise BuildRefusedError(
            f"the new build holds less than the current one ({'; '.join(dropped)}). The current one stays. "
            "If this is meant, give the reason: --allow-shrink REASON"
        )


def _share_files(folder: Path, manifest: Mapping[str, Any], current: Build) -> None:
    """Put links to the current build's files in place of those that are the same, byte for byte."""
    twin = folder / f"{_TEMPORARY}twin"
    for name, entry in manifest["files"].items():
        old = current.path / name
        if old.is_file() and file_sha256(old) == entry["sha256"]:
            # A file system without links keeps copies.
            with suppress(PermissionError, NotImplementedError):
                os.link(old, twin)
                twin.replace(folder / name)


def _publish(folder: Path, builds: Path, manifest: Mapping[str, Any]) -> Build:
    """Bring `folder` to disk and move it to its own name in one rename."""
    build_id = hashlib.sha256(_json(manifest).encode()).hexdigest()[:16]
    target = builds / build_id
    if target.is_dir():
        build = read_build(target)
        if damaged := damaged_files(build):
            raise BuildRefusedError(
                f"{target} stands with other bytes than its manifest says ({', '.join(damaged)}): "
                "move it away and build again"
            )
        return build
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        _sync(path)
    _sync(folder)
    folder.chmod(0o755)
    folder.rename(target)
    _sync(builds)
    return Build(target, manifest)


def _point_to(build: Build, lake: Path) -> None:
    """Make `build` current in one rename."""
    link = lake / "current"
    fresh = lake / f"{_TEMPORARY}current"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("builds") / build.build_id)
    fresh.replace(link)
    _sync(lake)


@contextmanager
def _only_builder(builds: Path) -> Iterator[None]:
    """Hold the lake's build lock; BuildRefusedError where another process holds it."""
    with (builds / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildRefusedError(
                f"another build runs in {builds.parent}: wait until it is done"
            ) from error
        yield


def _sweep(builds: Path) -> None:
    """Remove what a crashed build left behind."""
    for leftover in builds.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover)


def _span(connection: duckdb.DuckDBPyConnection, log: Path) -> dict[str, Any] | None:
    """First and last fetch of the log that the build was made from."""
    if not log.exists():
        return None
    row = connection.execute(
        "SELECT min(fetched_at)::VARCHAR, max(fetched_at)::VARCHAR, count(*) FROM read_parquet($log)",
        {"log": str(log)},
    ).fetchone()
    assert row is not None
    return dict(zip(("first", "last", "fetches"), row, strict=True))


def _json(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
