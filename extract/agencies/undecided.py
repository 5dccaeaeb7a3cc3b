"""The list of what a person has to settle: reports whose agency the evidence leaves open, with candidates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from extract.agencies.evidence import AgencyEvidence
from extract.agencies.resolve import Resolution

COLUMNS = ("kind", "key", "host", "agency_id", "name", "year", "candidates", "conflicts", "evidence")


def undecided_table(cases: Iterable[tuple[AgencyEvidence, int | None, Resolution]]) -> str:
    """A CSV of the undecided among `cases` (evidence, report year, resolution), sorted by key.

    Its first columns are those of settled.csv, where a row goes with agency_id, by, when and why filled in.
    `candidates` has ``id name (confidence)``, best first.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = [_row(*case) for case in cases if case[2].agency_id is None]
    writer.writerows(sorted(rows))
    return text.getvalue()


def _row(evidence: AgencyEvidence, year: int | None, resolution: Resolution) -> tuple[str, ...]:
    name = evidence.title or evidence.link_text or ""
    if evidence.report_id:
        kind, key, host = "report", evidence.report_id, ""
    else:
        kind, key, host = "name_host", name, evidence.host or ""
    return (
        kind,
        key,
        host,
        "",
        name,
        str(year or ""),
        "; ".join(f"{c.agency_id} {c.name} ({c.confidence:.2f})" for c in resolution.candidates),
        "; ".join(f"{c.kind}: {c.source} {c.text}" for c in resolution.conflicts),
        "; ".join(resolution.evidence),
    )
