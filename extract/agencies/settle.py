"""Whose each report of a build is: the evidence kept with the readings, held against the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extract.agencies.evidence import AgencyEvidence, named_in
from extract.agencies.registry import AgencyRegistry
from extract.agencies.resolve import Resolution, resolve
from extract.copies.readings import Article, Listings, Reading
from extract.schemas import RESOLUTIONS

BATCH = 1000


def settle(
    readings: Sequence[Reading], evidence: Path, listings: Listings, registry: AgencyRegistry
) -> Iterator[pa.RecordBatch]:
    """Resolve `readings`, which get their agency and region, and yield the table `resolutions`.

    `evidence` is the staged Parquet file of that name. A file that names neither year nor agency has those
    of the other files of its article, where these agree; so has one under the same name as they, where
    nothing in it speaks against them.
    """
    by_id = {reading.report_id: reading for reading in readings}
    by_file = {reading.source_sha256: reading for reading in readings if reading.source_sha256}
    _years_of_articles(by_file, listings)
    left_open: dict[str, Resolution] = {}
    nameless: set[str] = set()
    for batch in pq.ParquetFile(evidence).iter_batches(BATCH):
        rows = []
        for report_id, text in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            reading = by_id[report_id]
            known = _with_listings(AgencyEvidence.from_json(text), reading, listings)
            found = resolve(known, registry, reading.year)
            if found.agency_id is None and listings.of_file.get(reading.source_sha256):
                left_open[report_id] = found
                if not known.title and not known.link_text:
                    nameless.add(report_id)
                continue
            reading.agency_id, reading.region_code = found.agency_id, found.region_code
            rows.append(_row(report_id, found))
        yield pa.RecordBatch.from_pylist(rows, RESOLUTIONS)
    rows = []
    agencies = _agencies_of_articles(by_file, listings)
    for report_id, found in left_open.items():
        reading = by_id[report_id]
        sibling = agencies.get(reading.source_sha256)
        if sibling and (report_id in nameless or _agrees(found, reading, sibling)):
            reading.agency_id, reading.region_code = sibling.agency_id, sibling.region_code
            told = (f"the other files of its article: {sibling.agency_id}", *found.evidence)
            found = replace(
                found, agency_id=sibling.agency_id, region_code=sibling.region_code, evidence=told
            )
        rows.append(_row(report_id, found))
    yield pa.RecordBatch.from_pylist(rows, RESOLUTIONS)


def _with_listings(evidence: AgencyEvidence, reading: Reading, listings: Listings) -> AgencyEvidence:
    titles = (one.title for one in listings.of_file.get(reading.source_sha256, ()))
    named = (name for title in titles if (name := named_in(title)))
    return replace(
        evidence,
        column_owner=listings.owner(reading.source_sha256),
        link_text=evidence.link_text or next(named, None),
    )


def _years_of_articles(by_file: Mapping[str, Reading], listings: Listings) -> None:
    """Give readings without a year the year of their article's other files, where these agree on one."""
    for article, files in listings.of_article.items():
        here = [by_file[sha] for one in files if (sha := one.source_sha256) in by_file]
        years = {reading.year for reading in here if reading.year_from is None} - {None}
        if len(years) == 1:
            (year,) = years
            for reading in here:
                if reading.year is None:
                    reading.year, reading.year_from = year, f"the other files of its article {article[2]}"


def _agencies_of_articles(by_file: Mapping[str, Reading], listings: Listings) -> dict[str, Reading]:
    """For each file that is listed, a reading of its articles whose agency is known, where all agree."""
    found: dict[str, dict[str, Reading]] = defaultdict(dict)
    of_article: dict[Article, dict[str, Reading]] = {
        article: {
            reading.agency_id: reading
            for one in files
            if (reading := by_file.get(one.source_sha256)) and reading.agency_id
        }
        for article, files in listings.of_article.items()
    }
    for sha256, places in listings.of_file.items():
        for one in places:
            found[sha256] |= of_article[one.article]
    return {sha256: next(iter(known.values())) for sha256, known in found.items() if len(known) == 1}


def _agrees(found: Resolution, reading: Reading, sibling: Reading) -> bool:
    """Whether what was left open is only which agency of its name it is, and the other file says that."""
    candidates = {candidate.agency_id for candidate in found.candidates}
    return (
        reading.agency_name == sibling.agency_name and sibling.agency_id in candidates and not found.conflicts
    )


def _row(report_id: str, found: Resolution) -> dict[str, object]:
    return {
        "report_id": report_id,
        "agency_id": found.agency_id,
        "region_code": found.region_code,
        "place_id": found.place_id,
        "function_code": found.function_code,
        "confidence": found.confidence,
        "evidence": list(found.evidence),
        "candidates": [f"{one.agency_id} {one.name} ({one.confidence:.2f})" for one in found.candidates],
        "conflicts": [f"{one.kind}: {one.source} {one.text}" for one in found.conflicts],
    }
