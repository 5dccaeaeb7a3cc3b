"""The form's rows as columns with names: what wide tables and rates are made of, edition by edition.

A row that an edition prints no value for (不予公开 above its reasons) is the sum of what it prints below it.
A row of the form that no name, or no term of the rates, accounts for is refused: figures that leave a row out
look like any others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.codebook import Codebook, CodebookError, codebook, read_table


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A row of the form under its name: by edition the row codes whose sum it is, the row itself where it is
    printed; editions that know nothing of it are left out."""

    name: str
    row_code: str
    parts: Mapping[str, tuple[str, ...]]
    value_type: str

    @property
    def is_printed_everywhere(self) -> bool:
        """Whether every edition that knows the row prints it."""
        return all(parts == (self.row_code,) for parts in self.parts.values())

    @property
    def is_printed_somewhere(self) -> bool:
        """Whether any edition prints it."""
        return any(parts == (self.row_code,) for parts in self.parts.values())


def named_columns(table: str, folder: Path = CODEBOOK) -> tuple[NamedColumn, ...]:
    """The columns of a table in the form's order, groups before their parts. CodebookError names a row that
    an edition prints and that has no name, or shares one."""
    book = codebook(folder)
    found: dict[str, NamedColumn] = {}
    for code in _codes(book, table):
        row = book.rows[code]
        parts = {edition: own for edition in book.editions_of(table) if (own := book.parts(code, edition))}
        if not parts or row.node == "header":
            continue
        if not row.name:
            raise CodebookError(f"rows.csv: the form prints {code} ({row.label_zh}), and it has no name")
        if row.name in found:
            raise CodebookError(f"rows.csv: {code} has the name of {found[row.name].row_code}: {row.name}")
        found[row.name] = NamedColumn(row.name, code, parts, row.value_type)
    return tuple(found.values())


def _codes(book: Codebook, table: str) -> Iterator[str]:
    for line in book.lines_of_all(table):
        yield from dict.fromkeys([line.code, *line.codes])


@dataclass(frozen=True, slots=True)
class RateTerm:
    """What rates are made of: a row of the form, or a group of rows, of one kind of applicant."""

    term: str
    applicant_type: str
    column: NamedColumn


def rate_terms(folder: Path = CODEBOOK) -> tuple[RateTerm, ...]:
    """All terms of rate_terms.csv. CodebookError names a row of theirs that no edition prints, and an outcome
    of requests that no term counts."""
    book = codebook(folder)
    terms = []
    for line, row in read_table("rate_terms", folder):
        code = row["row_code"]
        known = book.rows[code]
        editions = book.editions_of(known.table)
        parts = {edition: own for edition in editions if (own := book.parts(code, edition))}
        if set(parts) != set(editions):
            lacking = ", ".join(sorted(set(editions) - set(parts)))
            raise CodebookError(f"rate_terms.csv line {line}: {lacking} prints nothing of {code}")
        column = NamedColumn(row["term"], code, parts, known.value_type)
        terms.append(RateTerm(row["term"], row["applicant_type"], column))
    for table in {book.rows[term.column.row_code].table for term in terms}:
        _require_all(table, terms, book)
    return tuple(terms)


def _require_all(table: str, terms: list[RateTerm], book: Codebook) -> None:
    """Every row that a table prints is counted by a term, unless it is part of a total that is one."""
    for form in book.forms_of(table):
        counted = {code for term in terms for code in term.column.parts.get(form.edition, ())}
        totals = {book.rows[code].parent for code in counted if book.rows[code].node == "total"}
        for code in form.codes:
            if code not in counted and not _is_of_a_block(code, totals, book):
                raise CodebookError(
                    f"rate_terms.csv: no term counts {code} ({book.rows[code].label_zh}), which "
                    f"{form.edition} prints"
                )


def _is_of_a_block(code: str, totals: set[str], book: Codebook) -> bool:
    """Whether a row is added up in a total of its own block: 结果维持 in the 总计 beside it. Where rows of a
    block have parts of their own, rates tell them apart."""
    parent = book.rows[code].parent
    beside = {row.code for row in book.rows.values() if row.parent == parent}
    return parent in totals and not any(row.parent in beside for row in book.rows.values())
