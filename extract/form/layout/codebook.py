"""The codebook: which rows and columns the form has in each edition, and under which labels.

Read once from `data/codebook/`; nothing about the form's wording stands in code. A *line* is a row of the
printed table (规章, 1.属于国家秘密); its cells are told apart by a column. In table two a line's cells have
row codes of their own (``t2:20.1.1.issued``), in table three they share the line's code and differ by
applicant type, table four is one line of fifteen cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.data_schema import columns_of
from base.paths import CODEBOOK
from base.tables import read
from extract.form.layout.labels import normalise

APPLICANT_TOTAL = "total"


class CodebookError(Exception):
    """A codebook table contradicts itself; the message names file, line and what to mend."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed row of one table in one edition, or a heading or group row that prints no value.

    `bodies` are all label bodies (`labels.normalise`) that stand for it; `cells` its printed cells as
    (column key, row code, applicant type), in the form's order.
    """

    code: str
    table: str
    edition: str
    position: int
    node: str
    marker: str
    bodies: tuple[str, ...]
    cells: tuple[tuple[str, str, str], ...]

    @property
    def printed(self) -> bool:
        """Whether the form prints values in this row."""
        return bool(self.cells)


@dataclass(frozen=True, slots=True)
class Form:
    """One table of one edition: its lines in order."""

    table: str
    edition: str
    lines: tuple[Line, ...]

    @property
    def printed_cells(self) -> int:
        """How many values the form prints."""
        return sum(len(line.cells) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """One row code of the codebook with its published unit and kind of value."""

    code: str
    table: str
    parent: str
    node: str
    label_zh: str
    label_en: str
    name: str
    unit: str | None
    value_type: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """All tables of `data/codebook/` that extraction needs."""

    rows: Mapping[str, Row]
    forms: Mapping[tuple[str, str], Form]
    columns: Mapping[str, Mapping[str, str]]
    applicant_types: tuple[str, ...]
    words: Mapping[str, frozenset[str]]

    def form(self, table: str, edition: str) -> Form:
        """The form of `table` ("t3") in `edition` ("e2021")."""
        return self.forms[table, edition]

    def editions_of(self, table: str) -> tuple[str, ...]:
        """Editions that have this table, newest first."""
        return tuple(sorted((e for t, e in self.forms if t == table), reverse=True))


def read_table(name: str, folder: Path = CODEBOOK) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows of a codebook table with their line numbers in the file. TableError names every line that is no
    row of it."""
    for row in read(folder / f"{name}.csv", columns_of(f"codebook/{name}")):
        yield row.line, row.cells


@cache
def codebook(folder: Path = CODEBOOK) -> Codebook:
    """The codebook, read and checked once a process."""
    rows = {
        row["row_code"]: Row(
            row["row_code"],
            row["table"],
            row["parent"],
            row["node"],
            row["label_zh"],
            row["label_en"],
            row["name"],
            row["unit"] or None,
            row["value_type"],
        )
        for _, row in read_table("rows", folder)
    }
    applicant_types = tuple(row["applicant_type"] for _, row in read_table("applicant_types", folder))
    columns: dict[str, dict[str, str]] = {}
    for line_number, row in read_table("columns", folder):
        body = normalise(row["label_zh"]).body
        if columns.setdefault(row["table"], {}).setdefault(body, row["column"]) != row["column"]:
            raise CodebookError(
                f"columns.csv line {line_number}: {row['label_zh']} means another column already"
            )
    words: dict[str, set[str]] = {}
    for _, row in read_table("words", folder):
        words.setdefault(row["kind"], set()).add(row["word"])
    return Codebook(
        rows=rows,
        forms=_forms(rows, applicant_types, folder),
        columns=columns,
        applicant_types=applicant_types,
        words={kind: frozenset(found) for kind, found in words.items()},
    )


def _forms(
    rows: Mapping[str, Row], applicant_types: tuple[str, ...], folder: Path
) -> dict[tuple[str, str], Form]:
    variants: dict[str, list[str]] = {}
    for line_number, row in read_table("labels", folder):
        if row["row_code"] not in rows:
            raise CodebookError(f"labels.csv line {line_number}: no row {row['row_code']} in rows.csv")
        variants.setdefault(row["row_code"], []).append(normalise(row["label_zh"]).body)
    printed = list(read_table("edition_rows", folder))
    for _, row in printed:
        variants.setdefault(_stem(row), []).append(normalise(row["label_zh"]).body)
    lines: dict[tuple[str, str], dict[str, Line]] = {}
    for line_number, row in printed:
        if row["row_code"] not in rows:
            raise CodebookError(f"edition_rows.csv line {line_number}: no row {row['row_code']} in rows.csv")
        form = lines.setdefault((row["table"], row["edition"]), {})
        code, cells = _line_of(row, rows, applicant_types)
        if known := form.get(code):
            form[code] = Line(
                known.code, known.table, known.edition, known.position, "line", known.marker, known.bodies,
                known.cells + cells,
            )  # fmt: skip
            continue
        label = normalise(row["label_zh"])
        bodies = tuple(dict.fromkeys([label.body, *variants.get(code, ())]))
        form[code] = Line(
            code, row["table"], row["edition"], int(row["position"]), row["node"], label.marker, bodies, cells
        )
    return {key: Form(*key, tuple(found.values())) for key, found in lines.items()}


def _stem(row: Mapping[str, str]) -> str:
    """The code of the line that a row of edition_rows.csv stands in."""
    if row["printed"] == "yes" and row["table"] in ("t2", "t4"):
        return row["row_code"].rpartition(".")[0]
    return row["row_code"]


def _line_of(
    row: Mapping[str, str], rows: Mapping[str, Row], applicant_types: tuple[str, ...]
) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """The line that a row of edition_rows.csv belongs to, and the cells that it adds to that line."""
    code = row["row_code"]
    if row["printed"] != "yes":
        return code, ()
    if row["table"] == "t3":
        return code, tuple((applicant, code, applicant) for applicant in applicant_types)
    if row["table"] in ("t2", "t4"):
        return _stem(row), ((code.rpartition(".")[2], code, APPLICANT_TOTAL),)
    return code, (("value", code, APPLICANT_TOTAL),)
