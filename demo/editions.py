"""The editions that reports can be made in: those of the codebook.

The grids of `forms/` are drawn by hand, so that what reads them and what prints them know the form each from
a source of its own. An edition that has no drawing there is drawn from the one before it, with what the
codebook changes: other words above the columns, rows that are new.
"""

from __future__ import annotations

import csv
from functools import cache

from demo.places import FORMS
from extract.form.layout.codebook import codebook, read_table

Grid = tuple[tuple[str, ...], ...]
# The newest edition is taken to last so many years.
LASTS = 5


def _years() -> dict[str, tuple[int, int]]:
    """The first and the last report year of each edition that has tables."""
    having = {edition for _, edition in codebook().forms}
    return {
        row["edition"]: (int(row["first_year"]), int(row["last_year"] or int(row["first_year"]) + LASTS - 1))
        for _, row in read_table("editions")
        if row["edition"] in having
    }


YEARS = _years()
EDITIONS = tuple(edition for edition in codebook().editions if edition in YEARS)
TABLES = {
    edition: tuple(table for table in codebook().tables if (table, edition) in codebook().forms)
    for edition in EDITIONS
}


@cache
def layout(table: str, edition: str) -> Grid:
    """The grid of a table as it is drawn, or as the codebook changes that of the edition before."""
    for name in (f"{edition}_{table}.csv", f"{table}.csv"):
        if (FORMS / name).is_file():
            with (FORMS / name).open(encoding="utf-8", newline="") as file:
                return tuple(tuple(row) for row in csv.reader(file))
    known = codebook().editions_of(table)
    before = known[known.index(edition) - 1]
    return _with_new_rows(
        _with_headers(layout(table, before), table, before, edition), table, before, edition
    )


def _with_headers(grid: Grid, table: str, before: str, edition: str) -> Grid:
    """The grid with the edition's own words above its columns."""
    old, new = _headers(table, before), _headers(table, edition)
    words = {
        f"{label} {{{key.rpartition('.')[2]}}}": f"{new[key]} {{{key.rpartition('.')[2]}}}"
        for key, label in old.items()
        if new.get(key, label) != label
    }
    return tuple(tuple(words.get(text, text) for text in row) for row in grid)


def _headers(table: str, edition: str) -> dict[str, str]:
    rows = (
        row for _, row in read_table("edition_rows") if (row["table"], row["edition"]) == (table, edition)
    )
    return {row["row_code"]: row["column_label_zh"] for row in rows if row["column_label_zh"]}


def _with_new_rows(grid: Grid, table: str, before: str, edition: str) -> Grid:
    """The grid with a row for each line of values that is new, below the line that it follows."""
    there = {line.code for line in codebook().form(table, before).lines}
    labels = {row["row_code"]: row["label_zh"] for _, row in read_table("edition_rows")}
    rows = list(grid)
    above = ""
    for line in codebook().form(table, edition).printed_lines:
        if line.code not in there:
            place = next(i for i, row in enumerate(rows) if any(f"{{{above} " in text for text in row))
            rows.insert(place + 1, tuple(_of_new_row(text, above, line.code, labels) for text in rows[place]))
        above = line.code
    return tuple(rows)


def _of_new_row(text: str, above: str, code: str, labels: dict[str, str]) -> str:
    """A cell of a new row, from the one above it: its value, its label, or a group's label going on."""
    if f"{{{above} " in text:
        return text.replace(f"{{{above} ", f"{{{code} ")
    if text.endswith(f"{{{above}}}"):
        return f"{labels[code]} {{{code}}}"
    return "<" if text == "<" else "^"
