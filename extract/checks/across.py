"""Checks across years and levels (docs/domain/checks.md#across-years), read from
`data/codebook/across_years.csv` and
`across_levels.csv` and compiled to SQL.

A check across years holds two reports of one agency against each other, of one year and of the year before;
`earlier` marks the terms of the older one. It is made where every cell prints a number: what a blank means is
not known a year later either. A change of edition is crossed only where the check names both editions, and
both must print the row. A check across levels holds a government against the agencies that its figures are
compiled from. Reports whose agency is not resolved take part in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from base.paths import CODEBOOK
from base.sql import give_rows, quoted, quoted_list
from extract.form.layout.codebook import APPLICANT_TOTAL, Codebook, CodebookError, codebook, read_table
from extract.schemas import FINDINGS
from extract.schemas.members import members_sql

_SQL = Path(__file__).parent
EARLIER = "earlier "
# equal: both sides agree; at_least: the left one is not less; same_table, same_text: that the whole table, or
# the report's text, is alike is the finding.
YEAR_KINDS = ("equal", "at_least", "same_table", "same_text")
LEVEL_KINDS = ("below_a_member", "below_the_sum", "none_below_prefecture")
SEVERITIES = ("error", "warn", "info")
# Up to so many requests received, a table three like last year's may be chance
# (docs/domain/measures.md#small-numbers: rates of fewer than about ten say little either).
FEW_REQUESTS = 10


@dataclass(frozen=True, slots=True)
class Term:
    """A cell of the form with its sign, in the report of the year or in the one before (`earlier`)."""

    row_code: str
    earlier: bool
    sign: int


@dataclass(frozen=True, slots=True)
class YearCheck:
    """One line of across_years.csv: both sides, the editions that either report's table may have, and the
    applicants it is made for."""

    check_id: str
    kind: str
    editions: tuple[str, ...]
    applicants: tuple[str, ...]
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    tolerance: float
    severity: str
    attributed_to: str
    message_zh: str
    message_en: str


@cache
def year_checks(folder: Path = CODEBOOK) -> tuple[YearCheck, ...]:
    """All checks across years. CodebookError names the line of one that uses what a form does not print."""
    book = codebook(folder)
    return tuple(_year_check(row, book, line) for line, row in read_table("across_years", folder))


def is_across(folder: Path = CODEBOOK) -> str:
    """The condition by which findings of these checks are told from all others."""
    ids = {check.check_id for check in year_checks(folder)} | {
        row["check_id"] for row in level_checks(folder)
    }
    return f"check_id IN ({', '.join(map(quoted, sorted(ids)))})"


def check_across(
    connection: duckdb.DuckDBPyConnection,
    facts: Iterable[Path],
    reports: Path,
    agencies: Path,
    folder: Path = CODEBOOK,
) -> pa.RecordBatchReader:
    """Findings of the checks across years and levels over the facts in the Parquet files `facts`, as batches
    of `FINDINGS`. `reports` and `agencies` are the build's tables of these names."""
    _load(connection, folder)
    sources = quoted_list(facts)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW known_facts AS
        SELECT agency_id, year, report_id, row_code, applicant_type, edition, value, value_status
        FROM read_parquet({sources}, hive_partitioning = false)
        WHERE agency_id IS NOT NULL AND year IS NOT NULL
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW known_texts AS
        SELECT agency_id, year, report_id, text_hash FROM read_parquet({quoted(reports)})
        WHERE superseded_by IS NULL AND text_hash IS NOT NULL
        """
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW agencies AS SELECT * FROM read_parquet({quoted(agencies)})"
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW members AS {members_sql()}")
    for script in ("across_years", "across_levels"):
        connection.execute((_SQL / f"{script}.sql").read_text(encoding="utf-8"))
    names = ", ".join(FINDINGS.names)
    # A table first: an answer that is streamed is computed by one thread.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE found_across AS
        SELECT {names} FROM year_findings
        UNION ALL
        SELECT {names} FROM copied_findings
        UNION ALL
        SELECT {names} FROM copied_text_findings
        UNION ALL
        SELECT {names} FROM level_findings
        UNION ALL
        SELECT {names} FROM power_findings
        """
    )
    return connection.table("found_across").to_arrow_reader()


