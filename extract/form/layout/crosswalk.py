"""Series over several editions of the form (`data/codebook/crosswalk.csv`), spelt out edition by edition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.codebook import CodebookError, codebook, read_table
from extract.form.layout.identities import spelt_out


def crosswalk_rows(folder: Path = CODEBOOK) -> Iterator[dict[str, str]]:
    """The lines of crosswalk.csv, each with one edition and the rows whose sum stands for the series in it. A
    line without an edition is one of every edition that prints all of its rows."""
    book = codebook(folder)
    for line, row in read_table("crosswalk", folder):
        terms = row["terms"].split(" + ")
        found = 0
        for edition in [row["edition"]] if row["edition"] else book.editions:
            codes = [code for term in terms for code in spelt_out((term,), edition, book)]
            if codes and book.printed_in(edition).issuperset(codes):
                found += 1
                yield {**row, "edition": edition, "terms": " + ".join(codes)}
        if not found:
            raise CodebookError(f"crosswalk.csv line {line}: no such edition prints {row['terms']}")
