"""What goes into the text of SQL where no parameter can stand, and rows as a table that it joins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def quoted(text: str | Path) -> str:
    """A text, or a path, as SQL has it.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def quoted_list(paths: Iterable[Path]) -> str:
    """Paths as a list; a view cannot take parameters."""
    return f"[{', '.join(map(quoted, paths))}]"


def give_rows(connection: DuckDBPyConnection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give a connection these rows as a temporary table."""
    import pyarrow as pa

    connection.register("given_rows", pa.Table.from_pylist(list(rows)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given_rows")
    connection.unregister("given_rows")
