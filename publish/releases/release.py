"""A release: a build's tables in three formats, described, with terms and sums; whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from base import durable
from base.spreadsheets import csv_lines
from extract.builds.current import Build
from extract.schemas import TABLES
from publish.audit.files import Audit
from publish.audit.report import audit_report
from publish.exports.asked import ask
from publish.exports.plain import flat_rows
from publish.releases import changes
from publish.releases.changes import CHANGELOG, CHANGES
from publish.releases.delta import require_sound
from publish.releases.descriptors import croissant, data_package
from publish.releases.edition import AUDIT, RELEASE, Edition, ReleaseError
from publish.releases.papers import papers
from publish.releases.sums import sign, write_sums
from publish.releases.tables import VERSION_COLUMN, Say, write_csv, write_parquet, write_stata_files
from query.database import WRITING_MEMORY, open_build
from query.provenance import is_made_up

#: Views that a release has as CSV beside its tables: the rows of the form, and the grades of reports.
BESIDE = ("codebook", "grades")


def write_release(
    build: Build,
    version: str,
    out: Path,
    say: Say,
    *,
    day: date | None = None,
    key: Path | None = None,
    since: Path | None = None,
    audit: Path | None = None,
) -> Edition:
    """Release `build` into the new folder `out`, signed where a `key` is given, with what has changed `since`
    an older release, and with the error rate that an `audit` has measured on it.

    The same build, version and day give the same bytes, but for the signature of keys that sign by chance.
    ReleaseError where it cannot be made, DamagedBuildError where the build is not what was written.
    """
    if out.exists():
        raise ReleaseError(f"{out} 已存在 / is there already: a release is written once; give a new folder")
    if since:
        require_sound(since)
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        with open_build(build.path, hashes=True, memory=WRITING_MEMORY, spills=True) as connection:
            edition = Edition(
                version, build.build_id, day or _last_fetch(build), is_made_up(build.path, connection)
            )
            write_parquet(connection, edition, part / "parquet", say)
            beside = {view: write_view(connection, view, edition, part) for view in BESIDE}
            if audit:
                write_audit(connection, audit, edition, part)
        write_csv(part / "parquet", edition, part / "csv", say)
        write_stata_files(part / "parquet", edition, part / "stata", say)
        if since:
            say(CHANGES)
            tell_changes(since, part, edition)
            beside["changes"] = changes.SCHEMA
        describe(part, edition, beside)
        write_sums(part, edition)
        if key:
            sign(part, key)
        durable.move(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return edition


def write_view(connection: duckdb.DuckDBPyConnection, view: str, edition: Edition, folder: Path) -> pa.Schema:
    """A view as CSV for machines; what its columns are."""
    asked = ask(connection, view)
    with (folder / f"{view}.csv").open("w", encoding="utf-8", newline="") as file:
        rows = sorted(
            ([*row, edition.version] for row in flat_rows(asked.batches())), key=lambda row: str(row[0])
        )
        file.writelines(csv_lines([*asked.names, VERSION_COLUMN], rows))
    return asked.schema


def write_audit(connection: duckdb.DuckDBPyConnection, audit: Path, edition: Edition, folder: Path) -> None:
    """What the audit found of this build's reports; ReleaseError where it has measured none of them."""
    found = audit_report(Audit.open(audit), connection)
    if found.all is None:
        raise ReleaseError(
            f"{audit}: 没有一份报告录完，不能发布 / no report of this build was keyed whole: nothing measured"
        )
    told = {"version": edition.version, **found.to_json()}
    (folder / AUDIT).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def tell_changes(older: Path, folder: Path, edition: Edition) -> None:
    """The cells that changed since the older release, and the changelog, which goes on with the older's."""
    version = (VERSION_COLUMN, edition.version)
    counts = changes.write_changes(older / "parquet", folder / "parquet", folder / CHANGES, version)
    before = older / CHANGELOG
    told = before.read_text(encoding="utf-8") if before.is_file() else ""
    text = changes.changelog(Edition.read(older), edition, counts, told)
    (folder / CHANGELOG).write_text(text, encoding="utf-8")


def describe(folder: Path, edition: Edition, beside: Mapping[str, pa.Schema]) -> None:
    """Write what stands beside the tables; `beside` are the schemas of CSV files that are no tables."""
    counts = {name: pq.read_metadata(folder / "parquet" / f"{name}.parquet").num_rows for name in TABLES}
    texts = {**papers(edition, counts), RELEASE: edition.to_json()}
    for name, value in (
        ("datapackage.json", data_package(folder, edition, beside)),
        ("croissant.json", croissant(folder, edition)),
    ):
        texts[name] = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _last_fetch(build: Build) -> date | None:
    span = build.manifest["fetch_log"]
    return date.fromisoformat(span["last"][:10]) if span else None
