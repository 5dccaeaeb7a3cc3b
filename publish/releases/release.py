"""A release: a build's tables in three formats, described, with terms and sums; whole or not at all."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from base import durable
from extract.builds.current import Build
from extract.schemas import TABLES
from publish.releases.descriptors import croissant, data_package
from publish.releases.edition import RELEASE, Edition, ReleaseError
from publish.releases.papers import papers
from publish.releases.sums import sign, write_sums
from publish.releases.tables import Say, write_csv, write_parquet, write_stata_files
from query import open_build
from query.provenance import is_made_up


def write_release(
    build: Build, version: str, out: Path, say: Say, *, day: date | None = None, key: Path | None = None
) -> Edition:
    """Release `build` into the new folder `out`, signed where a `key` is given.

    The same build, version and day give the same bytes, but for the signature of keys that sign by chance.
    ReleaseError where it cannot be made, DamagedBuildError where the build is not what was written.
    """
    if out.exists():
        raise ReleaseError(f"{out} 已存在 / is there already: a release is written once; give a new folder")
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        with open_build(build.path, hashes=True) as connection:
            edition = Edition(
                version, build.build_id, day or _last_fetch(build), is_made_up(build.path, connection)
            )
            write_parquet(connection, edition, part / "parquet", say)
        write_csv(part / "parquet", edition, part / "csv", say)
        write_stata_files(part / "parquet", edition, part / "stata", say)
        describe(part, edition)
        write_sums(part, edition)
        if key:
            sign(part, key)
        durable.move(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return edition


def describe(folder: Path, edition: Edition) -> None:
    """Write what stands beside the tables."""
    counts = {name: pq.read_metadata(folder / "parquet" / f"{name}.parquet").num_rows for name in TABLES}
    texts = {**papers(edition, counts), RELEASE: edition.to_json()}
    for name, value in (
        ("datapackage.json", data_package(folder, edition)),
        ("croissant.json", croissant(folder, edition)),
    ):
        texts[name] = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _last_fetch(build: Build) -> date | None:
    span = build.manifest["fetch_log"]
    return date.fromisoformat(span["last"][:10]) if span else None
