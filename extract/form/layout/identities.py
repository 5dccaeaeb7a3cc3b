"""Identities of the form (勾稽关系), read from `data/codebook/identities.csv` and spelt out cell by cell.

A line of the table says how the cells of one column, one row or one block hang together. Spelt out, it is a
number of *instances*: A1 has one for each column of table three, A2 one for each printed row. A term
``t3:3.*`` stands for all rows that an edition prints below that row and that are no totals. An identity that
names no editions is one of every edition that prints all of its terms. Every term of an instance is one
printed cell, so that SQL needs no rule but a join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.codebook import APPLICANT_TOTAL, Codebook, CodebookError, codebook, read_table

# sum: left = right; at_most: left <= right, a soft check; range: what a number may be at all.
KINDS = ("sum", "at_most", "range")
SCOPES = ("each_applicant", "each_row", "once", "each_cell")
COUNTS = ("int", "signed_int")
# Ends a term that stands for all rows printed below one.
BELOW = ".*"


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
    return _identities_in(folder)


@cache
def _identities_in(folder: Path) -> tuple[Identity, ...]:
    book = codebook(folder)
    return tuple(_checked(_parsed(row), book, line) for line, row in read_table("identities", folder))


def identity_rows(folder: Path = CODEBOOK) -> Iterator[dict[str, str]]:
    """The lines of identities.csv, each with the editions that it is of."""
    for (_, row), one in zip(read_table("identities", folder), identities(folder), strict=True):
        yield {**row, "editions": "|".join(one.editions)}


@cache
def instances(folder: Path = CODEBOOK) -> tuple[Instance, ...]:
    """Every identity of two sides at every place where the form of an edition prints it."""
    book = codebook(folder)
    found: list[Instance] = []
    for identity in identities(folder):
        if identity.kind == "range":
            continue
        for edition in identity.editions:
            spelt = replace(
                identity,
                left=spelt_out(identity.left, edition, book),
                right=spelt_out(identity.right, edition, book),
            )
            for left, right, total in _places(spelt, edition, book):
                found.append(Instance(len(found), identity, edition, left, right, total))
    return tuple(found)


def _parsed(row: Mapping[str, str]) -> Identity:
    return Identity(
        identity_id=row["identity_id"],
        kind=row["kind"],
        editions=tuple(row["editions"].split("|")) if row["editions"] else (),
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
        having = tuple(dict.fromkeys(edition for _, edition in book.forms))
        return identity if identity.editions else replace(identity, editions=having)
    if identity.total not in identity.left:
        raise CodebookError(f"{where}: the total {identity.total!r} does not stand on the left side")
    lacking = {edition: _lacking(identity, edition, book) for edition in book.editions_of(identity.table)}
    if not identity.editions:
        printing = tuple(edition for edition, lacks in lacking.items() if not lacks)
        if not lacking:
            raise CodebookError(f"{where}: the form has no table {identity.table}")
        if not printing:
            never = set.intersection(*lacking.values()) or set.union(*lacking.values())
            raise CodebookError(f"{where}: the form does not print {', '.join(sorted(never))} in one edition")
        return replace(identity, editions=printing)
    for edition in identity.editions:
        if edition not in lacking:
            raise CodebookError(f"{where}: edition {edition} has no table {identity.table}")
        if lacking[edition]:
            raise CodebookError(f"{where}: {edition} does not print {', '.join(sorted(lacking[edition]))}")
    return identity


def _lacking(identity: Identity, edition: str, book: Codebook) -> set[str]:
    """The terms of an identity that an edition does not print."""
    if identity.scope == "each_row":
        return set(identity.left + identity.right) - set(book.applicant_types)
    printed = set(book.form(identity.table, edition).codes)
    return {
        term
        for term in identity.left + identity.right
        if not (parts := spelt_out((term,), edition, book)) or not set(parts) <= printed
    }


def spelt_out(terms: Sequence[str], edition: str, book: Codebook) -> tuple[str, ...]:
    """Terms with ``t3:3.*`` as the rows that an edition prints below t3:3."""
    return tuple(
        code
        for term in terms
        for code in (book.below(term.removesuffix(BELOW), edition) if term.endswith(BELOW) else (term,))
    )


_Cells = tuple[tuple[str, str], ...]


def _places(identity: Identity, edition: str, book: Codebook) -> list[tuple[_Cells, _Cells, tuple[str, str]]]:
    """Left cells, right cells and the total's cell of each place of `identity` in `edition`."""
    if identity.scope == "each_row":
        return [
            (
                tuple((row, term) for term in identity.left),
                tuple((row, term) for term in identity.right),
                (row, identity.total),
            )
            for row in book.form(identity.table, edition).codes
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
