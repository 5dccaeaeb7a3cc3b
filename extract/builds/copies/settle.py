"""Whose each report of a build is: the evidence kept with the readings, held against the registry.

A decision is a function of its evidence, its year, the registry and the code here. `basis` is a hash over
these four, kept with the decision, so that the next build takes it over instead of making it again. What a
person states of a file wins over what is read, which stands beside it; so does the year that
a person settled.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from base.hashes import tree_sha256
from base.paths import REGISTRY
from extract.agencies.claims import Conflict
from extract.agencies.evidence import AgencyEvidence, named_in
from extract.agencies.identity import parse_agency_id
from extract.agencies.registry import AgencyRegistry
from extract.agencies.resolve import Candidate, Resolution, resolve
from extract.builds.copies.candidates import Article, Listings, ReadReport
from extract.builds.dataset import read_columns
from extract.schemas import RESOLUTIONS

BATCH = 1000
# What evidence and conflicts call the source that is a person.
STATED = "stated"
#: A row of the table `resolutions`.
Row = dict[str, Any]


class Listed(NamedTuple):
    """What the crawl's columns say of a file: whose reports they list, and under which titles."""

    owner: str | None
    titles: tuple[str, ...]


class Decided:
    """The decisions of an earlier build, by what they rest on."""

    def __init__(self, resolutions: Path | None, registry: Path = REGISTRY) -> None:
        """`resolutions` is that build's table, None where there is none; `registry` the tables' folder."""
        self._rules = "".join(
            (
                tree_sha256(Path(__file__).parent, "*.py"),
                # A table that the registry lacks is the project's own.
                *(tree_sha256(folder, "*.csv") for folder in {registry: None, REGISTRY: None}),
            )
        )
        rows = RESOLUTIONS.empty_table()
        if resolutions is not None and pq.read_schema(resolutions).equals(RESOLUTIONS):
            rows = read_columns(resolutions)
        self._columns = list(zip(rows.column_names, rows.columns, strict=True))
        self._places = {basis: row for row, basis in enumerate(rows["basis"].to_pylist()) if basis}

    def basis(self, evidence: str, listed: Listed, year: int | None) -> str:
        """What a decision on this evidence rests on, as a hash."""
        return hashlib.sha256(f"{self._rules} {year} {tuple(listed)} {evidence}".encode()).hexdigest()

    def rows(self, bases: Iterable[str]) -> dict[str, Row]:
        """The decisions that rest on just these, as far as there were any."""
        known = (basis for basis in dict.fromkeys(bases) if basis in self._places)
        return {basis: self._row(self._places[basis]) for basis in known}

    def _row(self, place: int) -> Row:
        # Cell by cell: `take` loads pyarrow.compute, which takes longer than a report.
        row = {name: column[place].as_py() for name, column in self._columns}
        return row | {"agency_id": None, "region_code": None, "follows": None} if row["follows"] else row


