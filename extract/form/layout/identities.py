"""Identities of the form (勾稽关系), read from `data/codebook/identities.csv` and spelt out cell by cell.

A line of the table says how the cells of one column, one row or one block hang together. Spelt out, it is a
number of *instances*: A1 has one for each of the seven columns of table three, A2 one for each printed row.
Every term of an instance is one printed cell, so that SQL needs no rule but a join.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.codebook import APPLICANT_TOTAL, Codebook, CodebookError, codebook, read_table

# sum: left = right; at_most: left <= right, a soft check; range: what a number may be at all.
KINDS = ("sum", "at_most", "range")
SCOPES = ("each_applicant", "each_row", "once", "each_cell")
COUNTS = ("int", "signed_int")


@dataclass(frozen=True, slots=True)
class Identity:
    """One line of identities.csv. `left` is the side that holds the printed total, `total` its term."""

    identity_id: str
    kind: str
    editions: tuple[str, ...]
    table: str
    scope: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    total: str
    tolerance: float
    severity: str
    attributed_to: str
    message_zh: str
    message_en: str

    @property
    def is_sum(self) -> bool:
        """Whether both sides must be equal; of an `at_most` the left one may also be less."""
        return self.kind == "sum"

    def fails(self, left: float, right: float) -> bool:
        """Whether the two sides contradict the identity."""
        over = left - right
        return over > self.tolerance or (self.is_sum and -over > self.tolerance)


@dataclass(frozen=True, slots=True)
class Instance:
    """An identity at one place: in `edition`, its terms as (row code, applicant type), its total among the
    left ones."""

    number: int
    identity: Identity
    edition: str
    left: tuple[tuple[str, str], ...]
    right: tuple[tuple[str, str], ...]
    total: tuple[str, str]


@cache
def identities(folder: Path = CODEBOOK) -> tuple[Identity, ...]:
    """All identities. CodebookError names the line of one that uses what the form does not print."""
    book = codebook(folder)
    return tuple(_checked(_parsed(row), book, line) for line, row in read_table("identities", folder))


@cache
def instances(folder: Path = CODEBOOK) -> tuple[Instance, ...]:
    """Every identity of two sides at every place where the form of an edition prints it."""
    book = codebook(folder)
    found: list[Instance] = []
    for identity in identities(folder):
        if identity.kind == "range":
            continue
        for edition in identity.editions:
            for left, right, total in _places(identity, edition, book):
                found.append(Instance(len(found), identity, edition, left, right, total))
    return tuple(found)


def _parsed(row: Mapping[str, str]) -> Identity:
    return Identity(
        identity_id=row["identity_id"],
        kind=row["kind"],
        editions=tuple(row["editions"].split("|")),
        table=row["table"],
        scope=row["scope"],
        left=_terms(row["left"]),
        right=_terms(row["right"]),
        total=row["total"],
        tolerance=float(row["tolerance"]),
        severity=row["severity"],
        attributed_to=row["attributed_to"],
        message_zh=row["message_zh"],
        message_en=row["message_en"],
    )


def _terms(side: str) -> tuple[str, ...]:
    return tuple(side.split(" + ")) if side else ()


def _checked(identity: Identity, book: Codebook, line: int) -> Identity:
    where = f"identities.csv line {line} ({identity.identity_id})"
    if identity.kind not in KINDS:
        raise CodebookError(f"{where}: kind {identity.kind!r} is none of {', '.join(KINDS)}")
    if identity.scope not in SCOPES:
        raise CodebookError(f"{where}: scope {identity.scope!r} is none of {', '.join(SCOPES)}")
    if identity.kind == "range":
        return identity
    if identity.total not in identity.left:
        raise CodebookError(f"{where}: the total {identity.total!r} does not stand on the left side")
    for edition in identity.editions:
        if (identity.table, edition) not in book.forms:
            raise CodebookError(f"{where}: edition {edition} has no table {identity.table}")
        printed = {code for line in book.form(identity.table, edition).lines for _, code, _ in line.cells}
        known = set(book.applicant_types) if identity.scope == "each_row" else printed
        if unknown := set(identity.left + identity.right) - known:
            raise CodebookError(f"{where}: {edition} does not print {', '.join(sorted(unknown))}")
    return identity


_Cells = tuple[tuple[str, str], ...]


def _places(identity: Identity, edition: str, book: Codebook) -> list[tuple[_Cells, _Cells, tuple[str, str]]]:
    """Left cells, right cells and the total's cell of each place of `identity` in `edition`."""
    if identity.scope == "each_row":
        rows = [
            code
            for line in book.form(identity.table, edition).lines
            for code in dict.fromkeys(code for _, code, _ in line.cells)
        ]
        return [
            (
                tuple((row, term) for term in identity.left),
                tuple((row, term) for term in identity.right),
                (row, identity.total),
            )
            for row in rows
        ]
    applicants = book.applicant_types if identity.scope == "each_applicant" else (APPLICANT_TOTAL,)
    return [
        (
            tuple((term, applicant) for term in identity.left),
            tuple((term, applicant) for term in identity.right),
            (identity.total, applicant),
        )
        for applicant in applicants
    ]
