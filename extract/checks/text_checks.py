"""Checks of the text beside the table against the table, read from `data/codebook/text_checks.csv`.

A line of the table says which cells a count stated in words may be
(docs/domain/checks.md#text-against-table): 收到 may mean row one, or rows one and two, so a check may know
several ways to add up, and any of them will do. ``t3:3.5.*`` are the rows that the report's own edition
prints below t3:3.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.codebook import CodebookError, codebook, read_table
from extract.form.layout.identities import BELOW, spelt_out


@dataclass(frozen=True, slots=True)
class TextCheck:
    """One line of text_checks.csv. `ways` are the sums of rows (column 总计) that `text_code` may equal, each
    with the edition that it is of, None where it is of any."""

    check_id: str
    text_code: str
    ways: tuple[tuple[str | None, tuple[str, ...]], ...]
    severity: str
    attributed_to: str
    message_zh: str
    message_en: str


@cache
def text_checks(folder: Path = CODEBOOK) -> tuple[TextCheck, ...]:
    """All checks. CodebookError names the line of one that uses a row the codebook lacks."""
    rows = codebook(folder).rows
    found = []
    for line, row in read_table("text_checks", folder):
        told = [tuple(way.split(" + ")) for way in row["table_rows"].split(" | ")]
        ways = tuple(spelt for way in told for spelt in _spelt_out(way, folder))
        named = {code.removesuffix(BELOW) for way in told for code in way}
        codes = {row["text_code"]} | named | {code for _, way in ways for code in way}
        if unknown := sorted(codes - set(rows)):
            raise CodebookError(f"text_checks.csv line {line}: no row {', '.join(unknown)} in rows.csv")
        found.append(
            TextCheck(
                row["check_id"],
                row["text_code"],
                ways,
                row["severity"],
                row["attributed_to"],
                row["message_zh"],
                row["message_en"],
            )
        )
    return tuple(found)


def _spelt_out(way: tuple[str, ...], folder: Path) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """A way to add up with the rows that stand for ``t3:3.5.*``, for each edition that prints any."""
    if not any(term.endswith(BELOW) for term in way):
        yield None, way
        return
    book = codebook(folder)
    for edition in book.editions:
        if all(spelt_out((term,), edition, book) for term in way):
            yield edition, spelt_out(way, edition, book)
