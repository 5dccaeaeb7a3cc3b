"""Where an answer comes from, in words that go with it: its build, how far the crawl went, and whether the
places exist at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from base.integrity import manifest as manifests
from base.paths import MADE_UP, RELEASE

# No division of China has a code that begins so: places of the demo and of the history are made up.
MADE_UP_CODES = "99"
VERSION, BUILD = "version", "build"
# The same in the metadata of a released Parquet file.
_KEYS = {VERSION: b"gknb_version", BUILD: b"gknb_build"}


def provenance(folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Lines for the foot of a picture of the tables in `folder`."""
    rows = connection.execute(
        """
        SELECT
            (SELECT max(fetched_at)::DATE FROM snapshots),
            (SELECT count(DISTINCT site_id) FROM snapshots WHERE site_id IS NOT NULL),
            (SELECT count(*) FROM reports WHERE superseded_by IS NULL)
        """
    ).fetchall()
    ((fetched, sites, reports),) = rows
    crawled = f"，抓取 {sites} 个站点至 {fetched} | {sites} sites, fetched until {fetched}" if fetched else ""
    released = released_as(folder)
    lines = [
        f"来源 source: 各机关年度报告 {reports} 份 reports{crawled}",
        f"构建 build: {released.get(BUILD, folder.resolve().name)}",
    ]
    if VERSION in released:
        lines.append(f"发布版 release: {released[VERSION]}")
    if is_made_up(folder, connection):
        lines.append("虚构数据：地名、机关和数字都不存在 | MADE UP: neither places nor figures exist")
    return tuple(lines)


def released_as(folder: Path) -> Mapping[str, str]:
    """Version and build of a release, which its tables say; nothing for tables that were not released."""
    path = folder / "facts.parquet"
    metadata = (pq.read_schema(path).metadata or {}) if path.is_file() else {}
    return {name: metadata[key].decode() for name, key in _KEYS.items() if key in metadata}


def is_made_up(folder: Path, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables in `folder` are a demonstration: their lake or their build says so, they have places
    that do not exist, or all their reports come from hosts that no network has (RFC 2606)."""
    if (folder.resolve().parent.parent / MADE_UP).is_file():
        return True
    with suppress(FileNotFoundError):  # tables that are no build
        if manifests.says_made_up(manifests.read(folder)):
            return True
    if (release := folder.resolve().parent / RELEASE).is_file():
        return bool(json.loads(release.read_text(encoding="utf-8"))["made_up"])
    rows = connection.execute(
        r"""
        SELECT
            count(*) FILTER (WHERE starts_with(region_code, $codes)) > 0,
            count(*) FILTER (WHERE cells_read > 0) > 0 AND bool_and(
                coalesce(regexp_matches(url, '^https?://[^/:]+\.test[/:]'), false)
            ) FILTER (WHERE cells_read > 0)
        FROM reports
        """,
        {"codes": MADE_UP_CODES},
    ).fetchall()
    return any(rows[0])
