"""CSV tables that people edit: read with the line of each row, so that an error can name its place."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which line of which table."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class TableError(ValueError):
    """One or more faults in the tables; `problems` has each, the message lists them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column name, blanks stripped, and the line where it ends."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]


def read(path: Path, header: Sequence[str]) -> Iterator[Row | Problem]:
    """The rows of a table with exactly this header; what is no such row comes as a Problem."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            found = next(reader, [])
            if found != list(header):
                yield Problem(
                    path.name, 1, f"the header should be {','.join(header)}, but is {','.join(found)}"
                )
                return
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    yield Problem(path.name, reader.line_num, f"{len(cells)} cells instead of {len(header)}")
                    continue
                yield Row(reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True)))
    except UnicodeDecodeError as error:
        yield Problem(
            path.name, 1, f"the table is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        )
    except csv.Error as error:
        yield Problem(path.name, reader.line_num, f"no CSV: {error}")


def read_all(path: Path, header: Sequence[str]) -> tuple[Row, ...]:
    """The rows of a table. Raises TableError with all its problems."""
    rows = tuple(read(path, header))
    if problems := [row for row in rows if isinstance(row, Problem)]:
        raise TableError(problems)
    return tuple(row for row in rows if isinstance(row, Row))
