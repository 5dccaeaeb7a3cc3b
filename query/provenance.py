"""Where an answer comes from, in words that go with it: its build, how far the crawl went, and whether the
places exist at all."""

from __future__ import annotations

from pathlib import Path

import duckdb

# No division of China has a code that begins so: places of the demo and of the history are made up.
MADE_UP = "99"


def provenance(folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Lines for the foot of a picture of the tables in `folder`."""
    rows = connection.execute(
        """
        SELECT
            (SELECT max(fetched_at)::DATE FROM snapshots),
            (SELECT count(DISTINCT site_id) FROM snapshots WHERE site_id IS NOT NULL),
            (SELECT count(*) FROM reports WHERE superseded_by IS NULL),
            (SELECT count(*) > 0 FROM reports WHERE starts_with(region_code, $made_up))
        """,
        {"made_up": MADE_UP},
    ).fetchall()
    ((fetched, sites, reports, made_up),) = rows
    crawled = f"，抓取 {sites} 个站点至 {fetched} | {sites} sites, fetched until {fetched}" if fetched else ""
    lines = [
        f"来源 source: 各机关年度报告 {reports} 份 reports{crawled}",
        f"构建 build: {folder.resolve().name}",
    ]
    if made_up:
        lines.append("虚构数据：地名、机关和数字都不存在 | MADE UP: neither places nor figures exist")
    return tuple(lines)
