"""The form, compiled from the codebook: which rows and columns each table has in each edition, under which
labels.

Read once from `data/codebook/`; nothing about the form's wording stands in code. A *line* is a row of the
printed table (规章, 1.属于国家秘密); its cells are told apart by a column. How a line's cells are coded,
`tables.csv` says: each column under a row code of its own (``t2:20.1.1.issued``), the line's code for every
applicant type, a single count, or, where the same words stand several times, by position.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from base.data_schema import columns_of
from base.paths import CODEBOOK
from base.tables import read
from extract.form.layout.form import Form, Line, RowCode, TableOfForm
from extract.form.layout.labels import normalise

APPLICANT_TOTAL = "total"
# How the cells of a table's lines are coded (tables.csv).
BY_APPLICANT, BY_COLUMN, BY_POSITION, SINGLE = "by_applicant", "by_column", "by_position", "single"


class CodebookError(Exception):
    """A codebook table contradicts itself; the message names file, line and what to mend."""


@dataclass(frozen=True)
class Codebook:
    """The form compiled: `editions` from the oldest to the newest, with their first years."""

    rows: Mapping[str, RowCode]
    tables: Mapping[str, TableOfForm]
    editions: Mapping[str, int]
    forms: Mapping[tuple[str, str], Form]
    columns: Mapping[str, Mapping[str, str]]
    applicant_types: tuple[str, ...]
    parents: Mapping[str, frozenset[str]]
    words: Mapping[str, frozenset[str]]

    def form(self, table: str, edition: str) -> Form:
        """The form of a table in an edition."""
        return self.forms[table, edition]

    def editions_of(self, table: str) -> tuple[str, ...]:
        """Editions that have this table, oldest first."""
        return tuple(edition for edition in self.editions if (table, edition) in self.forms)

    def forms_of(self, table: str) -> tuple[Form, ...]:
        """The forms of a table, oldest first."""
        return tuple(self.forms[table, edition] for edition in self.editions_of(table))

    @cached_property
    def always(self) -> Mapping[str, TableOfForm]:
        """The tables that every report on the national form has."""
        return {table: one for table, one in self.tables.items() if one.always}

    def lines_of_all(self, table: str) -> tuple[Line, ...]:
        """The lines of a table in any edition, in the form's order, each with the cells of every edition."""
        return self._lines_of_all[table]

    @cached_property
    def _lines_of_all(self) -> Mapping[str, tuple[Line, ...]]:
        return {table: _merged(self.forms_of(table)) for table in self.tables}

    def headers(self, coded: str) -> Mapping[str, str]:
        """The key that each header means in the tables whose cells are coded so (`tables.csv`)."""
        tables = (table for table, one in self.tables.items() if one.cells == coded)
        return {body: key for table in tables for body, key in self.columns[table].items()}

    def successor(self, table: str, edition: str, year: int) -> str | None:
        """The newest edition of a table in force in a year, if that is a later one than `edition`."""
        known = self.editions_of(table)
        later = [one for one in known if self.editions[edition] < self.editions[one] <= year]
        return later[-1] if later else None

    def parts(self, code: str, edition: str) -> tuple[str, ...]:
        """The row codes whose sum a row is in an edition: itself where it is printed, else what is printed
        below it; totals are no parts."""
        form = self.forms.get((self.rows[code].table, edition))
        if form is None:
            return ()
        return (code,) if code in form.codes else self.below(code, edition)

    def printed_in(self, edition: str) -> frozenset[str]:
        """The row codes that any table of an edition prints values of."""
        forms = (form for (_, own), form in self.forms.items() if own == edition)
        return frozenset(code for form in forms for code in form.codes)

    def below(self, code: str, edition: str) -> tuple[str, ...]:
        """The row codes that an edition prints below a row, without totals."""
        form = self.forms.get((code.partition(":")[0], edition))
        lines = (line for line in (form.lines if form else ()) if line.node != "total")
        return tuple(row for line in lines for row in line.codes if self._is_below(row, code))

    def _is_below(self, code: str, above: str) -> bool:
        while code := self.rows[code].parent if code in self.rows else "":
            if code == above:
                return True
        return False


