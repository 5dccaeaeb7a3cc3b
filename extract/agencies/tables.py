"""The registry's tables: rows with the line they stand in, so that every complaint can name its place."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = ROOT / "data" / "registry"
AGENCIES = Path("agencies")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its file, its line there, its cells by column name with blanks stripped."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def place(self) -> str:
        """File and line, as messages name them."""
        return f"{self.file}, line {self.line}"


class AgencyTableError(ValueError):
    """Faults of the registry's tables; `problems` has each, with file and line."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Complaints:
    """Collects what is wrong with tables, so that a person sees all faults at once."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def __call__(self, row: Row, message: str) -> None:
        """Note a fault of a row."""
        self.problems.append(f"{row.place}: {message}")

    def check(self) -> None:
        """Raise AgencyTableError where anything was wrong."""
        if self.problems:
            raise AgencyTableError(self.problems)


def table(name: str | Path, directory: Path = REGISTRY) -> Path:
    """The path of table `name` in `directory`; a table that the directory lacks is the project's own."""
    own = directory / name
    return own if own.exists() else REGISTRY / name


def read(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of `path`, which must have at least `columns`. AgencyTableError names what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return parse(file, path.name, columns)
    except UnicodeDecodeError as error:
        raise AgencyTableError(
            [f"{path.name}, line 1: not UTF-8 ({error.reason}); save it as UTF-8"]
        ) from error


def parse(lines: Iterable[str], name: str, columns: Sequence[str]) -> list[Row]:
    """The rows of the text of a table, called `name` in complaints."""
    reader = csv.reader(lines, strict=True)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        if missing := [column for column in columns if column not in header]:
            found = ",".join(header)
            raise AgencyTableError([f"{name}, line 1: the header lacks {', '.join(missing)}; it is {found}"])
        for cells in filter(None, reader):
            if len(cells) != len(header):
                raise AgencyTableError(
                    [f"{name}, line {reader.line_num}: {len(cells)} cells instead of {len(header)}"]
                )
            stripped = (cell.strip() for cell in cells)
            rows.append(Row(name, reader.line_num, dict(zip(header, stripped, strict=True))))
    except csv.Error as error:
        raise AgencyTableError([f"{name}, line {reader.line_num}: no CSV: {error}"]) from error
    return rows


def year_cell(row: Row, column: str, complain: Callable[[Row, str], None]) -> int | None:
    """The year in a cell, None where the cell is empty; what is no year is complained about."""
    text = row[column]
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    complain(row, f"{column} {text!r} should be a year of four digits, or empty")
    return None
