"""What the page asks of a build: one query a kind of thing, each by the number of the agency."""

from __future__ import annotations

from itertools import groupby

import duckdb

from extract.form.layout.codebook import read_table
from publish.answers import Row, rows

STATUSES = (
    *("found", "late", "empty_form", "narrative_only", "withdrawn", "blocked", "unreachable", "missing"),
    *("never_crawled", "not_due"),
)
VALUE_STATUSES = ("number", "blank", "dash", "slash", "none_word", "annotated", "unreadable")

AGENCIES = """
    WITH known AS (
        SELECT
            agency_id AS id, name, region_code, place_name, prefecture_code, prefecture_name,
            province_code, province_name, function_code, function_name, kind,
            level_of(agency_id) AS level, valid_from, valid_to
        FROM agencies
        UNION ALL
        SELECT
            concat('?', agency_name), agency_name, any_value(region_code), NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL
        FROM reports
        WHERE agency_id IS NULL AND agency_name IS NOT NULL AND cells_read > 0
        GROUP BY agency_name
    )
    SELECT *, id LIKE '?%' AS is_name FROM known ORDER BY is_name, id
"""
# What a measure divides, in terms of rate_terms.csv: by their cells a point of a chart leads to print.
NUMERATORS = {
    "clearance": ("closed",),
    "backlog": ("carried_out",),
    "full_grant": ("granted_full",),
    "partial_grant": ("granted_part",),
    "disclosure": ("granted_full", "granted_part"),
    "denial": ("denied",),
    "unable": ("unable",),
    "not_held": ("not_held",),
    "refusal_to_process": ("not_processed",),
    "other_disposition": ("other",),
    "nonmerits": ("unable", "not_processed", "other"),
    "merits_disclosure": ("granted_full", "granted_part"),
    "natural_person": ("received_from_natural_persons",),
    "reconsideration": ("rec_total",),
    "litigation": ("litd_total", "litr_total"),
    "dispute": ("rec_total", "litd_total"),
    "reconsideration_correction": ("rec_corrected",),
    "litigation_correction": ("litd_corrected", "litr_corrected"),
}
_OWN = "agency_number.id = coalesce({0}.agency_id, concat('?', {0}.agency_name))"
# The cells of reports in the order of the agencies. What is plainly a whole number is told once, and a unit
# where it is another than the form's. Facts are sorted by agency: what lies outside of the span is not even
# unpacked, as long as the span is asked of the column itself.
_FACTS = """
    SELECT
        report_id, key AS k,
        CASE WHEN value = trunc(value) AND abs(value) < 1e15 THEN value::BIGINT::VARCHAR
            ELSE value::VARCHAR END AS v,
        list_position({value_statuses}, value_status)::TINYINT - 1 AS s,
        CASE WHEN published = v THEN NULL ELSE published END AS p,
        locator AS l,
        CASE WHEN len(flags) > 0 THEN flags END AS f,
        CASE WHEN facts.unit IS DISTINCT FROM cell_key.unit THEN coalesce(facts.unit, '') END AS u
    FROM facts
    JOIN cell_key USING (row_code, applicant_type)
    JOIN agency_number ON {same}
    WHERE {within} AND year IS NOT NULL
    ORDER BY number, year, report_id, k
"""
FACTS = _FACTS.format(
    value_statuses=list(VALUE_STATUSES), same="id = agency_id", within="agency_id BETWEEN $low AND $high"
)
FACTS_OF_NAMES = _FACTS.format(
    value_statuses=list(VALUE_STATUSES),
    same="id = concat('?', agency_name)",
    within="agency_id IS NULL AND agency_name BETWEEN $low AND $high",
)
REPORTS = f"""
    WITH seen AS (
        SELECT source_sha256, min(fetched_at) AS first_fetched, max(fetched_at) AS last_fetched
        FROM snapshots GROUP BY source_sha256
    ),
    graded AS (SELECT report_id, grade FROM grades)
    SELECT
        number AS agency, report_id AS id, title, year, published_at AS published, url, source_name AS file,
        reports.source_sha256 AS sha256, format, reader, editions, status, grade, first_fetched, last_fetched
    FROM reports
    JOIN agency_number ON {_OWN.format("reports")}
    LEFT JOIN graded USING (report_id)
    LEFT JOIN seen ON seen.source_sha256 = reports.source_sha256
"""
LEDGER = f"""
    SELECT
        number AS agency, year, list_position({list(STATUSES)!r}, status)::TINYINT - 1 AS status, detail,
        published_at, due_on
    FROM stored.coverage JOIN agency_number ON id = agency_id
"""
# Of one year at a time: a year of the country fits in little memory.
MEASURES = f"""
    SELECT number AS agency, measure, year, numerator, denominator, cells_doubted, edition
    FROM measures
    JOIN agency_number ON {_OWN.format("measures")}
    JOIN (SELECT report_id FROM reports WHERE superseded_by IS NULL) USING (report_id)
    WHERE year = $year
"""
# Of an agency's last year alone, which is what the page tells; asked from the last year on.
PEERS = """
    SELECT number AS agency, measure, year, scope, rank, median, agencies_compared, agencies_expected
    FROM peers JOIN agency_number ON id = agency_id
    WHERE year = $year AND number NOT IN (SELECT agency FROM told_peers)
"""
FINDINGS = f"""
    SELECT
        number AS agency, year, report_id AS report, check_id AS "check", severity,
        row_code AS "row", applicant_type AS applicant, expected, found, attributed_to AS by, evidence,
        message
    FROM findings
    JOIN reports USING (report_id)
    JOIN agency_number ON {_OWN.format("reports")}
    WHERE severity <> 'info'
"""
REVISIONS = """
    SELECT
        number AS agency, year, row_code AS "row", applicant_type AS applicant, published_before AS before,
        published_after AS after, last_seen_before, first_seen_after
    FROM revisions JOIN agency_number ON id = agency_id
"""
LINEAGE = """
    SELECT number AS agency, from_id, from_name, to_id, to_name, year, change
    FROM lineage JOIN agency_number ON agency_number.id IN (from_id, to_id) WHERE kind = 'agency'
"""


