"""CSV tables that people edit: rows with the line they stand in, so that each complaint names its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from base.record import record


@record
class Row:
    """One row: its file, the line where it ends, its cells by column name with blanks stripped."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def place(self) -> str:
        """File and line, as messages name them."""
        return place(self.file, self.line)


class TableError(ValueError):
    """Faults of tables; `problems` has each, with file and line, the message lists them."""

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

    def at(self, file: str, line: int, message: str) -> None:
        """Note a fault where no row is."""
        self.problems.append(f"{place(file, line)}: {message}")

    def check(self) -> None:
        """Raise TableError where anything was wrong."""
        if self.problems:
            raise TableError(self.problems)


def place(file: str, line: int) -> str:
    """A line of a table, as messages name it."""
    return f"{file}, line {line}"


def read(path: Path, columns: Sequence[str], *, exact: bool = False) -> list[Row]:
    """The rows of `path`, which must have at least `columns`, or just these if `exact`. TableError names
    every line that is no row."""
    complain = Complaints()
    rows = sound_rows(path, columns, complain, exact=exact)
    complain.check()
    return rows


def sound_rows(
    path: Path, columns: Sequence[str], complain: Complaints, *, exact: bool = False, name: str = ""
) -> list[Row]:
    """The same, but for the lines that are no row, which are complained about; `name` is the table's in
    complaints, if not that of its file."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        complain.at(name or path.name, line, f"the table is not UTF-8 ({error.reason}); save it as UTF-8")
        return []
    return parse(io.StringIO(text, newline=""), name or path.name, columns, complain, exact=exact)


def parse(
    lines: Iterable[str], name: str, columns: Sequence[str], complain: Complaints, *, exact: bool = False
) -> list[Row]:
    """The rows of the text of a table, called `name` in complaints."""
    reader = csv.reader(lines, strict=True)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        missing = [column for column in columns if column not in header]
        if missing or (exact and header != list(columns)):
            fault = f"should be {','.join(columns)}" if exact else f"lacks {', '.join(missing)}"
            complain.at(name, 1, f"the header {fault}; it is {','.join(header)}")
            return []
        for cells in filter(None, reader):
            if len(cells) == len(header):
                named = dict(zip(header, map(str.strip, cells), strict=True))
                rows.append(Row(name, reader.line_num, named))
            else:
                complain.at(name, reader.line_num, f"{len(cells)} cells instead of {len(header)}")
    except csv.Error as error:
        complain.at(name, reader.line_num, f"no CSV: {error}")
    return rows