def read_table(name: str, folder: Path = CODEBOOK) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows of a codebook table with their line numbers in the file. TableError names every line that is no
    row of it."""
    for row in read(folder / f"{name}.csv", columns_of(f"codebook/{name}")):
        yield row.line, row.cells


@cache
def codebook(folder: Path = CODEBOOK) -> Codebook:
    """The codebook, read and checked once a process."""
    # A cache knows a call that leaves the folder to us and one that names the same as two.
    return _codebook_in(folder)


@cache
def _codebook_in(folder: Path) -> Codebook:
    rows = {
        row["row_code"]: RowCode(
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
    tables = {
        row["table"]: TableOfForm(
            row["table"], row["title_zh"], row["title_en"], row["cells"], row["always"] == "yes"
        )
        for _, row in read_table("tables", folder)
    }
    years = {row["edition"]: int(row["first_year"]) for _, row in read_table("editions", folder)}
    applicants = [row for _, row in read_table("applicant_types", folder)]
    parents: dict[str, set[str]] = {}
    for row in applicants:
        if row["under"]:
            parents.setdefault(row["under"], set()).add(row["applicant_type"])
    words: dict[str, set[str]] = {}
    for _, row in read_table("words", folder):
        words.setdefault(row["kind"], set()).add(row["word"])
    return Codebook(
        rows=rows,
        tables=tables,
        editions=dict(sorted(years.items(), key=lambda one: one[1])),
        forms=_forms(rows, tables, tuple(row["applicant_type"] for row in applicants), folder),
        columns=_columns(tables, folder),
        applicant_types=tuple(row["applicant_type"] for row in applicants),
        parents={above: frozenset(below) for above, below in parents.items()},
        words={kind: frozenset(found) for kind, found in words.items()},
    )


def _columns(tables: Mapping[str, TableOfForm], folder: Path) -> Mapping[str, Mapping[str, str]]:
    """By table the key that each header means: those of columns.csv, and those of edition_rows.csv."""
    columns: dict[str, dict[str, str]] = {}

    def learn(table: str, label: str, key: str, where: str) -> None:
        if columns.setdefault(table, {}).setdefault(normalise(label).body, key) != key:
            raise CodebookError(f"{where}: {label} means another column already")

    for number, row in read_table("columns", folder):
        learn(row["table"], row["label_zh"], row["column"], f"columns.csv line {number}")
    for number, row in read_table("edition_rows", folder):
        if row["column_label_zh"] and tables[row["table"]].cells in (BY_COLUMN, BY_POSITION):
            key = row["row_code"].rpartition(".")[2]
            learn(row["table"], row["column_label_zh"], key, f"edition_rows.csv line {number}")
    return columns


def _forms(
    rows: Mapping[str, RowCode],
    tables: Mapping[str, TableOfForm],
    applicant_types: tuple[str, ...],
    folder: Path,
) -> dict[tuple[str, str], Form]:
    variants: dict[str, list[str]] = {}
    for line_number, row in read_table("labels", folder):
        if row["row_code"] not in rows:
            raise CodebookError(f"labels.csv line {line_number}: no row {row['row_code']} in rows.csv")
        variants.setdefault(row["row_code"], []).append(normalise(row["label_zh"]).body)
    printed = list(read_table("edition_rows", folder))
    for line_number, row in printed:
        if row["row_code"] not in rows:
            raise CodebookError(f"edition_rows.csv line {line_number}: no row {row['row_code']} in rows.csv")
        if row["table"] not in tables:
            raise CodebookError(f"edition_rows.csv line {line_number}: no table {row['table']} in tables.csv")
        code, _ = _line_of(row, tables, applicant_types)
        variants.setdefault(code, []).append(normalise(row["label_zh"]).body)
    lines: dict[tuple[str, str], dict[str, Line]] = {}
    for _, row in printed:
        form = lines.setdefault((row["table"], row["edition"]), {})
        code, cells = _line_of(row, tables, applicant_types)
        header = normalise(row["column_label_zh"]).body
        headers = (header,) * len(cells) if header else ()
        if known := form.get(code):
            form[code] = replace(
                known, node="line", cells=known.cells + cells, headers=known.headers + headers
            )
            continue
        label = normalise(row["label_zh"])
        bodies = tuple(dict.fromkeys([label.body, *variants.get(code, ())]))
        form[code] = Line(
            code, row["table"], row["edition"], int(row["position"]), row["node"], label.marker, bodies,
            cells, headers,
        )  # fmt: skip
    return {key: Form(*key, tuple(found.values())) for key, found in lines.items()}


def _line_of(
    row: Mapping[str, str], tables: Mapping[str, TableOfForm], applicant_types: tuple[str, ...]
) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """The line that a row of edition_rows.csv belongs to, and the cells that it adds to that line."""
    code, coded = row["row_code"], tables[row["table"]].cells
    if row["printed"] != "yes":
        return code, ()
    if coded == BY_APPLICANT:
        return code, tuple((applicant, code, applicant) for applicant in applicant_types)
    if coded in (BY_COLUMN, BY_POSITION):
        line, _, key = code.rpartition(".")
        return line, ((key, code, APPLICANT_TOTAL),)
    return code, (("value", code, APPLICANT_TOTAL),)


def _merged(forms: Sequence[Form]) -> tuple[Line, ...]:
    """The lines of several editions in one order: what only a later one has stands after the line that it
    follows there."""
    merged: list[Line] = []
    for form in forms:
        place = 0
        for line in form.lines:
            at = next((index for index, known in enumerate(merged) if known.code == line.code), None)
            if at is None:
                merged.insert(place, replace(line, edition="", headers=()))
            else:
                cells = tuple(dict.fromkeys(merged[at].cells + line.cells))
                bodies = tuple(dict.fromkeys(merged[at].bodies + line.bodies))
                merged[at] = replace(merged[at], cells=cells, bodies=bodies)
                place = at
            place += 1
    return tuple(merged)
