"""What the page asks of a build: one query a kind of thing, each with the agency that it is told of."""

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
    FROM known ORDER BY id LIKE '?%', id
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
_OWN = "coalesce({0}.agency_id, concat('?', {0}.agency_name))"
REPORTS = f"""
    WITH printed AS (
        SELECT
            facts.report_id,
            list(key ORDER BY key) AS k,
            list(CASE WHEN value = trunc(value) AND abs(value) < 1e15 THEN value::BIGINT::VARCHAR
                ELSE value::VARCHAR END ORDER BY key) AS v,
            list(list_position({list(VALUE_STATUSES)!r}, value_status) - 1 ORDER BY key) AS s,
            list(CASE WHEN value = trunc(value) AND published = value::BIGINT::VARCHAR THEN NULL
                ELSE published END ORDER BY key) AS p,
            list(locator ORDER BY key) AS l,
            list(CASE WHEN len(facts.flags) > 0 THEN facts.flags END ORDER BY key) AS f,
            list(unit ORDER BY key) AS u,
            any_value({_OWN.format("facts")}) AS agency
        FROM facts
        JOIN cell_key USING (row_code, applicant_type)
        -- Facts are sorted by agency: what lies outside of the batch's span is not even unpacked.
        WHERE coalesce(facts.agency_id BETWEEN $low AND $high, $high LIKE '?%')
            AND {_OWN.format("facts")} IN (FROM asked)
        GROUP BY facts.report_id
    ),
    seen AS (
        SELECT source_sha256, min(fetched_at) AS first_fetched, max(fetched_at) AS last_fetched
        FROM snapshots
        WHERE source_sha256 IN (SELECT source_sha256 FROM reports JOIN printed USING (report_id))
        GROUP BY source_sha256
    )
    SELECT
        agency, report_id AS id, title, year, published_at AS published, url, source_name AS file,
        reports.source_sha256 AS sha256, format, reader, editions, status, grade, first_fetched, last_fetched,
        k, v, s, p, l, f, u
    FROM printed
    JOIN reports USING (report_id)
    LEFT JOIN grade_of USING (report_id)
    LEFT JOIN seen ON seen.source_sha256 = reports.source_sha256
    WHERE year IS NOT NULL
    ORDER BY agency, year, report_id
"""
GRADES = "SELECT report_id, grade FROM grades"
LEDGER = f"""
    SELECT
        agency_id AS agency, year, list_position({list(STATUSES)!r}, status) - 1 AS status, detail,
        published_at, due_on
    FROM coverage WHERE agency_id IN (FROM asked) ORDER BY agency_id, year
"""
MEASURES = f"""
    SELECT {_OWN.format("measures")} AS agency, measure, year, numerator, denominator, cells_doubted, edition
    FROM measures WHERE year IS NOT NULL
"""
PEERS = """
    SELECT agency_id AS agency, measure, year, scope, rank, median, agencies_compared, agencies_expected
    FROM peers
"""
FINDINGS = f"""
    SELECT
        {_OWN.format("reports")} AS agency, report_id AS report, check_id AS "check", severity,
        row_code AS row, applicant_type AS applicant, expected, found, attributed_to AS by, evidence, message
    FROM findings JOIN reports USING (report_id)
    WHERE severity <> 'info' AND {_OWN.format("reports")} IN (FROM asked)
    ORDER BY agency, year, severity, check_id, row_code
"""
REVISIONS = """
    SELECT
        agency_id AS agency, year, row_code AS row, applicant_type AS applicant, published_before AS before,
        published_after AS after, last_seen_before, first_seen_after
    FROM revisions WHERE agency_id IS NOT NULL
"""
LINEAGE = """
    SELECT asked.id AS agency, from_id, from_name, to_id, to_name, year, change
    FROM lineage JOIN asked ON asked.id IN (from_id, to_id) WHERE kind = 'agency' ORDER BY asked.id, year
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
