"""Why an answer is empty: the tables that it is asked of and that have no rows here, and what makes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb

from query.definitions import VIEWS

_VIEWS = Path(__file__).parent / "views"
_CRAWL = "抓取所得，自己的文件没有：gknb refresh | made of a crawl, own files have none: gknb refresh"
_BUILD = (
    "副本和旧版本由 gknb build 分出，此处没有 | told apart by gknb build; here are no copies, no old versions"
)
#: What makes a stored table that may be empty by nature.
MADE_BY = {
    "snapshots": _CRAWL,
    "runs": _CRAWL,
    "coverage": "没有认定机关和年度的报告：在 sources.csv 中写明 | of no report are agency and year known: "
    "state them in sources.csv",
    "copies": _BUILD,
    "superseded_facts": _BUILD,
    "corrections": "没有更正：写入 data/corrections.csv，再 gknb build | nobody has corrected anything: "
    "data/corrections.csv, then gknb build",
    "stated": "文件旁没有 sources.csv | there is no sources.csv beside own files",
}
#: What makes a view that may be empty though its tables are not.
VIEW_MADE_BY = {
    "mementos": "没有向别的档案馆索取过：gknb archive mementos | nothing was asked of another archive: "
    "gknb archive mementos",
}


def lacking(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """For each empty table and view that a query draws on, its name and what makes it, Chinese | English."""
    named = set(re.findall(r"\w+", sql))
    tables = sorted({table for view in VIEWS if view in named for table in drawn_on(view)} & set(MADE_BY))
    views = sorted(named & VIEW_MADE_BY.keys() & set(VIEWS))
    return [
        *(f"{table}: {MADE_BY[table]}" for table in tables if not _has_rows(connection, f"stored.{table}")),
        *(f"{view}: {VIEW_MADE_BY[view]}" for view in views if not _has_rows(connection, view)),
    ]


@cache
def drawn_on(view: str) -> frozenset[str]:
    """The stored tables that a view is made from, also by way of other views."""
    return frozenset(_drawn_on(view, set()))


def _drawn_on(view: str, seen: set[str]) -> Iterator[str]:
    seen.add(view)
    path = _VIEWS / f"{view}.sql"
    if not path.is_file():
        return
    text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    yield from re.findall(r"\bstored\.(\w+)", text)
    for other in VIEWS:
        if other not in seen and re.search(rf"\b(?:FROM|JOIN)\s+{other}\b", text):
            yield from _drawn_on(other, seen)


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
