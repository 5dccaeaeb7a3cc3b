"""Where the registry's tables are, and what several of them have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from base.paths import REGISTRY
from base.tables import Row, read

AGENCIES = Path("agencies")
# In China the day begins before it does on a machine that counts in UTC.
A_DAY_AHEAD = timedelta(days=1)


def table(name: str | Path, directory: Path = REGISTRY) -> Path:
    """The path of table `name` in `directory`; a table that the directory lacks is the project's own."""
    own = directory / name
    return own if own.exists() else REGISTRY / name


def rows_about_places(name: str | Path, directory: Path, columns: Sequence[str]) -> list[Row]:
    """A table that speaks of places: the directory's own, or the project's where its places are too."""
    own_places = any((directory / places).exists() for places in ("places.csv", "divisions.csv"))
    path = directory / name if own_places else table(name, directory)
    return read(path, columns) if path.exists() else []


def year_cell(row: Row, column: str, complain: Callable[[Row, str], None]) -> int | None:
    """The year in a cell, None where the cell is empty; what is no year is complained about."""
    text = row[column]
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    complain(row, f"{column} {text!r} should be a year of four digits, or empty")
    return None


def day_cell(row: Row, column: str, complain: Callable[[Row, str], None]) -> date | None:
    """The day in a cell on which somebody decided; what is no day or still to come is complained about."""
    try:
        day = date.fromisoformat(row[column])
    except ValueError:
        complain(row, f"{column} {row[column]!r} should be a date such as 2026-03-31")
        return None
    if day > date.today() + A_DAY_AHEAD:
        complain(row, f"{column} {day} is still to come: nobody can have decided this then")
    return day
