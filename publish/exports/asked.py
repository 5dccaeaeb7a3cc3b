"""What is exported: a query, its columns with their meaning by the dictionary, and where it is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from base.paths import DATA
from base.tables import Row, read
from query import NotAQueryError, require_query
from query.definitions import VIEWS

Language = Literal["zh", "en"]
#: Told how many rows are written, of how many.
Progress = Callable[[int, int], None]

BATCH_ROWS = 65_536
#: The bound of Stata and of SPSS on a label, in characters of any script (SPSS: 256 bytes).
LABEL_LENGTH = 80
TABLES = DATA / "publish"
QUERY = "query"


class ExportError(Exception):
    """What a file of the kind asked for cannot hold; the message says what, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as exported. What the dictionary does not know, a person's own expression, has no label."""

    name: str
    type: pa.DataType
    zh: str = ""
    en: str = ""
    short_zh: str = ""
    short_en: str = ""

    def label(self, language: Language) -> str:
        """What the column means."""
        return self.zh if language == "zh" else self.en

    def short_label(self, language: Language) -> str:
        """The same in at most `LABEL_LENGTH` characters."""
        return self.short_zh if language == "zh" else self.short_en


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that has been understood: `name` is that of the view, or ``query``."""

    connection: duckdb.DuckDBPyConnection
    name: str
    sql: str
    columns: tuple[Column, ...]
    rows: int
    #: Where it is from, as every file says it: the build, the version of a release, the query.
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [column.name for column in self.columns]

    def batches(self, progress: Progress | None = None) -> Iterator[pa.RecordBatch]:
        """All rows, batch by batch; `progress` hears of each."""
        done = 0
        answer = self.connection.cursor().sql(self.sql)
        assert answer is not None
        for batch in answer.to_arrow_reader(BATCH_ROWS):
            yield batch
            done += batch.num_rows
            if progress:
                progress(done, self.rows)

    @property
    def schema(self) -> pa.Schema:
        """Columns and types, what they mean in both languages as metadata."""
        fields = [
            pa.field(one.name, one.type, metadata={"description_zh": one.zh, "description_en": one.en})
            for one in self.columns
        ]
        return pa.schema(fields, metadata=dict(self.about))


def ask(connection: duckdb.DuckDBPyConnection, what: str, about: Mapping[str, str] | None = None) -> Asked:
    """The view of that name, or the query; ExportError where it is neither, or has a name twice."""
    view = what if what in VIEWS else None
    try:
        sql = f"SELECT * FROM {view}" if view else require_query(connection, what).rstrip().rstrip(";")
        # Cursors: the connection may have an answer that nobody has read to its end.
        answer = connection.cursor().sql(sql)
        assert answer is not None
        names, schema = answer.columns, answer.limit(0).to_arrow_table().schema
        ((counted,),) = connection.cursor().execute(f"SELECT count(*) FROM ({sql})").fetchall()
    except (duckdb.Error, NotAQueryError) as error:
        raise ExportError(f"{error}\n视图 views: {', '.join(VIEWS)}") from error
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ExportError(f"列名重复 / a name stands twice: {', '.join(twice)}. SELECT … AS …")
    said = _said(connection, view)
    columns = tuple(_column(one, view, said.get(one.name, "")) for one in schema)
    origin = {**(about or {}), QUERY: view or what}
    return Asked(connection, view or QUERY, sql, columns, counted, origin)


def _said(connection: duckdb.DuckDBPyConnection, view: str | None) -> Mapping[str, str]:
    """What the dictionary says of columns: of the view's, or of all by their names, as the first view that
    has one tells it."""
    rows = connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND comment IS NOT NULL"
    ).fetchall()
    of_view = {(table, name): comment for table, name, comment in rows}
    wanted: Sequence[str] = (view,) if view else VIEWS
    return {name: of_view[one, name] for one in reversed(wanted) for table, name in of_view if table == one}


def _column(one: pa.Field, view: str | None, comment: str) -> Column:
    zh, _, en = comment.partition(" | ")
    short = _short_labels().get((view, one.name)) or (_any_short_label(one.name) if not view else None)
    if short is None:
        return Column(one.name, one.type, zh, en, zh[:LABEL_LENGTH], en[:LABEL_LENGTH])
    return Column(one.name, one.type, zh, en, short["label_zh"], short["label_en"])


def _any_short_label(name: str) -> Row | None:
    """In a query a column may come from any view: the first, as for its meaning."""
    return next((_short_labels()[view, name] for view in VIEWS if (view, name) in _short_labels()), None)


@cache
def _short_labels() -> Mapping[tuple[str | None, str], Row]:
    rows = read(TABLES / "short_labels.csv", ("view", "column", "label_zh", "label_en"))
    return {(row["view"], row["column"]): row for row in rows}


@cache
def short_names() -> Mapping[str, str]:
    """Names of columns that are longer than Stata's 32 characters, and what they are called there."""
    return {
        row["column"]: row["short_name"] for row in read(TABLES / "short_names.csv", ("column", "short_name"))
    }


@dataclass(frozen=True, slots=True)
class Status:
    """What stands in a cell, as a labelled code; `missing` is the letter of a missing number, .a to .f."""

    code: int
    missing: str
    zh: str
    en: str


@cache
def statuses(path: Path = TABLES / "value_statuses.csv") -> Mapping[str, Status]:
    """The statuses of cells by what `value_status` calls them."""
    rows = read(path, ("value_status", "code", "missing", "label_zh", "label_en"))
    return {
        row["value_status"]: Status(int(row["code"]), row["missing"], row["label_zh"], row["label_en"])
        for row in rows
    }
