"""The published tables: their Arrow schemas with a description of every column in both languages.

The schemas are the contract with whoever reads builds; `query` turns the descriptions into comments, the
data dictionary into pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from extract.schemas.agencies import AGENCIES, COPIES, CORRECTIONS, COVERAGE, PLACES, RESOLUTIONS
from extract.schemas.crawls import LISTINGS, RUNS, SNAPSHOTS
from extract.schemas.readings import EVIDENCE, FACTS, FINDINGS, REPORTS, STATED

__all__ = (
    "AGENCIES",
    "COPIES",
    "CORRECTIONS",
    "COVERAGE",
    "EVIDENCE",
    "FACTS",
    "FINDINGS",
    "LISTINGS",
    "PLACES",
    "REPORTS",
    "RESOLUTIONS",
    "RUNS",
    "SNAPSHOTS",
    "STATED",
    "TABLES",
    "TableSpec",
    "description",
)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A published table: its schema and the columns that, in this order, sort it totally."""

    name: str
    schema: pa.Schema
    order: tuple[str, ...]


TABLES = {
    spec.name: spec
    for spec in (
        TableSpec(
            "facts",
            FACTS,
            ("agency_id", "agency_name", "year", "report_id", "row_code", "applicant_type", "locator"),
        ),
        TableSpec("reports", REPORTS, ("agency_id", "agency_name", "year", "report_id")),
        TableSpec(
            "findings",
            FINDINGS,
            ("report_id", "check_id", "row_code", "applicant_type", "message", "evidence"),
        ),
        TableSpec("snapshots", SNAPSHOTS, ("fetched_at", "url", "run_id", "source_sha256")),
        TableSpec("runs", RUNS, ("run_id", "site_id", "column_id")),
        TableSpec("agencies", AGENCIES, ("agency_id",)),
        TableSpec("places", PLACES, ("place_id", "valid_from", "division_code")),
        TableSpec("resolutions", RESOLUTIONS, ("report_id",)),
        TableSpec("stated", STATED, ("report_id", "file")),
        TableSpec("copies", COPIES, ("report_id", "copy_id", "role", "url", "first_seen")),
        TableSpec(
            "superseded_facts",
            FACTS,
            ("agency_id", "agency_name", "year", "report_id", "row_code", "applicant_type", "locator"),
        ),
        TableSpec("coverage", COVERAGE, ("agency_id", "year")),
        TableSpec(
            "corrections",
            CORRECTIONS,
            (
                "agency_id",
                "source_sha256",
                "year",
                "row_code",
                "applicant_type",
                "status",
                "decided_on",
                "who",
                "corrected_value",
                "published",
                "reason",
                "evidence",
            ),
        ),
    )
}


def description(field: pa.Field) -> str:
    """What a column means, Chinese first, then English."""
    metadata = field.metadata
    return f"{metadata[b'description_zh'].decode()} | {metadata[b'description_en'].decode()}"