def _load(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put the checks into temporary tables that the SQL joins with; one row a term and place."""
    checks = year_checks(folder)
    instances = [(check, applicant) for check in checks for applicant in check.applicants]
    give_rows(
        connection,
        "year_instance",
        [
            {
                "instance": number,
                "check_id": check.check_id,
                "kind": check.kind,
                "terms": len(check.left) + len(check.right),
                "row_code": check.left[0].row_code,
                "applicant_type": applicant,
                "tolerance": check.tolerance,
                "severity": check.severity,
                "attributed_to": check.attributed_to,
                "message_zh": check.message_zh,
                "message_en": check.message_en,
            }
            for number, (check, applicant) in enumerate(instances)
        ],
    )
    give_rows(
        connection,
        "year_term",
        [
            {
                "instance": number,
                "edition": edition,
                "row_code": term.row_code,
                "applicant_type": applicant,
                "is_left": is_left,
                "earlier": int(term.earlier),
                "sign": float(term.sign),
                "position": position,
            }
            for number, (check, applicant) in enumerate(instances)
            for edition in check.editions
            for is_left, side in ((True, check.left), (False, check.right))
            for position, term in enumerate(side)
        ],
    )
    give_rows(connection, "level_check", list(level_checks(folder)))
    connection.execute(f"CREATE OR REPLACE TEMP MACRO few_requests() AS {FEW_REQUESTS}")


def level_checks(folder: Path = CODEBOOK) -> Iterator[dict[str, Any]]:
    """One row a check across levels and row of the form."""
    known = codebook(folder).rows
    for line, row in read_table("across_levels", folder):
        where = f"across_levels.csv line {line} ({row['check_id']})"
        codes = row["rows"].split("|")
        if row["kind"] not in LEVEL_KINDS:
            raise CodebookError(f"{where}: kind {row['kind']!r} is none of {', '.join(LEVEL_KINDS)}")
        if unknown := sorted(set(codes) - known.keys()):
            raise CodebookError(f"{where}: no row {', '.join(unknown)} in rows.csv")
        for code in codes:
            yield {**{name: cell for name, cell in row.items() if name != "rows"}, "row_code": code}


def _year_check(row: Mapping[str, str], book: Codebook, line: int) -> YearCheck:
    where = f"across_years.csv line {line} ({row['check_id']})"
    left, right = _terms(row["left"]), _terms(row["right"])
    if row["kind"] not in YEAR_KINDS:
        raise CodebookError(f"{where}: kind {row['kind']!r} is none of {', '.join(YEAR_KINDS)}")
    if row["severity"] not in SEVERITIES:
        raise CodebookError(f"{where}: severity {row['severity']!r} is none of {', '.join(SEVERITIES)}")
    if left[0].earlier or not any(term.earlier for term in right):
        raise CodebookError(
            f"{where}: the left side begins with the year's own cell, the right has an earlier"
        )
    editions = tuple(row["editions"].split("|"))
    for edition in editions if row["kind"] != "same_text" else ():
        if missing := sorted({term.row_code for term in left + right} - book.printed_in(edition)):
            raise CodebookError(f"{where}: {edition} does not print {', '.join(missing)}")
    scopes = {
        "total": (APPLICANT_TOTAL,),
        "each_applicant": tuple(one for one in book.applicant_types if one != APPLICANT_TOTAL),
    }
    if row["scope"] not in scopes:
        raise CodebookError(f"{where}: scope {row['scope']!r} is none of {', '.join(scopes)}")
    return YearCheck(
        check_id=row["check_id"],
        kind=row["kind"],
        editions=editions,
        applicants=scopes[row["scope"]],
        left=left,
        right=right,
        tolerance=float(row["tolerance"]),
        severity=row["severity"],
        attributed_to=row["attributed_to"],
        message_zh=row["message_zh"],
        message_en=row["message_en"],
    )


def _terms(side: str) -> tuple[Term, ...]:
    """The terms of a side.

    >>> _terms("earlier t2:20.1.2.in_force - t2:20.1.2.repealed")[1]
    Term(row_code='t2:20.1.2.repealed', earlier=False, sign=-1)
    """
    found = []
    for text in side.replace(" - ", " + -").split(" + "):
        bare = text.removeprefix("-")
        found.append(Term(bare.removeprefix(EARLIER), bare.startswith(EARLIER), -1 if bare != text else 1))
    return tuple(found)
