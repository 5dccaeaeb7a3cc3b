"""What each table of data/ must hold: its schema, one line a column of `data/schema.csv`.

A schema says which columns a table has, which of them name a row (`key`), which may not be empty, what kind
of text stands there, and which other table a code is taken from. `problems` holds every table against its
schema, the schema itself against its own lines; what a table means beyond that, whoever reads it checks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from base.paths import DATA
from base.tables import Complaints, Row, TableError, read, sound_rows

SCHEMA = "schema"
_COLUMNS = ("table", "column", "key", "required", "kind", "one_of", "separator", "refers_to")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `refers_to` names the table and column that its codes are taken from; several
    codes in a cell stand between any of the `separators`."""

    name: str
    is_key: bool
    is_required: bool
    kind: str
    one_of: frozenset[str]
    separators: str
    refers_to: str

    def codes(self, cell: str) -> list[str]:
        """What a cell names, one or several."""
        if not self.separators:
            return [cell]
        return [part.strip() for part in re.split(f"[{re.escape(self.separators)}]", cell)]


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text.replace("{", r"\{"))
    except re.error:
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_KINDS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "text": (lambda text: True, ""),
    "int": (re.compile(r"-?\d+").fullmatch, "a whole number"),
    "number": (re.compile(r"-?\d+(?:\.\d+)?").fullmatch, "a number"),
    "year": (re.compile(r"(?:19|20)\d\d").fullmatch, "a year of four digits"),
    "date": (_is_date, "a date such as 2026-03-31"),
    "pattern": (_is_pattern, "a regular expression"),
}


@cache
def schemas(folder: Path = DATA) -> Mapping[str, tuple[Column, ...]]:
    """The columns of every table by its name: its path below data/ without .csv."""
    found: dict[str, list[Column]] = {}
    for row in read(folder / f"{SCHEMA}.csv", _COLUMNS):
        column = Column(
            row["column"],
            row["key"] == "yes",
            row["required"] == "yes",
            row["kind"],
            frozenset(filter(None, row["one_of"].split("|"))),
            row["separator"],
            row["refers_to"],
        )
        found.setdefault(row["table"], []).append(column)
    return {name: tuple(columns) for name, columns in found.items()}


def columns_of(table: str) -> tuple[str, ...]:
    """The names of a table's columns."""
    return tuple(column.name for column in schemas()[table])


def problems(folder: Path = DATA) -> tuple[str, ...]:
    """Everything that is wrong with the tables in a folder such as data/, each with file and line."""
    complain = Complaints()
    try:
        known = schemas(folder if (folder / f"{SCHEMA}.csv").is_file() else DATA)
    except TableError as error:
        return error.problems
    tables = dict(_tables(folder))
    rows: dict[str, list[Row]] = {}
    for name, path in tables.items():
        if name not in known:
            complain.at(f"{name}.csv", 1, f"the table has no schema: name its columns in data/{SCHEMA}.csv")
            continue
        columns = [column.name for column in known[name]]
        rows[name] = sound_rows(path, columns, complain, exact=True, name=f"{name}.csv")
    for name in sorted(known.keys() - tables.keys()):
        complain.at(f"{name}.csv", 1, f"the table is not there, and data/{SCHEMA}.csv names it")
    for name, found in rows.items():
        _check(known[name], found, rows, complain)
    for row in rows.get(SCHEMA, ()):
        table, _, column = row["refers_to"].rpartition(".")
        if table and column not in {other.name for other in known.get(table, ())}:
            complain(row, f"refers_to {row['refers_to']!r} is no column of any table")
    return tuple(complain.problems)


def _tables(folder: Path) -> Iterator[tuple[str, Path]]:
    """The tables by name. A lake below is not walked through: it has files by the million, none of them."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "lake")
        for path in sorted(Path(where, name) for name in names if name.endswith(".csv")):
            yield path.relative_to(folder).with_suffix("").as_posix(), path


def _check(
    columns: tuple[Column, ...], rows: list[Row], tables: Mapping[str, list[Row]], complain: Complaints
) -> None:
    keys = [column.name for column in columns if column.is_key]
    referred = {column.name: _codes(column.refers_to, tables) for column in columns if column.refers_to}
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        for column in columns:
            _check_cell(row, column, referred.get(column.name), complain)
        key = tuple(row[name] for name in keys)
        if keys and key in first:
            complain(row, f"{' '.join(key)} stands in line {first[key]} already")
        first.setdefault(key, row.line)


def _check_cell(row: Row, column: Column, codes: frozenset[str] | None, complain: Complaints) -> None:
    cell = row[column.name]
    if not cell:
        if column.is_required:
            complain(row, f"{column.name} is empty")
        return
    is_kind, called = _KINDS.get(column.kind, _KINDS["text"])
    if not is_kind(cell):
        complain(row, f"{column.name} {cell!r} should be {called}")
    for code in column.codes(cell):
        if column.one_of and code not in column.one_of:
            complain(row, f"{column.name} {code!r} should be one of {', '.join(sorted(column.one_of))}")
        if codes is not None and code not in codes:
            complain(row, f"{column.name} {code!r} is not in {column.refers_to}")


def _codes(place: str, tables: Mapping[str, list[Row]]) -> frozenset[str]:
    table, _, column = place.rpartition(".")
    return frozenset(row.cells[column] for row in tables.get(table, ()) if column in row.cells)