def measures_said(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Each measure with its name and what it is divided by, in both languages, as the view rates says it, and
    the cells that print what it divides: a group's own first, then its parts."""
    said = dict(
        connection.execute(
            """
            SELECT column_name, comment FROM duckdb_columns()
            WHERE table_name = 'rates' AND schema_name = 'main'
            """
        ).fetchall()
    )
    found = []
    for (measure,) in connection.execute("SELECT DISTINCT measure FROM measures ORDER BY measure").fetchall():
        rate = said.get(f"{measure}_rate") or said.get(f"{measure}_share") or measure
        zh, _, en = rate.partition(" | ")
        cells = [cell for term in NUMERATORS[measure] for cell in _cells_of(term)]
        found.append({"measure": measure, "zh": zh, "en": en or measure, "cells": cells})
    order = [name.removesuffix("_rate").removesuffix("_share") for name in said]
    return sorted(
        found, key=lambda one: order.index(one["measure"]) if one["measure"] in order else len(order)
    )


def _cells_of(term: str) -> list[str]:
    """The cells of a term of rates, and those of the rows below: some forms print no sum, but its parts."""
    named = [row for _, row in read_table("rate_terms") if row["term"] == term]
    rows_of_form = [row["row_code"] for _, row in read_table("rows")]
    return [
        f"{code}|{one['applicant_type']}"
        for one in named
        for code in rows_of_form
        if code == one["row_code"] or code.startswith(f"{one['row_code']}.")
    ]


def dictionary(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The views and their columns with what they mean."""
    columns = rows(
        connection,
        """
        SELECT table_name AS view, column_name AS name, data_type AS type, comment FROM duckdb_columns()
        WHERE schema_name = 'main' AND database_name <> 'temp' ORDER BY table_name, column_index
        """,
    )
    said = dict(
        connection.execute(
            "SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
        ).fetchall()
    )
    return [
        {
            "view": view,
            "comment": said.get(view),
            "columns": [[c["name"], c["type"], c["comment"]] for c in group],
        }
        for view, group in groupby(columns, key=lambda column: column["view"])
        if view in said
    ]
