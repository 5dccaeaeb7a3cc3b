"""Whether the tables of the codebook mean something together: every fault with file and line.

`base.data_schema` holds each table against its schema; here they are compiled as extraction compiles them,
what an edition states of itself is counted, and every total that a form prints must have an identity: a sum
check that does not know a total is blind to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from base.paths import CODEBOOK
from base.tables import TableError, place
from extract.checks.across import level_checks, year_checks
from extract.checks.text_checks import text_checks
from extract.form.layout.codebook import (
    APPLICANT_TOTAL,
    CodebookError,
    codebook,
    read_table,
)
from extract.form.layout.identities import instances
from extract.metadata.title_words import title_words


def codebook_problems(folder: Path = CODEBOOK) -> tuple[str, ...]:
    """All faults of the codebook in a folder beyond those of its tables' schemas."""
    try:
        codebook(folder)
        found = [*_counted(folder), *_without_identity(folder)]
    except (CodebookError, TableError) as error:
        return (str(error),)
    checks: tuple[Callable[[], object], ...] = (
        lambda: text_checks(folder),
        lambda: title_words(folder),
        lambda: year_checks(folder),
        lambda: list(level_checks(folder)),
    )
    for check in checks:
        try:
            check()
        except (CodebookError, TableError) as error:
            found.append(str(error))
    return tuple(found)


def _counted(folder: Path) -> Iterator[str]:
    """Editions that say how many cells they print, and print another number of them."""
    for line, row in read_table("editions", folder):
        forms = [form for (_, edition), form in codebook(folder).forms.items() if edition == row["edition"]]
        printed = sum(form.printed_cells for form in forms)
        if row["printed_cells"] and int(row["printed_cells"]) != printed:
            where = place("editions.csv", line)
            yield f"{where}: printed_cells is {row['printed_cells']}, edition_rows.csv has {printed}"


def _without_identity(folder: Path) -> Iterator[str]:
    """Totals that a form prints, rows or the column of applicants, and no sum of identities.csv has."""
    sums = {(one.edition, *one.total) for one in instances(folder) if one.identity.is_sum}
    for line, row in read_table("edition_rows", folder):
        if row["printed"] != "yes":
            continue
        where, code, edition = place("edition_rows.csv", line), row["row_code"], row["edition"]
        form = codebook(folder).form(row["table"], edition)
        applicants = {applicant for one in form.lines for _, own, applicant in one.cells if own == code}
        if row["node"] == "total" and not any((edition, code, one) in sums for one in applicants):
            yield f"{where}: the total {code} of {edition} has no identity in identities.csv"
        if len(applicants) > 1 and (edition, code, APPLICANT_TOTAL) not in sums:
            yield f"{where}: the column {APPLICANT_TOTAL} of {code} in {edition} has no identity"
