"""Keys that are unique in a build: one row a reading, one fact a cell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from extract.builds.dataset import rows_of


class RepeatedKeyError(ValueError):
    """A key that must be unique is not; the message names the first ones."""


def refuse_repeated_reports(connection: duckdb.DuckDBPyConnection, reports: Path) -> None:
    """One report id a reading."""
    repeated = connection.execute(
        """
        SELECT 'report ' || report_id AS key, count(*) AS times FROM read_parquet($reports)
        GROUP BY report_id HAVING times > 1 ORDER BY key LIMIT 5
        """,
        {"reports": str(reports)},
    ).fetchall()
    _refuse(repeated)


def refuse_repeated_facts(connection: duckdb.DuckDBPyConnection, facts: Iterable[Path]) -> None:
    """One fact a cell of an agency's year; where agency or year is not known, of a report. No two of these
    files have facts of one year."""
    for path in facts:
        repeated = connection.execute(
            f"""
            SELECT
                concat_ws(
                    ' ',
                    CASE
                        WHEN agency_id IS NULL OR year IS NULL
                        THEN concat_ws(' ', agency_name, 'report', report_id)
                        ELSE agency_id
                    END,
                    year, row_code, applicant_type
                ) AS key,
                count(*) AS times
            FROM ({rows_of(path)})
            GROUP BY key HAVING times > 1
            ORDER BY key LIMIT 5
            """
        ).fetchall()
        _refuse(repeated)


def _refuse(repeated: list[tuple[str, int]]) -> None:
    if repeated:
        raise RepeatedKeyError(
            "keys that must be unique are not: "
            + "; ".join(f"{key} stands {times} times" for key, times in repeated)
        )
