"""Whether text from elsewhere is a query, and no more than that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

# Nodes of a parsed statement that only read; DuckDB 2.0 allows COPY and INSERT inside WITH.
_READING_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_EXPLAIN = re.compile(r"\s*explain\s+(analyze\s+)?", re.IGNORECASE)


class NotAQueryError(Exception):
    """SQL that would do more than read; the message says what is allowed instead."""


def require_query(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """`sql` where it is one statement that only reads (SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE,
    or EXPLAIN of one); NotAQueryError else."""
    inner = _EXPLAIN.sub("", sql, count=1)
    row = connection.execute("SELECT json_serialize_sql($sql)", {"sql": inner}).fetchone()
    assert row is not None
    try:
        parsed = json.loads(row[0])
        writing = set(_nodes(parsed)) - _READING_NODES
    except RecursionError as error:
        raise NotAQueryError("the query is nested too deeply") from error
    if parsed["error"]:
        if parsed["error_type"] == "parser":
            raise NotAQueryError(parsed["error_message"])
        raise NotAQueryError(
            "only queries are run: SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN. "
            "Instead of a PIVOT statement write SELECT * FROM (PIVOT … ON … IN (…) USING …)"
        )
    if len(parsed["statements"]) != 1:
        raise NotAQueryError(f"one statement at a time, not {len(parsed['statements'])}")
    if writing:
        raise NotAQueryError(f"a query may not write: {', '.join(sorted(writing))}")
    return sql


def _nodes(parsed: Any) -> Iterator[str]:
    """Types of all query nodes of a parsed statement."""
    if isinstance(parsed, dict):
        if isinstance(kind := parsed.get("type"), str) and kind.endswith("_NODE"):
            yield kind
        for value in parsed.values():
            yield from _nodes(value)
    elif isinstance(parsed, list):
        for value in parsed:
            yield from _nodes(value)
