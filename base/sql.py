"""SQL from Python: what goes into its text where no parameter can stand, rows as a table, and no bars."""

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


def draw_no_bars(connection: DuckDBPyConnection) -> None:
    """Progress bars: where Python's main module is no file (`python -c`, a notebook) DuckDB takes the process
    for a person's, and after two seconds draws into the standard output, where JSON may stand. In a notebook
    without ipywidgets it has none to draw, and refuses even to be told so."""
    # What the setting is DuckDB knows only after a first statement.
    connection.execute("SELECT current_setting('enable_progress_bar')")
    if connection.fetchall() != [(False,)]:
        connection.execute("SET enable_progress_bar = false")
