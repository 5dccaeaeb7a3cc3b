"""The summed tables: what a build sums once from its facts, for views to read; no tables of a release.

A table is a query over facts: `NAME.sql` beside this, where the form's rows do not have to be filled in. Of a
folder without the table, as `gknb extract` writes it, a view has its query asked each time. A build by
difference sums again only the reports that it makes again, or the agencies that have such a report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from extract.schemas.summed.disputes import disputes_sql
from extract.schemas.summed.rate_terms import rate_terms_sql

_REPORT = ("agency_id", "agency_name", "year", "report_id")


@dataclass(frozen=True, slots=True)
class Summed:
    """A summed table: its query over a table of facts, or query in brackets; the columns that, in this order,
    sort it totally; whether each row is made of the facts of one report, or else of one agency."""

    name: str
    sql: Callable[[str], str]
    order: tuple[str, ...]
    of_a_report: bool = True


def _told_by(name: str) -> Callable[[str], str]:
    """The query of a file that has one place, for the facts."""

    def sql(facts: str) -> str:
        return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8").replace("{facts}", facts)

    return sql


SUMMED = {
    table.name: table
    for table in (
        Summed("rate_terms", rate_terms_sql, _REPORT),
        Summed("disputes", disputes_sql, _REPORT),
        Summed("applicants", _told_by("applicants"), (*_REPORT, "applicant_type")),
        Summed("refusals", _told_by("refusals"), (*_REPORT, "row_code")),
        Summed("fees", _told_by("fees"), (*_REPORT, "row_code")),
        Summed(
            "carry_over", _told_by("carry_over"), ("agency_id", "year", "applicant_type"), of_a_report=False
        ),
        Summed("answers", _told_by("answers"), ("agency_id", "year"), of_a_report=False),
    )
}