def settle(
    readings: Sequence[ReadReport],
    evidence: Path,
    listings: Listings,
    registry: AgencyRegistry,
    decided: Decided,
) -> Iterator[pa.RecordBatch]:
    """Resolve `readings`, which get their agency and region, and yield the table `resolutions`.

    `evidence` is the staged Parquet file of that name. A file that names neither year nor agency has those
    of the other files of its article, where these agree; so has one under the same name as they, where
    nothing in it speaks against them.
    """
    by_id = {reading.report_id: reading for reading in readings}
    by_file = {reading.source_sha256: reading for reading in readings if reading.source_sha256}
    by_person = {name: registry.years[name] for name in by_id.keys() & registry.years.keys()}
    for report_id, decision in by_person.items():
        by_id[report_id].year = decision.year
    _years_of_articles(by_file, listings)
    for report_id, decision in by_person.items():
        by_id[report_id].year_from = decision.told
    left_open: dict[str, Row] = {}
    nameless: set[str] = set()
    for batch in pq.ParquetFile(evidence).iter_batches(BATCH):
        rows = []
        told = [
            (by_id[report_id], text, _listed(by_id[report_id], listings))
            for report_id, text in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
        bases = [decided.basis(text, listed, reading.year) for reading, text, listed in told]
        made = decided.rows(bases)
        for (reading, text, listed), basis in zip(told, bases, strict=True):
            if basis not in made:
                known = _with_listings(text, listed)
                made[basis] = _row(resolve_stated(known, registry, reading.year), basis)
            row = made[basis] | {"report_id": reading.report_id}
            if row["agency_id"] is None and listings.of_file.get(reading.source_sha256):
                left_open[reading.report_id] = row
                known = _with_listings(text, listed)
                if not known.title and not known.link_text:
                    nameless.add(reading.report_id)
                continue
            reading.agency_id, reading.region_code = row["agency_id"], row["region_code"]
            rows.append(row)
        yield pa.RecordBatch.from_pylist(rows, RESOLUTIONS)
    agencies = _agencies_of_articles(by_file, listings)
    for report_id, row in left_open.items():
        reading = by_id[report_id]
        sibling = agencies.get(reading.source_sha256)
        if sibling and (report_id in nameless or _agrees(row, reading, sibling)):
            reading.agency_id, reading.region_code = sibling.agency_id, sibling.region_code
            row["agency_id"], row["region_code"] = sibling.agency_id, sibling.region_code
            row["follows"] = sibling.report_id
    yield pa.RecordBatch.from_pylist(list(left_open.values()), RESOLUTIONS)


def resolve_stated(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Resolution:
    """The agency that a person states, by its id or its name; where nobody has, the one of the evidence.

    A name that means several agencies is told apart by the other evidence. One that cannot be is nobody's,
    and not the agency that the file names instead.
    """
    if not evidence.stated:
        return resolve(evidence, registry, year)
    alone = replace(evidence, stated=None)
    read = resolve(alone, registry, year)
    stated = (
        _by_id(evidence.stated, registry, year)
        or _told(AgencyEvidence(title=evidence.stated), registry, year)
        or _told(replace(alone, title=evidence.stated, link_text=None, publisher=()), registry, year)
    )
    said = f"{STATED}: {evidence.stated}"
    if stated is None:
        unknown = Conflict("not_in_registry", STATED, evidence.stated, grave=True)
        open_ = replace(
            read, agency_id=None, region_code=None, place_id=None, function_code=None, confidence=0.0
        )
        return replace(open_, evidence=(said,), candidates=_with_read(read, registry), conflicts=(unknown,))
    conflicts = stated.conflicts
    if read.agency_id not in (None, stated.agency_id):
        conflicts = (*conflicts, Conflict("read_otherwise", STATED, f"{read.agency_id}", grave=False))
    return replace(
        stated, evidence=(said, *stated.evidence), candidates=_with_read(read, registry), conflicts=conflicts
    )


def _told(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Resolution | None:
    found = resolve(evidence, registry, year)
    return found if found.agency_id else None


def _by_id(text: str, registry: AgencyRegistry, year: int | None) -> Resolution | None:
    """The agency of an id that the registry can have."""
    try:
        agency = registry.canonical(parse_agency_id(text))
        registry.places.of_place(agency.place_id)
    except (ValueError, LookupError):
        return None
    if agency.function not in registry.functions.by_code:
        return None
    period = registry.places.reported(agency.place_id, year)
    return Resolution(
        agency.agency_id, period.code if period else None, agency.unit_place, agency.function, 1.0, ()
    )


def _with_read(read: Resolution, registry: AgencyRegistry) -> tuple[Candidate, ...]:
    """What the file itself led to: the agency, or those that it might be."""
    if read.agency_id is None:
        return read.candidates
    agency = parse_agency_id(read.agency_id)
    return (Candidate(read.agency_id, registry.label(agency), read.confidence, read.evidence, ()),)


def _listed(reading: ReadReport, listings: Listings) -> Listed:
    titles = dict.fromkeys(one.title for one in listings.of_file.get(reading.source_sha256, ()))
    return Listed(listings.owner(reading.source_sha256), tuple(titles))


def _with_listings(text: str, listed: Listed) -> AgencyEvidence:
    evidence = AgencyEvidence.from_json(text)
    named = (name for title in listed.titles if (name := named_in(title)))
    return replace(evidence, column_owner=listed.owner, link_text=evidence.link_text or next(named, None))


def _years_of_articles(by_file: Mapping[str, ReadReport], listings: Listings) -> None:
    """Give readings without a year the year of their article's other files, where these agree on one."""
    for article, files in listings.of_article.items():
        here = [by_file[sha] for one in files if (sha := one.source_sha256) in by_file]
        years = {reading.year for reading in here if reading.year_from is None} - {None}
        if len(years) == 1:
            (year,) = years
            for reading in here:
                if reading.year is None:
                    reading.year, reading.year_from = year, f"the other files of its article {article[2]}"


def _agencies_of_articles(by_file: Mapping[str, ReadReport], listings: Listings) -> dict[str, ReadReport]:
    """For each file that is listed, a reading of its articles whose agency is known, where all agree."""
    found: dict[str, dict[str, ReadReport]] = defaultdict(dict)
    of_article: dict[Article, dict[str, ReadReport]] = {
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


def _agrees(row: Row, reading: ReadReport, sibling: ReadReport) -> bool:
    """Whether what was left open is only which agency of its name it is, and the other file says that."""
    candidates = {candidate.partition(" ")[0] for candidate in row["candidates"]}
    return (
        reading.agency_name == sibling.agency_name
        and sibling.agency_id in candidates
        and not row["conflicts"]
    )


def _row(found: Resolution, basis: str) -> Row:
    return {
        "agency_id": found.agency_id,
        "region_code": found.region_code,
        "place_id": found.place_id,
        "function_code": found.function_code,
        "confidence": found.confidence,
        "evidence": list(found.evidence),
        "candidates": [f"{one.agency_id} {one.name} ({one.confidence:.2f})" for one in found.candidates],
        "conflicts": [f"{one.kind}: {one.source} {one.text}" for one in found.conflicts],
        "follows": None,
        "basis": basis,
    }
